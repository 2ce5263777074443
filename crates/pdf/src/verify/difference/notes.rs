//! Notes that were there before: changed only where the author's certification allows notes.

use super::super::report::{ChangeKind, LaterChange};
use super::super::value::Value;
use super::signature::is_widget;
use super::{How, Step};

impl Step<'_, '_, '_> {
    pub(super) fn notes(&mut self) {
        if !self.rules.allow_notes() {
            return;
        }
        for (index, page) in self.new.pages.order.clone().into_iter().enumerate() {
            let page = self.after.get(page);
            let Some(page) = page.dictionary() else {
                continue;
            };
            let list = self.after.entry_of(page, b"Annots");
            for item in list.array().into_iter().flat_map(|all| all.iter()) {
                self.note_on(index + 1, item);
            }
        }
    }

    fn note_on(&mut self, page: usize, item: &Value) {
        let Some(id) = item.reference() else {
            return;
        };
        if self.how(id.0) != Some(How::Replaced) || self.settled.contains(&id.0) {
            return;
        }
        let (old, new) = (self.before.get(id), self.after.get(id));
        let is_note = |value: &Value| {
            !is_widget(value)
                && value.dictionary().is_some_and(|keys| {
                    keys.contains_key(b"Subtype".as_slice())
                        && keys.contains_key(b"Rect".as_slice())
                        && !keys.contains_key(b"FT".as_slice())
                        && !keys.contains_key(b"Kids".as_slice())
                })
        };
        if !is_note(&old) || !is_note(&new) {
            return;
        }
        self.settled.insert(id.0);
        self.settle_new_below(&new);
        self.push(LaterChange {
            kind: ChangeKind::Annotation,
            is_allowed: true,
            page: Some(page),
            field: None,
            object: Some(format!("{} {}", id.0, id.1)),
            detail: "a note was changed".to_owned(),
        });
    }
}
