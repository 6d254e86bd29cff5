//! `dimensions/{column}/values`: the values of a column that a search finds.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use veriscope_cache::{Filters, Selection};

use super::openapi::FilterParams;
use crate::answer::Question;
use crate::api::{Cell, DimensionValues, ValueCount};
use crate::app::App;
use crate::condition;
use crate::held::{Held, counted};
use crate::problem::{Body, Problem};
use crate::query::TabQuery;
use crate::refusal::Refusal;

const USUAL_LIMIT: usize = 50;

/// Values of a column, the most frequent first, of the transactions that the other filters
/// keep.
#[utoipa::path(
    get,
    path = "/api/v1/dimensions/{column}/values",
    tag = "dashboard",
    params(
        ("column" = String, Path, description = "A column that `meta` lists"),
        ("search" = Option<String>, Query, description = "Text that a value must hold, whatever its case", max_length = 200),
        ("limit" = Option<u64>, Query, description = "How many at most; 50 where left out", minimum = 1, maximum = 500),
        FilterParams,
    ),
    responses(
        (status = 200, description = "The answer", body = DimensionValues),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn values(
    State(app): State<Arc<App>>,
    Path(column): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let route = format!("dimensions/{column}/values");
    let question = Question::read(&app, &headers, &route, query.as_deref())?;
    question
        .by_work(move |held, query| list(held, &column, query))
        .await
}

fn list(held: &Held, name: &str, query: &TabQuery) -> Result<DimensionValues, Refusal> {
    condition::check(held, query.filters())?;
    if !held.dimensions.iter().any(|one| one.column == name) {
        return Err(Refusal::NotFound { what: "column" });
    }
    // Of a measurement there are ranges and no list.
    let Some(column) = held.cache.column(name) else {
        return Ok(DimensionValues {
            column: name.to_owned(),
            distinct: 0,
            values: Vec::new(),
        });
    };
    let filters = Filters::of(&held.cache, query.filters_but(name))?;
    let rows = Selection::of(&held.cache, filters).sample(usize::MAX);
    let mut values = counted(column, &rows);
    if let Some(searched) = &query.search {
        values.retain(|one| is_found(held, name, one, searched));
    }
    let distinct = u64::try_from(values.len()).unwrap_or(u64::MAX);
    values.truncate(query.limit.unwrap_or(USUAL_LIMIT));
    Ok(DimensionValues {
        column: name.to_owned(),
        distinct,
        values,
    })
}

/// Whether a value, or what it means, holds a text.
fn is_found(held: &Held, column: &str, one: &ValueCount, searched: &str) -> bool {
    let text = match &one.value {
        Cell::Null => String::new(),
        Cell::Bool(value) => value.to_string(),
        Cell::Int(value) => {
            let role = held.card.roles.code.as_deref();
            let is_code = role == Some(column) || column == "previous_code";
            match held.card.code(*value).filter(|_| is_code) {
                Some(code) => format!("{} {} {value}", code.code, code.description),
                None => value.to_string(),
            }
        }
        Cell::Float(value) => value.to_string(),
        Cell::Text(value) => value.clone(),
    };
    text.to_lowercase().contains(searched)
}
