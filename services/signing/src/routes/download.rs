//! A stored file as an answer: whole or the range that was asked for, with what caches and resumed downloads need.

use std::ops::Range;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use http_kit::{Problem, kind};

use super::range::{self, Wanted};
use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::document::DocumentError;
use crate::link;

pub(super) const PDF: &str = "application/pdf";

/// A file that can be downloaded.
pub(super) struct Download {
    pub(super) blob: BlobKey,
    /// In hex; the entity tag.
    pub(super) sha256: String,
    pub(super) size_bytes: u64,
    pub(super) filename: String,
    pub(super) content_type: &'static str,
}

impl Download {
    pub(super) async fn answer(
        &self,
        desk: &Desk,
        request: &HttpRequest,
    ) -> Result<HttpResponse, Problem> {
        let size = self.size_bytes;
        let etag = format!("\"{}\"", self.sha256);
        let mut answer = match range::wanted(request, &etag, size) {
            Wanted::Nothing => {
                return Ok(HttpResponse::NotModified()
                    .insert_header((header::ETAG, etag))
                    .finish());
            }
            Wanted::Unsatisfiable => {
                return Err(Problem::new(&kind::INVALID_RANGE)
                    .value(range::given(request))
                    .detail(format!(
                        "Ask for bytes from 0 to {}.",
                        size.saturating_sub(1)
                    ))
                    .header("content-range", &format!("bytes */{size}")));
            }
            Wanted::Whole => self.body(desk, 0..size, StatusCode::OK).await?,
            Wanted::Part(part) => {
                let told = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
                let mut answer = self.body(desk, part, StatusCode::PARTIAL_CONTENT).await?;
                if let Ok(told) = HeaderValue::from_str(&told) {
                    answer.headers_mut().insert(header::CONTENT_RANGE, told);
                }
                answer
            }
        };
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            answer.headers_mut().insert(header::ETAG, etag);
        }
        Ok(answer)
    }

    async fn body(
        &self,
        desk: &Desk,
        part: Range<u64>,
        status: StatusCode,
    ) -> Result<HttpResponse, Problem> {
        let length = part.end.saturating_sub(part.start);
        let stream = desk
            .blobs
            .read(&self.blob, part)
            .await
            .map_err(DocumentError::Blob)?;
        Ok(HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, self.content_type))
            .insert_header((
                header::CONTENT_DISPOSITION,
                link::content_disposition(&self.filename),
            ))
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::CACHE_CONTROL, "private, no-cache"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .no_chunking(length)
            .streaming(stream))
    }
}
