//! Evidence is inside each signature, is covered by it, and upsets nobody.

use pdf::{Rect, SealInput, SignatureEvidence, VisibleSignature, sample};

use crate::oracle;
use crate::world::{World, at_place, fixture, in_field, ingested, input};

fn with(signature: VisibleSignature, container: &str) -> VisibleSignature {
    VisibleSignature {
        evidence: Some(container.as_bytes().to_vec()),
        ..signature
    }
}

fn told(found: &[SignatureEvidence]) -> Vec<(&str, Option<&str>)> {
    found
        .iter()
        .map(|one| {
            let text = one.container.as_deref().map(str::from_utf8);
            (one.field.as_str(), text.transpose().unwrap())
        })
        .collect()
}

#[test]
fn each_signature_carries_its_own_evidence_and_every_validator_is_content() {
    let world = World::new();
    let served = ingested(&sample::contract("With evidence"));
    let first = world.sealed(
        &served,
        &input(vec![
            with(in_field("S1"), "first.of.two"),
            with(in_field("SO1"), "second.of.two"),
        ]),
    );
    let place = Rect::new(80.0, 250.0, 150.0, 50.0);
    let second = world.sealed(&first, &input(vec![with(at_place(1, place), "next.round")]));
    let third = world.sealed(
        &second,
        &SealInput {
            evidence: Some(b"unseen".to_vec()),
            ..input(vec![])
        },
    );
    let found = pdf::evidences(&third).unwrap();
    assert_eq!(
        told(&found),
        [
            ("S1", Some("first.of.two")),
            ("SO1", Some("second.of.two")),
            ("Signature1", Some("next.round")),
            ("Signature2", Some("unseen")),
        ]
    );
    assert!(found.iter().all(|one| one.signed_by.is_ok()));
    assert!(found[0].covered > served.len() && found[1].covered == first.len());
    oracle::all_are_content(&world, &third, 4);
    world.keep("evidence", &third);
}

#[test]
fn a_file_with_an_xref_stream_carries_evidence_too() {
    let world = World::new();
    let plain = ingested(&sample::contract_without_fields("Streams"));
    let served = world.by_qpdf(&plain, &["--object-streams=generate"]);
    let place = Rect::new(80.0, 250.0, 150.0, 50.0);
    let sealed = world.sealed(&served, &input(vec![with(at_place(1, place), "a.b.c.d.e")]));
    assert_eq!(
        told(&pdf::evidences(&sealed).unwrap()),
        [("Signature1", Some("a.b.c.d.e"))]
    );
    oracle::all_are_content(&world, &sealed, 1);
}

#[test]
fn a_signature_without_evidence_says_so() {
    let found = pdf::evidences(&fixture("signed-by-somebody-else.pdf")).unwrap();
    assert!(!found.is_empty() && found.iter().all(|one| one.container.is_none()));
}

#[test]
fn evidence_that_a_later_update_replaces_is_read_as_it_was_signed() {
    let world = World::new();
    let served = ingested(&sample::contract("Replaced"));
    let sealed = world.sealed(&served, &input(vec![with(in_field("S1"), "as.signed")]));
    let text = String::from_utf8_lossy(&sealed).into_owned();
    let at = text.find("as.signed").unwrap();
    let start = text[..at].rfind(" 0 obj").unwrap();
    let start = text[..start].rfind('\n').unwrap() + 1;
    let end = at + text[at..].find("endobj\n").unwrap() + "endobj\n".len();
    // The same signature with other evidence, in an update behind it.
    let forgery = text[start..end].replace("as.signed", "is.forged");
    let id: usize = forgery.split(' ').next().unwrap().parse().unwrap();
    let xref = text.rsplit("startxref\n").next().unwrap();
    let previous: usize = xref.lines().next().unwrap().parse().unwrap();
    let size = text.rsplit("/Size ").next().unwrap();
    let size: usize = size
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let root = text.rsplit("/Root ").next().unwrap();
    let root = root.split(" R").next().unwrap();
    let mut forged = sealed.clone();
    let offset = forged.len();
    forged.extend_from_slice(forgery.as_bytes());
    let table = forged.len();
    forged.extend_from_slice(
        format!(
            "xref\n{id} 1\n{offset:010} 00000 n \ntrailer\n<</Size {size}/Root {root} R/Prev {previous}>>\n\
             startxref\n{table}\n%%EOF\n"
        )
        .as_bytes(),
    );
    assert_eq!(
        told(&pdf::evidences(&forged).unwrap()),
        [("S1", Some("as.signed"))]
    );
}
