//! Which objects an act may replace, and what in them: everything else must be as it was.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::Update;
use super::{Expected, File, Flaw, Step};
use crate::read;
use crate::seal::FieldTreatment;

/// The form: its fields, that it is signed now, that appearances are there, fonts of values.
const FORM_KEYS: [&[u8]; 4] = [b"Fields", b"SigFlags", b"NeedAppearances", b"DR"];
/// The form that got a time stamp: the stamp's field, that it is signed now.
const STAMPED_FORM_KEYS: [&[u8]; 2] = [b"Fields", b"SigFlags"];
/// A field or widget that was signed or filled: its value, its look, its flags.
const FIELD_KEYS: [&[u8]; 7] = [b"V", b"AP", b"AS", b"F", b"Ff", b"I", b"RV"];
/// A parent whose child was flattened away.
const PARENT_KEYS: [&[u8]; 1] = [b"Kids"];
/// A page that got a widget.
const PAGE_KEYS: [&[u8]; 1] = [b"Annots"];
/// A page whose fields became content.
const FLATTENED_PAGE_KEYS: [&[u8]; 3] = [b"Annots", b"Contents", b"Resources"];
/// Where the proof of this round and of earlier ones is kept.
const STORE_KEYS: [&[u8]; 3] = [b"Certs", b"OCSPs", b"CRLs"];

/// For each object that may be replaced, the keys that may change in it.
pub(super) struct Rules<'a> {
    old: &'a File,
    new: &'a File,
    form_keys: &'static [&'static [u8]],
    dictionaries: BTreeMap<ObjectId, BTreeSet<&'static [u8]>>,
    /// Arrays and name trees that may only grow, but for what was flattened.
    growing: BTreeSet<ObjectId>,
    flattened: BTreeSet<ObjectId>,
}

impl<'a> Rules<'a> {
    fn between(old: &'a File, new: &'a File) -> Self {
        Self {
            old,
            new,
            form_keys: &[],
            dictionaries: BTreeMap::new(),
            growing: BTreeSet::new(),
            flattened: BTreeSet::new(),
        }
    }

    pub(super) fn of(step: Step<'_>, old: &'a File, new: &'a File) -> Self {
        match step {
            Step::Act(expected) => Self::of_act(old, new, expected),
            Step::Proof => Self::of_proof(old, new),
            Step::TimeStamp => Self::of_time_stamp(old, new),
        }
    }

    /// Signing and filling in.
    fn of_act(old: &'a File, new: &'a File, expected: &Expected) -> Self {
        let mut rules = Self::between(old, new);
        rules.form(&FORM_KEYS);
        rules.fields(expected);
        let flattens = expected.treatment == FieldTreatment::Flatten;
        for page in &old.pages {
            rules.page(*page, flattens);
        }
        rules
    }

    /// Adding validation data: the store of proof, and that there is one.
    fn of_proof(old: &'a File, new: &'a File) -> Self {
        let mut rules = Self::between(old, new);
        rules.catalog(b"DSS");
        let catalog = read::catalog(&old.document);
        if let Some(id) = catalog.and_then(|catalog| catalog.get(b"DSS").ok()?.as_reference().ok())
        {
            rules.may(id, &STORE_KEYS);
        }
        let store = catalog.and_then(|catalog| read::dictionary(&old.document, catalog, b"DSS"));
        for key in STORE_KEYS {
            rules.may_grow(store, key);
        }
        rules
    }

    /// Adding a document time stamp: one field, on the first page.
    fn of_time_stamp(old: &'a File, new: &'a File) -> Self {
        let mut rules = Self::between(old, new);
        rules.form(&STAMPED_FORM_KEYS);
        if let Some(page) = old.pages.first() {
            rules.page(*page, false);
        }
        rules
    }

    pub(super) fn check(&self, update: &Update) -> Result<(), Flaw> {
        for id in &update.replaced {
            let (was, is) = (
                self.old.document.get_object(*id),
                self.new.document.get_object(*id),
            );
            let (Ok(was), Ok(is)) = (was, is) else {
                return Err(Flaw::Redirected(id.0));
            };
            self.check_object(*id, was, is, update)?;
        }
        Ok(())
    }

    fn may(&mut self, id: ObjectId, keys: &[&'static [u8]]) {
        self.dictionaries.entry(id).or_default().extend(keys);
    }

    /// The array or dictionary that a key refers to, where it is an object of its own.
    fn may_grow(&mut self, owner: Option<&Dictionary>, key: &[u8]) {
        let referred = owner.and_then(|owner| owner.get(key).ok()?.as_reference().ok());
        self.growing.extend(referred);
    }

    fn catalog(&mut self, key: &'static [u8]) {
        let root = self.old.document.trailer.get(b"Root");
        if let Ok(root) = root.and_then(Object::as_reference) {
            self.may(root, &[key]);
        }
    }

    fn form(&mut self, keys: &'static [&'static [u8]]) {
        self.form_keys = keys;
        self.catalog(b"AcroForm");
        let document = &self.old.document;
        let catalog = read::catalog(document);
        let form = catalog.and_then(|catalog| catalog.get(b"AcroForm").ok()?.as_reference().ok());
        if let Some(form) = form {
            self.may(form, keys);
        }
        for key in [b"Fields".as_slice(), b"DR"] {
            if keys.contains(&key) {
                self.may_grow(read::acro_form(document), key);
            }
        }
    }

