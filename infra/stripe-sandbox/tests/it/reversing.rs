//! Money that goes back: refunds by the API and by hand, and disputes.

use crate::running::{Running, json};

async fn paid(sandbox: &Running) -> String {
    let session = sandbox.open_session().await;
    assert_eq!(sandbox.pay(&session, &[]).await.status(), 303);
    let id = session["id"].as_str().unwrap();
    let session = sandbox.read(&format!("/v1/checkout/sessions/{id}")).await;
    session["payment_intent"].as_str().unwrap().to_owned()
}

async fn by_hand(sandbox: &Running, path: &str, form: &[(&str, &str)]) {
    let done = sandbox.post(path, form).send().await.unwrap();
    assert_eq!(
        (
            done.status().as_u16(),
            done.headers()["location"].to_str().unwrap()
        ),
        (303, "/#reversals")
    );
}

#[actix_web::test]
async fn a_payment_is_refunded_in_parts_and_never_beyond_what_was_paid() {
    let sandbox = Running::alone();
    let intent = paid(&sandbox).await;
    let form = [
        ("payment_intent", intent.as_str()),
        ("amount", "1900"),
        ("reason", "duplicate"),
    ];
    let refund = sandbox.write("/v1/refunds", &form).await;
    assert_eq!(
        (&refund["status"], refund["amount"].as_i64()),
        (&"succeeded".into(), Some(1_900))
    );
    let too_much = [("payment_intent", intent.as_str()), ("amount", "3001")];
    let refused = sandbox
        .post("/v1/refunds", &too_much)
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(json(refused, 400).await["error"]["param"], "amount");
    by_hand(&sandbox, &format!("/sandbox/payments/{intent}/refund"), &[]).await;
    let again = sandbox
        .post("/v1/refunds", &[("payment_intent", intent.as_str())])
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(
        json(again, 400).await["error"]["code"],
        "charge_already_refunded"
    );
    let listed = sandbox
        .read(&format!("/v1/refunds?payment_intent={intent}"))
        .await;
    let amounts: Vec<_> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["amount"].as_i64())
        .collect();
    assert_eq!(amounts, [Some(3_000), Some(1_900)]);
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_refund_that_fails_can_be_given_again() {
    let sandbox = Running::alone();
    let intent = paid(&sandbox).await;
    let whole = [("payment_intent", intent.as_str())];
    let refund = sandbox.write("/v1/refunds", &whole).await;
    let id = refund["id"].as_str().unwrap();
    by_hand(&sandbox, &format!("/sandbox/refunds/{id}/fail"), &[]).await;
    let told = sandbox.read("/v1/events?type=refund.failed").await;
    assert_eq!(told["data"][0]["data"]["object"]["status"], "failed");
    assert_eq!(sandbox.write("/v1/refunds", &whole).await["amount"], 4_900);
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_dispute_forbids_refunds_until_it_is_won() {
    let sandbox = Running::alone();
    let intent = paid(&sandbox).await;
    by_hand(
        &sandbox,
        &format!("/sandbox/payments/{intent}/dispute"),
        &[],
    )
    .await;
    let refused = sandbox
        .post("/v1/refunds", &[("payment_intent", intent.as_str())])
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(json(refused, 400).await["error"]["code"], "charge_disputed");
    let listed = sandbox
        .read(&format!("/v1/disputes?payment_intent={intent}"))
        .await;
    let dispute = &listed["data"][0];
    assert_eq!(
        (&dispute["status"], dispute["amount"].as_i64()),
        (&"needs_response".into(), Some(4_900))
    );
    let id = dispute["id"].as_str().unwrap();
    by_hand(&sandbox, &format!("/sandbox/disputes/{id}/win"), &[]).await;
    let told = sandbox
        .read("/v1/events?type=charge.dispute.funds_reinstated")
        .await;
    assert_eq!(told["data"][0]["data"]["object"]["status"], "won");
    assert_eq!(
        sandbox
            .write("/v1/refunds", &[("payment_intent", intent.as_str())])
            .await["amount"],
        4_900
    );
    sandbox.stop().await;
}
