//! The one template: a quiet letter in text and HTML, readable without pictures, in light and in dark. What is put into it is
//! text and stays text.

use url::Url;

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph of ours.
    Text(String),
    /// Somebody else's words, lines kept.
    Quote(String),
    /// What is to be typed off, such as a code.
    Code(String),
    /// Where to go. `or_open` stands before the address in full, for programs that show no buttons.
    Button {
        label: String,
        url: Url,
        or_open: String,
    },
    /// What matters less.
    Small(String),
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// BCP 47 tag.
    pub lang: String,
    pub subject: String,
    pub blocks: Vec<Block>,
    /// The last line: who sent it on whose behalf.
    pub footer: String,
}

/// A letter in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    pub html: String,
}

const BODY: &str = "margin:0;padding:24px 16px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const SHEET: &str = "max-width:560px;margin:0 auto";
/// Colours of its own in both schemes, with a contrast of 6.7:1.
const BUTTON: &str = "display:inline-block;padding:12px 24px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600;text-decoration:none";
const CODE: &str =
    "font:600 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:6px;margin:16px 0";
const QUOTE: &str = "margin:16px 0;padding:0 0 0 12px;border-left:3px solid #8b93a7";
const SMALL: &str = "font-size:14px;opacity:.8;overflow-wrap:anywhere";
const FOOTER: &str =
    "margin-top:32px;padding-top:12px;border-top:1px solid #8b93a7;font-size:14px;opacity:.8";

impl Letter {
    /// Both forms.
    pub fn render(&self) -> Rendered {
        Rendered {
            text: self.text(),
            html: self.html(),
        }
    }

    fn text(&self) -> String {
        let blocks: Vec<String> = self.blocks.iter().map(text_of).collect();
        format!("{}\n\n-- \n{}\n", blocks.join("\n\n"), self.footer)
    }

    fn html(&self) -> String {
        let blocks: String = self.blocks.iter().map(html_of).collect();
        format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta name=\"supported-color-schemes\" content=\"light dark\"><title>{subject}</title>\
             <style>:root{{color-scheme:light dark}}</style></head>\
             <body style=\"{BODY}\"><div style=\"{SHEET}\">{blocks}<p style=\"{FOOTER}\">{footer}</p></div></body></html>",
            lang = escaped(&self.lang),
            subject = escaped(&self.subject),
            footer = escaped(&self.footer),
        )
    }
}

fn text_of(block: &Block) -> String {
    match block {
        Block::Text(text) | Block::Small(text) => text.clone(),
        Block::Quote(text) => {
            let lines: Vec<String> = text.lines().map(|line| format!("| {line}")).collect();
            lines.join("\n")
        }
        Block::Code(code) => format!("    {code}"),
        Block::Button { label, url, .. } => format!("{label}:\n{url}"),
    }
}

fn html_of(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("<p>{}</p>", escaped(text)),
        Block::Quote(text) => {
            let lines: Vec<String> = text.lines().map(escaped).collect();
            format!(
                "<blockquote style=\"{QUOTE}\">{}</blockquote>",
                lines.join("<br>")
            )
        }
        Block::Code(code) => format!("<p style=\"{CODE}\">{}</p>", escaped(code)),
        Block::Button {
            label,
            url,
            or_open,
        } => {
            let (label, or_open, url) = (escaped(label), escaped(or_open), escaped(url.as_str()));
            format!(
                "<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"{BUTTON}\">{label}</a></p><p style=\"{SMALL}\">{or_open} {url}</p>"
            )
        }
        Block::Small(text) => format!("<p style=\"{SMALL}\">{}</p>", escaped(text)),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "<script>alert('x')</script>\"& <img src=x onerror=y>";

    fn letter() -> Letter {
        Letter {
            lang: HOSTILE.to_owned(),
            subject: HOSTILE.to_owned(),
            blocks: vec![
                Block::Text(HOSTILE.to_owned()),
                Block::Quote(format!("one\n{HOSTILE}")),
                Block::Code(HOSTILE.to_owned()),
                Block::Button {
                    label: HOSTILE.to_owned(),
                    url: Url::parse("https://a.sk/x?a=1&b=\"<i>").unwrap(),
                    or_open: HOSTILE.to_owned(),
                },
                Block::Small(HOSTILE.to_owned()),
            ],
            footer: HOSTILE.to_owned(),
        }
    }

    #[test]
    fn nothing_that_is_put_in_becomes_markup() {
        let html = letter().render().html;
        for markup in ["<script", "<img", "<i>", "alert('"] {
            assert!(!html.contains(markup), "{markup}");
        }
        assert_eq!(
            html.matches("&lt;script&gt;").count(),
            9,
            "each place shows it as text"
        );
    }

    #[test]
    fn a_letter_loads_nothing_from_anywhere() {
        let html = letter().render().html;
        for loaded in ["src=", "url(", "<link", "@import"] {
            assert!(
                !html.replace("src=x onerror", "").contains(loaded),
                "{loaded}"
            );
        }
        assert_eq!(html.matches("href=").count(), 1);
    }

    #[test]
    fn the_text_has_all_that_the_html_has() {
        let text = letter().render().text;
        assert!(
            text.contains("| one\n| <script>"),
            "quoted line by line: {text}"
        );
        assert!(text.contains("https://a.sk/x?a=1&b=%22%3Ci%3E"));
    }
}
