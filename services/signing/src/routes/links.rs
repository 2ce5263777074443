//! The signer's link and what lies behind it: redirects, the page's files, plain pages. No GET here changes anything.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, route};
use domain::SignatureRequestId;
use http_kit::{Caller, Problem, ProblemBody, kind};
use rust_embed::RustEmbed;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::desk::Desk;
use crate::error::store_failed;
use crate::permission::OpenLinks;
use crate::plain_page::{self, Message};
use crate::signer::{self, Destination};

/// The page as it was built; in development it is read from the folder, so that a rebuilt page shows at once.
#[derive(RustEmbed)]
#[folder = "page/dist"]
struct PageFiles;

/// What the page may do: its own scripts and pdf.js' WebAssembly, pictures it draws itself, calls to its own origin.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self' blob: data:; \
     connect-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
     form-action 'none'";
/// A plain page has one style sheet of its own and nothing else.
const PLAIN_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
     form-action 'none'";
/// The name of a built file changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A policy, and who may show what is under it in a frame: our own pages, and those that the tenant allows (spec section 5).
fn policy(base: &str, frames: &[String]) -> String {
    let mut ancestors = vec!["'self'"];
    ancestors.extend(frames.iter().map(String::as_str));
    format!("{base}; frame-ancestors {}", ancestors.join(" "))
}

/// The document that a page is about, where its address tells.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Viewed {
    /// The documentId.
    id: Option<String>,
}

/// The key of a link whose id could be guessed.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LinkKey {
    k: Option<String>,
}

/// Follows a signer's link to the page.
#[utoipa::path(
    get,
    path = "/openDocument/{id}",
    operation_id = "open_document",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The signatureRequestId."), LinkKey),
    responses(
        (status = 302, description = "To the page."),
        (status = 400, content_type = "text/html", body = String, description = "The link opens nothing."),
        (status = 410, content_type = "text/html", body = String, description = "The link has ended."),
    )
)]
#[route("/openDocument/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn open_document(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    key: Query<LinkKey>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let destination = signer::follow(&desk, &id, key.k.as_deref())
        .await
        .map_err(store_failed)?;
    Ok(match destination {
        Destination::Page(page) => HttpResponse::Found()
            .insert_header((header::LOCATION, page))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
        Destination::Ended { how, lang, frames } => {
            plain(StatusCode::GONE, how.into(), (&lang, &frames))
        }
        Destination::Unknown => plain(
            StatusCode::BAD_REQUEST,
            Message::UnknownLink,
            (browser_language(&request), &[]),
        ),
    })
}

/// The link as the answer to an update gives it.
#[utoipa::path(
    get,
    path = "/{id}",
    operation_id = "open_document_short",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "A signatureRequestId: a UUID, or any with its key."), LinkKey),
    responses(
        (status = 302, description = "To the signer's link."),
        (status = 404, body = ProblemBody, description = "This is no link."),
    )
)]
#[route("/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn open_document_short(
    _: Caller<OpenLinks>,
    id: Path<String>,
    key: Query<LinkKey>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    // Any other path of one segment would be a link otherwise.
    let link = SignatureRequestId::parse(&id)
        .ok()
        .filter(|id| id.is_uuid() || key.k.is_some())
        .ok_or_else(|| Problem::new(&kind::NOT_FOUND).value(request.path()))?;
    let query = request.query_string();
    let joint = if query.is_empty() { "" } else { "?" };
    let target = format!("/openDocument/{link}{joint}{query}");
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, target))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// The signer's page.
#[utoipa::path(
    get,
    path = "/viewDocument",
    operation_id = "view_document",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(Viewed),
    responses((status = 200, content_type = "text/html", body = String))
)]
#[route("/viewDocument", method = "GET", method = "HEAD")]
pub(crate) async fn view_document(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    viewed: Query<Viewed>,
) -> Result<HttpResponse, Problem> {
    let frames = signer::frames_of(&desk, viewed.id.as_deref())
        .await
        .map_err(store_failed)?;
    built_page("index.html", &frames)
}

/// A page as the build put it out, under the policy that all of them keep.
pub(super) fn built_page(name: &str, frames: &[String]) -> Result<HttpResponse, Problem> {
    let page = PageFiles::get(name).ok_or_else(|| {
        Problem::new(&kind::UNAVAILABLE).detail("The signing page was not built: run make.")
    })?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(PAGE_POLICY, frames)))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(page.data.into_owned()))
}

/// The page's scripts, styles and fonts.
#[utoipa::path(
    get,
    path = "/viewDocument/{path}",
    operation_id = "view_document_file",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("path" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = ProblemBody),
    )
)]
#[route("/viewDocument/{path:.*}", method = "GET", method = "HEAD")]
pub(crate) async fn view_document_file(
    _: Caller<OpenLinks>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let file = PageFiles::get(&path).ok_or_else(|| Problem::new(&kind::NOT_FOUND))?;
    let cached = if path.starts_with("assets/") {
        FOR_EVER
    } else {
        "no-cache"
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.metadata.mimetype()))
        .insert_header((header::CACHE_CONTROL, cached))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // A worker's own policy is that of its script's answer, not of the page that started it.
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(PAGE_POLICY, &[])))
        .body(file.data.into_owned()))
}

/// How the signing ended.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Ending {
    result: Option<String>,
    lang: Option<String>,
    docid: Option<String>,
}

/// Where the browser ends where the sender named no page of his own.
#[utoipa::path(
    get,
    path = "/thankYouPage.html",
    operation_id = "thank_you_page",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(Ending),
    responses((status = 200, content_type = "text/html", body = String))
)]
#[route("/thankYouPage.html", method = "GET", method = "HEAD")]
pub(crate) async fn thank_you_page(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    ending: Query<Ending>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let message = match ending.result.as_deref() {
        Some("close") => Message::NotSigned,
        _ => Message::ThankYou,
    };
    let told = ending.lang.as_deref().and_then(signer::language_of);
    let lang = told.unwrap_or_else(|| browser_language(&request));
    let frames = signer::frames_of(&desk, ending.docid.as_deref())
        .await
        .map_err(store_failed)?;
    Ok(plain(StatusCode::OK, message, (lang, &frames)))
}

/// A page without a script, in a language, for those who may frame it.
pub(super) fn plain(
    status: StatusCode,
    message: Message,
    (lang, frames): (&str, &[String]),
) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            policy(PLAIN_POLICY, frames),
        ))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(plain_page::html(message, lang))
}

pub(super) fn browser_language(request: &HttpRequest) -> &'static str {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
    accepted
        .and_then(|value| value.to_str().ok())
        .and_then(signer::language_of)
        .unwrap_or("en")
}
