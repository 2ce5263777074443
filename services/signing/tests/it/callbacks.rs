//! Callbacks seen from the integrator's side: how each fares, and sent once more.

use std::time::{Duration, Instant};

use domain::{Clock as _, Mode, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_kit::Receiver;

use crate::server::{
    Answer, Integrator, PATIENCE, Server, StoreKind, contract, on_both_stores, read, with,
};
use crate::signer::{Signer, created};

/// A round that its signer declined, whose callback goes to `receiver`. Answers the request's id.
async fn declined(server: &Server, tenant: &Integrator, receiver: &Receiver) -> String {
    declined_to(server, tenant, &receiver.url("/hook?secret=of-theirs")).await
}

async fn declined_to(server: &Server, tenant: &Integrator, url: &str) -> String {
    let more = json!({"sendInfoURL": url});
    let answer = created(server, tenant, &more).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    signer.open().await;
    let canceled = signer.call(Method::POST, "cancellation", &json!({})).await;
    assert_eq!(canceled.status, StatusCode::OK, "{canceled:?}");
    answer.text("result")
}

/// The callbacks that a query shows.
async fn shown(server: &Server, tenant: &Integrator, query: &str) -> Vec<Value> {
    let answer = tenant.get(server, &format!("/v1/callbacks{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()["items"].as_array().unwrap().clone()
}

/// Waits until the one callback of a request is delivered so.
async fn once(server: &Server, tenant: &Integrator, request: &str, delivery: &str) -> Value {
    let started = Instant::now();
    loop {
        let query = format!("?signatureRequestId={request}");
        let [callback] = &shown(server, tenant, &query).await[..] else {
            panic!("one callback of {request}")
        };
        if callback["delivery"] == delivery && callback["tries"] != 0 {
            return callback.clone();
        }
        assert!(started.elapsed() < PATIENCE, "{callback} is not {delivery}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What a member of this role is told by the portal.
async fn member(
    server: &Server,
    tenant: &Integrator,
    (role, method, path): (Role, Method, &str),
) -> Answer {
    let token = server.member_as(tenant.tenant, role);
    let request = server.request(method, &format!("/api/signing/{path}"), &token);
    read(request.send().await.unwrap()).await
}

on_both_stores! {
    async fn members_see_how_callbacks_fare_and_those_who_tend_them_send_again(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        let request = declined(&server, &tenant, &receiver).await;
        once(&server, &tenant, &request, "taken").await;
        let list = (Role::Viewer, Method::GET, "callbacks?mode=live&delivery=taken");
        let listed = member(&server, &tenant, list).await.json();
        let [callback] = &listed["items"].as_array().unwrap()[..] else { panic!("one callback") };
        assert_eq!(callback["url"], receiver.url("/hook"), "a receiver's own secret is not every member's");
        let id = callback["id"].as_str().unwrap();
        let resend = format!("callbacks/{id}/resend?mode=live");
        for role in [Role::Viewer, Role::Billing] {
            for (method, path) in [(Method::POST, resend.as_str()), (Method::GET, "callback-secret")] {
                let refused = member(&server, &tenant, (role, method, path)).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            }
        }
        let sent = member(&server, &tenant, (Role::Developer, Method::POST, &resend)).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{sent:?}");
        let both = receiver.wait_for(2, PATIENCE).await;
        assert_eq!(both[1].headers["webhook-id"], id);
        let secret = member(&server, &tenant, (Role::Developer, Method::GET, "callback-secret")).await;
        assert_eq!(secret.header("cache-control"), "no-store");
        let theirs = tenant.get(&server, "/v1/callback-secret").await;
        assert_eq!(secret.text("secret"), theirs.text("secret"));

        let stranger = Integrator::new();
        let nothing = member(&server, &stranger, (Role::Owner, Method::GET, "callbacks?mode=live")).await;
        assert_eq!(nothing.json()["items"], json!([]));
        let unknown = member(&server, &stranger, (Role::Owner, Method::POST, &resend)).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        let other = format!("callbacks/{id}/resend?mode=test");
        let unknown = member(&server, &tenant, (Role::Owner, Method::POST, &other)).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "live and test never meet");
    }

    async fn a_callback_tells_how_it_fares_and_is_sent_again_under_its_id(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        receiver.refuse_next(u32::MAX);
        let request = declined(&server, &tenant, &receiver).await;
        receiver.wait_for(1, PATIENCE).await;
        let started = Instant::now();
        let waiting = loop {
            let waiting = once(&server, &tenant, &request, "waiting").await;
            if waiting.get("lastError").is_some() || PATIENCE < started.elapsed() {
                break waiting;
            }
        };
        assert_eq!(waiting["lastError"], "the receiver answered 503");
        assert_eq!(waiting["state"], "canceled");
        assert_eq!(waiting["signatureRequestId"], request.as_str());
        assert_eq!(waiting["url"], receiver.url("/hook?secret=of-theirs"));
        assert!(server.clock.now().millis() <= waiting["nextTryAt"].as_i64().unwrap());
        assert!(shown(&server, &tenant, "?delivery=taken").await.is_empty());
        assert_eq!(shown(&server, &tenant, "?delivery=waiting").await.len(), 1);

        receiver.refuse_next(0);
        let id = waiting["id"].as_str().unwrap();
        let resend = format!("/v1/callbacks/{id}/resend");
        let sent = tenant.call(&server, Method::POST, &resend, &Value::Null).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{sent:?}");
        let taken = once(&server, &tenant, &request, "taken").await;
        assert!(taken.get("nextTryAt").is_none() && taken["takenAt"].is_i64(), "{taken}");
        // A callback that was taken can be had again, which a receiver sees by the id.
        let before = receiver.callbacks().len();
        let again = tenant.call(&server, Method::POST, &resend, &Value::Null).await;
        assert_eq!(again.status, StatusCode::ACCEPTED, "{again:?}");
        let callbacks = receiver.wait_for(before + 1, PATIENCE).await;
        assert!(callbacks.iter().all(|callback| callback.headers["webhook-id"] == id));
        assert_eq!(tenant.get(&server, &format!("/v1/callbacks/{id}")).await.json()["id"], id);
    }

    async fn callbacks_of_others_and_of_the_other_mode_are_not_there(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        let request = declined(&server, &tenant, &receiver).await;
        let taken = once(&server, &tenant, &request, "taken").await;
        let id = taken["id"].as_str().unwrap();
        let mut in_test = tenant.clone();
        in_test.mode = Mode::Test;
        for stranger in [Integrator::new(), in_test] {
            assert!(shown(&server, &stranger, "").await.is_empty());
            for (method, path) in [
                (Method::GET, format!("/v1/callbacks/{id}")),
                (Method::POST, format!("/v1/callbacks/{id}/resend")),
            ] {
                let answer = stranger.call(&server, method, &path, &Value::Null).await;
                assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "err.not.found"));
            }
            let since = json!({"since": 0});
            let recovered = stranger.call(&server, Method::POST, "/v1/callbacks/recover", &since).await;
            assert_eq!(recovered.json()["count"], 0);
        }
        assert_eq!(receiver.callbacks().len(), 1);
        for query in ["?limit=0", "?limit=201", "?delivery=lost", "?cursor=x", "?signatureRequestId=a/b"] {
            let answer = tenant.get(&server, &format!("/v1/callbacks{query}")).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "err.invalid.field"), "{query}");
        }
    }

    async fn after_an_outage_all_that_was_not_taken_is_sent(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        let early = declined(&server, &tenant, &receiver).await;
        once(&server, &tenant, &early, "taken").await;
        receiver.refuse_next(u32::MAX);
        server.clock.advance(Duration::from_mins(1));
        let outage = server.clock.now().millis();
        let lost = [
            declined(&server, &tenant, &receiver).await,
            declined(&server, &tenant, &receiver).await,
        ];
        for request in &lost {
            once(&server, &tenant, request, "waiting").await;
        }
        let after_a_day = Instant::now();
        server.clock.advance(Duration::from_hours(25));
        while shown(&server, &tenant, "?delivery=givenUp").await.len() < 2 {
            assert!(after_a_day.elapsed() < PATIENCE, "nothing is given up");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        receiver.refuse_next(0);
        let since = json!({"since": outage});
        let recovered = tenant.call(&server, Method::POST, "/v1/callbacks/recover", &since).await;
        assert_eq!((recovered.status, &recovered.json()["count"]), (StatusCode::ACCEPTED, &json!(2)));
        for request in &lost {
            once(&server, &tenant, request, "taken").await;
        }
        let first_page = tenant.get(&server, "/v1/callbacks?limit=2").await.json();
        let next = format!("?limit=2&cursor={}", first_page["next"].as_str().unwrap());
        let second_page = shown(&server, &tenant, &next).await;
        assert_eq!(second_page.len(), 1);
        assert_eq!(second_page[0]["signatureRequestId"], early.as_str());
        assert_eq!(shown(&server, &tenant, &format!("?since={outage}")).await.len(), 2);
    }

    async fn the_secret_that_is_told_is_the_one_that_signs(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        declined(&server, &tenant, &receiver).await;
        let callbacks = receiver.wait_for(1, PATIENCE).await;
        let told = tenant.get(&server, "/v1/callback-secret").await;
        assert_eq!(told.header("cache-control"), "no-store");
        let secret = told.text("secret");
        let mut headers = reqwest::header::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, callbacks[0].headers[name].parse().unwrap());
        }
        let judge = standardwebhooks::Webhook::new(&secret).unwrap();
        judge.verify(&callbacks[0].body, &headers).unwrap();
        let other = Integrator::new().get(&server, "/v1/callback-secret").await;
        let judge = standardwebhooks::Webhook::new(&other.text("secret")).unwrap();
        judge.verify(&callbacks[0].body, &headers).unwrap_err();
    }

    async fn a_receiver_that_hangs_keeps_no_callback_of_others_waiting(server: Server) {
        let (slow, tenant, receiver) = (Integrator::new(), Integrator::new(), Receiver::start());
        // Takes connections, as every listener does, and never looks at one.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        for number in 0..6 {
            let url = format!("http://127.0.0.1:{port}/hook/{number}");
            declined_to(&server, &slow, &url).await;
        }
        let others = declined(&server, &tenant, &receiver).await;
        once(&server, &tenant, &others, "taken").await;
        // Nor another receiver of the same tenant.
        let own = declined(&server, &slow, &receiver).await;
        once(&server, &slow, &own, "taken").await;
        let waiting = shown(&server, &slow, "?delivery=waiting").await;
        assert_eq!(waiting.len(), 6);
    }
}

