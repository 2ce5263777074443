//! The one table of errors: a stable code, the status it is told with, and a title. Each code has its page `docs/errors/<code>.md`.

use actix_web::http::StatusCode;

/// One way a call can fail.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub status: StatusCode,
    /// `message` under `/JSON`, `code` elsewhere; never change one (spec section 2).
    pub code: &'static str,
    pub title: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:ident, $code:literal, $title:literal;)*) => {
        $(pub static $name: Kind = Kind { status: StatusCode::$status, code: $code, title: $title };)*
        /// Every kind, for the documentation's and the contract's tests.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    // Wire contract, spec section 2.
    SIGNATURE_REQUEST_NOT_EXIST = BAD_REQUEST, "err.signature.request.not.exist", "There is no such signature request.";
    INVALID_JSON = BAD_REQUEST, "err.invalid.json", "The body is not the JSON we expect.";
    INVALID_FIELD = BAD_REQUEST, "err.invalid.field", "A field has a wrong type or value.";
    INVALID_FILE = BAD_REQUEST, "err.invalid.file", "The file cannot be signed.";
    INVALID_RULE = BAD_REQUEST, "err.invalid.rule", "There is no such rule.";
    UNKNOWN_FIELD_NAME = BAD_REQUEST, "err.unknown.field.name", "The document has no field of that name.";
    EXPIRATION_RANGE = BAD_REQUEST, "err.expiration.range", "The expiration time is out of range.";
    UNAUTHORIZED = UNAUTHORIZED, "err.unauthorized", "The API key is not valid.";
    EXHAUSTED = PAYMENT_REQUIRED, "err.signature.requests.exhausted", "No signature request is left.";
    DEBT = PAYMENT_REQUIRED, "err.debt", "Signature requests are owed.";
    API_NOT_ACTIVE = FORBIDDEN, "err.api.not.active", "The API is not active.";
    FORBIDDEN = FORBIDDEN, "err.forbidden", "This is not allowed.";
    NOT_FOUND = NOT_FOUND, "err.not.found", "There is no such thing.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "err.method.not.allowed", "This path does not take that method.";
    SIGNATURE_REQUEST_EXISTS = CONFLICT, "err.signature.request.exists", "This signatureRequestId was registered before.";
    DOCUMENT_STATE = CONFLICT, "err.document.state", "The document is not in a state that allows this.";
    IDEMPOTENCY_MISMATCH = CONFLICT, "err.idempotency.mismatch", "The same Idempotency-Key came with a different body.";
    IDEMPOTENCY_IN_FLIGHT = CONFLICT, "err.idempotency.in.flight", "The first call with this Idempotency-Key is still running.";
    IDEMPOTENCY_EXPIRED = CONFLICT, "err.idempotency.expired", "This Idempotency-Key was used too long ago to be replayed.";
    FILE_TOO_LARGE = PAYLOAD_TOO_LARGE, "err.file.too.large", "The file or body is too large.";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "err.unsupported.media.type", "We do not read this media type.";
    INVALID_RANGE = RANGE_NOT_SATISFIABLE, "err.invalid.range", "The file has no such bytes.";
    TAGS_NOT_FOUND = UNPROCESSABLE_ENTITY, "err.tags.not.found", "The document has no tag.";
    PAGE_NOT_DRAWN = UNPROCESSABLE_ENTITY, "err.page.not.drawn", "The page cannot be shown as a picture.";
    RATE_LIMITED = TOO_MANY_REQUESTS, "err.rate.limited", "Too many calls.";
    UPSTREAM = BAD_GATEWAY, "err.upstream", "A service behind us answered wrongly.";
    UNAVAILABLE = SERVICE_UNAVAILABLE, "err.unavailable", "This is not available at the moment.";
    TIMEOUT = GATEWAY_TIMEOUT, "err.timeout", "A service behind us did not answer in time.";
    INTERNAL = INTERNAL_SERVER_ERROR, "err.internal", "Something failed on our side.";
    // The operator's choice (setting `signed_uploads`).
    ALREADY_SIGNED = BAD_REQUEST, "err.already.signed", "The file bears signatures already, and this server takes none that does.";

    // The signer's page.
    LINK_INVALID = UNAUTHORIZED, "err.link.invalid", "This link does not open a document.";
    LINK_ENDED = GONE, "err.link.ended", "This link no longer opens the document.";
    CODE_REQUIRED = FORBIDDEN, "err.code.required", "A verification code is needed first.";
    CODE_WRONG = BAD_REQUEST, "err.code.wrong", "This is not the verification code.";
    CODE_EXPIRED = BAD_REQUEST, "err.code.expired", "No verification code is valid at the moment.";
    CODE_LOCKED = TOO_MANY_REQUESTS, "err.code.locked", "Too many wrong verification codes.";

    // The portal.
    SIGN_IN_FAILED = UNAUTHORIZED, "err.sign.in.failed", "The e-mail address and password do not match.";
    SESSION_ENDED = UNAUTHORIZED, "err.session.ended", "You are signed out.";
    EMAIL_NOT_CONFIRMED = FORBIDDEN, "err.email.not.confirmed", "The e-mail address is not confirmed yet.";
    WEAK_PASSWORD = BAD_REQUEST, "err.weak.password", "The password is too weak.";
    CONFIRMATION_INVALID = BAD_REQUEST, "err.confirmation.invalid", "This confirmation link is not valid.";
    ALREADY_ACTIVE = CONFLICT, "err.already.active", "The API is active already.";
    INVALID_PUBLIC_KEY = BAD_REQUEST, "err.invalid.public.key", "This is not a public key we can encrypt to.";
    ORIGIN_REFUSED = FORBIDDEN, "err.origin.refused", "Writes are taken from the portal's own pages only.";
    UNKNOWN_BUNDLE = BAD_REQUEST, "err.unknown.bundle", "There is no such bundle.";
    NOT_PAID = CONFLICT, "err.not.paid", "No money came in for this purchase.";
    REFUND_UNDER_WAY = CONFLICT, "err.refund.under.way", "A refund of this purchase is under way.";
    KEY_NOT_ACTIVE = CONFLICT, "err.key.not.active", "The key is revoked or expired.";
    INVALID_STRIPE_SIGNATURE = BAD_REQUEST, "err.invalid.stripe.signature", "The webhook is not signed by Stripe.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn no_code_stands_twice() {
        let codes: HashSet<_> = super::ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), super::ALL.len());
    }
}
