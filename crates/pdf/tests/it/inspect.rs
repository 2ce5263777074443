//! What is told of a file, and what is refused.

use pdf::{FieldKind, Rect, Refusal, Turn, inspect, sample};

use crate::world::{World, form, minimal, raw};

#[test]
fn pages_and_fields_are_told_in_plain_types() {
    let told = inspect(&form()).unwrap();
    assert_eq!(told.signatures, 0);
    let kinds: Vec<(&str, FieldKind)> = told
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("S1", FieldKind::Signature),
            ("TFname", FieldKind::Text),
            ("CBagree", FieldKind::CheckBox),
            ("Rcolour", FieldKind::Radio),
            ("company.country", FieldKind::ComboBox),
            ("note", FieldKind::Text),
            ("SO1", FieldKind::Signature),
        ]
    );
    let field = |name: &str| told.fields.iter().find(|field| field.name == name).unwrap();
    assert!(field("TFname").required && !field("note").required);
    assert!(field("note").multi_line);
    assert_eq!(field("TFname").max_length, Some(40));
    assert_eq!(field("note").value.as_deref(), Some("as it was"));
    let widget = field("S1").widgets.first().unwrap().clone();
    assert_eq!(
        (widget.page, widget.rect),
        (1, Rect::new(40.0, 60.0, 150.0, 50.0))
    );
    assert_eq!(field("Rcolour").widgets.len(), 2);
    let labels: Vec<String> = field("company.country")
        .options
        .iter()
        .map(|option| option.label.clone())
        .collect();
    assert_eq!(labels, ["Slovakia", "Czechia"]);
    let states: Vec<String> = field("Rcolour")
        .options
        .iter()
        .map(|option| option.value.clone())
        .collect();
    assert_eq!(states, ["red", "blue"]);
}

#[test]
fn boxes_and_rotation_are_inherited_and_the_crop_box_is_cut_to_the_page() {
    let told = inspect(&minimal("/Rotate -90/CropBox[10 20 900 300]")).unwrap();
    let page = told.pages.first().unwrap();
    assert_eq!(page.media_box, Rect::new(0.0, 0.0, 300.0, 400.0));
    assert_eq!(page.crop_box, Rect::new(10.0, 20.0, 290.0, 280.0));
    assert_eq!(page.turn, Turn::ThreeQuarters);
}

#[test]
fn what_is_not_a_readable_pdf_is_refused_with_a_reason() {
    let world = World::new();
    let contract = sample::contract("Secret");
    assert_eq!(inspect(b"PK\x03\x04").unwrap_err(), Refusal::NotPdf);
    assert_eq!(inspect(b"").unwrap_err(), Refusal::NotPdf);
    let shifted = [&[b'j'; 1100], contract.as_slice()].concat();
    assert_eq!(inspect(&shifted).unwrap_err(), Refusal::NotPdf);
    assert_eq!(
        inspect(b"%PDF-1.7\nnothing at all").unwrap_err(),
        Refusal::Broken
    );
    let encrypted = world.by_qpdf(&contract, &["--encrypt", "secret", "owner", "256", "--"]);
    assert_eq!(inspect(&encrypted).unwrap_err(), Refusal::Encrypted);
    let empty = raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[]/Count 0>>",
    ]);
    assert_eq!(inspect(&empty).unwrap_err(), Refusal::NoPages);
    assert!(
        Refusal::Encrypted
            .to_string()
            .contains("without protection")
    );
}

#[test]
fn trees_that_bite_their_tail_end() {
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R 2 0 R 3 0 R]/Count 3/Parent 4 0 R>>",
        "<</Type/Page/Parent 4 0 R>>",
        "<</Type/Pages/Parent 4 0 R>>",
        "<</T(a)/FT/Tx/Kids[6 0 R]>>",
        "<</T(b)/Parent 5 0 R/Kids[5 0 R]>>",
    ]);
    let told = inspect(&file).unwrap();
    assert_eq!(told.pages.len(), 1);
    assert!(told.fields.is_empty());
}
