//! Composes servers, not functions: each role is bound, then run, and they meet over HTTP in one process as in five.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use client_tenant::{DemoTenant, TenantClient};
use domain::{Clock, SystemClock};
use http_kit::BoundServer;
use internal_auth::{Minter, ServiceName};
use secrecy::SecretString;
use service_client::Transport;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cli::Role;
use crate::own_url::{local_url, parsed};
use crate::secrets::{self, Secrets};
use crate::settings::Settings;
use crate::{demo, evidence_key, metrics, openapi, ready, signing_config};

type Fault = Box<dyn Error>;

const GATEWAY: &str = "gateway";

/// Serves `roles` until Ctrl-C or SIGTERM, then drains.
pub(crate) async fn serve(settings: Settings, roles: &[Role]) -> Result<(), Fault> {
    service_client::choose_tls();
    let _telemetry = telemetry::init(&settings.telemetry)?;
    secrets::make_data_dir(&settings.data_dir)?;
    let _failpoints = fail::FailScenario::setup();
    let secrets = Secrets::of(&settings)?;
    let page = telemetry::install_metrics();
    let mut house = House::new(settings, secrets, roles);
    if let Some(addr) = house.settings.metrics_addr {
        let server = BoundServer::bind("metrics", addr)?;
        house.run("metrics", move |stop| {
            server.run(stop, move |routes| metrics::configure(routes, page))
        });
    }
    house.open_sandbox()?;
    house.open_signing().await?;
    house.open_billing().await?;
    house.open_tenant().await?;
    house.open_gateway().await?;
    let demo = house.seed_demo().await?;
    house.tell(demo.as_ref())?;
    house.until_stopped().await
}

/// The servers of this process, and what one must know of another.
struct House {
    settings: Settings,
    secrets: Secrets,
    roles: Vec<Role>,
    clock: Arc<dyn Clock>,
    /// Ends the gateway; what it still drains needs the others.
    stop_edge: CancellationToken,
    stop: CancellationToken,
    running: JoinSet<(&'static str, std::io::Result<()>)>,
    api_url: Url,
    portal_url: Url,
    sandbox_url: Option<Url>,
    tenant_url: Option<Url>,
    billing_url: Option<Url>,
    signing_url: Option<Url>,
    operator: Option<SocketAddr>,
}

impl House {
    fn new(settings: Settings, secrets: Secrets, roles: &[Role]) -> Self {
        Self {
            api_url: api_url(&settings),
            portal_url: settings
                .portal_url
                .clone()
                .unwrap_or_else(|| local("localhost", settings.portal_addr)),
            sandbox_url: settings
                .sandbox_url
                .clone()
                .or_else(|| settings.sandbox_addr.map(|addr| local("127.0.0.1", addr))),
            tenant_url: settings.tenant_url.clone(),
            billing_url: settings.billing_url.clone(),
            signing_url: settings.signing_url.clone(),
            operator: None,
            roles: roles.to_vec(),
            clock: Arc::new(SystemClock),
            stop_edge: CancellationToken::new(),
            stop: CancellationToken::new(),
            running: JoinSet::new(),
            settings,
            secrets,
        }
    }

    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    fn run<F>(&mut self, name: &'static str, start: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let stop = if name == GATEWAY {
            &self.stop_edge
        } else {
            &self.stop
        };
        let serving = start(stop.clone());
        self.running.spawn(async move { (name, serving.await) });
    }

    /// The secret that sandbox and billing share; with Stripe itself, Stripe's.
    fn webhook_secret(&self) -> SecretString {
        match &self.settings.stripe {
            Some(stripe) => stripe.webhook_secret.clone(),
            None => format!(
                "whsec_{}",
                hex::encode(
                    self.secrets
                        .master
                        .derive("okdokument 2026 sandbox webhook v1")
                )
            )
            .into(),
        }
    }

