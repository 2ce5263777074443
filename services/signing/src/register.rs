//! Registers a signature request: the one act that is sold. All of it is one transaction, decided by the charge's verdict.

mod subject;

use std::time::Duration;

use ::mail::Address;
use client_signing::StoredAnswer;
use domain::{ChargeId, SignatureRequestId, TenantSlug, Timestamp, Verdict};
use store_kit::{StoreError, Tx};
use thiserror::Error;
use url::Url;

use crate::answer::SuccessBody;
use crate::audit::{self, Actor, Fact};
use crate::blob::BlobError;
use crate::callback;
use crate::charge;
use crate::codes::{self, NoSms};
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::document::{Forbidden, month};
use crate::engine::EngineError;
use crate::idempotency::{self, Attempt};
use crate::intake::{self, IntakeError, Stored};
use crate::link::new_link_key;
use crate::mail::{self, Cause, Invitation, Letter, PostError};
use crate::notices;
use crate::order::{Order, Registration};
use crate::round::Misshapen;
use crate::rules::InvalidRule;
use crate::store::usage::Counted;
use crate::store::{Owner, all_tenants, charges, documents, requests, usage};
use crate::tenant::{self, Tenant};
use crate::upload;
use subject::Subject;

const DEFAULT_LIFE: Duration = Duration::from_hours(24);
const LONGEST_LIFE: Duration = Duration::from_hours(10 * 24);

/// Why nothing was registered.
#[derive(Debug, Error)]
pub(crate) enum CreateError {
    #[error(transparent)]
    Misshapen(#[from] Misshapen),
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    /// A code is to go out by text message, and none does.
    #[error(transparent)]
    NoSms(#[from] NoSms),
    #[error("the expiration time is out of range")]
    Expiration(Option<i64>),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error("there is no such document")]
    UnknownDocument(String),
    #[error("the document has no field {0:?}")]
    UnknownField(String),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("another signature request on the document is open")]
    OpenRequest(SignatureRequestId),
    #[error("the id was registered before")]
    Exists(SignatureRequestId),
    /// Sound, but nothing is held for it.
    #[error("no signature request is left")]
    NoUnit,
    /// Another verdict was recorded on the charge first.
    #[error("the charge was decided before: {0}")]
    Decided(Verdict),
    /// Another call with the same key was faster.
    #[error("the key was used at the same moment")]
    KeyTaken,
    #[error("the gateway sent no charge")]
    NoTicket,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the sender's data cannot be kept")]
    Locked(#[from] Locked),
}

impl From<PostError> for CreateError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Locked(error) => Self::Locked(error),
        }
    }
}

/// What was done, and the body that tells it.
#[derive(Debug)]
pub(crate) struct Created {
    pub(crate) body: String,
    pub(crate) verdict: Option<Verdict>,
}

/// Whose create it is.
pub(crate) struct Create<'a> {
    pub(crate) attempt: &'a Attempt,
    pub(crate) slug: &'a TenantSlug,
    pub(crate) order: Order,
}

/// Creates: everything is checked first, so that a body is refused for what is wrong with it even when nothing is left
/// to pay with.
pub(crate) async fn create(desk: &Desk, create: Create<'_>) -> Result<Created, CreateError> {
    let Create {
        attempt,
        slug,
        order,
    } = create;
    let now = desk.clock.now();
    let expires_at = expiry(order.expiration_time, now)?;
    callback::check(desk, order.send_info_url.as_deref())?;
    let tenant = tenant::look_up(&desk.db, attempt.owner.tenant)
        .await?
        .named(slug);
    tenant.check_callback(order.send_info_url.as_deref())?;
    codes::check_sms(desk, &tenant, &order.rules)?;
    let subject = subject::of(desk, attempt.owner, &tenant, &order).await?;
    let id = match order.registration.clone() {
        Registration::Off => return store_only(desk, attempt, subject, now).await,
        Registration::Fresh => SignatureRequestId::generate(),
        Registration::Under(id) => id,
    };
    if requests::find(desk.db.reader(), attempt.owner, &id)
        .await?
        .is_some()
    {
        return Err(CreateError::Exists(id));
    }
    if attempt.has_no_charge() {
        return Err(CreateError::NoUnit);
    }
    let charge = attempt.held().ok_or(CreateError::NoTicket)?;
    let stored = subject.store(desk).await?;
    let new = New {
        attempt,
        tenant: &tenant,
        order: &order,
        subject: &subject,
        id,
        charge,
        expires_at,
        now,
    };
    let done = register(desk, &new, stored.as_ref()).await;
    if done.as_ref().is_err_and(CreateError::left_nothing)
        && let Some(stored) = &stored
    {
        intake::take_back(desk, stored).await;
    }
    let body = done?;
    crate::failpoint::reach("signing::registered").await;
    Ok(Created {
        body,
        verdict: Some(Verdict::Registered),
    })
}

