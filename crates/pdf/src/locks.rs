//! What the signatures of a file forbid: certifications, and fields that earlier signers locked.

use lopdf::{Dictionary, Document, Object};

use super::form::FormField;
use super::read;

/// Levels of a certification (`/P` of DocMDP).
pub(super) const NO_CHANGES: i64 = 1;

/// The certification level of the document, if it has one.
pub(super) fn certification(document: &Document) -> Option<i64> {
    let permissions = read::dictionary(document, read::catalog(document)?, b"Perms")?;
    let signature = read::dictionary(document, permissions, b"DocMDP")?;
    let level = references(document, signature)
        .filter(|reference| read::name(document, reference, b"TransformMethod") == Some(b"DocMDP"))
        .find_map(|reference| {
            let parameters = read::dictionary(document, reference, b"TransformParams")?;
            read::integer(document, parameters, b"P")
        });
    // The standard's default where `/P` is missing.
    Some(level.unwrap_or(2))
}

/// Which fields a signature locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Lock {
    /// Reads a `/Lock` dictionary or FieldMDP parameters: both have the same keys.
    pub(super) fn read(document: &Document, parameters: &Dictionary) -> Option<Self> {
        let names = read::array(document, parameters, b"Fields")
            .into_iter()
            .flatten()
            .filter_map(|name| read::text_of(read::resolve(document, name)))
            .collect();
        match read::name(document, parameters, b"Action")? {
            b"All" => Some(Self::All),
            b"Include" => Some(Self::Include(names)),
            b"Exclude" => Some(Self::Exclude(names)),
            _ => None,
        }
    }

    /// A name in a lock means the field and everything below it.
    pub(super) fn covers(&self, field: &str) -> bool {
        let listed = |names: &[String]| {
            names.iter().any(|name| {
                field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Self::All => true,
            Self::Include(names) => listed(names),
            Self::Exclude(names) => !listed(names),
        }
    }

    /// The lock that covers what this one covers and the named fields too.
    pub(super) fn and(self, more: &[String]) -> Self {
        match self {
            Self::All => Self::All,
            Self::Include(names) => {
                let new = more.iter().filter(|name| !names.contains(name)).cloned();
                Self::Include(names.iter().cloned().chain(new).collect())
            }
            Self::Exclude(names) => Self::Exclude(
                names
                    .into_iter()
                    .filter(|name| !more.contains(name))
                    .collect(),
            ),
        }
    }
}

/// The locks of all signatures that stand in the file.
pub(super) fn in_force(document: &Document, fields: &[FormField]) -> Vec<Lock> {
    fields
        .iter()
        .filter(|field| field.is_signed(document))
        .filter_map(|field| field.attribute(document, b"V")?.as_dict().ok())
        .flat_map(|signature| references(document, signature))
        .filter(|reference| {
            read::name(document, reference, b"TransformMethod") == Some(b"FieldMDP")
        })
        .filter_map(|reference| {
            Lock::read(
                document,
                read::dictionary(document, reference, b"TransformParams")?,
            )
        })
        .collect()
}

fn references<'a>(
    document: &'a Document,
    signature: &'a Dictionary,
) -> impl Iterator<Item = &'a Dictionary> {
    read::array(document, signature, b"Reference")
        .into_iter()
        .flatten()
        .filter_map(|reference| read::resolve(document, reference).as_dict().ok())
}

/// The lock that the author of the form attached to a signature field.
pub(super) fn of_field(document: &Document, field: &FormField) -> Option<Lock> {
    match field.attribute(document, b"Lock")? {
        Object::Dictionary(lock) => Lock::read(document, lock),
        _ => None,
    }
}
