//! The front end: the built bundle, inside the program.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::answer::has_tag;
use crate::layers::not_found;
use crate::problem::Problem;

#[derive(Embed)]
#[folder = "../../web/dist/"]
struct Bundle;

const PAGE: &str = "index.html";
/// Names in here hold a hash of the content.
const HASHED: &str = "assets/";
/// Beginnings of addresses that are never the page's own.
const OURS: [&str; 4] = ["api/", "health/", "problems/", "metrics/"];

/// Answers with a file of the bundle; with the page where the address is one that the page
/// reads itself, such as `/retries`.
pub(crate) async fn file(request: Request) -> Result<Response, Problem> {
    let path = request.uri().path().trim_start_matches('/');
    if OURS.iter().any(|ours| path.starts_with(ours)) {
        return Err(not_found());
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let path = if last.contains('.') { path } else { PAGE };
    let file = Bundle::get(path).ok_or_else(not_found)?;
    let known = request.headers().get(header::IF_NONE_MATCH);
    Ok(answer(path, file, known))
}

fn answer(path: &str, file: EmbeddedFile, known: Option<&HeaderValue>) -> Response {
    let cache = HeaderValue::from_static(if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    });
    let hash = file.metadata.sha256_hash();
    let hash: String = hash
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("W/\"{hash}\"");
    let is_known = known.is_some_and(|known| has_tag(known, &tag));
    let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("W/\"\""));
    let kind = HeaderValue::from_static(kind(path));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, tag),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data.into_owned()).into_response()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
