//! The sandbox as a server: bound first, so that its address is known, then run until it is told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use domain::Clock;
use secrecy::SecretString;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cashier::Cashier;
use crate::journal::JournalError;
use crate::routes;
use crate::store::Store;
use crate::webhook::{Courier, Endpoint};

/// One worker serves a person and a test; everything that waits is off it.
const WORKERS: usize = 1;
/// How long requests under way may take to end after the stop.
const STOP_WITHIN_S: u64 = 5;

/// What the sandbox needs to know.
pub struct SandboxConfig {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The address browsers use; absent, it is the one that was bound.
    pub public_url: Option<Url>,
    /// Where the journal is kept; absent, everything ends with the process.
    pub data_dir: Option<PathBuf>,
    /// Where events are delivered; absent, they are kept and can be read.
    pub webhook_url: Option<Url>,
    /// The `whsec_…` secret deliveries are signed with.
    pub webhook_secret: SecretString,
    pub clock: Arc<dyn Clock>,
}

/// Why the sandbox cannot start.
#[derive(Debug, Error)]
pub enum SandboxError {
    #[error("cannot listen on {0}")]
    Bind(SocketAddr, #[source] io::Error),
    #[error("{0} is not an address of this sandbox")]
    PublicUrl(String),
    #[error("cannot open the sandbox's journal")]
    Journal(#[from] JournalError),
    #[error("cannot make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// The Stripe sandbox.
pub struct Sandbox;

impl Sandbox {
    /// Takes the port and reads the journal; answers nobody yet.
    pub fn bind(config: SandboxConfig) -> Result<Bound, SandboxError> {
        let in_use = |error| SandboxError::Bind(config.addr, error);
        let listener = TcpListener::bind(config.addr).map_err(in_use)?;
        let address = listener.local_addr().map_err(in_use)?;
        let public_url = match config.public_url {
            Some(url) if url.cannot_be_a_base() => {
                return Err(SandboxError::PublicUrl(url.to_string()));
            }
            Some(url) => url,
            None => {
                let own = format!("http://{address}");
                Url::parse(&own).map_err(|_| SandboxError::PublicUrl(own))?
            }
        };
        let store = Store::open(config.data_dir.as_deref(), config.clock.now())?;
        let secret = config.webhook_secret;
        let cashier = Arc::new(Cashier::new(
            store,
            config.clock,
            public_url,
            config.webhook_url.clone(),
        ));
        let endpoint = config.webhook_url.map(|url| Endpoint { url, secret });
        let courier = Courier::new(Arc::clone(&cashier), endpoint)?;
        Ok(Bound {
            listener,
            address,
            cashier,
            courier,
        })
    }
}

/// A sandbox that has its port and its state.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    cashier: Arc<Cashier>,
    courier: Courier,
}

impl Bound {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`; returns when the last request and the courier are done.
    pub async fn run(self, stop: CancellationToken) -> io::Result<()> {
        let cashier = Data::from(Arc::clone(&self.cashier));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(cashier.clone())
                .configure(routes::configure)
        })
        .workers(WORKERS)
        // It is called by our own programs only: a head that arrives while the threads are busy is no reason to refuse a call.
        .client_request_timeout(Duration::ZERO)
        .shutdown_timeout(STOP_WITHIN_S)
        .disable_signals()
        .listen(self.listener)?
        .run();
        // The courier also ends when the server fails by itself.
        let courier_stop = stop.child_token();
        let courier = telemetry::spawn(
            "stripe-sandbox-webhooks",
            self.courier.run(courier_stop.clone()),
        );
        let handle = server.handle();
        let ending = telemetry::spawn("stripe-sandbox-stop", async move {
            stop.cancelled().await;
            handle.stop(true).await;
        });
        let outcome = server.await;
        ending.abort();
        courier_stop.cancel();
        let carried = courier.await.map_err(io::Error::other);
        // Threads of the server may still hold the state for a moment; they must not hold the file.
        self.cashier.close();
        carried?;
        outcome
    }
}
