//! The page tree: walked with limits as readers walk it, and put in order once while a file is unsigned.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::limits::{MAX_DEPTH, MAX_OBJECTS, MAX_PAGES};
use super::read::{self, Refusal};

/// Keys that pages inherit (ISO 32000-2, table 31).
const INHERITABLE: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// The pages in order; each object once, however often a hostile tree names it.
pub(super) fn ids(document: &Document) -> Result<Vec<ObjectId>, Refusal> {
    let mut walk = Walk::of(document);
    walk.run()?;
    let mut seen = HashSet::new();
    let pages: Vec<ObjectId> = walk
        .leaves
        .iter()
        .filter_map(|leaf| match leaf.at {
            Place::Object(id) => seen.insert(id).then_some(id),
            Place::Inline => None,
        })
        .collect();
    if pages.is_empty() {
        return Err(Refusal::NoPages);
    }
    Ok(pages)
}

/// Whether there is a page at all, be it one that only readers accept.
pub(super) fn any(document: &Document) -> Result<bool, Refusal> {
    let mut walk = Walk::of(document);
    walk.run()?;
    Ok(!walk.leaves.is_empty())
}

/// Makes the tree one node with all pages as its kids, each an object of its own with its type, its parent and what it
/// inherited. Answers whether anything in the tree was wrong; a sound one stays as it is.
///
/// A page that a tree names twice is shown twice; it becomes two.
pub(super) fn put_in_order(document: &mut Document) -> Result<bool, Refusal> {
    let mut walk = Walk::of(document);
    walk.run()?;
    if walk.leaves.is_empty() {
        return Err(Refusal::NoPages);
    }
    if !walk.is_wrong && !walk.has_shared_pages() {
        return Ok(false);
    }
    let pages: Vec<(Place, Dictionary)> = walk
        .leaves
        .iter()
        .map(|leaf| (leaf.at, leaf.with_what_it_inherits()))
        .collect();
    let root = document
        .try_add_object(Dictionary::new())
        .map_err(|_| Refusal::TooComplex)?;
    let mut kids = Vec::with_capacity(pages.len());
    let mut used = HashSet::new();
    for (at, mut page) in pages {
        page.set("Type", "Page");
        page.set("Parent", root);
        let id = match at {
            Place::Object(id) if used.insert(id) => {
                document.objects.insert(id, Object::Dictionary(page));
                id
            }
            Place::Object(_) | Place::Inline => {
                // Annotations belong to one page; the copy shows none rather than another page's.
                page.remove(b"Annots");
                document
                    .try_add_object(page)
                    .map_err(|_| Refusal::TooComplex)?
            }
        };
        kids.push(Object::Reference(id));
    }
    let mut node = Dictionary::new();
    node.set("Type", "Pages");
    node.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    node.set("Kids", kids);
    document.objects.insert(root, Object::Dictionary(node));
    let catalog = read::catalog_mut(document).ok_or(Refusal::NoPages)?;
    catalog.set("Type", "Catalog");
    catalog.set("Pages", root);
    Ok(true)
}

#[derive(Clone, Copy)]
enum Place {
    Object(ObjectId),
    /// Stands in its parent's array, which the standard forbids and readers show.
    Inline,
}

type Inherited<'a> = Vec<(&'static [u8], &'a Object)>;

struct Leaf<'a> {
    at: Place,
    page: &'a Dictionary,
    inherited: Inherited<'a>,
}

impl Leaf<'_> {
    fn with_what_it_inherits(&self) -> Dictionary {
        let mut page = self.page.clone();
        for (key, value) in &self.inherited {
            if !page.has(key) {
                page.set(*key, (*value).clone());
            }
        }
        page
    }
}

struct Walk<'a> {
    document: &'a Document,
    leaves: Vec<Leaf<'a>>,
    /// Nodes above the one that is visited: a node among its own ancestors ends that branch.
    above: Vec<ObjectId>,
    visited: usize,
    is_wrong: bool,
}

