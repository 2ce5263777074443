//! Reads rules in either form, and every value in each of the types that clients send it in.

use ::mail::Address;
use serde_json::Value;
use url::Url;

use super::{InvalidRule, LANGUAGES, MAX_SIGNER_NAME_CHARS, Rules};
use super::{code, text};

/// Every rule and its old names (spec section 4).
pub(super) const KNOWN: [&str; 30] = [
    "signAnywhereEnabled",
    "signAnywhere",
    "mouseSignature",
    "emailTo",
    "emailFrom",
    "nameFrom",
    "emailMessage",
    "emailFinal",
    "emailNotification",
    "notificationExpiration",
    "lang",
    "language",
    "openOtpEmail",
    "openOtpPhone",
    "openOtpCode",
    "signOtpEmail",
    "signOtpPhone",
    "signOtpCode",
    "guiRequestSignerName",
    "guiSignerName",
    "guiSignerDate",
    "guiSignatureNumber",
    "guiAutoSubmit",
    "guiAutoEnvelopeSubmit",
    "guiOneButton",
    "guiOpenSignature",
    "guiReadRequired",
    "guiRemoteQRCodeEnabled",
    "resulturl",
    "sendInfo",
];

/// As many get the signed document at most.
const MAX_READERS: usize = 20;
/// The code rules of each step, with how they are told together.
const CODES: [(&str, [&str; 3]); 2] = [
    (
        "openOtpEmail, openOtpPhone and openOtpCode",
        ["openOtpEmail", "openOtpPhone", "openOtpCode"],
    ),
    (
        "signOtpEmail, signOtpPhone and signOtpCode",
        ["signOtpEmail", "signOtpPhone", "signOtpCode"],
    ),
];

/// More free places than this nobody signs in one act.
const MAX_SIGNATURES: u32 = 50;
const MAX_TEXT_CHARS: usize = 2_000;
const MAX_PATTERN_CHARS: usize = 40;
/// What `guiSignerDate` prints when it is only switched on.
const DEFAULT_DATE_PATTERN: &str = "dd.MM.yyyy";

/// Reads rules from the body of a create or update.
pub(crate) fn parse(value: &Value) -> Result<Rules, InvalidRule> {
    let mut rules = Rules::default();
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (name, value) in map {
                set(&mut rules, name, &Given::from_json(value))?;
            }
        }
        Value::String(text) => {
            for (name, value) in text::pairs(text)? {
                set(&mut rules, name, &Given(value.map(str::to_owned)))?;
            }
        }
        _ => return Err(InvalidRule::Shape),
    }
    if rules.email_to.is_some() && rules.email_from.is_none() {
        return Err(InvalidRule::Alone {
            rule: "emailTo",
            needs: "emailFrom",
        });
    }
    check_readers(&rules)?;
    Ok(rules)
}

/// The signed document must go to somebody, where a rule says that it goes.
fn check_readers(rules: &Rules) -> Result<(), InvalidRule> {
    const RULE: &str = "emailFinal";
    match &rules.email_final {
        Some(readers) if readers.is_empty() && rules.email_to.is_none() => {
            Err(InvalidRule::Alone {
                rule: RULE,
                needs: "addresses of its own, or emailTo",
            })
        }
        Some(readers) if MAX_READERS < readers.len() => Err(InvalidRule::Value {
            rule: RULE,
            wants: "at most 20 addresses",
        }),
        _ => Ok(()),
    }
}

/// A value in text form; a bare flag has none.
struct Given(Option<String>);

impl Given {
    fn from_json(value: &Value) -> Self {
        match value {
            Value::Null => Self(None),
            Value::String(text) => Self(Some(text.clone())),
            Value::Array(items) => {
                let texts: Vec<_> = items
                    .iter()
                    .map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned))
                    .collect();
                Self(Some(texts.join(";")))
            }
            other => Self(Some(other.to_string())),
        }
    }

    /// Absent stands for true: a bare name is a flag.
    fn flag(&self, rule: &'static str) -> Result<bool, InvalidRule> {
        match self.0.as_deref().map(str::trim) {
            None | Some("" | "true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(InvalidRule::Value {
                rule,
                wants: "true or false",
            }),
        }
    }

    fn text(&self, rule: &'static str) -> Result<Option<String>, InvalidRule> {
        let text = self.0.as_deref().unwrap_or_default().trim();
        if text.chars().count() > MAX_TEXT_CHARS
            || text.chars().any(|c| c.is_control() && !c.is_whitespace())
        {
            return Err(InvalidRule::Value {
                rule,
                wants: "a text of at most 2,000 characters",
            });
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn email(&self, rule: &'static str) -> Result<Option<String>, InvalidRule> {
        let address = Address::parse(self.0.as_deref().unwrap_or_default()).map_err(|_| {
            InvalidRule::Value {
                rule,
                wants: "an e-mail address",
            }
        })?;
        Ok(Some(address.to_string()))
    }

    fn emails(&self, rule: &'static str) -> Result<Option<Vec<String>>, InvalidRule> {
        self.0
            .as_deref()
            .unwrap_or_default()
            .split([';', '|'])
            .map(str::trim)
            .filter(|part| !part.is_empty() && *part != "true")
            .map(|part| Address::parse(part).map(|address| address.to_string()))
            .collect::<Result<_, _>>()
            .map(Some)
            .map_err(|_| InvalidRule::Value {
                rule,
                wants: "e-mail addresses joined by ; or |",
            })
    }

    fn url(&self, rule: &'static str) -> Result<Option<String>, InvalidRule> {
        let text = self.0.as_deref().unwrap_or_default().trim();
        if text.is_empty() {
            return Ok(None);
        }
        if is_web_url(text) {
            return Ok(Some(text.to_owned()));
        }
        Err(InvalidRule::Value {
            rule,
            wants: "an http or https URL",
        })
    }
}

/// Whether a browser or our callback can go there.
pub(crate) fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && text.len() <= MAX_TEXT_CHARS
    })
}

