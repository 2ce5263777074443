//! Tables of `signing`.

mod m20261124_000001_documents;
mod m20261124_000002_charges;
mod m20261124_000003_sealing;
mod m20261124_000020_reports;
mod m20261124_000030_revocations;
mod m20261124_000040_sealing_failures;
mod m20261124_000060_audit;
mod m20261124_000080_callbacks;
mod m20261124_000100_messages;
mod m20261124_000120_codes;
mod m20261124_000140_tenant_settings;
mod m20261124_000141_blob_names;
mod m20261124_000142_notices;
mod m20261124_000180_outbox_groups;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration of `signing`, oldest first.
pub struct SigningMigrator;

impl MigratorTrait for SigningMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_documents::Migration),
            Box::new(m20261124_000002_charges::Migration),
            Box::new(m20261124_000003_sealing::Migration),
            Box::new(m20261124_000020_reports::Migration),
            Box::new(m20261124_000030_revocations::Migration),
            Box::new(m20261124_000040_sealing_failures::Migration),
            Box::new(m20261124_000060_audit::Migration),
            Box::new(m20261124_000080_callbacks::Migration),
            Box::new(m20261124_000100_messages::Migration),
            Box::new(m20261124_000120_codes::Migration),
            Box::new(m20261124_000140_tenant_settings::Migration),
            Box::new(m20261124_000141_blob_names::Migration),
            Box::new(m20261124_000142_notices::Migration),
            Box::new(m20261124_000180_outbox_groups::Migration),
        ]
    }
}
