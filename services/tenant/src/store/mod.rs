//! The tables of `tenant`. Knows rows, neither rules nor HTTP. The tenant is the first argument of every query; those that
//! must look across tenants stand in [`all_tenants`].

/// A `Debug`, which sea-orm asks of every row, that does not show the row.
macro_rules! mute {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("(..)")
            }
        }
    };
}
use mute;

pub(crate) mod all_tenants;
pub(crate) mod api_keys;
pub(crate) mod audit_log;
pub(crate) mod key_changes;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod sessions;
pub(crate) mod sign_in_failures;
pub(crate) mod sign_ups;
pub(crate) mod tenant_settings;
pub(crate) mod tenants;
pub(crate) mod trial_addresses;

pub(crate) use sea_orm::ConnectionTrait as Connection;
