//! The fields of a form as the file has them: names, kinds, lineage, widgets and their pages.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::Rect;
use super::inspect::FieldKind;
use super::limits::{MAX_DEPTH, MAX_FIELDS};
use super::read::{self, Refusal};

pub(super) const READ_ONLY: i64 = 1;
pub(super) const REQUIRED: i64 = 1 << 1;
pub(super) const MULTI_LINE: i64 = 1 << 12;
pub(super) const PASSWORD: i64 = 1 << 13;
const RADIO: i64 = 1 << 15;
const PUSH_BUTTON: i64 = 1 << 16;
const COMBO: i64 = 1 << 17;
/// A combo box that also takes what is not in its list.
pub(super) const EDITABLE: i64 = 1 << 18;
pub(super) const COMB: i64 = 1 << 24;
pub(super) const RICH_TEXT: i64 = 1 << 25;
/// The state of a check box whose form brought no appearance.
pub(super) const CHECKED: &str = "Yes";

/// The flags of a field whose value is nothing but its plain text.
pub(super) const fn plain(flags: i64) -> i64 {
    flags & !RICH_TEXT
}

/// Annotation flags Hidden (2) and `NoView` (32): such a widget shows nothing.
pub(super) const NOT_SHOWN: i64 = 2 | 32;

/// A terminal field.
#[derive(Clone, Debug)]
pub(super) struct FormField {
    /// Fully qualified, parts joined by full stops.
    pub(super) name: String,
    pub(super) kind: FieldKind,
    pub(super) flags: i64,
    /// The field itself, then its ancestors: where its attributes are looked for.
    pub(super) lineage: Vec<ObjectId>,
    pub(super) widgets: Vec<FormWidget>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FormWidget {
    pub(super) id: ObjectId,
    /// Index into the document's pages; none for a widget that no page shows.
    pub(super) page: Option<usize>,
    pub(super) rect: Rect,
}

impl FormField {
    pub(super) fn id(&self) -> Option<ObjectId> {
        self.lineage.first().copied()
    }

    /// An inheritable attribute.
    pub(super) fn attribute<'a>(&self, document: &'a Document, key: &[u8]) -> Option<&'a Object> {
        self.lineage
            .iter()
            .find_map(|id| read::entry(document, document.get_dictionary(*id).ok()?, key))
    }

    pub(super) fn is(&self, flag: i64) -> bool {
        self.flags & flag != 0
    }

    /// Whether the field holds a signature already.
    pub(super) fn is_signed(&self, document: &Document) -> bool {
        self.kind == FieldKind::Signature
            && self
                .attribute(document, b"V")
                .is_some_and(|value| value.as_dict().is_ok())
    }
}

/// The state names that a check box or radio button can be switched to, without `Off`.
pub(super) fn on_states(document: &Document, widget: ObjectId) -> Vec<Vec<u8>> {
    let looks = document
        .get_dictionary(widget)
        .ok()
        .and_then(|widget| read::dictionary(document, widget, b"AP"))
        .and_then(|appearance| read::entry(document, appearance, b"N"));
    // A single look, which is a stream, has no states.
    let Some(Object::Dictionary(states)) = looks else {
        return Vec::new();
    };
    states
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| name != b"Off")
        .collect()
}

/// A state that a check box or radio group can be switched to.
pub(super) struct State {
    pub(super) name: Vec<u8>,
    /// What the form says that it stands for (`/Opt`); else its name.
    pub(super) label: String,
}

