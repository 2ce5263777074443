//! What we write to people: one variant for each kind of letter, and how each reads.

use ::mail::{Address, Block, Letter as Sheet};
use domain::{Mode, Timestamp};
use jiff::tz::TimeZone;
use url::Url;

use super::words::{self, Words, fill};
use crate::store::messages::Kind;

/// A letter. Only those to the signer have a place for the signer's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Letter {
    /// To the signer: the link to sign by.
    SigningRequest(Invitation),
    /// To the signer: the link once more.
    Reminder(Invitation),
    /// To the sender: still not signed.
    ReminderToSender { expires_at: Timestamp },
    /// To the signer: too late.
    ExpiredToSigner,
    /// To the sender: too late.
    ExpiredToSender,
    /// To whom the sender named: the signed document.
    SignedDocument(Enclosure),
    /// To the address that the signer gave after signing: what was signed.
    SignerCopy(Enclosure),
    /// To whom the tenant sends a document.
    DocumentSent {
        enclosure: Enclosure,
        message: Option<String>,
    },
    /// To the signer: a one-time code.
    Code(Code),
}

/// What a signer is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// The signer's link.
    pub(crate) link: Url,
    /// The rule `emailMessage`.
    pub(crate) message: Option<String>,
    pub(crate) expires_at: Timestamp,
}

/// How the document comes with the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Enclosure {
    /// As a file: this revision.
    Attached { revision: i32 },
    /// By a link that downloads it.
    Link { url: Url, until: Timestamp },
}

/// What a one-time code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Opening,
    Signing,
}

/// A one-time code on its way to the signer.
#[expect(
    clippy::struct_field_names,
    reason = "the field's name is what people call it"
)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) purpose: Purpose,
    pub(crate) code: String,
    /// How long it is valid.
    pub(crate) minutes: u32,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Code").field(&self.purpose).finish()
    }
}

/// What letters name.
pub(super) struct Setting<'a> {
    pub(super) lang: &'a str,
    pub(super) zone: &'a str,
    pub(super) mode: Mode,
    /// Who asks for the signature.
    pub(super) sender: &'a str,
    /// Where the reader's questions go.
    pub(super) reply_to: Option<&'a Address>,
    /// Its name.
    pub(super) document: &'a str,
}

/// The kind's name in words, for those who read what was sent.
pub(crate) fn kind_name(lang: &str, kind: Kind) -> &'static str {
    let words = words::of(lang);
    match kind {
        Kind::SigningRequest => words.kind_request,
        Kind::Reminder => words.kind_reminder,
        Kind::Expired => words.kind_expired,
        Kind::SignedDocument => words.kind_signed,
        Kind::SignerCopy => words.kind_copy,
        Kind::DocumentSent => words.kind_sent,
        Kind::OpeningCode => words.kind_open_code,
        Kind::SigningCode => words.kind_sign_code,
    }
}

impl Code {
    pub(super) const fn kind(&self) -> Kind {
        match self.purpose {
            Purpose::Opening => Kind::OpeningCode,
            Purpose::Signing => Kind::SigningCode,
        }
    }

    /// As a text message.
    pub(super) fn text_message(&self, lang: &str) -> String {
        let words = words::of(lang);
        let pattern = match self.purpose {
            Purpose::Opening => words.open_code_sms,
            Purpose::Signing => words.sign_code_sms,
        };
        let minutes = self.minutes.to_string();
        fill(pattern, &[("code", &self.code), ("minutes", &minutes)])
    }
}

impl Letter {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::SigningRequest(_) => Kind::SigningRequest,
            Self::Reminder(_) | Self::ReminderToSender { .. } => Kind::Reminder,
            Self::ExpiredToSigner | Self::ExpiredToSender => Kind::Expired,
            Self::SignedDocument(_) => Kind::SignedDocument,
            Self::SignerCopy(_) => Kind::SignerCopy,
            Self::DocumentSent { .. } => Kind::DocumentSent,
            Self::Code(code) => code.kind(),
        }
    }

    /// Whether the reader is the one who asked for the signature.
    pub(super) const fn is_to_sender(&self) -> bool {
        matches!(self, Self::ReminderToSender { .. } | Self::ExpiredToSender)
    }

    /// The revision that goes with it as a file.
    pub(super) const fn attached(&self) -> Option<i32> {
        match self {
            Self::SignedDocument(Enclosure::Attached { revision })
            | Self::SignerCopy(Enclosure::Attached { revision })
            | Self::DocumentSent {
                enclosure: Enclosure::Attached { revision },
                ..
            } => Some(*revision),
            _ => None,
        }
    }

    /// The letter in words.
    pub(super) fn written(&self, setting: &Setting<'_>) -> Sheet {
        let scribe = Scribe {
            words: words::of(setting.lang),
            setting,
        };
        let mut blocks = Vec::new();
        if setting.mode == Mode::Test {
            blocks.push(Block::Small(scribe.words.test_notice.to_owned()));
        }
        blocks.extend(scribe.body(self));
        let footer = if self.is_to_sender() {
            scribe.words.footer_sender.to_owned()
        } else {
            if let Some(address) = setting.reply_to {
                let ask = fill(scribe.words.ask, &[("address", address.as_str())]);
                blocks.push(Block::Small(ask));
            }
            scribe.fill(scribe.words.footer)
        };
        Sheet {
            lang: scribe.words.lang.to_owned(),
            subject: scribe.fill(scribe.subject(self)),
            blocks,
            footer,
        }
    }
}