    fn open_sandbox(&mut self) -> Result<(), Fault> {
        let Some(addr) = self
            .settings
            .sandbox_addr
            .filter(|_| self.has(Role::Sandbox) && self.settings.stripe.is_none())
        else {
            return Ok(());
        };
        let bound = stripe_sandbox::Sandbox::bind(stripe_sandbox::SandboxConfig {
            addr,
            public_url: self.settings.sandbox_url.clone(),
            data_dir: Some(self.settings.data_dir.clone()),
            webhook_url: Some(self.api_url.join("stripe/webhook")?),
            webhook_secret: self.webhook_secret(),
            clock: Arc::clone(&self.clock),
        })?;
        self.run("sandbox", |stop| bound.run(stop));
        Ok(())
    }

    async fn open_signing(&mut self) -> Result<(), Fault> {
        if !self.has(Role::Signing) {
            return Ok(());
        }
        let config = signing_config::of(&self.settings, &self.secrets, &self.api_url)?;
        let service = signing::Service::bind(config).await?;
        self.signing_url = Some(local_url(service.address()));
        self.run("signing", |stop| service.run(stop));
        Ok(())
    }

    async fn open_billing(&mut self) -> Result<(), Fault> {
        if !self.has(Role::Billing) {
            return Ok(());
        }
        let stripe = match &self.settings.stripe {
            Some(stripe) => billing::StripeConfig {
                secret_key: stripe.secret_key.clone(),
                api_url: None,
                webhook_secret: stripe.webhook_secret.clone(),
            },
            None => billing::StripeConfig {
                secret_key: "sk_test_sandbox".to_owned().into(),
                api_url: self.sandbox_url.clone(),
                webhook_secret: self.webhook_secret(),
            },
        };
        let service = billing::Service::bind(billing::Config {
            addr: self.settings.billing_addr,
            store: self.settings.billing_store.clone(),
            migrate: self.settings.migrate_at_start,
            master: self.secrets.master.clone(),
            clock: Arc::clone(&self.clock),
            signing_url: self.neighbour(self.signing_url.as_ref(), "signing_url")?,
            portal_url: self.portal_url.clone(),
            stripe,
            debt: self.settings.debt,
            rhythm: billing::Rhythm::default(),
        })
        .await?;
        self.billing_url = Some(local_url(service.address()));
        self.run("billing", |stop| service.run(stop));
        Ok(())
    }

    async fn open_tenant(&mut self) -> Result<(), Fault> {
        if !self.has(Role::Tenant) {
            return Ok(());
        }
        let service = tenant::Service::bind(tenant::Config {
            addr: self.settings.tenant_addr,
            store: self.settings.tenant_store.clone(),
            migrate: self.settings.migrate_at_start,
            master: self.secrets.master.clone(),
            clock: Arc::clone(&self.clock),
            portal_url: self.portal_url.clone(),
            mail: self.settings.mail.clone(),
            subscribers: vec![
                (
                    ServiceName::Billing,
                    self.neighbour(self.billing_url.as_ref(), "billing_url")?,
                ),
                (
                    ServiceName::Signing,
                    self.neighbour(self.signing_url.as_ref(), "signing_url")?,
                ),
            ],
        })
        .await?;
        self.tenant_url = Some(local_url(service.address()));
        self.run("tenant", |stop| async {
            service.run(stop).await.map_err(std::io::Error::other)
        });
        Ok(())
    }

    async fn open_gateway(&mut self) -> Result<(), Fault> {
        if !self.has(Role::Gateway) {
            return Ok(());
        }
        gateway::openapi::publish(openapi::public());
        let settings = &self.settings;
        let service = gateway::Gateway::bind(gateway::Config {
            api_addr: settings.api_addr,
            portal_addr: settings.portal_addr,
            operator_addr: settings.operator_addr,
            api_url: self.api_url.clone(),
            portal_url: self.portal_url.clone(),
            tenant_url: self.neighbour(self.tenant_url.as_ref(), "tenant_url")?,
            billing_url: self.neighbour(self.billing_url.as_ref(), "billing_url")?,
            signing_url: self.neighbour(self.signing_url.as_ref(), "signing_url")?,
            redis_url: settings.redis_url.clone(),
            master: self.secrets.master.clone(),
            operator_password: self.secrets.operator_password.clone(),
            portal_files: settings.files.portal.clone(),
            reference_files: settings.files.reference.clone(),
            error_pages: settings.files.error_pages.clone(),
            sandbox: settings.stripe.is_none(),
            trusted_proxies: self.settings.trusted_proxies.clone(),
            limits: gateway::Limits {
                rate_per_second: settings.rate_per_second,
                burst: settings.rate_burst,
                verifications_per_minute: settings.verifications_per_minute,
                ..gateway::Limits::default()
            },
            clock: Arc::clone(&self.clock),
        })
        .await?;
        self.operator = Some(service.operator_address());
        self.run(GATEWAY, |stop| service.run(stop));
        Ok(())
    }

