//! The job that deletes what nobody can use any more: old sign-ups, sessions, counts of failures, and mail.

use std::sync::Arc;
use std::time::Duration;

use internal_auth::portal_session::REFRESH_LIFETIME;
use store_kit::StoreError;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::store::{messages, sessions, sign_in_failures, sign_ups};
use crate::throttle;

const EVERY: Duration = Duration::from_hours(1);
/// A person who signs in a week late is still told to confirm; later the sign-up is forgotten.
const SIGN_UP_MEMORY: Duration = Duration::from_hours(7 * 24);
/// Mail is shown to the operator for this long.
const MAIL_MEMORY: Duration = Duration::from_hours(30 * 24);

/// Cleans every hour until told to stop.
pub(crate) async fn run(ctx: Arc<Context>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = clean(&ctx).await {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "old rows could not be deleted"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn clean(ctx: &Context) -> Result<(), StoreError> {
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let deleted = sign_ups::delete_expired(&*tx, now.minus(SIGN_UP_MEMORY)).await?
        + sessions::delete_expired(&*tx, now.minus(REFRESH_LIFETIME)).await?
        + sign_in_failures::delete_older(&*tx, now.minus(throttle::MEMORY)).await?
        + messages::delete_older(&*tx, now.minus(MAIL_MEMORY)).await?;
    tx.commit().await?;
    tracing::debug!(deleted, "old rows are deleted");
    Ok(())
}
