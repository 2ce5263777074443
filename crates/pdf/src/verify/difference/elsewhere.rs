//! Who uses an object: what a reference that led nowhere may come to mean, and whether an object
//! that may change in one role plays another one too.

use std::collections::{HashMap, HashSet, VecDeque};

use super::super::fields::Pages;
use super::super::file::View;
use super::super::report::ChangeKind;
use super::super::section::Entry;
use super::super::value::{Id, Value};
use super::{How, Step, generation};

/// Where an object is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    /// From 1.
    pub(super) page: Option<usize>,
    pub(super) role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Content,
    Resource,
    Annotation,
    Page,
    Document,
}

impl Step<'_, '_, '_> {
    /// An object that was free to change in its role must have no other role; one that was added
    /// must not be what an older reference waited for.
    pub(super) fn elsewhere(&mut self) {
        let filled: Vec<u32> = self
            .changed
            .iter()
            .filter(|(number, how)| **how == How::Added && self.old.dangling.contains(number))
            .map(|(number, _how)| *number)
            .collect();
        for number in filled {
            self.note(
                ChangeKind::Hidden,
                false,
                Some((number, generation(self.after, number))),
                "an object was added where the signed document pointed to nothing",
            );
        }
        if self.free.is_empty() {
            return;
        }
        let mut misused = HashSet::new();
        let trailer = Value::Dictionary(self.before.trailer());
        self.look_for_misuse(0, &trailer, &mut misused);
        for number in numbers(self.before) {
            let value = self.before.get((number, generation(self.before, number)));
            self.look_for_misuse(number, &value, &mut misused);
        }
        for number in misused {
            self.note(
                ChangeKind::Other,
                false,
                Some((number, generation(self.after, number))),
                "an object that may change in one place is also used in another",
            );
        }
    }

    fn look_for_misuse(&self, from: u32, value: &Value, misused: &mut HashSet<u32>) {
        let mut check = |key: &[u8], value: &Value| {
            let mut found = Vec::new();
            references(value, &mut found);
            for (number, _generation) in found {
                if let Some(allowed) = self.free.get(&number)
                    && !allowed.contains(&(from, key.to_vec()))
                {
                    misused.insert(number);
                }
            }
        };
        match value.keys() {
            Some(keys) => keys.iter().for_each(|(key, value)| check(key, value)),
            None => check(b"", value),
        }
    }
}

/// All numbers in use.
fn numbers(view: View<'_, '_>) -> Vec<u32> {
    let mut numbers: Vec<u32> = view
        .file
        .sections
        .get(..=view.index)
        .unwrap_or_default()
        .iter()
        .flat_map(|section| section.entries.keys().copied())
        .filter(|number| *number != 0 && view.entry(*number) != Entry::Free)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The references within one object.
fn references(value: &Value, found: &mut Vec<Id>) {
    match value {
        Value::Reference(id) => found.push(*id),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {
            for value in value.keys().into_iter().flat_map(|keys| keys.values()) {
                references(value, found);
            }
        }
    }
}

/// What the objects of a revision refer to and that is not there.
pub(super) fn dangling(view: View<'_, '_>) -> HashSet<u32> {
    let mut found = HashSet::new();
    for number in numbers(view) {
        dangling_in(view, number, &mut found);
    }
    found
}

fn dangling_in(view: View<'_, '_>, number: u32, found: &mut HashSet<u32>) {
    let mut named = Vec::new();
    references(&view.get((number, generation(view, number))), &mut named);
    for (number, _generation) in named {
        if view.entry(number) == Entry::Free {
            found.insert(number);
        }
    }
}

/// The same of a later revision, where only `changed` can differ.
pub(super) fn still_dangling(
    before: &HashSet<u32>,
    changed: &HashSet<u32>,
    after: View<'_, '_>,
) -> HashSet<u32> {
    let mut found: HashSet<u32> = before
        .iter()
        .copied()
        .filter(|number| after.entry(*number) == Entry::Free)
        .collect();
    for number in changed {
        if after.entry(*number) == Entry::Free {
            // Somebody may still refer to what was removed.
            found.insert(*number);
        } else {
            dangling_in(after, *number, &mut found);
        }
    }
    found
}

/// Everything that pages and the catalog lead to, each with its first use.
pub(super) struct Users(HashMap<u32, Use>);

impl Users {
    pub(super) fn of(view: View<'_, '_>, pages: &Pages) -> Self {
        let mut users = Self(HashMap::new());
        for number in &pages.nodes {
            let used = Use {
                page: None,
                role: Role::Document,
            };
            users.0.insert(*number, used);
        }
        for (index, id) in pages.order.iter().enumerate() {
            let page = Some(index + 1);
            users.0.insert(
                id.0,
                Use {
                    page,
                    role: Role::Page,
                },
            );
        }
        for (index, id) in pages.order.iter().enumerate() {
            let page = view.get(*id);
            for (key, value) in page.keys().into_iter().flat_map(|keys| keys.iter()) {
                let role = match key.as_slice() {
                    b"Contents" => Role::Content,
                    b"Annots" => Role::Annotation,
                    b"Parent" => continue,
                    _ => Role::Resource,
                };
                let used = Use {
                    page: Some(index + 1),
                    role,
                };
                users.walk(view, value, used);
            }
        }
        let everything = Value::Dictionary(view.trailer());
        users.walk(
            view,
            &everything,
            Use {
                page: None,
                role: Role::Document,
            },
        );
        users
    }

    pub(super) fn of_object(&self, number: u32) -> Option<Use> {
        self.0.get(&number).copied()
    }

    fn walk(&mut self, view: View<'_, '_>, from: &Value, used: Use) {
        let mut open = VecDeque::from([from.clone()]);
        while let Some(value) = open.pop_front() {
            let mut named = Vec::new();
            references(&value, &mut named);
            for id in named {
                if let std::collections::hash_map::Entry::Vacant(slot) = self.0.entry(id.0) {
                    slot.insert(used);
                    open.push_back(view.get(id));
                }
            }
        }
    }
}

/// What kind of change it is when an object so used is another.
pub(super) fn kind_of(value: &Value, used: Use) -> ChangeKind {
    let keys = value.keys();
    let is = |key: &[u8], name: &[u8]| {
        keys.and_then(|keys| keys.get(key)?.name())
            .is_some_and(|found| found == name)
    };
    match used.role {
        Role::Page => ChangeKind::Pages,
        Role::Content => ChangeKind::PageContent,
        Role::Annotation if is(b"Subtype", b"Widget") || is(b"Subtype", b"Form") => {
            ChangeKind::Appearance
        }
        Role::Annotation if is(b"Type", b"Sig") => ChangeKind::SignatureReplaced,
        Role::Annotation if is(b"Type", b"Annot") => ChangeKind::Annotation,
        Role::Annotation | Role::Resource => ChangeKind::Resource,
        Role::Document if is(b"Type", b"Pages") => ChangeKind::Pages,
        Role::Document if is(b"Type", b"Sig") => ChangeKind::SignatureReplaced,
        Role::Document => ChangeKind::Document,
    }
}
