//! A server of the test's own, and calls to it as the gateway makes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::{
    ApiState, Clock as _, EventId, ManualClock, MasterSecret, MemberId, Role, SystemClock,
    TenantChanged, TenantId, TenantSettings, Timestamp,
};
use internal_auth::{Call, Caller, Minter, ServiceName, Ticket};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use signing::{Config, SealConfig, Service, SignedUploads, UnsentTexts};
use store_kit::StoreUrl;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::integrator::{Integrator, base64, contract, held, sample, with};

/// Past this a worker hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Where every call comes from.
pub(crate) const ADDRESS: &str = "192.0.2.7";
/// Of every integrator's key.
pub(crate) const PUBLIC_KEY_ID: &str = "0123456789abcdef";

/// The stores every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Sqlite,
    Postgres,
}

/// Writes each test twice: `on_sqlite` and `on_postgres`.
macro_rules! on_both_stores {
    ($(async fn $name:ident($server:ident: Server) $body:block)*) => {
        $(async fn $name($server: Server) $body)*
        mod on_sqlite {
            $(#[actix_web::test]
            async fn $name() {
                super::$name($crate::server::Server::on($crate::server::StoreKind::Sqlite).await).await;
            })*
        }
        mod on_postgres {
            $(#[actix_web::test]
            async fn $name() {
                super::$name($crate::server::Server::on($crate::server::StoreKind::Postgres).await).await;
            })*
        }
    };
}
pub(crate) use on_both_stores;

pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) clock: ManualClock,
    pub(crate) http: reqwest::Client,
    pub(crate) minter: Minter,
    pub(crate) store: StoreUrl,
    stop: CancellationToken,
    folder: tempfile::TempDir,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&self.bytes).into_owned()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// `message` of the envelope or `code` of a problem.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let code = body
            .get("message")
            .or(body.get("code"))
            .and_then(Value::as_str);
        code.unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field]
            .as_str()
            .unwrap_or_else(|| panic!("no {field}: {self:?}"))
            .to_owned()
    }
}

/// Workers as production has them, of the program that the build puts beside the tests.
pub(crate) fn pdf_workers() -> pdf_worker::Settings {
    pdf_worker::Settings::new(pdf_worker::Program {
        path: test_kit::pdf_worker(),
        arguments: Vec::new(),
    })
}

impl Server {
    pub(crate) async fn on(kind: StoreKind) -> Self {
        Self::start(kind, |_| {}).await
    }

    /// On SQLite, with workers as the test wants them.
    pub(crate) async fn with_workers(workers: pdf_worker::Settings) -> Self {
        Self::start(StoreKind::Sqlite, |config| config.pdf_workers = workers).await
    }

    /// On SQLite, with what makes PDFs of office files.
    pub(crate) async fn converting(converter: office_converter::Settings) -> Self {
        Self::start(StoreKind::Sqlite, |config| {
            config.converter = Some(converter);
        })
        .await
    }

    /// On SQLite, with seals as the test wants them.
    pub(crate) async fn with_seals(seals: SealConfig) -> Self {
        Self::start(StoreKind::Sqlite, |config| config.seals = seals).await
    }

    /// As most servers are, but for what the test changes.
    pub(crate) async fn start(kind: StoreKind, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = match kind {
            StoreKind::Postgres => {
                StoreUrl::Postgres(test_kit::Postgres::shared().await.database().await.into())
            }
            StoreKind::Sqlite => StoreUrl::SqliteFile(folder.path().join("signing.db")),
        };
        // Tokens are checked against the machine's clock, so the test's clock starts there.
        let clock = ManualClock::at(SystemClock.now());
        let mut config = config(&store, &clock, folder.path());
        change(&mut config);
        let stop = CancellationToken::new();
        let base = serve(config, stop.clone()).await;
        Self {
            base,
            clock,
            http: test_kit::client(),
            store,
            minter: Minter::new(ServiceName::Gateway, &master()),
            stop,
            folder,
        }
    }

    /// Another instance on the same store: where it listens.
    pub(crate) async fn second_instance(&self) -> String {
        let config = config(&self.store, &self.clock, self.folder.path());
        serve(config, self.stop.clone()).await
    }

    /// Files in the blob store.
    pub(crate) fn stored_files(&self) -> usize {
        let folders = std::fs::read_dir(self.folder.path().join("documents"))
            .unwrap()
            .flatten();
        folders
            .map(|folder| std::fs::read_dir(folder.path()).unwrap().count())
            .sum()
    }

