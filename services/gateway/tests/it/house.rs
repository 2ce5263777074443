//! A running gateway and the three services behind it, scripted.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{
    ApiKey, ApiKeyId, ApiState, ChargeId, MasterSecret, Mode, Pepper, Scope, SystemClock, TenantId,
    TenantSlug,
};
use gateway::{Config, Gateway, Limits};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio_util::sync::{CancellationToken, DropGuard};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) const PORTAL: &str = "http://localhost:8081";

pub(crate) struct House {
    pub(crate) tenant: MockServer,
    pub(crate) billing: MockServer,
    pub(crate) signing: MockServer,
    pub(crate) key: ApiKey,
    pub(crate) api: String,
    pub(crate) portal: String,
    pub(crate) operator: String,
    tenant_id: TenantId,
    http: reqwest::Client,
    _stop: DropGuard,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let [tenant, billing, signing] = [
            MockServer::start().await,
            MockServer::start().await,
            MockServer::start().await,
        ];
        let any_port = "127.0.0.1:0".parse().unwrap();
        let files = PathBuf::from("/nonexistent");
        let gateway = Gateway::bind(Config {
            api_addr: any_port,
            portal_addr: any_port,
            operator_addr: any_port,
            api_url: "http://127.0.0.1:8080".parse().unwrap(),
            portal_url: PORTAL.parse().unwrap(),
            tenant_url: tenant.uri().parse().unwrap(),
            billing_url: billing.uri().parse().unwrap(),
            signing_url: signing.uri().parse().unwrap(),
            redis_url: None,
            master: master(),
            operator_password: "a password".to_owned().into(),
            portal_files: files.clone(),
            reference_files: files.clone(),
            error_pages: files,
            sandbox: true,
            trusted_proxies: Vec::new(),
            limits,
            clock: Arc::new(SystemClock),
        })
        .await
        .unwrap();
        let stop = CancellationToken::new();
        let house = Self {
            tenant,
            billing,
            signing,
            key: ApiKey::generate(Mode::Live),
            api: format!("http://{}", gateway.api_address()),
            portal: format!("http://{}", gateway.portal_address()),
            operator: format!("http://{}", gateway.operator_address()),
            tenant_id: TenantId::generate(),
            http: test_kit::client(),
            _stop: stop.clone().drop_guard(),
        };
        house.feed(&[]).await;
        telemetry::spawn("gateway under test", gateway.run(stop));
        house
    }

    /// What the change feed says from now on.
    pub(crate) async fn feed(&self, changed: &[TenantId]) {
        let feed = json!({ "position": 1, "more": false, "tenants": changed });
        answers(&self.tenant, "GET", "/internal/api-keys/changes", 200, feed).await;
    }

    pub(crate) fn record(&self) -> Value {
        let pepper = Pepper::current(&master());
        json!({
            "key": ApiKeyId::generate(), "publicId": self.key.public_id(), "tenant": self.tenant_id,
            "slug": TenantSlug::parse("tatra").unwrap(), "mode": "live", "scopes": Scope::ALL, "hash": self.key.hash(&pepper).to_hex(),
            "pepperVersion": pepper.version(), "expiresAt": null, "revokedAt": null, "api": ApiState::Active, "allowList": [],
            "ratePerSecond": null,
        })
    }

    pub(crate) fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    pub(crate) fn key_path(&self) -> String {
        format!("/internal/api-keys/{}", self.key.public_id())
    }

    /// The key is known, and nothing is wrong with it.
    pub(crate) async fn with_key(self) -> Self {
        answers(&self.tenant, "GET", &self.key_path(), 200, self.record()).await;
        self
    }

    /// Billing answers reservations so, in this order; the last one for ever.
    pub(crate) async fn judge_says(&self, answers_in_turn: Vec<Value>) {
        let last = answers_in_turn.len() - 1;
        for (index, answer) in answers_in_turn.into_iter().enumerate() {
            let mock = Mock::given(method("POST"))
                .and(path("/internal/reservations"))
                .respond_with(json_answer(200, &answer));
            let mock = if index == last {
                mock
            } else {
                mock.up_to_n_times(1)
            };
            mock.with_priority(u8::try_from(index + 1).unwrap())
                .mount(&self.billing)
                .await;
        }
    }

    pub(crate) async fn held(&self, available: i64) {
        self.judge_says(vec![json!({ "answer": "held", "available": available })])
            .await;
    }

    pub(crate) async fn settles_as(&self, state: &str, available: i64) {
        let settled = json!({ "state": state, "available": available });
        answers_matching(
            &self.billing,
            "POST",
            "^/internal/charges/chg_[0-9a-f]+/settlement$",
            200,
            settled,
        )
        .await;
    }

    /// Signing's answer to a create, with its verdict header.
    pub(crate) async fn signing_says(&self, status: u16, verdict: Option<&str>, body: Value) {
        let mut answer = json_answer(status, &body);
        if let Some(verdict) = verdict {
            answer = answer.insert_header("x-okd-verdict", verdict);
        }
        Mock::given(method("POST"))
            .and(path("/JSON/signatureRequest"))
            .respond_with(answer)
            .mount(&self.signing)
            .await;
    }

    pub(crate) async fn tombstone_says(&self, verdict: &str, answer: Value) {
        let record = json!({
            "charge": ChargeId::generate(), "tenant": self.tenant_id, "mode": "live", "verdict": verdict, "at": 1,
            "signatureRequestId": null, "documentId": null, "url": null, "answer": answer,
        });
        answers_matching(
            &self.signing,
            "POST",
            "^/internal/charges/chg_[0-9a-f]+/tombstone$",
            200,
            record,
        )
        .await;
    }

    pub(crate) async fn create(&self) -> Response {
        self.create_with("idempotency-key", "k1").await
    }

    pub(crate) async fn create_with(&self, header: &str, value: &str) -> Response {
        let request = self
            .request(Method::POST, "/JSON/signatureRequest")
            .header(header, value);
        request
            .json(&json!({ "filedata": { "content": "JVBERi0=" } }))
            .send()
            .await
            .unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.api))
            .header("x-api-key", self.key.reveal())
    }

    pub(crate) fn anonymous(&self) -> &reqwest::Client {
        &self.http
    }

    /// What billing was asked at a path that ends so.
    pub(crate) async fn billing_heard(&self, end: &str) -> Vec<Request> {
        let all = self.billing.received_requests().await.unwrap();
        all.into_iter()
            .filter(|request| request.url.path().ends_with(end))
            .collect()
    }
}

pub(crate) fn master() -> MasterSecret {
    MasterSecret::new("m".repeat(32).into()).unwrap()
}

pub(crate) async fn answers(server: &MockServer, verb: &str, at: &str, status: u16, body: Value) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(json_answer(status, &body))
        .mount(server)
        .await;
}

pub(crate) async fn answers_matching(
    server: &MockServer,
    verb: &str,
    at: &str,
    status: u16,
    body: Value,
) {
    Mock::given(method(verb))
        .and(path_regex(at))
        .respond_with(json_answer(status, &body))
        .mount(server)
        .await;
}

fn json_answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

pub(crate) fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}
