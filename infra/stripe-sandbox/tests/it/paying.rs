//! The hosted page and what follows from it: redirects, declines, signed webhooks, retries.

use std::time::Duration;

use crate::running::{Receiver, Running, noon, now};

#[actix_web::test]
async fn paying_completes_the_session_and_sends_signed_webhooks() {
    let mut receiver = Receiver::start();
    let sandbox = Running::start(noon(), None, Some(receiver.address));
    let session = sandbox.open_session().await;
    let id = session["id"].as_str().unwrap();
    let paid = sandbox
        .pay(
            &session,
            &[
                ("card_number", "4242424242424242"),
                ("email", "jana@example.com"),
            ],
        )
        .await;
    assert_eq!(paid.status(), 303);
    let landing = format!("http://localhost:8081/billing/return?purchase=pur_1&session={id}");
    assert_eq!(paid.headers()["location"], landing);

    let mut events = Vec::new();
    for _ in 0..2 {
        let received = receiver.next().await;
        received.assert_signed(now(&sandbox.clock));
        events.push(received.event());
    }
    events.sort_by_key(|event| event["type"].to_string());
    let [completed, succeeded] = events.as_slice() else {
        panic!("two events")
    };
    assert_eq!(completed["type"], "checkout.session.completed");
    assert_eq!(completed["data"]["object"]["payment_status"], "paid");
    assert_eq!(completed["data"]["object"]["client_reference_id"], "pur_1");
    assert_eq!(succeeded["type"], "payment_intent.succeeded");
    assert_eq!(succeeded["data"]["object"]["amount_received"], 4900);
    assert_eq!(succeeded["data"]["object"]["metadata"]["purchase"], "pur_1");

    let session = sandbox.read(&format!("/v1/checkout/sessions/{id}")).await;
    assert_eq!(session["status"], "complete");
    assert_eq!(session["url"], serde_json::Value::Null);
    assert_eq!(session["payment_intent"], succeeded["data"]["object"]["id"]);
    let listed = sandbox
        .read("/v1/events?type=checkout.session.completed")
        .await;
    assert_eq!(listed["data"][0]["id"], completed["id"]);
    sandbox.stop().await;
}

#[actix_web::test]
async fn paying_twice_charges_once() {
    let sandbox = Running::alone();
    let session = sandbox.open_session().await;
    assert_eq!(sandbox.pay(&session, &[]).await.status(), 303);
    assert_eq!(sandbox.pay(&session, &[]).await.status(), 303);
    assert_eq!(
        sandbox.read("/v1/payment_intents").await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        sandbox.read("/v1/events").await["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[actix_web::test]
async fn a_declined_card_stays_on_the_page_and_another_may_be_tried() {
    let sandbox = Running::alone();
    let session = sandbox.open_session().await;
    let declined = sandbox.pay(&session, &[("attempt", "decline")]).await;
    assert_eq!(declined.status(), 402);
    let page = declined.text().await.unwrap();
    assert!(page.contains("Your card was declined."), "{page}");
    assert!(page.contains("4000 0000 0000 0002"));
    let path = format!("/v1/checkout/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(sandbox.read(&path).await, session);
    let failed = sandbox
        .read("/v1/events?type=payment_intent.payment_failed")
        .await;
    let intent = &failed["data"][0]["data"]["object"];
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(
        intent["last_payment_error"]["decline_code"],
        "generic_decline"
    );

    assert_eq!(sandbox.pay(&session, &[]).await.status(), 303);
    assert_eq!(sandbox.read(&path).await["payment_intent"], intent["id"]);
}

#[actix_web::test]
async fn an_endpoint_that_fails_is_tried_again_until_it_agrees() {
    let mut receiver = Receiver::start();
    receiver.answers(500);
    let sandbox = Running::start(noon(), None, Some(receiver.address));
    let session = sandbox.open_session().await;
    assert_eq!(sandbox.pay(&session, &[]).await.status(), 303);
    let first = [receiver.next().await.event(), receiver.next().await.event()];
    receiver.hears_nothing_for(Duration::from_millis(700)).await;
    receiver.answers(200);
    sandbox.clock.advance(Duration::from_secs(1));
    let again = [receiver.next().await, receiver.next().await];
    for received in again {
        received.assert_signed(now(&sandbox.clock));
        assert!(
            first
                .iter()
                .any(|event| event["id"] == received.event()["id"])
        );
    }
    sandbox.clock.advance(Duration::from_hours(1));
    receiver.hears_nothing_for(Duration::from_millis(700)).await;
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_late_webhook_does_not_hold_up_the_browser() {
    let mut receiver = Receiver::start();
    let sandbox = Running::start(noon(), None, Some(receiver.address));
    let session = sandbox.open_session().await;
    assert_eq!(
        sandbox.pay(&session, &[("webhook", "late")]).await.status(),
        303
    );
    receiver.hears_nothing_for(Duration::from_millis(700)).await;
    sandbox.clock.advance(Duration::from_secs(15));
    receiver.next().await;
    sandbox.stop().await;
}

#[actix_web::test]
async fn an_event_is_sent_again_from_the_overview() {
    let mut receiver = Receiver::start();
    let sandbox = Running::start(noon(), None, Some(receiver.address));
    let session = sandbox.open_session().await;
    sandbox.pay(&session, &[("webhook", "by_hand")]).await;
    receiver.hears_nothing_for(Duration::from_millis(700)).await;
    let event = sandbox.read("/v1/events").await["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let overview = sandbox.get("/").send().await.unwrap().text().await.unwrap();
    let action = format!("/sandbox/events/{event}/resend");
    assert!(overview.contains(&action));
    for _ in 0..2 {
        assert_eq!(
            sandbox.post(&action, &[]).send().await.unwrap().status(),
            303
        );
        assert_eq!(receiver.next().await.event()["id"], event);
    }
    sandbox.stop().await;
}

#[actix_web::test]
async fn the_page_shows_what_is_bought_and_escapes_it() {
    let sandbox = Running::alone();
    let mut form = crate::running::bundle();
    form[3].1 = "<script>alert(1)</script>";
    let session = sandbox.write("/v1/checkout/sessions", &form).await;
    let shown = sandbox
        .get(&format!("/c/pay/{}", session["id"].as_str().unwrap()))
        .send()
        .await
        .unwrap();
    assert!(
        shown.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    let page = shown.text().await.unwrap();
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
    assert!(page.contains("€49.00"));
    assert!(page.contains("http://localhost:8081/billing?canceled=pur_1"));
}
