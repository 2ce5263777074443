//! The check of our own output: what it lets through, and each thing that it must not.

use pdf::{Expected, FieldTreatment, FieldValue, Flaw, Rect, SealInput, check_sealed, sample};

use crate::world::{World, at_place, extended, form, in_field, ingested, input, minimal, raw};

/// Seals and says what that was to do.
fn sealed(world: &World, before: &[u8], act: &SealInput) -> (Vec<u8>, Expected) {
    let sealed = pdf::seal(before, act, &world.seal, world.now).unwrap();
    let expected = Expected::of(act, &sealed, world.seal.certificate_der());
    (sealed.bytes, expected)
}

fn value(name: &str, value: &str) -> FieldValue {
    FieldValue {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// The form filled in and signed, its fields treated as said.
fn filled(treatment: FieldTreatment) -> SealInput {
    let mut act = input(vec![in_field("S1")]);
    act.values = vec![
        value("TFname", "Ľubomíra Šťastná"),
        value("CBagree", "1"),
        value("Rcolour", "blue"),
        value("company.country", "SK"),
    ];
    act.round_fields = ["TFname", "CBagree", "Rcolour", "company.country", "note"]
        .map(str::to_owned)
        .to_vec();
    act.treatment = treatment;
    act
}

/// One page with text on it and one signature field; object 4 is the page's content.
pub(crate) fn letter() -> Vec<u8> {
    let content = "BT /F 18 Tf 40 300 Td (I owe nothing) Tj ET";
    raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 1>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]>>",
        &format!(
            "<</Length {}>>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(S1)/F 4/P 3 0 R/Rect[40 60 190 110]>>",
    ])
}

#[test]
fn honest_seals_on_files_of_every_kind_pass() {
    let world = World::new();
    let contract = ingested(&sample::contract("Service agreement"));
    let packed = world.by_qpdf(&contract, &["--object-streams=generate"]);
    let linear = ingested(&world.by_qpdf(&contract, &["--linearize"]));
    let place = Rect::new(60.0, 200.0, 150.0, 60.0);
    let turned = ingested(&minimal("/Rotate 270/CropBox[10 10 290 390]"));
    let several = input(vec![
        in_field("S1"),
        at_place(1, Rect::new(330.0, 260.0, 180.0, 60.0)),
        in_field("SO1"),
    ]);
    let unseen = input(Vec::new());
    let cases: [(&str, &[u8], SealInput); 9] = [
        ("contract", &contract, input(vec![in_field("S1")])),
        ("several", &contract, several),
        ("unseen", &contract, unseen),
        ("packed", &packed, input(vec![in_field("S1")])),
        ("linear", &linear, input(vec![in_field("SO1")])),
        ("turned", &turned, input(vec![at_place(1, place)])),
        ("keep", &form(), filled(FieldTreatment::Keep)),
        ("read-only", &form(), filled(FieldTreatment::ReadOnly)),
        ("flatten", &form(), filled(FieldTreatment::Flatten)),
    ];
    for (name, before, act) in cases {
        let (after, expected) = sealed(&world, before, &act);
        let checked = check_sealed(before, &after, &expected);
        let checked = checked.unwrap_or_else(|flaw| panic!("{name}: {flaw}"));
        assert_eq!(checked.signatures, act.signatures.len().max(1), "{name}");
        assert_eq!(checked.pages, [1], "{name}");
        assert!(!checked.replaced.is_empty() && 0 < checked.added, "{name}");
    }
}

#[test]
fn a_second_round_passes_and_counts_the_first_signature() {
    let world = World::new();
    let served = ingested(&form());
    let (first, expected) = sealed(&world, &served, &filled(FieldTreatment::ReadOnly));
    check_sealed(&served, &first, &expected).unwrap();
    let act = input(vec![in_field("SO1")]);
    let (second, expected) = sealed(&world, &first, &act);
    assert_eq!(
        check_sealed(&first, &second, &expected).unwrap().signatures,
        2
    );
    // Held against the upload, the first round was not part of the act.
    assert!(check_sealed(&served, &second, &expected).is_err());
}

#[test]
fn a_byte_of_the_earlier_revision_that_changed_is_found() {
    let world = World::new();
    let (after, expected) = sealed(&world, &letter(), &input(vec![in_field("S1")]));
    let mut changed = after.clone();
    *changed.get_mut(60).unwrap() ^= 1;
    assert_eq!(
        check_sealed(&letter(), &changed, &expected),
        Err(Flaw::BytesChanged)
    );
    assert_eq!(
        check_sealed(&letter(), &letter(), &expected),
        Err(Flaw::BytesChanged)
    );
}

