//! How findings are told.

use serde_json::{Value, json};

use super::Opened;
use super::examine::Found;

/// One line a signature.
pub(super) fn line(found: &Found) -> String {
    let seal = match &found.seal {
        Ok(seal) => format!("holds, sealed by {}", seal.subject),
        Err(why) => format!("DOES NOT HOLD: {why}"),
    };
    let evidence = match (&found.container, &found.bound) {
        (_, Err(why)) => format!("evidence REFUSED: {why}"),
        (None, Ok(())) => "no evidence".to_owned(),
        (Some(container), Ok(())) => format!(
            "evidence for the key {}, bound to the revision of {} bytes with SHA-256 {}",
            container.header().kid,
            container.header().served.length,
            container.header().served.sha256
        ),
    };
    let name = found.signer_name.as_deref().unwrap_or("nobody named");
    format!("{}: {name}; signature {seal}; {evidence}", found.field)
}

/// What was decrypted, and what of the file around it was checked.
pub(super) fn json(opened: &Opened) -> Value {
    let seal = opened.found.seal.as_ref().ok();
    json!({
        "field": opened.found.field,
        "signature": {
            "holds": opened.found.seal.is_ok(),
            "certificate": seal.map(|seal| json!({
                "subject": seal.subject, "issuer": seal.issuer, "sha256": seal.sha256,
            })),
        },
        "boundToThisDocument": true,
        "evidence": opened.evidence,
    })
}

/// A file name of its own for each signature; field names may hold anything.
pub(super) fn stem(opened: &Opened) -> String {
    let field: String = opened
        .found
        .field
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(40)
        .collect();
    format!("{:02}-{field}", opened.number)
}
