//! The mail that `tenant` sends: one quiet template, in text and HTML.

use domain::{Email, MessageId, Timestamp};
use store_kit::{StoreError, Tx};
use url::Url;

use crate::store::messages::{self, Message};

/// How long the link of a confirmation mail works, as the mail says it.
const CONFIRMATION_LIFE: &str = "24 hours";

/// What one mail says.
struct Letter {
    subject: &'static str,
    paragraphs: Vec<String>,
    button: (&'static str, Url),
    closing: &'static str,
}

/// Asks the address to confirm a sign-up.
pub(crate) async fn send_confirmation(
    tx: &Tx,
    to: &Email,
    tenant_name: &str,
    link: Url,
    now: Timestamp,
) -> Result<(), StoreError> {
    let letter = Letter {
        subject: "Confirm your e-mail address",
        paragraphs: vec![
            format!("Somebody, most likely you, signed up to OKdokument for {tenant_name}."),
            format!("Confirm that this address is yours within {CONFIRMATION_LIFE}:"),
        ],
        button: ("Confirm the address", link),
        closing: "If it was not you, do nothing: without a confirmation there is no account.",
    };
    post(tx, to, &letter, now).await
}

/// Tells the owner of an account that somebody tried to sign up with its address.
pub(crate) async fn send_address_taken(
    tx: &Tx,
    to: &Email,
    link: Url,
    now: Timestamp,
) -> Result<(), StoreError> {
    let letter = Letter {
        subject: "You have an account already",
        paragraphs: vec![
            "Somebody, most likely you, tried to sign up to OKdokument with this address."
                .to_owned(),
            "There is an account with it already. Sign in with your password:".to_owned(),
        ],
        button: ("Sign in", link),
        closing: "If it was not you, do nothing: nothing has changed.",
    };
    post(tx, to, &letter, now).await
}

async fn post(tx: &Tx, to: &Email, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    let message = Message {
        id: MessageId::generate(),
        to_folded: to.folded(),
        to_address: to.clone(),
        subject: letter.subject.to_owned(),
        text: text(letter),
        html: html(letter),
        created_at: now,
    };
    messages::insert(&**tx, message).await
}

fn text(letter: &Letter) -> String {
    let (label, link) = &letter.button;
    format!(
        "{}\n\n{label}: {link}\n\n{}\n\nOKdokument\n",
        letter.paragraphs.join("\n\n"),
        letter.closing
    )
}

/// Readable without pictures and styles, in the reader's own colours, light or dark.
fn html(letter: &Letter) -> String {
    let paragraphs: Vec<String> = letter.paragraphs.iter().map(|text| escaped(text)).collect();
    let paragraphs = paragraphs.join("</p><p>");
    let (label, link) = &letter.button;
    let link = escaped(link.as_str());
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title></head>\
         <body style=\"font-family:system-ui,sans-serif;line-height:1.5;max-width:36rem;margin:2rem auto;padding:0 1rem\">\
         <p>{paragraphs}</p><p><a href=\"{link}\" style=\"display:inline-block;padding:.6rem 1.2rem;border:2px solid;border-radius:.4rem\">{label}</a></p>\
         <p><small>Or open this address: {link}</small></p><p><small>{closing}</small></p><p>OKdokument</p></body></html>",
        subject = escaped(letter.subject),
        label = escaped(label),
        closing = escaped(letter.closing),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_name_cannot_become_markup() {
        let letter = Letter {
            subject: "s",
            paragraphs: vec!["for <b>A&B</b>.".to_owned()],
            button: ("Go", Url::parse("http://localhost:8081/x#token=1").unwrap()),
            closing: "c",
        };
        let html = html(&letter);
        assert!(html.contains("for &lt;b&gt;A&amp;B&lt;/b&gt;."));
        assert!(!html.contains("<b>"));
        assert!(text(&letter).contains("Go: http://localhost:8081/x#token=1"));
    }
}
