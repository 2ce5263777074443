//! What an answer must look like: literal text with `<tokens>` for what differs from run to run, in text and in JSON.

use serde_json::Value;

/// A token, the characters it stands for, and how many of them: at least and at most.
type Token = (&'static str, fn(char) -> bool, usize, usize);

const TOKENS: &[Token] = &[
    ("uuid", is_uuid, 36, 36),
    ("document", is_url_safe, 39, 39),
    ("hex32", is_hex, 32, 32),
    ("hex64", is_hex, 64, 64),
    ("id", is_url_safe, 1, 128),
    ("millis", is_digit, 13, 13),
    ("number", is_digit, 1, 20),
    ("stamp", is_stamp, 19, 19),
    ("text", |_| true, 1, usize::MAX),
    ("any", |_| true, 0, usize::MAX),
];

fn is_uuid(c: char) -> bool {
    is_hex(c) || c == '-'
}

fn is_url_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_hex(c: char) -> bool {
    c.is_ascii_digit() || ('a'..='f').contains(&c)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_stamp(c: char) -> bool {
    c.is_ascii_digit() || " -:".contains(c)
}

/// Whether a text is what the pattern says, from its first character to its last.
pub(super) fn text(pattern: &str, given: &str) -> bool {
    let Some(literal) = pattern.chars().next() else {
        return given.is_empty();
    };
    if let Some((rest, (_, fits, least, most))) = token(pattern) {
        let run: Vec<usize> = given
            .char_indices()
            .take_while(|(_, c)| fits(*c))
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        let most = (*most).min(run.len());
        // The longest first; what follows a token mostly cannot be part of it.
        return (*least..=most).rev().any(|count| {
            let end = if count == 0 { 0 } else { run[count - 1] };
            text(rest, &given[end..])
        });
    }
    given
        .strip_prefix(literal)
        .is_some_and(|rest| text(&pattern[literal.len_utf8()..], rest))
}

fn token(pattern: &str) -> Option<(&str, &'static Token)> {
    let (name, rest) = pattern.strip_prefix('<')?.split_once('>')?;
    let token = TOKENS.iter().find(|(known, ..)| *known == name)?;
    Some((rest, token))
}

/// Where a value differs from its pattern, as a JSON pointer, and how. In an object the key `...` allows others beside those that
/// are named; without it the fields are exact.
pub(super) fn json(pattern: &Value, given: &Value) -> Result<(), String> {
    at(pattern, given, "")
}

fn at(pattern: &Value, given: &Value, path: &str) -> Result<(), String> {
    match (pattern, given) {
        (Value::Object(wanted), Value::Object(told)) => {
            for (name, wanted) in wanted.iter().filter(|(name, _)| *name != "...") {
                let told = told.get(name).ok_or(format!("{path}/{name} is missing"))?;
                at(wanted, told, &format!("{path}/{name}"))?;
            }
            let extra = told.keys().find(|name| !wanted.contains_key(*name));
            match extra {
                Some(name) if !wanted.contains_key("...") => {
                    Err(format!("{path}/{name} is not in the contract"))
                }
                _ => Ok(()),
            }
        }
        (Value::Array(wanted), Value::Array(told)) => {
            if wanted.len() != told.len() {
                return Err(format!(
                    "{path} has {} items, not {}",
                    told.len(),
                    wanted.len()
                ));
            }
            let mut pairs = wanted.iter().zip(told).enumerate();
            pairs.try_for_each(|(index, (wanted, told))| {
                at(wanted, told, &format!("{path}/{index}"))
            })
        }
        (Value::String(wanted), Value::String(told)) if text(wanted, told) => Ok(()),
        (Value::String(any), _) if any == "<any>" => Ok(()),
        (Value::String(wanted), Value::Number(told)) if number(wanted, &told.to_string()) => Ok(()),
        (wanted, told) if wanted == told => Ok(()),
        (wanted, told) => Err(format!("{path} is {told}, not {wanted}")),
    }
}

/// `<#millis>` is a token that is a number and no text; `<#5..9>` is a number in between.
fn number(wanted: &str, told: &str) -> bool {
    let Some(inner) = wanted
        .strip_prefix("<#")
        .and_then(|rest| rest.strip_suffix('>'))
    else {
        return false;
    };
    match inner.split_once("..") {
        Some((least, most)) => {
            let [least, told, most] =
                [least, told, most].map(|text| text.parse::<i64>().expect("a number"));
            (least..=most).contains(&told)
        }
        None => text(&format!("<{inner}>"), told),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_stand_for_what_they_are_called_after() {
        assert!(text("a?k=<hex32>&b", &format!("a?k={}&b", "0f".repeat(16))));
        assert!(!text("a?k=<hex32>", "a?k=0f"));
        assert!(text("<text>: <number>", "a: b: 12") && !text("<text>", ""));
        assert!(text("<any>", "") && text("1 < 2", "1 < 2"));
    }

    #[test]
    fn fields_are_exact_unless_others_are_allowed() {
        let told = json!({"a": "x", "n": 5});
        assert!(json(&json!({"a": "<text>", "n": "<#number>"}), &told).is_ok());
        assert!(json(&json!({"a": "x"}), &told).unwrap_err().contains("/n"));
        assert!(json(&json!({"a": "x", "...": 0}), &told).is_ok());
        assert!(json(&json!({"a": "x", "n": "<number>"}), &told).is_err());
        assert!(json(&json!({"a": "x", "n": "<#4..5>"}), &told).is_ok());
        assert!(json(&json!({"a": "x", "n": "<#6..9>"}), &told).is_err());
        assert!(json(&json!({"a": "x", "n": 5, "z": 1}), &told).is_err());
    }
}
