//! What is done to the document as a whole or to byte ranges: none of it passes.

use lopdf::Object;
use pdf::sample;

use super::manipulated::{Case, are_caught, contract};
use super::surgery::{Patient, content, find, rfind, text, written};
use crate::world::{World, in_field, ingested, input};

#[test]
fn nothing_done_to_the_document_or_its_structure_passes() {
    let world = World::new();
    let one = contract(&world);
    let new = one.free();
    let (root, page) = (one.root(), one.page());
    let contents = one.contents();
    let pages = one.reference(root, b"Pages");
    let previous = format!("/Prev {}", one.document.xref_start);
    let kids = |extra: Option<u32>| {
        let mut kids = one
            .dictionary(pages)
            .get(b"Kids")
            .unwrap()
            .as_array()
            .unwrap()
            .clone();
        match extra {
            Some(number) => kids.push(Object::Reference((number, 0))),
            None => kids.clear(),
        }
        one.with(pages, "Kids", kids)
    };
    let unlisted = {
        let mut bytes = one.bytes.clone();
        bytes.extend_from_slice(
            format!("{} 0 obj\n<</Hidden true>>\nendobj\n", contents.0).as_bytes(),
        );
        one.close(&mut bytes, &[], &previous);
        bytes
    };
    let mut after = one.bytes.clone();
    after.extend_from_slice(b"9 0 obj\n<</Hidden true>>\nendobj\n");
    let mut flipped = one.bytes.clone();
    let at = find(&flipped, b"/MediaBox");
    flipped[at + 1] = b'N';
    let info = format!("{previous}/Info {} 0 R", contents.0);
    let elsewhere = one.bytes.len();
    let cases: Vec<Case> = vec![
        ("object added", one.append(&[text(new, "<</Unused true>>")])),
        ("object without entry", unlisted),
        ("object behind the end", after),
        ("byte flipped", flipped),
        (
            "page added",
            one.append(&[
                kids(Some(new)),
                text(new, &format!("<</Type/Page/Parent {} 0 R>>", pages.0)),
            ]),
        ),
        ("page deleted", one.append(&[kids(None)])),
        ("page listed twice", one.append(&[kids(Some(page.0))])),
        (
            "opens with an action",
            one.append(&[
                one.with(root, "OpenAction", Object::Reference((new, 0))),
                text(new, "<</S/JavaScript/JS(1)>>"),
            ]),
        ),
        (
            "layers",
            one.append(&[
                one.with(root, "OCProperties", Object::Reference((new, 0))),
                text(new, "<</OCGs[]/D<<>>>>"),
            ]),
        ),
        (
            "names",
            one.append(&[
                one.with(root, "Names", Object::Reference((new, 0))),
                text(new, "<</JavaScript<</Names[]>>>>"),
            ]),
        ),
        (
            "no way back",
            one.append_with(&[one.with(page, "Rotate", 90)], &[], ""),
        ),
        (
            "table leads elsewhere",
            one.append_with(
                &[],
                &[(
                    contents.0,
                    find(&one.bytes, format!("{} 0 obj", page.0).as_bytes()),
                    0,
                )],
                &previous,
            ),
        ),
        (
            "table leads beyond",
            one.append_with(&[], &[(contents.0, elsewhere + 9_999, 0)], &previous),
        ),
        (
            "generation counted up",
            one.append(&[(
                contents.0,
                1,
                b"<</Length 0>>\nstream\n\nendstream".to_vec(),
            )]),
        ),
        (
            "content as information",
            one.append_with(&[text(contents.0, "<</Title(x)>>")], &[], &info),
        ),
        (
            "content as metadata",
            one.append(&[
                one.with(root, "Metadata", Object::Reference(contents)),
                (
                    contents.0,
                    0,
                    b"<</Type/Metadata/Length 1>>\nstream\n \nendstream".to_vec(),
                ),
            ]),
        ),
        (
            "content as revocation data",
            one.append(&[
                one.with(root, "DSS", Object::Reference((new, 0))),
                text(new, &format!("<</Certs[{} 0 R]>>", contents.0)),
                content(contents.0, " "),
            ]),
        ),
        (
            "a key twice",
            one.append(&[text(
                page.0,
                &format!("<</Type/Page/Parent {0} 0 R/Parent {0} 0 R>>", pages.0),
            )]),
        ),
        ("another root", {
            let text = String::from_utf8_lossy(
                &written((new, 0), &Object::Dictionary(one.dictionary(root))).2,
            )
            .into_owned();
            let mut bytes = one.append(&[(new, 0, text.into_bytes())]);
            let at = rfind(&bytes, format!("/Root {} 0 R", root.0).as_bytes());
            let named = format!("/Root {new} 0 R");
            bytes.splice(
                at..at + format!("/Root {} 0 R", root.0).len(),
                named.into_bytes(),
            );
            bytes
        }),
    ];
    assert!(19 <= are_caught(&world, &cases));
}

