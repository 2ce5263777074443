//! What an operator does to a running server, over HTTP and by its password: the same for one process and for many.

mod money;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use client_tenant::{SettingIn, SettingView, SettingsPatch, SettingsView};
use domain::{PublicKeyId, TenantSlug};
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::own_url::local_url;
use crate::secrets;
use crate::settings::{self, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Settings of one tenant.
    Tenant {
        #[command(subcommand)]
        command: TenantCommand,
    },
    /// Settings of one API key.
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Money of purchases that goes back.
    Refund {
        #[command(subcommand)]
        command: money::RefundCommand,
    },
    /// Compares a day with Stripe now, brings the books up to date, and prints what differs.
    Reconcile {
        /// A UTC day, such as 2026-11-24; yesterday when left out.
        #[arg(long)]
        day: Option<String>,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Subcommand)]
pub(crate) enum TenantCommand {
    /// Prints every setting with its value.
    Show {
        /// The tenant's short name, as its portal and its counters show it.
        slug: TenantSlug,
        #[command(flatten)]
        server: Server,
    },
    /// Sets all that is given, or nothing; `<name>=default` takes a setting back.
    Set {
        slug: TenantSlug,
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = assignment)]
        settings: Vec<SettingIn>,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Prints every setting with its value.
    Show {
        /// The part of the key that may be shown, as the portal shows it.
        public_id: PublicKeyId,
        #[command(flatten)]
        server: Server,
    },
    /// Sets all that is given, or nothing; `<name>=default` takes a setting back.
    Set {
        public_id: PublicKeyId,
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = assignment)]
        settings: Vec<SettingIn>,
        #[command(flatten)]
        server: Server,
    },
}

/// Which server is meant.
#[derive(Args)]
pub(crate) struct Server {
    /// The server's own file of settings: it tells the address and the password.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the operator surface is, if not at `operator_addr`.
    #[arg(long)]
    url: Option<Url>,
}

/// Why the server did not do it.
#[derive(Debug, Error)]
enum OperatorError {
    #[error("{url} is no address of an operator surface")]
    Address { url: Url },
    #[error("the server at {url} refused ({status}): {told}")]
    Refused { url: Url, status: u16, told: String },
}

/// What a refusal says.
#[derive(Deserialize)]
struct Refusal {
    detail: String,
}

pub(crate) async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    let (server, path, set) = match command {
        Command::Tenant { command } => match command {
            TenantCommand::Show { slug, server } => (server, of_tenant(&slug), None),
            TenantCommand::Set {
                slug,
                settings,
                server,
            } => (server, of_tenant(&slug), Some(settings)),
        },
        Command::Key { command } => match command {
            KeyCommand::Show { public_id, server } => (server, of_key(&public_id), None),
            KeyCommand::Set {
                public_id,
                settings,
                server,
            } => (server, of_key(&public_id), Some(settings)),
        },
        Command::Refund { command } => return money::refund(command).await,
        Command::Reconcile { day, server } => return money::reconcile(&server, day).await,
    };
    let shown: SettingsView = match set {
        None => ask(&server, &path).await?,
        Some(set) => tell(&server, (Method::PATCH, &path), &SettingsPatch { set }).await?,
    };
    Ok(print(&shown, &mut io::stdout())?)
}

fn of_tenant(slug: &TenantSlug) -> String {
    format!("/tenants/{slug}/settings.json")
}

fn of_key(public_id: &PublicKeyId) -> String {
    format!("/keys/{public_id}/settings.json")
}

fn assignment(text: &str) -> Result<SettingIn, &'static str> {
    let (name, value) = text
        .split_once('=')
        .ok_or("a setting is given as <name>=<value>")?;
    Ok(SettingIn {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
    })
}

/// What the surface shows at a path.
async fn ask<A: DeserializeOwned>(server: &Server, path: &str) -> Result<A, Box<dyn Error>> {
    call(server, (Method::GET, path), None::<&()>).await
}

/// Has the surface do something.
async fn tell<A: DeserializeOwned>(
    server: &Server,
    place: (Method, &str),
    body: &impl Serialize,
) -> Result<A, Box<dyn Error>> {
    call(server, place, Some(body)).await
}

async fn call<A: DeserializeOwned>(
    server: &Server,
    (method, path): (Method, &str),
    body: Option<&impl Serialize>,
) -> Result<A, Box<dyn Error>> {
    let settings = settings::validate(&settings::read(server.config.as_deref())?)?;
    let base = server.url.clone().unwrap_or_else(|| surface(&settings));
    let url = base.join(path)?;
    let http = service_client::http_client()?;
    let mut request = http.request(method, url);
    if let Some(body) = body {
        // The surface takes writes from its own pages only, and from us.
        let origin = base.origin().ascii_serialization();
        request = request.header("origin", origin).json(body);
    }
    let password = secrets::operator_password(&settings)?;
    let answer = request
        .basic_auth(gateway::OPERATOR_USER, Some(password.expose_secret()))
        .send()
        .await?;
    let status = answer.status();
    let text = answer.text().await?;
    if !status.is_success() {
        let told = serde_json::from_str(&text).map_or(text, |refusal: Refusal| refusal.detail);
        return Err(OperatorError::Refused {
            url: base,
            status: status.as_u16(),
            told,
        }
        .into());
    }
    serde_json::from_str(&text).map_err(|_| OperatorError::Address { url: base }.into())
}

/// Where a server with these settings has its surface; one that listens everywhere listens here, too.
fn surface(settings: &Settings) -> Url {
    let mut addr = settings.operator_addr;
    if addr.ip().is_unspecified() {
        addr.set_ip([127, 0, 0, 1].into());
    }
    local_url(addr)
}

fn print(shown: &SettingsView, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", shown.title)?;
    let width = |of: fn(&SettingView) -> &str| {
        let widths = shown.items.iter().map(|item| of(item).len());
        widths.max().unwrap_or_default()
    };
    let (names, values) = (width(|item| &item.name), width(|item| &item.value));
    for item in &shown.items {
        let note = if item.value == item.default {
            "default".to_owned()
        } else {
            format!("set; default {}", item.default)
        };
        writeln!(
            out,
            "  {:names$}  {:values$}  {note}",
            item.name, item.value
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_name_and_a_value() {
        let one = assignment("frame-hosts=https://a.sk?x=1").unwrap();
        assert_eq!(
            (one.name.as_str(), one.value.as_str()),
            ("frame-hosts", "https://a.sk?x=1")
        );
        assert!(assignment("frame-hosts").is_err());
    }
}
