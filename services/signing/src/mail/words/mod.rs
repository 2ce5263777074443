//! What letters and text messages say, in each language.

mod cs;
mod en;
mod hu;
mod pl;
mod pt;
mod ro;
mod sk;
mod uk;

/// The words in one language. In braces: `sender`, `document`, `until`, `address`, `code`, `minutes`.
#[derive(Debug)]
pub(super) struct Words {
    /// BCP 47 tag.
    pub(super) lang: &'static str,
    /// A strftime pattern.
    pub(super) date: &'static str,
    pub(super) test_notice: &'static str,
    /// Before an address that is also a button.
    pub(super) or_open: &'static str,
    /// Before the sender's own words.
    pub(super) writes: &'static str,
    pub(super) ask: &'static str,
    pub(super) footer: &'static str,
    /// Of letters to the sender.
    pub(super) footer_sender: &'static str,
    pub(super) request_subject: &'static str,
    pub(super) request_text: &'static str,
    pub(super) open_and_sign: &'static str,
    pub(super) link_until: &'static str,
    pub(super) yours_alone: &'static str,
    pub(super) reminder_subject: &'static str,
    pub(super) reminder_text: &'static str,
    pub(super) reminder_sender_subject: &'static str,
    pub(super) reminder_sender_text: &'static str,
    pub(super) expired_subject: &'static str,
    pub(super) expired_signer_text: &'static str,
    pub(super) expired_sender_text: &'static str,
    pub(super) signed_subject: &'static str,
    pub(super) signed_text: &'static str,
    /// Why the reader gets it: anybody can have typed the address.
    pub(super) copy_note: &'static str,
    pub(super) sent_subject: &'static str,
    pub(super) sent_text: &'static str,
    pub(super) attached: &'static str,
    pub(super) download: &'static str,
    pub(super) download_until: &'static str,
    pub(super) open_code_subject: &'static str,
    pub(super) open_code_text: &'static str,
    pub(super) sign_code_subject: &'static str,
    pub(super) sign_code_text: &'static str,
    pub(super) code_life: &'static str,
    /// Text messages: letters of GSM 03.38 where the language has them, so that one message is enough.
    pub(super) open_code_sms: &'static str,
    pub(super) sign_code_sms: &'static str,
    pub(super) kind_request: &'static str,
    pub(super) kind_reminder: &'static str,
    pub(super) kind_expired: &'static str,
    pub(super) kind_signed: &'static str,
    pub(super) kind_copy: &'static str,
    pub(super) kind_sent: &'static str,
    pub(super) kind_open_code: &'static str,
    pub(super) kind_sign_code: &'static str,
}

/// The language's words; one that we do not speak is answered in Slovak (spec section 4).
pub(super) fn of(lang: &str) -> &'static Words {
    match lang {
        "cs" => &cs::WORDS,
        "en" => &en::WORDS,
        "ro" => &ro::WORDS,
        "uk" => &uk::WORDS,
        "pl" => &pl::WORDS,
        "pt" => &pt::WORDS,
        "hu" => &hu::WORDS,
        _ => &sk::WORDS,
    }
}

/// Puts values in the place of names in braces, in one pass: a value that looks like a name stays what it is.
pub(super) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').and_then(|(name, behind)| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| (*value, behind))
        });
        if let Some((value, behind)) = named {
            filled.push_str(value);
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_of_the_contract_is_spoken_with_all_its_values() {
        for lang in crate::rules::LANGUAGES {
            let words = of(lang);
            assert_eq!(words.lang, lang);
            for (pattern, names) in [
                (words.writes, &["{sender}"][..]),
                (words.ask, &["{address}"]),
                (words.footer, &["{sender}"]),
                (words.request_subject, &["{sender}", "{document}"]),
                (words.request_text, &["{sender}", "{document}"]),
                (words.link_until, &["{until}"]),
                (words.reminder_subject, &["{document}"]),
                (words.reminder_text, &["{sender}", "{document}"]),
                (words.reminder_sender_subject, &["{document}"]),
                (words.reminder_sender_text, &["{document}"]),
                (words.expired_subject, &["{document}"]),
                (words.expired_signer_text, &["{sender}", "{document}"]),
                (words.expired_sender_text, &["{document}"]),
                (words.signed_subject, &["{document}"]),
                (words.signed_text, &["{document}"]),
                (words.sent_subject, &["{sender}", "{document}"]),
                (words.sent_text, &["{sender}", "{document}"]),
                (words.download_until, &["{until}"]),
                (words.open_code_subject, &["{document}"]),
                (words.open_code_text, &["{document}"]),
                (words.sign_code_subject, &["{document}"]),
                (words.sign_code_text, &["{document}"]),
                (words.code_life, &["{minutes}"]),
                (words.open_code_sms, &["{code}", "{minutes}"]),
                (words.sign_code_sms, &["{code}", "{minutes}"]),
            ] {
                for name in names {
                    assert!(pattern.contains(name), "{lang}: {name} in {pattern:?}");
                }
                assert_eq!(pattern.matches('{').count(), pattern.matches('}').count());
            }
        }
    }

    #[test]
    fn a_text_message_of_latin_letters_is_one_message() {
        for lang in crate::rules::LANGUAGES {
            let words = of(lang);
            for pattern in [words.open_code_sms, words.sign_code_sms] {
                let text = fill(pattern, &[("code", "123456"), ("minutes", "10")]);
                // 160 letters of seven bits, or 70 of sixteen.
                let most = if text.is_ascii() { 160 } else { 70 };
                assert!(text.chars().count() <= most, "{lang}: {text}");
                assert!(lang == "uk" || text.is_ascii(), "{lang}: {text}");
            }
        }
    }

    #[test]
    fn a_value_that_looks_like_a_name_is_not_filled_in_again() {
        let values = [("sender", "{document}"), ("document", "{sender}")];
        assert_eq!(
            fill("{sender} a {document} {x} {", &values),
            "{document} a {sender} {x} {"
        );
    }
}
