//! Which columns name blobs. A blob that none of them names is nobody's.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, TryGetable as _};
use store_kit::StoreError;

/// A column of blob keys. Its name is `blob` or ends so: a test finds every such column by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    table: &'static str,
    column: &'static str,
    /// A row in which this column has a value names its blob no more: the bytes were deleted.
    ended_by: Option<&'static str>,
}

/// All of them.
const NAMINGS: [Naming; 4] = [
    Naming {
        table: "documents",
        column: "blob",
        ended_by: Some("deleted_at"),
    },
    Naming {
        table: "documents",
        column: "original_blob",
        ended_by: Some("deleted_at"),
    },
    Naming {
        table: "revisions",
        column: "blob",
        ended_by: None,
    },
    Naming {
        table: "audit_pages",
        column: "blob",
        ended_by: None,
    },
];

/// Those of the keys that some row names.
pub(crate) async fn among(
    db: &impl ConnectionTrait,
    keys: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let mut named = HashSet::new();
    for naming in NAMINGS {
        let mut query = Query::select();
        query
            .column(naming.column)
            .from(naming.table)
            .and_where(Expr::col(naming.column).is_in(keys.iter().copied()));
        if let Some(ended_by) = naming.ended_by {
            query.and_where(Expr::col(ended_by).is_null());
        }
        for row in db.query_all(&query).await? {
            named.insert(String::try_get_by(&row, 0).map_err(sea_orm::DbErr::from)?);
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use migrations::signing::SigningMigrator;
    use sea_orm::{DbBackend, Statement};
    use store_kit::{Db, StoreUrl};

    use super::*;

    #[tokio::test]
    async fn every_column_that_names_blobs_is_in_the_list_and_has_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::SqliteFile(folder.path().join("signing.db"));
        let db = Db::connect(&url, "signing").await.unwrap();
        db.migrate::<SigningMigrator>().await.unwrap();
        let names = async |sql: &str| {
            let statement = Statement::from_string(DbBackend::Sqlite, sql);
            let rows = db.reader().query_all_raw(statement).await.unwrap();
            let read = |row| {
                let text = |at: usize| String::try_get_by(&row, at).unwrap();
                (text(0), text(1))
            };
            rows.into_iter().map(read).collect::<HashSet<_>>()
        };
        let listed: HashSet<_> = NAMINGS
            .iter()
            .map(|naming| (naming.table.to_owned(), naming.column.to_owned()))
            .collect();
        let columns = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND (c.name = 'blob' OR c.name LIKE '%\\_blob' ESCAPE '\\')";
        assert_eq!(names(columns).await, listed);
        let indexed = "SELECT m.name, c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c \
             WHERE m.type = 'table' AND c.seqno = 0";
        let indexed = names(indexed).await;
        assert!(listed.is_subset(&indexed), "{indexed:?}");
    }
}
