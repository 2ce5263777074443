//! A create and its charge, whatever signing and billing answer.

use domain::ChargeId;
use serde_json::{Value, json};

use crate::house::{House, answers, answers_matching, header};

#[tokio::test]
async fn a_registration_is_committed_and_its_settlement_follows() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.settles_as("committed", 109).await;
    house
        .signing_says(200, Some("registered"), json!({ "documentId": "d" }))
        .await;
    let created = house.create().await;
    assert_eq!(created.status(), 200);
    assert_eq!(
        (
            header(&created, "charge-state"),
            header(&created, "balance-remaining")
        ),
        ("committed", "109")
    );
    assert!(
        created.headers().get("x-okd-verdict").is_none(),
        "a word between services"
    );
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let settled = house.billing_heard("/settlement").await;
    let settlement: Value = settled.first().unwrap().body_json().unwrap();
    assert_eq!(settlement["verdict"], "registered");
    assert!(
        settled[0]
            .url
            .path()
            .contains(header(&created, "charge-id"))
    );
}

#[tokio::test]
async fn a_refusal_is_released_and_told_with_the_balance_after_it() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.settles_as("released", 110).await;
    house
        .signing_says(
            400,
            Some("refused"),
            json!({ "message": "err.invalid.file" }),
        )
        .await;
    let refused = house.create().await;
    assert_eq!(refused.status(), 400);
    assert_eq!(
        (
            header(&refused, "charge-state"),
            header(&refused, "balance-remaining")
        ),
        ("released", "110")
    );
}

#[tokio::test]
async fn a_fault_without_a_verdict_is_ended_by_a_tombstone_and_released() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.settles_as("released", 110).await;
    house.signing_says(500, None, json!({})).await;
    house.tombstone_says("tombstoned", Value::Null).await;
    let failed = house.create().await;
    assert_eq!(
        (failed.status().as_u16(), header(&failed, "charge-state")),
        (502, "released")
    );
    let body: Value = failed.json().await.unwrap();
    assert_eq!(body["message"], "err.upstream");
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_answered_all_the_same() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.settles_as("committed", 109).await;
    house.signing_says(500, None, json!({})).await;
    house
        .tombstone_says(
            "registered",
            json!({ "status": 200, "body": "{\"documentId\":\"d\"}" }),
        )
        .await;
    let created = house.create().await;
    assert_eq!(
        (created.status().as_u16(), header(&created, "charge-state")),
        (200, "committed")
    );
    assert_eq!(created.text().await.unwrap(), "{\"documentId\":\"d\"}");
}

#[tokio::test]
async fn a_witness_that_cannot_be_asked_leaves_the_charge_in_doubt() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.signing_says(500, None, json!({})).await;
    answers_matching(&house.signing, "POST", "/tombstone$", 503, json!({})).await;
    answers_matching(
        &house.billing,
        "POST",
        "/doubt$",
        200,
        json!({ "state": "in_doubt", "available": 109 }),
    )
    .await;
    let failed = house.create().await;
    assert_eq!(
        (failed.status().as_u16(), header(&failed, "charge-state")),
        (502, "in_doubt")
    );
    assert_eq!(house.billing_heard("/doubt").await.len(), 1);
}

#[tokio::test]
async fn a_refusal_that_any_layer_could_have_made_settles_nothing_by_itself() {
    let house = House::open().await.with_key().await;
    house.held(109).await;
    house.settles_as("released", 110).await;
    house
        .signing_says(
            413,
            None,
            json!({ "message": "err.file.too.large", "detail": "smaller", "value": 5 }),
        )
        .await;
    house.tombstone_says("tombstoned", Value::Null).await;
    let refused = house.create().await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "charge-state")),
        (413, "released")
    );
    let asked = house.signing.received_requests().await.unwrap();
    assert!(
        asked
            .iter()
            .any(|request| request.url.path().ends_with("/tombstone"))
    );
}

#[tokio::test]
async fn a_repeat_of_a_running_create_is_told_to_wait() {
    let house = House::open().await.with_key().await;
    let charge = ChargeId::generate();
    house
        .judge_says(vec![
            json!({ "answer": "unsettled", "charge": charge, "state": "held" }),
        ])
        .await;
    answers(
        &house.signing,
        "GET",
        &format!("/internal/charges/{charge}"),
        404,
        json!({}),
    )
    .await;
    let early = house.create().await;
    assert_eq!(
        (early.status().as_u16(), header(&early, "retry-after")),
        (409, "1")
    );
    let body: Value = early.json().await.unwrap();
    assert_eq!(body["message"], "err.idempotency.in.flight");
}

