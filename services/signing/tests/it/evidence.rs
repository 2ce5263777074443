//! Evidence, from the create to an expert's desk: what the sealed file carries, for whom it opens, and what stays behind.

use std::path::Path;
use std::process::Command;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Integrator, Server, StoreKind, with};
use crate::signer::{Signer, created, in_field, submission};

/// A number that nothing else in a store holds.
const TELLTALE: f64 = 123.456_79;

/// A key pair made by OpenSSL, in a folder that becomes the expert's desk.
fn desk() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let make = "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem && \
                openssl pkey -in private.pem -pubout";
    let done = Command::new("sh")
        .args(["-c", make])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    (folder, String::from_utf8(done.stdout).unwrap())
}

/// The guide's Python, as it stands there: takes the containers out of `signed.pdf`, and opens the first.
fn by_the_guide(desk: &Path, pdf: &[u8]) -> Option<Vec<Value>> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/evidence.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let block = |word: &str| {
        let mut blocks = guide.split("```").skip(1).step_by(2);
        let block = blocks.find(|block| block.contains(word)).unwrap();
        block.split_once('\n').unwrap().1.to_owned()
    };
    std::fs::write(desk.join("signed.pdf"), pdf).unwrap();
    let python = python()?;
    let run = |script: &str| {
        let done = Command::new(&python)
            .args(["-c", script])
            .current_dir(desk)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    run(&block("OKDO_Evidence"));
    let count = (1..1_000)
        .take_while(|number| desk.join(format!("evidence-{number}.jwe")).exists())
        .count();
    let opened = (1..=count).map(|number| {
        run(&block("jwcrypto import").replace("evidence-1", &format!("evidence-{number}")));
        let json = std::fs::read(desk.join(format!("evidence-{number}.json"))).unwrap();
        serde_json::from_slice(&json).unwrap()
    });
    Some(opened.collect())
}

/// The Python that `infra/dev/tools.sh` made; where it must be there, its absence fails the test.
fn python() -> Option<std::path::PathBuf> {
    let usual =
        std::env::home_dir().map(|home| home.join(".cache/okdokument/tools/pyhanko/bin/python"));
    let named =
        std::env::var_os("OKD_PYHANKO").map(|path| Path::new(&path).with_file_name("python"));
    let python = named.into_iter().chain(usual).find(|path| path.exists());
    let required = std::env::var_os("OKD_ORACLES").is_some_and(|value| value == "required");
    assert!(python.is_some() || !required, "no Python with jwcrypto");
    python
}

fn with_telltale(mut signature: Value) -> Value {
    signature["strokes"][0]["points"][7][0] = json!(TELLTALE);
    signature
}

/// Signs both fields of the contract; answers the opening and the sealed file.
async fn signed(
    server: &Server,
    tenant: &Integrator,
    order: &Value,
    told: bool,
) -> (Value, Vec<u8>) {
    let answer = created(server, tenant, order).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    let opening = signer.open().await;
    let signatures = json!([with_telltale(in_field("S1")), in_field("SO1")]);
    let body = with(
        submission(&opening, &signatures),
        &json!({ "keepRawInk": told }),
    );
    let accepted = signer.submit(&body).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{accepted:?}");
    assert_eq!(signer.settled().await["state"], "signed");
    let path = format!("/JSON/document/{}", signer.document);
    let file = tenant.get(server, &path).await;
    assert_eq!(file.status, StatusCode::OK);
    (opening, file.bytes)
}

fn sig_data() -> Value {
    json!({ "sigData": { "RecipientEmail": "jana.telltale@example.com", "InternalDocumentID": "2291" } })
}

#[actix_web::test]
async fn each_signature_carries_its_own_ink_and_the_senders_data_and_a_foreign_tool_opens_them() {
    let (server, tenant) = (Server::on(StoreKind::Sqlite).await, Integrator::new());
    let (desk, public) = desk();
    server.know_evidence(&tenant, &public, true).await;
    let order = with(sig_data(), &json!({ "signatureRequestId": "evidence-1" }));
    let (opening, pdf) = signed(&server, &tenant, &order, true).await;
    assert_eq!(opening["keepRawInk"], true);
    assert_eq!(opening["senderData"], true);
    let Some(found) = by_the_guide(desk.path(), &pdf) else {
        return;
    };
    assert_eq!(found.len(), 2);
    for (evidence, field) in found.iter().zip(["S1", "SO1"]) {
        assert_eq!(evidence["signatureRequestId"], "evidence-1");
        assert_eq!(evidence["documentId"], opening["documentId"]);
        assert_eq!(evidence["served"]["sha256"], opening["digest"]);
        assert_eq!(evidence["signature"]["field"], field);
        assert_eq!(evidence["sigData"]["InternalDocumentID"], "2291");
        assert_eq!(
            evidence["ink"]["strokes"][0]["points"]
                .as_array()
                .unwrap()
                .len(),
            40
        );
    }
    let x = |at: usize| {
        found[at]["ink"]["strokes"][0]["points"][7][0]
            .as_f64()
            .unwrap()
    };
    assert!((x(0) - TELLTALE).abs() < 1e-4 && (x(1) - 31.0).abs() < 1e-4);
}

#[actix_web::test]
async fn where_raw_ink_is_not_kept_no_sample_is_left_in_file_or_store() {
    let (server, tenant) = (Server::on(StoreKind::Sqlite).await, Integrator::new());
    let (desk, public) = desk();
    server.know_evidence(&tenant, &public, false).await;
    // Whatever the page says it told.
    let (opening, pdf) = signed(&server, &tenant, &sig_data(), true).await;
    assert_eq!(opening["keepRawInk"], false);
    let store = server.store_bytes();
    for trace in ["123.4567", "jana.telltale", "InternalDocumentID"] {
        let is_in = |bytes: &[u8]| {
            bytes
                .windows(trace.len())
                .any(|part| part == trace.as_bytes())
        };
        assert!(!is_in(&store), "{trace} is in the store");
        assert!(!is_in(&pdf), "{trace} is in the file");
    }
    let Some(found) = by_the_guide(desk.path(), &pdf) else {
        return;
    };
    assert_eq!(found.len(), 2);
    for evidence in &found {
        assert_eq!(evidence["sigData"]["InternalDocumentID"], "2291");
        assert_eq!(evidence["ink"], Value::Null);
    }
}

#[actix_web::test]
async fn ink_is_not_kept_where_the_signer_was_not_told() {
    let (server, tenant) = (Server::on(StoreKind::Sqlite).await, Integrator::new());
    let (_desk, public) = desk();
    server.know_evidence(&tenant, &public, true).await;
    let (opening, pdf) = signed(&server, &tenant, &json!({}), false).await;
    assert_eq!(
        (&opening["keepRawInk"], &opening["senderData"]),
        (&json!(true), &json!(false))
    );
    let evidences = pdf::evidences(&pdf).unwrap();
    assert_eq!(evidences.len(), 2);
    assert!(evidences.iter().all(|one| one.container.is_none()));
}

#[actix_web::test]
async fn a_point_that_json_cannot_hold_is_refused_before_it_is_kept() {
    let (server, tenant) = (Server::on(StoreKind::Sqlite).await, Integrator::new());
    let answer = created(&server, &tenant, &json!({})).await;
    let signer = Signer::follow(&server, &answer.text("url")).await;
    let opening = signer.open().await;
    let mut signature = in_field("S1");
    signature["strokes"][0]["points"][3][0] = json!(1e300);
    let refused = signer
        .submit(&submission(&opening, &json!([signature])))
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused:?}");
}
