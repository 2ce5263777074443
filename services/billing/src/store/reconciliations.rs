//! A day's comparison with Stripe, one row a day; a later one of the same day takes its place. Of all tenants, the operator's.

use domain::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder as _, QuerySelect as _};
use store_kit::StoreError;

mod row {
    use domain::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reconciliations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        pub checked_at: Timestamp,
        pub differences: i64,
        pub report: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A day's report as it is kept.
pub(crate) type Row = row::Model;

/// Keeps the report in place of the day's earlier one.
pub(crate) async fn put(tx: &impl ConnectionTrait, report: Row) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        day: Set(report.day),
        checked_at: Set(report.checked_at),
        differences: Set(report.differences),
        report: Set(report.report),
    };
    row::Entity::insert(row)
        .on_conflict(
            OnConflict::column(row::Column::Day)
                .update_columns([
                    row::Column::CheckedAt,
                    row::Column::Differences,
                    row::Column::Report,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// When the day was last compared.
pub(crate) async fn checked_at(
    db: &impl ConnectionTrait,
    day: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let found = row::Entity::find_by_id(day.to_owned()).one(db).await?;
    Ok(found.map(|row| row.checked_at))
}

/// The reports of the latest days; at most `limit`.
pub(crate) async fn latest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Row>, StoreError> {
    Ok(row::Entity::find()
        .order_by_desc(row::Column::Day)
        .limit(limit)
        .all(db)
        .await?)
}
