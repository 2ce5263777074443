//! Tampered copies of our own signed files are never called unchanged, nor changed as allowed.

use lopdf::{Object, StringFormat};
use pdf::{After, Examiner, FieldTreatment, FieldValue, Integrity, Verdict, sample};
use pki::reading::Anchors;

use super::surgery::{Patient, content, cover, find, rfind, text, written};
use crate::oracle;
use crate::world::{World, form, in_field, ingested, input, raw};

type Case = (&'static str, Vec<u8>);

/// Whether every signature of the file is called sound with nothing but allowed changes after it.
fn passes(world: &World, bytes: &[u8]) -> bool {
    let examiner = Examiner {
        anchors: Anchors::from_der([world.authority.certificate_der()]),
        now: world.now,
    };
    match pdf::examine(bytes, &examiner) {
        Ok(told) => {
            let sound = told.signatures.iter().any(|one| {
                one.integrity == Integrity::Whole
                    && matches!(one.after, After::Unchanged | After::ChangedAsAllowed)
            });
            // The last signature may be an attacker's own and sound: all of them count.
            let all = told.verdict != Verdict::Broken;
            all && sound
        }
        Err(_) => false,
    }
}

/// None of the cases passes; pyHanko, asked too, never sees a fault that we do not.
fn are_caught(world: &World, cases: Vec<Case>) -> usize {
    let count = cases.len();
    let passed: Vec<&str> = cases
        .iter()
        .filter(|(what, bytes)| {
            world.keep(&format!("tampered-{what}"), bytes);
            passes(world, bytes)
        })
        .map(|(what, _)| *what)
        .collect();
    assert!(passed.is_empty(), "called unchanged or allowed: {passed:?}");
    count
}

fn contract(world: &World) -> Patient {
    let served = ingested(&sample::contract("Service agreement"));
    let first = world.sealed(&served, &input(vec![in_field("S1")]));
    Patient::new(&world.sealed(&first, &input(vec![in_field("SO1")])))
}

/// A page whose font is an object of its own, signed.
fn with_font(world: &World) -> Patient {
    let file = raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        "<</Length 35>>\nstream\nBT /F1 12 Tf 20 20 Td (words) Tj ET\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]);
    let place = crate::world::at_place(1, pdf::Rect::new(20.0, 90.0, 90.0, 40.0));
    Patient::new(&world.sealed(&ingested(&file), &input(vec![place])))
}

/// A form whose fields the one signature in it has locked.
fn locked(world: &World) -> Patient {
    let served = ingested(&form());
    let mut act = input(vec![in_field("S1")]);
    act.values = vec![FieldValue {
        name: "TFname".to_owned(),
        value: "Ana".to_owned(),
    }];
    act.round_fields = vec!["TFname".to_owned(), "CBagree".to_owned()];
    act.treatment = FieldTreatment::ReadOnly;
    Patient::new(&world.sealed(&served, &act))
}

fn string(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

#[test]
fn nothing_added_to_a_page_or_drawn_otherwise_passes() {
    let world = World::new();
    let one = contract(&world);
    let new = one.free();
    let page = one.page();
    let own = one.dictionary(page);
    let mut stamped = match own.get(b"Annots").unwrap() {
        Object::Reference(id) => one
            .document
            .get_object(*id)
            .unwrap()
            .as_array()
            .unwrap()
            .clone(),
        other => other.as_array().unwrap().clone(),
    };
    stamped.push(Object::Reference((new, 0)));
    let stamp = |extra: &str| {
        text(
            new,
            &format!(
                "<</Type/Annot/Rect[0 0 600 800]/F 4/AP<</N {} 0 R>>{extra}>>",
                new + 1
            ),
        )
    };
    let with_stamp = |extra: &str| {
        one.append(&[
            one.with(page, "Annots", stamped.clone()),
            stamp(extra),
            cover(new + 1),
        ])
    };
    let contents = one.contents();
    let fresh = Object::Array(vec![
        Object::Reference(contents),
        Object::Reference((new, 0)),
    ]);
    let fonts = with_font(&world);
    let font = fonts.of_type(b"Type", b"Font");
    let cases: Vec<Case> = vec![
        ("overlay stamp", with_stamp("/Subtype/Stamp")),
        (
            "overlay free text",
            with_stamp("/Subtype/FreeText/Contents(no)"),
        ),
        ("overlay link", with_stamp("/Subtype/Link")),
        ("overlay widget of no field", with_stamp("/Subtype/Widget")),
        (
            "overlay widget of a text field",
            with_stamp("/Subtype/Widget/FT/Tx/T(more)/V(x)"),
        ),
        (
            "content replaced",
            one.append(&[content(contents.0, "0 g 9 9 99 99 re f")]),
        ),
        (
            "content added",
            one.append(&[one.with(page, "Contents", fresh), content(new, "0 0 1 rg")]),
        ),
        ("page turned", one.append(&[one.with(page, "Rotate", 180)])),
        (
            "page cropped",
            one.append(&[one.with(
                page,
                "CropBox",
                vec![0.into(), 0.into(), 9.into(), Object::Integer(9)],
            )]),
        ),
        (
            "font replaced",
            fonts.append(&[fonts.with(font, "BaseFont", Object::Name(b"Symbol".to_vec()))]),
        ),
        (
            "font's encoding replaced",
            fonts.append(&[fonts.with(
                font,
                "Encoding",
                Object::Name(b"MacRomanEncoding".to_vec()),
            )]),
        ),
        (
            "resources replaced",
            one.append(&[one.with(
                page,
                "Resources",
                Object::Dictionary(lopdf::Dictionary::new()),
            )]),
        ),
        (
            "annotations removed",
            one.append(&[one.with(page, "Annots", Object::Array(Vec::new()))]),
        ),
        (
            "page's user unit",
            one.append(&[one.with(page, "UserUnit", 2)]),
        ),
        (
            "page acts when opened",
            one.append(&[
                one.with(page, "AA", Object::Reference((new, 0))),
                text(new, "<</O<</S/JavaScript/JS(app.alert\\(1\\))>>>>"),
            ]),
        ),
    ];
    assert!(15 <= are_caught(&world, cases));
}

#[test]
fn nothing_done_to_signatures_or_the_form_passes() {
    let world = World::new();
    let one = contract(&world);
    let new = one.free();
    let field = one.field("S1");
    let signature = one.reference(field, b"V");
    let shown = match one.dictionary(field).get(b"AP").unwrap() {
        Object::Reference(id) => one.reference(*id, b"N"),
        other => other
            .as_dict()
            .unwrap()
            .get(b"N")
            .unwrap()
            .as_reference()
            .unwrap(),
    };
    let mut appearance = lopdf::Dictionary::new();
    appearance.set("N", Object::Reference((new, 0)));
    let copy = written((new, 0), &Object::Dictionary(one.dictionary(signature)));
    let root = one.root();
    let cases: Vec<Case> = vec![
        (
            "appearance replaced in place",
            one.append(&[cover(shown.0)]),
        ),
        (
            "appearance is another",
            one.append(&[one.with(field, "AP", appearance), cover(new)]),
        ),
        (
            "signature moved",
            one.append(&[one.with(
                field,
                "Rect",
                vec![0.into(), 0.into(), 600.into(), Object::Integer(800)],
            )]),
        ),
        ("signature hidden", one.append(&[one.with(field, "F", 2)])),
        (
            "signer renamed",
            one.append(&[one.with(signature, "Name", string("Somebody else"))]),
        ),
        (
            "signature copied",
            one.append(&[one.with(field, "V", Object::Reference((new, 0))), copy]),
        ),
        (
            "signature taken out",
            one.append(&[one.without(field, b"V")]),
        ),
        (
            "field renamed",
            one.append(&[one.with(field, "T", string("S9"))]),
        ),
        (
            "form taken out",
            one.append(&[one.without(root, b"AcroForm")]),
        ),
        (
            "certified afterwards",
            one.append(&[
                one.with(root, "Perms", Object::Reference((new, 0))),
                text(new, &format!("<</DocMDP {} 0 R>>", signature.0)),
            ]),
        ),
    ];
    assert!(10 <= are_caught(&world, cases));

    let two = locked(&world);
    let new = two.free();
    let (name, agree) = (two.field("TFname"), two.field("CBagree"));
    let value = two.with(name, "V", string("Eva"));
    let mut filled = two.dictionary(name);
    let mut appearance = lopdf::Dictionary::new();
    appearance.set("N", Object::Reference((new, 0)));
    filled.set("V", string("Eva"));
    filled.set("AP", appearance.clone());
    let filled = written(name, &Object::Dictionary(filled));
    let form = two.dictionary(two.root());
    let with_form = |key: &str, value: Object| match form.get(b"AcroForm").unwrap() {
        Object::Reference(id) => two.with(*id, key, value),
        inline => {
            let mut inline = inline.as_dict().unwrap().clone();
            inline.set(key, value);
            two.with(two.root(), "AcroForm", inline)
        }
    };
    let fields = |more: u32| {
        let form = match form.get(b"AcroForm").unwrap() {
            Object::Reference(id) => two.dictionary(*id),
            inline => inline.as_dict().unwrap().clone(),
        };
        let mut all = match form.get(b"Fields").unwrap() {
            Object::Reference(id) => two
                .document
                .get_object(*id)
                .unwrap()
                .as_array()
                .unwrap()
                .clone(),
            inline => inline.as_array().unwrap().clone(),
        };
        all.push(Object::Reference((more, 0)));
        Object::Array(all)
    };
    let cases: Vec<Case> = vec![
        ("locked value", two.append(&[value])),
        ("locked value and appearance", two.append(&[filled, cover(new)])),
        ("locked appearance", two.append(&[two.with(name, "AP", appearance), cover(new)])),
        ("locked box switched", two.append(&[two.with(agree, "AS", Object::Name(b"Yes".to_vec()))])),
        ("lock opened", two.append(&[two.with(name, "Ff", 0)])),
        ("open field's action", two.append(&[
            two.with(two.field("note"), "AA", Object::Reference((new, 0))),
            text(new, "<</K<</S/JavaScript/JS(1)>>>>"),
        ])),
        ("open field moved", two.append(&[
            two.with(two.field("note"), "Rect", vec![0.into(), 0.into(), 600.into(), Object::Integer(800)]),
        ])),
        ("appearances drawn anew", two.append(&[with_form("NeedAppearances", Object::Boolean(true))])),
        ("XFA", two.append(&[with_form("XFA", Object::Reference((new, 0))), content(new, "<xdp/>")])),
        ("text field added", two.append(&[
            with_form("Fields", fields(new)),
            text(new, "<</FT/Tx/T(more)/V(x)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>"),
        ])),
        ("old object made a field", two.append(&[with_form("Fields", fields(two.page().0))])),
        ("signature field with script", two.append(&[
            with_form("Fields", fields(new)),
            text(new, "<</FT/Sig/T(more)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/A<</S/JavaScript/JS(1)>>>>"),
        ])),
    ];
    assert!(12 <= are_caught(&world, cases));
}

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
    assert!(19 <= are_caught(&world, cases));
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
    assert!(11 <= are_caught(&world, cases));
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
    assert_eq!(4, are_caught(&world, cases));
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
    assert_eq!(5, are_caught(&world, cases));
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
