//! PDF/A (ISO 19005): what a file claims, and whether what we do to it breaks a rule of that claim.
//!
//! No validator: a rule that the file broke before is the file's affair. What counts is what our work adds.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};
use memchr::memmem;

use super::limits::MAX_METADATA_BYTES;
use super::read;
use super::report::{PdfA, PdfARule};

/// Annotation flags: Invisible (1), Hidden (2), Print (4), `NoView` (32).
const SHOWN_AND_PRINTED: (i64, i64) = (1 | 2 | 4 | 32, 4);

/// A claim as the metadata makes it: part and level of conformance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    part: char,
    level: String,
    /// Breaches that can be counted, by rule, in the file as it came.
    breaches: BTreeMap<PdfARule, usize>,
    metadata: Vec<u8>,
    is_rgb: bool,
}

/// The file's claim, if it makes one.
pub(super) fn claim(document: &Document) -> Option<Claim> {
    let metadata = metadata(document)?;
    let part = property(&metadata, b"part")?.chars().next()?;
    Some(Claim {
        part,
        level: property(&metadata, b"conformance")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        breaches: breaches(document, part),
        is_rgb: has_rgb_intent(document),
        metadata,
    })
}

impl Claim {
    /// Judges the document after our work. `is_signed_later`: every document here will be, by an appearance in RGB.
    pub(super) fn judge(&self, after: &Document) -> PdfA {
        let now = breaches(after, self.part);
        let mut broken: Vec<PdfARule> = now
            .iter()
            .filter(|(rule, count)| **count > self.breaches.get(*rule).copied().unwrap_or(0))
            .map(|(rule, _)| *rule)
            .collect();
        if metadata(after).as_ref() != Some(&self.metadata) {
            broken.push(PdfARule::Metadata);
        }
        if !self.is_rgb {
            broken.push(PdfARule::ColourDefined);
        } else if !has_rgb_intent(after) {
            broken.push(PdfARule::OutputIntent);
        }
        broken.sort_unstable();
        PdfA {
            claimed: format!("{}{}", self.part, self.level),
            is_kept: broken.is_empty(),
            broken,
        }
    }
}

fn metadata(document: &Document) -> Option<Vec<u8>> {
    let catalog = read::catalog(document)?;
    let Object::Stream(stream) = read::entry(document, catalog, b"Metadata")? else {
        return None;
    };
    stream.get_plain_content_with_limit(MAX_METADATA_BYTES).ok()
}

/// The value of `pdfaid:<name>`, written as an element or as an attribute.
fn property(metadata: &[u8], name: &[u8]) -> Option<String> {
    let key = [b"pdfaid:".as_slice(), name].concat();
    let at = memmem::find(metadata, &key)?.checked_add(key.len())?;
    let rest = metadata.get(at..at.saturating_add(64).min(metadata.len()))?;
    let value: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|byte| b" \t\r\n=>\"'".contains(byte))
        .take_while(u8::is_ascii_alphanumeric)
        .collect();
    String::from_utf8(value)
        .ok()
        .filter(|value| !value.is_empty())
}

/// Whether red, green and blue are defined: by an output intent whose profile has three colours.
fn has_rgb_intent(document: &Document) -> bool {
    let intents = read::catalog(document)
        .and_then(|catalog| read::array(document, catalog, b"OutputIntents"));
    intents.into_iter().flatten().any(|intent| {
        read::resolve(document, intent)
            .as_dict()
            .ok()
            .and_then(|intent| read::dictionary(document, intent, b"DestOutputProfile"))
            .and_then(|profile| read::integer(document, profile, b"N"))
            == Some(3)
    })
}

fn breaches(document: &Document, part: char) -> BTreeMap<PdfARule, usize> {
    let mut found = BTreeMap::new();
    let mut breach = |rule: PdfARule| *found.entry(rule).or_insert(0_usize) += 1;
    for object in document.objects.values() {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        if is_font_outside(document, dictionary) {
            breach(PdfARule::FontsEmbedded);
        }
        if part == '1' && is_see_through(document, dictionary) {
            breach(PdfARule::NoTransparency);
        }
        if is_bad_annotation(document, dictionary) {
            breach(PdfARule::Annotations);
        }
    }
    found
}

/// A font whose program is not in the file. Type 3 fonts and composite fonts have none of their own.
pub(super) fn is_font_outside(document: &Document, font: &Dictionary) -> bool {
    if !font.has_type(b"Font") {
        return false;
    }
    let kind = read::name(document, font, b"Subtype");
    if matches!(kind, None | Some(b"Type3" | b"Type0")) {
        return false;
    }
    let descriptor = read::dictionary(document, font, b"FontDescriptor");
    !descriptor.is_some_and(|descriptor| {
        [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
            .iter()
            .any(|key| descriptor.has(key))
    })
}

fn is_see_through(document: &Document, dictionary: &Dictionary) -> bool {
    let is_thin =
        |key: &[u8]| read::number(document, dictionary, key).is_some_and(|opacity| opacity < 1.0);
    let is_state = dictionary.has_type(b"ExtGState");
    let has_mask = |key: &[u8]| {
        read::entry(document, dictionary, key).is_some_and(|mask| mask.as_name().is_err())
    };
    (is_state && (is_thin(b"ca") || is_thin(b"CA") || has_mask(b"SMask")))
        || read::dictionary(document, dictionary, b"Resources")
            .and_then(|resources| read::dictionary(document, resources, b"ExtGState"))
            .is_some_and(|states| {
                states.iter().any(|(_, state)| {
                    state
                        .as_dict()
                        .is_ok_and(|state| is_see_through(document, state))
                })
            })
}

fn is_bad_annotation(document: &Document, annotation: &Dictionary) -> bool {
    if !annotation.has_type(b"Annot") {
        return false;
    }
    let kind = read::name(document, annotation, b"Subtype");
    if kind == Some(b"Popup") {
        return false;
    }
    let (mask, wanted) = SHOWN_AND_PRINTED;
    let flags = read::integer(document, annotation, b"F").unwrap_or(0);
    let has_extent = read::rect(document, annotation, b"Rect")
        .is_some_and(|rect| rect.width > 0.0 && rect.height > 0.0);
    flags & mask != wanted || (has_extent && kind != Some(b"Link") && !annotation.has(b"AP"))
}
