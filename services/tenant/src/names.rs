//! Names that people give: of a tenant, of an API key; and the slug made from a tenant's name.

use domain::TenantSlug;
use serde::Deserialize;
use thiserror::Error;
use utoipa::ToSchema;

/// The text is no name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a name has {min} to {max} characters and no line breaks")]
pub(crate) struct InvalidName {
    min: usize,
    max: usize,
}

/// A tenant's name: 2 to 80 characters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 2, max_length = 80)]
pub(crate) struct TenantName(String);

/// An API key's name: 1 to 60 characters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 60)]
pub(crate) struct KeyName(String);

impl TryFrom<String> for TenantName {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        clean(&text, 2, 80).map(Self)
    }
}

impl TryFrom<String> for KeyName {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        clean(&text, 1, 60).map(Self)
    }
}

impl TenantName {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl KeyName {
    /// A name from our own code.
    pub(crate) fn of(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

fn clean(text: &str, min: usize, max: usize) -> Result<String, InvalidName> {
    let text = text.trim();
    let fits = (min..=max).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(InvalidName { min, max })
    }
}

/// The embedded default's demo tenant has this slug; nobody else gets it.
pub(crate) const DEMO_SLUG: &str = "demo";
/// Leaves room for `-` and a number within [`TenantSlug::MAX_LEN`].
const STEM_MAX_LEN: usize = 32;

/// What a tenant's slug begins with: its name in `a-z 0-9 -`.
pub(crate) fn slug_stem(name: &str) -> String {
    let mut stem = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match latin(letter) {
            "" if stem.is_empty() || stem.ends_with('-') => {}
            "" => stem.push('-'),
            plain => stem.push_str(plain),
        }
    }
    let stem: String = stem.chars().take(STEM_MAX_LEN).collect();
    let stem = stem.trim_matches('-');
    if stem.len() < 3 {
        format!("tenant-{stem}").trim_end_matches('-').to_owned()
    } else {
        stem.to_owned()
    }
}

/// The stem itself, or the stem with the first free number from 2.
pub(crate) fn free_slug(stem: &str, taken: &[String]) -> Option<TenantSlug> {
    let free = |slug: &String| slug != DEMO_SLUG && !taken.contains(slug);
    std::iter::once(stem.to_owned())
        .chain((2..10_000).map(|number| format!("{stem}-{number}")))
        .find(free)
        .and_then(|slug| TenantSlug::parse(&slug).ok())
}

/// A letter without its marks; nothing for what is neither letter nor digit, or of another script.
const fn latin(letter: char) -> &'static str {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    const LETTERS: [&str; 26] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v", "w", "x", "y", "z",
    ];
    match letter {
        '0'..='9' => DIGITS[letter as usize - '0' as usize],
        'a'..='z' => LETTERS[letter as usize - 'a' as usize],
        'á' | 'ä' | 'à' | 'â' | 'ã' | 'å' | 'ă' | 'ą' => "a",
        'č' | 'ć' | 'ç' => "c",
        'ď' | 'đ' => "d",
        'é' | 'ě' | 'è' | 'ê' | 'ë' | 'ę' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ľ' | 'ĺ' | 'ł' => "l",
        'ň' | 'ń' | 'ñ' => "n",
        'ó' | 'ô' | 'ö' | 'ő' | 'ò' | 'õ' | 'ø' => "o",
        'ŕ' | 'ř' => "r",
        'š' | 'ś' | 'ș' | 'ş' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'ú' | 'ů' | 'ü' | 'ű' | 'ù' | 'û' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_the_name_in_plain_letters() {
        assert_eq!(slug_stem("Žltý kôň, s. r. o."), "zlty-kon-s-r-o");
        assert_eq!(slug_stem("  Tatra -- Banka!"), "tatra-banka");
        assert_eq!(slug_stem("X1"), "tenant-x1");
        assert_eq!(slug_stem("Київ"), "tenant");
        for name in ["a".repeat(80), "ß".repeat(80), "a b ".repeat(20)] {
            let stem = slug_stem(&name);
            assert!(TenantSlug::parse(&format!("{stem}-9999")).is_ok(), "{stem}");
        }
    }

    #[test]
    fn a_taken_slug_gets_a_number() {
        let taken = ["tatra".to_owned(), "tatra-2".to_owned()];
        assert_eq!(free_slug("tatra", &taken).unwrap().as_str(), "tatra-3");
        assert_eq!(free_slug("tatra", &[]).unwrap().as_str(), "tatra");
        assert_eq!(free_slug("demo", &[]).unwrap().as_str(), "demo-2");
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(
            TenantName::try_from(" Tatra ".to_owned())
                .unwrap()
                .into_string(),
            "Tatra"
        );
        for bad in ["", "x", "a\nb", &"x".repeat(81)] {
            assert!(TenantName::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
