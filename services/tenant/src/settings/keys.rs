//! Settings of one API key: where it has none, its tenant's count.

use domain::PublicKeyId;
use store_kit::StoreError;

use super::values::{Bounded, OrElse};
use super::{KeySettings, SettingsError, Wanted};
use crate::audit::{self, Act, Actor, Who};
use crate::context::Context;
use crate::store::api_keys::{self, KeyRow};
use crate::store::{all_tenants, key_changes};

/// A key and its settings.
pub(crate) async fn show(
    ctx: &Context,
    public_id: &PublicKeyId,
) -> Result<(KeyRow, KeySettings), SettingsError> {
    let found = all_tenants::key_by_public_id(ctx.db.reader(), public_id).await?;
    let key = found.ok_or(SettingsError::NoSuchKey)?;
    let settings = of(&key)?;
    Ok((key, settings))
}

/// Takes all that is wanted, or nothing. Gateways know it within a second.
pub(crate) async fn change(
    ctx: &Context,
    public_id: &PublicKeyId,
    wanted: Vec<Wanted>,
    from: Option<String>,
) -> Result<(KeyRow, KeySettings), SettingsError> {
    let (found, _) = show(ctx, public_id).await?;
    let actor = Actor {
        tenant: found.tenant_id,
        who: Who::Operator,
        from,
    };
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let key = api_keys::lock(&*tx, found.tenant_id, found.id)
        .await?
        .ok_or(SettingsError::NoSuchKey)?;
    let before = of(&key)?;
    let mut after = before.clone();
    let set = wanted.into_iter();
    let wrong: Vec<_> = set
        .filter_map(|(name, value)| after.set(&name, &value).err())
        .collect();
    if !wrong.is_empty() {
        return Err(SettingsError::Wrong(wrong));
    }
    for (old, new) in before.lines().into_iter().zip(after.lines()) {
        if old.value != new.value {
            let (name, public_id) = (&key.name, &key.public_id);
            let change = format!("{}: {} -> {}", new.name, old.value, new.value);
            let subject = format!("{name} ({public_id}), {change}");
            audit::record(&tx, &actor, Act::SettingChanged, &subject, now).await?;
        }
    }
    let rates = (stored(after.rate), stored(after.burst));
    api_keys::set_rates(&*tx, key.tenant_id, key.id, rates).await?;
    key_changes::append(&*tx, key.tenant_id, now).await?;
    tx.commit().await?;
    Ok((key, after))
}

fn of(key: &KeyRow) -> Result<KeySettings, StoreError> {
    let text = |number: Option<i32>| number.map_or_else(|| "tenant".to_owned(), |n| n.to_string());
    let mut settings = KeySettings::default();
    for (name, stored) in [
        ("requests-per-second", key.rate_per_second),
        ("burst", key.burst),
    ] {
        settings
            .set(name, &text(stored))
            .map_err(StoreError::corrupt)?;
    }
    Ok(settings)
}

fn stored<const MIN: u32, const MAX: u32, W>(setting: OrElse<Bounded<MIN, MAX>, W>) -> Option<i32> {
    let own = setting.own().map(Bounded::get);
    own.and_then(|number| i32::try_from(number).ok())
}
