//! Uploads that somebody has signed already: co-signed, or refused where the operator says so.

use domain::ChargeId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use signing::SignedUploads;

use crate::levels::{download, signed};
use crate::server::{Integrator, Server, StoreKind, base64, contract, held};
use crate::signer::{Signer, in_field, submission};

fn body(file: &[u8]) -> Value {
    json!({ "filedata": { "content": base64(file), "filename": "signed.pdf" } })
}

async fn sign(server: &Server, url: &str, field: &str) {
    let signer = Signer::follow(server, url).await;
    let opening = signer.open().await;
    let told = signer
        .submit(&submission(&opening, &json!([in_field(field)])))
        .await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{told:?}");
    assert_eq!(signer.settled().await["state"], "signed");
}

#[tokio::test]
async fn a_signed_file_is_co_signed_and_its_signature_stays() {
    let server = Server::on(StoreKind::Sqlite).await;
    let (first, second) = (Integrator::new(), Integrator::new());
    let signer = signed(&server, &first).await;
    assert_eq!(signer.settled().await["state"], "signed");
    let file = download(&server, &first, &signer).await;
    server.know(&second, 10_000_000).await;
    let answer = second.create(&server, &body(&file)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    sign(&server, &answer.text("url"), "SO1").await;
    let path = format!("/JSON/document/{}", answer.text("documentId"));
    let whole = second.get(&server, &path).await.bytes;
    assert!(whole.starts_with(&file));
    let reports = pdf::verify(&whole).unwrap();
    let holding = reports.iter().filter(|report| report.signed_by.is_ok());
    assert_eq!((reports.len(), holding.count()), (2, 2));
}

#[tokio::test]
async fn where_the_operator_says_so_a_signed_file_is_refused_and_a_further_round_is_not() {
    let server = Server::start(StoreKind::Sqlite, |config| {
        config.signed_uploads = SignedUploads::Refuse;
    })
    .await;
    let tenant = Integrator::new();
    let signer = signed(&server, &tenant).await;
    assert_eq!(signer.settled().await["state"], "signed");
    let file = download(&server, &tenant, &signer).await;
    let stored = server.stored_files();
    for state in ["tosign", "tostamp"] {
        let mut body = body(&file);
        body["filedata"]["state"] = json!(state);
        let charge = held(ChargeId::generate());
        let refused = tenant.create_with(&server, charge, None, &body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (400, "err.already.signed"),
            "{state}: {refused:?}"
        );
        assert_eq!(refused.header("x-okd-verdict"), "refused", "{state}");
        assert_eq!(refused.json()["value"], 1, "{state}");
    }
    assert_eq!(server.stored_files(), stored);
    // What was signed here is no upload: the next round goes on.
    let again = json!({"id": signer.document, "changeState": "tosign"});
    let round = tenant.create(&server, &again).await;
    assert_eq!(round.status, StatusCode::OK, "{round:?}");
    sign(&server, &round.text("url"), "SO1").await;
    let unsigned = tenant.create(&server, &contract()).await;
    assert_eq!(unsigned.status, StatusCode::OK, "{unsigned:?}");
}
