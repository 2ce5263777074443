//! Many rounds on one form: each locks its own fields, none breaks an earlier one (spec sections 9.4
//! and 10).

use pdf::{
    Field, FieldTreatment, FieldValue, Mark, SealError, SealInput, Target, VisibleSignature,
    inspect,
};

use crate::oracle;
use crate::world::{World, autograph, in_field, ingested, input, raw};
use pdf::ink::Pointer;

const PEOPLE: usize = 5;

/// Five people: each has two text fields, a check box and a signature field.
fn form() -> Vec<u8> {
    form_with("")
}

/// `text`: keys of each text field.
fn form_with(text: &str) -> Vec<u8> {
    let mut fields = Vec::new();
    for person in 1..=PEOPLE {
        let y = 700 - 120 * person;
        let rect = |x: usize, up: usize, width: usize, height: usize| {
            format!("/Rect[{x} {} {} {}]", y + up, x + width, y + up + height)
        };
        for (kind, name, place) in [
            (&*format!("/FT/Tx{text}"), "T", rect(30, 60, 150, 20)),
            (
                &*format!("/FT/Tx/Ff 4096/DA(/Helv 8 Tf 0 g){text}"),
                "N",
                rect(30, 10, 150, 45),
            ),
            ("/FT/Btn", "C", rect(200, 60, 16, 16)),
            ("/FT/Sig", "S", rect(240, 10, 150, 50)),
        ] {
            fields.push(format!(
                "<</Type/Annot/Subtype/Widget/F 4/P 3 0 R{kind}/T({name}{person}){place}>>"
            ));
        }
    }
    let references: String = (4..4 + fields.len())
        .map(|number| format!("{number} 0 R "))
        .collect();
    let mut objects = vec![
        format!(
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{references}]/DA(/Helv 0 Tf 0 g)>>>>"
        ),
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 420 700]>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/Annots[{references}]>>"),
    ];
    objects.append(&mut fields);
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    raw(&objects)
}

fn value(name: String, value: &str) -> FieldValue {
    FieldValue {
        name,
        value: value.to_owned(),
    }
}

/// What one person does: fills in, signs; the round's fields are that person's.
fn turn(person: usize, treatment: FieldTreatment) -> SealInput {
    let mut act = input(vec![in_field(&format!("S{person}"))]);
    act.values = vec![
        value(format!("T{person}"), "Ľubomíra Šťastná"),
        value(format!("N{person}"), "Їжак, žltý kôň a őz\nv druhom riadku"),
        value(format!("C{person}"), "1"),
    ];
    act.round_fields = act.values.iter().map(|value| value.name.clone()).collect();
    act.treatment = treatment;
    act
}

fn field(bytes: &[u8], name: &str) -> Field {
    let fields = inspect(bytes).unwrap().fields;
    fields.into_iter().find(|field| field.name == name).unwrap()
}

#[test]
fn five_rounds_fill_lock_and_sign_and_all_stay_valid() {
    for treatment in [FieldTreatment::Keep, FieldTreatment::ReadOnly] {
        let world = World::new();
        let mut document = ingested(&form());
        for person in 1..=PEOPLE {
            document = world.sealed(&document, &turn(person, treatment));
            // Filled, locked by the signature whatever the treatment, and read back.
            let own = field(&document, &format!("T{person}"));
            assert!(own.read_only);
            assert_eq!(own.value.as_deref(), Some("Ľubomíra Šťastná"));
            if person < PEOPLE {
                assert!(!field(&document, &format!("T{}", person + 1)).read_only);
            }
        }
        world.keep(&format!("rounds-{treatment:?}"), &document);
        oracle::all_are_content(&world, &document, PEOPLE);
    }
}

#[test]
fn the_first_round_flattens_and_the_later_ones_lock() {
    let world = World::new();
    let first = turn(1, FieldTreatment::Flatten);
    let first = pdf::seal(&ingested(&form()), &first, &world.seal, world.now).unwrap();
    assert_eq!(first.treatment, FieldTreatment::Flatten);
    let names: Vec<String> = inspect(&first.bytes)
        .unwrap()
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect();
    assert!(!names.contains(&"T1".to_owned()), "flattened");
    assert!(names.contains(&"T2".to_owned()), "of another round");
    let second = turn(2, FieldTreatment::Flatten);
    let second = pdf::seal(&first.bytes, &second, &world.seal, world.now).unwrap();
    assert_eq!(second.treatment, FieldTreatment::ReadOnly);
    assert!(field(&second.bytes, "T2").read_only);
    world.keep("rounds-flattened", &second.bytes);
    oracle::all_are_content(&world, &second.bytes, 2);
}

