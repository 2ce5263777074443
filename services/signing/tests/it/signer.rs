//! A signer's browser, as far as the API of the page sees it.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Answer, Integrator, PATIENCE, Server, contract, read, with};

/// A signer who followed the link.
pub(crate) struct Signer<'a> {
    pub(crate) server: &'a Server,
    pub(crate) document: String,
    pub(crate) token: String,
}

impl<'a> Signer<'a> {
    pub(crate) async fn follow(server: &'a Server, url: &str) -> Self {
        let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
        let answer = server.nobody(Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        let location = answer.header("location");
        let (document, token) = location
            .strip_prefix("/viewDocument?id=")
            .unwrap()
            .split_once("#s=")
            .unwrap();
        assert_eq!(token.len(), 64);
        Self {
            server,
            document: document.to_owned(),
            token: token.to_owned(),
        }
    }

    pub(crate) async fn call(&self, method: Method, act: &str, body: &Value) -> Answer {
        let token = self.server.token(internal_auth::Caller::Nobody, None);
        let path = format!("/page/documents/{}/{act}", self.document);
        let mut request = self
            .server
            .request(method, &path, &token)
            .bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn open(&self) -> Value {
        let answer = self.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn submit(&self, submission: &Value) -> Answer {
        self.call(Method::POST, "submission", submission).await
    }

    /// Waits for the seal and returns where it stands then.
    pub(crate) async fn settled(&self) -> Value {
        let started = std::time::Instant::now();
        loop {
            let standing = self
                .call(Method::GET, "submission", &Value::Null)
                .await
                .json();
            if standing["state"] != "sealing" {
                return standing;
            }
            assert!(started.elapsed() < PATIENCE, "still sealing");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

pub(crate) fn ink(pointer: &str) -> Value {
    let points: Vec<_> = (0..40)
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
    json!({"kind": "ink", "strokes": [{"points": points, "pointer": pointer}], "pad": {"width": 300, "height": 100}})
}

pub(crate) fn in_field(name: &str) -> Value {
    with(ink("mouse"), &json!({"field": name}))
}

pub(crate) fn submission(opening: &Value, signatures: &Value) -> Value {
    json!({
        "digest": opening["digest"], "locale": "sk-SK", "timeZone": "Europe/Bratislava",
        "signatures": signatures,
    })
}

pub(crate) async fn created(server: &Server, tenant: &Integrator, more: &Value) -> Answer {
    let answer = tenant.create(server, &with(contract(), more)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer
}
