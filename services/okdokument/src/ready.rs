//! What a newcomer sees when everything serves: a ready line for scripts, then a block to paste from.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use client_tenant::DemoTenant;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::evidence_key;

/// Addresses as they are told.
pub(crate) struct Told<'t> {
    pub(crate) api: &'t Url,
    pub(crate) portal: &'t Url,
    pub(crate) operator: &'t str,
    pub(crate) operator_password: &'t SecretString,
    pub(crate) sandbox: Option<&'t Url>,
    pub(crate) data_dir: &'t Path,
    pub(crate) private_callbacks: bool,
    /// None: it stays in the local outbox.
    pub(crate) mail: Option<&'t mail::SmtpConfig>,
}

/// The one line that scripts wait for; it starts with `ready`.
pub(crate) fn line(roles: &[&str]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "ready: {} serving; Ctrl-C stops", roles.join(", "))?;
    out.flush()
}

/// The block behind the ready line.
pub(crate) fn block(told: &Told<'_>, demo: Option<&DemoTenant>) -> io::Result<()> {
    let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let mut out = io::stdout().lock();
    writeln!(out)?;
    writeln!(out, "  Portal     {}", bare(told.portal))?;
    if let Some(demo) = demo {
        writeln!(
            out,
            "             sign in as {} with {}",
            demo.email, demo.password
        )?;
    }
    writeln!(
        out,
        "  API        {}   reference at {}/docs",
        bare(told.api),
        bare(told.api)
    )?;
    writeln!(
        out,
        "  Outbox     {}/outbox   {}",
        told.operator,
        told.mail.map_or_else(
            || "mail and SMS stay here".to_owned(),
            |mail| format!("mail leaves by {} as {}", mail.server.name(), mail.from)
        )
    )?;
    writeln!(
        out,
        "             sign in as {} with {}",
        gateway::OPERATOR_USER,
        told.operator_password.expose_secret()
    )?;
    if let Some(sandbox) = told.sandbox {
        writeln!(
            out,
            "  Payments   {}   our Stripe sandbox: no money moves",
            bare(sandbox)
        )?;
    }
    writeln!(out, "  Data       {}", told.data_dir.display())?;
    if told.private_callbacks {
        writeln!(
            out,
            "  Callbacks  may go to loopback and private addresses (allow_private_callbacks)"
        )?;
    }
    if let Some(demo) = demo {
        let sample = write_sample(told.data_dir)?;
        writeln!(
            out,
            "  Evidence   {}   opens what the demo's signatures carry (okdokument evidence)",
            told.data_dir.join(evidence_key::FILE).display()
        )?;
        writeln!(out, "\n  Test key   {}", demo.test_key)?;
        writeln!(
            out,
            "\n  A first signature request; open the url it answers with:\n"
        )?;
        writeln!(out, "{}", curl(told.api, &demo.test_key, &sample))?;
    }
    writeln!(out)?;
    out.flush()
}

fn curl(api: &Url, key: &str, sample: &Path) -> String {
    format!(
        "  base64 -w0 {0} | sed 's/.*/{{\"filedata\":{{\"filename\":\"contract.pdf\",\"content\":\"&\"}}}}/' | \\\n  \
         curl -s {1}JSON/signatureRequest -H 'x-api-key: {key}' -H 'content-type: application/json' -d @-",
        sample.display(),
        api.as_str(),
    )
}

fn write_sample(data_dir: &Path) -> io::Result<PathBuf> {
    let path = data_dir.join("sample.pdf");
    if !path.exists() {
        fs::write(&path, pdf::sample::contract("Sample contract"))?;
    }
    Ok(path)
}
