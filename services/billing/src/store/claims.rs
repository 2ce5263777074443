//! Refunds and disputes as Stripe last told them: what of a purchase's money went back.

use domain::{PurchaseId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DeriveActiveEnum, EntityTrait, EnumIter, QueryFilter as _,
};
use store_kit::StoreError;

/// How money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub(crate) enum ClaimKind {
    Refund,
    Dispute,
}

mod row {
    use domain::{PurchaseId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    use super::ClaimKind;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claims")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub tenant: TenantId,
        pub purchase: PurchaseId,
        pub kind: ClaimKind,
        pub amount_minor: i64,
        pub currency: String,
        pub status: String,
        pub in_force: bool,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A refund or a dispute of a purchase.
pub(crate) type Claim = row::Model;

pub(crate) async fn of_purchase(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    purchase: PurchaseId,
) -> Result<Vec<Claim>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::Tenant.eq(tenant))
        .filter(row::Column::Purchase.eq(purchase))
        .all(db)
        .await?)
}

/// Keeps a claim as it now is.
pub(crate) async fn put(
    tx: &impl ConnectionTrait,
    claim: &Claim,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(claim.id.clone()),
        tenant: Set(claim.tenant),
        purchase: Set(claim.purchase),
        kind: Set(claim.kind),
        amount_minor: Set(claim.amount_minor),
        currency: Set(claim.currency.clone()),
        status: Set(claim.status.clone()),
        in_force: Set(claim.in_force),
        created_at: Set(claim.created_at),
        changed_at: Set(at),
    };
    row::Entity::insert(row)
        .on_conflict(
            OnConflict::column(row::Column::Id)
                .update_columns([
                    row::Column::AmountMinor,
                    row::Column::Status,
                    row::Column::InForce,
                    row::Column::ChangedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
