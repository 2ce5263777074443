//! The rows of the measurement: units to reserve, a history to reserve on top of, and the peer's two tables.

use domain::{ChargeId, EntryId, LotId, PostingId, TenantId};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement,
    TransactionTrait as _,
};
use store_kit::{Db, StoreUrl};

/// Connections of the peer; ours has one at work on reservations.
const PEER_CONNECTIONS: u32 = 32;

/// Runs SQL in a store of ours.
pub(crate) async fn give(store: &StoreUrl, sql: &str) {
    let db = Db::connect(store, "billing").await.unwrap();
    db.reader().execute_unprepared(sql).await.unwrap();
}

/// A granted lot of a thousand million units for each tenant, with what stands for it in the books.
pub(crate) fn units(tenants: &[TenantId]) -> String {
    const UNITS: i64 = 1_000_000_000;
    let mut sql = String::new();
    for tenant in tenants {
        let (lot, posting) = (LotId::generate(), PostingId::generate());
        let entry = |account: &str, units: i64| {
            let id = EntryId::generate();
            format!(
                "INSERT INTO entries VALUES ('{id}', '{posting}', '{tenant}', 'live', '{lot}', '{account}', {units});"
            )
        };
        sql.push_str(&format!(
            "INSERT INTO accounts (tenant, mode, available, granted) VALUES ('{tenant}', 'live', {UNITS}, {UNITS});
             INSERT INTO lots (id, tenant, mode, kind, origin, units, priority, expires_at, created_at, available)
               VALUES ('{lot}', '{tenant}', 'live', 'grant', 'grant of the measurement', {UNITS}, 20, NULL, 0, {UNITS});
             INSERT INTO postings (id, tenant, mode, idempotency_key, kind, at)
               VALUES ('{posting}', '{tenant}', 'live', 'open grant', 'grant', 0);
             {}{}",
            entry("granted", -UNITS),
            entry("available", UNITS),
        ));
    }
    sql
}

/// So many charges, reserved and committed long ago, with their four entries each; ids in order of time, as ours are.
pub(crate) fn history(tenant: TenantId, charges: usize) -> String {
    let id = |prefix: &str, nth: &str| format!("'{prefix}_018f' || lpad(to_hex({nth}), 28, '0')");
    let postings = ["reserve", "commit"].map(|kind| {
        let key = if kind == "reserve" { "reserve" } else { "settle" };
        let nth = if kind == "reserve" { "n * 2" } else { "n * 2 + 1" };
        format!(
            "INSERT INTO postings SELECT {}, '{tenant}', 'live', '{key} ' || {}, '{kind}', {}, NULL, 0 FROM generate_series(1, {charges}) n;",
            id("pst", nth), id("chg", "n"), id("chg", "n"),
        )
    });
    let entries = [("available", "held", "n * 2"), ("held", "consumed", "n * 2 + 1")].map(|(from, to, posting)| {
        format!(
            "INSERT INTO entries SELECT {}, {}, '{tenant}', 'live', lots.id, way.account, way.units
               FROM lots, generate_series(1, {charges}) n, (VALUES ('{from}', -1, 0), ('{to}', 1, 1)) way (account, units, nth)
               WHERE lots.tenant = '{tenant}';",
            id("ent", &format!("({posting}) * 2 + way.nth")), id("pst", posting),
        )
    });
    format!(
        "SET search_path TO billing; SET synchronous_commit TO off;
         INSERT INTO holds SELECT {}, '{tenant}', 'live', 'key_1', 'create', 'req_' || n, false, 'committed', lots.id, n, n, n, 'registered', NULL, 0
           FROM lots, generate_series(1, {charges}) n WHERE lots.tenant = '{tenant}';
         {} {} {} {}
         UPDATE lots SET available = available - {charges}, consumed = {charges} WHERE tenant = '{tenant}';
         UPDATE accounts SET available = available - {charges}, consumed = {charges} WHERE tenant = '{tenant}';",
        id("chg", "n"), postings[0], postings[1], entries[0], entries[1],
    )
}

/// One row-locking transaction per request, as it is usually written.
pub(crate) struct Peer(DatabaseConnection);

impl Peer {
    pub(crate) async fn open(url: &str, tenants: &[TenantId]) -> Self {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(PEER_CONNECTIONS)
            .sqlx_logging(false);
        let pool = Database::connect(options).await.unwrap();
        let values: Vec<String> = tenants
            .iter()
            .map(|tenant| format!("('{tenant}', 1000000000)"))
            .collect();
        pool.execute_unprepared(&format!(
            "CREATE SCHEMA peer;
             CREATE TABLE peer.balances (tenant text PRIMARY KEY, available bigint NOT NULL);
             CREATE TABLE peer.charges (charge text PRIMARY KEY, tenant text NOT NULL, units bigint NOT NULL, at bigint NOT NULL);
             INSERT INTO peer.balances VALUES {};",
            values.join(", ")
        ))
        .await
        .unwrap();
        Self(pool)
    }

    pub(crate) async fn reserve(&self, tenant: TenantId) {
        let tx = self.0.begin().await.unwrap();
        let words = |sql: &str, values: Vec<sea_orm::Value>| {
            Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
        };
        let locked = words(
            "SELECT available FROM peer.balances WHERE tenant = $1 FOR UPDATE",
            vec![tenant.into()],
        );
        let row = tx.query_one_raw(locked).await.unwrap().unwrap();
        let available: i64 = row.try_get("", "available").unwrap();
        assert!(0 < available);
        let taken = words(
            "UPDATE peer.balances SET available = available - 1 WHERE tenant = $1",
            vec![tenant.into()],
        );
        tx.execute_raw(taken).await.unwrap();
        let kept = words(
            "INSERT INTO peer.charges VALUES ($1, $2, 1, 0)",
            vec![ChargeId::generate().into(), tenant.into()],
        );
        tx.execute_raw(kept).await.unwrap();
        tx.commit().await.unwrap();
    }
}
