//! Judges the settings as a whole: each field by itself, then what must fit together.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use store_kit::StoreUrl;
use telemetry::{LogFormat, TelemetryConfig};
use url::{Host, Url};

use crate::pdf_workers;

use super::{BuiltFiles, Raw, Settings, Stripe, WrongSettings};

const MIN_MASTER_SECRET_CHARS: usize = 32;
const MIN_OPERATOR_PASSWORD_CHARS: usize = 12;

/// Collects what is wrong, so that everything is told at once.
pub(super) struct Judge<'r> {
    pub(super) raw: &'r Raw,
    pub(super) wrong: Vec<String>,
}

/// The settings, or every reason why they do not fit.
pub(crate) fn validate(raw: &Raw) -> Result<Settings, WrongSettings> {
    let mut judge = Judge {
        raw,
        wrong: Vec::new(),
    };
    let settings = judge.settings();
    judge.fit_together(&settings);
    if judge.wrong.is_empty() {
        Ok(settings)
    } else {
        Err(WrongSettings(judge.wrong))
    }
}

impl Judge<'_> {
    fn settings(&mut self) -> Settings {
        let data_dir = PathBuf::from(self.raw.text("data_dir"));
        Settings {
            api_addr: self.address("api_addr"),
            portal_addr: self.address("portal_addr"),
            operator_addr: self.address("operator_addr"),
            sandbox_addr: self.optional_address("sandbox_addr"),
            metrics_addr: self.optional_address("metrics_addr"),
            tenant_addr: self.address("tenant_addr"),
            billing_addr: self.address("billing_addr"),
            signing_addr: self.address("signing_addr"),
            api_url: self.url("api_url"),
            portal_url: self.url("portal_url"),
            sandbox_url: self.url("sandbox_url"),
            tenant_url: self.url("tenant_url"),
            billing_url: self.url("billing_url"),
            signing_url: self.url("signing_url"),
            tenant_store: self.store(&data_dir, "tenant"),
            billing_store: self.store(&data_dir, "billing"),
            signing_store: self.store(&data_dir, "signing"),
            redis_url: self
                .scheme("redis_url", &["redis://", "rediss://"])
                .map(Into::into),
            migrate_at_start: self.raw.flag("migrate_at_start"),
            master_secret: self
                .secret("master_secret", MIN_MASTER_SECRET_CHARS)
                .map(Into::into),
            operator_password: self
                .secret("operator_password", MIN_OPERATOR_PASSWORD_CHARS)
                .map(Into::into),
            stripe: self.stripe(),
            debt: billing::DebtPolicy {
                blocks: self.raw.flag("debt_blocks"),
                purchase_pays: self.raw.flag("purchase_pays_debt"),
            },
            demo: self.raw.flag("demo"),
            allow_private_callbacks: self.raw.flag("allow_private_callbacks"),
            https_only_callbacks: self.raw.flag("https_only_callbacks"),
            seal_files: self.seal_files(),
            levels: self.levels(),
            pdf_workers: self.pdf_workers(),
            converter: self.converter(),
            signed_uploads: self.signed_uploads(),
            mail: self.mail(),
            sms: self.sms(),
            trusted_proxies: self.nets("trusted_proxies"),
            rate_per_second: self.positive("rate_per_second"),
            rate_burst: self.positive("rate_burst"),
            verifications_per_minute: self.positive("verifications_per_minute"),
            trusted_roots: Some(self.raw.text("trusted_roots"))
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            telemetry: self.telemetry(),
            files: self.files(),
            data_dir,
        }
    }

    /// What would let strangers in, or leave a service without its neighbour.
    fn fit_together(&mut self, settings: &Settings) {
        if settings.is_public() {
            self.wrong.extend(refused_in_public(settings));
        }
        for (addr, url, name) in [
            (settings.api_addr, &settings.api_url, "api_url"),
            (settings.portal_addr, &settings.portal_url, "portal_url"),
        ] {
            if addr.port() == 0 && url.is_none() {
                self.wrong.push(format!(
                    "{name}: must be given when the listener takes a free port, since links name it"
                ));
            }
        }
        let both = settings.api_url.as_ref().zip(settings.portal_url.as_ref());
        if both.is_some_and(|(api, portal)| api.origin() == portal.origin()) {
            self.wrong.push("portal_url: must be another origin than api_url, so that strangers' PDFs never share one with sessions".to_owned());
        }
    }

    fn address(&mut self, name: &str) -> SocketAddr {
        self.optional_address(name).unwrap_or_else(|| {
            if self.raw.text(name).is_empty() {
                self.wrong
                    .push(format!("{name}: wants an address such as 127.0.0.1:8080"));
            }
            // Stands in for what was told wrong; nothing starts with it.
            SocketAddr::from(([127, 0, 0, 1], 1))
        })
    }

    fn optional_address(&mut self, name: &str) -> Option<SocketAddr> {
        let text = self.raw.text(name);
        if text.is_empty() {
            return None;
        }
        text.parse()
            .map_err(|_| {
                self.wrong.push(format!(
                    "{name}: wants an address such as 127.0.0.1:8080, got {text:?}"
                ));
            })
            .ok()
    }

    pub(super) fn url(&mut self, name: &str) -> Option<Url> {
        let text = self.raw.text(name);
        if text.is_empty() {
            return None;
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            _ => {
                self.wrong.push(format!(
                    "{name}: wants a URL such as https://api.example.com, got {text:?}"
                ));
                None
            }
        }
    }

    /// A service's own store, else the common one, else its file. The URL may hold a password: it is never told.
    fn store(&mut self, data_dir: &Path, service: &str) -> StoreUrl {
        let own = self.scheme(
            &format!("{service}_database_url"),
            &["postgres://", "postgresql://"],
        );
        let common = self.scheme("database_url", &["postgres://", "postgresql://"]);
        own.or(common).map_or_else(
            || StoreUrl::SqliteFile(data_dir.join(format!("{service}.db"))),
            |url| StoreUrl::Postgres(url.into()),
        )
    }

    fn scheme(&mut self, name: &str, schemes: &[&str]) -> Option<String> {
        let text = self.raw.text(name);
        if text.is_empty() {
            return None;
        }
        if schemes.iter().any(|scheme| text.starts_with(scheme)) {
            return Some(text.to_owned());
        }
        let line = format!("{name}: wants {}… or nothing", schemes.join("… or "));
        if !self.wrong.contains(&line) {
            self.wrong.push(line);
        }
        None
    }

    fn secret(&mut self, name: &str, least: usize) -> Option<String> {
        let text = self.raw.text(name);
        if text.is_empty() {
            return None;
        }
        if text.chars().count() < least {
            self.wrong
                .push(format!("{name}: needs at least {least} characters"));
        }
        Some(text.to_owned())
    }

    fn stripe(&mut self) -> Option<Stripe> {
        let key = self.raw.text("stripe_secret_key");
        let webhook = self.raw.text("stripe_webhook_secret");
        if key.is_empty() {
            return None;
        }
        if !key.starts_with("sk_") && !key.starts_with("rk_") {
            self.wrong.push(
                "stripe_secret_key: wants Stripe's secret key, which starts with sk_ or rk_"
                    .to_owned(),
            );
        }
        if !webhook.starts_with("whsec_") {
            self.wrong.push(
                "stripe_webhook_secret: needed with stripe_secret_key; it starts with whsec_"
                    .to_owned(),
            );
        }
        Some(Stripe {
            secret_key: key.into(),
            webhook_secret: webhook.into(),
        })
    }

    fn converter(&mut self) -> Option<PathBuf> {
        match self.raw.text("converter") {
            "off" => None,
            "auto" => office_converter::find(),
            path if Path::new(path).is_absolute() && Path::new(path).is_file() => {
                Some(PathBuf::from(path))
            }
            other => {
                self.wrong.push(format!(
                    "converter: wants auto, off or the path of LibreOffice's soffice, got {other:?}"
                ));
                None
            }
        }
    }

    /// Addresses and nets, separated by commas.
    fn nets(&mut self, name: &str) -> Vec<IpNet> {
        let text = self.raw.text(name);
        let given = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let mut nets = Vec::new();
        for one in given {
            match (one.parse::<IpNet>(), one.parse::<IpAddr>()) {
                (Ok(net), _) => nets.push(net),
                (_, Ok(address)) => nets.push(address.into()),
                _ => self.wrong.push(format!(
                    "{name}: wants addresses or nets such as 10.0.0.0/8, got {one:?}"
                )),
            }
        }
        nets
    }

    fn positive(&mut self, name: &str) -> u32 {
        u32::try_from(self.raw.number(name))
            .ok()
            .filter(|number| 0 < *number)
            .unwrap_or_else(|| {
                self.wrong
                    .push(format!("{name}: wants a whole number above 0"));
                1
            })
    }

    fn within(&mut self, name: &str, range: RangeInclusive<u32>) -> u32 {
        let number = u32::try_from(self.raw.number(name)).ok();
        number
            .filter(|number| range.contains(number))
            .unwrap_or_else(|| {
                let (least, most) = (range.start(), range.end());
                self.wrong.push(format!(
                    "{name}: wants a whole number from {least} to {most}"
                ));
                *least
            })
    }

    fn pdf_workers(&mut self) -> pdf_worker::Settings {
        let workers = self.within("pdf_workers", 0..=1_024);
        let memory_mb = self.within("pdf_worker_memory_mb", 128..=65_536);
        let seconds = self.within("pdf_worker_seconds", 1..=600);
        pdf_worker::Settings {
            program: pdf_workers::program(),
            workers: usize::try_from(workers).unwrap_or_default(),
            memory_bytes: u64::from(memory_mb) << 20,
            cpu: Duration::from_secs(seconds.into()),
        }
    }

    fn telemetry(&mut self) -> TelemetryConfig {
        let format = match self.raw.text("log_format") {
            "pretty" => LogFormat::Pretty,
            "json" => LogFormat::Json,
            other => {
                self.wrong
                    .push(format!("log_format: wants pretty or json, got {other:?}"));
                LogFormat::Pretty
            }
        };
        let otlp_endpoint = self.url("otlp_endpoint").map(String::from);
        TelemetryConfig {
            filter: self.raw.text("log").to_owned(),
            format,
            otlp_endpoint,
        }
    }

    fn files(&self) -> BuiltFiles {
        let or = |name: &str, built: &str| match self.raw.text(name) {
            "" => Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../..")
                .join(built),
            given => PathBuf::from(given),
        };
        BuiltFiles {
            portal: or("portal_files", "services/portal/dist"),
            reference: or("reference_files", "services/gateway/reference/dist"),
            error_pages: or("error_pages", "docs/errors"),
        }
    }
}

