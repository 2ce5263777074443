//! The transactional outbox: what must leave the process is a row of the same commit, and a worker sends it until it is taken.
//!
//! Delivery is at least once. Within a group (a tenant, a document) and a destination the order of ids is kept: a message
//! waits until the one before it is done.

use std::time::Duration;

use domain::{EventId, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, IntoIden, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    Select,
};

use crate::{Db, StoreError};

mod table;
mod worker;

pub use table::{create_group_index, create_table, drop_group_index, drop_table};
use worker::Road;
pub use worker::{Deliver, Lane, Outcome, Worker};

mod row {
    use domain::{EventId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EventId,
        pub topic: String,
        pub destination: String,
        pub order_group: String,
        pub payload: String,
        pub created_at: Timestamp,
        pub due_at: Timestamp,
        pub tries: i32,
        pub done_at: Option<Timestamp>,
        pub given_up_at: Option<Timestamp>,
        pub last_error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A message as the worker hands it out.
pub type Message = row::Model;

/// How long a worker has for one delivery before another may try it.
const CLAIM: Duration = Duration::from_mins(1);
/// How many due messages a worker looks at in one go to fill its seats.
const WINDOW: u64 = 512;
const MAX_ERROR_LEN: usize = 500;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The same on every try: receivers deduplicate by it.
    pub id: EventId,
    pub topic: &'static str,
    /// Which subscriber or address; free text of the owner.
    pub destination: String,
    /// Messages of one group reach one destination in order.
    pub order_group: String,
    pub payload: serde_json::Value,
    pub due_at: Timestamp,
}

/// Writes the message in the caller's transaction.
pub async fn put(
    tx: &impl ConnectionTrait,
    message: Outgoing,
    now: Timestamp,
) -> Result<(), StoreError> {
    row::ActiveModel {
        id: Set(message.id),
        topic: Set(message.topic.to_owned()),
        destination: Set(message.destination),
        order_group: Set(message.order_group),
        payload: Set(message.payload.to_string()),
        created_at: Set(now),
        due_at: Set(message.due_at),
        tries: Set(0),
        done_at: Set(None),
        given_up_at: Set(None),
        last_error: Set(None),
    }
    .insert(tx)
    .await?;
    Ok(())
}

/// The messages of one topic, newest first, for those who watch deliveries.
pub async fn latest(
    db: &impl ConnectionTrait,
    topic: &str,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::Topic.eq(topic))
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Due, under way or to be tried again.
    Waiting,
    Done,
    GivenUp,
}

impl Message {
    /// The group as far as its first slash, that included: whose it is, where groups begin with that.
    pub fn head_of_group(&self) -> &str {
        let end = self.order_group.find('/').map_or(0, |slash| slash + 1);
        self.order_group.get(..end).unwrap_or_default()
    }

    pub const fn standing(&self) -> Standing {
        match (self.done_at, self.given_up_at) {
            (Some(_), _) => Standing::Done,
            (None, Some(_)) => Standing::GivenUp,
            (None, None) => Standing::Waiting,
        }
    }
}

/// The ids of one topic's messages that stand so, for a query of the owner's.
pub fn ids_standing(topic: &str, standing: Standing) -> SelectStatement {
    let all = row::Entity::find()
        .select_only()
        .column(row::Column::Id)
        .filter(row::Column::Topic.eq(topic));
    let done = row::Column::DoneAt;
    let given_up = row::Column::GivenUpAt;
    let some = match standing {
        Standing::Waiting => all.filter(done.is_null()).filter(given_up.is_null()),
        Standing::Done => all.filter(done.is_not_null()),
        Standing::GivenUp => all.filter(done.is_null()).filter(given_up.is_not_null()),
    };
    some.into_query()
}

/// The messages of these ids.
pub async fn among(
    db: &impl ConnectionTrait,
    ids: Vec<EventId>,
) -> Result<Vec<Message>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::Id.is_in(ids))
        .all(db)
        .await?)
}

/// Makes the messages that `ids` selects due at once, under the ids that they have; how many there were.
/// `even_done`: those too that were taken, which are then sent again.
pub async fn send_again(
    tx: &impl ConnectionTrait,
    topic: &str,
    (ids, even_done): (SelectStatement, bool),
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut update = row::Entity::update_many()
        .col_expr(row::Column::DueAt, Expr::value(now))
        .col_expr(row::Column::DoneAt, Expr::value(None::<Timestamp>))
        .col_expr(row::Column::GivenUpAt, Expr::value(None::<Timestamp>))
        .filter(row::Column::Topic.eq(topic))
        .filter(row::Column::Id.in_subquery(ids));
    if !even_done {
        update = update.filter(row::Column::DoneAt.is_null());
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// The messages of one topic that are neither done nor given up.
fn still_open(topic: &str) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Topic.eq(topic))
        .filter(row::Column::DoneAt.is_null())
        .filter(row::Column::GivenUpAt.is_null())
}

