//! Active content: scripts, actions that run by themselves or leave the document, and content that is fetched from
//! elsewhere are taken out. Links to web pages and within the document stay.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::read;
use super::report::{Removed, Tally, add};

/// All action types of ISO 32000-2, 12.6.4, and those of Adobe's extensions.
const ACTIONS: [&[u8]; 21] = [
    b"GoTo",
    b"GoToR",
    b"GoToE",
    b"GoToDp",
    b"Launch",
    b"Thread",
    b"URI",
    b"Sound",
    b"Movie",
    b"Hide",
    b"Named",
    b"SubmitForm",
    b"ResetForm",
    b"ImportData",
    b"JavaScript",
    b"SetOCGState",
    b"Rendition",
    b"Trans",
    b"GoTo3DView",
    b"RichMediaExecute",
    b"NOP",
];
/// Name trees of the catalog that hold nothing but active content.
const ACTIVE_TREES: [(&[u8], Removed); 3] = [
    (b"JavaScript", Removed::JavaScript),
    (b"Renditions", Removed::Multimedia),
    (b"AlternatePresentations", Removed::Multimedia),
];
/// Entries of annotations that play something.
const PLAYING: [&[u8]; 10] = [
    b"Movie",
    b"Sound",
    b"RichMediaContent",
    b"RichMediaSettings",
    b"3DD",
    b"3DV",
    b"3DA",
    b"3DI",
    b"3DB",
    b"A",
];
/// Entries that make a stream's data, or a form's looks, come from another file.
const FROM_OUTSIDE: [&[u8]; 5] = [b"F", b"FFilter", b"FDecodeParms", b"Ref", b"OPI"];

/// Takes active content out of the document; answers what and in how many places.
pub(super) fn neutralise(document: &mut Document) -> Tally<Removed> {
    let mut removed = Tally::new();
    remove_trees(document, &mut removed);
    remove_open_action(document, &mut removed);
    let plan = Plan::of(document);
    for object in document.objects.values_mut() {
        plan.clean(object, &mut removed);
    }
    removed
}

/// How much active content there is, for a document that may not be changed.
pub(super) fn count(document: &Document) -> usize {
    let mut copy = document.clone();
    neutralise(&mut copy).values().sum()
}

/// What is where, found before anything is changed.
struct Plan {
    /// Actions that go, by the object that they are, wherever they are named from.
    forbidden: HashMap<ObjectId, Removed>,
    /// Dictionaries of actions that act by themselves (`/AA`), being objects of their own.
    automatic: HashSet<ObjectId>,
    actions: HashSet<ObjectId>,
    /// Objects that are but a name: a type may be told by reference.
    names: HashMap<ObjectId, Vec<u8>>,
}

impl Plan {
    fn of(document: &Document) -> Self {
        let mut plan = Self {
            forbidden: HashMap::new(),
            automatic: HashSet::new(),
            actions: HashSet::new(),
            names: HashMap::new(),
        };
        let followed = |object| read::resolve(document, object);
        for (id, object) in &document.objects {
            if let Object::Name(name) = followed(object) {
                plan.names.insert(*id, name.clone());
            }
        }
        for (id, object) in &document.objects {
            let Object::Dictionary(dictionary) = followed(object) else {
                continue;
            };
            if plan.action(dictionary).is_some() {
                plan.actions.insert(*id);
            }
            if let Some(kind) = plan.forbidden_kind(dictionary) {
                plan.forbidden.insert(*id, kind);
            }
        }
        for (id, object) in &document.objects {
            if plan.is_automatic(followed(object)) {
                plan.automatic.insert(*id);
            }
        }
        plan
    }

    fn name<'a>(&'a self, value: &'a Object) -> Option<&'a [u8]> {
        match value {
            Object::Name(name) => Some(name),
            Object::Reference(id) => self.names.get(id).map(Vec::as_slice),
            _ => None,
        }
    }

    /// The type of an action. Elements of the structure tree have an `/S` too, whose value the author may choose;
    /// they have a parent, which no action has.
    fn action<'a>(&'a self, dictionary: &'a Dictionary) -> Option<&'a [u8]> {
        if dictionary.has_type(b"StructElem") || dictionary.has(b"P") {
            return None;
        }
        self.name(dictionary.get(b"S").ok()?)
            .filter(|kind| ACTIONS.contains(kind))
    }

    fn forbidden_kind(&self, dictionary: &Dictionary) -> Option<Removed> {
        match self.action(dictionary)? {
            b"JavaScript" => Some(Removed::JavaScript),
            b"Launch" => Some(Removed::Launch),
            b"SubmitForm" | b"ImportData" => Some(Removed::SubmitForm),
            b"Rendition" | b"RichMediaExecute" | b"Movie" | b"Sound" | b"GoTo3DView" => {
                Some(Removed::Multimedia)
            }
            b"SetOCGState" | b"Hide" => Some(Removed::Visibility),
            b"GoToR" => Some(Removed::ExternalReference),
            // Into an embedded file, or into a thread of this one, where no other file is named.
            b"GoToE" | b"Thread" if dictionary.has(b"F") => Some(Removed::ExternalReference),
            _ => None,
        }
    }

