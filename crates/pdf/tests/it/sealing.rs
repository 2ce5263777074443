//! Seals on files of every kind, and what breaks them.

use pdf::{Mark, Rect, SealError, Target, VisibleSignature, sample};

use crate::oracle;
use crate::world::{World, at_place, autograph, fixture, in_field, ingested, input, minimal, raw};
use pdf::ink::Pointer;

#[test]
fn two_rounds_leave_two_whole_and_trusted_signatures() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    oracle::qpdf_is_content(&world, &served);
    let first = world.sealed(&served, &input(vec![in_field("S1")]));
    assert!(first.starts_with(&served), "the served revision is kept");
    let second = world.sealed(&first, &input(vec![in_field("SO1")]));
    assert!(second.starts_with(&first));
    oracle::all_are_content(&world, &second, 2);
    let reports = pdf::verify(&second).unwrap();
    assert_eq!(reports.len(), 2);
    assert!(reports.iter().all(|report| report.signed_by.is_ok()));
    assert_eq!(
        reports.first().unwrap().signer_name.as_deref(),
        Some("Ľubomíra Šťastná")
    );
}

#[test]
fn several_signatures_of_one_act_are_all_whole() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let act = input(vec![
        in_field("S1"),
        at_place(1, Rect::new(330.0, 260.0, 180.0, 60.0)),
        at_place(1, Rect::new(80.0, 260.0, 90.0, 40.0)),
    ]);
    let sealed = pdf::seal(&served, &act, &world.seal, world.now).unwrap();
    assert_eq!(sealed.fields, ["S1", "Signature1", "Signature2"]);
    oracle::all_are_content(&world, &sealed.bytes, 3);
}

#[test]
fn the_same_act_gives_the_same_bytes() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let act = input(vec![in_field("S1")]);
    assert_eq!(world.sealed(&served, &act), world.sealed(&served, &act));
}

#[test]
fn a_typed_signature_may_have_slovak_and_cyrillic_letters() {
    let world = World::new();
    let served = ingested(&sample::contract("Zmluva o službách č. 7"));
    let typed = |field: &str, text: &str| VisibleSignature {
        target: Target::Field(field.to_owned()),
        mark: Mark::Typed(text.to_owned()),
        caption: Some(text.to_owned()),
        evidence: None,
    };
    let sealed = world.sealed(
        &served,
        &input(vec![
            typed("S1", "Ľubomíra Šťastná"),
            typed("SO1", "Євген Їжакевич"),
        ]),
    );
    world.keep("typed", &sealed);
    oracle::all_are_content(&world, &sealed, 2);
}

#[test]
fn a_character_that_no_font_of_ours_has_is_refused_by_name() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let mut signature = in_field("S1");
    signature.mark = Mark::Typed("王小明".to_owned());
    let refused = pdf::seal(&served, &input(vec![signature]), &world.seal, world.now);
    assert!(
        matches!(refused, Err(SealError::UnwritableCharacter('王'))),
        "{refused:?}"
    );
    assert_eq!(pdf::unwritable_character("Ľubomíra"), None);
}

#[test]
fn files_of_every_structure_can_be_sealed_twice() {
    let world = World::new();
    let contract = sample::contract("Service agreement");
    let packed = ["--object-streams=generate"];
    for (kind, file) in [
        ("object streams", world.by_qpdf(&contract, &packed)),
        ("linearised", world.by_qpdf(&contract, &["--linearize"])),
        (
            "linearised with object streams",
            world.by_qpdf(&contract, &["--linearize", packed[0]]),
        ),
    ] {
        eprintln!("{kind}");
        // As it is, and as it would be taken in.
        for served in [file.clone(), ingested(&file)] {
            let first = world.sealed(&served, &input(vec![in_field("S1")]));
            let free = at_place(1, Rect::new(330.0, 260.0, 180.0, 60.0));
            let second = world.sealed(&first, &input(vec![in_field("SO1"), free]));
            oracle::all_are_content(&world, &second, 3);
        }
    }
}

#[test]
fn a_page_that_inherits_everything_keeps_what_it_inherits() {
    let world = World::new();
    let served = ingested(&minimal(""));
    let sealed = world.sealed(
        &served,
        &input(vec![at_place(1, Rect::new(90.0, 40.0, 150.0, 50.0))]),
    );
    oracle::all_are_content(&world, &sealed, 1);
    let page = pdf::inspect(&sealed).unwrap().pages.remove(0);
    assert_eq!(page.media_box, Rect::new(0.0, 0.0, 300.0, 400.0));
}

#[test]
fn ink_stands_upright_on_turned_pages() {
    let world = World::new();
    for degrees in [90, 180, 270] {
        let served = ingested(&minimal(&format!("/Rotate {degrees}")));
        let mut act = input(vec![at_place(1, Rect::new(60.0, 150.0, 60.0, 150.0))]);
        if degrees == 180 {
            act = input(vec![at_place(1, Rect::new(60.0, 150.0, 150.0, 60.0))]);
        }
        act.signatures.first_mut().unwrap().caption = Some(format!("turned by {degrees}"));
        let sealed = world.sealed(&served, &act);
        world.keep(&format!("turned-{degrees}"), &sealed);
        oracle::all_are_content(&world, &sealed, 1);
    }
}

#[test]
fn annotations_are_appended_wherever_the_page_keeps_them() {
    let world = World::new();
    let note = "<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(note)>>";
    for (annotations, extra) in [("[5 0 R]", "null"), ("6 0 R", "[5 0 R]")] {
        let file = raw(&[
            "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
            &format!("<</Type/Page/Parent 2 0 R/Annots {annotations}>>"),
            "null",
            note,
            extra,
            "<</Fields 8 0 R>>",
            "[]",
        ]);
        // Not taken in first: the update itself must cope.
        let place = || at_place(1, Rect::new(90.0, 40.0, 150.0, 50.0));
        let first = world.sealed(&file, &input(vec![place()]));
        let second = world.sealed(&first, &input(vec![place()]));
        oracle::all_are_content(&world, &second, 2);
    }
}

