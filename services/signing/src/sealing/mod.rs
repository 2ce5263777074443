//! Seals documents: with the tenant's own seal certificate, by a durable job that is tried until it succeeds.

mod act;
mod authority;
mod evidence;
pub(crate) mod jobs;
mod reason;
mod worker;

use bytes::Bytes;
use thiserror::Error;

use crate::desk::Desk;
use crate::engine::EngineError;
use crate::store::Owner;
use crate::tenant::Tenant;
use pdf::{Expected, FieldTreatment, Flaw, SealError, SealInput, SignFailed};
use pdf_worker::jobs::SealOrder;

pub(crate) use act::{Act, Pointer, Signature, SignatureKind, seal_input};
pub(crate) use authority::{Authority, AuthorityError};
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
    let order = SealOrder {
        input: input.clone(),
        certificate_der: identity.certificate_der().to_vec(),
        at: now,
    };
    // The key never leaves this process: the worker asks.
    let sign = |digest| {
        let signed = pki::signature_over(&digest, &identity).map_err(SignFailed::from);
        async move { signed }
    };
    let workers = &desk.engine.workers;
    let sealed = workers.seal(bytes.clone(), order, sign).await;
    let mut sealed = sealed.map_err(EngineError::from)??;
    let expected = Expected::of(&input, &sealed, identity.certificate_der());
    let after = Bytes::from(std::mem::take(&mut sealed.bytes));
    let checked = workers.check_sealed(&bytes, after.clone(), expected).await;
    checked.map_err(EngineError::from)??;
    Ok(after)
}
