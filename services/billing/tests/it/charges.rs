//! `/v1/charges`: an integrator sees what became of its own charges, and nothing of anybody else's.

use domain::{ChargeId, Mode, TenantId, Verdict};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, StoreKind, key_of, on_both_stores, owner, reservation};

impl House {
    async fn charge(&self, tenant: TenantId, mode: Mode, path: &str) -> (StatusCode, Value) {
        let path = format!("/v1/charges{path}");
        self.call(key_of(tenant, mode), Method::GET, &path, None)
            .await
    }
}

on_both_stores! {
    async fn a_charge_is_told_while_it_runs_and_when_it_is_registered(house: House) {
        let mut asked = reservation(TenantId::generate(), Mode::Live);
        asked.idempotent = true;
        "order 7/č".clone_into(&mut asked.request_id);
        let (tenant, charge) = (asked.tenant, asked.charge);
        house.reserve(&asked).await;
        let path = format!("/{charge}");
        let (_, running) = house.charge(tenant, Mode::Live, &path).await;
        assert_eq!((&running["chargeState"], &running["operation"], &running["mode"]), (&json!("held"), &json!("create"), &json!("live")));
        assert_eq!((&running["idempotencyKey"], running.get("url")), (&json!("order 7/č"), None));

        house.witness.register(charge, tenant, Mode::Live);
        // Not settled by the gateway yet: the witness's word is enough.
        let (_, registered) = house.charge(tenant, Mode::Live, &path).await;
        let record = house.witness.record(charge).unwrap();
        assert_eq!(registered["chargeState"], "committed");
        assert_eq!(registered["url"].as_str(), record.url.as_deref());
        let id = record.signature_request_id.unwrap();
        assert_eq!(registered["signatureRequestId"], json!(id));
        for other_way in [format!("?signatureRequestId={id}"), "?idempotencyKey=order%207/%C4%8D".to_owned()] {
            let (status, found) = house.charge(tenant, Mode::Live, &other_way).await;
            assert_eq!((status, &found), (StatusCode::OK, &registered), "{other_way}");
        }
    }

    async fn a_key_shows_its_newest_charge(house: House) {
        let mut first = reservation(TenantId::generate(), Mode::Live);
        first.idempotent = true;
        house.reserve(&first).await;
        house.gateway.settle("r", first.charge, Verdict::Refused).await.unwrap();
        let (_, found) = house.charge(first.tenant, Mode::Live, &format!("?idempotencyKey={}", first.request_id)).await;
        assert_eq!(found["chargeState"], "released");
        house.clock.advance(std::time::Duration::from_millis(1));
        let second = crate::house::again(&first);
        house.reserve(&second).await;
        let (_, found) = house.charge(first.tenant, Mode::Live, &format!("?idempotencyKey={}", first.request_id)).await;
        assert_eq!(found["chargeId"], json!(second.charge));
    }

    async fn a_strangers_charge_is_the_same_404_as_a_missing_one(house: House) {
        let mut asked = reservation(TenantId::generate(), Mode::Live);
        asked.idempotent = true;
        house.reserve(&asked).await;
        house.witness.register(asked.charge, asked.tenant, Mode::Live);
        let id = house.witness.record(asked.charge).unwrap().signature_request_id.unwrap();
        let (status, missing) = house.charge(asked.tenant, Mode::Live, &format!("/{}", ChargeId::generate())).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        for path in [format!("/{}", asked.charge), format!("?idempotencyKey={}", asked.request_id), format!("?signatureRequestId={id}")] {
            for (tenant, mode) in [(TenantId::generate(), Mode::Live), (asked.tenant, Mode::Test)] {
                assert_eq!(house.charge(tenant, mode, &path).await, (StatusCode::NOT_FOUND, missing.clone()), "{path} {mode}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_must_be_one_and_the_caller_a_key() {
    let house = House::on(StoreKind::Sqlite).await;
    let tenant = TenantId::generate();
    for path in ["", "?idempotencyKey=a&signatureRequestId=b"] {
        let (status, problem) = house.charge(tenant, Mode::Live, path).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("err.invalid.field"))
        );
    }
    let path = format!("/v1/charges/{}", ChargeId::generate());
    let (status, _) = house.call(owner(tenant), Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_charge_without_its_witness_is_told_later() {
    let house = House::on(StoreKind::Sqlite).await;
    let asked = reservation(TenantId::generate(), Mode::Live);
    house.reserve(&asked).await;
    house.witness.set_down(true);
    let path = format!("/{}", asked.charge);
    let (status, running) = house.charge(asked.tenant, Mode::Live, &path).await;
    assert_eq!(
        (status, &running["chargeState"]),
        (StatusCode::OK, &json!("held"))
    );
    house
        .gateway
        .settle("r", asked.charge, Verdict::Registered)
        .await
        .unwrap();
    let (status, _) = house.charge(asked.tenant, Mode::Live, &path).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}
