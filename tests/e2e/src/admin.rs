//! A tenant admin, as a browser would act: cookies, the portal's `Origin`, the mail's link, the Checkout page.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use test_kit::Stack;

use crate::{Answer, Integrator, OPERATOR_PASSWORD};

/// The public half of a key pair that was made for tests; nobody keeps the other half.
const PUBLIC_KEY: &str = include_str!("public_key.pem");
const PASSWORD: &str = "a long pass phrase of words";
/// Granted once at the activation.
const TRIAL_UNITS: i64 = 10;
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(100);

/// A signed-in owner.
pub struct Admin {
    http: Client,
    portal: String,
    api: String,
    cookies: String,
    /// Where the browser stands, for a gateway that trusts us as its proxy.
    address: String,
}

impl Admin {
    /// Signs up, confirms the address from the outbox, signs in and activates the API.
    pub async fn with_active_api(stack: &Stack, email: &str) -> Self {
        let admin = Self::signed_up(stack, email).await;
        let activation =
            json!({ "termsVersion": "2026-11", "keepRawInk": false, "publicKey": PUBLIC_KEY });
        let active: Value = read(
            admin
                .call(Method::POST, "/api/tenant/activation", &activation)
                .await,
        )
        .await;
        assert_eq!(active["tenant"]["apiState"], "active");
        admin.until_available(TRIAL_UNITS).await;
        admin
    }

    /// As [`Admin::with_active_api`], before the activation.
    pub async fn signed_up(stack: &Stack, email: &str) -> Self {
        let mut admin = Self {
            http: test_kit::client(),
            portal: stack.portal().to_owned(),
            api: stack.api().to_owned(),
            cookies: String::new(),
            address: address_of(email),
        };
        let account = json!({ "email": email, "password": PASSWORD, "tenantName": format!("Tenant of {email}") });
        assert_eq!(
            admin
                .call(Method::POST, "/api/tenant/sign-ups", &account)
                .await
                .status(),
            202
        );
        let token = confirmation_token(&admin.http, stack.operator(), email).await;
        let confirmed = admin
            .call(
                Method::POST,
                "/api/tenant/email-confirmations",
                &json!({ "token": token, "password": PASSWORD }),
            )
            .await;
        assert_eq!(confirmed.status(), 200);
        let credentials = json!({ "email": email, "password": PASSWORD });
        let signed_in = admin
            .call(Method::POST, "/api/tenant/sessions", &credentials)
            .await;
        assert_eq!(signed_in.status(), 200);
        admin.cookies = cookies(&signed_in);
        admin
    }

    /// Buys a bundle of `units` through the sandbox's Checkout page and waits until it is in the balance.
    pub async fn buy(&self, units: i64) {
        let before = self.balance("live").await["available"].as_i64().unwrap();
        let bundles = self.get("/api/billing/bundles").await;
        let bundle = bundles["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|bundle| bundle["units"] == units)
            .expect("a bundle");
        let order = json!({ "bundleId": bundle["id"] });
        let bought: Value = read(
            self.call(Method::POST, "/api/billing/purchases", &order)
                .await,
        )
        .await;
        let checkout = bought["checkoutUrl"].as_str().expect("a Checkout page");
        let paid = self
            .http
            .post(checkout)
            .body("")
            .send()
            .await
            .expect("the Checkout page answers");
        assert_eq!(paid.status(), 303, "paid with the card that is filled in");
        self.until_available(before + units).await;
    }

    /// What another service must hear of first is in the balance a moment later.
    async fn until_available(&self, units: i64) {
        let mut waited = Duration::ZERO;
        while self.balance("live").await["available"] != units {
            assert!(waited < PATIENCE, "{units} units never reached the balance");
            tokio::time::sleep(STEP).await;
            waited += STEP;
        }
    }

    /// An integrator with a new key of this tenant that may do everything.
    pub async fn integrator(&self, mode: &str) -> Integrator {
        Integrator::new(&self.api, &self.secret(mode, &[]).await)
    }

    /// A new key with these scopes; none named: all.
    pub async fn secret(&self, mode: &str, scopes: &[&str]) -> String {
        let mut order = json!({ "name": "end to end", "mode": mode });
        if !scopes.is_empty() {
            order["scopes"] = json!(scopes);
        }
        let issued: Value = read(
            self.call(Method::POST, "/api/tenant/api-keys", &order)
                .await,
        )
        .await;
        issued["secret"].as_str().expect("shown once").to_owned()
    }

    pub async fn balance(&self, mode: &str) -> Value {
        self.get(&format!("/api/billing/balance?mode={mode}")).await
    }

    pub async fn get(&self, path: &str) -> Value {
        read(self.call(Method::GET, path, &Value::Null).await).await
    }

    /// As [`Admin::call`], read to its last byte.
    pub async fn try_call(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::read(self.call(method, path, body).await)
            .await
            .expect("a whole answer")
    }

    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Response {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.portal))
            .header("origin", &self.portal)
            .header("cookie", &self.cookies)
            .header("x-forwarded-for", &self.address);
        if !body.is_null() {
            request = request.json(body);
        }
        request.send().await.expect("the portal answers")
    }
}

/// Everybody signs up from a place of their own.
fn address_of(email: &str) -> String {
    let [_, a, b, c] = email
        .bytes()
        .fold(5_381_u32, |sum, byte| {
            sum.wrapping_mul(33) ^ u32::from(byte)
        })
        .to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

async fn confirmation_token(http: &Client, operator: &str, email: &str) -> String {
    let credentials = STANDARD.encode(format!("operator:{OPERATOR_PASSWORD}"));
    let outbox = http
        .get(format!("{operator}/outbox.json"))
        .header("authorization", format!("Basic {credentials}"));
    let outbox: Value = read(outbox.send().await.expect("the operator surface answers")).await;
    let messages = outbox["items"].as_array().expect("messages");
    let mail = messages
        .iter()
        .find(|message| message["to"] == email)
        .expect("a mail to the new admin");
    let text = mail["text"].as_str().unwrap();
    let (_, rest) = text.split_once("#token=").expect("a link with a token");
    rest.split_whitespace().next().unwrap().to_owned()
}

fn cookies(response: &Response) -> String {
    let pairs = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn read(response: Response) -> Value {
    let status = response.status();
    let text = response.text().await.expect("a whole answer");
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).expect("JSON")
}
