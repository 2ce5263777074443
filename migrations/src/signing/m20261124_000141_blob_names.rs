//! Indexes on what names a blob, so that a name can be looked up: the sweep of blobs that no row names asks for each.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Index, table, column.
const INDEXES: [(&str, &str, &str); 4] = [
    ("documents_by_blob", "documents", "blob"),
    ("documents_by_original_blob", "documents", "original_blob"),
    ("revisions_by_blob", "revisions", "blob"),
    ("audit_pages_by_blob", "audit_pages", "blob"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, column) in INDEXES {
            let index = Index::create()
                .name(name)
                .table(table)
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            let index = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}
