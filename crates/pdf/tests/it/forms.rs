//! Values, locks and flattening.

use pdf::{FieldTreatment, FieldValue, SealError, SealInput, inspect};

use crate::oracle;
use crate::world::{World, form, in_field, ingested, input, raw};

fn value(name: &str, value: &str) -> FieldValue {
    FieldValue {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn filled(treatment: FieldTreatment) -> SealInput {
    let mut act = input(vec![in_field("S1")]);
    act.values = vec![
        value("TFname", "Ľubomíra Šťastná (č. 7)"),
        value("CBagree", "1"),
        value("Rcolour", "blue"),
        value("company.country", "CZ"),
        value(
            "note",
            "First line of a note that is long enough to need another line.\nA second paragraph.",
        ),
    ];
    act.round_fields = act.values.iter().map(|value| value.name.clone()).collect();
    act.treatment = treatment;
    act
}

#[test]
fn values_are_written_shown_locked_and_read_back() {
    let world = World::new();
    let served = ingested(&form());
    let first = world.sealed(&served, &filled(FieldTreatment::ReadOnly));
    world.keep("filled", &first);
    oracle::all_are_content(&world, &first, 1);
    let second = world.sealed(&first, &input(vec![in_field("SO1")]));
    oracle::all_are_content(&world, &second, 2);

    let told = inspect(&second).unwrap();
    let field = |name: &str| told.fields.iter().find(|field| field.name == name).unwrap();
    assert_eq!(
        field("TFname").value.as_deref(),
        Some("Ľubomíra Šťastná (č. 7)")
    );
    assert_eq!(field("CBagree").value.as_deref(), Some("1"));
    assert_eq!(field("Rcolour").value.as_deref(), Some("blue"));
    assert_eq!(field("company.country").value.as_deref(), Some("CZ"));
    assert!(field("TFname").read_only && field("TFname").required);
    assert!(field("S1").is_signed && field("SO1").is_signed);
}

#[test]
fn a_locked_field_cannot_be_filled_in_a_later_round() {
    let world = World::new();
    let first = world.sealed(&ingested(&form()), &filled(FieldTreatment::Keep));
    let mut act = input(vec![in_field("SO1")]);
    act.values = vec![value("TFname", "somebody else")];
    let refused = pdf::seal(&first, &act, &world.seal, world.now);
    assert!(
        matches!(refused, Err(SealError::LockedField(_))),
        "{refused:?}"
    );
}

#[test]
fn a_field_of_another_round_stays_open() {
    let world = World::new();
    let mut act = input(vec![in_field("S1")]);
    act.values = vec![value("TFname", "first")];
    act.round_fields = vec!["TFname".to_owned()];
    let first = world.sealed(&ingested(&form()), &act);
    let mut act = input(vec![in_field("SO1")]);
    act.values = vec![value("note", "second"), value("CBagree", "1")];
    act.round_fields = vec!["note".to_owned(), "CBagree".to_owned()];
    let second = world.sealed(&first, &act);
    oracle::all_are_content(&world, &second, 2);
}

#[test]
fn flattened_fields_become_page_content() {
    let world = World::new();
    let sealed = pdf::seal(
        &ingested(&form()),
        &filled(FieldTreatment::Flatten),
        &world.seal,
        world.now,
    )
    .unwrap();
    assert_eq!(sealed.treatment, FieldTreatment::Flatten);
    world.keep("flattened", &sealed.bytes);
    oracle::all_are_content(&world, &sealed.bytes, 1);
    let names: Vec<String> = inspect(&sealed.bytes)
        .unwrap()
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect();
    assert_eq!(names, ["S1", "SO1"]);
    let second = pdf::seal(
        &sealed.bytes,
        &SealInput {
            treatment: FieldTreatment::Flatten,
            ..input(vec![in_field("SO1")])
        },
        &world.seal,
        world.now,
    )
    .unwrap();
    assert_eq!(
        second.treatment,
        FieldTreatment::ReadOnly,
        "a signed document is not flattened"
    );
    oracle::all_are_content(&world, &second.bytes, 2);
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let world = World::new();
    let served = ingested(&form());
    for (name, wrong) in [
        ("TFname", "more than forty characters do not fit into it"),
        ("CBagree", "perhaps"),
        ("Rcolour", "green"),
        ("company.country", "Poland"),
        ("S1", "text"),
    ] {
        let mut act = input(vec![in_field("S1")]);
        act.values = vec![value(name, wrong)];
        let refused = pdf::seal(&served, &act, &world.seal, world.now);
        assert!(
            matches!(refused, Err(SealError::BadValue { .. })),
            "{name}: {refused:?}"
        );
    }
}

#[test]
fn a_field_whose_widget_is_apart_can_be_filled_in_a_later_round() {
    let world = World::new();
    let widget = "/Type/Annot/Subtype/Widget/F 4/P 3 0 R";
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 6 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 500]>>",
        "<</Type/Page/Parent 2 0 R/Annots[5 0 R 8 0 R]>>",
        "<</FT/Tx/T(city)/Kids[5 0 R]>>",
        &format!("<<{widget}/Parent 4 0 R/Rect[40 440 240 462]>>"),
        "<</T(people)/Kids[7 0 R]>>",
        "<</FT/Sig/T(S1)/Parent 6 0 R/Kids[8 0 R]>>",
        &format!("<<{widget}/Parent 7 0 R/Rect[40 60 190 110]>>"),
    ]);
    let served = ingested(&file);
    let first = world.sealed(&served, &input(Vec::new()));
    let mut act = input(vec![in_field("people.S1")]);
    act.values = vec![value("city", "Žilina")];
    act.round_fields = vec!["city".to_owned()];
    let second = world.sealed(&first, &act);
    oracle::all_are_content(&world, &second, 2);
}
