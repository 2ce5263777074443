//! Rows and queries. Knows tables, not rules and not HTTP. The tenant is the first argument of every query; what crosses
//! tenants is in [`all_tenants`].

pub(crate) mod all_tenants;
pub(crate) mod answers;
pub(crate) mod audit_events;
pub(crate) mod audit_pages;
pub(crate) mod callbacks;
pub(crate) mod charges;
pub(crate) mod documents;
pub(crate) mod messages;
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

/// Whose rows: live and test never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
}
