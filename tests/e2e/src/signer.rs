//! A signer who followed the link, as far as the API of the page sees it.

use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::Answer;

/// A seal waits for its turn on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
const STEP: Duration = Duration::from_millis(100);

/// The bearer of a link.
#[derive(Clone)]
pub struct Signer {
    http: Client,
    api: String,
    pub document: String,
    pub token: String,
}

impl Signer {
    /// Follows the link in a create's answer.
    pub async fn follow(api: &str, created: &Value) -> Self {
        let http = test_kit::client();
        let link = created["url"].as_str().expect("a create's answer");
        let page = Answer::of(http.get(link)).await;
        let (document, token) = page
            .header("location")
            .strip_prefix("/viewDocument?id=")
            .and_then(|to| to.split_once("#s="))
            .expect("the page's address");
        Self {
            http,
            api: api.to_owned(),
            document: document.to_owned(),
            token: token.to_owned(),
        }
    }

    pub async fn call(&self, method: Method, act: &str, body: &Value) -> Answer {
        let url = format!("{}/page/documents/{}/{act}", self.api, self.document);
        let request = self.http.request(method, url).bearer_auth(&self.token);
        Answer::of(if body.is_null() {
            request
        } else {
            request.json(body)
        })
        .await
    }

    /// What the page shows; opening counts as *opened*.
    pub async fn open(&self) -> Value {
        let opened = self.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        opened.json()
    }

    /// Signs a field by mouse and submits.
    pub async fn submit(&self, opening: &Value, field: &str) -> Answer {
        let points: Vec<Value> = (0..30)
            .map(|at| {
                let x = f64::from(at);
                json!([
                    10.0 + x * 3.0,
                    40.0 + (x / 4.0).sin() * 20.0,
                    x * 8.0,
                    0.5,
                    0,
                    0
                ])
            })
            .collect();
        let signature = json!({
            "field": field, "kind": "ink", "pad": { "width": 300, "height": 100 },
            "strokes": [{ "pointer": "mouse", "points": points }],
        });
        let submission = json!({
            "digest": opening["digest"], "locale": "sk-SK", "timeZone": "UTC", "signatures": [signature],
        });
        self.call(Method::POST, "submission", &submission).await
    }

    pub async fn cancel(&self) -> Answer {
        let body = json!({ "locale": "en" });
        self.call(Method::POST, "cancellation", &body).await
    }

    /// Where it stands once nothing is being sealed.
    pub async fn settled(&self) -> String {
        let started = Instant::now();
        loop {
            let standing = self.call(Method::GET, "submission", &Value::Null).await;
            let state = standing.json()["state"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if state != "sealing" {
                return state;
            }
            assert!(started.elapsed() < PATIENCE, "still sealing");
            tokio::time::sleep(STEP).await;
        }
    }
}
