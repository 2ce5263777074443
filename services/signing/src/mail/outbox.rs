//! What was written to people lately, as the operator sees it.

use client_signing::{OutboxMessage, OutboxMessages};
use store_kit::StoreError;

use super::{Body, letter::kind_name};
use crate::desk::Desk;
use crate::store::all_tenants;
use crate::store::messages::{Channel, Model};

/// Messages shown at once.
const MAX_SHOWN: u64 = 50;

/// The newest messages of all tenants. What was sent shows no content any more.
pub(crate) async fn latest(desk: &Desk) -> Result<OutboxMessages, StoreError> {
    let rows = all_tenants::latest_messages(desk.db.reader(), MAX_SHOWN).await?;
    let items = rows.into_iter().map(|row| view(desk, row)).collect();
    Ok(OutboxMessages { items })
}

fn view(desk: &Desk, row: Model) -> OutboxMessage {
    let opened = row
        .body
        .as_deref()
        .and_then(|held| desk.secrets.rows().open(held, &row.id).ok());
    let body: Body = opened
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    OutboxMessage {
        id: row.id,
        tenant: row.tenant,
        mode: row.mode,
        document_id: row.document,
        channel: match row.channel {
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
        .to_owned(),
        kind: kind_name("en", row.kind).to_owned(),
        to: row.recipient,
        subject: row.subject,
        text: body.text,
        html: body.html,
        state: row.state.as_str().to_owned(),
        tries: row.tries,
        last_error: row.last_error,
        created_at: row.created_at,
    }
}
