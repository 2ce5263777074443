//! Pages: their order, and of each nothing but the list of its annotations may be another.

use super::super::report::{ChangeKind, LaterChange};
use super::super::value::{Id, Value};
use super::{How, Step, keys_of};

impl Step<'_, '_, '_> {
    pub(super) fn pages(&mut self) {
        if self.old.pages.order != self.new.pages.order || self.new.pages.is_odd {
            let object = self.after.root();
            self.note(
                ChangeKind::Pages,
                false,
                object,
                "pages were added, removed or put in another order",
            );
        }
        for (index, id) in self.new.pages.order.clone().into_iter().enumerate() {
            self.page(index + 1, id);
        }
    }

    fn page(&mut self, number: usize, id: Id) {
        let after = self.after.get(id);
        let Some(new) = after.dictionary() else {
            return;
        };
        let list = new.get(b"Annots".as_slice());
        if self.how(id.0).is_none() && self.touched(list).is_none() {
            return;
        }
        let before = self.before.get(id);
        let Some(old) = before.dictionary() else {
            // A new page: the order is another, and has been told of.
            return;
        };
        let mut only_annotations = true;
        for key in keys_of(old, new) {
            let (one, two) = (old.get(&key), new.get(&key));
            let null = Value::Null;
            if self.same(one.unwrap_or(&null), two.unwrap_or(&null)) {
                continue;
            }
            let kind = match key.as_slice() {
                b"Annots" => continue,
                // The order in which the keyboard goes through fields.
                b"Tabs" if one.is_none() => continue,
                b"Contents" => ChangeKind::PageContent,
                b"Resources" => ChangeKind::Resource,
                _ => ChangeKind::Pages,
            };
            only_annotations = false;
            self.on_page(
                number,
                kind,
                id,
                &format!("/{} of the page is another", String::from_utf8_lossy(&key)),
            );
        }
        if self.how(id.0) == Some(How::Replaced) {
            let page = Value::Reference(id);
            self.settle(Some(&page), Some(&page));
        }
        if only_annotations || list.is_some() {
            self.annotations(number, old.get(b"Annots".as_slice()), list);
        }
    }

    /// Old annotations stay in their order; new ones are this step's signatures, or notes where
    /// the author allowed them.
    fn annotations(&mut self, page: usize, before: Option<&Value>, after: Option<&Value>) {
        let items = |view: super::View<'_, '_>, value: Option<&Value>| -> Vec<Value> {
            value
                .map(|value| view.resolve(value))
                .and_then(|list| list.array().map(|list| list.to_vec()))
                .unwrap_or_default()
        };
        let (old, new) = (items(self.before, before), items(self.after, after));
        self.settle(before, after);
        let mut rest = old.iter().peekable();
        let mut added = Vec::new();
        for item in &new {
            if rest.peek().is_some_and(|next| self.same(next, item)) {
                rest.next();
            } else {
                added.push(item);
            }
        }
        let all_are_left = rest.peek().is_none();
        if !all_are_left && !self.rules.allow_notes() {
            let object = after.and_then(Value::reference).unwrap_or_default();
            self.on_page(
                page,
                ChangeKind::Annotation,
                object,
                "annotations were removed or put in another order",
            );
        }
        for item in added {
            self.annotation(page, item);
        }
    }

    fn annotation(&mut self, page: usize, item: &Value) {
        let id = item.reference().unwrap_or_default();
        if self.placed.contains(&id) {
            return;
        }
        let value = self.after.resolve(item);
        let is_widget = super::signature::is_widget(&value);
        if !is_widget && self.rules.allow_notes() && self.how(id.0) == Some(How::Added) {
            self.settle_new_below(item);
            self.push(LaterChange {
                kind: ChangeKind::Annotation,
                is_allowed: true,
                page: Some(page),
                field: None,
                object: Some(format!("{} {}", id.0, id.1)),
                detail: "a note was added".to_owned(),
            });
            return;
        }
        self.on_page(
            page,
            ChangeKind::Annotation,
            id,
            "something was laid over the page",
        );
    }

    fn on_page(&mut self, page: usize, kind: ChangeKind, object: Id, detail: &str) {
        self.push(LaterChange {
            kind,
            is_allowed: false,
            page: Some(page),
            field: None,
            object: (object.0 != 0).then(|| format!("{} {}", object.0, object.1)),
            detail: detail.to_owned(),
        });
    }
}
