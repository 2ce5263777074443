//! Tampered copies of our own signed files are never called unchanged, nor changed as allowed.

use lopdf::{Object, StringFormat};
use pdf::{After, Examiner, FieldTreatment, FieldValue, Integrity, Verdict, sample};
use pki::reading::Anchors;

use super::surgery::{Patient, content, cover, text, written};
use crate::world::{World, form, in_field, ingested, input, raw};

pub(super) type Case = (&'static str, Vec<u8>);

/// Whether every signature of the file is called sound with nothing but allowed changes after it.
pub(super) fn passes(world: &World, bytes: &[u8]) -> bool {
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
pub(super) fn are_caught(world: &World, cases: &[Case]) -> usize {
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

pub(super) fn contract(world: &World) -> Patient {
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

pub(super) fn string(text: &str) -> Object {
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
    assert!(15 <= are_caught(&world, &cases));
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
    assert!(10 <= are_caught(&world, &cases));

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
    assert!(12 <= are_caught(&world, &cases));
}
