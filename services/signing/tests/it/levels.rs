//! Seals with time stamps and proof, by an operator's own certificate, from real authorities; and what happens while these are silent.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use signing::{BroughtSeals, Level, LevelConfig, SealConfig, SealFiles, TimeStampConfig};
use test_kit::{Authorities, Credential, PKCS12_PASSWORD, Receiver};

use crate::server::{Integrator, PATIENCE, Server, StoreKind};
use crate::signer::{Signer, created, in_field, submission};
use domain::Clock as _;

/// The highest level, with the time stamps of `url`.
pub(crate) fn archived(url: &str, authorities: Option<&Authorities>) -> LevelConfig {
    let roots = authorities.map(|authorities| std::fs::read(authorities.root_pem()).unwrap());
    LevelConfig {
        level: Level::BLta,
        time_stamps: Some(TimeStampConfig {
            url: url.parse().unwrap(),
            credentials: None,
            roots: roots
                .map(|pem| pki::certificates_from_pem(&pem).unwrap())
                .unwrap_or_default(),
        }),
    }
}

fn brought(authorities: &Authorities, credential: Credential) -> BroughtSeals {
    BroughtSeals::open(&SealFiles {
        common: Some((
            authorities.pkcs12(credential),
            SecretString::from(PKCS12_PASSWORD),
        )),
        by_tenant: None,
    })
    .unwrap()
}

/// A document that somebody has signed, sealed or not.
pub(crate) async fn signed<'a>(server: &'a Server, tenant: &Integrator) -> Signer<'a> {
    server.know(tenant, 10_000_000).await;
    let answer = created(server, tenant, &json!({})).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    let opening = signer.open().await;
    let submitted = signer
        .submit(&submission(&opening, &json!([in_field("S1")])))
        .await;
    assert_eq!(submitted.status, StatusCode::ACCEPTED, "{submitted:?}");
    signer
}

pub(crate) async fn download(server: &Server, tenant: &Integrator, signer: &Signer<'_>) -> Vec<u8> {
    let path = format!("/JSON/document/{}", signer.document);
    tenant.get(server, &path).await.bytes
}

