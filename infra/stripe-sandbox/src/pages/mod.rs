//! The sandbox's pages as HTML: no script, one stylesheet, every text from outside escaped.

pub(crate) mod overview;
pub(crate) mod pay;
mod reversals;

use std::fmt;

/// The one stylesheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// A text from outside, escaped for HTML bodies and quoted attributes.
struct Text<T>(T);

impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

/// A whole page around `body`, which is HTML already.
fn layout(title: &str, body: &str) -> String {
    let title = Text(title);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Stripe sandbox</title>
<link rel="stylesheet" href="/sandbox/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<p class="strip"><b>Sandbox</b> No real money moves here, and no real card works.</p>
{body}
</body>
</html>
"#
    )
}

/// A page that says one thing.
fn notice(title: &str, words: &str, link: Option<(&str, &str)>) -> String {
    let link = link.map_or_else(String::new, |(address, label)| {
        format!(
            r#"<a class="button" href="{}">{}</a>"#,
            Text(address),
            Text(label)
        )
    });
    let body = format!(
        r#"<main class="notice"><div class="panel"><h1>{}</h1><p class="quiet">{}</p>{link}</div></main>"#,
        Text(title),
        Text(words),
    );
    layout(title, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_outside_stays_text() {
        assert_eq!(
            Text(r#"<b a="1">'&"#).to_string(),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;"
        );
    }
}
