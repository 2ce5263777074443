//! A billing service that sells through the Stripe sandbox, and a buyer who pays on its page.

use std::net::Ipv4Addr;
use std::sync::Arc;

use domain::TenantId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use stripe_sandbox::{Sandbox, SandboxConfig};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::house::{House, StoreKind, WEBHOOK_SECRET, owner};

/// Whether the sandbox tells billing what happens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Webhooks {
    Sent,
    Lost,
}

pub(crate) struct Shop {
    pub(crate) house: House,
    sandbox: Url,
    http: reqwest::Client,
    stop: CancellationToken,
}

impl Shop {
    pub(crate) async fn open(kind: StoreKind, webhooks: Webhooks) -> Self {
        let [port] = test_kit::free_ports();
        let sandbox = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        let house = House::with(kind, |config| {
            config.stripe.api_url = Some(sandbox.clone());
        })
        .await;
        let webhook_url = Url::parse(&format!("http://{}/stripe/webhook", house.address)).unwrap();
        let bound = Sandbox::bind(SandboxConfig {
            addr: (Ipv4Addr::LOCALHOST, port).into(),
            public_url: None,
            data_dir: None,
            webhook_url: (webhooks == Webhooks::Sent).then_some(webhook_url),
            webhook_secret: WEBHOOK_SECRET.into(),
            clock: Arc::new(house.clock.clone()),
        })
        .unwrap();
        let stop = CancellationToken::new();
        telemetry::spawn("stripe sandbox", bound.run(stop.clone()));
        Self {
            house,
            sandbox,
            http: service_client::http_client().unwrap(),
            stop,
        }
    }

    /// Starts a purchase of the bundle of 100; its id and its payment page.
    pub(crate) async fn buy(&self, tenant: TenantId) -> (String, String) {
        let body = json!({"bundleId": "requests-100"});
        let (status, bought) = self
            .house
            .call(
                owner(tenant),
                Method::POST,
                "/api/billing/purchases",
                Some(body),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{bought}");
        assert_eq!(bought["purchase"]["state"], "pending");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&bought["purchase"]["id"]),
            text(&bought["checkoutUrl"]),
        )
    }

    /// Pays on the sandbox's page with the card it is filled in with.
    pub(crate) async fn pay(&self, page: &str) {
        let paid = self.http.post(page).send().await.unwrap();
        assert_eq!(paid.status(), StatusCode::SEE_OTHER);
        let back = paid.headers()["location"].to_str().unwrap();
        assert!(
            back.starts_with("http://localhost:8081/billing/return?purchase=pur_"),
            "{back}"
        );
    }

    /// Sends the payment page's form; the answer's status.
    pub(crate) async fn submit(&self, page: &str, form: &[(&str, &str)]) -> StatusCode {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let sent = self.http.post(page).body(body).send().await.unwrap();
        sent.status()
    }

    /// Ends a session as time or a person at Stripe would.
    pub(crate) async fn expire(&self, page: &str) {
        let session = page.rsplit('/').next().unwrap();
        let path = format!("/v1/checkout/sessions/{session}/expire");
        let expired = self
            .http
            .post(self.sandbox.join(&path).unwrap())
            .bearer_auth("sk_test_x")
            .send()
            .await
            .unwrap();
        assert_eq!(expired.status(), StatusCode::OK);
    }

    /// The events that Stripe has, as it would send them.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let listed: Value = self
            .http
            .get(self.sandbox.join("/v1/events").unwrap())
            .bearer_auth("sk_test_x")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        listed["data"].as_array().unwrap().clone()
    }

    /// What somebody does on the sandbox's own page.
    pub(crate) async fn by_hand(&self, path: &str, form: &[(&str, &str)]) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let address = self.sandbox.join(path).unwrap();
        let done = self.http.post(address).body(body).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::SEE_OTHER, "{path}");
    }

    /// What somebody else does over Stripe's API.
    pub(crate) async fn api(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let address = self.sandbox.join(path).unwrap();
        let asked = self.http.post(address).bearer_auth("sk_test_x").body(body);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    /// A list of Stripe's, the newest first.
    pub(crate) async fn listed(&self, path: &str) -> Vec<Value> {
        let address = self.sandbox.join(path).unwrap();
        let asked = self.http.get(address).bearer_auth("sk_test_x");
        let listed: Value = asked.send().await.unwrap().json().await.unwrap();
        listed["data"].as_array().unwrap().clone()
    }

    /// Sends an event as Stripe does, signed with `secret`.
    pub(crate) async fn send(&self, event: &Value, secret: &str) -> (StatusCode, Value) {
        let body = event.to_string();
        let at = domain::Clock::now(&self.house.clock).seconds();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.{body}").as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let answer = self
            .http
            .post(format!("http://{}/stripe/webhook", self.house.address))
            .header("stripe-signature", format!("t={at},v1={signature}"))
            .body(body)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// As the portal's return page reads it.
    pub(crate) async fn purchase(&self, tenant: TenantId, id: &str) -> Value {
        let path = format!("/api/billing/purchases/{id}");
        self.house.portal(tenant, &path).await
    }

    /// What is written down, without asking Stripe.
    pub(crate) async fn listed_state(&self, tenant: TenantId) -> Value {
        let listed = self.house.portal(tenant, "/api/billing/purchases").await;
        listed["items"][0]["state"].clone()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
