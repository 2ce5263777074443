//! The rules of a signature request (spec section 4): how the signer's page behaves and who is told what.

mod code;
mod parse;
mod text;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use code::CodeRule;
pub(crate) use parse::{is_web_url, parse};

/// Languages of the signing page, mail and text messages.
pub(crate) const LANGUAGES: [&str; 8] = domain::LANGUAGES;
/// The signer's name is printed under the signature: it must fit.
pub(crate) const MAX_SIGNER_NAME_CHARS: usize = 40;

/// A rule that we do not know, or whose value it does not take.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum InvalidRule {
    #[error("there is no rule {0:?}")]
    Unknown(String),
    #[error("the rule {rule} wants {wants}")]
    Value {
        rule: &'static str,
        wants: &'static str,
    },
    #[error("the rule {rule} needs {needs} beside it")]
    Alone {
        rule: &'static str,
        needs: &'static str,
    },
    /// Two locks on one door: which of them would count?
    #[error("of the rules {0} only one may be given")]
    Several(&'static str),
    #[error("rules are a JSON object or a text of Name-Value pairs joined by _")]
    Shape,
}

/// Rules as they are kept with the request.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the wire contract"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Rules {
    pub(crate) sign_anywhere_enabled: bool,
    pub(crate) mouse_signature: bool,
    pub(crate) email_to: Option<String>,
    pub(crate) email_from: Option<String>,
    pub(crate) name_from: Option<String>,
    pub(crate) email_message: Option<String>,
    /// Who gets the signed document; an empty list stands for `email_to`.
    pub(crate) email_final: Option<Vec<String>>,
    pub(crate) email_notification: bool,
    pub(crate) notification_expiration: bool,
    pub(crate) lang: Option<String>,
    pub(crate) gui_request_signer_name: bool,
    pub(crate) gui_signer_name: Option<String>,
    pub(crate) gui_signer_date: Option<String>,
    pub(crate) gui_signature_number: u32,
    pub(crate) gui_auto_submit: bool,
    pub(crate) gui_one_button: bool,
    pub(crate) gui_open_signature: bool,
    pub(crate) gui_read_required: bool,
    #[serde(rename = "guiRemoteQRCodeEnabled")]
    pub(crate) gui_remote_qr_code_enabled: bool,
    /// Before the document opens, and before it is submitted. Kept in rows of their own, never with the other rules.
    #[serde(skip)]
    pub(crate) open_code: Option<CodeRule>,
    #[serde(skip)]
    pub(crate) sign_code: Option<CodeRule>,
    /// The rule forms of two top-level fields of a create; taken out of the rules when it is read.
    #[serde(skip)]
    pub(crate) result_url: Option<String>,
    #[serde(skip)]
    pub(crate) send_info: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            sign_anywhere_enabled: true,
            mouse_signature: true,
            email_to: None,
            email_from: None,
            name_from: None,
            email_message: None,
            email_final: None,
            email_notification: false,
            notification_expiration: false,
            lang: None,
            gui_request_signer_name: false,
            gui_signer_name: None,
            gui_signer_date: None,
            gui_signature_number: 1,
            gui_auto_submit: false,
            gui_one_button: false,
            gui_open_signature: false,
            gui_read_required: false,
            gui_remote_qr_code_enabled: true,
            open_code: None,
            sign_code: None,
            result_url: None,
            send_info: None,
        }
    }
}

impl Rules {
    /// Rules as a row keeps them; what no row of ours can hold reads as the defaults.
    pub(crate) fn stored(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(crate) fn to_stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Who gets the signed document.
    pub(crate) fn readers(&self) -> Vec<&str> {
        match self.email_final.as_deref() {
            None => Vec::new(),
            Some([]) => self.email_to.as_deref().into_iter().collect(),
            Some(readers) => readers.iter().map(String::as_str).collect(),
        }
    }

    /// Whether a code is to go out as a text message.
    pub(crate) fn needs_sms(&self) -> bool {
        [&self.open_code, &self.sign_code]
            .into_iter()
            .any(|rule| matches!(rule, Some(CodeRule::Phone(_))))
    }
}
