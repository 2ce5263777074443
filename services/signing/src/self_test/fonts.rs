//! Whether every letter of the languages of the signer's page can be written into a document.

use async_trait::async_trait;

use super::Check;
use crate::desk::Desk;

/// What each language adds to the letters of English.
const LETTERS: [(&str, &str); 8] = [
    (
        "en",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-–'’\"„“()&@/:",
    ),
    ("sk", "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽáäčďéíĺľňóôŕšťúýž"),
    ("cs", "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž"),
    ("ro", "ĂÂÎȘȚăâîșț"),
    (
        "uk",
        "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    ),
    ("pl", "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"),
    ("pt", "ÀÁÂÃÇÉÊÍÓÔÕÚàáâãçéêíóôõú"),
    ("hu", "ÁÉÍÓÖŐÚÜŰáéíóöőúüű"),
];

pub(super) struct LettersOfEveryLanguage;

#[async_trait]
impl Check for LettersOfEveryLanguage {
    fn name(&self) -> &'static str {
        "fonts"
    }

    fn is_required(&self) -> bool {
        true
    }

    async fn run(&self, _: &Desk) -> Result<String, String> {
        for (language, letters) in LETTERS {
            if let Some(missing) = pdf::unwritable_character(letters) {
                return Err(format!(
                    "the letter {missing} of the language {language} cannot be written"
                ));
            }
        }
        Ok(format!(
            "the letters of {} languages can be written",
            LETTERS.len()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_of_the_page_is_tried() {
        let tried: Vec<_> = LETTERS.iter().map(|(language, _)| *language).collect();
        for language in crate::rules::LANGUAGES {
            assert!(tried.contains(&language), "{language}");
        }
    }
}
