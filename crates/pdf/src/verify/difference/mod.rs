//! What one revision changed in the one before, and whether the signatures there allow it.
//!
//! Every object that an update wrote must be accounted for: it is found in a role in which it may
//! change, with nothing else changed, or it counts as a change that nobody allowed. So what this
//! does not know is never called allowed.

mod accounting;
mod elsewhere;
mod form;
mod notes;
mod pages;
mod signature;
mod store;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::fields::{FieldTree, Pages};
use super::file::View;
use super::report::{ChangeKind, LaterChange};
use super::rules::Rules;
use super::section::Entry;
use super::value::{Dictionary, Id, Value};

/// What is known of a revision; each follows from the one before.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) tree: FieldTree,
    pub(super) pages: Pages,
    /// Object numbers that something refers to and that do not exist.
    dangling: HashSet<u32>,
}

impl State {
    pub(super) fn of(view: View<'_, '_>) -> Self {
        Self {
            tree: FieldTree::of(view),
            pages: Pages::of(view),
            dangling: elsewhere::dangling(view),
        }
    }
}

/// How an object differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Added,
    Replaced,
    Removed,
}

/// From one revision to a later one.
pub(super) struct Step<'s, 'f, 'a> {
    before: View<'f, 'a>,
    after: View<'f, 'a>,
    old: &'s State,
    new: State,
    rules: &'s Rules,
    changed: BTreeMap<u32, How>,
    /// Numbers whose change has been judged.
    settled: HashSet<u32>,
    /// Objects whose content may be replaced in one role, with the places that may refer to them.
    free: HashMap<u32, HashSet<(u32, Vec<u8>)>>,
    /// Widgets that this step may put on a page.
    placed: HashSet<Id>,
    changes: Vec<LaterChange>,
}

impl<'s, 'f, 'a> Step<'s, 'f, 'a> {
    /// Judges the step; answers what changed and the state of the later revision. `ends` are the
    /// byte positions where the two revisions end.
    pub(super) fn judge(
        (before, after): (View<'f, 'a>, View<'f, 'a>),
        old: &'s State,
        rules: &'s Rules,
        ends: (usize, usize),
    ) -> (Vec<LaterChange>, State) {
        let changed = changed(before, after);
        let numbers: HashSet<u32> = changed.keys().copied().collect();
        let new = State {
            tree: FieldTree::of(after),
            pages: Pages::of(after),
            dangling: elsewhere::still_dangling(&old.dangling, &numbers, after),
        };
        let mut step = Self {
            before,
            after,
            old,
            new,
            rules,
            changed,
            settled: HashSet::new(),
            free: HashMap::new(),
            placed: HashSet::new(),
            changes: Vec::new(),
        };
        step.account(ends);
        step.trailer();
        step.catalog();
        step.form();
        step.pages();
        step.notes();
        step.rest();
        step.elsewhere();
        step.changes.sort_by_key(|change| change.is_allowed);
        (step.changes, step.new)
    }

    fn how(&self, number: u32) -> Option<How> {
        self.changed.get(&number).copied()
    }

    /// The number of a reference whose target this step changed.
    fn touched(&self, value: Option<&Value>) -> Option<u32> {
        let (number, _generation) = value?.reference()?;
        self.changed.contains_key(&number).then_some(number)
    }

    fn same(&self, before: &Value, after: &Value) -> bool {
        before.same(after, self.before.file.bytes)
    }

    /// The object behind `after` has been compared with the one behind `before`. One that stood
    /// elsewhere before is not accounted for by that.
    fn settle(&mut self, before: Option<&Value>, after: Option<&Value>) {
        let Some(number) = self.touched(after) else {
            return;
        };
        let is_the_same = before.and_then(Value::reference) == after.and_then(Value::reference);
        if self.how(number) == Some(How::Added) || is_the_same {
            self.settled.insert(number);
        }
    }

