//! A running sandbox, a client for it, and a receiver that keeps the webhooks it gets.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use domain::{Clock, ManualClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, RequestBuilder, Response, redirect};
use secrecy::SecretString;
use serde_json::Value;
use sha2::Sha256;
use stripe_sandbox::{Sandbox, SandboxConfig};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::form_urlencoded::Serializer;

pub(crate) const SECRET: &str = "whsec_a_secret_of_the_tests";
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A sandbox that runs until it is stopped.
pub(crate) struct Running {
    pub(crate) url: String,
    pub(crate) clock: ManualClock,
    client: Client,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

pub(crate) fn noon() -> ManualClock {
    ManualClock::at(Timestamp::from_millis(1_795_000_000_123))
}

impl Running {
    pub(crate) fn start(
        clock: ManualClock,
        data_dir: Option<&Path>,
        webhook: Option<SocketAddr>,
    ) -> Self {
        let bound = Sandbox::bind(SandboxConfig {
            addr: ([127, 0, 0, 1], 0).into(),
            public_url: None,
            data_dir: data_dir.map(Path::to_owned),
            webhook_url: webhook
                .map(|addr| format!("http://{addr}/stripe/webhook").parse().unwrap()),
            webhook_secret: SecretString::from(SECRET),
            clock: Arc::new(clock.clone()),
        })
        .unwrap();
        let url = format!("http://{}", bound.address());
        let stop = CancellationToken::new();
        let server = telemetry::spawn("sandbox-under-test", bound.run(stop.clone()));
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            url,
            clock,
            client,
            stop,
            server,
        }
    }

    /// Without a webhook, in memory.
    pub(crate) fn alone() -> Self {
        Self::start(noon(), None, None)
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.server.await.unwrap().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let kind = "application/x-www-form-urlencoded";
        self.client
            .post(format!("{}{path}", self.url))
            .header("content-type", kind)
            .body(body)
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        json(
            self.get(path)
                .bearer_auth("sk_test_1")
                .send()
                .await
                .unwrap(),
            200,
        )
        .await
    }

    pub(crate) async fn write(&self, path: &str, form: &[(&str, &str)]) -> Value {
        json(
            self.post(path, form)
                .bearer_auth("sk_test_1")
                .send()
                .await
                .unwrap(),
            200,
        )
        .await
    }

    /// A session for one bundle.
    pub(crate) async fn open_session(&self) -> Value {
        self.write("/v1/checkout/sessions", &bundle()).await
    }

    /// What a person does on the hosted page.
    pub(crate) async fn pay(&self, session: &Value, form: &[(&str, &str)]) -> Response {
        let path = format!("/c/pay/{}", session["id"].as_str().unwrap());
        self.post(&path, form).send().await.unwrap()
    }
}

pub(crate) async fn json(response: Response, status: u16) -> Value {
    let given = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert_eq!(given, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The parameters billing sends.
pub(crate) fn bundle() -> Vec<(&'static str, &'static str)> {
    vec![
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "4900"),
        (
            "line_items[0][price_data][product_data][name]",
            "100 signature requests",
        ),
        ("line_items[0][quantity]", "1"),
        ("client_reference_id", "pur_1"),
        ("customer_email", "jana@example.com"),
        ("metadata[purchase]", "pur_1"),
        ("payment_intent_data[metadata][purchase]", "pur_1"),
        (
            "success_url",
            "http://localhost:8081/billing/return?purchase=pur_1&session={CHECKOUT_SESSION_ID}",
        ),
        ("cancel_url", "http://localhost:8081/billing?canceled=pur_1"),
    ]
}

/// One webhook as it arrived.
pub(crate) struct Received {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks as Stripe's libraries do.
    pub(crate) fn assert_signed(&self, at: Timestamp) {
        let (t, v1) = self.signature.split_once(',').unwrap();
        let t = t.strip_prefix("t=").unwrap();
        assert_eq!(t, at.seconds().to_string());
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{t}.{}", self.body).as_bytes());
        mac.verify_slice(&hex::decode(v1.strip_prefix("v1=").unwrap()).unwrap())
            .unwrap();
    }
}

/// An endpoint that answers what it is told to.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    status: Arc<AtomicU16>,
    arrivals: UnboundedReceiver<Received>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let (sender, arrivals) = unbounded_channel::<Received>();
        let status = Arc::new(AtomicU16::new(200));
        let told = Arc::clone(&status);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::new(sender.clone()))
                .app_data(Data::from(Arc::clone(&told)))
                .default_service(web::to(receive))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let address = server.addrs()[0];
        telemetry::spawn("webhook-receiver", server.run());
        Self {
            address,
            status,
            arrivals,
        }
    }

    pub(crate) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(crate) async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.arrivals.recv())
            .await
            .expect("a webhook arrives")
            .unwrap()
    }

    pub(crate) async fn hears_nothing_for(&mut self, time: Duration) {
        let heard = tokio::time::timeout(time, self.arrivals.recv()).await;
        assert!(heard.is_err(), "no webhook was to arrive");
    }
}

async fn receive(
    request: HttpRequest,
    body: Bytes,
    arrivals: Data<UnboundedSender<Received>>,
    status: Data<AtomicU16>,
) -> HttpResponse {
    let signature = request
        .headers()
        .get("stripe-signature")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    arrivals.send(Received { signature, body }).unwrap();
    HttpResponse::build(StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap()).finish()
}

pub(crate) fn now(clock: &ManualClock) -> Timestamp {
    clock.now()
}
