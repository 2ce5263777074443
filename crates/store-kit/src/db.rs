//! A service's own database: a SQLite file, or a schema of a PostgreSQL database.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::StoreError;

const MAX_CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a service's rows are.
#[derive(Clone, Debug)]
pub enum StoreUrl {
    /// One file; the embedded default.
    SqliteFile(PathBuf),
    /// `postgres://…`; the service's own schema inside it is created when missing.
    Postgres(SecretString),
}

/// Which database it is, where the two need different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A pool of connections. Reads go through it directly, writes through [`Db::begin`].
#[derive(Clone, Debug)]
pub struct Db {
    pool: DatabaseConnection,
    /// SQLite takes one writer: waiting here is fair and cheap, waiting in its busy handler is neither.
    writer: Option<Arc<Mutex<()>>>,
}

/// A write transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    _writer: Option<OwnedMutexGuard<()>>,
}

impl Db {
    /// Opens the store of the service that owns `schema`.
    pub async fn connect(url: &StoreUrl, schema: &'static str) -> Result<Self, StoreError> {
        match url {
            StoreUrl::SqliteFile(path) => Self::open_sqlite(&path.to_string_lossy()).await,
            StoreUrl::Postgres(url) => Self::open_postgres(url, schema).await,
        }
    }

    async fn open_sqlite(path: &str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rwc"));
        options
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                // A 200 is a promise: the commit behind it must survive the power.
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .busy_timeout(ACQUIRE_TIMEOUT)
        });
        let pool = Database::connect(options).await?;
        Ok(Self {
            pool,
            writer: Some(Arc::new(Mutex::new(()))),
        })
    }

    async fn open_postgres(url: &SecretString, schema: &'static str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(url.expose_secret());
        options
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging(false)
            .set_schema_search_path(schema);
        let pool = Database::connect(options).await?;
        pool.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
            .await?;
        Ok(Self { pool, writer: None })
    }

    /// Brings the schema up to date. Only the service that owns it does so.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), StoreError> {
        let _writer = self.lock_writer().await;
        Ok(M::up(&self.pool, None).await?)
    }

    /// For reads outside a transaction.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.pool
    }

    pub fn backend(&self) -> Backend {
        match self.pool.get_database_backend() {
            DbBackend::Postgres => Backend::Postgres,
            _ => Backend::Sqlite,
        }
    }

    /// A write transaction: `BEGIN IMMEDIATE` on SQLite, read committed on PostgreSQL (lock the rows you decide on).
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let writer = self.lock_writer().await;
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: None,
            sqlite_transaction_mode: writer.is_some().then_some(SqliteTransactionMode::Immediate),
        };
        Ok(Tx {
            inner: self.pool.begin_with_options(options).await?,
            _writer: writer,
        })
    }

    async fn lock_writer(&self) -> Option<OwnedMutexGuard<()>> {
        match &self.writer {
            Some(writer) => Some(Arc::clone(writer).lock_owned().await),
            None => None,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.pool.ping().await?)
    }
}

impl Tx {
    /// Makes everything written durable, at once or not at all.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
