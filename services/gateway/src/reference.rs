//! The reference that developers read: the public contract as JSON, its page, and a page for every error code.

use std::path::Path;

use actix_web::HttpResponse;
use actix_web::http::header;
use http_kit::{Problem, kind};

use crate::openapi;
use crate::portal::content_type;
use crate::state::State;

/// Everything comes from this origin; the reference page styles itself inline.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The reference's script is large and changes with a release only.
const SCRIPT_CACHE: &str = "public, max-age=3600";

/// `GET /openapi.json`: the public operations of every service.
pub(crate) fn openapi(state: &State) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .content_type("application/json")
        .body(openapi::public_with_server(&state.config.api_url))
}

/// `GET /docs` and its files.
pub(crate) fn page(state: &State, path: &str) -> Result<HttpResponse, Problem> {
    let name = path
        .trim_end_matches('/')
        .strip_prefix("/docs")
        .unwrap_or_default()
        .trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && !name.starts_with('.');
    let content = plain
        .then(|| std::fs::read(state.config.reference_files.join(name)).ok())
        .flatten();
    let content = content.ok_or_else(|| {
        Problem::new(&kind::NOT_FOUND)
            .value(path)
            .detail("Start at /docs.")
    })?;
    let kind_of_file = content_type(Path::new(name));
    let mut answer = document(kind_of_file);
    if !kind_of_file.starts_with("text/html") {
        answer.insert_header((header::CACHE_CONTROL, SCRIPT_CACHE));
    }
    Ok(answer.body(content))
}

/// `GET /docs/errors/<code>`: what the code means and how to mend it.
pub(crate) fn error_page(state: &State, path: &str) -> Result<HttpResponse, Problem> {
    let code = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let known = kind::ALL.iter().find(|kind| kind.code == code);
    let unknown = || {
        Problem::new(&kind::NOT_FOUND)
            .value(code)
            .detail("There is no error of that code.")
    };
    let known = known.ok_or_else(unknown)?;
    let text = std::fs::read_to_string(state.config.error_pages.join(format!("{}.md", known.code)))
        .map_err(|_| unknown())?;
    Ok(document("text/html; charset=utf-8").body(error_html(known.code, &text)))
}

fn document(content_type: &'static str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

/// The error pages are plain text with headings; no more of Markdown is needed to read them.
fn error_html(code: &str, text: &str) -> String {
    let blocks: String = text
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
        .map(|block| match block.split_once(' ') {
            Some(("#", title)) => format!("<h1>{}</h1>", escaped(title)),
            Some(("##", title)) => format!("<h2>{}</h2>", escaped(title)),
            _ => format!("<p>{}</p>", escaped(block)),
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{code} · OKdokument</title><style>:root{{color-scheme:light dark}}body{{font:16px/1.6 system-ui,sans-serif;\
         max-width:42rem;margin:3rem auto;padding:0 1rem}}h1{{font-size:1.5rem}}a{{color:#2347d9}}</style>\
         <main>{blocks}<p><a href=\"/docs\">The whole reference</a></p></main></html>"
    )
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_shows_its_text_and_never_its_markup() {
        let page = error_html("err.x", "# Title\n\nUse <b> & wait.");
        assert!(
            page.contains("<h1>Title</h1><p>Use &lt;b&gt; &amp; wait.</p>"),
            "{page}"
        );
    }
}