fn set(rules: &mut Rules, name: &str, given: &Given) -> Result<(), InvalidRule> {
    match name {
        "signAnywhereEnabled" | "signAnywhere" => {
            rules.sign_anywhere_enabled = given.flag("signAnywhereEnabled")?;
        }
        "mouseSignature" => rules.mouse_signature = given.flag("mouseSignature")?,
        "emailTo" => rules.email_to = given.email("emailTo")?,
        "emailFrom" => rules.email_from = given.email("emailFrom")?,
        "nameFrom" => rules.name_from = given.text("nameFrom")?,
        "emailMessage" => rules.email_message = given.text("emailMessage")?,
        "emailFinal" => rules.email_final = given.emails("emailFinal")?,
        "emailNotification" => rules.email_notification = given.flag("emailNotification")?,
        "notificationExpiration" => {
            rules.notification_expiration = given.flag("notificationExpiration")?;
        }
        "lang" | "language" => rules.lang = language(given)?,
        name if name.contains("Otp") => return set_code(rules, name, given),
        "resulturl" => rules.result_url = given.url("resulturl")?,
        name if name == "sendInfo" || name.starts_with("sendInfo.") => {
            rules.send_info = given.url("sendInfo")?;
        }
        name => return set_look(rules, name, given),
    }
    Ok(())
}

/// Codes: of each step's three rules one at most, since a second would leave open which of them locks.
fn set_code(rules: &mut Rules, name: &str, given: &Given) -> Result<(), InvalidRule> {
    let known = CODES.iter().flat_map(|(_, of_step)| of_step);
    let Some(rule) = known.copied().find(|known| *known == name) else {
        return Err(InvalidRule::Unknown(name.to_owned()));
    };
    let [(open, _), (sign, _)] = CODES;
    let (slot, all) = if rule.starts_with("open") {
        (&mut rules.open_code, open)
    } else {
        (&mut rules.sign_code, sign)
    };
    let parsed = code::parse(rule, given.0.as_deref().unwrap_or_default())?;
    match slot.replace(parsed) {
        None => Ok(()),
        Some(_) => Err(InvalidRule::Several(all)),
    }
}

/// The rules of the page's look, all called `gui…`.
fn set_look(rules: &mut Rules, name: &str, given: &Given) -> Result<(), InvalidRule> {
    match name {
        "guiRequestSignerName" => {
            rules.gui_request_signer_name = given.flag("guiRequestSignerName")?;
        }
        "guiSignerName" => rules.gui_signer_name = signer_name(given)?,
        "guiSignerDate" => rules.gui_signer_date = date_pattern(given)?,
        "guiSignatureNumber" => rules.gui_signature_number = signature_number(given)?,
        "guiAutoSubmit" => rules.gui_auto_submit = given.flag("guiAutoSubmit")?,
        // One document an envelope here: the same effect.
        "guiAutoEnvelopeSubmit" => {
            rules.gui_auto_submit |= given.flag("guiAutoEnvelopeSubmit")?;
        }
        "guiOneButton" => rules.gui_one_button = given.flag("guiOneButton")?,
        "guiOpenSignature" => rules.gui_open_signature = given.flag("guiOpenSignature")?,
        "guiReadRequired" => rules.gui_read_required = given.flag("guiReadRequired")?,
        "guiRemoteQRCodeEnabled" => {
            rules.gui_remote_qr_code_enabled = given.flag("guiRemoteQRCodeEnabled")?;
        }
        unknown => return Err(InvalidRule::Unknown(unknown.to_owned())),
    }
    Ok(())
}

fn language(given: &Given) -> Result<Option<String>, InvalidRule> {
    let text = given.text("lang")?.unwrap_or_default().to_ascii_lowercase();
    if LANGUAGES.contains(&text.as_str()) {
        return Ok(Some(text));
    }
    Err(InvalidRule::Value {
        rule: "lang",
        wants: "one of sk cs en ro uk pl pt hu",
    })
}

fn signer_name(given: &Given) -> Result<Option<String>, InvalidRule> {
    let name = given.text("guiSignerName")?;
    if name
        .as_deref()
        .is_some_and(|name| name.chars().count() > MAX_SIGNER_NAME_CHARS)
    {
        return Err(InvalidRule::Value {
            rule: "guiSignerName",
            wants: "a name of at most 40 characters",
        });
    }
    Ok(name)
}

fn date_pattern(given: &Given) -> Result<Option<String>, InvalidRule> {
    match given.text("guiSignerDate")?.as_deref() {
        None | Some("true") => Ok(Some(DEFAULT_DATE_PATTERN.to_owned())),
        Some("false") => Ok(None),
        Some(pattern) if pattern.chars().count() <= MAX_PATTERN_CHARS => {
            Ok(Some(pattern.to_owned()))
        }
        Some(_) => Err(InvalidRule::Value {
            rule: "guiSignerDate",
            wants: "a pattern such as dd.MM.yyyy HH:mm, at most 40 characters",
        }),
    }
}

fn signature_number(given: &Given) -> Result<u32, InvalidRule> {
    given
        .text("guiSignatureNumber")?
        .and_then(|text| text.parse().ok())
        .filter(|number| *number <= MAX_SIGNATURES)
        .ok_or(InvalidRule::Value {
            rule: "guiSignatureNumber",
            wants: "a whole number from 0 to 50",
        })
}

#[cfg(test)]
mod tests;
