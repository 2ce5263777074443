//! Streams too large to be kept while a file is extended: what is written of them again is whole.

use lopdf::{Document, Object, ObjectId};
use pdf::{FieldTreatment, Rect};
use pki::ValidationData;

use crate::world::{World, at_place, input, raw};

/// Far above what is kept of a stream.
const LARGE: usize = 40_000;

/// A page with a text field that shows a look of so many bytes; the length stands in an object of its own.
fn with_large_look() -> (Vec<u8>, Vec<u8>) {
    let mut look = "0 0 m 9 9 l S\n".repeat(LARGE / 14);
    look.push_str("(the end) pop\n");
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>",
        "<</Type/Annot/Subtype/Widget/F 4/P 3 0 R/FT/Tx/T(note)/V(x)/Rect[30 300 180 320]/AP<</N 5 0 R>>>>",
        &format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 150 20]/Length 6 0 R>>\nstream\n{look}\nendstream"
        ),
        &look.len().to_string(),
    ]);
    (file, look.into_bytes())
}

fn shown(document: &Document, widget: ObjectId) -> (ObjectId, Vec<u8>) {
    let looks = document.get_dictionary(widget).unwrap().get(b"AP").unwrap();
    let look = looks.as_dict().unwrap().get(b"N").unwrap();
    let look = look.as_reference().unwrap();
    let stream = document.get_object(look).and_then(Object::as_stream);
    (look, stream.unwrap().content.clone())
}

#[test]
fn a_large_look_that_is_written_once_more_is_the_same() {
    let world = World::new();
    let (file, look) = with_large_look();
    let mut act = input(vec![at_place(1, Rect::new(90.0, 40.0, 150.0, 50.0))]);
    act.round_fields = vec!["note".to_owned()];
    act.treatment = FieldTreatment::ReadOnly;
    let sealed = world.sealed(&file, &act);
    let (was, now) = (
        shown(&Document::load_mem(&file).unwrap(), (4, 0)),
        shown(&Document::load_mem(&sealed).unwrap(), (4, 0)),
    );
    assert_ne!(was.0, now.0, "written once more");
    assert_eq!(was.1, look);
    assert_eq!(now.1, look);
}

#[test]
fn a_large_revocation_list_is_known_again_and_stored_once() {
    let world = World::new();
    let (file, _) = with_large_look();
    let place = at_place(1, Rect::new(90.0, 40.0, 150.0, 50.0));
    let sealed = world.sealed(&file, &input(vec![place]));
    let mut data = ValidationData {
        certificates: vec![vec![1; 40]],
        ocsp_responses: Vec::new(),
        revocation_lists: vec![vec![2; LARGE]],
    };
    let once = pdf::add_validation_data(&sealed, &data).unwrap();
    assert!(once.len() > sealed.len() + LARGE);
    assert_eq!(pdf::add_validation_data(&once, &data).unwrap(), once);
    data.revocation_lists.push(vec![3; LARGE]);
    let twice = pdf::add_validation_data(&once, &data).unwrap();
    assert!(twice.starts_with(&once));
    assert!(twice.len() < once.len() + 2 * LARGE, "only what is new");
}
