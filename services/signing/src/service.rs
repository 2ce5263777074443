//! The service as a value: configured, bound, run until told to stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::App;
use actix_web::web::Data;
use client_signing::SelfTest;
use domain::{Clock, MasterSecret};
use http_kit::{BindError, BoundServer};
use internal_auth::{ServiceName, Verifier};
use migrations::signing::SigningMigrator;
use office_converter::Converter;
use pdf_worker::{Confinement, PdfWorkers, StartFault};
use store_kit::outbox::Worker;
use store_kit::{Db, StoreError, StoreUrl};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use url::Url;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audit::{self, PageMaker};
use crate::blob::{BlobError, FolderBlobs};
use crate::callback::{self, Caller, Reach};
use crate::conversion;
use crate::desk::{Desk, Wake};
use crate::engine::Engine;
use crate::erasure::{self, Eraser};
use crate::intake::SignedUploads;
use crate::link::{Addresses, Secrets};
use crate::mail;
use crate::picture::Pictures;
use crate::sealing::{
    self, Authority, AuthorityError, LevelConfigError, Levels, SealConfig, Sealer,
};
use crate::self_test::{self, SelfTestFailed, SelfTests};
use crate::{notices, retention, routes, strays};

/// The name of signing's schema on PostgreSQL: never change it.
pub(crate) const SCHEMA: &str = "signing";

/// Everything the service is told from outside.
pub struct Config {
    pub addr: SocketAddr,
    pub store: StoreUrl,
    /// Brings the schema up to date at start.
    pub migrate: bool,
    pub master: MasterSecret,
    pub clock: Arc<dyn Clock>,
    /// Where signers and integrators find us: the base of every link.
    pub api_url: Url,
    /// The jailed processes in which PDFs are worked on.
    pub pdf_workers: pdf_worker::Settings,
    /// Whose keys seal, and to which level.
    pub seals: SealConfig,
    /// Roots that verification trusts beside our own, DER.
    pub trusted_roots: Vec<Vec<u8>>,
    /// The folder of document bytes.
    pub blobs: PathBuf,
    /// Whether callbacks may go to loopback and private addresses: right for one machine, wrong for a server of many tenants.
    pub allow_private_callbacks: bool,
    /// Whether callbacks go to https only.
    pub https_only_callbacks: bool,
    /// What makes PDFs of Word and Excel files; none: such files are refused.
    pub converter: Option<office_converter::Settings>,
    /// What becomes of uploads that somebody has signed already.
    pub signed_uploads: SignedUploads,
    /// The mail server that letters are handed to; none: they stay in the local outbox.
    pub mail: Option<::mail::SmtpConfig>,
    /// The provider that text messages are handed to.
    pub sms: Option<::sms::ProviderConfig>,
    /// What becomes of text messages where there is no provider.
    pub unsent_texts: UnsentTexts,
}

/// What becomes of text messages that no provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsentTexts {
    /// They stay in the local outbox: right for one machine, whose user sees them there.
    Kept,
    /// Nobody would get them: a request that asks for a code by phone is refused.
    Refused,
}

