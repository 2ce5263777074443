//! A signature request after its registration: updated, given a callback, deleted.

mod state;

use domain::SignatureRequestId;
use store_kit::StoreError;
use thiserror::Error;

use crate::answer::SuccessBody;
use crate::audit::{self, Actor, Fact, KeyUse};
use crate::callback;
use crate::codes::{self, NoSms};
use crate::desk::Desk;
use crate::form;
use crate::notices;
use crate::opening::{self, PageError};
use crate::order::Change;
use crate::register::{self, CreateError};
use crate::round::{Misshapen, Round};
use crate::rules::{InvalidRule, Rules};
pub(crate) use state::{Moved, NotNow};

pub(crate) use crate::store::requests::RequestState;
use crate::store::{Owner, documents, requests};
use crate::tenant::{self, Tenant};

/// Why a request was not changed.
#[derive(Debug, Error)]
pub(crate) enum RequestError {
    #[error("there is no such signature request")]
    Unknown(String),
    #[error(transparent)]
    State(#[from] NotNow),
    #[error("the expiration time is out of range")]
    Expiration(Option<i64>),
    #[error(transparent)]
    Misshapen(#[from] Misshapen),
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    /// A code is to go out by text message, and none does.
    #[error(transparent)]
    NoSms(#[from] NoSms),
    /// The document cannot be looked at.
    #[error(transparent)]
    Page(Box<PageError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes what may still be changed: URLs always, the end and the rules while nobody has signed.
pub(crate) async fn update(
    desk: &Desk,
    owner: Owner,
    id: &str,
    change: Change,
) -> Result<SuccessBody, RequestError> {
    let now = desk.clock.now();
    let parsed = parse(id)?;
    let found = requests::find(desk.db.reader(), owner, &parsed)
        .await?
        .ok_or_else(|| unknown(id))?;
    callback::check(desk, change.send_info_url.as_deref())?;
    let tenant = tenant::look_up(&desk.db, owner.tenant).await?;
    tenant.check_callback(change.send_info_url.as_deref())?;
    if let Some(rules) = &change.rules {
        check_codes(desk, &tenant, &found, rules).await?;
    }
    let tx = desk.db.begin().await?;
    // The document first: the order in which every act locks.
    let document = documents::lock(&*tx, owner, &found.document).await?;
    let mut request = requests::lock(&*tx, owner, &parsed)
        .await?
        .ok_or_else(|| unknown(id))?;
    if request.state() == RequestState::Deleted {
        return Err(unknown(id));
    }
    let changes_the_round = change.expiration_time.is_some() || change.rules.is_some();
    // An ended round must not come back to life beside the one that followed it.
    let is_current =
        document.is_some_and(|document| document.current_request == Some(parsed.clone()));
    if changes_the_round && !(request.state().is_open() && is_current) {
        return Err(NotNow(request.state()).into());
    }
    if let Some(asked) = change.expiration_time {
        request.expires_at = register::expiry(Some(asked), now).map_err(|error| match error {
            CreateError::Expiration(asked) => RequestError::Expiration(asked),
            _ => RequestError::Misshapen(Misshapen::new("/expirationTime", "epoch milliseconds")),
        })?;
    }
    if let Some(rules) = change.rules {
        request.rules = rules.to_stored();
        let of = (&request.document, &parsed);
        codes::keep(&*tx, desk.secrets.codes(), owner, of, &rules).await?;
    }
    request.result_url = change.result_url.or(request.result_url);
    request.send_info_url = change.send_info_url.or(request.send_info_url);
    let url = desk
        .addresses
        .short(&request.id, request.link_key.as_deref());
    if changes_the_round {
        notices::order(&tx, owner, &request, &tenant, now).await?;
    }
    requests::put(&*tx, request).await?;
    tx.commit().await?;
    Ok(SuccessBody::updated(&parsed, url))
}

/// As at the registration: text messages are an option, and a code to sign needs something to sign.
async fn check_codes(
    desk: &Desk,
    tenant: &Tenant,
    request: &requests::Model,
    rules: &Rules,
) -> Result<(), RequestError> {
    codes::check_sms(desk, tenant, rules)?;
    if rules.sign_code.is_none() {
        return Ok(());
    }
    let owner = Owner {
        tenant: request.tenant,
        mode: request.mode,
    };
    let Some(document) = documents::find(desk.db.reader(), owner, &request.document).await? else {
        return Ok(());
    };
    let inspected = opening::inspect(desk, &document)
        .await
        .map_err(|error| RequestError::Page(Box::new(error)))?;
    let round = Round::stored(&request.round);
    Ok(form::check_sign_code(&inspected, &round, rules)?)
}

/// Ends the signer's link at once. The document stays, and the unit stays spent.
pub(crate) async fn delete(
    desk: &Desk,
    owner: Owner,
    id: &str,
    by: KeyUse,
) -> Result<(), RequestError> {
    let now = desk.clock.now();
    let parsed = parse(id)?;
    let found = requests::find(desk.db.reader(), owner, &parsed)
        .await?
        .ok_or_else(|| unknown(id))?;
    let tx = desk.db.begin().await?;
    // The document first: the order in which every act locks.
    documents::lock(&*tx, owner, &found.document).await?;
    let request = requests::lock(&*tx, owner, &parsed)
        .await?
        .filter(|request| request.state() != RequestState::Deleted)
        .ok_or_else(|| unknown(id))?
        .withdrawn(now)?;
    let about = (&request.document, Some(&request.id));
    audit::note(&*tx, owner, about, (&Actor::Key(by), &Fact::Withdrawn), now).await?;
    requests::put(&*tx, request).await?;
    Ok(tx.commit().await?)
}

fn parse(id: &str) -> Result<SignatureRequestId, RequestError> {
    SignatureRequestId::parse(id).map_err(|_| unknown(id))
}

fn unknown(id: &str) -> RequestError {
    RequestError::Unknown(id.to_owned())
}
