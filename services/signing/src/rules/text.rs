//! The text form of rules: `Name-Value` pairs joined by `_`, where values may hold `-` and `_` themselves.

use super::InvalidRule;
use super::parse::KNOWN;

/// `sendInfo.<name>` of the wire contract.
const NAMED: &str = "sendInfo.";

/// Splits only where a known rule's name follows, and on the first `-`. A bare name has no value.
pub(super) fn pairs(text: &str) -> Result<Vec<(&str, Option<&str>)>, InvalidRule> {
    let text = text.trim().trim_matches('_');
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, _)| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with('_')))
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text.get(*at..).and_then(known_name).is_some())
        .collect();
    let ends = starts
        .iter()
        .skip(1)
        .map(|start| start - 1)
        .chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| text.get(*start..end))
        .map(|pair| pair.trim_matches('_'))
        .filter(|pair| !pair.is_empty())
        .map(pair)
        .collect()
}

fn pair(text: &str) -> Result<(&str, Option<&str>), InvalidRule> {
    let Some(name) = known_name(text) else {
        let name = text.split(['-', '_']).next().unwrap_or(text);
        return Err(InvalidRule::Unknown(name.to_owned()));
    };
    let value = text
        .get(name.len()..)
        .and_then(|rest| rest.strip_prefix('-'));
    Ok((name, value))
}

/// The known rule's name that the text starts with, ended by `-`, `_` or the end of the text; the name behind `sendInfo.` is the
/// caller's own, and may hold `_`.
fn known_name(text: &str) -> Option<&str> {
    let ends: &[char] = if text.starts_with(NAMED) {
        &['-']
    } else {
        &['-', '_']
    };
    let name = text.get(..text.find(ends).unwrap_or(text.len()))?;
    let is_known = KNOWN.contains(&name) || name.starts_with(NAMED);
    is_known.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_dashes_and_underscores() {
        let text = "_guiSignerName-John Doe_guiRequestSignerName-true_emailTo-john_d@my-firm.sk_emailNotification_";
        assert_eq!(
            pairs(text).unwrap(),
            [
                ("guiSignerName", Some("John Doe")),
                ("guiRequestSignerName", Some("true")),
                ("emailTo", Some("john_d@my-firm.sk")),
                ("emailNotification", None),
            ]
        );
    }

    #[test]
    fn the_name_behind_send_info_may_hold_an_underscore() {
        let text = "sendInfo.my_archive-https://a.sk/x_y-z_lang-sk";
        assert_eq!(
            pairs(text).unwrap(),
            [
                ("sendInfo.my_archive", Some("https://a.sk/x_y-z")),
                ("lang", Some("sk")),
            ]
        );
    }

    #[test]
    fn a_text_that_starts_with_no_rule_is_refused_by_name() {
        assert_eq!(
            pairs("fooBar-true_lang-sk"),
            Err(InvalidRule::Unknown("fooBar".to_owned()))
        );
        assert_eq!(pairs("__"), Ok(vec![]));
    }
}
