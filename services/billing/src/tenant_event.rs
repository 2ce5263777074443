//! What billing does when tenant tells of a tenant: keeps the copy, and opens the trial of an activated one.

use domain::{ApiState, Clock, Mode, TenantChanged};
use store_kit::Db;

use crate::ledger::LedgerError;
use crate::lot;
use crate::store::{AccountKey, accounts, tenants};

/// Takes one event; told twice or late, it changes nothing.
pub(crate) async fn take(
    db: &Db,
    clock: &dyn Clock,
    told: &TenantChanged,
) -> Result<(), LedgerError> {
    let tx = db.begin().await?;
    let newer = tenants::keep_newer(&*tx, told).await?;
    if newer && told.activated_at.is_some() && told.api == ApiState::Active {
        let live = AccountKey {
            tenant: told.tenant,
            mode: Mode::Live,
        };
        accounts::lock(&*tx, live).await?;
        lot::bring_up_to_date(&tx, live, clock.now()).await?;
    }
    Ok(tx.commit().await?)
}
