//! `openapi.json`: the description of the API, made of the code that answers it.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{AllOf, Object, ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, RefOr, Required, Schema};
use utoipa::{IntoParams, Modify, ToSchema};

use crate::problem::Problem;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "veriscope",
        description = "The numbers of the dashboard. Every parameter of a query that has no \
            name of its own is a filter: `column=value`, the column being one that `meta` lists. \
            A column that comes several times may be any of the values; an empty value is null; \
            `a..b` is a range with both ends in it, either of which may be left out. A field of \
            an answer is always there; null means that there is no such number or thing.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(),
    ),
    paths(
        super::meta::meta,
        super::dimensions::values,
        super::tabs::clients,
        super::tabs::microservices,
        super::tabs::retries,
        super::data::data,
        super::tabs::what_if,
        super::why::why,
        super::transactions::list,
        super::transactions::one,
        super::events::events,
        document,
        super::health::live,
        super::health::ready,
        super::health::metrics,
    ),
    tags(
        (name = "dashboard", description = "What the pages are made of"),
        (name = "operation", description = "Whether the server is well"),
    ),
    modifiers(&EveryField)
)]
struct Document;

/// Every field of an answer is always there.
struct EveryField;

impl Modify for EveryField {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else {
            return;
        };
        for schema in components.schemas.values_mut() {
            match schema {
                RefOr::T(Schema::Object(object)) => require_all(object),
                RefOr::T(Schema::AllOf(all)) => require_parts(all),
                _ => {}
            }
        }
    }
}

fn require_parts(all: &mut AllOf) {
    for item in &mut all.items {
        if let RefOr::T(Schema::Object(object)) = item {
            require_all(object);
        }
    }
}

fn require_all(object: &mut Object) {
    object.required = object.properties.keys().cloned().collect();
}

/// Returns the description of the API.
#[must_use]
pub fn openapi() -> String {
    let document = <Document as utoipa::OpenApi>::openapi();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "operation",
    responses(
        (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
        (status = "default", description = "A problem", body = crate::problem::Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn document() -> Result<Response, Problem> {
    let kind = HeaderValue::from_static("application/json");
    let cache = HeaderValue::from_static("no-cache");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)];
    Ok((headers, openapi()).into_response())
}

/// Filters: one parameter for each column and value.
pub(crate) struct FilterParams;

impl IntoParams for FilterParams {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let value = ObjectBuilder::new().schema_type(Type::String);
        let filters = ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(value));
        let parameter = ParameterBuilder::new()
            .name("filters")
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(
                "Filters, `column=value`, by columns that `meta` lists; a column may come several \
                 times",
            ))
            .style(Some(ParameterStyle::Form))
            .explode(Some(true))
            .schema(Some(filters));
        vec![parameter.build()]
    }
}

/// What an answer may be compared with.
#[expect(dead_code, reason = "it only describes a parameter")]
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Compare {
    /// The period before.
    Previous,
}

/// What transactions are listed by.
#[expect(dead_code, reason = "it only describes a parameter")]
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// When they came in.
    Date,
    /// How long they took.
    TotalTime,
}

/// Which transactions come first.
#[expect(dead_code, reason = "it only describes a parameter")]
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The oldest, or the fastest.
    Asc,
    /// The newest, or the slowest.
    Desc,
}
