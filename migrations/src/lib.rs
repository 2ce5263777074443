//! The tables of every service, one folder per owner. A migration is written against the database, never against an entity:
//! it must not change when the entity does. Old code still runs while a new migration is applied: expand first, contract later.

pub mod billing;
pub mod signing;
pub mod tenant;

#[cfg(test)]
mod tests {
    use sea_orm_migration::MigratorTrait;
    use store_kit::{Db, StoreUrl};

    use crate::billing::BillingMigrator;
    use crate::signing::SigningMigrator;
    use crate::tenant::TenantMigrator;

    /// Up, all the way down, and up again.
    async fn goes_back_and_forth<M: MigratorTrait>(url: &StoreUrl, schema: &'static str) {
        let db = Db::connect(url, schema).await.unwrap();
        db.migrate::<M>().await.unwrap();
        M::refresh(db.reader()).await.unwrap();
    }

    #[tokio::test]
    async fn every_migration_goes_back_and_forth_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| StoreUrl::SqliteFile(folder.path().join(name));
        goes_back_and_forth::<TenantMigrator>(&file("tenant.db"), "tenant").await;
        goes_back_and_forth::<BillingMigrator>(&file("billing.db"), "billing").await;
        goes_back_and_forth::<SigningMigrator>(&file("signing.db"), "signing").await;
    }

    /// In one database, as in production: each in a schema of its own.
    #[tokio::test]
    async fn every_migration_goes_back_and_forth_on_postgres() {
        let url = StoreUrl::Postgres(test_kit::Postgres::shared().await.database().await.into());
        goes_back_and_forth::<TenantMigrator>(&url, "tenant").await;
        goes_back_and_forth::<BillingMigrator>(&url, "billing").await;
        goes_back_and_forth::<SigningMigrator>(&url, "signing").await;
    }
}
