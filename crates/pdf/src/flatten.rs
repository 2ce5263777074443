//! Turning form fields into page content: what they show stays, what could be changed goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lopdf::{Object, ObjectId};

use super::contents;
use super::fill::shown_appearance;
use super::form::{self, FormField, FormWidget};
use super::geometry::Rect;
use super::read;
use super::revision::Revision;
use super::seal::SealError;
use super::text::short;

/// Flattens the fields. Only for a document without signatures: it changes pages.
pub(super) fn flatten(
    revision: &mut Revision<'_>,
    pages: &[ObjectId],
    fields: &[&FormField],
) -> Result<(), SealError> {
    let mut drawings: BTreeMap<usize, Vec<(ObjectId, String)>> = BTreeMap::new();
    for widget in fields.iter().flat_map(|field| &field.widgets) {
        if let (Some(page), Some(drawing)) = (widget.page, drawing(revision, widget)) {
            drawings.entry(page).or_default().push(drawing);
        }
    }
    for (page, drawings) in drawings {
        let page = *pages.get(page).ok_or(SealError::Structure)?;
        draw(revision, page, &drawings)?;
    }
    let gone: BTreeSet<ObjectId> = fields
        .iter()
        .flat_map(|field| &field.widgets)
        .map(|widget| widget.id)
        .collect();
    let shown: BTreeSet<usize> = fields
        .iter()
        .flat_map(|field| &field.widgets)
        .filter_map(|widget| widget.page)
        .collect();
    for page in shown {
        let page = *pages.get(page).ok_or(SealError::Structure)?;
        remove(revision, page, b"Annots", &gone)?;
    }
    fields.iter().try_for_each(|field| detach(revision, field))
}

/// The appearance of a widget and the operators that draw it where the widget was.
fn drawing(revision: &Revision<'_>, widget: &FormWidget) -> Option<(ObjectId, String)> {
    let document = revision.document();
    let dictionary = document.get_dictionary(widget.id).ok()?;
    if read::integer(document, dictionary, b"F").unwrap_or(0) & form::NOT_SHOWN != 0 {
        return None;
    }
    let look = shown_appearance(revision, widget.id)?;
    let stream = document.get_object(look).and_then(Object::as_stream).ok()?;
    let shape = read::rect(document, &stream.dict, b"BBox")?;
    let matrix: Vec<f32> = read::array(document, &stream.dict, b"Matrix")
        .map(|matrix| {
            matrix
                .iter()
                .filter_map(|number| number.as_float().ok())
                .collect()
        })
        .unwrap_or_default();
    let turned = match matrix.as_slice() {
        [xx, yx, xy, yy, right, up] => bounds(shape, |x, y| {
            (xx * x + xy * y + right, yx * x + yy * y + up)
        }),
        _ => shape,
    };
    if turned.width <= 0.0 || turned.height <= 0.0 {
        return None;
    }
    let (wide, high) = (
        widget.rect.width / turned.width,
        widget.rect.height / turned.height,
    );
    let mut operators = String::from("q ");
    let _infallible = writeln!(
        operators,
        "{wide:.5} 0 0 {high:.5} {} {} cm /{} Do Q",
        short(widget.rect.x - turned.x * wide),
        short(widget.rect.y - turned.y * high),
        resource_name(look)
    );
    Some((look, operators))
}

fn bounds(shape: Rect, map: impl Fn(f32, f32) -> (f32, f32)) -> Rect {
    let corners = [
        map(shape.x, shape.y),
        map(shape.right(), shape.y),
        map(shape.x, shape.top()),
        map(shape.right(), shape.top()),
    ];
    let least = corners
        .iter()
        .fold((f32::MAX, f32::MAX), |m, c| (m.0.min(c.0), m.1.min(c.1)));
    let most = corners
        .iter()
        .fold((f32::MIN, f32::MIN), |m, c| (m.0.max(c.0), m.1.max(c.1)));
    Rect::from_corners(least, most)
}

fn resource_name(look: ObjectId) -> String {
    format!("OkdField{}", look.0)
}

fn draw(
    revision: &mut Revision<'_>,
    page: ObjectId,
    drawings: &[(ObjectId, String)],
) -> Result<(), SealError> {
    for (look, _) in drawings {
        revision.add_page_xobject(page, &resource_name(*look), *look)?;
    }
    let operators: String = drawings
        .iter()
        .map(|(_, operators)| operators.as_str())
        .collect();
    let mut streams = vec![Object::Reference(revision.add(contents::before())?)];
    streams.extend(contents::streams(revision.document(), page));
    streams.push(Object::Reference(
        revision.add(contents::after(&operators))?,
    ));
    revision.dictionary_mut(page)?.set("Contents", streams);
    Ok(())
}

/// Takes references out of an array that stands in its owner or is an object of its own.
fn remove(
    revision: &mut Revision<'_>,
    owner: ObjectId,
    key: &[u8],
    gone: &BTreeSet<ObjectId>,
) -> Result<usize, SealError> {
    let own = revision
        .document()
        .get_dictionary(owner)
        .map_err(|_| SealError::Structure)?;
    let array = match own.get(key) {
        Ok(Object::Reference(id)) => revision.array_mut(*id)?,
        Ok(Object::Array(_)) => revision
            .dictionary_mut(owner)?
            .get_mut(key)
            .and_then(Object::as_array_mut)
            .map_err(|_| SealError::Structure)?,
        _ => return Ok(0),
    };
    array.retain(|item| !item.as_reference().is_ok_and(|id| gone.contains(&id)));
    Ok(array.len())
}

/// Takes a field out of the form, and with it every ancestor that is left without children.
fn detach(revision: &mut Revision<'_>, field: &FormField) -> Result<(), SealError> {
    let mut lineage = field.lineage.iter();
    let Some(mut child) = lineage.next().copied() else {
        return Ok(());
    };
    for parent in lineage {
        if remove(revision, *parent, b"Kids", &BTreeSet::from([child]))? > 0 {
            return Ok(());
        }
        child = *parent;
    }
    let gone = BTreeSet::from([child]);
    let document = revision.document();
    let root = document.trailer.get(b"Root").and_then(Object::as_reference);
    let root = root.map_err(|_| SealError::Structure)?;
    let catalog = document
        .get_dictionary(root)
        .map_err(|_| SealError::Structure)?;
    match catalog.get(b"AcroForm") {
        Ok(Object::Reference(form)) => {
            let form = *form;
            remove(revision, form, b"Fields", &gone)?;
        }
        _ => remove_from_inline_form(revision, root, &gone)?,
    }
    Ok(())
}

fn remove_from_inline_form(
    revision: &mut Revision<'_>,
    root: ObjectId,
    gone: &BTreeSet<ObjectId>,
) -> Result<(), SealError> {
    let form = revision
        .dictionary_mut(root)?
        .get_mut(b"AcroForm")
        .and_then(Object::as_dict_mut)
        .map_err(|_| SealError::Structure)?;
    let array = match form.get_mut(b"Fields") {
        Ok(Object::Array(fields)) => fields,
        Ok(Object::Reference(id)) => {
            let id = *id;
            revision.array_mut(id)?
        }
        _ => return Ok(()),
    };
    array.retain(|item| !item.as_reference().is_ok_and(|id| gone.contains(&id)));
    Ok(())
}
