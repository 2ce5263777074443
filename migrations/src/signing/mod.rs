//! Tables of `signing`.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration of `signing`, oldest first.
pub struct SigningMigrator;

impl MigratorTrait for SigningMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