impl<'a> Walk<'a> {
    fn of(document: &'a Document) -> Self {
        Self {
            document,
            leaves: Vec::new(),
            above: Vec::new(),
            visited: 0,
            is_wrong: false,
        }
    }

    fn run(&mut self) -> Result<(), Refusal> {
        let Some(catalog) = read::catalog(self.document) else {
            return Ok(());
        };
        if !catalog.has_type(b"Catalog") {
            self.is_wrong = true;
        }
        match catalog.get(b"Pages") {
            Ok(root) => self.visit(root, &Inherited::new(), None),
            Err(_) => Ok(()),
        }
    }

    fn has_shared_pages(&self) -> bool {
        let mut seen = HashSet::new();
        self.leaves
            .iter()
            .any(|leaf| matches!(leaf.at, Place::Object(id) if !seen.insert(id)))
    }

    fn visit(
        &mut self,
        node: &'a Object,
        inherited: &Inherited<'a>,
        parent: Option<ObjectId>,
    ) -> Result<(), Refusal> {
        self.visited = self.visited.saturating_add(1);
        if self.visited > MAX_OBJECTS || self.above.len() > MAX_DEPTH {
            return Err(Refusal::TooComplex);
        }
        let found = self.document.dereference(node).ok();
        let Some((id, Object::Dictionary(dictionary))) = found else {
            self.is_wrong = true;
            return Ok(());
        };
        self.is_wrong |= id.is_none() || dictionary.get(b"Type").is_err();
        if let Some(parent) = parent {
            let named = dictionary.get(b"Parent").and_then(Object::as_reference);
            self.is_wrong |= named.ok() != Some(parent);
        }
        match read::array(self.document, dictionary, b"Kids") {
            Some(kids) => self.descend(id, dictionary, kids, inherited),
            None if dictionary.has_type(b"Pages") => {
                self.is_wrong = true;
                Ok(())
            }
            None => self.leaf(id, dictionary, inherited),
        }
    }

    fn leaf(
        &mut self,
        id: Option<ObjectId>,
        dictionary: &'a Dictionary,
        inherited: &Inherited<'a>,
    ) -> Result<(), Refusal> {
        let is_page = dictionary.has_type(b"Page");
        let looks_like_one = dictionary.has(b"Contents")
            || dictionary.has(b"MediaBox")
            || dictionary.has(b"Resources");
        self.is_wrong |= !is_page;
        if !is_page && !looks_like_one {
            return Ok(());
        }
        if self.leaves.len() >= MAX_PAGES {
            return Err(Refusal::TooManyPages);
        }
        self.leaves.push(Leaf {
            at: id.map_or(Place::Inline, Place::Object),
            page: dictionary,
            inherited: inherited.clone(),
        });
        Ok(())
    }

    fn descend(
        &mut self,
        id: Option<ObjectId>,
        dictionary: &'a Dictionary,
        kids: &'a [Object],
        inherited: &Inherited<'a>,
    ) -> Result<(), Refusal> {
        if id.is_some_and(|id| self.above.contains(&id)) {
            self.is_wrong = true;
            return Ok(());
        }
        self.is_wrong |= !dictionary.has_type(b"Pages");
        let mut below = inherited.clone();
        for key in INHERITABLE {
            if let Ok(value) = dictionary.get(key) {
                below.retain(|(other, _)| *other != key);
                below.push((key, value));
            }
        }
        let before = self.leaves.len();
        self.above.extend(id);
        for kid in kids {
            self.visit(kid, &below, id)?;
        }
        if id.is_some() {
            self.above.pop();
        }
        let count = read::integer(self.document, dictionary, b"Count");
        let found = i64::try_from(self.leaves.len().saturating_sub(before)).ok();
        self.is_wrong |= count != found || count.is_none();
        Ok(())
    }
}
