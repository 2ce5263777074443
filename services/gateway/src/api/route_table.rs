//! Every path of the API's origin: who may call it and which service answers. What is not here does not exist.

use actix_web::http::Method;
use domain::Scope;
use internal_auth::ServiceName;

/// What a route needs of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// An API key with this scope (spec section 1).
    Key(Scope),
    /// Nobody in particular: signers, browsers, Stripe.
    Open,
    /// Nobody in particular, but only so often from one address: it is work.
    OpenAtARate,
}

/// What the gateway does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Hand it on, bodies streaming both ways.
    Forward(ServiceName),
    /// As [`Act::Forward`] to signing, behind a hold of one unit.
    Create,
    /// As [`Act::Forward`] to signing, counted.
    Download,
    /// Answered here.
    Counter,
    OpenApi,
    Reference,
    ErrorPage,
    Home,
}

/// The body a route reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Multipart,
    Any,
}

/// One line of the table. In `path`, `{}` stands for one segment and a final `*` for any rest.
#[derive(Debug)]
pub(crate) struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
    pub act: Act,
    pub media: Media,
}

const SIGNING: Act = Act::Forward(ServiceName::Signing);
const BILLING: Act = Act::Forward(ServiceName::Billing);

macro_rules! routes {
    ($($method:ident $path:literal $access:expr, $act:expr, $media:ident;)*) => {
        &[$(Route { method: stringify!($method), path: $path, access: $access, act: $act, media: Media::$media }),*]
    };
}

/// The table, in the order of spec section 1.
pub(crate) static ROUTES: &[Route] = routes! {
    POST   "/JSON/signatureRequest"        Access::Key(Scope::RequestsWrite), Act::Create, Json;
    PATCH  "/JSON/signatureRequest"        Access::Key(Scope::RequestsWrite), SIGNING, Json;
    POST   "/JSON/signatureRequest/{}"     Access::Key(Scope::RequestsWrite), SIGNING, Json;
    DELETE "/JSON/signatureRequest/{}"     Access::Key(Scope::RequestsWrite), SIGNING, Any;
    GET    "/downloadDocument/{}"          Access::Open, SIGNING, Any;
    GET    "/openDocument/{}"              Access::Open, SIGNING, Any;
    POST   "/JSON/document"                Access::Key(Scope::DocumentsWrite), SIGNING, Json;
    POST   "/JSON/upload"                  Access::Key(Scope::RequestsWrite), Act::Create, Multipart;
    GET    "/JSON/document/metadata/{}"    Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/JSON/document/{}"             Access::Key(Scope::DocumentsRead), Act::Download, Any;
    DELETE "/JSON/document/{}"             Access::Key(Scope::DocumentsWrite), SIGNING, Any;
    POST   "/JSON/document/{}/send"        Access::Key(Scope::DocumentsWrite), SIGNING, Json;
    GET    "/JSON/list/flat"               Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/JSON/counter"                 Access::Key(Scope::UsageRead), Act::Counter, Any;
    GET    "/rest/document/{}"             Access::Key(Scope::DocumentsRead), Act::Download, Any;
    GET    "/v1/documents/{}/report"       Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/v1/documents/{}/pages/{}"     Access::Key(Scope::DocumentsRead), SIGNING, Any;
    POST   "/v1/verify"                    Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/v1/charges"                   Access::Key(Scope::UsageRead), BILLING, Any;
    GET    "/v1/charges/{}"                Access::Key(Scope::UsageRead), BILLING, Any;
    GET    "/v1/documents/{}/audit"        Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/v1/documents/{}/original"     Access::Key(Scope::DocumentsRead), SIGNING, Any;
    GET    "/v1/callbacks"                 Access::Key(Scope::DocumentsRead), SIGNING, Any;
    POST   "/v1/callbacks/recover"         Access::Key(Scope::RequestsWrite), SIGNING, Json;
    GET    "/v1/callbacks/{}"              Access::Key(Scope::DocumentsRead), SIGNING, Any;
    POST   "/v1/callbacks/{}/resend"       Access::Key(Scope::RequestsWrite), SIGNING, Any;
    GET    "/v1/callback-secret"           Access::Key(Scope::RequestsWrite), SIGNING, Any;
    GET    "/viewDocument"                 Access::Open, SIGNING, Any;
    GET    "/viewDocument/*"               Access::Open, SIGNING, Any;
    GET    "/page/*"                       Access::Open, SIGNING, Any;
    POST   "/page/*"                       Access::Open, SIGNING, Json;
    GET    "/thankYouPage.html"            Access::Open, SIGNING, Any;
    GET    "/verify"                       Access::Open, SIGNING, Any;
    POST   "/verify"                       Access::OpenAtARate, SIGNING, Any;
    GET    "/pki/{}"                       Access::Open, SIGNING, Any;
    POST   "/stripe/webhook"               Access::Open, BILLING, Any;
    GET    "/openapi.json"                 Access::Open, Act::OpenApi, Any;
    GET    "/docs/errors/{}"               Access::Open, Act::ErrorPage, Any;
    GET    "/docs"                         Access::Open, Act::Reference, Any;
    GET    "/docs/*"                       Access::Open, Act::Reference, Any;
    GET    "/"                             Access::Open, Act::Home, Any;
    GET    "/{}"                           Access::Open, SIGNING, Any;
};

