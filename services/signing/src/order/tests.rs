use super::*;
use serde_json::json;

fn read(body: &Value) -> Result<Order, OrderError> {
    create(Body::of(body)?, None)
}

#[test]
fn every_spelling_of_the_file_reads_alike() {
    let expected = Bytes::from_static(b"%PDF-1.7 abc");
    for (key, name, text) in [
        ("filedata", "content", "JVBERi0xLjcgYWJj"),
        ("filedata", "$content", "JVBERi0x\r\nLjcgYWJj\n"),
        (
            "file",
            "content",
            "data:application/pdf;base64,JVBERi0xLjcgYWJj",
        ),
    ] {
        let order = read(&json!({ key: { name: text, "filename": "a/b\\c.pdf" } })).unwrap();
        let Source::New(file) = order.source else {
            panic!("{key}")
        };
        assert_eq!(file.content, expected);
        assert_eq!(file.filename.as_deref(), Some("c.pdf"));
    }
}

#[test]
fn a_file_and_an_id_exclude_each_other() {
    let both = read(&json!({"filedata": {"content": "AAAA"}, "id": "x"}));
    assert!(
        matches!(both, Err(OrderError::Misshapen(Misshapen { pointer, .. })) if pointer == "/id")
    );
    assert!(read(&json!({})).is_err());
    let stored = read(&json!({"id": "x", "changeState": "tosign"})).unwrap();
    assert_eq!(
        stored.source,
        Source::Stored {
            id: "x".to_owned(),
            reopens: true
        }
    );
}

#[test]
fn broken_base64_is_told_by_its_pointer() {
    let broken = read(&json!({"filedata": {"content": "*"}}));
    assert!(
        matches!(broken, Err(OrderError::Misshapen(Misshapen { pointer, .. })) if pointer == "/filedata/content")
    );
}

#[test]
fn a_rule_stands_in_for_its_top_level_field_and_yields_to_it() {
    let rules = json!({"resulturl": "https://a.sk/r", "sendInfo": "https://a.sk/s"});
    let order = read(&json!({"id": "x", "rules": rules, "sendInfoUrl": "https://b.sk/s"})).unwrap();
    assert_eq!(order.result_url.as_deref(), Some("https://a.sk/r"));
    assert_eq!(order.send_info_url.as_deref(), Some("https://b.sk/s"));
}

#[test]
fn times_come_as_text_or_number_and_unknown_fields_are_named() {
    let order = read(&json!({"id": "x", "expirationTime": "1700000000000", "foo": 1})).unwrap();
    assert_eq!(order.expiration_time, Some(1_700_000_000_000));
    assert_eq!(order.unknown, ["foo"]);
    assert!(read(&json!({"id": "x", "expirationTime": "soon"})).is_err());
}

#[test]
fn ids_are_checked_and_off_registers_nothing() {
    let with = |id: &str| {
        read(&json!({"id": "x", "signatureRequestId": id})).map(|order| order.registration)
    };
    assert_eq!(with("off").unwrap(), Registration::Off);
    assert_eq!(with("").unwrap(), Registration::Fresh);
    assert!(matches!(with("order-1").unwrap(), Registration::Under(_)));
    assert!(with("..").is_err());
}
