//! A server as a value: bind it, ask its address, run it until told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::answers::{self, ServiceLabel};
use crate::malformed;

/// Calls that run when a stop is asked for may finish within this time.
const DRAIN_SECONDS: u64 = 20;
/// A client that sends its head more slowly than this is not waited for.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const WORKERS: usize = 2;
/// Longer than any of our clients keeps an idle connection, so that a server never closes one that is being written to.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The address cannot be listened on.
#[derive(Debug, Error)]
#[error("{service}: cannot listen on {address}")]
pub struct BindError {
    pub service: &'static str,
    pub address: SocketAddr,
    #[source]
    pub cause: io::Error,
}

/// A service that has its port and serves nobody yet.
#[derive(Debug)]
pub struct BoundServer {
    service: &'static str,
    listener: TcpListener,
    address: SocketAddr,
}

impl BoundServer {
    /// Takes the port; port 0 takes a free one.
    pub fn bind(service: &'static str, address: SocketAddr) -> Result<Self, BindError> {
        let failed = |cause| BindError {
            service,
            address,
            cause,
        };
        let listener = TcpListener::bind(address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            service,
            listener,
            address,
        })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `routes` until `stop`, then lets running calls finish.
    pub async fn run<F>(self, stop: CancellationToken, routes: F) -> io::Result<()>
    where
        F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
    {
        let label = ServiceLabel(self.service);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(label)
                .wrap(from_fn(answers::look))
                .configure(malformed::configure)
                .configure(routes.clone())
        })
        .workers(WORKERS)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(DRAIN_SECONDS)
        .disable_signals()
        .listen(self.listener)?
        .run();
        let handle = server.handle();
        telemetry::spawn("stop a server", async move {
            stop.cancelled().await;
            handle.stop(true).await;
        });
        server.await
    }
}
