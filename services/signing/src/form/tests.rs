//! Spec section 9, read as tables.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method's own lifetime is not general enough"
)]

use super::*;
use pdf::{FieldOption, Rect, Widget};
use serde_json::{Value, json};

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        required: false,
        read_only: false,
        multi_line: false,
        takes_other_values: false,
        max_length: None,
        value: None,
        options: vec![],
        widgets: vec![Widget {
            page: 1,
            rect: Rect::new(0.0, 0.0, 9.0, 9.0),
            state: None,
        }],
        is_signed: false,
    }
}

fn document(fields: Vec<Field>) -> Inspected {
    Inspected {
        pages: vec![],
        fields,
        signatures: 0,
        is_certified: false,
    }
}

fn one_of_each() -> Inspected {
    document(vec![
        field("S1", FieldKind::Signature),
        field("SO1", FieldKind::Signature),
        field("TC1", FieldKind::Text),
        field("note", FieldKind::Text),
        field("CC1", FieldKind::CheckBox),
        field("RC1", FieldKind::Radio),
        field("CBC1", FieldKind::ComboBox),
    ])
}

fn round(body: &Value) -> Round {
    Round::parse(body.as_object().unwrap()).unwrap()
}

/// The names of the fields of which something holds.
fn named(body: &Value, holds: impl Fn(&RoundField<'_>) -> bool) -> Vec<String> {
    let inspected = one_of_each();
    fields(&inspected, &round(body))
        .iter()
        .filter(|of_round| holds(of_round))
        .map(|of_round| of_round.field.name.clone())
        .collect()
}

#[test]
fn names_say_what_must_be_filled_and_overrule_the_files_flag() {
    use FieldKind::{CheckBox, ComboBox, ListBox, Radio, Signature, Text};
    // Spec section 9.3; the flag is the PDF's own Required.
    for (name, kind, flag, compulsory) in [
        ("S1", Signature, false, true),
        ("SC1", Signature, false, true),
        ("form.SC1", Signature, false, true),
        ("_S2_", Signature, false, true),
        ("sig3", Signature, false, true),
        ("_sig3_", Signature, false, true),
        ("signature", Signature, false, false),
        ("sig6", Signature, false, false),
        ("SO1", Signature, true, false),
        ("other", Signature, true, true),
        ("other", Signature, false, false),
        ("s1", Signature, false, false),
        ("CR1", CheckBox, false, true),
        ("CC1", CheckBox, false, true),
        ("CO1", CheckBox, true, false),
        ("agree", CheckBox, true, true),
        ("agree", CheckBox, false, false),
        ("TC1", Text, false, true),
        ("TO1", Text, true, false),
        ("Company", Text, false, false),
        ("Company", Text, true, true),
        ("S1", Text, false, false),
        ("RC1", Radio, false, true),
        ("RO1", Radio, true, false),
        ("CBC1", ComboBox, false, true),
        ("CBO1", ComboBox, true, false),
        ("CBC1", ListBox, false, true),
        ("country", ComboBox, true, true),
    ] {
        let field = Field {
            required: flag,
            ..field(name, kind)
        };
        assert_eq!(is_compulsory(&field), compulsory, "{name} {kind:?} {flag}");
    }
}

#[test]
fn allowed_fields_open_what_they_name_and_nothing_else() {
    // Spec section 9.2.
    let all = ["S1", "SO1", "TC1", "note", "CC1", "RC1", "CBC1"];
    for (allowed, open) in [
        (json!({}), all.to_vec()),
        (json!({"allowedFields": null}), all.to_vec()),
        (json!({"allowedFields": []}), all.to_vec()),
        (json!({"allowedFields": {}}), all.to_vec()),
        (json!({"allowedFields": {"SIGNATURE": "S1"}}), vec!["S1"]),
        (
            json!({"allowedFields": {"SIGNATURE": "S1;SO1", "TEXT": ["note"]}}),
            vec!["S1", "SO1", "note"],
        ),
        (
            json!({"allowedFields": {"TEXT": ["TC1;note"], "CHECKBOX": "CC1", "RADIO": "RC1", "COMBOBOX": "CBC1"}}),
            vec!["TC1", "note", "CC1", "RC1", "CBC1"],
        ),
        (json!({"allowedFields": {"TEXT": []}}), vec![]),
        (json!({"allowedFields": "S1; note"}), vec!["S1", "note"]),
        (
            json!({"allowedFields": "{\"SIGNATURE\": \"S1\"}"}),
            vec!["S1"],
        ),
        // As the tag is written in the document.
        (json!({"allowedFields": {"SIGNATURE": "_S1_"}}), vec!["S1"]),
    ] {
        assert_eq!(
            named(&allowed, |of_round| of_round.is_open()),
            open,
            "{allowed}"
        );
        assert_eq!(
            named(&allowed, |of_round| of_round.is_of_round),
            open,
            "{allowed}"
        );
    }
}

#[test]
fn ignored_types_need_not_be_filled() {
    let must = |body: Value| named(&body, |of_round| of_round.required && of_round.is_open());
    assert_eq!(must(json!({})), ["S1", "TC1", "CC1", "RC1", "CBC1"]);
    assert_eq!(
        must(json!({"ignoreRequired": []})),
        ["S1", "TC1", "CC1", "RC1", "CBC1"]
    );
    assert_eq!(
        must(json!({"ignoreRequired": ["TEXT", "RADIO"]})),
        ["S1", "CC1", "CBC1"]
    );
    assert_eq!(
        must(json!({"ignoreRequired": ["SIGNATURE"]})),
        ["TC1", "CC1", "RC1", "CBC1"]
    );
    assert_eq!(must(json!({"allowedFields": {"TEXT": "note"}})), [""; 0]);
}

#[test]
fn the_senders_values_are_shown_and_may_be_locked() {
    let inspected = one_of_each();
    let round = round(&json!({
        "allowedFields": {"SIGNATURE": "S1", "TEXT": "TC1"},
        "fieldConfig": [
            {"name": "TC1", "value": "open"},
            {"name": "note", "value": "shown", "readOnly": true},
            {"name": "CC1", "value": "1"},
        ],
    }));
    let fields = fields(&inspected, &round);
    let of = |name: &str| fields.iter().find(|one| one.field.name == name).unwrap();
    assert_eq!(
        (of("TC1").value.as_deref(), of("TC1").is_open()),
        (Some("open"), true)
    );
    assert_eq!(
        (of("note").value.as_deref(), of("note").is_open()),
        (Some("shown"), false)
    );
    // Filled by the sender, though the signer may not touch it: still one of this round's fields.
    assert_eq!(
        (of("CC1").value.as_deref(), of("CC1").is_open()),
        (Some("1"), false)
    );
    assert!(of("note").is_of_round && of("CC1").is_of_round && !of("RC1").is_of_round);
}

#[test]
fn only_what_is_seen_unsigned_and_writable_must_be_done() {
    // Spec section 9.4.
    let hidden = Field {
        widgets: vec![],
        ..field("S1", FieldKind::Signature)
    };
    let signed = Field {
        is_signed: true,
        ..field("S2", FieldKind::Signature)
    };
    let locked = Field {
        read_only: true,
        ..field("S3", FieldKind::Signature)
    };
    let inspected = document(vec![
        hidden,
        signed,
        locked,
        field("S4", FieldKind::Signature),
    ]);
    let open: Vec<&str> = fields(&inspected, &Round::default())
        .iter()
        .filter(|of_round| of_round.is_open())
        .map(|of_round| of_round.field.name.as_str())
        .collect();
    assert_eq!(open, ["S4"]);
}

#[test]
fn a_check_box_is_on_or_off_however_it_is_said() {
    let mut check = field("CC1", FieldKind::CheckBox);
    for off in ["", "0", "Off", "false"] {
        assert_eq!(normal(&check, off), "");
    }
    assert_eq!(normal(&check, "true"), "1");
    assert_eq!(normal(&field("note", FieldKind::Text), "0"), "0");
    check.options = ["Yes", "No"].map(option).to_vec();
    assert_eq!(normal(&check, "No"), "No");
}

fn option(value: &str) -> FieldOption {
    FieldOption {
        value: value.to_owned(),
        label: value.to_owned(),
    }
}

#[test]
fn a_value_of_the_senders_that_does_not_fit_is_found() {
    let mut inspected = one_of_each();
    for field in &mut inspected.fields {
        match field.kind {
            FieldKind::Text => field.max_length = Some(5),
            FieldKind::Radio | FieldKind::ComboBox => {
                field.options = ["a", "b"].map(option).to_vec();
            }
            _ => {}
        }
    }
    for (name, value, fits) in [
        ("note", "five.", true),
        ("note", "longer", false),
        ("note", "王", false),
        ("note", "ľščťž", true),
        ("CC1", "1", true),
        ("CC1", "perhaps", false),
        ("RC1", "b", true),
        ("RC1", "c", false),
        ("CBC1", "a", true),
        ("CBC1", "c", false),
        ("S1", "me", false),
    ] {
        let round =
            round(&json!({"fieldConfig": [{"name": "TC1"}, {"name": name, "value": value}]}));
        let found = unfit(&inspected, &round).map(|(at, _)| at);
        assert_eq!(found, (!fits).then_some(1), "{name} {value}");
    }
}