    /// Everything new that hangs below a value; what stood there before is left for others to judge.
    fn settle_new_below(&mut self, value: &Value) {
        let mut open = vec![value.clone()];
        while let Some(value) = open.pop() {
            match &value {
                Value::Reference(id)
                    if self.how(id.0) == Some(How::Added) && self.settled.insert(id.0) =>
                {
                    open.push(self.after.get(*id));
                }
                Value::Array(items) => open.extend(items.iter().cloned()),
                Value::Dictionary(_) | Value::Stream(_) => {
                    for (key, value) in value.keys().into_iter().flat_map(|keys| keys.iter()) {
                        // Ways back up into the document.
                        if !matches!(key.as_slice(), b"Parent" | b"P" | b"Data" | b"Root") {
                            open.push(value.clone());
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The content of this object may be replaced as long as only `from`, under `key`, uses it.
    fn free(&mut self, number: u32, from: u32, key: &[u8]) {
        if self.how(number) == Some(How::Replaced) {
            self.free
                .entry(number)
                .or_default()
                .insert((from, key.to_vec()));
        }
    }

    fn note(&mut self, kind: ChangeKind, is_allowed: bool, object: Option<Id>, detail: &str) {
        let mut change = LaterChange {
            kind,
            is_allowed,
            page: None,
            field: None,
            object: None,
            detail: detail.to_owned(),
        };
        if let Some((number, generation)) = object {
            change.object = Some(format!("{number} {generation}"));
        }
        self.push(change);
    }

    fn push(&mut self, change: LaterChange) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    fn trailer(&mut self) {
        let (old, new) = (self.before.trailer(), self.after.trailer());
        let null = Value::Null;
        for key in [b"Root".as_slice(), b"Encrypt"] {
            let (one, two) = (old.get(key).unwrap_or(&null), new.get(key).unwrap_or(&null));
            if !self.same(one, two) {
                let detail = format!("the trailer's /{} is another", String::from_utf8_lossy(key));
                self.note(ChangeKind::Document, false, two.reference(), &detail);
            }
        }
        let (one, two) = (old.get(b"Info".as_slice()), new.get(b"Info".as_slice()));
        let info = two.map_or(Value::Null, |two| self.after.resolve(two));
        let is_plain = info.dictionary().is_some_and(|keys| {
            keys.values().all(|value| {
                matches!(
                    self.after.resolve(value),
                    Value::Text(_) | Value::Name(_) | Value::Boolean(_)
                )
            })
        });
        if let Some(number) = self.touched(two).filter(|_| is_plain) {
            self.settle(one, two);
            self.settle_new_below(&info);
            // Number 0 stands for the trailer.
            self.free(number, 0, b"Info");
            let object = two.and_then(Value::reference);
            self.note(
                ChangeKind::Metadata,
                true,
                object,
                "the document information",
            );
        }
    }

    fn catalog(&mut self) {
        let (old, new) = (self.before.catalog(), self.after.catalog());
        let root = self.after.root();
        let root_number = root.map_or(0, |root| root.0);
        self.settle(
            self.before.root().map(Value::Reference).as_ref(),
            root.map(Value::Reference).as_ref(),
        );
        for key in keys_of(&old, &new) {
            let (one, two) = (old.get(&key), new.get(&key));
            match key.as_slice() {
                // Each looked at on its own, also where only what they refer to has changed.
                b"AcroForm" => {}
                b"DSS" => self.validation_data(one, two, root_number),
                b"Metadata" => self.metadata(one, two, root_number),
                b"Extensions" => self.extensions(one, two),
                b"Version" if is_later_version(two) => {}
                _ if self.same(one.unwrap_or(&Value::Null), two.unwrap_or(&Value::Null)) => {}
                _ => {
                    let kind = match key.as_slice() {
                        b"Pages" => ChangeKind::Pages,
                        b"Perms" => ChangeKind::SignatureReplaced,
                        _ => ChangeKind::Document,
                    };
                    let detail = format!(
                        "/{} of the catalog is another",
                        String::from_utf8_lossy(&key)
                    );
                    self.note(kind, false, root, &detail);
                }
            }
        }
    }

    /// What no role accounted for.
    fn rest(&mut self) {
        let left: Vec<(u32, How)> = self
            .changed
            .iter()
            .filter(|(number, _how)| !self.settled.contains(number))
            .map(|(number, how)| (*number, *how))
            .collect();
        if left.is_empty() {
            return;
        }
        let users = elsewhere::Users::of(self.after, &self.new.pages);
        let earlier = elsewhere::Users::of(self.before, &self.old.pages);
        for (number, how) in left {
            // Whoever used what was removed no longer does; that is judged where it stood.
            if how == How::Removed && users.of_object(number).is_none() {
                continue;
            }
            let view = if how == How::Removed {
                self.before
            } else {
                self.after
            };
            let id = (number, generation(view, number));
            let used = users
                .of_object(number)
                .or_else(|| earlier.of_object(number));
            let kind = match used {
                None if how == How::Added => ChangeKind::Hidden,
                None => ChangeKind::Other,
                Some(used) => elsewhere::kind_of(&view.get(id), used),
            };
            let what = match how {
                How::Added if used.is_none() => "was added and nothing uses it",
                How::Added => "was added where nothing may be",
                How::Replaced => "was replaced",
                How::Removed => "was removed",
            };
            self.push(LaterChange {
                kind,
                is_allowed: false,
                page: used.and_then(|used| used.page),
                field: None,
                object: Some(format!("{} {}", id.0, id.1)),
                detail: format!("an object {what}"),
            });
        }
    }
}

fn keys_of(one: &Dictionary, two: &Dictionary) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = one.keys().chain(two.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    keys
}

fn is_later_version(value: Option<&Value>) -> bool {
    value
        .and_then(Value::name)
        .is_some_and(|name| matches!(name, [b'1' | b'2', b'.', b'0'..=b'9']))
}

fn generation(view: View<'_, '_>, number: u32) -> u16 {
    match view.entry(number) {
        Entry::At { generation, .. } => generation,
        _ => 0,
    }
}

/// Which objects differ between two revisions: only what the sections in between list can.
fn changed(before: View<'_, '_>, after: View<'_, '_>) -> BTreeMap<u32, How> {
    let bytes = before.file.bytes;
    let sections = before
        .file
        .sections
        .get(before.index + 1..=after.index)
        .unwrap_or_default();
    let numbers: HashSet<u32> = sections
        .iter()
        .flat_map(|section| section.entries.keys().copied())
        .filter(|number| *number != 0)
        .collect();
    numbers
        .into_iter()
        .filter_map(|number| {
            let (old, new) = (before.entry(number), after.entry(number));
            let how = match (old, new) {
                _ if old == new => return None,
                (Entry::Free, Entry::Free) => return None,
                (Entry::Free, _) => How::Added,
                (_, Entry::Free) => How::Removed,
                _ => {
                    let one = before.get((number, generation(before, number)));
                    let two = after.get((number, generation(after, number)));
                    let is_same = generation(before, number) == generation(after, number)
                        && !one.is_null()
                        && one.same(&two, bytes);
                    if is_same {
                        return None;
                    }
                    How::Replaced
                }
            };
            Some((number, how))
        })
        .collect()
}
