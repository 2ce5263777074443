//! A running `tenant` with a store of its own, and the calls of a gateway before it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use client_tenant::{TenantClient, Transport};
use domain::{Clock as _, Email, ManualClock, MasterSecret, Role, SystemClock};
use internal_auth::{Call, Caller, Minter, ServiceName};
use mail::SmtpConfig;
use reqwest::Method;
use serde_json::{Value, json};
use store_kit::StoreUrl;
use tenant::{Config, Service};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const KEY: &str = include_str!("../keys/rsa-3072.pem");
pub(crate) const OTHER_KEY: &str = include_str!("../keys/rsa-3072-other.pem");

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

pub(crate) struct World {
    pub(crate) clock: ManualClock,
    base: Url,
    http: reqwest::Client,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// Whole `Set-Cookie` lines by cookie name.
    pub(crate) cookies: HashMap<String, String>,
    pub(crate) retry_after: Option<String>,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The value of a cookie that was set.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let line = &self.cookies[name];
        let value = line.split(';').next().unwrap().split_once('=').unwrap().1;
        value.to_owned()
    }
}

pub(crate) fn master() -> MasterSecret {
    MasterSecret::new("tenant tests ".repeat(3).into()).unwrap()
}

impl World {
    pub(crate) async fn start(on: On) -> Self {
        Self::start_with(on, "http://localhost:8081", Vec::new()).await
    }

    /// One that hands its mail to a mail server.
    pub(crate) async fn mailing(mail: SmtpConfig) -> Self {
        let portal = ("http://localhost:8081", Some(mail));
        Self::serve(On::Sqlite, portal, Vec::new()).await
    }

    pub(crate) async fn start_with(
        on: On,
        portal_url: &str,
        subscribers: Vec<(ServiceName, Url)>,
    ) -> Self {
        Self::serve(on, (portal_url, None), subscribers).await
    }

    async fn serve(
        on: On,
        (portal_url, mail): (&str, Option<SmtpConfig>),
        subscribers: Vec<(ServiceName, Url)>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = match on {
            On::Sqlite => StoreUrl::SqliteFile(folder.path().join("tenant.db")),
            On::Postgres => {
                let server = test_kit::Postgres::shared().await;
                StoreUrl::Postgres(server.database().await.into())
            }
        };
        let clock = ManualClock::at(SystemClock.now());
        let mut service = Service::bind(Config {
            addr: "127.0.0.1:0".parse().unwrap(),
            store,
            migrate: true,
            master: master(),
            clock: Arc::new(clock.clone()),
            portal_url: Url::parse(portal_url).unwrap(),
            mail,
            subscribers: Vec::new(),
        })
        .await
        .unwrap();
        for (name, url) in subscribers {
            service.subscribe(name, url);
        }
        let base = Url::parse(&format!("http://{}", service.address())).unwrap();
        let stop = CancellationToken::new();
        telemetry::spawn("tenant", service.run(stop.clone()));
        Self {
            clock,
            base,
            http: test_kit::client(),
            stop,
            _folder: folder,
        }
    }

    /// The typed client, on behalf of the gateway.
    pub(crate) fn client(&self) -> TenantClient {
        let minter = Minter::new(ServiceName::Gateway, &master());
        TenantClient::new(Transport::new(
            self.http.clone(),
            self.base.clone(),
            minter,
            ServiceName::Tenant,
            Arc::new(SystemClock),
        ))
    }

