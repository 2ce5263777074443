//! Rows and queries. Knows tables, not rules and not HTTP. The tenant is the first argument of every query; what crosses
//! tenants is in [`all_tenants`].

pub(crate) mod all_tenants;
pub(crate) mod answers;
pub(crate) mod audit_events;
pub(crate) mod audit_pages;
pub(crate) mod blob_names;
pub(crate) mod callbacks;
pub(crate) mod charges;
pub(crate) mod code_sends;
pub(crate) mod codes;
pub(crate) mod documents;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod reports;
pub(crate) mod requests;
pub(crate) mod revisions;
pub(crate) mod sealing_failures;
pub(crate) mod seals;
pub(crate) mod submissions;
pub(crate) mod tenants;
pub(crate) mod usage;

use domain::{Mode, TenantId};
pub(crate) use sea_orm::ConnectionTrait as Connection;
use sea_orm::{ColumnTrait, Condition};

/// Whose rows: live and test never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
}

impl Owner {
    /// The rows that are the owner's, by the columns that say whose a row is: where every query for an owner begins.
    fn rows(self, tenant: impl ColumnTrait, mode: impl ColumnTrait) -> Condition {
        Condition::all()
            .add(tenant.eq(self.tenant))
            .add(mode.eq(self.mode))
    }
}