/// What a method and a path lead to.
#[derive(Debug)]
pub(crate) enum Found {
    Route(&'static Route),
    /// The path exists under these methods only.
    OtherMethods(Vec<&'static str>),
    Nothing,
}

/// Looks a call up; a trailing slash is tolerated (spec section 12), `HEAD` is answered like `GET`.
pub(crate) fn find(method: &Method, path: &str) -> Found {
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    let path = if path.is_empty() { "/" } else { path };
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let mut others = Vec::new();
    for route in ROUTES.iter().filter(|route| matches(route.path, path)) {
        if route.method == method {
            return Found::Route(route);
        }
        // A single segment at the root is the short link of a signature request, and only that.
        if route.path != "/{}" && !others.contains(&route.method) {
            others.push(route.method);
        }
    }
    if others.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(others)
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) | (Some("*"), Some(_)) => return true,
            (Some("{}"), Some(segment)) if !segment.is_empty() => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(method: &Method, path: &str) -> Option<Act> {
        match find(method, path) {
            Found::Route(route) => Some(route.act),
            Found::OtherMethods(_) | Found::Nothing => None,
        }
    }

    #[test]
    fn a_trailing_slash_changes_nothing() {
        assert_eq!(
            act(&Method::POST, "/JSON/signatureRequest/"),
            Some(Act::Create)
        );
        assert_eq!(
            act(&Method::GET, "/JSON/document/abc/"),
            Some(Act::Download)
        );
    }

    #[test]
    fn a_known_path_under_another_method_tells_which() {
        let Found::OtherMethods(methods) = find(&Method::PUT, "/JSON/document/abc") else {
            panic!("found")
        };
        assert_eq!(methods, ["GET", "DELETE"]);
        assert!(matches!(
            find(&Method::GET, "/JSON/nothing"),
            Found::Nothing
        ));
        assert!(matches!(find(&Method::DELETE, "/abc"), Found::Nothing));
    }

    #[test]
    fn metadata_is_not_taken_for_a_document() {
        assert_eq!(
            act(&Method::GET, "/JSON/document/metadata/abc"),
            Some(SIGNING)
        );
    }

    #[test]
    fn internal_paths_are_not_reachable() {
        for path in ["/internal/charges/x", "/api/tenant/me", "/internal/health"] {
            assert_eq!(act(&Method::GET, path), None, "{path}");
            assert_eq!(act(&Method::POST, path), None, "{path}");
        }
    }
}