impl CreateError {
    /// Whether certainly no row was written. A store that failed may have committed and lost only its answer: then the bytes
    /// belong to a document that was paid for.
    pub(crate) const fn left_nothing(&self) -> bool {
        !matches!(self, Self::Store(_))
    }
}

struct New<'a> {
    attempt: &'a Attempt,
    tenant: &'a Tenant,
    order: &'a Order,
    subject: &'a Subject,
    id: SignatureRequestId,
    charge: ChargeId,
    expires_at: Timestamp,
    now: Timestamp,
}

/// The transaction. What it decides on is locked in one order everywhere: charge, document, request.
async fn register(
    desk: &Desk,
    new: &New<'_>,
    stored: Option<&Stored>,
) -> Result<String, CreateError> {
    let owner = new.attempt.owner;
    let tx = desk.db.begin().await?;
    let is_bare = new.id.is_uuid() && requests::take_bare_link(&*tx, owner, &new.id).await?;
    let link_key = (!is_bare).then(new_link_key);
    let url = desk.addresses.open(&new.id, link_key.as_deref());
    decide(&tx, owner, new, &url).await?;
    let filename = place_document(&tx, owner, new, stored).await?;
    let held = |data: &String| desk.secrets.rows().seal(data, &new.id);
    let sig_data = new.order.sig_data.as_ref().map(held).transpose()?;
    let row = request_row(owner, new, (url.clone(), link_key), sig_data);
    if !requests::register(&*tx, row.clone()).await? {
        return Err(CreateError::Exists(new.id.clone()));
    }
    let of = (new.subject.id(), &new.id);
    codes::keep(&*tx, desk.secrets.codes(), owner, of, &new.order.rules).await?;
    note_registered(&tx, new).await?;
    invite(desk, &tx, new, (&filename, &url)).await?;
    notices::order(&tx, owner, &row, new.tenant, new.now).await?;
    let body = SuccessBody::created(&new.id, &url, new.subject.id()).to_text();
    if !idempotency::keep(&*tx, new.attempt, 200, &body, new.now).await? {
        return Err(CreateError::KeyTaken);
    }
    if matches!(new.subject, Subject::New { .. }) {
        usage::add(&*tx, owner, Counted::Files, month(new.now), 1).await?;
    }
    usage::add(&*tx, owner, Counted::SignatureRequests, month(new.now), 1).await?;
    tx.commit().await?;
    Ok(body)
}

/// Writes to the signer where the rules name an address.
async fn invite(
    desk: &Desk,
    tx: &Tx,
    new: &New<'_>,
    (filename, url): (&str, &str),
) -> Result<(), CreateError> {
    let rules = &new.order.rules;
    let to = rules.email_to.as_deref().map(Address::parse);
    let (Some(Ok(to)), Ok(link)) = (to, Url::parse(url)) else {
        return Ok(());
    };
    let cause = Cause {
        owner: new.attempt.owner,
        tenant: new.tenant,
        document: new.subject.id(),
        filename,
        request: Some(&new.id),
        rules,
    };
    let letter = Letter::SigningRequest(Invitation {
        link,
        message: rules.email_message.clone(),
        expires_at: new.expires_at,
    });
    mail::post(desk, tx, &cause, &to, &letter).await?;
    Ok(())
}

