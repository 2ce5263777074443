//! A field that a signature locks gets its look in that signature's own update.
//!
//! Validators judge a locked field by the update in which its look was last written: pyHanko takes
//! a look that is older than the lock for one that was changed after it, and every signature with
//! it. So what the round leaves as it was is written down once more, unchanged.

use lopdf::{Object, ObjectId};

use super::form::FormField;
use super::inspect::FieldKind;
use super::read;
use super::revision::Revision;
use super::seal::SealError;
use super::value_appearance::normal;

/// Writes the looks of fields once more that this update has not written yet.
pub(super) fn looks(revision: &mut Revision<'_>, fields: &[&FormField]) -> Result<(), SealError> {
    for field in fields {
        for widget in &field.widgets {
            match field.kind {
                FieldKind::CheckBox | FieldKind::Radio => settle_state(revision, widget.id)?,
                FieldKind::Text | FieldKind::ComboBox | FieldKind::ListBox => {
                    copy_look(revision, widget.id)?;
                }
                FieldKind::Signature => {}
            }
        }
    }
    Ok(())
}

fn copy_look(revision: &mut Revision<'_>, widget: ObjectId) -> Result<(), SealError> {
    let document = revision.document();
    let look = document
        .get_dictionary(widget)
        .ok()
        .and_then(|widget| read::dictionary(document, widget, b"AP"))
        .and_then(|looks| looks.get(b"N").ok()?.as_reference().ok())
        .filter(|id| !revision.has_touched(*id));
    let is_stream = |id: &ObjectId| matches!(document.get_object(*id), Ok(Object::Stream(_)));
    let Some(look) = look.filter(is_stream) else {
        return Ok(());
    };
    let copy = revision.stream(look)?.into_owned();
    let copy = revision.add(copy)?;
    revision.dictionary_mut(widget)?.set("AP", normal(copy));
    Ok(())
}

/// A button without a state shows none: said, so that nobody has to guess.
fn settle_state(revision: &mut Revision<'_>, widget: ObjectId) -> Result<(), SealError> {
    let says = revision
        .document()
        .get_dictionary(widget)
        .is_ok_and(|widget| widget.has(b"AS") || !widget.has(b"AP"));
    if !says {
        revision
            .dictionary_mut(widget)?
            .set("AS", Object::Name(b"Off".to_vec()));
    }
    Ok(())
}
