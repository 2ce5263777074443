//! Tells people of requests that wait: reminders every morning while nobody has signed (`emailNotification`), and once that the
//! link has expired (`notificationExpiration`; spec section 4). A row says when to look at a request again, and whoever moves that
//! row on has claimed what is due: any number of instances may look at once.

mod morning;

use std::sync::Arc;
use std::time::Duration;

use ::mail::Address;
use domain::Timestamp;
use store_kit::{StoreError, Tx};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::desk::Desk;
use crate::mail::{self, Cause, Invitation, Letter, PostError};
use crate::rules::Rules;
use crate::store::{Owner, all_tenants, documents, notices, requests};
use crate::tenant::{self, Tenant};

const EVERY: Duration = Duration::from_secs(15);
/// Requests that are looked up at once.
const BATCH: u64 = 100;

/// Why a request was not looked at.
#[derive(Debug, Error)]
pub(crate) enum NoticeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Post(#[from] PostError),
}

/// Has a request looked at when there will be something to tell of it, in the transaction that registers or changes it.
pub(crate) async fn order(
    tx: &Tx,
    owner: Owner,
    request: &requests::Model,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rules = Rules::stored(&request.rules);
    let next_morning = morning::turn(&tenant.zone, now, now, None).next_at;
    let Some(due_at) = next_look(&rules, request.expires_at, next_morning) else {
        return Ok(());
    };
    let row = notices::Model {
        tenant: owner.tenant,
        mode: owner.mode,
        signature_request: request.id.clone(),
        document: request.document.clone(),
        since: now,
        due_at,
        reminded_at: None,
    };
    notices::put(&**tx, row).await
}

/// When there is something to tell next, if ever.
fn next_look(rules: &Rules, expires_at: Timestamp, next_morning: Timestamp) -> Option<Timestamp> {
    let reminds = rules.email_notification && next_morning < expires_at;
    let reminder = reminds.then_some(next_morning);
    let expiry = rules.notification_expiration.then_some(expires_at);
    // A reminder comes before the expiry, or there is none.
    reminder.or(expiry)
}

/// Looks until told to stop.
pub(crate) async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look(&desk).await {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "requests that wait could not be looked up"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Tells all that is due. A request that cannot be told of now is tried again in the next round, and keeps none behind it.
pub(crate) async fn look(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let mut after = None;
    loop {
        let db = desk.db.reader();
        let page = all_tenants::notices_due(db, now, after.as_ref(), BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some((last.due_at, last.signature_request.clone()));
        for seen in page {
            if let Err(error) = look_at(desk, &seen).await {
                tracing::error!(
                    error = &error as &(dyn std::error::Error + 'static),
                    request = %seen.signature_request,
                    "nobody could be told of a request that waits"
                );
            }
        }
    }
}

async fn look_at(desk: &Desk, seen: &notices::Model) -> Result<(), NoticeError> {
    let owner = Owner {
        tenant: seen.tenant,
        mode: seen.mode,
    };
    let tenant = tenant::look_up(&desk.db, owner.tenant).await?;
    let tx = desk.db.begin().await?;
    // The document first: the order in which every act locks.
    let document = documents::lock(&*tx, owner, &seen.document).await?;
    let request = requests::lock(&*tx, owner, &seen.signature_request).await?;
    let both = document.zip(request);
    let Some((document, request)) = both.filter(|(_, request)| request.state().is_open()) else {
        // Signed, declined or gone: there is nothing to tell any more.
        notices::end(&*tx, owner, seen).await?;
        return Ok(tx.commit().await?);
    };
    let rules = Rules::stored(&request.rules);
    let now = desk.clock.now();
    let turn = morning::turn(&tenant.zone, now, seen.since, seen.reminded_at);
    let is_open = now < request.expires_at;
    let reminds = is_open && rules.email_notification && turn.is_due;
    let next = next_look(&rules, request.expires_at, turn.next_at).filter(|_| is_open);
    let is_ours = match next {
        Some(next) => {
            let reminded_at = if reminds { Some(now) } else { seen.reminded_at };
            notices::claim(&*tx, owner, seen, (next, reminded_at)).await?
        }
        None => notices::end(&*tx, owner, seen).await?,
    };
    if !is_ours {
        return Ok(());
    }
    let cause = Cause {
        owner,
        tenant: &tenant,
        document: &document.id,
        filename: &document.filename,
        request: Some(&request.id),
        rules: &rules,
    };
    let letters = if reminds {
        reminders(&rules, &request)
    } else if !is_open && rules.notification_expiration {
        [Some(Letter::ExpiredToSigner), Some(Letter::ExpiredToSender)]
    } else {
        [None, None]
    };
    for (to, letter) in [&rules.email_to, &rules.email_from]
        .into_iter()
        .zip(letters)
    {
        let to = to.as_deref().map(Address::parse);
        if let (Some(Ok(to)), Some(letter)) = (to, letter) {
            mail::post(desk, &tx, &cause, &to, &letter).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// To the signer with the link, and to the sender without.
fn reminders(rules: &Rules, request: &requests::Model) -> [Option<Letter>; 2] {
    let expires_at = request.expires_at;
    let to_signer = Url::parse(&request.url).ok().map(|link| {
        Letter::Reminder(Invitation {
            link,
            message: rules.email_message.clone(),
            expires_at,
        })
    });
    [to_signer, Some(Letter::ReminderToSender { expires_at })]
}

#[cfg(test)]
mod tests;
