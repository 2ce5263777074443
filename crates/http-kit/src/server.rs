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
/// A stranger that sends its head more slowly than this is not waited for.
const HEAD_TIMEOUT: Duration = if cfg!(test) {
    Duration::from_millis(200)
} else {
    Duration::from_secs(10)
};
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
    /// Zero: waits as long as the client keeps the line.
    head_timeout: Duration,
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
            head_timeout: HEAD_TIMEOUT,
        })
    }

    /// As [`BoundServer::bind`], for a server that only our own services call. It waits for their heads: that time runs from the
    /// connection's start and is judged before the line is read, so a server whose threads were busy for longer would refuse calls
    /// that had arrived, and cut off bodies that were being written.
    pub fn bind_for_peers(service: &'static str, address: SocketAddr) -> Result<Self, BindError> {
        let bound = Self::bind(service, address)?;
        Ok(Self {
            head_timeout: Duration::ZERO,
            ..bound
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
        .client_request_timeout(self.head_timeout)
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

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use actix_web::{HttpResponse, web};

    use super::*;

    fn routes(config: &mut ServiceConfig) {
        config.default_service(web::to(|| async { HttpResponse::NoContent().finish() }));
    }

    /// What a client hears that sends its head late.
    fn told(address: SocketAddr) -> String {
        let mut line = TcpStream::connect(address).unwrap();
        std::thread::sleep(HEAD_TIMEOUT * 4);
        // A line that was closed meanwhile takes it or not; what was said is read below.
        let _ = line.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let mut told = String::new();
        let _ = line.read_to_string(&mut told);
        told.lines().next().unwrap_or_default().to_owned()
    }

    #[actix_web::test]
    async fn strangers_are_not_waited_for_and_peers_are() {
        let local = "127.0.0.1:0".parse().unwrap();
        for (server, wanted) in [
            (BoundServer::bind("test", local).unwrap(), "408"),
            (BoundServer::bind_for_peers("test", local).unwrap(), "204"),
        ] {
            let (address, stop) = (server.address(), CancellationToken::new());
            let running = actix_web::rt::spawn(server.run(stop.clone(), routes));
            let told = actix_web::rt::task::spawn_blocking(move || told(address));
            let told = told.await.unwrap();
            assert!(told.contains(wanted), "{told:?}");
            stop.cancel();
            running.await.unwrap().unwrap();
        }
    }
}
