//! What the audit page says, in each language.

mod cs;
mod en;
mod hu;
mod pl;
mod pt;
mod ro;
mod sk;
mod uk;

/// The page's words in one language.
#[derive(Debug)]
pub(super) struct Words {
    /// BCP 47 tag.
    pub(super) lang: &'static str,
    pub(super) title: &'static str,
    pub(super) test_notice: &'static str,
    pub(super) verify: &'static str,
    pub(super) document: &'static str,
    pub(super) filename: &'static str,
    pub(super) document_id: &'static str,
    pub(super) original: &'static str,
    /// Of the revision that was made ready for signing.
    pub(super) first: &'static str,
    /// Of the revision that stands when the page is made.
    pub(super) newest: &'static str,
    pub(super) parties: &'static str,
    pub(super) sender: &'static str,
    pub(super) signer: &'static str,
    /// A signer who was not asked for a name.
    pub(super) unnamed: &'static str,
    pub(super) timeline: &'static str,
    /// Column head; `{zone}` stands for the zone.
    pub(super) time: &'static str,
    pub(super) act: &'static str,
    pub(super) uploaded: &'static str,
    pub(super) registered: &'static str,
    pub(super) code_sent: &'static str,
    pub(super) code_wrong: &'static str,
    pub(super) code_locked: &'static str,
    pub(super) code_verified: &'static str,
    pub(super) code_to_open: &'static str,
    pub(super) code_to_sign: &'static str,
    /// Of a code that was not sent.
    pub(super) code_of_sender: &'static str,
    pub(super) sent_to: &'static str,
    pub(super) locked_until: &'static str,
    pub(super) opened: &'static str,
    pub(super) submitted: &'static str,
    pub(super) canceled: &'static str,
    pub(super) sealed: &'static str,
    pub(super) copy_requested: &'static str,
    pub(super) callback_taken: &'static str,
    pub(super) callback_failing: &'static str,
    pub(super) callback_given_up: &'static str,
    pub(super) message_kept: &'static str,
    pub(super) message_sent: &'static str,
    pub(super) message_failing: &'static str,
    pub(super) message_failed: &'static str,
    /// Of a letter or text message.
    pub(super) recipient: &'static str,
    pub(super) withdrawn: &'static str,
    pub(super) deleted: &'static str,
    /// Who did what nobody asked for.
    pub(super) by_service: &'static str,
    pub(super) key: &'static str,
    pub(super) address: &'static str,
    pub(super) device: &'static str,
    pub(super) language: &'static str,
    pub(super) zone: &'static str,
    pub(super) name: &'static str,
    pub(super) signed_with: &'static str,
    pub(super) mouse: &'static str,
    pub(super) finger: &'static str,
    pub(super) pen: &'static str,
    pub(super) typed: &'static str,
    pub(super) signatures: &'static str,
    pub(super) reason: &'static str,
    pub(super) request: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) fingerprint: &'static str,
    pub(super) certificate: &'static str,
    pub(super) level: &'static str,
    pub(super) tries: &'static str,
    pub(super) converted_by: &'static str,
    pub(super) computer: &'static str,
    pub(super) phone: &'static str,
    pub(super) tablet: &'static str,
    pub(super) remark_seal: &'static str,
    /// What is told and not proven.
    pub(super) remark_told: &'static str,
    pub(super) remark_hash: &'static str,
    /// `{page}` and `{pages}` stand for numbers.
    pub(super) page_of: &'static str,
    /// A strftime pattern.
    pub(super) date: &'static str,
}

/// In the tenant's language; one that we do not speak reads as English.
pub(super) fn of(lang: &str) -> &'static Words {
    match lang {
        "sk" => &sk::WORDS,
        "cs" => &cs::WORDS,
        "ro" => &ro::WORDS,
        "uk" => &uk::WORDS,
        "pl" => &pl::WORDS,
        "pt" => &pt::WORDS,
        "hu" => &hu::WORDS,
        _ => &en::WORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_of_the_contract_is_spoken() {
        for lang in crate::rules::LANGUAGES {
            let words = of(lang);
            assert_eq!(words.lang, lang);
            assert!(words.page_of.contains("{page}") && words.page_of.contains("{pages}"));
            assert!(words.time.contains("{zone}"));
        }
    }
}
