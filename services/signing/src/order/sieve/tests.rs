use serde_json::json;

use super::*;

/// The body, arriving in pieces of so many bytes.
fn sifted(text: &[u8], piece: usize) -> Result<Body, OrderError> {
    let mut sieve = Sieve::expecting(text.len());
    for piece in text.chunks(piece) {
        sieve.take(piece);
    }
    sieve.finish()
}

/// The file under `/filedata/content`, however the body arrives.
fn file(text: &str) -> Option<Vec<u8>> {
    let [first, others @ ..] = [1, 2, 3, 7, 4_096, text.len().max(1)].map(|piece| {
        let mut body = sifted(text.as_bytes(), piece).unwrap();
        let value = body.map["filedata"]["content"].clone();
        body.file(&value).map(|file| file.to_vec())
    });
    assert!(others.iter().all(|other| *other == first), "{text}");
    first
}

fn holding(content: &str) -> String {
    format!(r#"{{"filedata": {{"filename": "a.pdf", "content": "{content}"}}, "id": null}}"#)
}

#[test]
fn a_file_is_decoded_in_whatever_pieces_it_arrives() {
    use base64::Engine as _;
    let wanted: Vec<u8> = (0..20_000_u32).map(|at| (at * 7 % 251) as u8).collect();
    for length in [0, 1, 2, 3, 3_071, 3_072, 3_073, 20_000] {
        let wanted = &wanted[..length];
        let text = base64::engine::general_purpose::STANDARD.encode(wanted);
        assert_eq!(file(&holding(&text)).as_deref(), Some(wanted));
        let bare = text.trim_end_matches('=');
        assert_eq!(file(&holding(bare)).as_deref(), Some(wanted));
        let with_prefix = format!("data:application/pdf;base64,{text}");
        assert_eq!(file(&holding(&with_prefix)).as_deref(), Some(wanted));
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(76)
            .map(String::from_utf8_lossy)
            .collect();
        assert_eq!(
            file(&holding(&lines.join("\\r\\n"))).as_deref(),
            Some(wanted)
        );
    }
}

#[test]
fn escapes_in_the_digits_and_in_the_names_mean_what_json_says() {
    assert_eq!(file(&holding(r"\/\/\/\/")), Some(vec![0xff; 3]));
    assert_eq!(file(&holding(r"\u002f\u002F//")), Some(vec![0xff; 3]));
    assert_eq!(file(&holding(r" QU\tJD\n ")), Some(b"ABC".to_vec()));
    let escaped = r#"{"\u0066iledata": {"c\u006fntent": "QUJD"}}"#;
    assert_eq!(file(escaped), Some(b"ABC".to_vec()));
    let letters: Vec<String> = "filedata"
        .bytes()
        .map(|byte| format!("\\u{byte:04x}"))
        .collect();
    let all_escaped = letters.concat();
    assert_eq!(
        file(&format!(r#"{{"{all_escaped}": {{"content": "QUJD"}}}}"#)),
        Some(b"ABC".to_vec())
    );
}

#[test]
fn what_is_not_base64_is_no_file() {
    for text in [
        "*",
        "A",
        "QUJD=",
        "QU=JD",
        "QQ==QQ==",
        "Q Q = = x",
        "data:",
        "data:QUJD",
        "dataQ",
        "QUJDé",
        r"QUJD\u0000",
        r"QUJD\ud83d\ude00",
        r"QUJD\b",
        "QQ===",
    ] {
        assert_eq!(file(&holding(text)), None, "{text}");
    }
    // As good as the prefix, and yet four digits.
    assert_eq!(file(&holding("data")), Some(vec![0x75, 0xab, 0x5a]));
    assert_eq!(file(&holding("datadata")).map(|file| file.len()), Some(6));
}

#[test]
fn only_the_file_is_taken_out() {
    let others = [
        json!({"content": "QUJD", "filedata": {"filename": "content", "state": "content"}}),
        json!({"rules": {"content": "QUJD"}, "file": {"x": {"content": "QUJD"}}}),
        json!({"filedata": ["content", "QUJD"], "file": "QUJD", "contents": {"content": "QUJD"}}),
        json!({"filedata": [{"content": "QUJD"}], "a\"b{[": "}]\\", "c": "\\\""}),
        json!({"filedata": {"content": 7, "$content": {"content": "QUJD"}}}),
        json!({"filedata": {"content": ["QUJD"]}, "sigData": {"AdditionalInfo": "{\"filedata\":{\"content\":\"QUJD\"}}"}}),
    ];
    for other in others {
        let text = other.to_string();
        for piece in [1, 5, text.len()] {
            let body = sifted(text.as_bytes(), piece).unwrap();
            assert_eq!(Value::Object(body.map), other);
            assert!(body.files.is_empty());
        }
    }
}

#[test]
fn every_place_of_a_file_is_told_from_the_others() {
    let both = br#"{"file": {"$content": "QUJE", "content": "QUJD"}, "filedata": {"content": "QQ", "content": "QUE"}}"#;
    let mut body = sifted(both, 3).unwrap();
    let value = |body: &Body, holder: &str, name: &str| body.map[holder][name].clone();
    for (holder, name, wanted) in [
        ("file", "$content", "ABD"),
        ("file", "content", "ABC"),
        ("filedata", "content", "AA"),
    ] {
        let value = value(&body, holder, name);
        assert_eq!(body.file(&value).unwrap(), wanted);
    }
}

#[test]
fn what_is_no_json_is_refused_at_the_column_where_the_sender_sees_it() {
    for text in [
        r#"{"filedata": {"content": "QUJDQUJDQUJD"}, "id": nul}"#,
        r#"{"filedata": {"content": "QUJD\qQUJD"}}"#,
        "{\"filedata\": {\"content\": \"QUJD\nQUJD\"}}",
        r#"{"filedata": {"content": "QUJD"#,
        r#"{"filedata": {"content": "QUJDQUJDQUJD"},"#,
        "{\n\n\"filedata\": {\"content\": \"QUJDQUJDQUJD\"}\n\"id\"",
        "[]",
        "",
    ] {
        let wanted = serde_json::from_str::<Value>(text).map(|_| ());
        for piece in [1, 4, text.len().max(1)] {
            let OrderError::Json(told) = sifted(text.as_bytes(), piece).unwrap_err() else {
                panic!("{text}")
            };
            match &wanted {
                Err(error) if !text.ends_with("QUJD") => {
                    assert_eq!(told, error.to_string(), "{text}");
                }
                Err(_) => assert!(told.starts_with("EOF while parsing"), "{told}"),
                Ok(()) => assert_eq!(told, "it is not an object"),
            }
        }
    }
}