impl State {
    /// The name as values of ours have it.
    pub(super) fn value(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

/// The states of a button field in the order of its widgets, each once.
pub(super) fn states(document: &Document, field: &FormField) -> Vec<State> {
    let exports = field
        .attribute(document, b"Opt")
        .and_then(|list| list.as_array().ok());
    let mut found: Vec<State> = Vec::new();
    for (index, widget) in field.widgets.iter().enumerate() {
        for name in on_states(document, widget.id) {
            if found.iter().any(|state| state.name == name) {
                continue;
            }
            let export =
                exports.and_then(|list| read::text_of(read::resolve(document, list.get(index)?)));
            let label = export.unwrap_or_else(|| String::from_utf8_lossy(&name).into_owned());
            found.push(State { name, label });
        }
    }
    found
}

/// All terminal fields in the order of the form, push buttons left out.
pub(super) fn fields(document: &Document, pages: &[ObjectId]) -> Result<Vec<FormField>, Refusal> {
    let mut walk = Walk {
        document,
        pages: pages_of_annotations(document, pages),
        seen: HashSet::new(),
        found: Vec::new(),
    };
    let roots = read::acro_form(document).and_then(|form| read::array(document, form, b"Fields"));
    for root in roots.into_iter().flatten() {
        if let Ok(id) = root.as_reference() {
            walk.visit(
                id,
                &Above {
                    name: String::new(),
                    lineage: Vec::new(),
                },
            )?;
        }
    }
    Ok(walk.found)
}

/// Which page shows an annotation.
fn pages_of_annotations(document: &Document, pages: &[ObjectId]) -> HashMap<ObjectId, usize> {
    let mut shown = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        let annotations = document
            .get_dictionary(*page)
            .ok()
            .and_then(|page| read::array(document, page, b"Annots"));
        for id in annotations
            .into_iter()
            .flatten()
            .filter_map(|object| object.as_reference().ok())
        {
            shown.entry(id).or_insert(index);
        }
    }
    shown
}

struct Walk<'a> {
    document: &'a Document,
    pages: HashMap<ObjectId, usize>,
    seen: HashSet<ObjectId>,
    found: Vec<FormField>,
}

struct Above {
    name: String,
    lineage: Vec<ObjectId>,
}

impl Walk<'_> {
    fn visit(&mut self, id: ObjectId, above: &Above) -> Result<(), Refusal> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        if self.seen.len() > MAX_FIELDS || above.lineage.len() > MAX_DEPTH {
            return Err(Refusal::TooComplex);
        }
        let Ok(node) = self.document.get_dictionary(id) else {
            return Ok(());
        };
        let own = read::text(self.document, node, b"T");
        let name = match &own {
            Some(own) if above.name.is_empty() => own.clone(),
            Some(own) => format!("{}.{own}", above.name),
            None => above.name.clone(),
        };
        let lineage: Vec<ObjectId> = std::iter::once(id)
            .chain(above.lineage.iter().copied())
            .collect();
        let kids: Vec<ObjectId> = read::array(self.document, node, b"Kids")
            .into_iter()
            .flatten()
            .filter_map(|kid| kid.as_reference().ok())
            .collect();
        let has_child_fields = kids.iter().any(|kid| {
            self.document
                .get_dictionary(*kid)
                .is_ok_and(|kid| kid.has(b"T") || kid.has(b"Kids"))
        });
        if has_child_fields {
            let below = Above { name, lineage };
            return kids.into_iter().try_for_each(|kid| self.visit(kid, &below));
        }
        let widgets = if kids.is_empty() { vec![id] } else { kids };
        self.add(name, lineage, &widgets);
        Ok(())
    }

    fn add(&mut self, name: String, lineage: Vec<ObjectId>, widgets: &[ObjectId]) {
        let mut field = FormField {
            name,
            kind: FieldKind::Text,
            flags: 0,
            lineage,
            widgets: widgets.iter().filter_map(|id| self.widget(*id)).collect(),
        };
        self.seen.extend(widgets);
        field.flags = field
            .attribute(self.document, b"Ff")
            .and_then(|flags| flags.as_i64().ok())
            .unwrap_or(0);
        let kind = field
            .attribute(self.document, b"FT")
            .and_then(|kind| kind.as_name().ok());
        if let Some(kind) = kind.and_then(|kind| kind_of(kind, field.flags)) {
            field.kind = kind;
            self.found.push(field);
        }
    }

    fn widget(&self, id: ObjectId) -> Option<FormWidget> {
        let widget = self.document.get_dictionary(id).ok()?;
        let rect = read::rect(self.document, widget, b"Rect")?;
        Some(FormWidget {
            id,
            page: self.pages.get(&id).copied(),
            rect,
        })
    }
}

fn kind_of(kind: &[u8], flags: i64) -> Option<FieldKind> {
    match kind {
        b"Sig" => Some(FieldKind::Signature),
        b"Tx" => Some(FieldKind::Text),
        b"Ch" if flags & COMBO != 0 => Some(FieldKind::ComboBox),
        b"Ch" => Some(FieldKind::ListBox),
        b"Btn" if flags & PUSH_BUTTON != 0 => None,
        b"Btn" if flags & RADIO != 0 => Some(FieldKind::Radio),
        b"Btn" => Some(FieldKind::CheckBox),
        _ => None,
    }
}

/// The dictionary of an object that must be one, for reading.
pub(super) fn dictionary(document: &Document, id: ObjectId) -> Option<&Dictionary> {
    document.get_dictionary(id).ok()
}