#[test]
fn no_byte_range_but_an_honest_one_passes() {
    let world = World::new();
    let served = ingested(&sample::contract("Service agreement"));
    let one = Patient::new(&world.sealed(&served, &input(vec![in_field("S1")])));
    let field = one.field("S1");
    let signature = one.reference(field, b"V");
    let keys = one.dictionary(signature);
    let range: Vec<i64> = keys
        .get(b"ByteRange")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_i64().unwrap())
        .collect();
    let renumbered = |numbers: &[i64]| {
        let mut bytes = one.bytes.clone();
        let at = find(&bytes, b"/ByteRange[");
        let end = at + find(&bytes[at..], b"]") + 1;
        let text: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let text = format!(
            "{:<width$}",
            format!("/ByteRange[{}]", text.join(" ")),
            width = end - at
        );
        // Whatever room is left in the placeholder.
        let room = bytes[end..]
            .iter()
            .take_while(|byte| **byte == b' ')
            .count();
        let length = text.len().min(end - at + room);
        bytes.splice(at..at + length, text.bytes().take(length));
        bytes
    };
    let [_, gap, resume, rest] = *range.as_slice() else {
        panic!("{range:?}");
    };
    let mut copied = keys.clone();
    copied.set(
        "ByteRange",
        [0, gap, resume, rest - 1].map(Object::Integer).to_vec(),
    );
    let cases: Vec<Case> = vec![
        ("begins later", renumbered(&[1, gap - 1, resume, rest])),
        ("ends earlier", renumbered(&[0, gap, resume, rest - 1])),
        ("gap too wide", renumbered(&[0, gap - 1, resume, rest])),
        ("gap too narrow", renumbered(&[0, gap + 1, resume, rest])),
        (
            "goes on too late",
            renumbered(&[0, gap, resume + 1, rest - 1]),
        ),
        ("beyond the file", renumbered(&[0, gap, resume, rest + 9])),
        ("negative", renumbered(&[0, gap, -1, rest])),
        ("nothing left out", renumbered(&[0, gap, gap, rest])),
        (
            "rewritten later",
            one.append(&[written(signature, &Object::Dictionary(copied))]),
        ),
        ("wrapped", wrapped(&one, (gap, resume, rest))),
        ("signature emptied", {
            let mut bytes = one.bytes.clone();
            let at = usize::try_from(gap).unwrap() + 1;
            bytes[at..at + 200].fill(b'0');
            bytes
        }),
    ];
    assert!(11 <= are_caught(&world, &cases));
}

/// Signature wrapping: the signed bytes are all there, moved apart, and between them stands what
/// the file now shows, with a signature dictionary that says where the signed bytes are.
fn wrapped(one: &Patient, (gap, resume, rest): (i64, i64, i64)) -> Vec<u8> {
    let at = |number: i64| usize::try_from(number).unwrap();
    let (head, tail) = (&one.bytes[..at(resume)], &one.bytes[at(resume)..]);
    let field = one.field("S1");
    let signature = one.reference(field, b"V");
    let mut keys = one.dictionary(signature);
    let mut bytes = head.to_vec();
    let contents = bytes.len();
    bytes.extend_from_slice(
        &[
            format!("{} 0 obj\n", one.contents().0).as_bytes(),
            &content(0, "0 g 9 9 99 99 re f").2,
            b"\nendobj\n",
        ]
        .concat(),
    );
    let copy = bytes.len();
    // The room that the rest needs is not known before it is written: twice is enough.
    let mut length = 40_000;
    loop {
        bytes.truncate(copy);
        keys.set(
            "ByteRange",
            [0, gap, resume + i64::try_from(length).unwrap(), rest]
                .map(Object::Integer)
                .to_vec(),
        );
        bytes.extend_from_slice(format!("{} 0 obj\n", signature.0).as_bytes());
        bytes.extend_from_slice(&written(signature, &Object::Dictionary(keys.clone())).2);
        bytes.extend_from_slice(b"\nendobj\n");
        let table = [(one.contents().0, contents, 0), (signature.0, copy, 0)];
        one.close(
            &mut bytes,
            &table,
            &format!("/Prev {}", one.document.xref_start + length),
        );
        let grown = bytes.len() - head.len();
        if grown == length {
            break;
        }
        length = grown;
    }
    bytes.extend_from_slice(tail);
    bytes
}
