//! A store as new, for tests that play case after case.

use sea_orm::{ConnectionTrait as _, Statement};
use store_kit::Db;

/// Empties every table of a SQLite store.
pub(crate) async fn everything(db: &Db) {
    let tables = Statement::from_string(
        db.reader().get_database_backend(),
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite%'",
    );
    let tables = db.reader().query_all_raw(tables).await.unwrap();
    let tx = db.begin().await.unwrap();
    for table in tables {
        let name: String = table.try_get("", "name").unwrap();
        let wipe = format!("DELETE FROM {name}");
        tx.execute_unprepared(&wipe).await.unwrap();
    }
    tx.commit().await.unwrap();
}
