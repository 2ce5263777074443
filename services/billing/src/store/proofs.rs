//! How far the books were proven: checkpoints, and the sums of the entries up to them. Crosses tenants, as the check does.

use domain::LotId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement,
};
use store_kit::StoreError;

use super::AccountKey;
use super::entries::{Account, row as entry};
use super::lots::{self, Lot};

pub(super) mod row {
    use domain::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub through: Option<String>,
        pub next: Option<String>,
        pub next_at: Option<Timestamp>,
        pub proven_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod sum_row {
    use domain::{Mode, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "proven_sums")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub lot: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mode: Mode,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: String,
        pub units: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Up to which id something was looked at.
pub(crate) type Checkpoint = row::Model;

/// What has a checkpoint: never change a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Series {
    /// Entries of the ledger.
    Entries,
    /// Charges that signing registered.
    Registered,
}

impl Series {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Registered => "registered",
        }
    }
}

/// The checkpoint as it stands; an empty one where none was set.
pub(crate) async fn checkpoint(
    db: &impl ConnectionTrait,
    of: Series,
) -> Result<Checkpoint, StoreError> {
    let found = row::Entity::find_by_id(of.as_str()).one(db).await?;
    Ok(found.unwrap_or_else(|| empty(of)))
}

/// [`checkpoint`], locked until the transaction ends: what is proven is summed up by one at a time.
pub(crate) async fn lock(tx: &impl ConnectionTrait, of: Series) -> Result<Checkpoint, StoreError> {
    row::Entity::insert(empty(of).into_active_model())
        .on_conflict(
            OnConflict::column(row::Column::Name)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    row::Entity::find_by_id(of.as_str())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| StoreError::corrupt("a checkpoint that was just made is not there"))
}

fn empty(of: Series) -> Checkpoint {
    Checkpoint {
        name: of.as_str().to_owned(),
        through: None,
        next: None,
        next_at: None,
        proven_at: None,
    }
}

/// Moves a locked checkpoint.
pub(crate) async fn put(
    tx: &impl ConnectionTrait,
    checkpoint: Checkpoint,
) -> Result<(), StoreError> {
    row::Entity::update(checkpoint.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// The id of the newest entry.
pub(crate) async fn newest_entry(db: &impl ConnectionTrait) -> Result<Option<String>, StoreError> {
    let newest: Option<domain::EntryId> = entry::Entity::find()
        .order_by_desc(entry::Column::Id)
        .select_only()
        .column(entry::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(newest.map(|id| id.to_string()))
}

/// Adds the entries after one id, up to another, to the proven sums.
pub(crate) async fn sum_up(
    tx: &impl ConnectionTrait,
    after: Option<&str>,
    through: &str,
) -> Result<(), StoreError> {
    let backend = tx.get_database_backend();
    for (lot, group) in [("lot", "lot, "), ("''", "")] {
        let sql = format!(
            "INSERT INTO proven_sums (lot, tenant, mode, account, units) \
             SELECT {lot}, tenant, mode, account, CAST(SUM(units) AS BIGINT) FROM entries \
             WHERE id > $1 AND id <= $2 GROUP BY {group}tenant, mode, account \
             ON CONFLICT (lot, tenant, mode, account) \
             DO UPDATE SET units = proven_sums.units + excluded.units"
        );
        let values = [after.unwrap_or_default().into(), through.into()];
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    Ok(())
}

/// Forgets what was summed up.
pub(crate) async fn forget(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    sum_row::Entity::delete_many().exec(tx).await?;
    Ok(())
}

/// The proven sums of each account as a whole.
pub(crate) async fn of_accounts(
    db: &impl ConnectionTrait,
) -> Result<Vec<(AccountKey, Account, i64)>, StoreError> {
    let rows = sum_row::Entity::find()
        .filter(sum_row::Column::Lot.eq(""))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let account = AccountKey {
                tenant: row.tenant,
                mode: row.mode,
            };
            Ok((account, ledger(&row.account)?, row.units))
        })
        .collect()
}

/// Lots with units that may still move, and those that entries after `after` moved.
const AT_WORK: &str = "SELECT id FROM lots WHERE available > 0 OR held > 0 \
                       UNION SELECT lot FROM entries WHERE id > $1";

pub(crate) async fn lots_at_work(
    db: &impl ConnectionTrait,
    after: &str,
) -> Result<Vec<Lot>, StoreError> {
    let sql = format!("SELECT lots.* FROM lots WHERE id IN ({AT_WORK})");
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [after.into()]);
    Ok(lots::row::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?)
}

/// The proven sums of [`lots_at_work`].
pub(crate) async fn of_lots_at_work(
    db: &impl ConnectionTrait,
    after: &str,
) -> Result<Vec<(LotId, Account, i64)>, StoreError> {
    let sql = format!("SELECT proven_sums.* FROM proven_sums WHERE lot IN ({AT_WORK})");
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [after.into()]);
    let rows = sum_row::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let lot = LotId::parse(&row.lot)
                .map_err(|_| StoreError::corrupt("a proven sum of what is no lot"))?;
            Ok((lot, ledger(&row.account)?, row.units))
        })
        .collect()
}

fn ledger(name: &str) -> Result<Account, StoreError> {
    Account::ALL
        .into_iter()
        .find(|account| account.as_str() == name)
        .ok_or_else(|| StoreError::corrupt("a proven sum of what is no ledger account"))
}
