//! Signature fields: new ones, and those that were signed.

use super::super::fields::Node;
use super::super::report::ChangeKind;
use super::super::value::{Dictionary, Value};
use super::{How, Step};

/// What a new signature field or its widget may consist of. No actions, no layers, no script.
const FIELD_KEYS: [&[u8]; 27] = [
    b"AP",
    b"AS",
    b"BS",
    b"Border",
    b"C",
    b"DA",
    b"F",
    b"FT",
    b"Ff",
    b"H",
    b"Kids",
    b"Lang",
    b"Lock",
    b"M",
    b"MK",
    b"NM",
    b"P",
    b"Parent",
    b"Q",
    b"Rect",
    b"SV",
    b"StructParent",
    b"Subtype",
    b"T",
    b"TM",
    b"TU",
    b"Type",
];
/// What may come or change when an existing field is signed.
const SIGNED_KEYS: [&[u8]; 8] = [b"V", b"AP", b"AS", b"F", b"M", b"MK", b"P", b"DA"];

impl Step<'_, '_, '_> {
    /// A field or widget that was not there before: nothing but a signature's.
    pub(super) fn new_field(&mut self, node: &Node) {
        if self.how(node.id.0) != Some(How::Added) {
            self.about(
                node,
                ChangeKind::Hidden,
                false,
                "an object that was there already became a form field",
            );
            return;
        }
        if !node.is_signature() {
            self.about(node, ChangeKind::Form, false, "a form field was added");
            return;
        }
        let odd = node
            .keys
            .keys()
            .find(|key| *key != b"V" && !FIELD_KEYS.contains(&key.as_slice()));
        if let Some(odd) = odd {
            let detail = format!(
                "a new signature field has /{}, which none needs",
                String::from_utf8_lossy(odd)
            );
            self.about(node, ChangeKind::Form, false, &detail);
            return;
        }
        // Below a field that was there, only with a name of its own: else it is a second place
        // where an old field shows something.
        let parent_is_old = node
            .parent
            .is_some_and(|parent| self.old.tree.nodes.contains_key(&parent));
        if parent_is_old && !node.keys.contains_key(b"T".as_slice()) {
            self.about(
                node,
                ChangeKind::Form,
                false,
                "a field got a further widget",
            );
            return;
        }
        let Some(kind) = self.kind_of_value(node) else {
            return;
        };
        let is_visible = self.is_visible(&node.keys);
        let is_allowed = match kind {
            ChangeKind::DocumentTimeStamp => !is_visible || self.rules.allow_new_visible_field(),
            _ => {
                self.rules.allow_forms()
                    && !self.rules.locks(&node.name)
                    && (!is_visible || self.rules.allow_new_visible_field())
            }
        };
        if is_allowed {
            self.settled.insert(node.id.0);
            for value in node.keys.values() {
                self.settle_new_below(value);
            }
            self.placed.insert(node.id);
        }
        let detail = match (kind, is_allowed) {
            (_, false) => "a signature field was added that an earlier signature does not allow",
            (ChangeKind::SignatureField, true) => "an empty signature field was added",
            (ChangeKind::DocumentTimeStamp, true) => "a document time stamp was added",
            _ => "a signature was added",
        };
        // A nameless part of a field that is told of already.
        if node.keys.contains_key(b"T".as_slice()) || !is_allowed {
            self.about(node, kind, is_allowed, detail);
        }
    }

    /// A signature field that was there before and is different now.
    pub(super) fn known_signature_field(&mut self, old: &Node, new: &Node, differing: &[Vec<u8>]) {
        if old.is_signed(self.before) {
            self.about(
                new,
                ChangeKind::SignatureReplaced,
                false,
                "a field was changed that had been signed",
            );
            return;
        }
        if !new.is_signed(self.after) {
            // Only its widgets or kids may have come with a new signature field below it.
            let only_kids = differing.iter().all(|key| key.as_slice() == b"Kids");
            if !only_kids {
                self.about(
                    new,
                    ChangeKind::Form,
                    false,
                    "an empty signature field was changed",
                );
            }
            return;
        }
        let odd = differing
            .iter()
            .find(|key| !SIGNED_KEYS.contains(&key.as_slice()));
        if let Some(odd) = odd {
            let detail = format!(
                "/{} of a field changed when it was signed",
                String::from_utf8_lossy(odd)
            );
            self.about(new, ChangeKind::Form, false, &detail);
            return;
        }
        let Some(kind) = self.kind_of_value(new) else {
            return;
        };
        let is_allowed = kind == ChangeKind::DocumentTimeStamp
            || (self.rules.allow_forms() && !self.rules.locks(&new.name));
        if is_allowed {
            for key in differing {
                if let Some(value) = new.keys.get(key) {
                    self.settle_new_below(value);
                }
            }
            self.placed.insert(new.id);
        }
        let detail = if is_allowed {
            "a signature was added"
        } else {
            "a field was signed that an earlier signature had locked"
        };
        if new.keys.contains_key(b"T".as_slice()) || !is_allowed {
            self.about(new, kind, is_allowed, detail);
        }
    }

    /// What the field's value makes of it; none where the value is not one, which is said.
    fn kind_of_value(&mut self, node: &Node) -> Option<ChangeKind> {
        let Some(value) = &node.value else {
            return Some(ChangeKind::SignatureField);
        };
        let is_new = value
            .reference()
            .is_some_and(|(number, _generation)| self.how(number) == Some(How::Added));
        let resolved = self.after.resolve(value);
        let keys = resolved.dictionary().filter(|keys| {
            is_new
                && self.after.entry_of(keys, b"Contents").text().is_some()
                && self.after.entry_of(keys, b"ByteRange").array().is_some()
        });
        let Some(keys) = keys else {
            self.about(
                node,
                ChangeKind::SignatureReplaced,
                false,
                "the value of a signature field is no new signature",
            );
            return None;
        };
        let is_stamp = self.after.entry_of(keys, b"SubFilter").name() == Some(b"ETSI.RFC3161");
        Some(if is_stamp {
            ChangeKind::DocumentTimeStamp
        } else {
            ChangeKind::Signature
        })
    }

    /// Whether a widget takes room on the page.
    fn is_visible(&self, keys: &Dictionary) -> bool {
        let rect = self.after.entry_of(keys, b"Rect");
        let corners: Vec<f64> = rect
            .array()
            .into_iter()
            .flat_map(|all| all.iter())
            .filter_map(|corner| self.after.resolve(corner).number())
            .collect();
        match *corners.as_slice() {
            [left, bottom, right, top] => {
                (right - left).abs() > 0.01 && (top - bottom).abs() > 0.01
            }
            _ => keys.contains_key(b"Rect".as_slice()),
        }
    }
}

/// Only for a widget's page to be compared.
pub(super) fn is_widget(value: &Value) -> bool {
    value
        .dictionary()
        .and_then(|keys| keys.get(b"Subtype".as_slice())?.name())
        .is_some_and(|name| name == b"Widget")
}
