//! Time stamps, validation data and document time stamps, against real authorities, judged by pyHanko.

use std::path::PathBuf;

use domain::{Clock, SystemClock};
use pki::{
    Call, CallFailed, Fetch, Gathering, OcspError, SealIdentity, TimeStampError, TimeStampRequest,
    TimeStampToken,
};
use secrecy::SecretString;
use test_kit::{Authorities, Credential, PKCS12_PASSWORD};

use crate::oracle::{self, Level};
use crate::world::{World, at_place, in_field, ingested, input};

struct Http(reqwest::Client);

impl Fetch for Http {
    async fn fetch(&self, call: Call) -> Result<Vec<u8>, CallFailed> {
        let failed = |error: reqwest::Error| CallFailed(error.to_string());
        let request = match call.body {
            Some((kind, body)) => self
                .0
                .post(call.url)
                .header("content-type", kind)
                .body(body),
            None => self.0.get(call.url),
        };
        let answer = request.send().await.map_err(failed)?;
        let answer = answer.error_for_status().map_err(failed)?;
        Ok(answer.bytes().await.map_err(failed)?.to_vec())
    }
}

/// A seal and the authorities around it, asked as the sealing job asks them.
pub(crate) struct Sealer<'a> {
    authorities: &'a Authorities,
    http: Http,
    pub(crate) seal: SealIdentity,
    own_list: Option<pki::OwnList>,
}

impl<'a> Sealer<'a> {
    /// With a seal that the operator brought.
    pub(crate) fn brought(authorities: &'a Authorities, credential: Credential) -> Self {
        Self {
            authorities,
            http: Http(test_kit::client()),
            seal: brought(authorities, credential),
            own_list: None,
        }
    }

    pub(crate) async fn token(&self, digest: [u8; 32]) -> TimeStampToken {
        let request = TimeStampRequest::new(digest, rand::random()).unwrap();
        let call = Call {
            url: self.authorities.time_stamp_url(),
            body: Some(("application/timestamp-query", request.to_der().unwrap())),
        };
        let answer = self.http.fetch(call).await.unwrap();
        request.accept(&answer, SystemClock.now()).unwrap()
    }

    pub(crate) fn blocking(&self, digest: [u8; 32]) -> TimeStampToken {
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.token(digest))
        })
    }

    fn signed(&self, bytes: &[u8], input: &pdf::SealInput) -> Vec<u8> {
        pdf::seal(bytes, input, self, SystemClock.now())
            .unwrap()
            .bytes
    }

    pub(crate) async fn data(&self) -> pki::ValidationData {
        let token = self.token([7; 32]).await;
        let gathering = Gathering {
            subjects: vec![self.seal.certificate().clone(), token.certificate.clone()],
            at_hand: [self.seal.chain(), &token.certificates].concat(),
            own_list: self.own_list.clone(),
        };
        let gathered = gathering.gather(&self.http, SystemClock.now()).await;
        gathered.unwrap().data
    }

    async fn archived(&self, bytes: &[u8]) -> Vec<u8> {
        pdf::add_validation_data(bytes, &self.data().await).unwrap()
    }

    pub(crate) fn stamped(&self, bytes: &[u8]) -> Vec<u8> {
        pdf::add_document_time_stamp(bytes, 8 * 1024, |digest| Ok(self.blocking(*digest).der))
            .unwrap()
    }
}

impl pdf::Signer for Sealer<'_> {
    fn room(&self) -> usize {
        self.seal.signature_room() + 8 * 1024
    }

    fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, pdf::SignFailed> {
        let cms = pki::signature_over(digest, &self.seal)?;
        let token = self.blocking(pki::signature_digest(&cms).unwrap());
        Ok(pki::with_time_stamp(&cms, &token).unwrap())
    }
}

fn brought(authorities: &Authorities, credential: Credential) -> SealIdentity {
    let file = std::fs::read(authorities.pkcs12(credential)).unwrap();
    SealIdentity::from_pkcs12(&file, &SecretString::from(PKCS12_PASSWORD)).unwrap()
}

