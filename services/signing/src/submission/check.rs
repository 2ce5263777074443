//! Checks a submission against the round: only what was asked, and all that was asked.

use std::collections::{BTreeMap, BTreeSet};

use super::SubmissionBody;
use crate::form::{self, RoundField};
use crate::opening::PageError;
use crate::round::Round;
use crate::rules::{MAX_SIGNER_NAME_CHARS, Rules};
use crate::sealing::{Act, Pointer, Signature, SignatureKind};
use pdf::Inspected;

const MAX_VALUE_CHARS: usize = 10_000;
const MAX_SIGNATURES: usize = 50;
/// Of one submission; a signature has a few thousand.
const MAX_POINTS: usize = 200_000;

fn refused(why: impl Into<String>) -> PageError {
    PageError::Refused(why.into())
}

/// The act that the submission stands for.
pub(super) fn act(
    inspected: &Inspected,
    rules: &Rules,
    round: &Round,
    body: SubmissionBody,
) -> Result<Act, PageError> {
    let fields = form::fields(inspected, round);
    let signer_name = signer_name(rules, body.signer_name.as_deref())?;
    let values = values(&fields, &body.fields)?;
    signatures(&fields, rules, &body.signatures)?;
    Ok(Act {
        signer_name,
        locale: body.locale,
        time_zone: body.time_zone,
        values,
        round_fields: fields
            .iter()
            .filter(|of_round| of_round.is_of_round && !of_round.is_signature())
            .map(|of_round| of_round.field.name.clone())
            .collect(),
        signatures: body.signatures,
        keep_raw_ink: false,
    })
}

/// The sender's name for the signer, unless the signer was asked for it.
fn signer_name(rules: &Rules, given: Option<&str>) -> Result<String, PageError> {
    let preset = rules.gui_signer_name.as_deref().unwrap_or_default();
    if !rules.gui_request_signer_name {
        return Ok(preset.to_owned());
    }
    let name = given
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .unwrap_or(preset);
    if name.is_empty() {
        return Err(refused("Fill in your name."));
    }
    if name.chars().count() > MAX_SIGNER_NAME_CHARS || name.chars().any(char::is_control) {
        return Err(refused("Your name may have at most 40 characters."));
    }
    Ok(name.to_owned())
}

/// The values that change something: the sender's own, and the signer's where the signer may write.
fn values(
    fields: &[RoundField<'_>],
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, PageError> {
    let known = |name: &str| fields.iter().find(|of_round| of_round.field.name == name);
    for name in given.keys() {
        match known(name) {
            Some(of_round) if of_round.is_open() && !of_round.is_signature() => {}
            Some(_) => return Err(refused(format!("The field {name} cannot be filled in."))),
            None => return Err(refused(format!("There is no field {name}."))),
        }
    }
    let mut values = BTreeMap::new();
    for of_round in fields
        .iter()
        .filter(|of_round| of_round.is_of_round && !of_round.is_signature())
    {
        let field = of_round.field;
        let typed = given
            .get(&field.name)
            .map(|value| form::normal(field, value));
        let value = typed.or_else(|| of_round.value.clone()).unwrap_or_default();
        if MAX_VALUE_CHARS < value.chars().count() {
            return Err(refused(format!("The field {} is too long.", field.name)));
        }
        if of_round.required && of_round.is_open() && value.trim().is_empty() {
            return Err(refused(format!("Fill in the field {}.", field.name)));
        }
        if value != field.value.clone().unwrap_or_default() {
            let unfit = |why| refused(format!("The field {} {why}.", field.name));
            field.accepts(&value).map_err(unfit)?;
            values.insert(field.name.clone(), value);
        }
    }
    Ok(values)
}

fn signatures(
    fields: &[RoundField<'_>],
    rules: &Rules,
    given: &[Signature],
) -> Result<(), PageError> {
    let points: usize = given
        .iter()
        .flat_map(|one| &one.strokes)
        .map(|s| s.points.len())
        .sum();
    if given.len() > MAX_SIGNATURES || points > MAX_POINTS {
        return Err(refused("There are too many signatures."));
    }
    let open: BTreeSet<&str> = fields
        .iter()
        .filter(|of_round| of_round.is_signature() && of_round.is_open())
        .map(|of_round| of_round.field.name.as_str())
        .collect();
    for signature in given {
        where_it_stands(signature, &open, rules)?;
        how_it_was_made(signature, rules)?;
    }
    let signed: BTreeSet<&str> = given
        .iter()
        .filter_map(|one| one.field.as_deref())
        .collect();
    let missing = fields
        .iter()
        .filter(|of_round| of_round.required)
        .map(|of_round| of_round.field.name.as_str())
        .find(|name| open.contains(name) && !signed.contains(name));
    if let Some(name) = missing {
        return Err(refused(format!("Sign the field {name}.")));
    }
    let free = given.iter().filter(|one| one.field.is_none()).count();
    // Free places are asked for only where the document brings none of its own.
    let wanted = if open.is_empty() && rules.sign_anywhere_enabled {
        rules.gui_signature_number
    } else {
        0
    };
    if free < usize::try_from(wanted).unwrap_or(usize::MAX) {
        return Err(refused(format!("Place {wanted} signatures.")));
    }
    Ok(())
}

fn where_it_stands(
    signature: &Signature,
    open: &BTreeSet<&str>,
    rules: &Rules,
) -> Result<(), PageError> {
    match (&signature.field, signature.place) {
        (Some(name), None) if open.contains(name.as_str()) => Ok(()),
        (Some(name), None) => Err(refused(format!("The field {name} cannot be signed."))),
        (None, Some(_)) if rules.sign_anywhere_enabled => Ok(()),
        (None, Some(_)) => Err(refused("Sign in the signature fields only.")),
        _ => Err(refused("A signature has either a field or a place.")),
    }
}

/// Where a mouse is ruled out, so is typing: only a finger or a stylus signs.
fn how_it_was_made(signature: &Signature, rules: &Rules) -> Result<(), PageError> {
    let by_mouse = signature
        .strokes
        .iter()
        .any(|stroke| stroke.pointer == Pointer::Mouse);
    let typed = signature.kind == SignatureKind::Typed;
    if !rules.mouse_signature && (by_mouse || typed) {
        return Err(refused("Sign with a finger or a stylus."));
    }
    let mut points = signature.strokes.iter().flat_map(|stroke| &stroke.points);
    // JSON has no infinity: it would be lost on the way to the seal.
    if !points.all(|point| point.iter().all(|number| number.is_finite())) {
        return Err(refused("A point of the signature is out of range."));
    }
    let pad = signature.pad;
    let has_pad =
        pad.width.is_finite() && pad.height.is_finite() && 0.0 < pad.width && 0.0 < pad.height;
    // What is no number could not be kept: the act is stored as JSON.
    let numbers = signature
        .strokes
        .iter()
        .flat_map(|one| &one.points)
        .flatten();
    if !numbers.clone().all(|number| number.is_finite()) {
        return Err(refused("A point of the signature is no number."));
    }
    if !typed && !has_pad {
        return Err(refused("The pad has no size."));
    }
    Ok(())
}
