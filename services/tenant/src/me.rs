//! Who is signed in, and the tenant behind them.

use domain::{MemberId, TenantId};
use store_kit::StoreError;

use crate::context::Context;
use crate::settings::{self, Settings};
use crate::store::members::{self, Member};
use crate::store::tenants::{self, Tenant};

/// A member and their tenant. Has no `Debug`: the row holds the hash of a password.
pub(crate) struct Me {
    pub(crate) member: Member,
    pub(crate) tenant: Tenant,
    pub(crate) settings: Settings,
}

/// The member as they are now; none: the member or the tenant is gone.
pub(crate) async fn find(
    ctx: &Context,
    tenant: TenantId,
    member: MemberId,
) -> Result<Option<Me>, StoreError> {
    let db = ctx.db.reader();
    let member = members::find(db, tenant, member).await?;
    let settings = settings::of(db, tenant).await?;
    let tenant = tenants::find(db, tenant).await?;
    Ok(member.zip(tenant).map(|(member, tenant)| Me {
        member,
        tenant,
        settings,
    }))
}
