//! The settings of a tenant, and of a key ([`keys`]): rows where the operator set something, defaults elsewhere. Shown, and changed all or nothing; each
//! change is a line of the audit log, and is told to the others.

pub(crate) mod keys;
mod table;
mod values;

use domain::{TenantSettings, TenantSlug};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::audit::{self, Act, Actor, Who};
use crate::context::Context;
use crate::store::tenants::Tenant;
use crate::store::{self, all_tenants, key_changes, tenant_settings};
use crate::tenants;
pub(crate) use table::{KeySettings, Line, Settings, WrongSetting};
use values::{Bounded, Switch};

/// Why settings are neither shown nor changed.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("there is no such tenant")]
    NoSuchTenant,
    #[error("there is no such key")]
    NoSuchKey,
    /// Everything that is wrong, told at once.
    #[error("settings cannot be taken")]
    Wrong(Vec<WrongSetting>),
    #[error("the store failed while settings were read or changed")]
    Store(#[from] StoreError),
}

/// What is asked for: a name and a value.
pub(crate) type Wanted = (String, String);

/// The settings in force. A row that this version does not know, or cannot read any more, counts as not set.
pub(crate) async fn of(
    db: &impl store::Connection,
    tenant: domain::TenantId,
) -> Result<Settings, StoreError> {
    let mut settings = Settings::default();
    for row in tenant_settings::all(db, tenant).await? {
        if let Err(wrong) = settings.set(&row.name, &row.value) {
            tracing::warn!(%tenant, %wrong, "a stored setting does not count");
        }
    }
    Ok(settings)
}

/// A tenant and its settings.
pub(crate) async fn show(
    ctx: &Context,
    slug: &TenantSlug,
) -> Result<(Tenant, Settings), SettingsError> {
    let db = ctx.db.reader();
    let tenant = all_tenants::tenant_by_slug(db, slug)
        .await?
        .ok_or(SettingsError::NoSuchTenant)?;
    let settings = of(db, tenant.id).await?;
    Ok((tenant, settings))
}

/// Takes all that is wanted, or nothing.
pub(crate) async fn change(
    ctx: &Context,
    slug: &TenantSlug,
    wanted: Vec<Wanted>,
    from: Option<String>,
) -> Result<(Tenant, Settings), SettingsError> {
    let found = all_tenants::tenant_by_slug(ctx.db.reader(), slug)
        .await?
        .ok_or(SettingsError::NoSuchTenant)?;
    let actor = Actor {
        tenant: found.id,
        who: Who::Operator,
        from,
    };
    let tx = ctx.db.begin().await?;
    // Locked, so that of two changes at once the second builds on the first.
    let tenant = store::tenants::lock(&*tx, found.id)
        .await?
        .ok_or(SettingsError::NoSuchTenant)?;
    let before = of(&*tx, tenant.id).await?;
    let after = applied(&before, wanted)?;
    if after == before {
        return Ok((tenant, after));
    }
    write(&tx, ctx, &actor, (&before, &after)).await?;
    tenants::change(&tx, ctx, tenant.clone()).await?;
    key_changes::append(&*tx, tenant.id, ctx.now()).await?;
    tx.commit().await?;
    ctx.wake.notify_one();
    Ok((tenant, after))
}

fn applied(before: &Settings, wanted: Vec<Wanted>) -> Result<Settings, SettingsError> {
    let mut after = before.clone();
    let wrong: Vec<_> = wanted
        .into_iter()
        .filter_map(|(name, value)| after.set(&name, &value).err())
        .collect();
    if wrong.is_empty() {
        Ok(after)
    } else {
        Err(SettingsError::Wrong(wrong))
    }
}

/// Writes each setting that changed, and a line of the log with its old and its new value.
async fn write(
    tx: &Tx,
    ctx: &Context,
    actor: &Actor,
    (before, after): (&Settings, &Settings),
) -> Result<(), StoreError> {
    let now = ctx.now();
    for (old, new) in before.lines().into_iter().zip(after.lines()) {
        if old.value == new.value {
            continue;
        }
        if new.value == new.default {
            tenant_settings::remove(&**tx, actor.tenant, new.name).await?;
        } else {
            tenant_settings::put(&**tx, actor.tenant, (new.name, &new.value), now).await?;
        }
        let subject = format!("{}: {} -> {}", new.name, old.value, new.value);
        audit::record(tx, actor, Act::SettingChanged, &subject, now).await?;
    }
    Ok(())
}

impl Settings {
    /// Calls a second of each key; none: the gateway's own.
    pub(crate) fn rate_per_second(&self) -> Option<u32> {
        self.rate.own().map(Bounded::get)
    }

    /// Calls at once of each key; none: the gateway's own.
    pub(crate) fn burst(&self) -> Option<u32> {
        self.burst.own().map(Bounded::get)
    }

    /// What other services keep of them.
    pub(crate) fn told(&self) -> TenantSettings {
        TenantSettings {
            keep_signed_days: self.keep_signed.get(),
            keep_unsigned_days: self.keep_unsigned.get(),
            sms: self.sms.is_on(),
            https_callbacks_only: self.https_callbacks.is_on(),
            frame_hosts: self.frame_hosts.to_texts(),
            debt_blocks: self.debt_blocks.own().map(Switch::is_on),
            purchase_pays_debt: self.purchase_pays_debt.own().map(Switch::is_on),
        }
    }
}