    fn fields(&mut self, expected: &Expected) {
        let old = self.old;
        let flattens = expected.treatment == FieldTreatment::Flatten;
        for field in &old.fields {
            if !expected.touches(&field.name) {
                continue;
            }
            for id in field
                .id()
                .into_iter()
                .chain(field.widgets.iter().map(|w| w.id))
            {
                self.may(id, &FIELD_KEYS);
            }
            if flattens && expected.round.contains(&field.name) {
                self.flattened.extend(field.widgets.iter().map(|w| w.id));
                self.flattened.extend(&field.lineage);
                for parent in field.lineage.iter().skip(1) {
                    self.may(*parent, &PARENT_KEYS);
                    let parent = old.document.get_dictionary(*parent).ok();
                    self.may_grow(parent, b"Kids");
                }
            }
        }
    }

    fn page(&mut self, page: ObjectId, flattens: bool) {
        let document = &self.old.document;
        let Ok(dictionary) = document.get_dictionary(page) else {
            return;
        };
        let keys: &[&'static [u8]] = if flattens {
            &FLATTENED_PAGE_KEYS
        } else {
            &PAGE_KEYS
        };
        self.may(page, keys);
        self.may_grow(Some(dictionary), b"Annots");
        if flattens {
            self.may_grow(Some(dictionary), b"Resources");
            let resources = read::dictionary(document, dictionary, b"Resources");
            self.may_grow(resources, b"XObject");
        }
    }

    fn check_object(
        &self,
        id: ObjectId,
        was: &Object,
        is: &Object,
        update: &Update,
    ) -> Result<(), Flaw> {
        if let (Some(keys), Ok(was), Ok(is)) =
            (self.dictionaries.get(&id), was.as_dict(), is.as_dict())
        {
            return self.check_keys(id, (was, is), keys, update);
        }
        if self.growing.contains(&id) && self.grew(was, is, update) {
            return Ok(());
        }
        // Written anew with the very same content: nothing changed.
        if was == is {
            return Ok(());
        }
        Err(Flaw::Replaced(id.0))
    }

    fn check_keys(
        &self,
        id: ObjectId,
        (was, is): (&Dictionary, &Dictionary),
        allowed: &BTreeSet<&'static [u8]>,
        update: &Update,
    ) -> Result<(), Flaw> {
        let keys = was.iter().chain(is.iter()).map(|(key, _)| key.as_slice());
        for key in keys.collect::<BTreeSet<_>>() {
            let (before, after) = (was.get(key).ok(), is.get(key).ok());
            if before == after {
                continue;
            }
            let altered = || Flaw::Altered {
                object: id.0,
                key: String::from_utf8_lossy(key).into_owned(),
            };
            if !allowed.contains(key) {
                return Err(altered());
            }
            let fits = match (key, before, after) {
                (b"AcroForm", Some(before), Some(after)) => self.form_fits(before, after, update),
                (
                    b"Annots" | b"Fields" | b"Kids" | b"Contents" | b"Resources" | b"DR" | b"DSS"
                    | b"Certs" | b"OCSPs" | b"CRLs",
                    Some(before),
                    after,
                ) => self.grew(before, after.unwrap_or(&Object::Null), update),
                _ => true,
            };
            if !fits {
                return Err(altered());
            }
        }
        Ok(())
    }

    /// A form dictionary that stands in the catalog itself.
    fn form_fits(&self, was: &Object, is: &Object, update: &Update) -> bool {
        let (Ok(was), Ok(is)) = (was.as_dict(), is.as_dict()) else {
            return false;
        };
        let keys = self.form_keys.iter().copied().collect();
        self.check_keys((0, 0), (was, is), &keys, update).is_ok()
    }

    /// Whether all that was there is there still, in its order, but for what was flattened; and
    /// whether all that came is new.
    fn grew(&self, was: &Object, is: &Object, update: &Update) -> bool {
        match (self.own(was), self.current(is)) {
            (Object::Array(was), Object::Array(is)) => self.array_grew(was, is, update),
            (Object::Dictionary(was), Object::Dictionary(is)) => was.iter().all(|(key, value)| {
                is.get(key)
                    .is_ok_and(|now| now == value || self.grew(value, now, update))
            }),
            // A single content stream becomes one of several.
            (_, Object::Array(is)) => self.array_grew(std::slice::from_ref(was), is, update),
            _ => false,
        }
    }

    fn own<'o>(&'o self, object: &'o Object) -> &'o Object {
        read::resolve(&self.old.document, object)
    }

    fn current<'o>(&'o self, object: &'o Object) -> &'o Object {
        read::resolve(&self.new.document, object)
    }

    fn array_grew(&self, was: &[Object], is: &[Object], update: &Update) -> bool {
        let is_new = |item: &&Object| {
            item.as_reference()
                .is_ok_and(|id| update.added.contains(&id))
        };
        let is_gone = |item: &&Object| {
            item.as_reference()
                .is_ok_and(|id| self.flattened.contains(&id))
        };
        let left = was.iter().filter(|item| !is_gone(item));
        let stayed = is.iter().filter(|item| !is_new(item));
        left.eq(stayed)
    }
}
