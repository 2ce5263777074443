//! Which objects an act may replace, and what in them: everything else must be as it was.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::Update;
use super::{Expected, File, Flaw};
use crate::read;
use crate::seal::FieldTreatment;

/// The catalog: the form, and what long-term validation adds.
const CATALOG_KEYS: [&[u8]; 3] = [b"AcroForm", b"DSS", b"Extensions"];
/// The form: its fields, that it is signed now, that appearances are there, fonts of values.
const FORM_KEYS: [&[u8]; 4] = [b"Fields", b"SigFlags", b"NeedAppearances", b"DR"];
/// A field or widget that was signed or filled: its value, its look, its flags.
const FIELD_KEYS: [&[u8]; 7] = [b"V", b"AP", b"AS", b"F", b"Ff", b"I", b"RV"];
/// A parent whose child was flattened away.
const PARENT_KEYS: [&[u8]; 1] = [b"Kids"];
/// A page that got a widget.
const PAGE_KEYS: [&[u8]; 1] = [b"Annots"];
/// A page whose fields became content.
const FLATTENED_PAGE_KEYS: [&[u8]; 3] = [b"Annots", b"Contents", b"Resources"];
/// Where revocation data of earlier rounds is kept.
const STORE_KEYS: [&[u8]; 4] = [b"Certs", b"OCSPs", b"CRLs", b"VRI"];

/// For each object that may be replaced, the keys that may change in it.
pub(super) struct Rules<'a> {
    old: &'a File,
    new: &'a File,
    dictionaries: BTreeMap<ObjectId, BTreeSet<&'static [u8]>>,
    /// Arrays and name trees that may only grow, but for what was flattened.
    growing: BTreeSet<ObjectId>,
    flattened: BTreeSet<ObjectId>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(old: &'a File, new: &'a File, expected: &Expected) -> Self {
        let mut rules = Self {
            old,
            new,
            dictionaries: BTreeMap::new(),
            growing: BTreeSet::new(),
            flattened: BTreeSet::new(),
        };
        rules.form();
        rules.fields(expected);
        let flattens = expected.treatment == FieldTreatment::Flatten;
        for page in &old.pages {
            rules.page(*page, flattens);
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

    fn form(&mut self) {
        let document = &self.old.document;
        if let Ok(root) = document.trailer.get(b"Root").and_then(Object::as_reference) {
            self.may(root, &CATALOG_KEYS);
        }
        let catalog = read::catalog(document);
        let referred = |key: &[u8]| catalog?.get(key).ok()?.as_reference().ok();
        if let Some(form) = referred(b"AcroForm") {
            self.may(form, &FORM_KEYS);
        }
        self.may_grow(read::acro_form(document), b"Fields");
        self.may_grow(read::acro_form(document), b"DR");
        if let Some(store) = referred(b"DSS") {
            self.may(store, &STORE_KEYS);
        }
        let store = catalog.and_then(|catalog| read::dictionary(document, catalog, b"DSS"));
        for key in STORE_KEYS {
            self.may_grow(store, key);
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
                    | b"Extensions" | b"Certs" | b"OCSPs" | b"CRLs" | b"VRI",
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
        let keys = FORM_KEYS.into_iter().collect();
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