/// Three rounds: form field, place, seal; each raised to the highest level before the next.
async fn all_levels(
    world: &World,
    sealer: &Sealer<'_>,
    form: &[u8],
    roots: &[PathBuf],
    name: &str,
) {
    let mut first = input(vec![in_field("S1")]);
    first.round_fields = vec!["TFname".to_owned(), "CBagree".to_owned()];
    let timed = sealer.signed(form, &first);
    oracle::has_level(world, &timed, roots, &[Level::Timed]);
    let proved = sealer.archived(&timed).await;
    assert!(proved.starts_with(&timed), "earlier bytes were changed");
    oracle::has_level(world, &proved, roots, &[Level::Proved]);
    let again = sealer.archived(&proved).await;
    let archived = sealer.stamped(&again);
    oracle::has_level(world, &archived, roots, &[Level::Archived]);

    let place = pdf::Rect::new(40.0, 130.0, 160.0, 60.0);
    let second = sealer.signed(&archived, &input(vec![at_place(1, place)]));
    let second = sealer.stamped(&sealer.archived(&second).await);
    oracle::has_level(world, &second, roots, &[Level::Archived; 2]);
    world.keep(name, &second);
    oracle::qpdf_is_content(world, &second);
    oracle::changes_are_allowed(world, &second, roots);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_level_is_reached_with_our_own_authority() {
    let world = World::new();
    let authorities = Authorities::start().await;
    let list = world
        .authority
        .revocation_list(1, SystemClock.now(), &[])
        .unwrap();
    let sealer = Sealer {
        authorities: &authorities,
        http: Http(test_kit::client()),
        seal: world.seal.clone(),
        own_list: Some(pki::OwnList {
            issuer: world.authority.certificate().clone(),
            list,
        }),
    };
    let own = world.write(
        "own-root.pem",
        world.authority.certificate_pem().unwrap().as_bytes(),
    );
    let roots = [own, authorities.root_pem()];
    let form = ingested(&crate::world::form());
    all_levels(&world, &sealer, &form, &roots, "levels-own").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_level_is_reached_with_credentials_that_the_operator_brought() {
    let world = World::new();
    let authorities = Authorities::start().await;
    for credential in [Credential::Rsa, Credential::P256, Credential::P384] {
        let sealer = Sealer::brought(&authorities, credential);
        let roots = [authorities.root_pem()];
        let (form, name) = (
            ingested(&crate::world::form()),
            format!("levels-{credential:?}"),
        );
        all_levels(&world, &sealer, &form, &roots, &name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_level_is_reached_in_a_file_that_is_encrypted() {
    let world = World::new();
    let authorities = Authorities::start().await;
    let sealer = Sealer::brought(&authorities, Credential::P256);
    let roots = [authorities.root_pem()];
    let clear = ingested(&crate::world::form());
    let form = world.by_qpdf(&clear, &["--encrypt", "", "owner", "256", "--"]);
    all_levels(&world, &sealer, &form, &roots, "levels-protected").await;
}

#[tokio::test]
async fn a_revoked_seal_gets_no_validation_data() {
    let authorities = Authorities::start().await;
    let seal = brought(&authorities, Credential::Revoked);
    let gathering = Gathering {
        subjects: vec![seal.certificate().clone()],
        at_hand: seal.chain().to_vec(),
        own_list: None,
    };
    let http = Http(test_kit::client());
    let refused = gathering
        .gather(&http, SystemClock.now())
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, pki::GatherError::Revoked(name) if name.contains("Revoked seal")),
        "{refused}"
    );
    let refused = refused.to_string();
    assert!(!refused.contains(&OcspError::Unknown.to_string()));
}

#[tokio::test]
async fn an_answer_to_another_question_is_no_time_stamp() {
    let authorities = Authorities::start().await;
    let http = Http(test_kit::client());
    let now = SystemClock.now();
    let ask = |digest: [u8; 32]| TimeStampRequest::new(digest, rand::random()).unwrap();
    let request = ask([1; 32]);
    let call = Call {
        url: authorities.time_stamp_url(),
        body: Some(("application/timestamp-query", request.to_der().unwrap())),
    };
    let answer = http.fetch(call).await.unwrap();
    request.accept(&answer, now).unwrap();

    let same_digest = ask([1; 32]).accept(&answer, now);
    assert!(matches!(same_digest, Err(TimeStampError::Nonce)));
    let other_digest = ask([2; 32]).accept(&answer, now);
    assert!(matches!(other_digest, Err(TimeStampError::Imprint)));
    for minutes in [-11_i64, 11] {
        let shifted = domain::Timestamp::from_millis(now.millis() + minutes * 60_000);
        let late = request.accept(&answer, shifted);
        assert!(matches!(late, Err(TimeStampError::Skew { .. })), "{late:?}");
    }
    assert!(request.accept(b"<html>busy</html>", now).is_err());
    // Every single byte of the answer matters, or is ours to ignore; none brings a wrong time in.
    let token = request.accept(&answer, now).unwrap();
    let mut refused = 0;
    for index in (0..answer.len()).step_by(7) {
        let mut bent = answer.clone();
        bent[index] ^= 1;
        match request.accept(&bent, now) {
            Err(_) => refused += 1,
            Ok(still) => assert_eq!(still.at, token.at, "byte {index}"),
        }
    }
    assert!(answer.len() / 7 / 2 < refused, "{refused}");
}
