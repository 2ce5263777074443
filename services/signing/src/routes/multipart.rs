//! `POST /JSON/upload`: the create as a form, whose file goes to the blob store as it arrives.

use actix_multipart::{Field, Multipart};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{HttpRequest, HttpResponse, post};
use futures_util::StreamExt as _;
use http_kit::{Caller, Problem, kind};

use super::reply;
use super::schema::{ErrorBody, UploadForm};
use crate::answer::SuccessBody;
use crate::blob::{BlobError, BlobKey};
use crate::desk::Desk;
use crate::document::DocumentError;
use crate::error::{store_failed, too_large};
use crate::idempotency::Attempt;
use crate::order::{self, Body, Part};
use crate::permission::WriteRequests;
use crate::{intake, tenant};

/// Everything in the form but the file.
const MAX_TEXT_BYTES: usize = 256 * 1024;
/// No client of ours sends more parts than two.
const MAX_PARTS: usize = 16;

/// Creates a signature request from a form; with `signatureRequestId` `off` the file is stored only.
#[utoipa::path(
    operation_id = "create_signature_request_from_form",
    tag = "public",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "Replays the first answer for 24 h.")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = SuccessBody, description = "Registered and charged, or stored (`off`)."),
        (status = 400, body = ErrorBody, description = "The form, file, rule or field is wrong."),
        (status = 402, body = ErrorBody, description = "No signature request is left."),
        (status = 404, body = ErrorBody, description = "There is no such document."),
        (status = 409, body = ErrorBody, description = "The id was registered before, or the document's state forbids it."),
        (status = 413, body = ErrorBody, description = "The file is too large."),
        (status = 503, body = ErrorBody, description = "Not registered; try again."),
    ),
    security(("apiKey" = []))
)]
#[post("/JSON/upload")]
pub(crate) async fn create_from_form(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    request: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let mut attempt = super::create::attempt(&caller);
    match reply::idempotency_key(&request) {
        Ok(key) => attempt.key = key,
        Err(problem) => return reply::refused(&desk, &attempt, &request, problem).await,
    }
    let tenant = tenant::look_up(&desk.db, caller.tenant)
        .await
        .map_err(store_failed)?;
    let limit = tenant.max_file_bytes();
    let mut received = Received::default();
    let arrived = receive(&desk, form, limit, &mut received).await;
    let answer = match arrived {
        Ok(()) => conclude(&desk, &caller, (&mut attempt, &request), &received).await,
        Err(FormError::TooLarge) => {
            reply::refused(&desk, &attempt, &request, too_large(limit)).await
        }
        Err(FormError::Broken(why)) => Err(Problem::new(&kind::INVALID_FIELD)
            .value("multipart/form-data")
            .detail(format!(
                "The form did not arrive whole or cannot be read: {why}."
            ))),
        Err(FormError::Blob(error)) => Err(DocumentError::Blob(error).into()),
    };
    // Only an answer that stored the file keeps it.
    if let (Some(file), false) = (&received.file, received.is_kept.get()) {
        intake::discard(&desk, &file.blob).await;
    }
    answer
}

/// A form that arrived whole.
#[derive(Default)]
struct Received {
    data: Option<Bytes>,
    file: Option<ReceivedFile>,
    hash: blake3::Hasher,
    is_kept: std::cell::Cell<bool>,
}

struct ReceivedFile {
    filename: Option<String>,
    blob: BlobKey,
}

/// Why a form cannot be acted on.
enum FormError {
    TooLarge,
    Broken(String),
    Blob(BlobError),
}

async fn receive(
    desk: &Desk,
    mut form: Multipart,
    limit: usize,
    received: &mut Received,
) -> Result<(), FormError> {
    let mut parts = 0;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|why| FormError::Broken(why.to_string()))?;
        parts += 1;
        if MAX_PARTS < parts {
            return Err(FormError::Broken("there are too many parts".to_owned()));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field
            .content_disposition()
            .and_then(|told| told.get_filename())
            .map(str::to_owned);
        let mut content = blake3::Hasher::new();
        match name.as_str() {
            "file" if received.file.is_none() => {
                let blob = BlobKey::generate();
                received.file = Some(ReceivedFile {
                    filename: filename.clone(),
                    blob: blob.clone(),
                });
                stream(desk, &mut field, limit, (&blob, &mut content)).await?;
            }
            _ => {
                let text = whole(&mut field, &mut content).await?;
                if matches!(name.as_str(), "data" | "dataText") && received.data.is_none() {
                    received.data = Some(text);
                }
            }
        }
        // Name, file name and content of each part, never the boundary: honest retries change it.
        for text in [name.as_str(), filename.as_deref().unwrap_or_default()] {
            received
                .hash
                .update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            received.hash.update(text.as_bytes());
        }
        received.hash.update(content.finalize().as_bytes());
    }
    Ok(())
}

/// Streams a part into the blob store: memory does not grow with its size.
async fn stream(
    desk: &Desk,
    field: &mut Field,
    limit: usize,
    (blob, hash): (&BlobKey, &mut blake3::Hasher),
) -> Result<(), FormError> {
    let mut writer = desk.blobs.receive(blob).await.map_err(FormError::Blob)?;
    let mut size: usize = 0;
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|why| FormError::Broken(why.to_string()))?;
        size = size.saturating_add(chunk.len());
        if size <= limit {
            hash.update(&chunk);
            writer.write(chunk).await.map_err(FormError::Blob)?;
        } else if limit.saturating_mul(2) < size {
            // Drained far enough for an honest sender to get to read our answer.
            break;
        }
    }
    if limit < size {
        return Err(FormError::TooLarge);
    }
    writer.finish().await.map_err(FormError::Blob)
}

async fn whole(field: &mut Field, hash: &mut blake3::Hasher) -> Result<Bytes, FormError> {
    let mut text = BytesMut::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|why| FormError::Broken(why.to_string()))?;
        if MAX_TEXT_BYTES < text.len() + chunk.len() {
            return Err(FormError::TooLarge);
        }
        hash.update(&chunk);
        text.extend_from_slice(&chunk);
    }
    Ok(text.freeze())
}

async fn conclude(
    desk: &Desk,
    caller: &Caller<WriteRequests>,
    (attempt, request): (&mut Attempt, &HttpRequest),
    received: &Received,
) -> Result<HttpResponse, Problem> {
    attempt.fingerprint = received.hash.finalize().to_hex().to_string();
    if let Some(answer) = reply::replayed(desk, attempt).await? {
        return Ok(answer);
    }
    let part = match &received.file {
        Some(file) => Some(Part {
            filename: file.filename.clone(),
            content: desk
                .blobs
                .get(&file.blob)
                .await
                .map_err(DocumentError::Blob)?,
            blob: file.blob.clone(),
        }),
        None => None,
    };
    let data = received.data.as_deref().unwrap_or(b"{}");
    match Body::whole(data).and_then(|body| order::create(body, part)) {
        Ok(order) => {
            let (answer, stored) =
                super::create::carried_out(desk, caller, (attempt, request), order).await;
            received.is_kept.set(stored);
            answer
        }
        Err(error) => reply::refused(desk, attempt, request, error.into()).await,
    }
}