impl Settings {
    /// Whether anybody but this machine can reach it: a listener beyond loopback, or a proxy in front that its addresses tell of.
    pub(crate) fn is_public(&self) -> bool {
        let listeners = [
            Some(self.api_addr),
            Some(self.portal_addr),
            Some(self.operator_addr),
            Some(self.tenant_addr),
            Some(self.billing_addr),
            Some(self.signing_addr),
            self.sandbox_addr,
            self.metrics_addr,
        ];
        let told = [&self.api_url, &self.portal_url, &self.sandbox_url];
        listeners
            .iter()
            .flatten()
            .any(|addr| !addr.ip().is_loopback())
            || told.into_iter().flatten().any(|url| !is_loopback(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// What the embedded default may do and a public server may not.
fn refused_in_public(settings: &Settings) -> Vec<String> {
    [
        (settings.demo, "demo: only where all is on loopback; set demo = false"),
        (settings.allow_private_callbacks, "allow_private_callbacks: only where all is on loopback; set it to false"),
        (settings.stripe.is_none(), "stripe_secret_key: our sandbox sells for no money; beyond loopback Stripe's own key is needed"),
        (settings.mail.is_none(), "mail_url: without a mail server letters stay in the local outbox, which only loopback may use"),
    ]
    .into_iter()
    .filter(|(wrong, _)| *wrong)
    .map(|(_, line)| line.to_owned())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_in_front_is_as_public_as_a_listener() {
        for (name, loopback) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8081", true),
            ("http://[::1]:8080", true),
            ("https://api.example.com", false),
            ("http://10.0.0.5", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(name).unwrap()), loopback, "{name}");
        }
    }
}
