//! Seals documents: with the tenant's own seal certificate, by a durable job that is tried until it succeeds.

mod act;
mod authority;
mod credentials;
mod evidence;
mod http;
pub(crate) mod jobs;
mod level;
mod raise;
mod reason;
mod revoke;
mod time_stamp;
mod worker;

use bytes::Bytes;
use thiserror::Error;

use crate::desk::Desk;
use crate::engine::EngineError;
use crate::store::Owner;
use crate::tenant::Tenant;
use pdf::{FieldTreatment, Flaw, SealError, SealInput};

pub(crate) use act::{Act, Pointer, Signature, SignatureKind, seal_input};
pub(crate) use authority::{Authority, AuthorityError};
pub use credentials::{BroughtSeals, SealFileError, SealFiles, SealTold};
pub use level::Level;
pub(crate) use raise::Levels;
pub use revoke::revoke_seals;
pub use time_stamp::{TimeStampConfig, TimeStampConfigError};
pub(crate) use worker::{Sealer, TOPIC, order};

/// Why a seal was not put on an uploaded document.
#[derive(Debug, Error)]
pub(crate) enum StampError {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("what was sealed failed its check and is not given out")]
    Flawed(#[from] Flaw),
    #[error("the proof that no certificate is revoked is not complete")]
    Proof(#[from] pki::GatherError),
    #[error(transparent)]
    TimeStamp(#[from] time_stamp::StampingError),
    #[error("the document was sealed without asking for a time stamp")]
    Unstamped,
}

/// Puts the tenant's electronic seal on a document, without any mark on its pages (state `tostamp`).
pub(crate) async fn stamp(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    bytes: Bytes,
) -> Result<Bytes, StampError> {
    let input = SealInput {
        signer_name: tenant.name.clone(),
        reason: None,
        signatures: Vec::new(),
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::Keep,
        evidence: None,
    };
    seal(desk, owner, tenant, bytes, input).await
}

/// The serial number of the certificate that seals for a tenant now, in hex.
pub(crate) async fn certificate_serial(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
) -> Result<String, StampError> {
    let now = desk.clock.now();
    let identity = desk
        .authority
        .seal_of(&desk.db, owner.tenant, tenant, now)
        .await?;
    Ok(identity.serial())
}

/// Seals with the tenant's certificate, to the level of this installation. What comes out was opened anew and checked.
pub(crate) async fn seal(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    bytes: Bytes,
    input: SealInput,
) -> Result<Bytes, StampError> {
    raise::seal(desk, (owner.tenant, tenant), bytes, input).await
}

/// Finds out whether a document can be sealed; nobody sees the outcome, so no authority is asked.
pub(crate) async fn try_out(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    bytes: Bytes,
    input: SealInput,
) -> Result<(), StampError> {
    raise::try_out(desk, (owner.tenant, tenant), bytes, input).await
}

/// Whose keys seal, and how far their seals are raised.
#[derive(Clone, Default)]
pub struct SealConfig {
    pub brought: BroughtSeals,
    pub levels: LevelConfig,
}

/// How long seals can be proved.
#[derive(Clone, Default)]
pub struct LevelConfig {
    pub level: Level,
    /// Where every level but B-B has its time from.
    pub time_stamps: Option<TimeStampConfig>,
}

/// Why no seal can be raised with these settings.
#[derive(Debug, Error)]
pub enum LevelConfigError {
    #[error("the HTTP client for time stamps cannot be built")]
    Client(#[from] reqwest::Error),
    #[error(transparent)]
    TimeStamps(#[from] TimeStampConfigError),
}

/// An error with its sources in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| {
        format!("{text}: {source}")
    })
}