struct Scribe<'a> {
    words: &'static Words,
    setting: &'a Setting<'a>,
}

impl Scribe<'_> {
    fn fill(&self, pattern: &str) -> String {
        let values = [
            ("sender", self.setting.sender),
            ("document", self.setting.document),
        ];
        fill(pattern, &values)
    }

    fn text(&self, pattern: &str) -> Block {
        Block::Text(self.fill(pattern))
    }

    /// A moment in the tenant's zone, which is named: the reader may be in another.
    fn until(&self, pattern: &str, at: Timestamp) -> Block {
        let zone = TimeZone::get(self.setting.zone).unwrap_or(TimeZone::UTC);
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        let local = at.to_jiff().to_zoned_datetime(zone);
        let until = format!("{} ({name})", local.strftime(self.words.date));
        Block::Text(fill(pattern, &[("until", &until)]))
    }

    fn button(&self, label: &str, url: &Url) -> Block {
        Block::Button {
            label: label.to_owned(),
            url: url.clone(),
            or_open: self.words.or_open.to_owned(),
        }
    }

    /// The sender's own words, said to be theirs.
    fn quote(&self, message: Option<&String>) -> Vec<Block> {
        message.map_or_else(Vec::new, |message| {
            vec![self.text(self.words.writes), Block::Quote(message.clone())]
        })
    }

    const fn subject(&self, letter: &Letter) -> &'static str {
        let words = self.words;
        match letter {
            Letter::SigningRequest(_) => words.request_subject,
            Letter::Reminder(_) => words.reminder_subject,
            Letter::ReminderToSender { .. } => words.reminder_sender_subject,
            Letter::ExpiredToSigner | Letter::ExpiredToSender => words.expired_subject,
            Letter::SignedDocument(_) | Letter::SignerCopy(_) => words.signed_subject,
            Letter::DocumentSent { .. } => words.sent_subject,
            Letter::Code(code) => match code.purpose {
                Purpose::Opening => words.open_code_subject,
                Purpose::Signing => words.sign_code_subject,
            },
        }
    }

    fn body(&self, letter: &Letter) -> Vec<Block> {
        let words = self.words;
        match letter {
            Letter::SigningRequest(invitation) => self.invite(words.request_text, invitation),
            Letter::Reminder(invitation) => self.invite(words.reminder_text, invitation),
            Letter::ReminderToSender { expires_at } => vec![
                self.text(words.reminder_sender_text),
                self.until(words.link_until, *expires_at),
            ],
            Letter::ExpiredToSigner => vec![self.text(words.expired_signer_text)],
            Letter::ExpiredToSender => vec![self.text(words.expired_sender_text)],
            Letter::SignedDocument(enclosure) => {
                let mut blocks = vec![self.text(words.signed_text)];
                blocks.extend(self.enclose(enclosure));
                blocks
            }
            Letter::SignerCopy(enclosure) => {
                let mut blocks = vec![self.text(words.signed_text)];
                blocks.extend(self.enclose(enclosure));
                blocks.push(Block::Small(words.copy_note.to_owned()));
                blocks
            }
            Letter::DocumentSent { enclosure, message } => {
                let mut blocks = vec![self.text(words.sent_text)];
                blocks.extend(self.quote(message.as_ref()));
                blocks.extend(self.enclose(enclosure));
                blocks
            }
            Letter::Code(code) => self.code(code),
        }
    }

    fn invite(&self, text: &str, invitation: &Invitation) -> Vec<Block> {
        let mut blocks = vec![self.text(text)];
        blocks.extend(self.quote(invitation.message.as_ref()));
        blocks.push(self.button(self.words.open_and_sign, &invitation.link));
        blocks.push(self.until(self.words.link_until, invitation.expires_at));
        blocks.push(Block::Small(self.words.yours_alone.to_owned()));
        blocks
    }

    fn enclose(&self, enclosure: &Enclosure) -> Vec<Block> {
        match enclosure {
            Enclosure::Attached { .. } => vec![Block::Text(self.words.attached.to_owned())],
            Enclosure::Link { url, until } => vec![
                self.button(self.words.download, url),
                self.until(self.words.download_until, *until),
            ],
        }
    }

    fn code(&self, code: &Code) -> Vec<Block> {
        let text = match code.purpose {
            Purpose::Opening => self.words.open_code_text,
            Purpose::Signing => self.words.sign_code_text,
        };
        let minutes = code.minutes.to_string();
        vec![
            self.text(text),
            Block::Code(code.code.clone()),
            Block::Small(fill(self.words.code_life, &[("minutes", &minutes)])),
        ]
    }
}

#[cfg(test)]
mod tests;