/// Why the service cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("signing: the store cannot be opened")]
    Store(#[from] StoreError),
    #[error("signing: the PDF workers do not start")]
    Workers(#[from] StartFault),
    #[error("signing: the folder of documents cannot be opened")]
    Blobs(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("signing: the certificate authority cannot be opened")]
    Authority(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("signing: seals cannot be raised to their level")]
    Levels(#[from] LevelConfigError),
    #[error("signing: what sealing needs does not work")]
    SelfTest(#[from] SelfTestFailed),
    #[error("signing: the client for callbacks or text messages cannot be built")]
    Callbacks(#[from] reqwest::Error),
    #[error("signing: the mail server's settings do not work")]
    Mail(#[from] ::mail::SetUpError),
    #[error(transparent)]
    Bind(#[from] BindError),
}

impl From<BlobError> for StartError {
    fn from(cause: BlobError) -> Self {
        Self::Blobs(Box::new(cause))
    }
}

impl From<AuthorityError> for StartError {
    fn from(cause: AuthorityError) -> Self {
        Self::Authority(Box::new(cause))
    }
}

/// The service with its port, its store and its workers, serving nobody yet.
pub struct Service {
    server: BoundServer,
    pub(crate) desk: Arc<Desk>,
    verifier: Verifier,
    sealer: Worker,
    caller: Worker,
    page_maker: Worker,
    eraser: Worker,
    /// None: nothing is sent.
    poster: Option<Worker>,
    texter: Option<Worker>,
}

impl Service {
    /// Opens the store, makes or opens the certificate authority, tries what sealing needs, and takes the port.
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let desk = Arc::new(open(&config).await?);
        self_test::at_start(&desk).await?;
        let db = desk.db.clone();
        let worker = |topic, deliver: Arc<dyn store_kit::outbox::Deliver>, wake: &Wake| {
            let worker = Worker::new(db.clone(), topic, Arc::clone(&config.clock), deliver);
            wake.connect(worker.waker());
            worker
        };
        let sealer = worker(
            sealing::TOPIC,
            Arc::new(Sealer(Arc::clone(&desk))),
            &desk.sealer,
        );
        let caller = Caller::new(Arc::clone(&desk))?;
        let caller = worker(callback::TOPIC, Arc::new(caller), &desk.caller);
        let page_maker = Arc::new(PageMaker(Arc::clone(&desk)));
        let page_maker = worker(audit::TOPIC, page_maker, &desk.page_maker);
        let eraser = Arc::new(Eraser(Arc::clone(&desk)));
        let eraser = worker(erasure::TOPIC, eraser, &Wake::default());
        let poster = desk.mail.clone().map(|smtp| {
            let carrier = mail::Carrier::Mail(smtp);
            let sender = Arc::new(mail::Sender::new(Arc::clone(&desk), carrier));
            worker(mail::TOPIC, sender, &desk.poster)
        });
        let texter = desk.sms.clone().map(|provider| {
            let carrier = mail::Carrier::Text(provider);
            let sender = Arc::new(mail::Sender::new(Arc::clone(&desk), carrier));
            worker(mail::TEXT_TOPIC, sender, &desk.texter)
        });
        Ok(Self {
            server: BoundServer::bind_for_peers("signing", config.addr)?,
            verifier: Verifier::new(ServiceName::Signing, &config.master),
            desk,
            sealer,
            caller,
            page_maker,
            eraser,
            poster,
            texter,
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Serves, seals and calls back until `stop`, then lets what runs finish.
    pub async fn run(self, stop: CancellationToken) -> io::Result<()> {
        // The workers also end when the server fails by itself.
        let workers_stop = stop.child_token();
        let introduced = self.desk.converter.clone();
        let mut workers = vec![
            telemetry::spawn("introduce the converter", conversion::introduce(introduced)),
            telemetry::spawn("seal documents", self.sealer.run(workers_stop.clone())),
            telemetry::spawn(
                "call integrators back",
                self.caller.run(workers_stop.clone()),
            ),
            telemetry::spawn(
                "watch over seals",
                sealing::jobs::watch(Arc::clone(&self.desk), workers_stop.clone()),
            ),
            telemetry::spawn(
                "make audit pages",
                self.page_maker.run(workers_stop.clone()),
            ),
            telemetry::spawn(
                "try what sealing needs",
                self_test::watch(Arc::clone(&self.desk), workers_stop.clone()),
            ),
            telemetry::spawn("erase bytes", self.eraser.run(workers_stop.clone())),
            telemetry::spawn(
                "keep retention",
                retention::run(Arc::clone(&self.desk), workers_stop.clone()),
            ),
            telemetry::spawn(
                "remind of requests that wait",
                notices::run(Arc::clone(&self.desk), workers_stop.clone()),
            ),
            telemetry::spawn(
                "remove bytes without a row",
                strays::run(Arc::clone(&self.desk), workers_stop.clone()),
            ),
        ];
        workers.extend(
            self.poster
                .map(|poster| telemetry::spawn("send letters", poster.run(workers_stop.clone()))),
        );
        workers.extend(self.texter.map(|texter| {
            telemetry::spawn("send text messages", texter.run(workers_stop.clone()))
        }));
        let (desk, verifier) = (Data::from(self.desk), Data::new(self.verifier));
        let served = self
            .server
            .run(stop, move |config| {
                config.app_data(desk.clone()).app_data(verifier.clone());
                routes::configure(&mut ServiceConfig::new(config));
            })
            .await;
        workers_stop.cancel();
        for worker in workers {
            worker.await.map_err(io::Error::other)?;
        }
        served
    }
}

/// Everything that use cases work with.
async fn open(config: &Config) -> Result<Desk, StartError> {
    let db = Db::connect(&config.store, SCHEMA).await?;
    if config.migrate {
        db.migrate::<SigningMigrator>().await?;
    }
    let workers = PdfWorkers::start(config.pdf_workers.clone()).await?;
    if let Confinement::Incomplete { missing } = workers.confinement() {
        tracing::warn!(
            missing,
            "PDFs are worked on in a jail that is not complete on this system"
        );
    }
    let secrets = Secrets::new(&config.master);
    let now = config.clock.now();
    let authority = Authority::open(&db, &secrets, &config.api_url, now)
        .await?
        .with(config.seals.brought.clone());
    let levels = Levels::new(&config.seals.levels, &config.clock)?;
    Ok(Desk {
        db,
        blobs: Arc::new(FolderBlobs::open(&config.blobs)?),
        clock: Arc::clone(&config.clock),
        secrets,
        addresses: Addresses::new(&config.api_url),
        engine: Engine::new(workers),
        authority,
        levels,
        pictures: Pictures::new(),
        converter: config.converter.clone().map(Converter::new),
        trusted_roots: config.trusted_roots.clone(),
        signed_uploads: config.signed_uploads,
        reach: Reach {
            private: config.allow_private_callbacks,
            https_only: config.https_only_callbacks,
        },
        self_tests: SelfTests::default(),
        mail: config.mail.clone().map(::mail::Smtp::new).transpose()?,
        sms: config.sms.clone().map(::sms::Provider::new).transpose()?,
        unsent_texts: config.unsent_texts,
        sealer: Wake::default(),
        caller: Wake::default(),
        page_maker: Wake::default(),
        poster: Wake::default(),
        texter: Wake::default(),
    })
}

/// Tries everything that sealing needs, without serving anybody.
pub async fn check(config: &Config) -> Result<SelfTest, StartError> {
    Ok(self_test::whole(&open(config).await?).await)
}

/// The service's own OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    App::new()
        .into_utoipa_app()
        .configure(routes::configure)
        .split_for_parts()
        .1
}

/// A service with its files in a folder, as tests of use cases have it.
#[cfg(test)]
pub(crate) async fn for_tests(
    folder: &std::path::Path,
    store: StoreUrl,
    clock: &domain::ManualClock,
) -> Service {
    let config = Config {
        addr: "127.0.0.1:0".parse().unwrap(),
        store,
        migrate: true,
        master: MasterSecret::new("m".repeat(32).into()).unwrap(),
        clock: Arc::new(clock.clone()),
        api_url: "http://127.0.0.1:8080".parse().unwrap(),
        pdf_workers: pdf_worker::Settings::new(pdf_worker::Program {
            path: test_kit::pdf_worker(),
            arguments: Vec::new(),
        }),
        trusted_roots: Vec::new(),
        blobs: folder.join("documents"),
        seals: SealConfig::default(),
        allow_private_callbacks: true,
        https_only_callbacks: false,
        converter: None,
        signed_uploads: SignedUploads::CoSign,
        mail: None,
        sms: None,
        unsent_texts: UnsentTexts::Kept,
    };
    Service::bind(config).await.unwrap()
}
