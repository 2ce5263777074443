//! Reads bodies, up to a limit: whole, or with the file taken out as they arrive. What does not arrive whole is never acted on.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt as _;
use http_kit::malformed::MAX_JSON_BYTES;
use http_kit::{Problem, kind};

use crate::order::Sieve;

/// Beside the file in a body: everything else that a create may say.
const BESIDE_THE_FILE: usize = 256 * 1024;

/// Why a body cannot be read.
pub(crate) enum BodyError {
    TooLarge,
    Cut,
}

/// A JSON body that carries a file of at most `file` bytes: a third more in base64, and line breaks.
const fn json_limit(file: usize) -> usize {
    file / 3 * 4 + file / 16 + BESIDE_THE_FILE
}

/// The whole body. One that is too large is drained as far again, so that the sender gets to read our answer.
pub(crate) async fn whole(mut payload: Payload, limit: usize) -> Result<Bytes, BodyError> {
    let mut body = BytesMut::new();
    let mut drained: usize = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Cut)?;
        if drained == 0 && body.len() + chunk.len() <= limit {
            body.extend_from_slice(&chunk);
            continue;
        }
        drained += chunk.len();
        if limit < drained {
            break;
        }
    }
    if drained == 0 {
        Ok(body.freeze())
    } else {
        Err(BodyError::TooLarge)
    }
}

/// The body of a call that carries no file.
pub(crate) async fn without_a_file(payload: Payload) -> Result<Bytes, Problem> {
    whole(payload, MAX_JSON_BYTES)
        .await
        .map_err(|error| match error {
            BodyError::Cut => cut(),
            BodyError::TooLarge => Problem::new(&kind::FILE_TOO_LARGE)
                .value(MAX_JSON_BYTES)
                .detail(format!("The body may have at most {MAX_JSON_BYTES} bytes.")),
        })
}

/// A JSON body that carries a file of at most `file` bytes: the file decoded, the rest as text; and what the whole of it is
/// told from another body by. The file is in memory once, and its base64 never.
pub(crate) async fn sifted(
    request: &HttpRequest,
    mut payload: Payload,
    file: usize,
) -> Result<(Sieve, String), BodyError> {
    let limit = json_limit(file);
    let mut sieve = Sieve::expecting(declared_length(request).min(limit));
    let mut hash = blake3::Hasher::new();
    let (mut size, mut drained): (usize, usize) = (0, 0);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Cut)?;
        let is_room = drained == 0 && sieve.rest_bytes() <= BESIDE_THE_FILE;
        if is_room && size + chunk.len() <= limit {
            size += chunk.len();
            hash.update(&chunk);
            sieve.take(&chunk);
            continue;
        }
        drained += chunk.len();
        if limit < drained {
            break;
        }
    }
    if drained == 0 && sieve.rest_bytes() <= BESIDE_THE_FILE {
        Ok((sieve, hash.finalize().to_hex().to_string()))
    } else {
        Err(BodyError::TooLarge)
    }
}

fn declared_length(request: &HttpRequest) -> usize {
    let value = request.headers().get(header::CONTENT_LENGTH);
    value
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or(0)
}

/// What a sender hears whose body broke off; hardly ever read, since the line is gone.
pub(crate) fn cut() -> Problem {
    Problem::new(&kind::INVALID_JSON).detail("The body did not arrive whole; send it again.")
}
