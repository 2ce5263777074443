//! Tables of `tenant`.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration of `tenant`, oldest first.
pub struct TenantMigrator;

impl MigratorTrait for TenantMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
