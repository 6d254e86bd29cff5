//! `/problems/{slug}`: what a type of problem means, for whoever follows its address.

use axum::extract::Path;
use axum::response::Html;

use crate::layers::not_found;
use crate::problem::{Kind, Problem};

/// The page of a type of problem.
pub(crate) async fn page(Path(slug): Path<String>) -> Result<Html<String>, Problem> {
    let kind = Kind::all().find(|kind| kind.contract().1 == slug);
    Ok(Html(write(kind.ok_or_else(not_found)?)))
}

fn write(kind: Kind) -> String {
    let (status, slug, title) = kind.contract();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · veriscope</title>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{meaning}</p>\n\
         <p><small>Problem <code>{slug}</code>, HTTP status {status}.</small></p>\n\
         <p><a href=\"/\">To the dashboard</a></p>\n</main>\n</body>\n</html>\n",
        meaning = kind.meaning(),
    )
}
