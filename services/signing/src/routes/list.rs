//! The list of documents as one JSON array that is never whole in memory.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use domain::{DocumentId, Timestamp};
use futures_util::stream;
use store_kit::StoreError;

use crate::answer::DocumentBody;
use crate::desk::Desk;
use crate::document::DocumentState;
use crate::store::Owner;
use crate::store::documents::{self, After};

/// Rows read at once while the list streams.
const BATCH: u64 = 500;
/// Rows read first: few, so that the first byte does not wait for many.
const FIRST_BATCH: u64 = 50;

/// Where the page after this document starts.
pub(super) fn cursor(last: &documents::Model) -> String {
    format!("{}.{}", last.created_at.millis(), last.id)
}

pub(super) fn read_cursor(text: &str) -> Option<After> {
    let (created_at, id) = text.split_once('.')?;
    Some(After {
        created_at: Timestamp::from_millis(created_at.parse().ok()?),
        id: DocumentId::parse(id).ok()?,
    })
}

pub(super) fn item(desk: &Desk, row: documents::Model) -> DocumentBody {
    let url = desk.addresses.download(&row.id);
    DocumentBody::item(row, url)
}

/// How far the stream has come.
struct Progress {
    desk: Arc<Desk>,
    owner: Owner,
    state: Option<DocumentState>,
    after: Option<After>,
    opened: bool,
    has_items: bool,
}

/// The whole list, read in batches as it is sent.
pub(super) fn whole(
    desk: Arc<Desk>,
    owner: Owner,
    state: Option<DocumentState>,
    after: Option<After>,
) -> HttpResponse {
    let start = Progress {
        desk,
        owner,
        state,
        after,
        opened: false,
        has_items: false,
    };
    let chunks = stream::try_unfold(Some(start), |progress| async {
        match progress {
            Some(progress) => next(progress).await,
            None => Ok(None),
        }
    });
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .streaming(chunks)
}

/// One batch as text, and where to go on; an array that ends early is not valid JSON, so a fault cannot pass for the end.
async fn next(mut progress: Progress) -> Result<Option<(Bytes, Option<Progress>)>, StoreError> {
    let reader = progress.desk.db.reader();
    let limit = if progress.opened { BATCH } else { FIRST_BATCH };
    let rows = documents::list(
        reader,
        progress.owner,
        progress.state,
        progress.after.as_ref(),
        limit,
    )
    .await?;
    let is_last = u64::try_from(rows.len()).unwrap_or(0) < limit;
    progress.after = rows
        .last()
        .map(|row| After {
            created_at: row.created_at,
            id: row.id.clone(),
        })
        .or(progress.after);
    let mut text = String::from(if progress.opened { "" } else { "[" });
    progress.opened = true;
    for row in rows {
        if progress.has_items {
            text.push(',');
        }
        progress.has_items = true;
        text.push_str(&serde_json::to_string(&item(&progress.desk, row)).unwrap_or_default());
    }
    if is_last {
        text.push(']');
    }
    Ok(Some((Bytes::from(text), (!is_last).then_some(progress))))
}
