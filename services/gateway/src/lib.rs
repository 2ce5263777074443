//! The data plane and the only public server: it identifies callers, sells units through billing, and hands calls on.
//! Owns no table: what it counts, it hands over.

pub mod openapi;

mod addresses;
mod api;
mod config;
mod counters;
mod create;
mod failpoint;
mod forward;
mod key_ring;
mod operator;
mod origin;
mod portal;
mod reference;
mod state;
mod usage;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use client_billing::BillingClient;
use client_signing::SigningClient;
use client_tenant::TenantClient;
use domain::Pepper;
use http_kit::{BindError, BoundServer};
use internal_auth::{Minter, ServiceName};
use service_client::Transport;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use config::{Config, Limits};
pub use operator::USER as OPERATOR_USER;

use counters::{Counters, CountersError, InProcess, Redis};
use forward::Services;
use key_ring::KeyRing;
use state::State;

/// Why a gateway does not start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error("redis_url: the counters cannot be reached")]
    Counters(#[from] CountersError),
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// A gateway that has its three ports and serves nobody yet.
pub struct Gateway {
    api: BoundServer,
    portal: BoundServer,
    operator: BoundServer,
    state: State,
}

impl Gateway {
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let api = BoundServer::bind("gateway-api", config.api_addr)?;
        let portal = BoundServer::bind("gateway-portal", config.portal_addr)?;
        let operator = BoundServer::bind("gateway-operator", config.operator_addr)?;
        let counters: Arc<dyn Counters> = match &config.redis_url {
            Some(url) => Arc::new(Redis::connect(url).await?),
            None => Arc::new(InProcess::default()),
        };
        let state = State::new(config, counters).map_err(StartError::Client)?;
        Ok(Self {
            api,
            portal,
            operator,
            state,
        })
    }

    pub const fn api_address(&self) -> SocketAddr {
        self.api.address()
    }

    pub const fn portal_address(&self) -> SocketAddr {
        self.portal.address()
    }

    pub const fn operator_address(&self) -> SocketAddr {
        self.operator.address()
    }

    /// Serves until `stop`, then lets running calls finish and hands over what was counted.
    pub async fn run(self, stop: CancellationToken) -> io::Result<()> {
        let Self {
            api,
            portal,
            operator,
            state,
        } = self;
        telemetry::spawn(
            "follow key changes",
            Arc::clone(&state.keys).follow(stop.clone()),
        );
        // Ends after the servers: what they count while they drain is handed over too.
        let drained = CancellationToken::new();
        let hand_over = telemetry::spawn(
            "hand over usage",
            usage::hand_over(state.clone(), drained.clone()),
        );
        let (for_api, for_portal, for_operator) = (state.clone(), state.clone(), state);
        let served = tokio::try_join!(
            api.run(stop.clone(), move |routes| api::configure(routes, &for_api)),
            portal.run(stop.clone(), move |routes| portal::configure(
                routes,
                &for_portal
            )),
            operator.run(stop.clone(), move |routes| operator::configure(
                routes,
                &for_operator
            )),
        );
        drained.cancel();
        if let Err(error) = hand_over.await {
            tracing::warn!(%error, "the last usage was not handed over");
        }
        served.map(|_| ())
    }
}

impl State {
    fn new(config: Config, counters: Arc<dyn Counters>) -> Result<Self, reqwest::Error> {
        let http = service_client::http_client()?;
        let minter = Minter::new(ServiceName::Gateway, &config.master);
        let transport = |base: &Url, audience| {
            Transport::new(
                http.clone(),
                base.clone(),
                minter.clone(),
                audience,
                Arc::clone(&config.clock),
            )
        };
        let tenant = TenantClient::new(transport(&config.tenant_url, ServiceName::Tenant));
        let billing = BillingClient::new(transport(&config.billing_url, ServiceName::Billing));
        let signing = SigningClient::new(transport(&config.signing_url, ServiceName::Signing));
        let services = Services {
            tenant: config.tenant_url.clone(),
            billing: config.billing_url.clone(),
            signing: config.signing_url.clone(),
        };
        let keys = Arc::new(KeyRing::new(
            tenant.clone(),
            Pepper::current(&config.master),
        ));
        Ok(Self {
            config: Arc::new(config),
            keys,
            counters,
            local_rates: Arc::default(),
            addresses: Arc::default(),
            tenant,
            billing,
            signing,
            minter,
            services,
            http,
            doors: Arc::default(),
            uses: Arc::default(),
        })
    }
}
