//! A message as it leaves: text and HTML of one content, and files with it.

use std::time::{Duration, UNIX_EPOCH};

use domain::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use thiserror::Error;

use crate::{Address, InvalidAddress};

/// A file with a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub filename: String,
    /// Such as `application/pdf`.
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// One message to one address.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same on every try: whoever gets it twice can see that (`Message-ID`).
    pub id: String,
    pub to: Address,
    /// Where an answer goes.
    pub reply_to: Option<Address>,
    /// Shown as the sender, before our own address.
    pub sender_name: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    pub at: Timestamp,
}

/// The message cannot be written as RFC 5322 wants it.
#[derive(Debug, Error)]
pub enum Unsendable {
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    #[error("a part of the message has no known type")]
    Type(#[from] lettre::message::header::ContentTypeErr),
    #[error("a header cannot be written")]
    Header(#[from] lettre::message::header::InvalidHeaderName),
    #[error("the message cannot be written")]
    Message(#[from] lettre::error::Error),
}

impl Message {
    /// Envelope and bytes, ASCII only.
    pub(crate) fn written(&self, from: &Address) -> Result<(Envelope, Vec<u8>), Unsendable> {
        let name = self.sender_name.as_deref().map(one_line);
        let millis = u64::try_from(self.at.millis()).unwrap_or_default();
        let mut message = lettre::Message::builder()
            .from(Mailbox::new(name, from.to_lettre()?))
            .to(Mailbox::new(None, self.to.to_lettre()?))
            .subject(one_line(&self.subject))
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(format!("<{}@{}>", self.id, from.host())))
            .raw_header(auto_submitted()?);
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(Mailbox::new(None, reply_to.to_lettre()?));
        }
        let both = MultiPart::alternative()
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let body = if self.attachments.is_empty() {
            both
        } else {
            let mut mixed = MultiPart::mixed().multipart(both);
            for file in &self.attachments {
                let media_type = ContentType::parse(file.media_type)?;
                let part = Part::new(one_line(&file.filename));
                mixed = mixed.singlepart(part.body(file.bytes.clone(), media_type));
            }
            mixed
        };
        let message = message.multipart(body)?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}

/// RFC 3834: no out-of-office answers, please.
fn auto_submitted() -> Result<HeaderValue, lettre::message::header::InvalidHeaderName> {
    let name = HeaderName::new_from_ascii("Auto-Submitted".to_owned())?;
    Ok(HeaderValue::new(name, "auto-generated".to_owned()))
}

/// What stands in a header is one line: a line feed in it would begin another header. Characters that turn the reading
/// direction around go as well, since with them a name can be made to look like another.
fn one_line(text: &str) -> String {
    let is_bidi = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let words: Vec<String> = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .map(|word| word.chars().filter(|c| !is_bidi(*c)).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "evt_1".to_owned(),
            to: Address::parse("jana@example.sk").unwrap(),
            reply_to: Some(Address::parse("jozef@firma.sk").unwrap()),
            sender_name: Some("Jozef Novák".to_owned()),
            subject: "Podpíšte zmluvu".to_owned(),
            text: "Dobrý deň".to_owned(),
            html: "<p>Dobrý deň</p>".to_owned(),
            attachments: Vec::new(),
            at: Timestamp::from_millis(1_764_000_000_000),
        }
    }

    fn written(message: &Message) -> (Envelope, String) {
        let from = Address::parse("mail@okd.example").unwrap();
        let (envelope, bytes) = message.written(&from).unwrap();
        (envelope, String::from_utf8(bytes).unwrap())
    }

    /// The lines before the first empty one.
    fn headers(text: &str) -> Vec<&str> {
        text.split("\r\n")
            .take_while(|line| !line.is_empty())
            .collect()
    }

    #[test]
    fn a_message_is_ascii_with_its_headers() {
        let (envelope, text) = written(&message());
        assert!(text.is_ascii());
        let headers = headers(&text);
        for wanted in [
            "To: jana@example.sk",
            "Reply-To: jozef@firma.sk",
            "Date: Mon, 24 Nov 2025 16:00:00 +0000",
            "Message-ID: <evt_1@okd.example>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(headers.contains(&wanted), "{wanted}: {headers:?}");
        }
        assert_eq!(envelope.to()[0].to_string(), "jana@example.sk");
        assert_eq!(envelope.from().unwrap().to_string(), "mail@okd.example");
    }

    #[test]
    fn no_text_of_a_stranger_becomes_a_header() {
        let mut message = message();
        let hostile = "x\r\nBcc: victim@example.com\r\n\r\n<b>body</b>\u{2028}\u{202e}evil";
        message.subject = hostile.to_owned();
        message.sender_name = Some(hostile.to_owned());
        message.attachments.push(Attachment {
            filename: hostile.to_owned(),
            media_type: "application/pdf",
            bytes: b"%PDF".to_vec(),
        });
        let (envelope, text) = written(&message);
        assert_eq!(envelope.to().len(), 1);
        let lines = text.split("\r\n");
        assert!(
            lines.into_iter().all(|line| !line.starts_with("Bcc")),
            "{text}"
        );
        assert_eq!(
            one_line(hostile),
            "x Bcc: victim@example.com <b>body</b> evil"
        );
    }

    #[test]
    fn a_name_of_quotes_and_commas_stays_one_name() {
        let mut message = message();
        message.sender_name = Some("Novák, \"Jozef\" <ceo@bank.sk>".to_owned());
        let (_, text) = written(&message);
        let from = headers(&text)
            .into_iter()
            .filter(|line| line.starts_with("From: "))
            .count();
        assert_eq!(from, 1);
        let parsed = text
            .split("From: ")
            .nth(1)
            .unwrap()
            .split("\r\nTo:")
            .next()
            .unwrap();
        assert!(parsed.ends_with("<mail@okd.example>"), "{parsed}");
        assert_eq!(
            parsed.matches('@').count(),
            1,
            "the rest is encoded: {parsed}"
        );
    }
}
