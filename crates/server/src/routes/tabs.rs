//! `tabs/*` and `what-if`: all charts of a tab in one answer.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;

use super::openapi::{Compare, FilterParams};
use crate::answer::Question;
use crate::api::{Basis, ClientsTab, MicroservicesTab, RetriesTab, WhatIfResult};
use crate::app::App;
use crate::condition;
use crate::held::Held;
use crate::problem::{Body, Problem};
use crate::query::TabQuery;
use crate::refusal::Refusal;
use crate::tabs;

/// A tab's answer says what it rests on.
trait Tab: Serialize + Send + 'static {
    fn basis_mut(&mut self) -> &mut Basis;
}

impl Tab for ClientsTab {
    fn basis_mut(&mut self) -> &mut Basis {
        &mut self.basis
    }
}

impl Tab for MicroservicesTab {
    fn basis_mut(&mut self) -> &mut Basis {
        &mut self.basis
    }
}

impl Tab for RetriesTab {
    fn basis_mut(&mut self) -> &mut Basis {
        &mut self.basis
    }
}

/// Who is accepted: by client and day, and where the others fell.
#[utoipa::path(
    get,
    path = "/api/v1/tabs/clients",
    tag = "dashboard",
    params(
        ("compare" = inline(Option<Compare>), Query, description = "`previous`: the same of the period before, too"),
        FilterParams,
    ),
    responses(
        (status = 200, description = "The answer", body = ClientsTab),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn clients(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    tab(
        &app,
        &headers,
        "tabs/clients",
        query.as_deref(),
        tabs::clients,
    )
    .await
}

/// Where the time goes.
#[utoipa::path(
    get,
    path = "/api/v1/tabs/microservices",
    tag = "dashboard",
    params(FilterParams),
    responses(
        (status = 200, description = "The answer", body = MicroservicesTab),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn microservices(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let route = "tabs/microservices";
    tab(&app, &headers, route, query.as_deref(), tabs::microservices).await
}

/// Why people try again, and what it costs.
#[utoipa::path(
    get,
    path = "/api/v1/tabs/retries",
    tag = "dashboard",
    params(FilterParams),
    responses(
        (status = 200, description = "The answer", body = RetriesTab),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn retries(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    tab(
        &app,
        &headers,
        "tabs/retries",
        query.as_deref(),
        tabs::retries,
    )
    .await
}

/// What would change if microservices were faster.
#[utoipa::path(
    get,
    path = "/api/v1/what-if",
    tag = "dashboard",
    params(
        ("faster" = Option<Vec<String>>, Query, description = "A microservice and by how many percent it is faster: `topiq:20`"),
        FilterParams,
    ),
    responses(
        (status = 200, description = "The answer", body = WhatIfResult),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn what_if(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let question = Question::read(&app, &headers, "what-if", query.as_deref())?;
    question
        .by_work(|held, query| {
            condition::check(held, query.filters())?;
            check_faster(held, query)?;
            tabs::what_if(held, query)
        })
        .await
}

fn check_faster(held: &Held, query: &TabQuery) -> Result<(), Refusal> {
    let is_known = |name: &str| held.card.microservices.iter().any(|one| one.name == name);
    if query.faster().iter().all(|(name, _)| is_known(name)) {
        return Ok(());
    }
    Err(Refusal::Parameter {
        name: "faster",
        expected: "names a microservice that `meta` does not list",
    })
}

/// Answers with a tab, and with how long its making took.
async fn tab<T: Tab>(
    app: &Arc<App>,
    headers: &HeaderMap,
    route: &str,
    query: Option<&str>,
    make: fn(&Held, &TabQuery) -> Result<T, Refusal>,
) -> Result<Response, Problem> {
    let question = Question::read(app, headers, route, query)?;
    let app = Arc::clone(app);
    question
        .by_work(move |held, query| {
            let began_us = app.clock.now_us();
            condition::check(held, query.filters())?;
            let mut tab = make(held, query)?;
            tab.basis_mut().elapsed_ms = app.since_ms(began_us);
            Ok(tab)
        })
        .await
}
