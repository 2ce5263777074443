//! What is kept about the document rather than shown: revocation data, metadata, extensions.

use super::super::file::View;
use super::super::report::ChangeKind;
use super::super::value::Value;
use super::{How, Step};

impl Step<'_, '_, '_> {
    /// `/DSS` (ISO 32000-2, 12.8.4.3): certificates and revocation data may always be added.
    pub(super) fn validation_data(
        &mut self,
        before: Option<&Value>,
        after: Option<&Value>,
        root: u32,
    ) {
        let Some(after) = after else {
            self.note(
                ChangeKind::Document,
                false,
                None,
                "the revocation data was removed",
            );
            return;
        };
        let mut old = Vec::new();
        if let Some(before) = before {
            members(self.before, before, &mut old, (root, b"DSS"), 0);
        }
        let mut new = Vec::new();
        if !members(self.after, after, &mut new, (root, b"DSS"), 0) {
            self.note(
                ChangeKind::Document,
                false,
                after.reference(),
                "the revocation data holds something else",
            );
            return;
        }
        let mut has_changed = !self.same(before.unwrap_or(&Value::Null), after);
        for (number, from, key) in new {
            match self.how(number) {
                Some(How::Added) => {
                    self.settled.insert(number);
                    has_changed = true;
                }
                Some(How::Replaced) if old.iter().any(|(known, ..)| *known == number) => {
                    self.settled.insert(number);
                    self.free(number, from, &key);
                    has_changed = true;
                }
                _ => {}
            }
        }
        // Where it stood before, others may refer to it from too.
        for (number, from, key) in old {
            if self.free.contains_key(&number) {
                self.free(number, from, &key);
            }
        }
        if has_changed {
            self.note(
                ChangeKind::ValidationData,
                true,
                after.reference(),
                "certificates and revocation data were added",
            );
        }
    }

    /// The XMP stream of the document.
    pub(super) fn metadata(&mut self, before: Option<&Value>, after: Option<&Value>, root: u32) {
        let is_same = self.same(
            before.unwrap_or(&Value::Null),
            after.unwrap_or(&Value::Null),
        );
        if is_same && self.touched(after).is_none() {
            return;
        }
        let value = after.map_or(Value::Null, |after| self.after.resolve(after));
        let is_metadata = value.stream().is_some_and(|stream| {
            stream
                .dictionary
                .get(b"Type".as_slice())
                .is_none_or(|kind| kind.name() == Some(b"Metadata"))
                && !stream.dictionary.contains_key(b"BBox".as_slice())
        });
        let object = after.and_then(Value::reference);
        if !is_metadata {
            self.note(
                ChangeKind::Document,
                false,
                object,
                "the metadata is no longer any",
            );
            return;
        }
        self.settle(before, after);
        if let Some(number) = self.touched(after) {
            self.free(number, root, b"Metadata");
        }
        self.note(
            ChangeKind::Metadata,
            true,
            object,
            "the metadata is another",
        );
    }

    /// `/Extensions`: which extensions of PDF the file may use; words and numbers only.
    pub(super) fn extensions(&mut self, before: Option<&Value>, after: Option<&Value>) {
        let is_same = self.same(
            before.unwrap_or(&Value::Null),
            after.unwrap_or(&Value::Null),
        );
        if is_same && self.touched(after).is_none() {
            return;
        }
        let is_plain = after.is_none_or(|after| self.is_plain(after, 0));
        if !is_plain {
            let object = after.and_then(Value::reference);
            self.note(
                ChangeKind::Document,
                false,
                object,
                "/Extensions holds something else",
            );
            return;
        }
        self.settle(before, after);
        if let Some(after) = after {
            self.settle_new_below(after);
        }
    }

    fn is_plain(&self, value: &Value, depth: usize) -> bool {
        match self.after.resolve(value) {
            Value::Name(_) | Value::Integer(_) | Value::Text(_) => true,
            Value::Dictionary(keys) => {
                depth < 3 && keys.values().all(|value| self.is_plain(value, depth + 1))
            }
            Value::Array(items) => {
                depth < 3 && items.iter().all(|value| self.is_plain(value, depth + 1))
            }
            _ => false,
        }
    }
}

/// An object of the DSS, and who refers to it under which key.
type Member = (u32, u32, Vec<u8>);

/// The objects that make up a DSS; false where something is not of its shape.
fn members(
    view: View<'_, '_>,
    value: &Value,
    found: &mut Vec<Member>,
    (from, key): (u32, &[u8]),
    depth: usize,
) -> bool {
    let (from, key) = match value.reference() {
        Some((number, _generation)) => {
            found.push((number, from, key.to_vec()));
            (number, None)
        }
        None => (from, Some(key)),
    };
    match view.resolve(value) {
        Value::Stream(_) => depth > 0,
        Value::Array(items) => {
            let origin = (from, key.unwrap_or_default());
            depth > 0
                && depth < 4
                && items
                    .iter()
                    .all(|item| members(view, item, found, origin, depth + 1))
        }
        Value::Dictionary(keys) => {
            depth < 3
                && keys.iter().all(|(name, value)| {
                    let is_plain = matches!(
                        value,
                        Value::Name(_) | Value::Text(_) | Value::Integer(_) | Value::Boolean(_)
                    );
                    is_plain || members(view, value, found, (from, key.unwrap_or(name)), depth + 1)
                })
        }
        Value::Text(_) | Value::Name(_) => depth > 1,
        _ => false,
    }
}
