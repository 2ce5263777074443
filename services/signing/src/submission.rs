//! Submit and Cancel: the signer's act is checked against what was asked, then kept; the seal follows by itself.

mod check;

use std::collections::BTreeMap;

use domain::{EventId, Timestamp};
use serde::Deserialize;
use store_kit::{StoreError, outbox};
use utoipa::ToSchema;

use crate::audit::{self, Actor, Fact, Visit, Way};
use crate::callback;
use crate::codes;
use crate::desk::Desk;
use crate::link::Outcome;
use crate::opening::{self, PageError};
use crate::round::Round;
use crate::sealing::{self, Act, Signature};
use crate::signature_request::RequestState;
use crate::signer::{Ended, LinkError, Signer};
use crate::store::{documents, requests, submissions};
use crate::tenant::Tenant;

const MAX_REASON_CHARS: usize = 500;
pub(crate) const MAX_LOCALE_CHARS: usize = 35;
pub(crate) const MAX_ZONE_CHARS: usize = 64;

/// What the page sends on Submit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionBody {
    /// The digest of the opening: what was seen is what is signed.
    pub(crate) digest: String,
    pub(crate) signer_name: Option<String>,
    pub(crate) locale: String,
    pub(crate) time_zone: String,
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) signatures: Vec<Signature>,
    /// `keepRawInk` of the opening: whether the signer was told that raw ink is kept. Where nobody was told, it is not.
    #[serde(default)]
    pub(crate) keep_raw_ink: bool,
    /// `opening` of the opening, where a code confirms the signature.
    #[serde(default)]
    pub(crate) opening: Option<String>,
    /// What the code to sign gave for this opening.
    #[serde(default)]
    pub(crate) code_pass: Option<String>,
}

/// What the page sends on Cancel.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CancellationBody {
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
    #[serde(default)]
    pub(crate) locale: String,
}

/// Where the signer's act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    ToSign,
    Sealing,
    Signed,
    Canceled,
}

impl Standing {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ToSign => "tosign",
            Self::Sealing => "sealing",
            Self::Signed => "signed",
            Self::Canceled => "canceled",
        }
    }
}

/// Where it stands, and where the browser goes: `done` is what it is told where the document was signed.
pub(crate) fn standing(
    desk: &Desk,
    signer: &Signer,
    done: Outcome,
) -> Result<(Standing, String), PageError> {
    let now = desk.clock.now();
    let standing = match (signer.request.state(), signer.ended(now)) {
        (RequestState::Sealing, _) => Standing::Sealing,
        (_, Some(Ended::Signed)) => Standing::Signed,
        (_, Some(Ended::Canceled)) => Standing::Canceled,
        (_, Some(how @ (Ended::Expired | Ended::Deleted))) => {
            return Err(LinkError::Ended(how).into());
        }
        (_, None) => Standing::ToSign,
    };
    let outcome = match standing {
        Standing::Signed | Standing::Sealing => done,
        Standing::Canceled | Standing::ToSign => Outcome::Close,
    };
    let at = signer.request.ended_at.unwrap_or(now);
    Ok((standing, signer.result_url(desk, outcome, at)))
}

/// Takes the act: checked, tried on the document, kept with the job that seals it. Answers where the browser may go.
pub(crate) async fn submit(
    desk: &Desk,
    signer: Signer,
    body: SubmissionBody,
    mut visit: Visit,
) -> Result<String, PageError> {
    opening::check_open(desk, &signer)?;
    if body.digest.to_ascii_lowercase() != signer.document.sha256 {
        return Err(PageError::Changed);
    }
    let (of_opening, pass) = (body.opening.clone(), body.code_pass.clone());
    let proof = (of_opening.as_deref(), pass.as_deref());
    codes::confirm(desk, desk.db.reader(), &signer, proof).await?;
    let round = Round::stored(&signer.request.round);
    let inspected = opening::inspect(desk, &signer.document).await?;
    let locale = shortened(&body.locale, MAX_LOCALE_CHARS);
    visit.language = Some(locale.clone());
    visit.zone = Some(shortened(&body.time_zone, MAX_ZONE_CHARS));
    let tenant = signer.tenant(desk).await?;
    let told = body.keep_raw_ink;
    let mut act = check::act(&inspected, &signer.rules(), &round, body)?;
    act.keep_raw_ink = told && tenant.keeps_raw_ink();
    try_out(desk, &signer, (&tenant, &round), &act).await?;
    let now = desk.clock.now();
    let kept = Kept {
        act: &act,
        proof,
        visit,
        locale,
        now,
    };
    let signer = keep(desk, signer, kept).await?;
    desk.sealer.now();
    Ok(signer.result_url(desk, Outcome::Success, now))
}

/// Seals for trial: what cannot be sealed is told now, to the one who can mend it, so that the job cannot stick on it.
async fn try_out(
    desk: &Desk,
    signer: &Signer,
    (tenant, round): (&Tenant, &Round),
    act: &Act,
) -> Result<(), PageError> {
    let bytes = opening::served(desk, &signer.document).await?;
    let input = sealing::seal_input(act, &signer.rules(), round, desk.clock.now());
    for text in input
        .signatures
        .iter()
        .filter_map(|one| one.caption.as_deref())
    {
        if let Some(character) = pdf::unwritable_character(text) {
            return Err(PageError::Refused(format!(
                "The character {character} cannot be shown."
            )));
        }
    }
    sealing::try_out(desk, signer.owner, tenant, bytes, input).await?;
    Ok(())
}