    /// Whether these are additional actions: a dictionary of nothing but actions.
    fn is_automatic(&self, value: &Object) -> bool {
        let Object::Dictionary(triggers) = value else {
            return false;
        };
        !triggers.is_empty()
            && triggers.iter().all(|(_, action)| match action {
                Object::Reference(id) => self.actions.contains(id),
                Object::Dictionary(inline) => self.action(inline).is_some(),
                _ => false,
            })
    }

    fn gone(&self, key: Option<&[u8]>, value: &Object) -> Option<Removed> {
        let forbidden = match value {
            Object::Reference(id) => self.forbidden.get(id).copied(),
            Object::Dictionary(inline) => self.forbidden_kind(inline),
            _ => None,
        };
        let is_automatic = key == Some(b"AA")
            && match value {
                Object::Reference(id) => self.automatic.contains(id),
                inline => self.is_automatic(inline),
            };
        forbidden.or(is_automatic.then_some(Removed::AutomaticAction))
    }

    fn clean(&self, object: &mut Object, removed: &mut Tally<Removed>) {
        match object {
            Object::Array(items) => {
                items.retain(|item| match self.gone(None, item) {
                    Some(kind) => {
                        add(removed, kind, 1);
                        false
                    }
                    None => true,
                });
                for item in items {
                    self.clean(item, removed);
                }
            }
            Object::Dictionary(dictionary) => {
                silence(dictionary, removed);
                self.clean_dictionary(dictionary, removed);
            }
            Object::Stream(stream) => {
                let outside = FROM_OUTSIDE
                    .iter()
                    .filter(|key| stream.dict.remove(key).is_some())
                    .count();
                add(removed, Removed::ExternalReference, outside.min(1));
                self.clean_dictionary(&mut stream.dict, removed);
            }
            _ => {}
        }
    }

    fn clean_dictionary(&self, dictionary: &mut Dictionary, removed: &mut Tally<Removed>) {
        let gone: Vec<(Vec<u8>, Removed)> = dictionary
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), self.gone(Some(key), value)?)))
            .collect();
        for (key, kind) in gone {
            dictionary.remove(&key);
            add(removed, kind, 1);
        }
        for (_, value) in dictionary.iter_mut() {
            self.clean(value, removed);
        }
    }
}

/// An annotation that plays becomes a stamp: its picture stays, what it would play goes.
fn silence(annotation: &mut Dictionary, removed: &mut Tally<Removed>) {
    let kind = annotation.get(b"Subtype").and_then(Object::as_name);
    // A screen plays by its action alone, which goes by itself.
    let plays = matches!(kind, Ok(b"Movie" | b"Sound" | b"RichMedia" | b"3D"));
    if !plays || !annotation.has(b"Rect") {
        return;
    }
    for key in PLAYING {
        annotation.remove(key);
    }
    annotation.set("Subtype", "Stamp");
    add(removed, Removed::Multimedia, 1);
}

/// Scripts that run when the document opens, and what it may play, stand in name trees of the catalog.
fn remove_trees(document: &mut Document, removed: &mut Tally<Removed>) {
    let Some(names) = read::catalog(document).and_then(|catalog| catalog.get(b"Names").ok()) else {
        return;
    };
    let own = names.as_reference().ok();
    let held = match own {
        Some(id) => document.get_dictionary_mut(id).ok(),
        None => read::catalog_mut(document)
            .and_then(|catalog| catalog.get_mut(b"Names").and_then(Object::as_dict_mut).ok()),
    };
    let Some(held) = held else { return };
    for (key, kind) in ACTIVE_TREES {
        if held.remove(key).is_some() {
            add(removed, kind, 1);
        }
    }
}

/// What happens when the file opens: showing a place in it is kept, everything else goes.
fn remove_open_action(document: &mut Document, removed: &mut Tally<Removed>) {
    let kind = read::catalog(document)
        .and_then(|catalog| read::dictionary(document, catalog, b"OpenAction"))
        .and_then(|action| read::name(document, action, b"S"));
    // An array is a destination, and a dictionary without a type does nothing.
    let Some(kind) = kind else { return };
    if kind == b"GoTo" {
        return;
    }
    let told = match kind {
        b"JavaScript" => Removed::JavaScript,
        b"Launch" => Removed::Launch,
        b"SubmitForm" | b"ImportData" => Removed::SubmitForm,
        _ => Removed::AutomaticAction,
    };
    if let Some(catalog) = read::catalog_mut(document) {
        catalog.remove(b"OpenAction");
        add(removed, told, 1);
    }
}
