//! Stripe's API: shapes, keys, idempotency, refusals, lists.

use serde_json::{Value, json};

use crate::running::{Running, bundle, json};

#[actix_web::test]
async fn a_session_has_stripes_shape() {
    let sandbox = Running::alone();
    let session = sandbox.open_session().await;
    let expected = json!({
        "object": "checkout.session", "livemode": false, "mode": "payment", "status": "open",
        "payment_status": "unpaid", "amount_subtotal": 4900, "amount_total": 4900, "currency": "eur",
        "client_reference_id": "pur_1", "metadata": { "purchase": "pur_1" }, "payment_intent": null,
        "created": 1_795_000_000, "expires_at": 1_795_086_400,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&session[field], value, "{field}");
    }
    let id = session["id"].as_str().unwrap();
    assert!(id.starts_with("cs_test_"));
    assert_eq!(session["url"], format!("{}/c/pay/{id}", sandbox.url));
    assert_eq!(
        sandbox.read(&format!("/v1/checkout/sessions/{id}")).await,
        session
    );
}

/// async-stripe refuses a session without any of these; it reads every other field as optional.
#[actix_web::test]
async fn every_field_async_stripe_demands_is_there() {
    let sandbox = Running::alone();
    let session = sandbox.open_session().await;
    let demanded = [
        "automatic_tax",
        "created",
        "custom_fields",
        "custom_text",
        "expires_at",
        "id",
        "livemode",
        "mode",
        "payment_method_types",
        "payment_status",
        "shipping_options",
    ];
    assert_all_there(&session, &demanded);
    assert_all_there(&session["automatic_tax"], &["enabled"]);
    assert_all_there(
        &session["total_details"],
        &["amount_discount", "amount_tax"],
    );
    sandbox.pay(&session, &[]).await;
    let path = format!(
        "/v1/checkout/sessions/{}?expand[]=payment_intent",
        session["id"].as_str().unwrap()
    );
    let intent = sandbox.read(&path).await["payment_intent"].clone();
    let demanded = [
        "amount",
        "amount_capturable",
        "amount_received",
        "capture_method",
        "confirmation_method",
        "created",
        "currency",
        "id",
        "livemode",
        "metadata",
        "payment_method_types",
        "status",
    ];
    assert_all_there(&intent, &demanded);
    let same = sandbox
        .read(&format!(
            "/v1/payment_intents/{}",
            intent["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(same, intent);
}

fn assert_all_there(object: &Value, fields: &[&str]) {
    for field in fields {
        assert!(!object[field].is_null(), "{field} is missing in {object:#}");
    }
}

#[actix_web::test]
async fn only_keys_of_test_mode_open_the_door() {
    let sandbox = Running::alone();
    let without = sandbox.get("/v1/events").send().await.unwrap();
    assert_eq!(
        json(without, 401).await["error"]["type"],
        "invalid_request_error"
    );
    let live = sandbox
        .get("/v1/events")
        .bearer_auth("sk_live_abcdef")
        .send()
        .await
        .unwrap();
    let refused = json(live, 401).await;
    assert!(!refused.to_string().contains("abcdef"));
}

#[actix_web::test]
async fn every_answer_bears_a_request_id_and_the_version_asked_for() {
    let sandbox = Running::alone();
    let asked = sandbox
        .get("/v1/events")
        .header("stripe-version", "2024-06-20")
        .bearer_auth("sk_test_1");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.headers()["stripe-version"], "2024-06-20");
    let refused = sandbox.get("/v1/events").send().await.unwrap();
    assert!(
        refused.headers()["request-id"]
            .to_str()
            .unwrap()
            .starts_with("req_")
    );
}

#[actix_web::test]
async fn the_same_key_with_the_same_parameters_is_answered_the_same() {
    let sandbox = Running::alone();
    let first = idempotent(&sandbox, "key-1", &bundle()).await;
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let first_request = first.headers()["request-id"].clone();
    let first = json(first, 200).await;
    let mut other_order = bundle();
    other_order.reverse();
    let again = idempotent(&sandbox, "key-1", &other_order).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.headers()["original-request"], first_request);
    assert_eq!(json(again, 200).await, first);
    assert_eq!(
        sandbox.read("/v1/checkout/sessions").await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[actix_web::test]
async fn the_same_key_with_other_parameters_is_refused() {
    let sandbox = Running::alone();
    json(idempotent(&sandbox, "key-1", &bundle()).await, 200).await;
    let mut dearer = bundle();
    dearer[2].1 = "5900";
    let refused = json(idempotent(&sandbox, "key-1", &dearer).await, 400).await;
    assert_eq!(refused["error"]["type"], "idempotency_error");
}

#[actix_web::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let sandbox = Running::alone();
    json(idempotent(&sandbox, "key-1", &bundle()[1..]).await, 400).await;
    json(idempotent(&sandbox, "key-1", &bundle()).await, 200).await;
}

async fn idempotent(sandbox: &Running, key: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let request = sandbox
        .post("/v1/checkout/sessions", form)
        .bearer_auth("sk_test_1");
    request.header("idempotency-key", key).send().await.unwrap()
}

#[actix_web::test]
async fn refusals_name_the_parameter() {
    let sandbox = Running::alone();
    let cases: [(&str, Option<&str>, &str, Option<&str>); 9] = [
        (
            "line_items[0][price_data][colour]",
            Some("red"),
            "line_items[0][price_data][colour]",
            Some("parameter_unknown"),
        ),
        (
            "metadata[a][b]",
            Some("c"),
            "metadata[a][b]",
            Some("parameter_unknown"),
        ),
        ("mode", None, "mode", Some("parameter_missing")),
        (
            "success_url",
            None,
            "success_url",
            Some("parameter_missing"),
        ),
        (
            "success_url",
            Some("javascript:alert(1)"),
            "success_url",
            Some("url_invalid"),
        ),
        ("mode", Some("subscription"), "mode", None),
        (
            "line_items[0][quantity]",
            Some("many"),
            "line_items[0][quantity]",
            Some("parameter_invalid_integer"),
        ),
        (
            "line_items[0][quantity]",
            Some("0"),
            "line_items[0][quantity]",
            None,
        ),
        ("expires_at", Some("1795000060"), "expires_at", None),
    ];
    for (name, value, param, code) in cases {
        let mut form: Vec<(&str, &str)> = bundle()
            .into_iter()
            .filter(|(given, _)| *given != name)
            .collect();
        form.extend(value.map(|value| (name, value)));
        let answer = sandbox
            .post("/v1/checkout/sessions", &form)
            .bearer_auth("sk_test_1")
            .send()
            .await
            .unwrap();
        let error = json(answer, 400).await["error"].clone();
        assert_eq!(error["type"], "invalid_request_error", "{name}");
        assert_eq!(error["param"], param, "{name}");
        assert_eq!(error["code"].as_str(), code, "{name}");
    }
}

#[actix_web::test]
async fn amounts_below_stripes_smallest_charge_are_refused() {
    let sandbox = Running::alone();
    let mut form = bundle();
    form[2].1 = "49";
    let answer = sandbox
        .post("/v1/checkout/sessions", &form)
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(json(answer, 400).await["error"]["code"], "amount_too_small");
}

#[actix_web::test]
async fn what_is_not_there_is_named() {
    let sandbox = Running::alone();
    for path in [
        "/v1/checkout/sessions/cs_test_x",
        "/v1/payment_intents/pi_x",
        "/v1/events/evt_x",
    ] {
        let answer = sandbox
            .get(path)
            .bearer_auth("sk_test_1")
            .send()
            .await
            .unwrap();
        assert_eq!(json(answer, 404).await["error"]["code"], "resource_missing");
    }
    let elsewhere = sandbox
        .get("/v1/customers")
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(
        json(elsewhere, 404).await["error"]["type"],
        "invalid_request_error"
    );
}

#[actix_web::test]
async fn lists_go_page_by_page_in_both_directions() {
    let sandbox = Running::alone();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, sandbox.open_session().await["id"].clone());
    }
    let first = sandbox.read("/v1/checkout/sessions?limit=2").await;
    assert_eq!(ids_of(&first), ids[..2]);
    assert_eq!(first["has_more"], true);
    let cursor = |id: &Value, way: &str| {
        format!(
            "/v1/checkout/sessions?limit=3&{way}={}",
            id.as_str().unwrap()
        )
    };
    let last = sandbox.read(&cursor(&ids[1], "starting_after")).await;
    assert_eq!(ids_of(&last), ids[2..]);
    assert_eq!(last["has_more"], false);
    let back = sandbox.read(&cursor(&ids[4], "ending_before")).await;
    assert_eq!(ids_of(&back), ids[1..4]);
    assert_eq!(back["has_more"], true);
    let none = sandbox
        .read("/v1/checkout/sessions?created[gt]=1795000000")
        .await;
    assert_eq!(ids_of(&none), Vec::<Value>::new());
}

fn ids_of(page: &Value) -> Vec<Value> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect()
}
