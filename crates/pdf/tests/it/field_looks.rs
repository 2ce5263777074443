//! Filled fields: drawn alike by everybody, readable as text, the same before and after flattening,
//! and allowed changes to whoever signed before.

use pdf::{FieldTreatment, FieldValue, SealInput, inspect};

use crate::oracle;
use crate::pictures::{self, Picture};
use crate::world::{World, in_field, ingested, input, raw};

/// Every letter of these alphabets that ASCII lacks.
const ALPHABETS: [(&str, &str); 6] = [
    ("slovak", "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ áäčďéíĺľňóôŕšťúýž"),
    ("czech", "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ áčďéěíňóřšťúůýž"),
    ("hungarian", "ÁÉÍÓÖŐÚÜŰ áéíóöőúüű"),
    ("polish", "ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż"),
    ("romanian", "ĂÂÎȘȚ ăâîșț ŞŢşţ"),
    (
        "ukrainian",
        "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’",
    ),
];

/// The share of dots that may differ where nothing does.
const NOTHING: f64 = 0.000_01;

fn value(name: &str, value: &str) -> FieldValue {
    FieldValue {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// A form with one text field for each of `looks` (keys of its dictionary), below each other, and a
/// signature field `S1`; fields are named `f0`, `f1` and so on. `page` are keys of the page.
fn form_of(looks: &[&str], page: &str) -> Vec<u8> {
    let numbers = 5..5 + looks.len();
    let references: String = numbers
        .clone()
        .map(|number| format!("{number} 0 R "))
        .collect();
    let mut objects = vec![
        format!(
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R {references}]\
             /DA(/Helv 0 Tf 0 g)/NeedAppearances true>>>>"
        ),
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 500 700]>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/Annots[4 0 R {references}]{page}>>"),
        "<</Type/Annot/Subtype/Widget/F 4/P 3 0 R/FT/Sig/T(S1)/Rect[320 20 480 70]>>".to_owned(),
    ];
    for (index, look) in looks.iter().enumerate() {
        let top = 680 - 46 * index;
        let place = if look.contains("/Rect") {
            String::new()
        } else {
            format!("/Rect[20 {} 300 {top}]", top - 24)
        };
        let kind = if look.contains("/FT") { "" } else { "/FT/Tx" };
        objects.push(format!(
            "<</Type/Annot/Subtype/Widget/F 4/P 3 0 R{kind}/T(f{index}){place}{look}>>"
        ));
    }
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    raw(&objects)
}

fn act(values: &[&str], treatment: FieldTreatment) -> SealInput {
    let mut act = input(vec![in_field("S1")]);
    act.values = values
        .iter()
        .enumerate()
        .map(|(index, text)| value(&format!("f{index}"), text))
        .collect();
    act.round_fields = act.values.iter().map(|value| value.name.clone()).collect();
    act.treatment = treatment;
    act
}

