//! Seals documents: with the tenant's own seal certificate, by a durable job that is tried until it succeeds.

mod act;
mod authority;
pub(crate) mod jobs;
mod reason;
mod worker;

use bytes::Bytes;
use thiserror::Error;

use crate::desk::Desk;
use crate::intake::EngineStopped;
use crate::store::Owner;
use crate::tenant::Tenant;
use pdf::{Expected, FieldTreatment, Flaw, SealError, SealInput};

pub(crate) use act::{Act, Pointer, Signature, SignatureKind, seal_input};
pub(crate) use authority::{Authority, AuthorityError};
pub(crate) use worker::{Sealer, TOPIC, order};

/// Why a seal was not put on an uploaded document.
#[derive(Debug, Error)]
pub(crate) enum StampError {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Engine(#[from] EngineStopped),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("what was sealed failed its check and is not given out")]
    Flawed(#[from] Flaw),
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
    };
    seal(desk, owner, tenant, bytes, input).await
}

/// Seals with the tenant's newest certificate. What comes out was opened anew and checked.
pub(crate) async fn seal(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    bytes: Bytes,
    input: SealInput,
) -> Result<Bytes, StampError> {
    let now = desk.clock.now();
    let identity = desk
        .authority
        .seal_of(&desk.db, owner.tenant, tenant, now)
        .await?;
    let sealed = desk
        .engine
        .run(move || {
            let sealed = pdf::seal(&bytes, &input, &identity, now)?;
            let expected = Expected::of(&input, &sealed, identity.certificate_der());
            pdf::check_sealed(&bytes, &sealed.bytes, &expected)?;
            Ok::<_, StampError>(sealed)
        })
        .await??;
    Ok(Bytes::from(sealed.bytes))
}