/// Addresses that no server of many tenants calls, and that the URL itself gives away.
const PRIVATE: [&str; 14] = [
    "http://127.0.0.1/hook",
    "http://127.1/hook",
    "http://0x7f.1/hook",
    "http://2130706433/hook",
    "http://0177.0.0.1/hook",
    "https://[::1]:8443/hook",
    "http://[::ffff:127.0.0.1]/hook",
    "http://[64:ff9b::7f00:1]/hook",
    "http://[fd00:ec2::254]/hook",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost/hook",
    "http://localhost./hook",
    "http://hook.localhost/hook",
    "http://shop.example@10.0.0.1/hook",
];

fn assert_pointed_out(answer: &Answer, url: &str) {
    let refused = (answer.status, answer.code());
    let wanted = (StatusCode::BAD_REQUEST, "err.invalid.field".to_owned());
    assert_eq!(refused, wanted, "{url}: {answer:?}");
    assert!(
        answer.text("value").starts_with("/sendInfoURL"),
        "{url}: {answer:?}"
    );
}

#[actix_web::test]
async fn an_address_that_is_never_called_is_refused_when_it_is_given() {
    let server = Server::start(StoreKind::Sqlite, |config| {
        config.allow_private_callbacks = false;
    })
    .await;
    let tenant = Integrator::new();
    let answer = created(
        &server,
        &tenant,
        &json!({"sendInfoURL": "http://shop.example/hook"}),
    )
    .await;
    let id = answer.text("result");
    for url in PRIVATE {
        for more in [
            json!({"sendInfoURL": url}),
            json!({"rules": {"sendInfo": url}}),
        ] {
            let body = with(contract(), &more);
            assert_pointed_out(&tenant.create(&server, &body).await, url);
        }
        let change = json!({"signatureRequestId": id, "sendInfoUrl": url});
        let path = "/JSON/signatureRequest";
        assert_pointed_out(
            &tenant.call(&server, Method::PATCH, path, &change).await,
            url,
        );
        let path = format!("/JSON/signatureRequest/{id}");
        let set = json!({"sendInfoURL": url});
        assert_pointed_out(&tenant.call(&server, Method::POST, &path, &set).await, url);
    }
}

#[actix_web::test]
async fn where_https_alone_is_called_http_is_refused() {
    let server = Server::start(StoreKind::Sqlite, |config| {
        config.https_only_callbacks = true;
    })
    .await;
    let tenant = Integrator::new();
    let plain = "http://shop.example/hook";
    let body = with(contract(), &json!({"sendInfoURL": plain}));
    assert_pointed_out(&tenant.create(&server, &body).await, plain);
    created(
        &server,
        &tenant,
        &json!({"sendInfoURL": "https://shop.example/hook"}),
    )
    .await;
}