    /// Where another service is: in this process, or where the setting says.
    fn neighbour(&self, url: Option<&Url>, setting: &str) -> Result<Url, Fault> {
        url.cloned().ok_or_else(|| {
            format!(
                "{setting}: this process runs {:?} only; say where the other service is",
                self.roles
            )
            .into()
        })
    }

    async fn seed_demo(&self) -> Result<Option<DemoTenant>, Fault> {
        if !self.settings.demo || !self.has(Role::Tenant) {
            return Ok(None);
        }
        let minter = Minter::new(ServiceName::Gateway, &self.secrets.master);
        let url = self.neighbour(self.tenant_url.as_ref(), "tenant_url")?;
        let transport = Transport::new(
            service_client::http_client()?,
            url,
            minter,
            ServiceName::Tenant,
            Arc::clone(&self.clock),
        );
        let data_dir = self.settings.data_dir.clone();
        // Half a second of arithmetic at the very first start.
        let key = tokio::task::spawn_blocking(move || {
            evidence_key::public_key(&data_dir).map_err(|e| e.to_string())
        })
        .await??;
        demo::put(&TenantClient::new(transport), &self.settings.data_dir, &key)
            .await
            .map(Some)
    }

    fn tell(&self, demo: Option<&DemoTenant>) -> Result<(), Fault> {
        let names: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        ready::line(&names)?;
        if let Some(operator) = self.operator {
            let absolute: PathBuf = std::path::absolute(&self.settings.data_dir)?;
            let told = ready::Told {
                api: &self.api_url,
                portal: &self.portal_url,
                operator: &format!("http://{operator}"),
                operator_password: &self.secrets.operator_password,
                sandbox: self
                    .sandbox_url
                    .as_ref()
                    .filter(|_| self.settings.stripe.is_none()),
                data_dir: &absolute,
                private_callbacks: self.settings.allow_private_callbacks,
                mail: self.settings.mail.as_ref(),
            };
            ready::block(&told, demo)?;
        }
        Ok(())
    }

    /// Serves until a signal, or until one server fails by itself; then all drain.
    async fn until_stopped(mut self) -> Result<(), Fault> {
        let mut fault = tokio::select! {
            () = stop_signal() => None,
            // One that ends by itself takes the rest along at once.
            Some(ended) = self.running.join_next() => {
                self.stop.cancel();
                Some(ended_early(ended))
            }
        };
        self.stop_edge.cancel();
        if !self.has(Role::Gateway) {
            self.stop.cancel();
        }
        while let Some(ended) = self.running.join_next().await {
            // The gateway has drained, or is gone: nobody needs the others any more.
            if !matches!(ended, Ok((name, _)) if name != GATEWAY) {
                self.stop.cancel();
            }
            if let Ok((name, Err(cause))) = ended {
                fault.get_or_insert_with(|| format!("{name}: {cause}").into());
            }
        }
        fault.map_or(Ok(()), Err)
    }
}

fn ended_early(
    ended: Result<(&'static str, std::io::Result<()>), tokio::task::JoinError>,
) -> Fault {
    match ended {
        Ok((name, Ok(()))) => format!("{name}: stopped by itself").into(),
        Ok((name, Err(cause))) => format!("{name}: {cause}").into(),
        Err(panic) => panic.into(),
    }
}

/// Ctrl-C or, from a supervisor, SIGTERM.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            // Without the handler SIGTERM ends the process by itself.
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

/// Where signers and integrators find us.
pub(crate) fn api_url(settings: &Settings) -> Url {
    let own = || local("127.0.0.1", settings.api_addr);
    settings.api_url.clone().unwrap_or_else(own)
}

fn local(host: &str, addr: SocketAddr) -> Url {
    parsed(&format!("http://{host}:{}", addr.port()))
}
