//! One billing service with everything around it, on either store.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use billing::{Config, DebtPolicy, Rhythm, Service, StripeConfig};
use client_billing::{BillingClient, Operation, Reservation, Reserved, Transport};
use domain::{
    ApiKeyId, ApiState, ChargeId, Clock, EventId, ManualClock, MasterSecret, MemberId, Mode,
    PublicKeyId, Role, Scope, SystemClock, TenantChanged, TenantId, TenantSettings, TenantSlug,
    Timestamp,
};
use internal_auth::{Call, Caller, Minter, ServiceName};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use store_kit::{Db, StoreUrl};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::witness::Witness;

/// 2026-11-24, noon.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_521_600_000);

/// What Stripe signs its events with.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_of_the_billing_tests";

/// The stores every test of rows runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Sqlite,
    Postgres,
}

/// Writes each test twice: `on_sqlite` and `on_postgres`.
macro_rules! on_both_stores {
    ($($(#[$meta:meta])* async fn $name:ident($house:ident: House) $body:block)*) => {
        $(async fn $name($house: $crate::house::House) $body)*
        mod on_sqlite {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::house::House::on($crate::house::StoreKind::Sqlite).await).await;
            })*
        }
        mod on_postgres {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::house::House::on($crate::house::StoreKind::Postgres).await).await;
            })*
        }
    };
}
pub(crate) use on_both_stores;