#[test]
fn a_signature_that_does_not_hold_or_is_not_ours_or_does_not_cover_all_is_found() {
    let world = World::new();
    let (after, expected) = sealed(&world, &letter(), &input(vec![in_field("S1")]));
    let mut forged = after.clone();
    let at = forged
        .windows(9)
        .rposition(|part| part == b"/Contents")
        .unwrap()
        + 60;
    *forged.get_mut(at).unwrap() = if forged.get(at) == Some(&b'0') {
        b'1'
    } else {
        b'0'
    };
    assert!(matches!(
        check_sealed(&letter(), &forged, &expected),
        Err(Flaw::Unsound { .. })
    ));
    let mut others = expected.clone();
    others.certificate = World::new().authority.certificate_der().to_vec();
    assert_eq!(
        check_sealed(&letter(), &after, &others),
        Err(Flaw::OtherSeal("S1".to_owned()))
    );
    let longer = extended(&after, &[(90, "(something)")]);
    assert_eq!(
        check_sealed(&letter(), &longer, &expected),
        Err(Flaw::Coverage("S1".to_owned()))
    );
    let mut two = expected;
    two.signed.push("SO1".to_owned());
    assert!(check_sealed(&letter(), &after, &two).is_err());
}

/// As if sealing had also done what `objects` say: a faulty engine, in two steps.
fn sealed_with(world: &World, objects: &[(usize, &str)]) -> Result<pdf::Checked, Flaw> {
    let meddled = extended(&letter(), objects);
    let (after, expected) = sealed(world, &meddled, &input(vec![in_field("S1")]));
    check_sealed(&letter(), &after, &expected)
}

#[test]
fn an_object_that_the_act_is_not_about_must_not_be_replaced() {
    let world = World::new();
    let content = "BT /F 18 Tf 40 300 Td (I owe 90 000) Tj ET";
    let content = format!(
        "<</Length {}>>\nstream\n{content}\nendstream",
        content.len()
    );
    assert_eq!(
        sealed_with(&world, &[(4, &content)]),
        Err(Flaw::Replaced(4))
    );
    let courier = "<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    assert_eq!(sealed_with(&world, &[(5, courier)]), Err(Flaw::Replaced(5)));
    let same = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
    assert!(sealed_with(&world, &[(5, same)]).is_ok());
}

#[test]
fn in_an_object_that_may_be_replaced_only_some_keys_may_change() {
    let world = World::new();
    let altered = |object: u32, key: &str| {
        Err(Flaw::Altered {
            object,
            key: key.to_owned(),
        })
    };
    let page = |more: &str| {
        format!(
            "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]{more}>>"
        )
    };
    let turned = page("/Rotate 180");
    assert_eq!(sealed_with(&world, &[(3, &turned)]), altered(3, "Rotate"));
    let emptied = page("").replace("/Contents 4 0 R", "");
    assert_eq!(
        sealed_with(&world, &[(3, &emptied)]),
        altered(3, "Contents")
    );
    let opens =
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 1>>/OpenAction 7 0 R>>";
    assert_eq!(sealed_with(&world, &[(1, opens)]), altered(1, "OpenAction"));
    let store = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 1>>/DSS<<>>>>";
    assert_eq!(sealed_with(&world, &[(1, store)]), altered(1, "DSS"));
    let moved = "<</Type/Annot/Subtype/Widget/FT/Sig/T(S1)/F 4/P 3 0 R/Rect[40 260 190 310]>>";
    assert_eq!(sealed_with(&world, &[(6, moved)]), altered(6, "Rect"));
}

#[test]
fn an_annotation_that_covers_the_text_is_seen_in_the_pixels() {
    let world = World::new();
    let page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R 7 0 R]>>";
    let cover = "<</Type/Annot/Subtype/Square/F 4/Rect[30 280 200 330]/AP<</N 8 0 R>>>>";
    let white = "<</Type/XObject/Subtype/Form/BBox[0 0 170 50]/Length 21>>\nstream\n1 g 0 0 170 50 re f  \nendstream";
    let found = sealed_with(&world, &[(3, page), (7, cover), (8, white)]);
    assert!(
        matches!(found, Err(Flaw::Pixels { page: 1, pixels }) if 200 < pixels),
        "{found:?}"
    );
}

#[test]
fn a_new_object_must_not_fill_a_reference_that_led_nowhere() {
    let world = World::new();
    let before = raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 1>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R]/Metadata 5 0 R/PieceInfo 8 0 R>>",
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(S1)/F 4/P 3 0 R/Rect[40 60 190 110]>>",
    ]);
    let act = input(vec![in_field("S1")]);
    let (after, expected) = sealed(&world, &before, &act);
    check_sealed(&before, &after, &expected).unwrap();
    let meddled = extended(&before, &[(8, "<<>>")]);
    let (after, expected) = sealed(&world, &meddled, &act);
    assert_eq!(
        check_sealed(&before, &after, &expected),
        Err(Flaw::Adopted(8))
    );
}
