//! The whole way of a seal, on a document of our own: prepared, signed with a key of our authority, checked, drawn.

use async_trait::async_trait;
use bytes::Bytes;

use super::{Check, told};
use crate::desk::Desk;
use crate::sealing::Authority;
use pdf::{
    Expected, FieldTreatment, Mark, SealInput, SignFailed, Target, VisibleSignature, Watermark,
};
use pdf_worker::PdfWorkers;
use pdf_worker::jobs::{Ingest, Render, SealOrder};
use pki::SealIdentity;

pub(super) struct SealOfASample;

#[async_trait]
impl Check for SealOfASample {
    fn name(&self) -> &'static str {
        "seal"
    }

    fn is_required(&self) -> bool {
        true
    }

    async fn run(&self, desk: &Desk) -> Result<String, String> {
        let identity = identity(desk, &desk.authority)?;
        let workers = &desk.engine.workers;
        let document = prepared(workers).await?;
        let sealed = sealed(desk, &identity, document).await?;
        let job = Render {
            page: 1,
            width: 320,
        };
        let drawn = workers.render(job, sealed).await.map_err(told)?;
        drawn.map_err(told)?;
        Ok("a document of our own was sealed, checked and drawn".to_owned())
    }
}

/// A seal that is made for this and forgotten.
fn identity(desk: &Desk, authority: &Authority) -> Result<SealIdentity, String> {
    authority.trial_seal(desk.clock.now()).map_err(told)
}

async fn prepared(workers: &PdfWorkers) -> Result<Bytes, String> {
    let job = Ingest {
        mark: Watermark::Test,
        with_tags: false,
    };
    let sample = Bytes::from(pdf::sample::contract("Self-test"));
    let readied = workers.ingest(job, sample).await.map_err(told)?;
    Ok(readied.map_err(told)?.1)
}

async fn sealed(desk: &Desk, identity: &SealIdentity, document: Bytes) -> Result<Bytes, String> {
    let input = SealInput {
        signer_name: "Self-test".to_owned(),
        reason: None,
        signatures: vec![VisibleSignature {
            target: Target::Field("S1".to_owned()),
            mark: Mark::Typed("Self-test".to_owned()),
            caption: None,
            evidence: None,
        }],
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::Keep,
        evidence: None,
    };
    let order = SealOrder {
        input: input.clone(),
        room: identity.signature_room(),
        at: desk.clock.now(),
    };
    let sign = |digest| {
        let signed = pki::signature_over(&digest, identity).map_err(SignFailed::from);
        async move { signed }
    };
    let workers = &desk.engine.workers;
    let sealed = workers.seal(document.clone(), order, sign).await;
    let mut sealed = sealed.map_err(told)?.map_err(told)?;
    let expected = Expected::of(&input, &sealed, identity.certificate_der());
    let after = Bytes::from(std::mem::take(&mut sealed.bytes));
    let checked = workers
        .check_sealed(&document, after.clone(), expected)
        .await;
    checked.map_err(told)?.map_err(told)?;
    Ok(after)
}
