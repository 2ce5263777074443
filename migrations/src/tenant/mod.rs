//! Tables of `tenant`.

mod m20261124_000001_tenants;
mod m20261124_000002_people;
mod m20261124_000003_api_keys;
mod m20261124_000004_records;

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
        ]
    }
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::MigratorTrait as _;
    use store_kit::{Db, StoreUrl};

    use super::TenantMigrator;

    async fn goes_back_and_forth(url: StoreUrl) {
        let db = Db::connect(&url, "tenant").await.unwrap();
        db.migrate::<TenantMigrator>().await.unwrap();
        TenantMigrator::refresh(db.reader()).await.unwrap();
    }

    #[tokio::test]
    async fn every_migration_goes_back_and_forth_on_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        goes_back_and_forth(StoreUrl::SqliteFile(folder.path().join("tenant.db"))).await;
    }

    #[tokio::test]
    async fn every_migration_goes_back_and_forth_on_postgres() {
        let url = test_kit::Postgres::shared().await.database().await;
        goes_back_and_forth(StoreUrl::Postgres(url.into())).await;
    }
}