struct Kept<'a> {
    act: &'a Act,
    /// Opening and pass of a code to sign.
    proof: (Option<&'a str>, Option<&'a str>),
    visit: Visit,
    locale: String,
    now: Timestamp,
}

/// One transaction: the document is being sealed, and the job that does it exists.
async fn keep(desk: &Desk, mut signer: Signer, kept: Kept<'_>) -> Result<Signer, PageError> {
    let owner = signer.owner;
    let tx = desk.db.begin().await?;
    let seen = signer.document.sha256.clone();
    signer = locked(&*tx, signer).await?;
    opening::check_open(desk, &signer)?;
    if signer.document.sha256 != seen {
        return Err(PageError::Changed);
    }
    // Once more: the sender may have asked for another code meanwhile.
    codes::confirm(desk, &*tx, &signer, kept.proof).await?;
    let sealing = signer.document.stage().submitted()?;
    signer.document.enter(sealing, kept.now);
    signer.request = signer.request.submitted(kept.locale.clone())?;
    let id = EventId::new(kept.now, rand::random());
    let act = serde_json::to_string(kept.act)?;
    let act = desk.secrets.rows().seal(&act, &id)?;
    let submission = submissions::Model {
        id,
        tenant: owner.tenant,
        mode: owner.mode,
        document: signer.document.id.clone(),
        signature_request: signer.request.id.clone(),
        digest: seen,
        act: Some(act),
        address: kept.visit.address.clone(),
        submitted_at: kept.now,
        sealed_at: None,
    };
    documents::put(&*tx, signer.document.clone()).await?;
    requests::put(&*tx, signer.request.clone()).await?;
    submissions::insert(&*tx, submission).await?;
    note_submitted(&*tx, &signer, &kept).await?;
    outbox::put(&*tx, sealing::order(owner, id, kept.now), kept.now).await?;
    tx.commit().await?;
    Ok(signer)
}

async fn note_submitted(
    tx: &impl crate::store::Connection,
    signer: &Signer,
    kept: &Kept<'_>,
) -> Result<(), StoreError> {
    let fact = Fact::Submitted {
        sha256: signer.document.sha256.clone(),
        signer_name: kept.act.signer_name.clone(),
        ways: Way::of(&kept.act.signatures),
        signatures: kept.act.signatures.len(),
        fields: kept.act.values.len(),
    };
    let by = Actor::Signer(kept.visit.clone());
    let about = (&signer.document.id, Some(&signer.request.id));
    audit::note(tx, signer.owner, about, (&by, &fact), kept.now).await
}

/// The signer's rows as they are now, kept from others until the transaction ends.
pub(crate) async fn locked(
    tx: &impl crate::store::Connection,
    signer: Signer,
) -> Result<Signer, PageError> {
    let gone = || PageError::Link(LinkError::Ended(Ended::Deleted));
    let owner = signer.owner;
    let document = documents::lock(tx, owner, &signer.document.id)
        .await?
        .ok_or_else(gone)?;
    let request = requests::lock(tx, owner, &signer.request.id)
        .await?
        .ok_or_else(gone)?;
    Ok(Signer {
        owner,
        document,
        request,
    })
}

/// The signer declines. Answers where the browser goes.
pub(crate) async fn cancel(
    desk: &Desk,
    signer: Signer,
    body: CancellationBody,
    mut visit: Visit,
) -> Result<String, PageError> {
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let mut signer = locked(&*tx, signer).await?;
    opening::check_open(desk, &signer)?;
    let canceled = signer.document.stage().canceled()?;
    signer.document.enter(canceled, now);
    let reason = body
        .reason
        .map(|reason| shortened(&reason, MAX_REASON_CHARS))
        .filter(|r| !r.is_empty());
    let locale = shortened(&body.locale, MAX_LOCALE_CHARS);
    visit.zone = body.time_zone.map(|zone| shortened(&zone, MAX_ZONE_CHARS));
    visit.language = Some(locale.clone()).filter(|locale| !locale.is_empty());
    signer.request = signer.request.canceled((locale, reason), now)?;
    let fact = Fact::Canceled {
        reason: signer.request.cancel_reason.clone(),
    };
    let about = (&signer.document.id, Some(&signer.request.id));
    let told = (&Actor::Signer(visit), &fact);
    audit::note(&*tx, signer.owner, about, told, now).await?;
    audit::order_page(&tx, signer.owner, &signer.document.id, now).await?;
    callback::put(
        &tx,
        signer.owner,
        &signer.request,
        callback::RoundState::Canceled,
        now,
    )
    .await?;
    documents::put(&*tx, signer.document.clone()).await?;
    requests::put(&*tx, signer.request.clone()).await?;
    tx.commit().await?;
    desk.caller.now();
    desk.page_maker.now();
    Ok(signer.result_url(desk, Outcome::Close, now))
}

pub(crate) fn shortened(text: &str, most_chars: usize) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(most_chars)
        .collect()
}
