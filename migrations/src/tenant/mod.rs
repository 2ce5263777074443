//! Tables of `tenant`.

mod m20261124_000001_tenants;
mod m20261124_000002_people;
mod m20261124_000003_api_keys;
mod m20261124_000004_records;
mod m20261124_000010_mail;
mod m20261124_000020_settings;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration of `tenant`, oldest first.
pub struct TenantMigrator;

impl MigratorTrait for TenantMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_tenants::Migration),
            Box::new(m20261124_000002_people::Migration),
            Box::new(m20261124_000003_api_keys::Migration),
            Box::new(m20261124_000004_records::Migration),
            Box::new(m20261124_000010_mail::Migration),
            Box::new(m20261124_000020_settings::Migration),
        ]
    }
}
