//! Evidence of each signature, made when it is sealed: what it holds, and to whose key it is encrypted.

use std::collections::BTreeMap;

use ::evidence::{self as container, Binding, Evidence, Kind, PublicKey, SignatureNote};
use domain::{DocumentId, SignatureRequestId, Timestamp};
use pdf::SealInput;
use thiserror::Error;

use super::act::{Act, Pointer, Signature, SignatureKind};
use crate::tenant::Tenant;

/// Why there is no evidence.
#[derive(Debug, Error)]
pub(crate) enum EvidenceError {
    /// It comes with the tenant's next event; until then nothing may be sealed that must carry evidence.
    #[error("the tenant's public key has not been told yet")]
    NoKey,
    #[error("the tenant's public key cannot be used")]
    Key(#[from] container::InvalidKey),
    #[error("the evidence cannot be encrypted")]
    Unsealed(#[from] container::Unsealed),
    #[error("the sender's data cannot be read")]
    SigData(#[from] serde_json::Error),
}

/// What all evidence of one act has in common.
pub(crate) struct Ground {
    pub(crate) document: DocumentId,
    pub(crate) request: SignatureRequestId,
    pub(crate) served: Binding,
    pub(crate) submitted_at: Timestamp,
    /// JSON, as the sender gave it.
    pub(crate) sig_data: Option<String>,
}

/// Puts evidence into every signature of the act that has something to keep.
pub(crate) fn attach(
    input: &mut SealInput,
    act: &Act,
    ground: &Ground,
    tenant: &Tenant,
) -> Result<(), EvidenceError> {
    let sig_data: BTreeMap<String, String> = match ground.sig_data.as_deref() {
        Some(json) => serde_json::from_str(json)?,
        None => BTreeMap::new(),
    };
    let has_ink = act.signatures.iter().any(|one| ink(act, one).is_some());
    if sig_data.is_empty() && !has_ink {
        return Ok(());
    }
    let key = PublicKey::from_pem(tenant.public_key().ok_or(EvidenceError::NoKey)?)?;
    let of = act.signatures.len().max(1);
    let sealed = |number: usize, signature: Option<&Signature>| {
        let ink = signature.and_then(|one| ink(act, one));
        if sig_data.is_empty() && ink.is_none() {
            return Ok(None);
        }
        let content = Evidence {
            format: container::FORMAT.to_owned(),
            version: container::VERSION,
            document_id: ground.document.clone(),
            signature_request_id: ground.request.clone(),
            served: ground.served.clone(),
            submitted_at: ground.submitted_at,
            signature: note(act, signature, number, of),
            sig_data: sig_data.clone(),
            ink,
        };
        container::seal(&content, &key, &mut rand::rng()).map(Some)
    };
    if act.signatures.is_empty() {
        input.evidence = sealed(1, None)?;
    }
    for (index, (visible, signature)) in
        input.signatures.iter_mut().zip(&act.signatures).enumerate()
    {
        visible.evidence = sealed(index.saturating_add(1), Some(signature))?;
    }
    Ok(())
}

fn note(act: &Act, signature: Option<&Signature>, number: usize, of: usize) -> SignatureNote {
    SignatureNote {
        number,
        of,
        kind: match signature.map(|one| one.kind) {
            Some(SignatureKind::Ink) => Kind::Ink,
            Some(SignatureKind::Typed) => Kind::Typed,
            None => Kind::Invisible,
        },
        field: signature.and_then(|one| one.field.clone()),
        place: signature
            .and_then(|one| one.place)
            .map(|place| container::Place {
                page: place.page,
                x: place.x,
                y: place.y,
                width: place.width,
                height: place.height,
            }),
        signer_name: act.signer_name.clone(),
        time_zone: act.time_zone.clone(),
        locale: act.locale.clone(),
    }
}

/// The samples, where they are kept and there are any.
fn ink(act: &Act, signature: &Signature) -> Option<container::Ink> {
    if !act.keep_raw_ink || signature.kind != SignatureKind::Ink {
        return None;
    }
    let strokes = signature.strokes.iter().map(|stroke| container::Stroke {
        pointer: match stroke.pointer {
            Pointer::Mouse => container::Pointer::Mouse,
            Pointer::Touch => container::Pointer::Touch,
            Pointer::Pen => container::Pointer::Pen,
        },
        points: stroke.points.clone(),
    });
    Some(container::Ink {
        pad: container::Pad {
            width: signature.pad.width,
            height: signature.pad.height,
        },
        strokes: strokes.collect(),
    })
}
