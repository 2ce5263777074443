//! The portal's built files, and its one page for every address inside it.

use std::path::{Component, Path, PathBuf};

use actix_web::HttpResponse;
use actix_web::http::{Method, header};
use http_kit::{Problem, kind};

use crate::config::Config;

/// Mantine sets inline styles; scripts come from our own origin only, and nothing frames the portal.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Vite puts a hash of the content into these names.
const HASHED_FOLDER: &str = "/assets/";

pub(super) async fn serve(
    config: &Config,
    method: &Method,
    path: &str,
) -> Result<HttpResponse, Problem> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Problem::new(&kind::METHOD_NOT_ALLOWED).header("allow", "GET, HEAD"));
    }
    let inside = relative(path).ok_or_else(|| Problem::new(&kind::NOT_FOUND))?;
    if let Some(answer) = file(
        &config.portal_files.join(&inside),
        path.starts_with(HASHED_FOLDER),
    )
    .await
    {
        return Ok(answer);
    }
    let looks_like_file = inside.extension().is_some();
    if looks_like_file {
        return Err(Problem::new(&kind::NOT_FOUND).value(path));
    }
    file(&config.portal_files.join("index.html"), false)
        .await
        .ok_or_else(|| {
            Problem::new(&kind::NOT_FOUND)
                .detail("The portal's files are not built; run `make run`, which builds them.")
        })
}

/// A path of normal segments only: nothing climbs out of the folder.
fn relative(path: &str) -> Option<PathBuf> {
    let inside = PathBuf::from(path.trim_start_matches('/'));
    inside
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then_some(inside)
}

async fn file(path: &Path, hashed: bool) -> Option<HttpResponse> {
    let content = tokio::fs::read(path).await.ok()?;
    let cache = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Some(
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, content_type(path)))
            .insert_header((header::CACHE_CONTROL, cache))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .body(content),
    )
}

/// The media types of what the builds put out.
pub(crate) fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_climbs_out_of_the_folder() {
        assert_eq!(relative("/../secret"), None);
        assert_eq!(relative("/a/../../secret"), None);
        assert_eq!(relative("/assets/a.js"), Some(PathBuf::from("assets/a.js")));
        assert_eq!(relative("/"), Some(PathBuf::new()));
    }
}
