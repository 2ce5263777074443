//! An integrator with a key, as their client would call.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::Signer;

/// A client with one key.
#[derive(Clone)]
pub struct Integrator {
    http: Client,
    api: String,
    key: String,
}

/// An answer to its last byte.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Sends the call; what does not answer fails the test.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::try_of(request).await.expect("the API answers")
    }

    /// Sends the call; an error is a connection that broke.
    pub async fn try_of(request: reqwest::RequestBuilder) -> Result<Self, reqwest::Error> {
        Self::read(request.send().await?).await
    }

    pub async fn read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Self {
            status,
            headers,
            body: response.bytes().await?.to_vec(),
        })
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The refusal's code, such as `err.not.found`, in whichever form its path has.
    pub fn message(&self) -> String {
        let body = self.json();
        let code = body["message"].as_str().or(body["code"].as_str());
        code.unwrap_or_default().to_owned()
    }

    /// Status, code and offending value of a refusal.
    pub fn refusal(&self) -> (u16, String, Value) {
        let value = self.json()["value"].clone();
        (self.status.as_u16(), self.message(), value)
    }
}

impl Integrator {
    pub fn new(api: &str, key: &str) -> Self {
        Self {
            http: test_kit::client(),
            api: api.to_owned(),
            key: key.to_owned(),
        }
    }

    /// The body of a create from this file.
    pub fn create_body(pdf: &[u8]) -> Value {
        json!({ "filedata": { "filename": "contract.pdf", "content": STANDARD.encode(pdf) } })
    }

    /// Registers a signature request; an error is a connection that broke.
    pub async fn create(
        &self,
        body: &Value,
        idempotency_key: Option<&str>,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self
            .request(Method::POST, "/JSON/signatureRequest")
            .json(body);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        Answer::try_of(request).await
    }

    /// Declines what a create registered, as its signer does; answers the token of the signer's page.
    pub async fn decline(&self, created: &Value) -> String {
        let signer = self.signer_of(created).await;
        assert_eq!(signer.cancel().await.status, 200);
        signer.token
    }

    /// The signer of what a create registered.
    pub async fn signer_of(&self, created: &Value) -> Signer {
        Signer::follow(&self.api, created).await
    }

    /// How many signature requests the counter says were used.
    pub async fn used(&self) -> i64 {
        let counter = self.get("/JSON/counter").await.json();
        let actual = counter["actual"].as_object().expect("the counter");
        let used = actual
            .iter()
            .find(|(name, _)| name.ends_with(".usedSignatureRequests"));
        let (_, count) = used.expect("a value");
        count
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a number in a string")
    }

    /// The same client at another gateway.
    #[must_use]
    pub fn at(&self, api: &str) -> Self {
        Self {
            api: api.to_owned(),
            ..self.clone()
        }
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path);
        let request = if let Some(body) = body {
            request.json(body)
        } else {
            request
        };
        Answer::try_of(request).await.expect("the API answers")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// As [`Integrator::get`]; an error is a connection that broke.
    pub async fn try_get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        Answer::try_of(self.request(Method::GET, path)).await
    }

    /// A call with the key, to be completed.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.api))
            .header("x-api-key", &self.key)
    }
}
