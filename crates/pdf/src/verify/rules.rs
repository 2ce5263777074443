//! What the signatures of a revision forbid from there on.

use super::file::View;
use super::value::{Dictionary, readable};

/// `/P` of DocMDP, ISO 32000-2 table 257.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Permission {
    Nothing,
    Forms,
    FormsAndNotes,
}

/// The rules in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// None: no certification, an approval's usual meaning.
    pub(super) permission: Option<Permission>,
    locks: Vec<Lock>,
}

#[derive(Clone, Debug)]
enum Lock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
    /// Parameters that cannot be read forbid everything.
    Unreadable,
}

impl Rules {
    /// Adds what one signature dictionary says.
    pub(super) fn add(&mut self, view: View<'_, '_>, signature: &Dictionary) {
        let references = view.entry_of(signature, b"Reference");
        for reference in references.array().into_iter().flat_map(|all| all.iter()) {
            let reference = view.resolve(reference);
            let Some(reference) = reference.dictionary() else {
                continue;
            };
            let parameters = view.entry_of(reference, b"TransformParams");
            let parameters = parameters.dictionary().cloned().unwrap_or_default();
            match view.entry_of(reference, b"TransformMethod").name() {
                Some(b"DocMDP") => {
                    let level = match view.entry_of(&parameters, b"P").integer() {
                        Some(1) => Permission::Nothing,
                        Some(3) => Permission::FormsAndNotes,
                        // The standard's default where `/P` is missing.
                        _ => Permission::Forms,
                    };
                    self.permission = Some(self.permission.map_or(level, |old| old.min(level)));
                }
                Some(b"FieldMDP") => self.locks.push(Lock::read(view, &parameters)),
                _ => {}
            }
        }
    }

    pub(super) fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| lock.covers(field))
    }

    pub(super) fn allow_forms(&self) -> bool {
        self.permission != Some(Permission::Nothing)
    }

    pub(super) fn allow_notes(&self) -> bool {
        self.permission == Some(Permission::FormsAndNotes)
    }

    /// A certification lets existing fields be signed; a new visible one could cover the page.
    pub(super) fn allow_new_visible_field(&self) -> bool {
        self.permission.is_none()
    }
}

impl Lock {
    fn read(view: View<'_, '_>, parameters: &Dictionary) -> Self {
        let names = view.entry_of(parameters, b"Fields");
        let names: Vec<String> = names
            .array()
            .into_iter()
            .flat_map(|names| names.iter())
            .filter_map(|name| Some(readable(view.resolve(name).text()?)))
            .collect();
        match view.entry_of(parameters, b"Action").name() {
            Some(b"All") => Self::All,
            Some(b"Include") => Self::Include(names),
            Some(b"Exclude") => Self::Exclude(names),
            _ => Self::Unreadable,
        }
    }

    /// A name in a lock means the field and everything below it.
    fn covers(&self, field: &str) -> bool {
        let listed = |names: &[String]| {
            names.iter().any(|name| {
                field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Self::All | Self::Unreadable => true,
            Self::Include(names) => listed(names),
            Self::Exclude(names) => !listed(names),
        }
    }
}