/// What poppler reads of the first page, one space for all white space.
fn text_of(world: &World, bytes: &[u8]) -> Option<String> {
    let path = world.write("read.pdf", bytes);
    let output = oracle::asked("pdftotext", &["-layout"], &path)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn every_letter_of_our_languages_is_written_and_read_back() {
    let world = World::new();
    let mut served = ingested(&form_of(&["/DA(/Helv 9 Tf 0 g)"; 6], ""));
    let texts = ALPHABETS.map(|(_, letters)| letters);
    served = world.sealed(&served, &act(&texts, FieldTreatment::ReadOnly));
    world.keep("alphabets", &served);
    oracle::all_are_content(&world, &served, 1);
    let told = inspect(&served).unwrap();
    for (index, (language, letters)) in ALPHABETS.iter().enumerate() {
        assert_eq!(pdf::unwritable_character(letters), None, "{language}");
        let name = format!("f{index}");
        let field = told.fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(field.value.as_deref(), Some(*letters), "{language}");
    }
    if let Some(text) = text_of(&world, &served) {
        for (language, letters) in ALPHABETS {
            assert!(text.contains(letters), "{language}: {text}");
        }
    }
}

#[test]
fn an_accent_that_comes_apart_from_its_letter_joins_it() {
    let world = World::new();
    let served = ingested(&form_of(&[""], ""));
    let apart = "Z\u{30c}ilina, c\u{30c}. 7";
    let sealed = world.sealed(&served, &act(&[apart], FieldTreatment::ReadOnly));
    if let Some(text) = text_of(&world, &sealed) {
        assert!(text.contains("Žilina, č. 7"), "{text}");
    }
}

/// Kinds of text fields, each with a value that shows what is special about it.
const KINDS: [(&str, &str); 12] = [
    ("/DA(/Helv 10 Tf 0 0 0.7 rg)", "Ľubomíra Šťastná, modrá"),
    ("/Q 1/DA(/TiRo 12 Tf 0.8 0 0 rg)", "uprostred"),
    (
        "/Q 2/MK<</BC[0.2 0.4 0.3]/BG[0.95 1 0.95]>>/BS<</W 2/S/D/D[4 2]>>",
        "vpravo",
    ),
    ("/Ff 16777216/MaxLen 12/MK<</BC[0.5]>>", "9001011234"),
    ("/Ff 8192", "heslo"),
    (
        "/Ff 4096/DA(/Helv 8 Tf 0 g)",
        "Prvý riadok\nDruhý riadok, ktorý je taký dlhý, že sa nezmestí do jedného",
    ),
    (
        "",
        "Automatická veľkosť písma, ktorá sa musí zmenšiť, aby sa text zmestil do poľa",
    ),
    (
        "/DA(/Helv 14 Tf 0 g)",
        "Pevná veľkosť, pri ktorej text presahuje šírku svojho poľa",
    ),
    (
        "/Ff 33554432/RV(<p>old</p>)/DS(font: 12pt)/V(old)",
        "bývalý formátovaný text",
    ),
    ("/MK<</R 90/BC[0.4]>>/Rect[430 300 460 480]", "otočené o 90"),
    (
        "/FT/Ch/Ff 131072/Opt[[(sk)(Slovensko)][(cz)<FEFF010C00650073006B006F>]]",
        "cz",
    ),
    (
        "/FT/Ch/Opt[(jeden)(dva)(tri)(\\232tyri)]/Rect[320 500 420 560]/MK<</BC[0.5]>>",
        "dva",
    ),
];

fn kinds_filled(treatment: FieldTreatment) -> (World, Vec<u8>) {
    let world = World::new();
    let served = ingested(&form_of(&KINDS.map(|(look, _)| look), ""));
    let sealed = world.sealed(&served, &act(&KINDS.map(|(_, value)| value), treatment));
    (world, sealed)
}

#[test]
fn fields_of_all_kinds_show_what_was_written() {
    let (world, sealed) = kinds_filled(FieldTreatment::ReadOnly);
    world.keep("kinds", &sealed);
    oracle::all_are_content(&world, &sealed, 1);
    let Some(text) = text_of(&world, &sealed) else {
        return;
    };
    for shown in [
        "Ľubomíra Šťastná, modrá",
        "uprostred",
        "vpravo",
        "*****",
        "Prvý riadok",
        "nezmestí do jedného",
        "aby sa text zmestil do poľa",
        "text presahuje šírku svojho poľa",
        "bývalý formátovaný text",
        "Česko",
        "dva",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains("heslo"), "a password is not shown");
    let told = inspect(&sealed).unwrap();
    let stored = |name: &str| {
        let field = told.fields.iter().find(|field| field.name == name);
        field.unwrap().value.clone()
    };
    assert_eq!(stored("f10").as_deref(), Some("cz"));
    assert_eq!(stored("f11").as_deref(), Some("dva"));
    let plain = String::from_utf8_lossy(&sealed);
    assert!(!plain.contains("/NeedAppearances") && !plain.contains("/RV"));
}

#[test]
fn all_readers_draw_filled_fields_alike() {
    let (world, sealed) = kinds_filled(FieldTreatment::ReadOnly);
    let path = world.write("alike.pdf", &sealed);
    let pictures: Vec<Picture> = [pictures::by_poppler(&path), pictures::by_mupdf(&path)]
        .into_iter()
        .flatten()
        .collect();
    for other in pictures.iter().skip(1) {
        let first = pictures.first().unwrap();
        let far = first.share_that_differs(other);
        eprintln!("poppler and mupdf differ in {far:.6} of the dots");
        assert!(far < NOTHING, "{far}");
    }
}

#[test]
fn a_lost_accent_is_a_difference_that_pictures_show() {
    let world = World::new();
    let served = ingested(&form_of(&["/DA(/Helv 10 Tf 0 g)"], ""));
    let drawn = ["Ľubomíra Šťastná", "Lubomira Stastna"].map(|text| {
        let sealed = world.sealed(&served, &act(&[text], FieldTreatment::ReadOnly));
        pictures::by_poppler(&world.write("accent.pdf", &sealed))
    });
    if let [Some(with), Some(without)] = drawn {
        let far = with.share_that_differs(&without);
        assert!(far > NOTHING, "{far}");
    }
}

#[test]
fn flattening_changes_nothing_that_is_seen() {
    for page in ["", "/Rotate 90", "/Rotate 180", "/Rotate 270"] {
        let world = World::new();
        let served = ingested(&form_of(&KINDS.map(|(look, _)| look), page));
        let values = KINDS.map(|(_, value)| value);
        let kept = world.sealed(&served, &act(&values, FieldTreatment::ReadOnly));
        let flat = world.sealed(&served, &act(&values, FieldTreatment::Flatten));
        let left = inspect(&flat).unwrap().fields;
        assert_eq!(left.len(), 1, "{left:?}");
        oracle::all_are_content(&world, &flat, 1);
        let kept = world.write("kept.pdf", &kept);
        let flat = world.write("flat.pdf", &flat);
        if let Some((before, after)) = pictures::by_poppler(&kept).zip(pictures::by_poppler(&flat))
        {
            let far = before.share_that_differs(&after);
            eprintln!("flattening changes {far:.6} of the dots {page}");
            assert!(far < NOTHING, "{page}: {far}");
        }
    }
}

#[test]
fn a_form_that_left_its_looks_to_the_reader_brings_them_after_it_was_taken_in() {
    let world = World::new();
    let served = ingested(&form_of(
        &[
            "/V<FEFF017D006C0074FD0020006B00F40148>/DA(/Helv 11 Tf 0 g)",
            "/FT/Btn/Ff 49152/MK<</BC[0]/CA(l)>>/Rect[20 500 40 520]",
            "/FT/Btn/MK<</BC[0]/CA(8)>>/Rect[60 500 80 520]/V/Yes",
        ],
        "",
    ));
    world.keep("looks-left-to-the-reader", &served);
    oracle::qpdf_is_content(&world, &served);
    let told = inspect(&served).unwrap();
    let radio = told.fields.iter().find(|field| field.name == "f1").unwrap();
    assert_eq!(radio.options.len(), 1, "it can be chosen now: {radio:?}");
    let form = String::from_utf8_lossy(&served).into_owned();
    assert!(!form.contains("/NeedAppearances"));
    assert!(
        form.contains("/Helv"),
        "whoever rewrites a field finds its font"
    );
}