async fn note_registered(tx: &Tx, new: &New<'_>) -> Result<(), StoreError> {
    let by = Actor::Key(new.attempt.by.clone());
    let fact = Fact::Registered {
        expires_at: new.expires_at,
    };
    let about = (new.subject.id(), Some(&new.id));
    audit::note(&**tx, new.attempt.owner, about, (&by, &fact), new.now).await
}

async fn decide(tx: &Tx, owner: Owner, new: &New<'_>, url: &str) -> Result<(), CreateError> {
    let row = charges::Model {
        charge: new.charge,
        tenant: owner.tenant,
        mode: owner.mode,
        verdict: Verdict::Registered,
        signature_request: Some(new.id.clone()),
        document: Some(new.subject.id().clone()),
        url: Some(url.to_owned()),
        recorded_at: new.now,
    };
    if charges::record(&**tx, owner, row).await? {
        return Ok(());
    }
    let stands = all_tenants::charge(&**tx, new.charge).await?;
    Err(CreateError::Decided(
        stands.map_or(Verdict::Tombstoned, |row| row.verdict),
    ))
}

/// Answers the document's name.
async fn place_document(
    tx: &Tx,
    owner: Owner,
    new: &New<'_>,
    stored: Option<&Stored>,
) -> Result<String, CreateError> {
    match (new.subject, stored) {
        (Subject::New { id, prepared }, Some(stored)) => {
            let request = Some(new.id.clone());
            upload::insert(tx, new.attempt, (id, prepared, stored), request, new.now).await?;
            Ok(prepared.filename.clone().unwrap_or_else(|| id.to_string()))
        }
        (Subject::New { .. }, None) => Err(EngineError::CutOff.into()),
        (Subject::Stored { id, reopens }, _) => {
            let unknown = || CreateError::UnknownDocument(id.to_string());
            let mut document = documents::lock(&**tx, owner, id)
                .await?
                .ok_or_else(unknown)?;
            let current = subject::current_request(&**tx, owner, &document).await?;
            let next = subject::next_round(&document, current.as_ref(), *reopens, new.now)?;
            document.enter(next, new.now);
            document.current_request = Some(new.id.clone());
            if *reopens {
                document.delete_after = new.now.plus(new.tenant.keeps_unsigned());
            }
            let filename = document.filename.clone();
            documents::put(&**tx, document).await?;
            Ok(filename)
        }
    }
}

fn request_row(
    owner: Owner,
    new: &New<'_>,
    (url, link_key): (String, Option<String>),
    sig_data: Option<String>,
) -> requests::Model {
    requests::Model::waiting(requests::New {
        owner,
        id: new.id.clone(),
        document: new.subject.id().clone(),
        charge: new.charge,
        link_key,
        url,
        result_url: new.order.result_url.clone(),
        send_info_url: new.order.send_info_url.clone(),
        rules: new.order.rules.to_stored(),
        round: new.order.round.to_stored(),
        sig_data,
        expires_at: new.expires_at,
        registered_at: new.now,
    })
}

/// The default or the asked-for end, within what is allowed.
pub(crate) fn expiry(asked: Option<i64>, now: Timestamp) -> Result<Timestamp, CreateError> {
    match asked.map(Timestamp::from_millis) {
        None => Ok(now.plus(DEFAULT_LIFE)),
        Some(at) if now < at && at <= now.plus(LONGEST_LIFE) => Ok(at),
        Some(_) => Err(CreateError::Expiration(asked)),
    }
}

/// `off`: the file is kept, nothing is registered and nothing is charged.
async fn store_only(
    desk: &Desk,
    attempt: &Attempt,
    subject: Subject,
    now: Timestamp,
) -> Result<Created, CreateError> {
    let Subject::New { id, prepared } = subject else {
        return Err(Misshapen::new("/signatureRequestId", "off only with a new file").into());
    };
    upload::store(desk, attempt, (id, &prepared), now).await
}

/// What a registration under this charge was told, for a create that comes twice under one charge.
pub(crate) async fn told_before(
    desk: &Desk,
    charge: ChargeId,
) -> Result<Option<StoredAnswer>, StoreError> {
    Ok(all_tenants::charge(desk.db.reader(), charge)
        .await?
        .and_then(|row| charge::rebuilt(&row)))
}
