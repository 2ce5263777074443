//! An integrator with a key, as their client would call.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

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

    /// The refusal's code, such as `err.not.found`.
    pub fn message(&self) -> String {
        self.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
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
        let text = |field: &str| created[field].as_str().expect("a create's answer");
        let link = format!("{}/openDocument/{}", self.api, text("result"));
        let page = self.http.get(link).send().await.expect("the API answers");
        let location = page.headers().get("location").expect("a redirect");
        let (_, token) = location
            .to_str()
            .ok()
            .and_then(|to| to.split_once("#s="))
            .expect("the page's address");
        let document = text("documentId");
        let declined = self
            .http
            .post(format!(
                "{}/page/documents/{document}/cancellation",
                self.api
            ))
            .bearer_auth(token)
            .json(&json!({ "locale": "en" }));
        let answer = declined.send().await.expect("the API answers");
        assert_eq!(answer.status(), 200);
        token.to_owned()
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
