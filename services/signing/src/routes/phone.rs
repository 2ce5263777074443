//! What the page asks while its signer goes on at a phone.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use http_kit::{Caller, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::bearer;
use crate::desk::Desk;
use crate::permission::OpenLinks;
use crate::phone;
use crate::submission::{self, MAX_LOCALE_CHARS};

/// Who asks.
#[derive(Deserialize, IntoParams)]
pub(crate) struct PhoneQuery {
    /// The browser's, such as `sk-SK`: it goes with the result URL.
    locale: Option<String>,
}

/// How far the signer has come on the phone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneBody {
    /// `tosign`, `sealing`, `signed` or `canceled`.
    state: &'static str,
    /// Where the browser that waits goes: with `result=mobile` where the document was signed.
    result_url: String,
    /// The signer's link, for the QR code; absent once there is nothing left to sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// A phone or tablet has opened the document.
    opened: bool,
}

/// The link for the phone, and how far it has come there.
#[utoipa::path(
    operation_id = "follow_phone",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address."), PhoneQuery),
    responses(
        (status = 200, body = PhoneBody),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 404, body = ProblemBody, description = "The request offers no phone."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/phone")]
pub(crate) async fn follow_phone(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    query: Query<PhoneQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let locale = query.into_inner().locale;
    let locale = locale.map(|locale| submission::shortened(&locale, MAX_LOCALE_CHARS));
    let followed = phone::follow(&desk, signer, locale).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(PhoneBody {
            state: followed.standing.as_str(),
            result_url: followed.result_url,
            link: followed.link,
            opened: followed.is_open,
        }))
}
