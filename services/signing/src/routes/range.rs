//! What part of a file a caller wants: `If-None-Match`, `Range`, `If-Range` (RFC 9110).

use std::ops::Range;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Part(Range<u64>),
    /// The caller has these bytes already.
    Nothing,
    /// The range lies outside the file.
    Unsatisfiable,
}

pub(super) fn wanted(request: &HttpRequest, etag: &str, size: u64) -> Wanted {
    let text = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if is_known(request, etag) {
        return Wanted::Nothing;
    }
    if text(header::IF_RANGE).is_some_and(|expected| expected.trim() != etag) {
        return Wanted::Whole;
    }
    text(header::RANGE).map_or(Wanted::Whole, |range| part(range, size))
}

/// The range as it was asked for.
pub(super) fn given(request: &HttpRequest) -> &str {
    let range = request.headers().get(header::RANGE);
    range
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Whether the caller says that it has these bytes (`If-None-Match`).
pub(super) fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let listed = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    listed
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == etag || one == "*")
}

/// One range of bytes; several at once, or anything else, gets the whole file, as the standard allows.
fn part(text: &str, size: u64) -> Wanted {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Wanted::Whole,
    };
    if range.is_empty() {
        Wanted::Unsatisfiable
    } else {
        Wanted::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(part("bytes=0-3", 10), Wanted::Part(0..4));
        assert_eq!(part("bytes=4-", 10), Wanted::Part(4..10));
        assert_eq!(part("bytes=-3", 10), Wanted::Part(7..10));
        assert_eq!(part("bytes=8-99", 10), Wanted::Part(8..10));
        assert_eq!(part("bytes=10-", 10), Wanted::Unsatisfiable);
        assert_eq!(part("bytes=0-1,3-4", 10), Wanted::Whole);
        assert_eq!(part("lines=0-1", 10), Wanted::Whole);
    }
}
