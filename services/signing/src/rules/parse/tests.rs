use super::*;
use serde_json::json;

#[test]
fn both_forms_read_alike() {
    let object = parse(&json!({
        "signAnywhereEnabled": false, "guiSignerName": "John Doe", "guiSignatureNumber": "2",
        "language": "en", "emailFinal": "a@b.sk|c@d.sk", "guiAutoEnvelopeSubmit": true,
    }));
    let text = parse(&json!(
        "signAnywhere-false_guiSignerName-John Doe_guiSignatureNumber-2_lang-EN_emailFinal-a@b.sk;c@d.sk_guiAutoSubmit"
    ));
    let rules = object.unwrap();
    assert_eq!(rules, text.unwrap());
    assert!(rules.gui_auto_submit && !rules.sign_anywhere_enabled);
    assert_eq!(Rules::stored(&rules.to_stored()), rules);
}

#[test]
fn each_way_to_be_wrong_has_its_word() {
    let refused = |value| parse(&value).unwrap_err();
    assert_eq!(
        refused(json!({"fooBar": 1})),
        InvalidRule::Unknown("fooBar".to_owned())
    );
    assert!(matches!(
        refused(json!({"lang": "de"})),
        InvalidRule::Value { rule: "lang", .. }
    ));
    assert!(matches!(
        refused(json!("mouseSignature-maybe")),
        InvalidRule::Value { .. }
    ));
    assert!(matches!(
        refused(json!({"emailTo": "a@b.sk"})),
        InvalidRule::Alone { .. }
    ));
    for alone in [
        json!({"emailFinal": null}),
        json!({"emailFinal": []}),
        json!("emailFinal_lang-sk"),
    ] {
        assert!(matches!(
            refused(alone),
            InvalidRule::Alone {
                rule: "emailFinal",
                ..
            }
        ));
    }
    assert!(matches!(
        refused(json!({"openOtpCode": "1"})),
        InvalidRule::Value {
            rule: "openOtpCode",
            ..
        }
    ));
    assert!(matches!(
        refused(json!({"signOtpEmail": "a@b.sk", "signOtpCode": "4711"})),
        InvalidRule::Several(_)
    ));
    assert_eq!(
        refused(json!({"fooOtpBar": "1"})),
        InvalidRule::Unknown("fooOtpBar".to_owned())
    );
    assert_eq!(refused(json!([])), InvalidRule::Shape);
}

#[test]
fn codes_are_read_in_both_forms_and_never_stored_with_the_other_rules() {
    let rules = parse(&json!({"openOtpPhone": "+421 905 123 456", "signOtpCode": 4711}));
    let text = parse(&json!("openOtpPhone-+421 905 123-456_signOtpCode-4711"));
    let rules = rules.unwrap();
    assert_eq!(rules, text.unwrap());
    assert!(rules.needs_sms() && rules.sign_code.is_some());
    let stored = rules.to_stored();
    assert!(
        !stored.contains("4711") && !stored.contains("905"),
        "{stored}"
    );
    let spec = parse(&json!(
        "guiSignerName-John Doe_guiRequestSignerName-true_openOtpEmail-john_d@example.com"
    ));
    assert_eq!(
        spec.unwrap().open_code,
        Some(super::super::CodeRule::Email(
            Address::parse("john_d@example.com").unwrap()
        ))
    );
}

#[test]
fn a_named_send_info_is_send_info() {
    let rules = parse(&json!({"sendInfo.archive": "https://a.sk/x"})).unwrap();
    assert_eq!(rules.send_info.as_deref(), Some("https://a.sk/x"));
    let rules = parse(&json!("sendInfo.archive-https://a.sk/x_y-z_lang-sk")).unwrap();
    assert_eq!(rules.send_info.as_deref(), Some("https://a.sk/x_y-z"));
}
