//! What signing knows of a tenant, and what it assumes before it was told.

use std::time::Duration;

use domain::{TenantChanged, TenantId, TenantSettings, TenantSlug};
use store_kit::{Db, StoreError};

use crate::desk::Desk;
use crate::round::Misshapen;
use crate::store::{notices, tenants};

const DEFAULT_LANG: &str = "sk";
const DEFAULT_ZONE: &str = "UTC";
const HTTPS: &str = "https:";
const DAY: Duration = Duration::from_hours(24);

/// A tenant as signing needs it.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) lang: String,
    /// IANA name.
    pub(crate) zone: String,
    pub(crate) slug: String,
    max_file_bytes: i64,
    keep_raw_ink: bool,
    public_key: Option<String>,
    settings: TenantSettings,
}

impl Tenant {
    pub(crate) fn max_file_bytes(&self) -> usize {
        usize::try_from(self.max_file_bytes).unwrap_or(0)
    }

    /// Whether raw ink is kept: only where the tenant said so, and there is a key to encrypt it to.
    pub(crate) fn keeps_raw_ink(&self) -> bool {
        self.keep_raw_ink && self.public_key.is_some()
    }

    /// Whether codes may go out as text messages.
    pub(crate) const fn sends_sms(&self) -> bool {
        self.settings.sms
    }

    /// For how long a document is kept from its signature.
    pub(crate) fn keeps_signed(&self) -> Duration {
        DAY.saturating_mul(self.settings.keep_signed_days)
    }

    /// For how long a document is kept that nobody signed, from its upload or the last `changeState`.
    pub(crate) fn keeps_unsigned(&self) -> Duration {
        DAY.saturating_mul(self.settings.keep_unsigned_days)
    }

    /// Refuses a callback's address that the tenant does not want called.
    pub(crate) fn check_callback(&self, url: Option<&str>) -> Result<(), Misshapen> {
        let is_secure = url.is_none_or(|url| {
            url.get(..HTTPS.len())
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case(HTTPS))
        });
        if is_secure || !self.settings.https_callbacks_only {
            return Ok(());
        }
        Err(Misshapen::new(
            "/sendInfoURL",
            "an https URL: this tenant takes no other",
        ))
    }

    /// Whose pages may show the signing page in a frame.
    pub(crate) fn frame_hosts(&self) -> &[String] {
        &self.settings.frame_hosts
    }

    /// SPKI PEM; what evidence is encrypted to.
    pub(crate) fn public_key(&self) -> Option<&str> {
        self.public_key.as_deref()
    }
}

/// The newest copy; the defaults where none has arrived yet, since events come after the calls that need them.
pub(crate) async fn look_up(db: &Db, tenant: TenantId) -> Result<Tenant, StoreError> {
    Ok(match tenants::find(db.reader(), tenant).await? {
        Some(row) => Tenant {
            settings: settings(&row),
            name: row.name,
            lang: row.lang,
            zone: row.zone,
            slug: row.slug.to_string(),
            max_file_bytes: row.max_file_bytes,
            keep_raw_ink: row.keep_raw_ink,
            public_key: row.public_key,
        },
        None => Tenant {
            name: String::new(),
            lang: DEFAULT_LANG.to_owned(),
            zone: DEFAULT_ZONE.to_owned(),
            slug: String::new(),
            max_file_bytes: domain::DEFAULT_MAX_FILE_BYTES,
            keep_raw_ink: false,
            public_key: None,
            settings: TenantSettings::default(),
        },
    })
}

fn settings(row: &tenants::Model) -> TenantSettings {
    // Counts are stored from a `u32`: none is negative.
    let days = |number: i32| u32::try_from(number).unwrap_or(0);
    TenantSettings {
        keep_signed_days: days(row.keep_signed_days),
        keep_unsigned_days: days(row.keep_unsigned_days),
        sms: row.sms,
        https_callbacks_only: row.https_callbacks_only,
        frame_hosts: row
            .frame_hosts
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        // What signing does not act on.
        ..TenantSettings::default()
    }
}

impl Tenant {
    /// The slug that the caller's own token told stands in where no copy has arrived.
    pub(crate) fn named(mut self, slug: &TenantSlug) -> Self {
        if self.slug.is_empty() {
            self.slug = slug.to_string();
        }
        if self.name.is_empty() {
            self.name = slug.to_string();
        }
        self
    }
}

/// Keeps what tenant told, unless something newer is kept already.
pub(crate) async fn keep(desk: &Desk, told: &TenantChanged) -> Result<(), StoreError> {
    let tx = desk.db.begin().await?;
    let before = tenants::find(&*tx, told.tenant).await?;
    tenants::keep(&*tx, told.tenant, told).await?;
    let moves =
        before.is_none_or(|before| before.version < told.version && before.zone != told.zone);
    if moves {
        // It is seven in the morning at another time now.
        notices::look_again(&*tx, told.tenant, desk.clock.now()).await?;
    }
    tx.commit().await
}
