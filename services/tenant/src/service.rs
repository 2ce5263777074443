//! The service as a value: bind it, ask its address, run it until told to stop.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use ::mail::Smtp;
use actix_web::web::Data;
use client_tenant::Transport;
use domain::{Clock, MasterSecret, Pepper};
use http_kit::{BindError, BoundServer};
use internal_auth::portal_session::{AccessTokens, CookieNames};
use internal_auth::{Minter, ServiceName, Verifier};
use migrations::tenant::TenantMigrator;
use store_kit::outbox::Worker;
use store_kit::{Db, StoreError, StoreUrl};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use url::Url;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::context::Context;
use crate::events::EventPost;
use crate::passwords::{HashingFailed, Passwords};
use crate::postman::{self, Postman};
use crate::tokens::AddressHasher;
use crate::{cleaning, routes, tenants};

const NAME: &str = "tenant";

/// All that the service must be told.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    pub store: StoreUrl,
    /// Whether to bring the schema up to date first.
    pub migrate: bool,
    pub master: MasterSecret,
    pub clock: Arc<dyn Clock>,
    /// Where the portal is; links in mail lead there, and its scheme decides on the cookies.
    pub portal_url: Url,
    /// The mail server that mail is handed to; none: it stays in the local outbox.
    pub mail: Option<::mail::SmtpConfig>,
    /// Who is told of every change of a tenant, and where. Can also be given later: [`Service::subscribe`].
    pub subscribers: Vec<(ServiceName, Url)>,
}

/// Why the service does not start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("tenant: the store cannot be opened")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error("tenant: passwords cannot be hashed")]
    Hashing(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("tenant: the mail server's settings do not work")]
    Mail(#[from] ::mail::SetUpError),
    #[error("tenant: the HTTP client cannot be built")]
    Client(#[from] reqwest::Error),
}

/// The server stopped before it was told to.
#[derive(Debug, Error)]
#[error("tenant: the server failed")]
pub struct RunError(#[from] std::io::Error);

/// The service with its port and its store, serving nobody yet.
pub struct Service {
    config: Config,
    server: BoundServer,
    db: Db,
    passwords: Passwords,
    http: reqwest::Client,
    smtp: Option<Smtp>,
}

impl Service {
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let server = BoundServer::bind_for_peers(NAME, config.addr)?;
        let db = Db::connect(&config.store, NAME).await?;
        if config.migrate {
            db.migrate::<TenantMigrator>().await?;
        }
        Ok(Self {
            server,
            db,
            passwords: Passwords::new().map_err(hashing)?,
            http: service_client::http_client()?,
            smtp: config.mail.clone().map(Smtp::new).transpose()?,
            config,
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Adds a subscriber whose address was not known before it was bound.
    pub fn subscribe(&mut self, name: ServiceName, url: Url) {
        self.config.subscribers.push((name, url));
    }

    /// Serves, sends events and cleans up until `stop`; then lets running calls and deliveries finish.
    pub async fn run(self, stop: CancellationToken) -> Result<(), RunError> {
        let clock = Arc::clone(&self.config.clock);
        let post = EventPost {
            subscribers: self.transports(),
            clock: Arc::clone(&clock),
        };
        let worker = Worker::new(self.db.clone(), tenants::EVENTS, clock, Arc::new(post));
        let postman = self.postman();
        let master = &self.config.master;
        let ctx = Arc::new(Context {
            db: self.db,
            clock: Arc::clone(&self.config.clock),
            portal_url: self.config.portal_url.clone(),
            passwords: self.passwords,
            addresses: AddressHasher::new(master),
            access: AccessTokens::new(master),
            pepper: Pepper::current(master),
            subscribers: self
                .config
                .subscribers
                .iter()
                .map(|(name, _)| *name)
                .collect(),
            mail_leaves: postman.is_some(),
            wake: worker.waker(),
        });
        let sending = telemetry::spawn("send tenant events", worker.run(stop.clone()));
        let mailing = postman.map(|worker| telemetry::spawn("send mail", worker.run(stop.clone())));
        let cleaned = cleaning::run(Arc::clone(&ctx), stop.clone());
        let cleaning = telemetry::spawn("delete old rows", cleaned);
        let ctx = Data::from(ctx);
        let verifier = Data::new(Verifier::new(ServiceName::Tenant, master));
        let cookies = Data::new(CookieNames::of(&self.config.portal_url));
        let served = self
            .server
            .run(stop.clone(), move |config| {
                config
                    .app_data(ctx.clone())
                    .app_data(verifier.clone())
                    .app_data(cookies.clone());
                routes::configure(&mut ServiceConfig::new(config));
            })
            .await;
        // Also when the server failed by itself.
        stop.cancel();
        let _ended = tokio::join!(sending, cleaning);
        if let Some(mailing) = mailing {
            let _ended = mailing.await;
        }
        Ok(served?)
    }

    /// What sends mail, where there is a mail server.
    fn postman(&self) -> Option<Worker> {
        let postman = Postman {
            db: self.db.clone(),
            clock: Arc::clone(&self.config.clock),
            smtp: self.smtp.clone()?,
        };
        let clock = Arc::clone(&self.config.clock);
        let postman = Arc::new(postman);
        Some(Worker::new(self.db.clone(), postman::TOPIC, clock, postman))
    }

    fn transports(&self) -> HashMap<String, Transport> {
        let minter = Minter::new(ServiceName::Tenant, &self.config.master);
        let transport = |name: ServiceName, url: &Url| {
            let (http, clock) = (self.http.clone(), Arc::clone(&self.config.clock));
            Transport::new(http, url.clone(), minter.clone(), name, clock)
        };
        self.config
            .subscribers
            .iter()
            .map(|(name, url)| (name.as_str().to_owned(), transport(*name, url)))
            .collect()
    }
}

fn hashing(cause: HashingFailed) -> StartError {
    StartError::Hashing(Box::new(cause))
}
