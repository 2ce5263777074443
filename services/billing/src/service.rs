//! Billing as a value: bound to its store and port, then run until told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use client_signing::{SigningClient, Transport};
use domain::{Clock, MasterSecret};
use http_kit::{BindError, BoundServer};
use internal_auth::{Minter, ServiceName, Verifier};
use migrations::billing::BillingMigrator;
use secrecy::SecretString;
use store_kit::{Db, StoreError, StoreUrl};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::debt::DebtPolicy;
use crate::judge::Judge;
use crate::stripe::Stripe;
use crate::{jobs, routes};

/// The name of billing's schema on PostgreSQL: never change it.
pub(crate) const SCHEMA: &str = "billing";

/// What billing must know.
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    pub store: StoreUrl,
    /// Bring the store up to date before serving.
    pub migrate: bool,
    pub master: MasterSecret,
    pub clock: Arc<dyn Clock>,
    /// Where the witness answers.
    pub signing_url: Url,
    /// Where buyers come back to from Stripe's page.
    pub portal_url: Url,
    pub stripe: StripeConfig,
    /// Where a tenant has no setting of its own.
    pub debt: DebtPolicy,
    pub rhythm: Rhythm,
}

/// How to talk to Stripe, or to the sandbox in its place.
pub struct StripeConfig {
    /// `sk_…` or `rk_…`; whether it is live decides what purchases must be.
    pub secret_key: SecretString,
    /// Another address than Stripe's own.
    pub api_url: Option<Url>,
    /// `whsec_…`, the whole of it is the key.
    pub webhook_secret: SecretString,
}

/// How often the background jobs look.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    /// For lapsed leases, doubtful holds and expired lots.
    pub sweep: Duration,
    /// For pending purchases and events that nobody handled.
    pub purchases: Duration,
    /// Whether the books are exact.
    pub exactness: Duration,
    /// For days that were not compared with Stripe yet.
    pub reconcile: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            sweep: Duration::from_secs(1),
            purchases: Duration::from_secs(5),
            exactness: Duration::from_mins(1),
            reconcile: Duration::from_mins(10),
        }
    }
}

/// Why billing cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("billing's store cannot be opened")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error("no HTTP client can be made")]
    Http(#[from] reqwest::Error),
    #[error("the settings for Stripe are not usable: {0}")]
    Stripe(String),
}

/// What handlers and jobs share.
pub(crate) struct Books {
    pub(crate) db: Db,
    pub(crate) judge: Judge,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) witness: SigningClient,
    pub(crate) stripe: Stripe,
    pub(crate) portal_url: Url,
    pub(crate) debt: DebtPolicy,
    /// Something became doubtful: no need to wait for the next round.
    pub(crate) wake_sweeper: Notify,
    /// An event of Stripe's came in.
    pub(crate) wake_purchases: Notify,
    pub(crate) rhythm: Rhythm,
}

/// Billing with its store open and its port taken.
pub struct Service {
    server: BoundServer,
    books: Arc<Books>,
    verifier: Verifier,
}

impl Service {
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let db = Db::connect(&config.store, SCHEMA).await?;
        if config.migrate {
            db.migrate::<BillingMigrator>().await?;
        }
        let http = service_client::http_client()?;
        // After the HTTP client, which chooses the process's TLS provider.
        let stripe =
            Stripe::new(config.stripe).map_err(|why| StartError::Stripe(why.to_string()))?;
        let minter = Minter::new(ServiceName::Billing, &config.master);
        let clock = Arc::clone(&config.clock);
        let to_signing = Transport::new(
            http,
            config.signing_url,
            minter,
            ServiceName::Signing,
            clock,
        );
        Ok(Self {
            server: BoundServer::bind_for_peers("billing", config.addr)?,
            books: Arc::new(Books {
                judge: Judge::new(db.clone(), Arc::clone(&config.clock), config.debt),
                db,
                clock: config.clock,
                witness: SigningClient::new(to_signing),
                stripe,
                portal_url: config.portal_url,
                debt: config.debt,
                wake_sweeper: Notify::new(),
                wake_purchases: Notify::new(),
                rhythm: config.rhythm,
            }),
            verifier: Verifier::new(ServiceName::Billing, &config.master),
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Serves and does its jobs until `stop`; returns when running calls and jobs have ended.
    pub async fn run(self, stop: CancellationToken) -> io::Result<()> {
        // The jobs also end when the server fails by itself.
        let jobs_stop = stop.child_token();
        let jobs = jobs::start(&self.books, &jobs_stop);
        // The judge ends last: running calls and jobs still ask it.
        let judge_stop = CancellationToken::new();
        let judging = self.books.judge.start(&judge_stop);
        let books = Data::from(self.books);
        let verifier = Data::new(self.verifier);
        let served = self
            .server
            .run(stop, move |config| {
                config.app_data(books.clone()).app_data(verifier.clone());
                routes::configure(&mut ServiceConfig::new(config));
            })
            .await;
        jobs_stop.cancel();
        for job in jobs {
            job.await.map_err(io::Error::other)?;
        }
        judge_stop.cancel();
        for job in judging {
            job.await.map_err(io::Error::other)?;
        }
        served
    }
}
