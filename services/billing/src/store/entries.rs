//! Postings and their entries: written once, never updated.

use domain::{ChargeId, EntryId, LotId, PostingId, PurchaseId, Timestamp, Units};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveEnum as _, ColumnTrait as _, ConnectionTrait, DeriveActiveEnum, EntityTrait, EnumIter,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, TryInsertResult,
};
use serde::Serialize;
use serde_json::json;
use store_kit::StoreError;
use utoipa::ToSchema;

use super::AccountKey;
use super::given::{self, Columns, Holds};

/// The seven ledger accounts that each tenant and mode has.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = LedgerAccount)]
pub(crate) enum Account {
    Available,
    Held,
    Consumed,
    Lapsed,
    Refunded,
    /// A source: what was ever bought stands here with a minus.
    Purchased,
    /// A source: what was ever given stands here with a minus.
    Granted,
}

impl Account {
    pub(crate) const ALL: [Self; 7] = [
        Self::Available,
        Self::Held,
        Self::Consumed,
        Self::Lapsed,
        Self::Refunded,
        Self::Purchased,
        Self::Granted,
    ];

    /// The name it is stored under.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Held => "held",
            Self::Consumed => "consumed",
            Self::Lapsed => "lapsed",
            Self::Refunded => "refunded",
            Self::Purchased => "purchased",
            Self::Granted => "granted",
        }
    }

    /// Units enter the ledger here.
    pub(crate) const fn is_source(self) -> bool {
        matches!(self, Self::Purchased | Self::Granted)
    }
}

/// Why units moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum PostingKind {
    Purchase,
    Trial,
    Test,
    Grant,
    Reserve,
    Commit,
    Release,
    Lapse,
    /// A refund took units that were left.
    Refund,
    /// A dispute took units that were left.
    Dispute,
    /// A charge that the books did not know was registered: its unit is spent, and owed.
    Found,
    /// A later purchase paid for units whose money is gone.
    Repay,
    /// A refund failed or a dispute was won: its units come back.
    Restore,
}

mod posting_row {
    use domain::{ChargeId, Mode, PostingId, PurchaseId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    use super::PostingKind;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "postings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PostingId,
        pub tenant: TenantId,
        pub mode: Mode,
        pub idempotency_key: String,
        pub kind: PostingKind,
        pub charge: Option<ChargeId>,
        pub purchase: Option<PurchaseId>,
        pub at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod row {
    use domain::{EntryId, LotId, Mode, PostingId, TenantId, Units};
    use sea_orm::entity::prelude::*;

    use super::Account;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EntryId,
        pub posting: PostingId,
        pub tenant: TenantId,
        pub mode: Mode,
        pub lot: LotId,
        pub account: Account,
        pub units: Units,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a posting is about.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    /// Unique for the tenant: the same act is posted once.
    pub(crate) key: String,
    pub(crate) kind: PostingKind,
    pub(crate) charge: Option<ChargeId>,
    pub(crate) purchase: Option<PurchaseId>,
}

/// One line of a posting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) lot: LotId,
    pub(crate) account: Account,
    pub(crate) units: Units,
}

/// A posting with its lines, to be written.
pub(crate) struct NewPosting {
    pub(crate) account: AccountKey,
    pub(crate) occasion: Occasion,
    pub(crate) lines: [Line; 2],
}

const POSTING: Columns = &[
    ("id", Holds::Text),
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("idempotency_key", Holds::Text),
    ("kind", Holds::Text),
    ("charge", Holds::Text),
    ("purchase", Holds::Text),
    ("at", Holds::Number),
];
const ENTRY: Columns = &[
    ("id", Holds::Text),
    ("posting", Holds::Text),
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("lot", Holds::Text),
    ("account", Holds::Text),
    ("units", Holds::Number),
];

/// Writes postings none of which was written before: one that was is a unique violation, and nothing is written.
pub(crate) async fn insert_new(
    tx: &impl ConnectionTrait,
    new: &[NewPosting],
    at: Timestamp,
) -> Result<(), StoreError> {
    let (mut postings, mut lines) = (Vec::new(), Vec::new());
    for NewPosting {
        account,
        occasion,
        lines: both,
    } in new
    {
        let id = PostingId::generate();
        postings.push(json!({
            "id": id, "tenant": account.tenant, "mode": account.mode, "idempotency_key": occasion.key,
            "kind": occasion.kind.to_value(), "charge": occasion.charge, "purchase": occasion.purchase, "at": at,
        }));
        lines.extend(both.iter().map(|line| {
            json!({
                "id": EntryId::generate(), "posting": id, "tenant": account.tenant, "mode": account.mode,
                "lot": line.lot, "account": line.account.as_str(), "units": line.units,
            })
        }));
    }
    for (table, columns, rows) in [("postings", POSTING, postings), ("entries", ENTRY, lines)] {
        let insert = given::statement(tx, columns, rows, |given| {
            let (names, rows) = (given.names(), given.rows());
            format!("INSERT INTO {table} ({names}) SELECT {names} FROM {rows}")
        });
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// Writes the posting with its lines; `false`: it was there before and nothing was written.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    occasion: Occasion,
    lines: [Line; 2],
    at: Timestamp,
) -> Result<bool, StoreError> {
    let id = PostingId::generate();
    let posting = posting_row::ActiveModel {
        id: Set(id),
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        idempotency_key: Set(occasion.key),
        kind: Set(occasion.kind),
        charge: Set(occasion.charge),
        purchase: Set(occasion.purchase),
        at: Set(at),
    };
    let inserted = posting_row::Entity::insert(posting)
        .on_conflict_do_nothing_on([
            posting_row::Column::Tenant,
            posting_row::Column::IdempotencyKey,
        ])
        .exec_without_returning(tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(false);
    }
    let lines = lines.map(|line| row::ActiveModel {
        id: Set(EntryId::generate()),
        posting: Set(id),
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        lot: Set(line.lot),
        account: Set(line.account),
        units: Set(line.units),
    });
    row::Entity::insert_many(lines)
        .exec_without_returning(tx)
        .await?;
    Ok(true)
}

/// A line with its posting, as the ledger's page shows it.
pub(crate) struct Entry {
    pub(crate) id: EntryId,
    pub(crate) lot: LotId,
    pub(crate) account: Account,
    pub(crate) units: Units,
    pub(crate) at: Timestamp,
    pub(crate) kind: PostingKind,
    pub(crate) charge: Option<ChargeId>,
    pub(crate) purchase: Option<PurchaseId>,
}

/// The newest entries before `before`; at most `limit`.
pub(crate) async fn page(
    db: &impl ConnectionTrait,
    account: AccountKey,
    before: Option<EntryId>,
    limit: u64,
) -> Result<Vec<Entry>, StoreError> {
    let mut query = row::Entity::find()
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode));
    if let Some(before) = before {
        query = query.filter(row::Column::Id.lt(before));
    }
    let lines = query
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let postings = posting_row::Entity::find()
        .filter(posting_row::Column::Tenant.eq(account.tenant))
        .filter(posting_row::Column::Id.is_in(lines.iter().map(|line| line.posting)))
        .all(db)
        .await?;
    let of = |id: PostingId| postings.iter().find(|posting| posting.id == id);
    lines
        .into_iter()
        .map(|line| {
            let posting = of(line.posting)
                .ok_or_else(|| StoreError::corrupt("an entry without a posting"))?;
            Ok(Entry {
                id: line.id,
                lot: line.lot,
                account: line.account,
                units: line.units,
                at: posting.at,
                kind: posting.kind,
                charge: posting.charge,
                purchase: posting.purchase,
            })
        })
        .collect()
}