/// The messages of one topic that wait or are under way, oldest first.
pub async fn open(
    db: &impl ConnectionTrait,
    topic: &str,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    Ok(still_open(topic)
        .order_by_asc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// How many messages of one topic wait or are under way.
pub async fn count_open(db: &impl ConnectionTrait, topic: &str) -> Result<u64, StoreError> {
    Ok(still_open(topic).count(db).await?)
}

/// Those of the messages that wait or are under way.
pub async fn open_among(
    db: &impl ConnectionTrait,
    ids: Vec<EventId>,
) -> Result<Vec<EventId>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Id.is_in(ids))
        .filter(row::Column::DoneAt.is_null())
        .filter(row::Column::GivenUpAt.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Makes a message due at once. `false`: it is done, given up or unknown.
pub async fn hasten(
    tx: &impl ConnectionTrait,
    topic: &str,
    id: EventId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let hastened = row::Entity::update_many()
        .col_expr(row::Column::DueAt, Expr::value(now))
        .filter(row::Column::Id.eq(id))
        .filter(row::Column::Topic.eq(topic))
        .filter(row::Column::DoneAt.is_null())
        .filter(row::Column::GivenUpAt.is_null())
        .exec(tx)
        .await?;
    Ok(hastened.rows_affected == 1)
}

/// Puts a message again whose row is done, given up or gone although its work is not done.
pub async fn revive(
    tx: &impl ConnectionTrait,
    message: Outgoing,
    now: Timestamp,
) -> Result<(), StoreError> {
    let revived = row::Entity::update_many()
        .col_expr(row::Column::DueAt, Expr::value(message.due_at))
        .col_expr(row::Column::DoneAt, Expr::value(None::<Timestamp>))
        .col_expr(row::Column::GivenUpAt, Expr::value(None::<Timestamp>))
        .filter(row::Column::Id.eq(message.id))
        .exec(tx)
        .await?;
    if revived.rows_affected == 0 {
        put(tx, message, now).await?;
    }
    Ok(())
}

/// Messages that are due, first of their group and destination, and in no lane of `full`: however many wait for one slow
/// thing, they hide nobody else's.
async fn due(
    db: &impl ConnectionTrait,
    topic: &str,
    now: Timestamp,
    full: &[Road],
) -> Result<Vec<Message>, StoreError> {
    let earlier = Alias::new("earlier").into_iden();
    let column = |c: row::Column| Expr::col((earlier.clone(), c));
    let outer = |c: row::Column| Expr::col((row::Entity, c));
    let blocked = Query::select()
        .expr(Expr::val(1))
        .from_as(row::Entity, earlier.clone())
        .and_where(column(row::Column::Topic).equals((row::Entity, row::Column::Topic)))
        .and_where(column(row::Column::OrderGroup).equals((row::Entity, row::Column::OrderGroup)))
        .and_where(column(row::Column::Destination).equals((row::Entity, row::Column::Destination)))
        .and_where(column(row::Column::DoneAt).is_null())
        .and_where(column(row::Column::GivenUpAt).is_null())
        .and_where(column(row::Column::Id).lt(outer(row::Column::Id)))
        .to_owned();
    let mut wanted = still_open(topic)
        .filter(row::Column::DueAt.lte(now))
        .filter(Expr::exists(blocked).not());
    for road in full {
        let on_it = begins(row::Column::OrderGroup, &road.group)
            .and(begins(row::Column::Destination, &road.destination));
        wanted = wanted.filter(on_it.not());
    }
    Ok(wanted
        // Not by id: old messages that fail again and again must not keep new ones waiting.
        .order_by_asc(row::Column::DueAt)
        .limit(WINDOW)
        .all(db)
        .await?)
}

/// Whether a text begins so. Not LIKE: the beginning may hold its wildcards.
fn begins(column: row::Column, beginning: &str) -> Expr {
    let length = i32::try_from(beginning.chars().count()).unwrap_or(i32::MAX);
    let text = Expr::col((row::Entity, column));
    Func::cust("substr")
        .args([text, Expr::val(1), Expr::val(length)])
        .eq(beginning)
}

async fn claim(db: &Db, message: &Message, now: Timestamp) -> Result<bool, StoreError> {
    let tx = db.begin().await?;
    let claimed = row::Entity::update_many()
        .col_expr(row::Column::DueAt, Expr::value(now.plus(CLAIM)))
        .col_expr(row::Column::Tries, Expr::col(row::Column::Tries).add(1))
        .filter(row::Column::Id.eq(message.id))
        .filter(row::Column::DueAt.eq(message.due_at))
        .filter(row::Column::DoneAt.is_null())
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(claimed.rows_affected == 1)
}

async fn settle(
    db: &Db,
    message: &Message,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let cut = |error: String| error.chars().take(MAX_ERROR_LEN).collect::<String>();
    let update = row::Entity::update_many().filter(row::Column::Id.eq(message.id));
    let update = match outcome {
        Outcome::Done => update.col_expr(row::Column::DoneAt, Expr::value(now)),
        Outcome::Again { at, error } => update
            .col_expr(row::Column::DueAt, Expr::value(at))
            .col_expr(row::Column::LastError, Expr::value(cut(error))),
        Outcome::GivenUp { error } => update
            .col_expr(row::Column::GivenUpAt, Expr::value(now))
            .col_expr(row::Column::LastError, Expr::value(cut(error))),
    };
    let tx = db.begin().await?;
    update.exec(&*tx).await?;
    tx.commit().await
}

/// Doubles from `first` with the number of tries, up to `most`; `spread` in 0..=255 takes off up to a quarter, so that
/// many receivers are not met at once.
pub fn back_off(tries: i32, first: Duration, most: Duration, spread: u8) -> Duration {
    let doublings = u32::try_from(tries.clamp(0, 20)).unwrap_or(0);
    let full = first
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(most);
    full.saturating_sub(full / 4 * u32::from(spread) / 255)
}

#[cfg(test)]
mod tests;
