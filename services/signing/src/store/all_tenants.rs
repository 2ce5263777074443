//! The few queries that cross tenants: jobs, the witness for billing, and look-ups by an unguessable name.

use domain::{ChargeId, DocumentId, EventId, SignatureRequestId, Timestamp, Verdict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store_kit::StoreError;

use super::{
    answers, audit_events, charges, documents, messages, notices, requests, sealing_failures,
    submissions,
};
use crate::audit::Fact;

/// The verdict on a charge.
pub(crate) async fn charge(
    db: &impl ConnectionTrait,
    charge: ChargeId,
) -> Result<Option<charges::Model>, StoreError> {
    Ok(charges::Entity::find_by_id(charge).one(db).await?)
}

/// The verdicts on many charges; those without one are left out.
pub(crate) async fn charges_among(
    db: &impl ConnectionTrait,
    ids: Vec<ChargeId>,
) -> Result<Vec<charges::Model>, StoreError> {
    Ok(charges::Entity::find()
        .filter(charges::Column::Charge.is_in(ids))
        .all(db)
        .await?)
}

/// Registered charges after one, in id order.
pub(crate) async fn registered_after(
    db: &impl ConnectionTrait,
    after: Option<ChargeId>,
    limit: u64,
) -> Result<Vec<charges::Model>, StoreError> {
    let mut query =
        charges::Entity::find().filter(charges::Column::Verdict.eq(Verdict::Registered));
    if let Some(after) = after {
        query = query.filter(charges::Column::Charge.gt(after));
    }
    Ok(query
        .order_by_asc(charges::Column::Charge)
        .limit(limit)
        .all(db)
        .await?)
}

/// The document of a signer's link; its token decides whether the signer may see it.
pub(crate) async fn document(
    db: &impl ConnectionTrait,
    id: &DocumentId,
) -> Result<Option<documents::Model>, StoreError> {
    Ok(documents::Entity::find_by_id(id.clone()).one(db).await?)
}

/// The signature request a link opens: with its key, or without one where the id itself cannot be guessed.
pub(crate) async fn request_of_link(
    db: &impl ConnectionTrait,
    id: &SignatureRequestId,
    key: Option<&str>,
) -> Result<Option<requests::Model>, StoreError> {
    let query = requests::Entity::find().filter(requests::Column::Id.eq(id));
    let query = match key {
        Some(key) => query.filter(requests::Column::LinkKey.eq(key)),
        None => query.filter(requests::Column::LinkKey.is_null()),
    };
    Ok(query.one(db).await?)
}

/// Documents whose time has come, those first that have waited longest; behind the time and id of `after`.
pub(crate) async fn documents_to_delete(
    db: &impl ConnectionTrait,
    now: Timestamp,
    after: Option<&(Timestamp, DocumentId)>,
    limit: u64,
) -> Result<Vec<documents::Model>, StoreError> {
    let mut query = documents::Entity::find()
        .filter(documents::Column::DeletedAt.is_null())
        .filter(documents::Column::Sealing.eq(false))
        .filter(documents::Column::DeleteAfter.lte(now));
    if let Some((at, id)) = after {
        let same_time = documents::Column::DeleteAfter
            .eq(*at)
            .and(documents::Column::Id.gt(id));
        query = query.filter(documents::Column::DeleteAfter.gt(*at).or(same_time));
    }
    Ok(query
        .order_by_asc(documents::Column::DeleteAfter)
        .order_by_asc(documents::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Requests that are to be looked at, those first that have waited longest; behind the time and id of `after`.
pub(crate) async fn notices_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
    after: Option<&(Timestamp, SignatureRequestId)>,
    limit: u64,
) -> Result<Vec<notices::Model>, StoreError> {
    use notices::{Column, Entity};
    let mut query = Entity::find().filter(Column::DueAt.lte(now));
    if let Some((at, id)) = after {
        let same_time = Column::DueAt.eq(*at).and(Column::SignatureRequest.gt(id));
        query = query.filter(Column::DueAt.gt(*at).or(same_time));
    }
    Ok(query
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::SignatureRequest)
        .limit(limit)
        .all(db)
        .await?)
}

/// Deletions whose record's term is over, oldest first.
pub(crate) async fn records_to_forget(
    db: &impl ConnectionTrait,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<audit_events::Model>, StoreError> {
    Ok(audit_events::Entity::find()
        .filter(audit_events::Column::Act.eq(Fact::DELETED))
        .filter(audit_events::Column::At.lte(before))
        .order_by_asc(audit_events::Column::At)
        .limit(limit)
        .all(db)
        .await?)
}

/// Drops answers that are too old to be replayed.
pub(crate) async fn forget_answers(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Ok(answers::Entity::delete_many()
        .filter(answers::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?
        .rows_affected)
}

/// The newest messages to people.
pub(crate) async fn latest_messages(
    db: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<messages::Model>, StoreError> {
    Ok(messages::Entity::find()
        .order_by_desc(messages::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Drops messages that were settled then or earlier; what was sent is told by the audit record.
pub(crate) async fn forget_messages(
    db: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<u64, StoreError> {
    Ok(messages::Entity::delete_many()
        .filter(messages::Column::SettledAt.lte(before))
        .exec(db)
        .await?
        .rows_affected)
}

/// Why these jobs have not succeeded yet.
pub(crate) async fn sealing_failures(
    db: &impl ConnectionTrait,
    jobs: Vec<EventId>,
) -> Result<Vec<sealing_failures::Model>, StoreError> {
    Ok(sealing_failures::Entity::find()
        .filter(sealing_failures::Column::Submission.is_in(jobs))
        .all(db)
        .await?)
}

/// How many documents failed to be sealed and are not sealed yet.
pub(crate) async fn count_sealing_failures(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(sealing_failures::Entity::find().count(db).await?)
}

/// Submissions that are not sealed yet, oldest first.
pub(crate) async fn open_submissions(
    db: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<submissions::Model>, StoreError> {
    Ok(submissions::Entity::find()
        .filter(submissions::Column::SealedAt.is_null())
        .filter(submissions::Column::Act.is_not_null())
        .order_by_asc(submissions::Column::SubmittedAt)
        .limit(limit)
        .all(db)
        .await?)
}
