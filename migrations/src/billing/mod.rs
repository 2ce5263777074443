//! Tables of `billing`.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration of `billing`, oldest first.
pub struct BillingMigrator;

impl MigratorTrait for BillingMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