/// A running billing service. Dropping it stops it.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) clock: ManualClock,
    pub(crate) witness: Witness,
    pub(crate) gateway: BillingClient,
    pub(crate) store: StoreUrl,
    http: reqwest::Client,
    minter: Minter,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn on(kind: StoreKind) -> Self {
        Self::with(kind, |_| ()).await
    }

    pub(crate) async fn with(kind: StoreKind, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = match kind {
            StoreKind::Sqlite => StoreUrl::SqliteFile(folder.path().join("billing.sqlite")),
            StoreKind::Postgres => {
                let server = test_kit::Postgres::shared().await;
                StoreUrl::Postgres(server.database().await.into())
            }
        };
        let witness = Witness::start();
        let clock = ManualClock::at(NOON);
        let master = MasterSecret::new("a master secret of the billing tests".into()).unwrap();
        let mut config = Config {
            addr: (Ipv4Addr::LOCALHOST, 0).into(),
            store: store.clone(),
            migrate: true,
            master: master.clone(),
            clock: Arc::new(clock.clone()),
            signing_url: witness.url.clone(),
            portal_url: Url::parse("http://localhost:8081").unwrap(),
            stripe: StripeConfig {
                secret_key: "sk_test_of_the_tests".into(),
                // Nobody listens there: a test that needs Stripe names its sandbox.
                api_url: Some(Url::parse("http://127.0.0.1:9").unwrap()),
                webhook_secret: WEBHOOK_SECRET.into(),
            },
            debt: DebtPolicy::default(),
            rhythm: Rhythm {
                sweep: Duration::from_millis(20),
                purchases: Duration::from_millis(100),
                exactness: Duration::from_millis(100),
                reconcile: Duration::from_millis(200),
            },
        };
        change(&mut config);
        let service = Service::bind(config).await.unwrap();
        let address = service.address();
        let stop = CancellationToken::new();
        telemetry::spawn("billing under test", service.run(stop.clone()));
        let minter = Minter::new(ServiceName::Gateway, &master);
        let http = service_client::http_client().unwrap();
        let base = Url::parse(&format!("http://{address}")).unwrap();
        let transport = Transport::new(
            http.clone(),
            base,
            minter.clone(),
            ServiceName::Billing,
            Arc::new(SystemClock),
        );
        Self {
            address,
            clock,
            witness,
            gateway: BillingClient::new(transport),
            store,
            http,
            minter,
            stop,
            _folder: folder,
        }
    }

    /// Changes rows as no caller can.
    pub(crate) async fn sql(&self, statement: &str) {
        let db = Db::connect(&self.store, "billing").await.unwrap();
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared(statement).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The one number `n` of a query.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        let db = Db::connect(&self.store, "billing").await.unwrap();
        let row = db.reader().query_one_raw(Statement::from_string(
            db.reader().get_database_backend(),
            query,
        ));
        row.await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    pub(crate) async fn call(
        &self,
        caller: Caller,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let call = Call {
            request_id: "req_test".to_owned(),
            caller,
            ticket: None,
            address: None,
        };
        let token = self
            .minter
            .mint(SystemClock.now(), ServiceName::Billing, call)
            .unwrap();
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.address))
            .header(internal_auth::HEADER, token)
            .header("x-request-id", "req_test");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// A `GET` of the portal by an owner of `tenant`; must succeed.
    pub(crate) async fn portal(&self, tenant: TenantId, path: &str) -> Value {
        let (status, body) = self.call(owner(tenant), Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub(crate) async fn balance(&self, tenant: TenantId, mode: Mode) -> Value {
        self.portal(tenant, &format!("/api/billing/balance?mode={mode}"))
            .await
    }

    pub(crate) async fn reserve(&self, reservation: &Reservation) -> Reserved {
        self.gateway.reserve("req_test", reservation).await.unwrap()
    }

    /// As tenant tells it.
    pub(crate) async fn tell(&self, told: &TenantChanged) {
        let caller = Caller::Service {
            name: ServiceName::Tenant,
        };
        let body = serde_json::to_value(told).unwrap();
        let (status, answer) = self
            .call(caller, Method::POST, "/internal/events", Some(body))
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// Waits until a later check of the books is complete than any before this call, and returns it.
    pub(crate) async fn exactness(&self) -> client_billing::Exactness {
        self.clock.advance(Duration::from_millis(1));
        let since = self.clock.now();
        until("the books are checked", || async {
            let found = self.gateway.exactness("req_test").await.unwrap();
            (found.checked_at >= Some(since)).then_some(found)
        })
        .await
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Asks until there is an answer; fails the test after a while.
pub(crate) async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn owner(tenant: TenantId) -> Caller {
    member(tenant, Role::Owner)
}

pub(crate) fn member(tenant: TenantId, role: Role) -> Caller {
    Caller::Member {
        tenant,
        member: MemberId::generate(),
        role,
    }
}

pub(crate) fn key_of(tenant: TenantId, mode: Mode) -> Caller {
    Caller::ApiKey {
        tenant,
        slug: TenantSlug::parse("tatra").unwrap(),
        mode,
        key: ApiKeyId::generate(),
        public_id: PublicKeyId::parse("0123456789abcdef").unwrap(),
        scopes: vec![Scope::UsageRead],
    }
}

/// A create without an `Idempotency-Key`.
pub(crate) fn reservation(tenant: TenantId, mode: Mode) -> Reservation {
    let charge = ChargeId::generate();
    Reservation {
        charge,
        tenant,
        mode,
        key: ApiKeyId::generate(),
        operation: Operation::Create,
        request_id: format!("req_{charge}"),
        idempotent: false,
    }
}

/// The same create tried again: a new charge under the same request id.
pub(crate) fn again(first: &Reservation) -> Reservation {
    Reservation {
        charge: ChargeId::generate(),
        ..first.clone()
    }
}

pub(crate) fn activated(tenant: TenantId, version: i64) -> TenantChanged {
    TenantChanged {
        event: EventId::generate(),
        tenant,
        version,
        slug: TenantSlug::parse("tatra").unwrap(),
        name: "Tatra".to_owned(),
        api: ApiState::Active,
        activated_at: Some(NOON),
        keep_raw_ink: false,
        public_key: None,
        zone: "Europe/Bratislava".to_owned(),
        lang: "sk".to_owned(),
        max_file_bytes: 10_000_000,
        settings: TenantSettings::default(),
    }
}
