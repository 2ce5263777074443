//! The operator takes a tenant's seals back: they go on the revocation list, and the next document gets a new one.

use domain::{TenantId, Timestamp};
use pki::RevocationReason;
use store_kit::{Db, StoreError, StoreUrl};

use crate::service::SCHEMA;
use crate::store::seals;

/// Revokes every seal that our authority made for a tenant; answers how many were good until now.
pub async fn revoke_seals(
    store: &StoreUrl,
    tenant: TenantId,
    reason: RevocationReason,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let db = Db::connect(store, SCHEMA).await?;
    let tx = db.begin().await?;
    let revoked = seals::revoke(&*tx, tenant, reason, now).await?;
    tx.commit().await?;
    Ok(revoked)
}
