//! What is prepared before a file is signed, and what other programs do to it after: none of it passes.

use lopdf::Object;

use super::manipulated::{Case, are_caught, contract, passes, string};
use super::surgery::{Patient, content, find};
use crate::oracle;
use crate::world::{World, input, raw};

#[test]
fn nothing_prepared_before_the_signature_passes() {
    let world = World::new();
    let place = || {
        vec![crate::world::at_place(
            1,
            pdf::Rect::new(20.0, 20.0, 90.0, 40.0),
        )]
    };
    let seal = |bytes: &[u8]| Patient::new(&world.sealed(bytes, &input(place())));
    let page =
        |more: &str| format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents {more}>>");
    let draws = "<</Length 30>>\nstream\n0.9 0.95 1 rg 20 20 99 99 re f\nendstream";
    let evil = "<</Length 30>>\nstream\n0.1 0.10 0 rg 20 20 99 99 re f\nendstream";
    let start = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    ];

    // An object of the same number stands unseen in the signed bytes; a table alone reveals it.
    let hidden = raw(&[start[0], start[1], &page("4 0 R"), draws]);
    let at = find(&hidden, b"xref");
    let mut with_twin = hidden[..at].to_vec();
    let twin = with_twin.len();
    with_twin.extend_from_slice(format!("4 0 obj\n{evil}\nendobj\n").as_bytes());
    let table = with_twin.len();
    let old = format!("startxref\n{at}");
    let tail = String::from_utf8(hidden[at..].to_vec()).unwrap();
    with_twin.extend_from_slice(
        tail.replace(&old, &format!("startxref\n{table}"))
            .as_bytes(),
    );
    let with_twin = seal(&with_twin);
    let revealed = with_twin.append_with(
        &[],
        &[(4, twin, 0)],
        &format!("/Prev {}", with_twin.document.xref_start),
    );

    // A reference that leads nowhere is given something to lead to, as a part of a new signature.
    let waiting = seal(&raw(&[start[0], start[1], &page("[4 0 R 99 0 R]"), draws]));
    let filled = waiting.append(&[content(99, "1 g 0 0 300 400 re f")]);

    // The page's content is also the document's metadata, which may change.
    let shared = seal(&raw(&[
        "<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>",
        start[1],
        &page("4 0 R"),
        draws,
    ]));
    let changed = shared.append(&[(
        4,
        0,
        b"<</Type/Metadata/Length 20>>\nstream\n0 g 20 20 99 99 re f\nendstream".to_vec(),
    )]);

    // The appearance of an open field is also what the page is drawn with.
    let annotated =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Annots[5 0 R]>>";
    let field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(open)/F 4/P 3 0 R/Rect[0 0 99 20]/V(a)/AP<</N 4 0 R>>>>";
    let catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/DA(/Helv 0 Tf)>>>>";
    let both = seal(&raw(&[catalog, start[1], annotated, draws, field]));
    let redrawn = both.append(&[
        both.with((5, 0), "V", string("b")),
        (
            4,
            0,
            b"<</Length 30>>\nstream\n0.1 0.10 0 rg 20 20 99 99 re f\nendstream".to_vec(),
        ),
    ]);
    let cases: Vec<Case> = vec![
        ("hidden twin revealed", revealed),
        ("dangling reference filled", filled),
        ("content that is metadata", changed),
        ("content that is an appearance", redrawn),
    ];
    assert_eq!(4, are_caught(&world, &cases));
}

#[test]
fn what_other_programs_rewrite_does_not_pass() {
    let world = World::new();
    let one = contract(&world);
    let mut edited =
        lopdf::IncrementalDocument::create_from(one.bytes.clone(), one.document.clone());
    let page = one.page();
    edited.opt_clone_object_to_new_document(page).unwrap();
    edited
        .new_document
        .get_dictionary_mut(page)
        .unwrap()
        .set("Rotate", 90);
    let mut by_lopdf = Vec::new();
    edited.save_to(&mut by_lopdf).unwrap();
    let mut whole = one.document.clone();
    let mut rewritten = Vec::new();
    whole.save_to(&mut rewritten).unwrap();
    let cases: Vec<Case> = vec![
        ("incremental by lopdf", by_lopdf),
        ("rewritten by lopdf", rewritten),
        ("rewritten by qpdf", world.by_qpdf(&one.bytes, &[])),
        (
            "packed by qpdf",
            world.by_qpdf(&one.bytes, &["--object-streams=generate"]),
        ),
        (
            "linearised by qpdf",
            world.by_qpdf(&one.bytes, &["--linearize"]),
        ),
    ];
    assert_eq!(5, are_caught(&world, &cases));
}

#[test]
fn where_pyhanko_finds_fault_we_do_too() {
    let world = World::new();
    let one = contract(&world);
    let cases = [
        one.append(&[one.with(one.page(), "Rotate", 90)]),
        one.append(&[content(one.contents().0, "0 g")]),
        one.append(&[one.with(one.field("S1"), "F", 2)]),
        one.append(&[one.with(one.root(), "OpenAction", Object::Reference(one.page()))]),
        one.bytes.clone(),
    ];
    for (index, bytes) in cases.iter().enumerate() {
        let Some(verdicts) = oracle::pyhanko(&world, bytes, &[]) else {
            return;
        };
        let theirs = !verdicts.is_empty() && verdicts.iter().all(|verdict| verdict.bottom_line);
        let ours = passes(&world, bytes);
        assert!(theirs || !ours, "case {index}: {verdicts:?}");
        assert_eq!(index == cases.len() - 1, ours, "case {index}");
    }
}
