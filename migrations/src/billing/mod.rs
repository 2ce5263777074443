//! Tables of `billing`.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod m20261124_000001_ledger;
mod m20261124_000002_purchases;
mod m20261124_000003_checks;
mod m20261124_000010_claims;
mod m20261124_000220_debt;
mod m20261124_000221_refunds;
mod m20261124_000222_reconciliations;
mod m20261124_000230_proofs;

/// Every migration of `billing`, oldest first.
pub struct BillingMigrator;

impl MigratorTrait for BillingMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_ledger::Migration),
            Box::new(m20261124_000002_purchases::Migration),
            Box::new(m20261124_000003_checks::Migration),
            Box::new(m20261124_000010_claims::Migration),
            Box::new(m20261124_000220_debt::Migration),
            Box::new(m20261124_000221_refunds::Migration),
            Box::new(m20261124_000222_reconciliations::Migration),
            Box::new(m20261124_000230_proofs::Migration),
        ]
    }
}
