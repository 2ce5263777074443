//! The local outbox of mail, as the operator reads it.

use domain::MessageId;
use store_kit::StoreError;

use crate::context::Context;
use crate::store::messages::{self, Message};

const PAGE: u64 = 50;

/// A page of messages, newest first, and the cursor of the next one.
pub(crate) async fn page(
    ctx: &Context,
    cursor: Option<MessageId>,
) -> Result<(Vec<Message>, Option<MessageId>), StoreError> {
    let mut mail = messages::page(ctx.db.reader(), cursor, PAGE + 1).await?;
    let more = PAGE < mail.len() as u64;
    mail.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = mail.last().filter(|_| more).map(|message| message.id);
    Ok((mail, next))
}