    pub(crate) async fn call(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(caller, method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }

    /// A call of a browser that has cookies and no session that the gateway would take.
    pub(crate) async fn call_with_cookie(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
    ) -> Answer {
        let request = self.request(&Caller::Nobody, method, path);
        answer(request.header("cookie", cookie).send().await.unwrap()).await
    }

    fn request(&self, caller: &Caller, method: Method, path: &str) -> reqwest::RequestBuilder {
        let call = Call {
            request_id: "r1".to_owned(),
            caller: caller.clone(),
            ticket: None,
            address: Some("192.0.2.7".to_owned()),
        };
        let token = Minter::new(ServiceName::Gateway, &master())
            .mint(SystemClock.now(), ServiceName::Tenant, call)
            .unwrap();
        self.http
            .request(method, self.base.join(path).unwrap())
            .header(internal_auth::HEADER, token)
    }

    pub(crate) async fn get(&self, caller: &Caller, path: &str) -> Answer {
        self.call(caller, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, caller: &Caller, path: &str, body: Value) -> Answer {
        self.call(caller, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, caller: &Caller, path: &str) -> Answer {
        self.call(caller, Method::DELETE, path, None).await
    }

    pub(crate) async fn sign_up(&self, email: &str, tenant_name: &str) -> Answer {
        let body = json!({"email": email, "password": PASSWORD, "tenantName": tenant_name});
        self.post(&Caller::Nobody, "/api/tenant/sign-ups", body)
            .await
    }

    pub(crate) async fn confirm(&self, token: &str) -> Answer {
        let body = json!({"token": token, "password": PASSWORD});
        self.post(&Caller::Nobody, "/api/tenant/email-confirmations", body)
            .await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.post(&Caller::Nobody, "/api/tenant/sessions", body)
            .await
    }

    /// Texts of the mail to an address, newest first.
    pub(crate) async fn mail_to(&self, email: &str) -> Vec<String> {
        let to = Email::parse(email).unwrap();
        let mail = self.client().messages("r1", None).await.unwrap();
        mail.items
            .into_iter()
            .filter(|message| message.to == to)
            .map(|message| message.text)
            .collect()
    }

    /// The token of the newest confirmation mail to an address.
    pub(crate) async fn mailed_token(&self, email: &str) -> String {
        let mail = self.mail_to(email).await;
        let start = mail[0]
            .split("http://localhost:8081/confirm-email#token=")
            .nth(1);
        start.unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// A confirmed owner of a new tenant, as the gateway would name them.
    pub(crate) async fn owner(&self, email: &str) -> Caller {
        self.sign_up(email, "Tatra").await;
        let token = self.mailed_token(email).await;
        let confirmed = self.confirm(&token).await;
        assert_eq!(confirmed.status, 200);
        caller_of(&confirmed.body)
    }

    pub(crate) async fn activate(&self, caller: &Caller, public_key: &str) -> Answer {
        let body = json!({"termsVersion": "2026-11", "keepRawInk": true, "publicKey": public_key});
        self.post(caller, "/api/tenant/activation", body).await
    }

    pub(crate) async fn create_key(&self, caller: &Caller, name: &str, mode: &str) -> Answer {
        let body = json!({"name": name, "mode": mode});
        self.post(caller, "/api/tenant/api-keys", body).await
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The caller of a `Me`.
pub(crate) fn caller_of(me: &Value) -> Caller {
    Caller::Member {
        tenant: me["tenant"]["id"].as_str().unwrap().parse().unwrap(),
        member: me["member"]["id"].as_str().unwrap().parse().unwrap(),
        role: me["member"]["role"].as_str().unwrap().parse().unwrap(),
    }
}

/// The same person in another role.
pub(crate) fn in_role(caller: &Caller, role: Role) -> Caller {
    match caller {
        Caller::Member { tenant, member, .. } => Caller::Member {
            tenant: *tenant,
            member: *member,
            role,
        },
        other => other.clone(),
    }
}

async fn answer(response: reqwest::Response) -> Answer {
    let cookies = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap().to_owned())
        .map(|line| (line.split('=').next().unwrap().to_owned(), line))
        .collect();
    let retry_after = response
        .headers()
        .get("retry-after")
        .map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let mut body: Value = response.json().await.unwrap_or_default();
    // Differs from call to call, and must not keep two answers from being compared.
    if let Some(body) = body.as_object_mut() {
        body.remove("requestId");
    }
    Answer {
        status,
        body,
        cookies,
        retry_after,
    }
}