#[test]
fn what_an_earlier_round_locked_is_read_only_to_the_next_and_refused_by_the_engine() {
    let world = World::new();
    let first = world.sealed(&ingested(&form()), &turn(1, FieldTreatment::Keep));
    let mut act = turn(2, FieldTreatment::Keep);
    act.values.push(value("T1".to_owned(), "somebody else"));
    let refused = pdf::seal(&first, &act, &world.seal, world.now);
    assert!(
        matches!(&refused, Err(SealError::LockedField(name)) if name == "T1"),
        "{refused:?}"
    );
}

#[test]
fn fields_that_a_round_leaves_as_they_were_are_locked_and_break_nothing() {
    for treatment in [FieldTreatment::Keep, FieldTreatment::ReadOnly] {
        let world = World::new();
        // Filled by the author of the form: their looks are as old as the file.
        let form = form_with("/V(by the author)");
        let mut first = turn(1, treatment);
        first.values.clear();
        first.round_fields = ["T1", "N1", "C1", "T2", "N2", "C2"]
            .map(str::to_owned)
            .to_vec();
        let mut document = world.sealed(&ingested(&form), &first);
        document = world.sealed(&document, &turn(3, treatment));
        document = world.sealed(&document, &turn(4, treatment));
        assert!(field(&document, "T2").read_only);
        oracle::all_are_content(&world, &document, 3);
    }
}

#[test]
fn many_signatures_of_one_submit_lock_once() {
    let world = World::new();
    let mut act = turn(1, FieldTreatment::ReadOnly);
    act.signatures = (1..=4)
        .map(|person| VisibleSignature {
            target: Target::Field(format!("S{person}")),
            mark: if person % 2 == 0 {
                Mark::Typed("Євген Їжакевич".to_owned())
            } else {
                Mark::Ink(autograph(Pointer::Pen))
            },
            ..in_field(&format!("S{person}"))
        })
        .collect();
    let sealed = world.sealed(&ingested(&form()), &act);
    let locks = String::from_utf8_lossy(&sealed)
        .matches("/FieldMDP")
        .count();
    assert_eq!(locks, 1, "one lock for the act");
    oracle::all_are_content(&world, &sealed, 4);
    let last = world.sealed(&sealed, &turn(5, FieldTreatment::Keep));
    world.keep("rounds-many", &last);
    oracle::all_are_content(&world, &last, 5);
}

#[test]
fn a_form_that_asks_readers_to_redraw_it_asks_no_longer_after_our_signature() {
    let world = World::new();
    // Signed before it came to us, and so not taken apart.
    let first = world.sealed(&ingested(&form()), &input(Vec::new()));
    let asking = asking_to_redraw(&first);
    let sealed = world.sealed(&asking, &turn(1, FieldTreatment::ReadOnly));
    let told = oracle::asked(
        "qpdf",
        &["--json", "--json-key=acroform"],
        &world.write("x.pdf", &sealed),
    );
    if let Some(told) = told {
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told["acroform"]["needappearances"], false);
    }
}

/// The same document with one more update that sets `/NeedAppearances`.
fn asking_to_redraw(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (form, at) = (1..200)
        .find_map(|number| {
            let head = format!("\n{number} 0 obj\n<<");
            text.rfind(&head)
                .filter(|at| {
                    text[*at..]
                        .split("endobj")
                        .next()
                        .unwrap()
                        .contains("/SigFlags")
                })
                .map(|at| (number, at))
        })
        .unwrap();
    let object = text[at + 1..].split("endobj").next().unwrap();
    let asking = object.replacen("/SigFlags", "/NeedAppearances true/SigFlags", 1);
    let previous = text.rsplit("startxref").next().unwrap();
    let previous: usize = previous.split_whitespace().next().unwrap().parse().unwrap();
    let size = text.rsplit("/Size ").next().unwrap();
    let size: String = size.chars().take_while(char::is_ascii_digit).collect();
    let root = text.rsplit("/Root ").next().unwrap();
    let root = root.split('R').next().unwrap();
    let mut out = bytes.to_vec();
    let offset = out.len();
    out.extend_from_slice(format!("{asking}endobj\n").as_bytes());
    let table = out.len();
    out.extend_from_slice(
        format!(
            "xref\n{form} 1\n{offset:010} 00000 n \ntrailer\n<</Size {size}/Root {root}R/Prev {previous}>>\n\
             startxref\n{table}\n%%EOF\n"
        )
        .as_bytes(),
    );
    out
}