    /// Every byte that SQLite has on disk, its log included.
    pub(crate) fn store_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        files
            .map(|file| file.path())
            .filter(|path| path.to_string_lossy().contains("signing.db"))
            .flat_map(|path| std::fs::read(path).unwrap())
            .collect()
    }

    pub(crate) fn token(&self, caller: Caller, ticket: Option<Ticket>) -> String {
        let call = Call {
            request_id: "r1".to_owned(),
            caller,
            ticket,
            address: Some(ADDRESS.to_owned()),
        };
        self.minter
            .mint(SystemClock.now(), ServiceName::Signing, call)
            .unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        request.header(internal_auth::HEADER, token)
    }

    pub(crate) async fn nobody(&self, method: Method, path: &str) -> Answer {
        let request = self.request(method, path, &self.token(Caller::Nobody, None));
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn peer(&self, method: Method, path: &str, body: &Value) -> Answer {
        let token = self.token(
            Caller::Service {
                name: ServiceName::Gateway,
            },
            None,
        );
        read(
            self.request(method, path, &token)
                .json(body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// What the operator asks and does.
    pub(crate) async fn operator(&self, method: Method, path: &str) -> Answer {
        let token = self.token(Caller::Operator, None);
        read(self.request(method, path, &token).send().await.unwrap()).await
    }

    /// Everything in the folder of document bytes.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        fn below(path: PathBuf) -> Vec<PathBuf> {
            if path.is_file() {
                return vec![path];
            }
            let entries = std::fs::read_dir(path).unwrap().flatten();
            entries.flat_map(|entry| below(entry.path())).collect()
        }
        below(self.folder.path().join("documents"))
    }

    /// The files that hold a document's bytes, pictures left out.
    pub(crate) fn blobs(&self) -> Vec<PathBuf> {
        let mut files = self.files();
        files.retain(|path| path.extension().is_some_and(|suffix| suffix == "pdf"));
        files
    }

    /// Tells signing of a tenant, as tenant does.
    pub(crate) async fn know(&self, tenant: &Integrator, max_file_bytes: i64) {
        self.know_as(tenant, ("en", 1), max_file_bytes).await;
    }

    /// As [`Server::know`], in a language and version.
    pub(crate) async fn know_as(
        &self,
        tenant: &Integrator,
        (lang, version): (&str, i64),
        max_file_bytes: i64,
    ) {
        self.tell(&TenantChanged {
            version,
            lang: lang.to_owned(),
            max_file_bytes,
            ..told(tenant)
        })
        .await;
    }

    /// As [`Server::know`]: a tenant with an evidence key.
    pub(crate) async fn know_evidence(
        &self,
        tenant: &Integrator,
        public_key: &str,
        keep_raw_ink: bool,
    ) {
        self.tell(&TenantChanged {
            public_key: Some(public_key.to_owned()),
            keep_raw_ink,
            ..told(tenant)
        })
        .await;
    }

    /// As [`Server::know`]: what an operator set for it, at a version.
    pub(crate) async fn know_settings(
        &self,
        tenant: &Integrator,
        version: i64,
        settings: TenantSettings,
    ) {
        self.tell(&TenantChanged {
            version,
            settings,
            ..told(tenant)
        })
        .await;
    }

    async fn tell(&self, told: &TenantChanged) {
        let master = MasterSecret::new("m".repeat(32).into()).unwrap();
        let minter = Minter::new(ServiceName::Tenant, &master);
        let token = minter
            .mint_own(SystemClock.now(), ServiceName::Signing, "r1")
            .unwrap();
        let answer = self
            .request(Method::POST, "/internal/events", &token)
            .json(told)
            .send()
            .await;
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }

    pub(crate) fn member(&self, tenant: TenantId) -> String {
        self.member_as(tenant, Role::Viewer)
    }

    pub(crate) fn member_as(&self, tenant: TenantId, role: Role) -> String {
        let member = MemberId::generate();
        let caller = Caller::Member {
            tenant,
            member,
            role,
        };
        self.token(caller, None)
    }
}

fn master() -> MasterSecret {
    MasterSecret::new("m".repeat(32).into()).unwrap()
}

fn config(store: &StoreUrl, clock: &ManualClock, folder: &Path) -> Config {
    Config {
        addr: "127.0.0.1:0".parse().unwrap(),
        store: store.clone(),
        migrate: true,
        master: master(),
        clock: Arc::new(clock.clone()),
        api_url: "http://127.0.0.1:8080".parse().unwrap(),
        pdf_workers: pdf_workers(),
        seals: SealConfig::default(),
        trusted_roots: Vec::new(),
        blobs: folder.join("documents"),
        allow_private_callbacks: true,
        https_only_callbacks: false,
        converter: None,
        signed_uploads: SignedUploads::CoSign,
        mail: None,
        sms: None,
        unsent_texts: UnsentTexts::Kept,
    }
}

/// Serves until told to stop; its address.
async fn serve(config: Config, stop: CancellationToken) -> String {
    let service = Service::bind(config).await.unwrap();
    let base = format!("http://{}", service.address());
    std::thread::spawn(move || actix_web::rt::System::new().block_on(service.run(stop)));
    base
}

/// A tenant as tenant tells of it.
fn told(tenant: &Integrator) -> TenantChanged {
    TenantChanged {
        event: EventId::generate(),
        tenant: tenant.tenant,
        version: 1,
        slug: tenant.slug.clone(),
        name: "Tatra Legal".to_owned(),
        api: ApiState::Active,
        activated_at: Some(Timestamp::from_millis(1)),
        keep_raw_ink: false,
        public_key: None,
        zone: "Europe/Bratislava".to_owned(),
        lang: "en".to_owned(),
        max_file_bytes: domain::DEFAULT_MAX_FILE_BYTES,
        settings: TenantSettings::default(),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        bytes: response.bytes().await.unwrap().to_vec(),
    }
}
