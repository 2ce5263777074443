//! The form: which fields came, which were filled in, which were signed.

use std::collections::HashSet;

use super::super::fields::Node;
use super::super::report::{ChangeKind, LaterChange};
use super::super::value::{Dictionary, Id, Value};
use super::{How, Step, keys_of};

const READ_ONLY: i64 = 1;

impl Step<'_, '_, '_> {
    pub(super) fn form(&mut self) {
        let (old, new) = (self.before.catalog(), self.after.catalog());
        let (one, two) = (
            old.get(b"AcroForm".as_slice()),
            new.get(b"AcroForm".as_slice()),
        );
        let resolved = |view: super::View<'_, '_>, value: Option<&Value>| {
            value.map_or(Value::Null, |value| view.resolve(value))
        };
        let (before, after) = (resolved(self.before, one), resolved(self.after, two));
        self.settle(one, two);
        let is_new = before.is_null();
        let none = std::rc::Rc::default();
        let before = before.dictionary().unwrap_or(&none);
        let after = after.dictionary().unwrap_or(&none);
        for key in keys_of(before, after) {
            let (one, two) = (before.get(&key), after.get(&key));
            let is_same = self.same(one.unwrap_or(&Value::Null), two.unwrap_or(&Value::Null));
            let is_fine = match key.as_slice() {
                b"Fields" => {
                    self.settle(one, two);
                    self.are_fields(one, two)
                }
                b"SigFlags" => true,
                b"DR" => self.has_grown(one, two, 3),
                b"NeedAppearances" => is_same || !matches!(two, Some(Value::Boolean(true))),
                b"DA" | b"Q" => is_same || is_new || one.is_none(),
                _ => is_same,
            };
            if !is_fine {
                let detail = format!("/{} of the form is another", String::from_utf8_lossy(&key));
                let object = new.get(b"AcroForm".as_slice()).and_then(Value::reference);
                self.note(ChangeKind::Form, false, object, &detail);
            }
        }
        self.fields();
    }

    /// Whether everything that the list of fields got more of is a field.
    fn are_fields(&self, before: Option<&Value>, after: Option<&Value>) -> bool {
        let known = before.map_or(Value::Null, |value| self.before.resolve(value));
        let listed = after.map_or(Value::Null, |value| self.after.resolve(value));
        listed
            .array()
            .into_iter()
            .flat_map(|all| all.iter())
            .all(|item| {
                item.reference()
                    .is_some_and(|id| self.new.tree.nodes.contains_key(&id))
                    || known
                        .array()
                        .is_some_and(|known| known.iter().any(|one| self.same(one, item)))
            })
    }

    /// Whether `after` has all that `before` had, `levels` dictionaries deep; what is new is settled.
    fn has_grown(&mut self, before: Option<&Value>, after: Option<&Value>, levels: usize) -> bool {
        let (old, new) = (
            before.map_or(Value::Null, |value| self.before.resolve(value)),
            after.map_or(Value::Null, |value| self.after.resolve(value)),
        );
        if old.is_null() {
            if let Some(after) = after {
                self.settle_new_below(after);
            }
            return true;
        }
        if levels == 0 {
            let null = Value::Null;
            return self.same(before.unwrap_or(&null), after.unwrap_or(&null));
        }
        let (Some(one), Some(two)) = (old.dictionary(), new.dictionary()) else {
            let null = Value::Null;
            return self.same(before.unwrap_or(&null), after.unwrap_or(&null));
        };
        // A font is compared as a whole, not as something that grows.
        if levels < 3 && (one.contains_key(b"Type".as_slice()) || old.stream().is_some()) {
            let null = Value::Null;
            return self.same(before.unwrap_or(&null), after.unwrap_or(&null));
        }
        self.settle(before, after);
        keys_of(one, two)
            .iter()
            .all(|key| self.has_grown(one.get(key), two.get(key), levels - 1))
    }

    fn fields(&mut self) {
        if self.new.tree.is_odd && !self.old.tree.is_odd {
            self.note(
                ChangeKind::Form,
                false,
                None,
                "the tree of form fields goes in a circle or is too large",
            );
        }
        let gone: Vec<Node> = self
            .old
            .tree
            .nodes
            .values()
            .filter(|node| !self.new.tree.nodes.contains_key(&node.id))
            .cloned()
            .collect();
        for node in gone {
            let kind = if node.is_signature() {
                ChangeKind::SignatureReplaced
            } else {
                ChangeKind::Form
            };
            self.about(&node, kind, false, "a field was removed");
        }
        let nodes: Vec<Node> = self
            .new
            .tree
            .order
            .iter()
            .filter_map(|id| self.new.tree.nodes.get(id).cloned())
            .collect();
        let mut told = HashSet::new();
        for node in &nodes {
            match self.old.tree.nodes.get(&node.id) {
                Some(old) => self.known_field(old, node, &mut told),
                None => self.new_field(node),
            }
        }
    }

    /// Says something of a field, with the page that shows it.
    pub(super) fn about(&mut self, node: &Node, kind: ChangeKind, is_allowed: bool, detail: &str) {
        let page = self.new.pages.showing(self.after, node.id).or_else(|| {
            node.kids
                .iter()
                .find_map(|kid| self.new.pages.showing(self.after, *kid))
        });
        self.push(LaterChange {
            kind,
            is_allowed,
            page,
            field: Some(node.name.clone()).filter(|name| !name.is_empty()),
            object: Some(format!("{} {}", node.id.0, node.id.1)),
            detail: detail.to_owned(),
        });
    }

    /// A field or widget that was there before.
    fn known_field(&mut self, old: &Node, new: &Node, told: &mut HashSet<String>) {
        let differing: Vec<Vec<u8>> = keys_of(&old.keys, &new.keys)
            .into_iter()
            .filter(|key| self.differs(&old.keys, &new.keys, key))
            .collect();
        let is_replaced = self.how(new.id.0).is_some();
        if differing.is_empty() && !is_replaced && old.name == new.name && old.kind == new.kind {
            return;
        }
        if old.name != new.name || old.kind != new.kind || old.parent != new.parent {
            self.about(
                new,
                ChangeKind::Form,
                false,
                "a field has another name or kind",
            );
            return;
        }
        let id = Value::Reference(new.id);
        self.settle(Some(&id), Some(&id));
        if differing.is_empty() {
            return;
        }
        if new.is_signature() {
            self.known_signature_field(old, new, &differing);
            return;
        }
        if let Some(odd) = differing.iter().find(|key| !may_differ(old, new, key)) {
            let detail = format!("/{} of a field is another", String::from_utf8_lossy(odd));
            self.about(new, ChangeKind::Form, false, &detail);
            return;
        }
        if !self.is_widget_or_field(new) {
            self.about(
                new,
                ChangeKind::Annotation,
                false,
                "a field that is no widget was changed",
            );
            return;
        }
        let is_allowed = self.rules.allow_forms() && !self.rules.locks(&new.name);
        if is_allowed {
            self.settle_filled(old, new, &differing);
        }
        if told.insert(new.name.clone()) || !is_allowed {
            let detail = if is_allowed {
                "a form field was filled in"
            } else {
                "a form field was changed that a signature had locked"
            };
            self.about(new, ChangeKind::FieldValue, is_allowed, detail);
        }
    }

    /// An entry is another, or the objects that it consists of are.
    fn differs(&self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
        let (one, two) = (old.get(key), new.get(key));
        if !self.same(one.unwrap_or(&Value::Null), two.unwrap_or(&Value::Null)) {
            return true;
        }
        match key {
            b"AP" => two.is_some_and(|two| {
                self.parts_of_appearance(two)
                    .iter()
                    .any(|(number, _from, _key)| self.how(*number).is_some())
            }),
            b"Parent" | b"P" | b"Kids" => false,
            _ => self.touched(two).is_some(),
        }
    }

    /// The objects that an appearance dictionary consists of, each with who refers to it: its own
    /// object, those of its states, the streams. Not what the streams use.
    fn parts_of_appearance(&self, appearance: &Value) -> Vec<(u32, u32, Vec<u8>)> {
        let mut parts = Vec::new();
        // Number 0: within the widget itself; the caller knows which.
        let mut open = vec![(appearance.clone(), 0, b"AP".to_vec(), 0)];
        while let Some((value, from, key, depth)) = open.pop() {
            let own = value.reference();
            if let Some((number, _generation)) = own {
                parts.push((number, from, key.clone()));
            }
            if depth > 2 {
                continue;
            }
            let resolved = self.after.resolve(&value);
            for (name, value) in resolved.dictionary().into_iter().flat_map(|all| all.iter()) {
                let (from, key) = match own {
                    Some((number, _generation)) => (number, name.clone()),
                    None => (from, key.clone()),
                };
                open.push((value.clone(), from, key, depth + 1));
            }
        }
        parts
    }

    fn is_widget_or_field(&self, node: &Node) -> bool {
        let subtype = self.after.entry_of(&node.keys, b"Subtype");
        subtype.is_null() || subtype.name() == Some(b"Widget")
    }

    /// Settles what a filled field brought along.
    fn settle_filled(&mut self, old: &Node, new: &Node, differing: &[Vec<u8>]) {
        for key in differing {
            let Some(value) = new.keys.get(key) else {
                continue;
            };
            self.settle_new_below(value);
            if old.keys.get(key).and_then(Value::reference) == value.reference() {
                self.settle_in_place(new.id, key, value);
            }
            if key.as_slice() == b"AP" {
                for (number, from, key) in self.parts_of_appearance(value) {
                    let from = if from == 0 { new.id.0 } else { from };
                    self.replaced_part(number, from, &key);
                }
            }
        }
    }

    fn settle_in_place(&mut self, owner: Id, key: &[u8], value: &Value) {
        if let Some(number) = self.touched(Some(value)) {
            self.replaced_part(number, owner.0, key);
        }
    }

    fn replaced_part(&mut self, number: u32, from: u32, key: &[u8]) {
        if self.how(number) == Some(How::Replaced) {
            self.settled.insert(number);
            self.free(number, from, key);
        }
    }
}

/// What a filled field may change of itself.
fn may_differ(old: &Node, new: &Node, key: &[u8]) -> bool {
    match key {
        b"V" | b"AP" | b"AS" | b"I" | b"RV" | b"M" => true,
        b"Ff" => {
            let flags = |node: &Node| node.keys.get(b"Ff".as_slice()).and_then(Value::integer);
            let (one, two) = (flags(old), flags(new).unwrap_or(0));
            // Nothing but read-only may come; where the field inherited its flags, only that
            // they are now its own.
            one.is_none() || one.unwrap_or(0) | READ_ONLY == two
        }
        _ => false,
    }
}
