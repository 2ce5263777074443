//! The two cookies of a portal session, on their way in and out.

use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use internal_auth::portal_session::{ACCESS_LIFETIME, CookieNames, REFRESH_LIFETIME};

use crate::sessions::SignedIn;

/// The refresh token of a request, if it carries one.
pub(super) fn refresh_token(request: &HttpRequest, names: CookieNames) -> Option<String> {
    request
        .headers()
        .get_all(COOKIE)
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == names.refresh && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` values that sign a browser in.
pub(super) fn signed_in(names: CookieNames, session: &SignedIn) -> Vec<HeaderValue> {
    let (access, refresh) = (session.access.as_str(), session.refresh.reveal());
    [
        cookie(names, names.access, access, ACCESS_LIFETIME.as_secs()),
        cookie(names, names.refresh, refresh, REFRESH_LIFETIME.as_secs()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The `Set-Cookie` values that make a browser forget both.
pub(super) fn signed_out(names: CookieNames) -> Vec<HeaderValue> {
    [
        cookie(names, names.access, "", 0),
        cookie(names, names.refresh, "", 0),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// None only if a value were no header value, which base64url and JWT always are.
fn cookie(names: CookieNames, name: &str, value: &str, max_age: u64) -> Option<HeaderValue> {
    let secure = if names.secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}"
    ))
    .ok()
}
