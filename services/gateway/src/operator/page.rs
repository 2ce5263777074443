//! The operator's pages, as plain HTML.

use actix_web::HttpResponse;
use actix_web::http::header;
use client_signing::SelfCheck;
use domain::Timestamp;

use super::{Message, Messages};
use crate::reference::escaped;

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    nav a{margin-right:1rem}article{border:1px solid #8885;border-radius:8px;padding:1rem;margin:1rem 0}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}h2{font-size:1.1rem;margin:0}small{opacity:.7}a{color:#4a6bff}\
    table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid #8885}\
    td{overflow-wrap:anywhere}time,button{white-space:nowrap}td small,li small{display:block}main>ul{list-style:none;padding:0}main>ul>li{margin:.5rem 0}.bad{color:#c62828}button{font:inherit;padding:.25rem .75rem}\
    @media(max-width:40rem){thead{display:none}td{display:block;border:0;padding:.1rem 0}tr{display:block;border-bottom:1px solid #8885;padding:.75rem 0}\
    td[data-of]::before{content:attr(data-of) \": \";opacity:.7}}\
    @media(prefers-color-scheme:dark){.bad{color:#ff8a80}}";

pub(super) fn html(body: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"))
        .body(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>Operator · OKdokument</title><style>{STYLE}</style><nav><a href=\"/\">Health</a><a href=\"/jobs\">Seals</a><a href=\"/outbox\">Outbox</a><a href=\"/billing\">Billing</a></nav>{body}</html>"
        ))
}

pub(super) fn home(services: &[(&'static str, bool)], checks: &[SelfCheck]) -> String {
    let service = |(name, up): &(&str, bool)| {
        let told = if *up { "answers" } else { "does not answer" };
        line(name, *up, &escaped(told))
    };
    let services: String = services.iter().map(service).collect();
    let check = |check: &SelfCheck| {
        let (detail, at) = (escaped(&check.detail), moment(check.at));
        let told = format!("{detail}<small>tried {at}</small>");
        line(&check.name, check.passed, &told)
    };
    let checks: String = checks.iter().map(check).collect();
    let tried = if checks.is_empty() {
        "<p>Signing has not told yet what it tried.</p>".to_owned()
    } else {
        format!("<ul>{checks}</ul>")
    };
    format!("<main><h1>Health</h1><ul>{services}</ul><h2>What sealing needs</h2>{tried}</main>")
}

/// `told` is HTML. The mark says by its shape what the colour says.
fn line(name: &str, is_good: bool, told: &str) -> String {
    let (class, mark, means) = if is_good {
        ("good", "✓", "works")
    } else {
        ("bad", "✗", "fails")
    };
    format!(
        "<li class=\"{class}\"><span role=\"img\" aria-label=\"{means}\">{mark}</span> <strong>{}</strong>: {told}</li>",
        escaped(name)
    )
}

/// To the second, in one piece.
pub(super) fn moment(at: Timestamp) -> String {
    let at = at.to_jiff();
    let text = at.strftime("%Y-%m-%d %H:%M:%S UTC");
    format!("<time datetime=\"{at}\">{text}</time>")
}

pub(super) fn outbox(messages: &Messages) -> String {
    let articles: String = messages.items.iter().map(article).collect();
    let away = |name: &String| {
        let told = "does not answer: what it wrote is missing here.";
        line(name, false, told)
    };
    let away: String = messages.away.iter().map(away).collect();
    let content = match (away.is_empty(), articles.is_empty()) {
        (true, true) => "<p>No message has left yet.</p>".to_owned(),
        (true, false) => articles,
        (false, _) => format!("<ul>{away}</ul>{articles}"),
    };
    format!("<main><h1>Outbox</h1>{content}</main>")
}

fn article(message: &Message) -> String {
    format!(
        "<article><h2>{}</h2><small>{} to {} · {} · {}</small>{}<pre>{}</pre></article>",
        escaped(&message.subject),
        escaped(&message.channel),
        escaped(&message.to),
        moment(Timestamp::from_millis(message.created_at)),
        escaped(&message.state),
        failure(message),
        linked(&message.text),
    )
}

/// Why it has not left, with how often that was tried.
fn failure(message: &Message) -> String {
    message.last_error.as_ref().map_or_else(String::new, |why| {
        let (tries, why) = (message.tries, escaped(why));
        format!("<p class=\"bad\">After {tries} tries: {why}</p>")
    })
}

/// Addresses become links: the text is ours, but a name inside it is not.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let address = word.trim_end();
            if address.starts_with("http://") || address.starts_with("https://") {
                format!(
                    "<a href=\"{0}\">{0}</a>{1}",
                    escaped(address),
                    &word[address.len()..]
                )
            } else {
                escaped(word)
            }
        })
        .collect()
}