#[tokio::test]
async fn a_repeat_of_an_unsettled_registration_is_settled_first_and_then_replayed() {
    let house = House::open().await.with_key().await;
    let charge = ChargeId::generate();
    house
        .judge_says(vec![
            json!({ "answer": "unsettled", "charge": charge, "state": "in_doubt" }),
            json!({ "answer": "committed", "charge": charge, "available": 77 }),
        ])
        .await;
    let record = json!({
        "charge": charge, "tenant": house.tenant_id(), "mode": "live", "verdict": "registered", "at": 1, "signatureRequestId": "x",
        "documentId": null, "url": null, "answer": null,
    });
    answers(
        &house.signing,
        "GET",
        &format!("/internal/charges/{charge}"),
        200,
        record,
    )
    .await;
    house.settles_as("committed", 77).await;
    house
        .signing_says(200, None, json!({ "documentId": "d" }))
        .await;
    let replayed = house.create().await;
    assert_eq!(replayed.status(), 200);
    assert_eq!(header(&replayed, "charge-id"), charge.to_string());
    assert_eq!(
        (
            header(&replayed, "charge-state"),
            header(&replayed, "balance-remaining")
        ),
        ("committed", "77")
    );
}

#[tokio::test]
async fn an_old_key_is_never_run_again() {
    let house = House::open().await.with_key().await;
    house
        .judge_says(vec![
            json!({ "answer": "expired", "charge": ChargeId::generate() }),
        ])
        .await;
    let refused = house.create().await;
    assert_eq!(refused.status(), 409);
    assert!(house.signing.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn with_nothing_left_the_body_is_judged_and_then_the_judge_is_asked_once_more() {
    for (available, held, hold, status) in [
        (0, 0, Value::Null, 402),
        (0, 1, Value::Null, 503),
        (1, 0, Value::Null, 503),
        (
            0,
            0,
            json!({ "charge": ChargeId::generate(), "state": "held" }),
            409,
        ),
    ] {
        let house = House::open().await.with_key().await;
        house
            .judge_says(vec![json!({ "answer": "exhausted", "held": 0 })])
            .await;
        house
            .signing_says(402, Some("would-register"), json!({}))
            .await;
        let standing = json!({ "available": available, "held": held, "used": 10, "hold": hold });
        answers_matching(&house.billing, "GET", "^/internal/balances/", 200, standing).await;
        let answer = house.create().await;
        assert_eq!(
            answer.status(),
            status,
            "available {available}, held {held}"
        );
        assert!(
            house.billing_heard("/settlement").await.is_empty(),
            "nothing was held"
        );
    }
}

#[tokio::test]
async fn debt_that_blocks_is_a_402_of_its_own_that_says_how_to_mend_it() {
    for (pays, mend) in [
        (true, "a purchase pays them first"),
        (false, "Ask the operator"),
    ] {
        let house = House::open().await.with_key().await;
        house
            .judge_says(vec![json!({ "answer": "exhausted", "held": 0 })])
            .await;
        house
            .signing_says(402, Some("would-register"), json!({}))
            .await;
        let standing = json!({
            "available": 97, "held": 0, "used": 10, "hold": null,
            "debt": 3, "debtBlocks": true, "purchasePaysDebt": pays,
        });
        answers_matching(&house.billing, "GET", "^/internal/balances/", 200, standing).await;
        let answer = house.create().await;
        assert_eq!(
            (
                answer.status().as_u16(),
                header(&answer, "balance-remaining")
            ),
            (402, "97")
        );
        let told: Value = answer.json().await.unwrap();
        assert_eq!(
            (&told["message"], &told["value"]),
            (&json!("err.debt"), &json!(3))
        );
        assert!(told["detail"].as_str().unwrap().contains(mend), "{told}");
    }
}

#[tokio::test]
async fn with_nothing_left_a_bad_body_is_still_400() {
    let house = House::open().await.with_key().await;
    house
        .judge_says(vec![json!({ "answer": "exhausted", "held": 0 })])
        .await;
    house
        .signing_says(
            400,
            Some("refused"),
            json!({ "message": "err.invalid.file" }),
        )
        .await;
    assert_eq!(house.create().await.status(), 400);
}

#[tokio::test]
async fn a_judge_that_is_away_sells_nothing() {
    let house = House::open().await.with_key().await;
    answers(
        &house.billing,
        "POST",
        "/internal/reservations",
        503,
        json!({}),
    )
    .await;
    house.tombstone_says("tombstoned", Value::Null).await;
    let refused = house.create().await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "charge-state")),
        (503, "released")
    );
    let forwarded = house.signing.received_requests().await.unwrap();
    assert!(
        !forwarded
            .iter()
            .any(|request| request.url.path() == "/JSON/signatureRequest")
    );
}

#[tokio::test]
async fn an_idempotency_key_that_is_too_long_is_refused() {
    let house = House::open().await.with_key().await;
    assert_eq!(
        house
            .create_with("idempotency-key", &"k".repeat(256))
            .await
            .status(),
        400
    );
}
