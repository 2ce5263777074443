//! The tree of form fields of one revision, and the pages in their order.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use super::file::View;
use super::value::{Dictionary, Id, Value, readable};
use crate::limits::{MAX_DEPTH, MAX_FIELDS, MAX_PAGES};

/// A node of the form: a field, a widget of one, or both in one object.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: Id,
    /// Of the field it is, or belongs to; fully qualified.
    pub(super) name: String,
    /// `/FT`, its own or inherited.
    pub(super) kind: Vec<u8>,
    /// `/V` unresolved, its own or inherited.
    pub(super) value: Option<Value>,
    pub(super) keys: Rc<Dictionary>,
    pub(super) kids: Vec<Id>,
    pub(super) parent: Option<Id>,
}

impl Node {
    pub(super) fn is_signature(&self) -> bool {
        self.kind == b"Sig"
    }

    /// Whether a signature dictionary is its value.
    pub(super) fn is_signed(&self, view: View<'_, '_>) -> bool {
        self.is_signature()
            && self
                .value
                .as_ref()
                .is_some_and(|value| view.resolve(value).dictionary().is_some())
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct FieldTree {
    pub(super) nodes: BTreeMap<Id, Node>,
    /// As the form lists them.
    pub(super) order: Vec<Id>,
    /// Too deep, too many, in a circle, or a field that is no object of its own.
    pub(super) is_odd: bool,
}

impl FieldTree {
    pub(super) fn of(view: View<'_, '_>) -> Self {
        let mut tree = Self::default();
        let form = view.entry_of(&view.catalog(), b"AcroForm");
        let Some(form) = form.dictionary() else {
            return tree;
        };
        let roots = view.entry_of(form, b"Fields");
        let above = Above::default();
        for root in roots.array().into_iter().flat_map(|all| all.iter()) {
            tree.visit(view, root, &above);
        }
        tree
    }

    fn visit(&mut self, view: View<'_, '_>, item: &Value, above: &Above) {
        let Some(id) = item.reference() else {
            self.is_odd |= !item.is_null();
            return;
        };
        let value = view.get(id);
        let Some(keys) = value.dictionary() else {
            // Dangling; whoever fills it later is found out by that.
            return;
        };
        if self.nodes.contains_key(&id)
            || self.nodes.len() >= MAX_FIELDS
            || above.depth >= MAX_DEPTH
        {
            self.is_odd = true;
            return;
        }
        let own = view.entry_of(keys, b"T");
        let name = match own.text().map(readable) {
            Some(own) if above.name.is_empty() => own,
            Some(own) => format!("{}.{own}", above.name),
            None => above.name.clone(),
        };
        let kind = view.entry_of(keys, b"FT");
        let kind = kind.name().map_or(above.kind.clone(), <[u8]>::to_vec);
        let value = keys.get(b"V".as_slice()).cloned().or(above.value.clone());
        let kids = view.entry_of(keys, b"Kids");
        let kids: Vec<Value> = kids.array().map(|kids| kids.to_vec()).unwrap_or_default();
        let below = Above {
            name: name.clone(),
            kind: kind.clone(),
            value: value.clone(),
            parent: Some(id),
            depth: above.depth + 1,
        };
        self.order.push(id);
        self.nodes.insert(
            id,
            Node {
                id,
                name,
                kind,
                value,
                keys: Rc::clone(keys),
                kids: kids.iter().filter_map(Value::reference).collect(),
                parent: above.parent,
            },
        );
        for kid in &kids {
            self.visit(view, kid, &below);
        }
    }

    /// The signature dictionaries, each with the node that names it first.
    pub(super) fn signatures(
        &self,
        view: View<'_, '_>,
    ) -> Vec<(&Node, Option<Id>, Rc<Dictionary>)> {
        let mut seen = HashSet::new();
        self.order
            .iter()
            .filter_map(|id| self.nodes.get(id))
            .filter(|node| node.is_signature())
            .filter_map(|node| {
                let raw = node.value.as_ref()?;
                let id = raw.reference();
                let keys = Rc::clone(view.resolve(raw).dictionary()?);
                // A field's widgets inherit its value: once is enough.
                let is_new = id.is_none_or(|id| seen.insert((id, node.name.clone())));
                is_new.then_some((node, id, keys))
            })
            .collect()
    }
}

#[derive(Default)]
struct Above {
    name: String,
    kind: Vec<u8>,
    value: Option<Value>,
    parent: Option<Id>,
    depth: usize,
}

/// The pages in their order, and all nodes of their tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    pub(super) order: Vec<Id>,
    pub(super) nodes: HashSet<u32>,
    pub(super) is_odd: bool,
}

impl Pages {
    pub(super) fn of(view: View<'_, '_>) -> Self {
        let mut pages = Self::default();
        if let Some(root) = view.catalog().get(b"Pages".as_slice()) {
            pages.visit(view, root, 0);
        }
        pages
    }

    fn visit(&mut self, view: View<'_, '_>, item: &Value, depth: usize) {
        let Some(id) = item.reference() else {
            self.is_odd |= !item.is_null();
            return;
        };
        let value = view.get(id);
        let Some(keys) = value.dictionary() else {
            return;
        };
        if depth > MAX_DEPTH || self.order.len() > MAX_PAGES || !self.nodes.insert(id.0) {
            self.is_odd = true;
            return;
        }
        let kids = view.entry_of(keys, b"Kids");
        match kids.array() {
            Some(kids) => {
                for kid in kids.iter() {
                    self.visit(view, kid, depth + 1);
                }
            }
            None => self.order.push(id),
        }
    }

    /// The page whose annotations list a widget, from 1.
    pub(super) fn showing(&self, view: View<'_, '_>, widget: Id) -> Option<usize> {
        let shows = |page: &Id| {
            let page = view.get(*page);
            let annotations = page
                .dictionary()
                .map_or(Value::Null, |page| view.entry_of(page, b"Annots"));
            annotations
                .array()
                .is_some_and(|all| all.iter().any(|one| one.reference() == Some(widget)))
        };
        Some(self.order.iter().position(shows)? + 1)
    }
}
