//! The hosted Checkout page: shows what is bought, takes a test card, sends the browser back.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get, post};

use crate::api_error::ApiError;
use crate::card::{Authentication, DECLINED_CARD, Decline, GOOD_CARD};
use crate::cashier::Cashier;
use crate::pages::pay::{self as page, CardForm};
use crate::params::Params;
use crate::payment::{Attempted, Payment, Promptness, Way};
use crate::routes::page_of;
use crate::session::{Payer, Session, SessionStatus};
use crate::webhook::blocking;

const CARD_EXPIRY: &str = "12 / 34";
const CARD_CVC: &str = "123";

#[get("/c/pay/{id}")]
pub(crate) async fn show(id: Path<String>, cashier: Data<Cashier>) -> HttpResponse {
    match blocking(move || cashier.session(&id)).await {
        Ok(session) => match session.status {
            SessionStatus::Open => open(
                StatusCode::OK,
                &session,
                &CardForm::filled_in(&session),
                None,
            ),
            SessionStatus::Complete => page_of(StatusCode::OK, page::paid(&session)),
            SessionStatus::Expired => page_of(StatusCode::GONE, page::expired(&session)),
        },
        Err(error) => failed(&error),
    }
}

/// A field that is not sent counts as it was filled in: an empty form pays.
#[post("/c/pay/{id}")]
pub(crate) async fn pay(id: Path<String>, body: Bytes, cashier: Data<Cashier>) -> HttpResponse {
    let mut params = Params::parse(&body);
    let attempt = params.take("attempt").unwrap_or_default();
    let authentication = match params.take("authentication").as_deref() {
        Some("passed") => Authentication::Passed,
        Some("failed") => Authentication::Failed,
        _ => Authentication::NotAsked,
    };
    let mut field =
        |name: &str, filled_in: &str| params.take(name).unwrap_or_else(|| filled_in.to_owned());
    let mut form = CardForm {
        number: field("card_number", GOOD_CARD),
        expiry: field("card_expiry", CARD_EXPIRY),
        cvc: field("card_cvc", CARD_CVC),
        name: field("card_name", ""),
        email: field("email", ""),
        promptness: match field("webhook", "").as_str() {
            "late" => Promptness::Late,
            "by_hand" => Promptness::ByHand,
            _ => Promptness::AtOnce,
        },
    };
    if attempt == "decline" {
        DECLINED_CARD.clone_into(&mut form.number);
    }
    let way = if attempt == "debit" {
        Way::BankDebit
    } else {
        Way::Card
    };
    let attempted = Attempted {
        way,
        authentication,
        ..attempted(&form)
    };
    match blocking(move || cashier.pay(&id, attempted)).await {
        Ok(Payment::Paid(session)) => see_other(&session.landing_page()),
        Ok(Payment::Refused(session, decline)) => open(
            StatusCode::PAYMENT_REQUIRED,
            &session,
            &form,
            Some(&decline),
        ),
        Ok(Payment::Challenged(session)) => {
            page_of(StatusCode::OK, page::challenge(&session, &form))
        }
        Ok(Payment::Expired(session)) => page_of(StatusCode::GONE, page::expired(&session)),
        Err(error) => failed(&error),
    }
}

pub(crate) async fn not_found() -> HttpResponse {
    page_of(StatusCode::NOT_FOUND, page::nothing_here())
}

impl CardForm {
    fn filled_in(session: &Session) -> Self {
        Self {
            number: GOOD_CARD.to_owned(),
            expiry: CARD_EXPIRY.to_owned(),
            cvc: CARD_CVC.to_owned(),
            name: String::new(),
            email: session.customer_email.clone().unwrap_or_default(),
            promptness: Promptness::AtOnce,
        }
    }
}

fn attempted(form: &CardForm) -> Attempted {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Attempted {
        number: form.number.clone(),
        expiry: form.expiry.clone(),
        cvc: form.cvc.clone(),
        payer: Payer {
            email: given(&form.email),
            name: given(&form.name),
        },
        promptness: form.promptness,
        way: Way::Card,
        authentication: Authentication::NotAsked,
    }
}

fn open(
    status: StatusCode,
    session: &Session,
    form: &CardForm,
    decline: Option<&Decline>,
) -> HttpResponse {
    page_of(status, page::open(session, form, decline))
}

pub(super) fn failed(error: &ApiError) -> HttpResponse {
    if error.status == 404 {
        return page_of(StatusCode::NOT_FOUND, page::nothing_here());
    }
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a page of the sandbox failed"
    );
    page_of(
        StatusCode::INTERNAL_SERVER_ERROR,
        page::out_of_order(&error.to_string()),
    )
}

/// 303: the browser comes back with GET, and reloading there pays nothing again.
pub(super) fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address))
        .finish()
}
