//! A tenant that calls by API key, and the bodies it sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{ApiKeyId, ChargeId, Mode, PublicKeyId, Scope, TenantId, TenantSlug};
use internal_auth::{Caller, Ticket, TicketKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::{Answer, PUBLIC_KEY_ID, Server, read};

/// A tenant's key.
#[derive(Clone, Debug)]
pub(crate) struct Integrator {
    pub(crate) tenant: TenantId,
    pub(crate) slug: TenantSlug,
    pub(crate) mode: Mode,
}

impl Integrator {
    pub(crate) fn new() -> Self {
        Self {
            tenant: TenantId::generate(),
            slug: TenantSlug::parse("tatra").unwrap(),
            mode: Mode::Live,
        }
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller::ApiKey {
            tenant: self.tenant,
            slug: self.slug.clone(),
            mode: self.mode,
            key: ApiKeyId::generate(),
            public_id: PublicKeyId::parse(PUBLIC_KEY_ID).unwrap(),
            scopes: Scope::ALL.to_vec(),
        }
    }

    pub(crate) async fn call(
        &self,
        server: &Server,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let token = server.token(self.caller(), None);
        let mut request = server.request(method, path, &token);
        if !body.is_null() {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        self.call(server, Method::GET, path, &Value::Null).await
    }

    /// A create under a fresh charge.
    pub(crate) async fn create(&self, server: &Server, body: &Value) -> Answer {
        self.create_with(server, held(ChargeId::generate()), None, body)
            .await
    }

    pub(crate) async fn create_with(
        &self,
        server: &Server,
        ticket: Ticket,
        key: Option<&str>,
        body: &Value,
    ) -> Answer {
        let token = server.token(self.caller(), Some(ticket));
        let mut request = server.request(Method::POST, "/JSON/signatureRequest", &token);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        read(request.body(body.to_string()).send().await.unwrap()).await
    }
}

pub(crate) fn held(charge: ChargeId) -> Ticket {
    Ticket {
        charge,
        kind: TicketKind::Held,
    }
}

/// A create of the sample contract with the fields `S1` and `SO1`.
pub(crate) fn contract() -> Value {
    json!({ "filedata": { "content": sample(), "filename": "Zmluva č. 1.pdf" } })
}

pub(crate) fn sample() -> String {
    base64(&pdf::sample::contract("Service agreement"))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The object with more fields.
pub(crate) fn with(mut body: Value, more: &Value) -> Value {
    let object = body.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
    }
    body
}