#[test]
fn a_file_that_somebody_else_signed_keeps_that_signature() {
    let world = World::new();
    let theirs = fixture("signed-by-somebody-else.pdf");
    let taken = pdf::ingest(&theirs, pdf::Watermark::Test).unwrap();
    assert_eq!(taken.report.handling, pdf::report::Handling::Kept);
    assert_eq!(taken.bytes, theirs, "kept to the byte");
    assert_eq!(taken.inspected.signatures, 1);
    let place = at_place(1, Rect::new(70.0, 150.0, 200.0, 60.0));
    let ours = world.sealed(&taken.bytes, &input(vec![place]));
    oracle::qpdf_is_content(&world, &ours);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/somebody-else-root.pem");
    if let Some(verdicts) = oracle::pyhanko(&world, &ours, &[root]) {
        assert_eq!(verdicts.len(), 2);
        assert!(
            verdicts.iter().all(|verdict| verdict.bottom_line),
            "{verdicts:?}"
        );
    }
}

#[test]
fn a_certified_file_takes_no_new_field() {
    let world = World::new();
    let certified = fixture("certified.pdf");
    assert!(pdf::inspect(&certified).unwrap().is_certified);
    let act = input(vec![at_place(1, Rect::new(70.0, 150.0, 200.0, 60.0))]);
    let refused = pdf::seal(&certified, &act, &world.seal, world.now);
    assert!(
        matches!(refused, Err(SealError::CertifiedAgainstNewFields)),
        "{refused:?}"
    );
}

#[test]
fn a_seal_without_visible_signature_is_whole_too() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let sealed = world.sealed(&served, &input(Vec::new()));
    oracle::all_are_content(&world, &sealed, 1);
    let again = world.sealed(&sealed, &input(vec![in_field("S1")]));
    oracle::all_are_content(&world, &again, 2);
}

#[test]
fn one_flipped_byte_breaks_the_signatures_over_it() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let first = world.sealed(&served, &input(vec![in_field("S1")]));
    let mut second = world.sealed(&first, &input(vec![in_field("SO1")]));
    let at = second.windows(4).position(|four| four == b"Head").unwrap();
    second[at] = b'h';
    if let Some(verdicts) = oracle::pdfsig(&world, &second) {
        assert_eq!(verdicts.len(), 2);
        assert!(
            verdicts
                .iter()
                .all(|(validity, _)| validity.contains("Mismatch")),
            "{verdicts:?}"
        );
    }
    if let Some(verdicts) = oracle::pyhanko(&world, &second, &[]) {
        assert_eq!(verdicts.len(), 2);
        assert!(
            verdicts.iter().all(|verdict| !verdict.bottom_line),
            "{verdicts:?}"
        );
    }
    let ours = pdf::verify(&second).unwrap();
    assert!(
        ours.iter().all(|report| report.signed_by.is_err()),
        "{ours:?}"
    );
}

#[test]
fn what_the_document_lacks_is_refused_before_anything_is_written() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let seal = |signatures| pdf::seal(&served, &input(signatures), &world.seal, world.now);
    assert!(matches!(
        seal(vec![in_field("S9")]),
        Err(SealError::NoSuchField(_))
    ));
    assert!(matches!(
        seal(vec![in_field("S1"), in_field("S1")]),
        Err(SealError::SignedTwice(_))
    ));
    let place = |page, rect| vec![at_place(page, rect)];
    let rect = Rect::new(10.0, 10.0, 100.0, 50.0);
    assert!(matches!(
        seal(place(2, rect)),
        Err(SealError::NoSuchPage(2))
    ));
    assert!(matches!(
        seal(place(0, rect)),
        Err(SealError::NoSuchPage(0))
    ));
    let outside = Rect::new(900.0, 10.0, 100.0, 50.0);
    assert!(matches!(
        seal(place(1, outside)),
        Err(SealError::BadPlace(1))
    ));
    let mut blank = in_field("S1");
    blank.mark = Mark::Typed("  ".to_owned());
    assert!(matches!(seal(vec![blank]), Err(SealError::BlankMark(_))));
    let mut empty = autograph(Pointer::Mouse);
    empty.strokes.clear();
    let mut blank = in_field("S1");
    blank.mark = Mark::Ink(empty);
    assert!(matches!(seal(vec![blank]), Err(SealError::BlankMark(_))));
    let sealed = world.sealed(&served, &input(vec![in_field("S1")]));
    let again = pdf::seal(
        &sealed,
        &input(vec![in_field("S1")]),
        &world.seal,
        world.now,
    );
    assert!(matches!(again, Err(SealError::AlreadySigned(_))));
}

#[test]
fn a_repaired_file_is_never_extended() {
    let world = World::new();
    let mut broken = minimal("");
    let at = broken
        .windows(9)
        .position(|nine| nine == b"startxref")
        .unwrap();
    broken.truncate(at);
    broken.extend_from_slice(b"startxref\n7\n%%EOF\n");
    let act = input(vec![at_place(1, Rect::new(10.0, 10.0, 100.0, 50.0))]);
    let refused = pdf::seal(&broken, &act, &world.seal, world.now);
    assert!(matches!(refused, Err(SealError::Refused(_))), "{refused:?}");
    let mended = pdf::ingest(&broken, pdf::Watermark::None).unwrap();
    assert!(!mended.report.repaired.is_empty());
    oracle::all_are_content(&world, &world.sealed(&mended.bytes, &act), 1);
}