/// pyHanko, asked by the script of the engine's tests; nothing where it is not installed.
fn pyhanko(folder: &Path, file: &[u8], roots: &[PathBuf]) -> Option<Value> {
    let python = std::env::home_dir()?.join(".cache/okdokument/tools/pyhanko/bin/python");
    let required = std::env::var_os("OKD_ORACLES").is_some_and(|value| value == "required");
    if !python.exists() {
        assert!(!required, "pyHanko is required and not installed");
        return None;
    }
    let path = folder.join("sealed.pdf");
    std::fs::write(&path, file).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/pdf/tests/it/level.py");
    let output = Command::new(python)
        .arg(script)
        .arg(path)
        .args(roots)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The one job that waits, once it has failed.
pub(crate) async fn failed_job(server: &Server) -> Value {
    let started = Instant::now();
    loop {
        let token = server.token(internal_auth::Caller::Operator, None);
        let jobs = server
            .request(Method::GET, "/internal/operator/jobs", &token)
            .send()
            .await
            .unwrap();
        let jobs: Value = jobs.json().await.unwrap();
        let job = &jobs["items"][0];
        if job["reason"].is_string() {
            return job.clone();
        }
        assert!(started.elapsed() < PATIENCE, "no reason: {jobs}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) async fn try_again(server: &Server, job: &Value) {
    let id = job["id"].as_str().unwrap();
    let path = format!("/internal/operator/jobs/{id}/tries");
    let tried = server.operator(Method::POST, &path).await;
    assert_eq!(tried.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_seal_reaches_its_level_before_it_is_given_out() {
    let authorities = Authorities::start().await;
    let url = authorities.time_stamp_url();
    for (credential, is_own) in [(Credential::Rsa, false), (Credential::P256, true)] {
        let server = Server::with_seals(SealConfig {
            brought: if is_own {
                BroughtSeals::default()
            } else {
                brought(&authorities, credential)
            },
            levels: archived(&url, Some(&authorities)),
        })
        .await;
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant).await;
        assert_eq!(signer.settled().await["state"], "signed");
        let file = download(&server, &tenant, &signer).await;
        let folder = tempfile::tempdir().unwrap();
        let own_root = folder.path().join("own-root.crt");
        let root = server.nobody(Method::GET, "/pki/root.crt").await;
        std::fs::write(&own_root, root.bytes).unwrap();
        let roots = [authorities.root_pem(), own_root];
        if let Some(verdicts) = pyhanko(folder.path(), &file, &roots) {
            assert_eq!(verdicts.as_array().map(Vec::len), Some(1), "{verdicts}");
            let verdict = &verdicts[0];
            for question in ["now", "time_stamp", "archived", "future"] {
                let told = verdict[question].as_str().unwrap_or_default();
                assert!(told.ends_with("OK"), "{question}: {verdict}");
            }
        }
    }
}

#[tokio::test]
async fn a_silent_authority_holds_up_the_seal_visibly_until_it_is_back() {
    let mut authorities = Authorities::start().await;
    let server = Server::with_seals(SealConfig {
        brought: BroughtSeals::default(),
        levels: archived(&authorities.time_stamp_url(), Some(&authorities)),
    })
    .await;
    authorities.kill();
    let tenant = Integrator::new();
    let signer = signed(&server, &tenant).await;
    let job = failed_job(&server).await;
    assert_eq!(job["reason"], "authority", "{job}");
    let detail = job["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("the time-stamping authority does not answer"),
        "{detail}"
    );
    assert!(detail.contains("refused"), "{detail}");
    assert!(
        download(&server, &tenant, &signer)
            .await
            .windows(9)
            .all(|part| part != b"/Type/Sig")
    );

    authorities.restart().await;
    try_again(&server, &job).await;
    assert_eq!(signer.settled().await["state"], "signed");
}

/// What the self-test says of a thing that sealing needs, once it was tried.
async fn self_test(server: &Server, name: &str) -> (bool, String) {
    let started = Instant::now();
    loop {
        let path = "/internal/operator/self-test";
        let found = server.operator(Method::GET, path).await.json();
        let checks = found["checks"].as_array().unwrap();
        if let Some(check) = checks.iter().find(|check| check["name"] == name) {
            let detail = check["detail"].as_str().unwrap().to_owned();
            return (check["passed"] == true, detail);
        }
        assert!(started.elapsed() < PATIENCE, "{name} was not tried");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_self_test_asks_the_authority_and_tries_each_key_that_was_brought() {
    let mut authorities = Authorities::start().await;
    let folder = tempfile::tempdir().unwrap();
    let tenant = domain::TenantId::generate();
    let own = folder.path().join(format!("{tenant}.p12"));
    std::fs::copy(authorities.pkcs12(Credential::P384), &own).unwrap();
    std::fs::write(own.with_extension("password"), PKCS12_PASSWORD).unwrap();
    let seals = SealConfig {
        brought: BroughtSeals::open(&SealFiles {
            common: Some((authorities.pkcs12(Credential::Rsa), PKCS12_PASSWORD.into())),
            by_tenant: Some(folder.path().to_owned()),
        })
        .unwrap(),
        levels: archived(&authorities.time_stamp_url(), Some(&authorities)),
    };
    let server = Server::with_seals(seals.clone()).await;
    let (passed, detail) = self_test(&server, "keys").await;
    assert!(passed, "{detail}");
    assert!(detail.starts_with("1 of single tenants sign"), "{detail}");
    assert!(detail.contains("CN=Seal with RSA"), "{detail}");
    let (passed, detail) = self_test(&server, "time stamps").await;
    assert_eq!(
        (passed, detail.as_str()),
        (true, "127.0.0.1 answers; seals are made at B-LTA")
    );

    // Without the authority the service starts all the same, and says what waits.
    authorities.kill();
    let server = Server::with_seals(seals).await;
    let (passed, detail) = self_test(&server, "time stamps").await;
    assert!(!passed);
    assert!(
        detail.starts_with("the time-stamping authority does not answer"),
        "{detail}"
    );
    assert!(
        detail.ends_with("seals wait, and are tried again until it works"),
        "{detail}"
    );

    let plain = Server::on(StoreKind::Sqlite).await;
    let none = "none was brought; every tenant is sealed for by our own authority";
    assert_eq!(self_test(&plain, "keys").await, (true, none.to_owned()));
    let unset = "no authority is set; seals are made at B-B";
    assert_eq!(
        self_test(&plain, "time stamps").await,
        (true, unset.to_owned())
    );
}

#[tokio::test]
async fn rubbish_is_no_time_stamp_and_the_seal_waits() {
    // Answers 200 to everything, with no time stamp in it.
    let rubbish = Receiver::start();
    let server = Server::with_seals(SealConfig {
        brought: BroughtSeals::default(),
        levels: archived(&rubbish.url("/tsa"), None),
    })
    .await;
    let tenant = Integrator::new();
    let signer = signed(&server, &tenant).await;
    let job = failed_job(&server).await;
    assert_eq!(job["reason"], "authority", "{job}");
    let detail = job["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("the time stamp is not taken"), "{detail}");
    let standing = signer.call(Method::GET, "submission", &Value::Null).await;
    assert_eq!(standing.json()["state"], "sealing");
}

#[tokio::test]
async fn a_revoked_certificate_seals_nothing_at_a_level_that_proves_it() {
    let authorities = Authorities::start().await;
    let server = Server::with_seals(SealConfig {
        brought: brought(&authorities, Credential::Revoked),
        levels: archived(&authorities.time_stamp_url(), Some(&authorities)),
    })
    .await;
    let tenant = Integrator::new();
    let _signer = signed(&server, &tenant).await;
    let job = failed_job(&server).await;
    let detail = job["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("is revoked"), "{detail}");
}

#[tokio::test]
async fn the_operator_is_told_of_his_seals_and_of_what_is_wrong_with_them() {
    let authorities = Authorities::start().await;
    let folder = tempfile::tempdir().unwrap();
    let tenant = domain::TenantId::generate();
    let own = folder.path().join(format!("{tenant}.p12"));
    std::fs::copy(authorities.pkcs12(Credential::P384), &own).unwrap();
    std::fs::write(
        own.with_extension("password"),
        format!("{PKCS12_PASSWORD}\n"),
    )
    .unwrap();
    let mut files = SealFiles {
        common: Some((authorities.pkcs12(Credential::Rsa), PKCS12_PASSWORD.into())),
        by_tenant: Some(folder.path().to_owned()),
    };
    let seals = BroughtSeals::open(&files).unwrap();
    let now = domain::SystemClock.now();
    let [common, brought] = &seals.tell(now)[..] else {
        panic!("two seals")
    };
    assert!(common.tenant.is_none() && common.subject.contains("CN=Seal with RSA"));
    assert_eq!(common.key, "RSA 2048");
    assert_eq!(
        (brought.tenant, brought.key.as_str()),
        (Some(tenant), "P-384")
    );
    assert!(common.warnings.is_empty() && brought.warnings.is_empty());
    let late = common.ends_at.minus(Duration::from_hours(59 * 24));
    assert!(seals.tell(late)[0].warnings[0].contains("within 60 days"));

    files.common = Some((authorities.pkcs12(Credential::Rsa), "guessed".into()));
    let refused = BroughtSeals::open(&files).err().unwrap();
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(cause, "the password does not open the file");
}

#[tokio::test]
async fn a_seal_taken_back_is_on_the_list_and_the_next_document_has_another() {
    let server = Server::on(StoreKind::Sqlite).await;
    let tenant = Integrator::new();
    let sealed_by = async || {
        let signer = signed(&server, &tenant).await;
        assert_eq!(signer.settled().await["state"], "signed");
        let file = download(&server, &tenant, &signer).await;
        let [report] = &pdf::verify(&file).unwrap()[..] else {
            panic!("one signature")
        };
        report.signed_by.as_ref().unwrap().clone()
    };
    let first = sealed_by().await;
    assert_eq!(first, sealed_by().await);
    let listed = async |certificate: &[u8]| {
        let list = server.nobody(Method::GET, "/pki/root.crl").await.bytes;
        let root = server.nobody(Method::GET, "/pki/root.crt").await.bytes;
        let read = pki::certificates_from_der(&[certificate.to_vec(), root]).unwrap();
        let now = domain::SystemClock.now();
        matches!(
            pki::RevocationList::accept(&list, &read[0], &read[1], now),
            Err(pki::ListError::Revoked)
        )
    };
    assert!(!listed(&first).await);

    let reason = pki::RevocationReason::KeyCompromise;
    let now = domain::SystemClock.now();
    let revoked = signing::revoke_seals(&server.store, tenant.tenant, reason, now).await;
    assert_eq!(revoked.unwrap(), 1);
    assert!(listed(&first).await);
    let second = sealed_by().await;
    assert_ne!(first, second);
    assert!(!listed(&second).await);
}
