//! The JSON that a provider wants, with places for what differs from message to message.

use serde_json::Value;
use thiserror::Error;

use crate::Text;

/// The template cannot make a message of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WrongTemplate {
    #[error("wants JSON")]
    Json,
    #[error(
        "wants {{to}} or {{to_digits}} in one of its texts, so that the message reaches somebody"
    )]
    NoRecipient,
    #[error("wants {{text}} in one of its texts, so that the message says something")]
    NoText,
}

/// JSON whose texts may hold `{to}` (with `+`), `{to_digits}` (without), `{text}` and `{from}`. What is put in becomes part of
/// a text and never of the JSON around it.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyTemplate(Value);

impl BodyTemplate {
    pub fn parse(text: &str) -> Result<Self, WrongTemplate> {
        let template: Value = serde_json::from_str(text).map_err(|_| WrongTemplate::Json)?;
        if !holds(&template, "{to}") && !holds(&template, "{to_digits}") {
            return Err(WrongTemplate::NoRecipient);
        }
        if !holds(&template, "{text}") {
            return Err(WrongTemplate::NoText);
        }
        Ok(Self(template))
    }

    /// The body of one message.
    pub fn filled(&self, message: &Text<'_>, from: &str) -> Value {
        let digits = message.to.trim_start_matches('+');
        let places = [
            ("{to_digits}", digits),
            ("{to}", message.to),
            ("{text}", message.text),
            ("{from}", from),
        ];
        filled(&self.0, &places)
    }
}

fn holds(value: &Value, place: &str) -> bool {
    match value {
        Value::String(text) => text.contains(place),
        Value::Array(items) => items.iter().any(|item| holds(item, place)),
        Value::Object(map) => map.values().any(|item| holds(item, place)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn filled(value: &Value, places: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => Value::String(filled_text(text, places)),
        Value::Array(items) => items.iter().map(|item| filled(item, places)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, item)| (name.clone(), filled(item, places)))
            .collect(),
        other => other.clone(),
    }
}

/// Once through from the left: a place in what was put in stays as it is.
fn filled_text(text: &str, places: &[(&str, &str)]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from_brace) = rest.split_at(at);
        made.push_str(before);
        let found = places
            .iter()
            .find_map(|(place, value)| Some((from_brace.strip_prefix(place)?, value)));
        rest = if let Some((after, value)) = found {
            made.push_str(value);
            after
        } else {
            made.push('{');
            from_brace.strip_prefix('{').unwrap_or_default()
        };
    }
    made.push_str(rest);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_put_in_stays_a_text() {
        let template = BodyTemplate::parse(
            r#"{"messages": [{"to": "{to_digits}", "from": "{from}", "text": "{text}"}], "n": 1, "s": "{other} {"}"#,
        )
        .unwrap();
        let message = Text {
            to: "+421905123456",
            text: "code \"{to}\", \\ 004711\n",
        };
        assert_eq!(
            template.filled(&message, "OKd"),
            json!({
                "messages": [{"to": "421905123456", "from": "OKd", "text": "code \"{to}\", \\ 004711\n"}],
                "n": 1, "s": "{other} {",
            })
        );
    }

    #[test]
    fn a_template_that_reaches_nobody_or_says_nothing_is_refused() {
        let refused = |text| BodyTemplate::parse(text).unwrap_err();
        assert_eq!(refused("to={to}"), WrongTemplate::Json);
        assert_eq!(refused(r#"{"text": "{text}"}"#), WrongTemplate::NoRecipient);
        assert_eq!(
            refused(r#"{"to": "{to}", "{text}": 1}"#),
            WrongTemplate::NoText
        );
    }
}
