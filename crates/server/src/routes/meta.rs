//! `meta`: what there is to ask for and to filter by.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use veriscope_card::{Card, Feature, Kind, Microservice, TransformRule, ValueType};

use crate::answer::Question;
use crate::api::{
    CardName, Code, ColumnFilter, DimensionKind, Meta, Metric, MicroserviceName, PictureColumns,
    Roles,
};
use crate::app::App;
use crate::held::Held;
use crate::problem::{Body, Problem};
use crate::tabs::unit_name;

/// What there is to ask for and to filter by: columns, metrics, codes, microservices.
#[utoipa::path(
    get,
    path = "/api/v1/meta",
    tag = "dashboard",
    responses(
        (status = 200, description = "The answer", body = Meta),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn meta(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(_): RawQuery,
) -> Result<Response, Problem> {
    let question = Question::read(&app, &headers, "meta", None)?;
    let held = Arc::clone(&question.held);
    question.by(async move { Ok(describe(&held)) }).await
}

fn describe(held: &Held) -> Meta {
    let card = &*held.card;
    Meta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        card: CardName {
            name: card.name.clone(),
            title: card.title.clone(),
        },
        snapshot: held.info.clone(),
        dimensions: held.dimensions.clone(),
        metrics: metrics(held),
        codes: codes(card),
        microservices: microservices(held),
        images: card.images.clone(),
        roles: roles(card),
        columns: pictures(card),
        exclusions: held.exclusions.clone(),
    }
}

fn metrics(held: &Held) -> Vec<Metric> {
    let metrics = held.registry.metrics().iter();
    metrics
        .map(|metric| Metric {
            id: metric.id.clone(),
            title: (&metric.title).into(),
            definition: (&metric.definition).into(),
            unit: unit_name(metric.unit).to_owned(),
            expression: metric.measure.to_string(),
            view: metric.view.name().to_owned(),
        })
        .collect()
}

fn codes(card: &Card) -> Vec<Code> {
    let codes = card.codes.iter();
    codes
        .map(|code| Code {
            code: code.number,
            text: code.code.clone(),
            description: code.description.clone(),
            module: code.module.clone(),
            outcome: code.class.into(),
            reason: code.reason.map(Into::into),
        })
        .collect()
}

fn microservices(held: &Held) -> Vec<MicroserviceName> {
    let microservices = held.card.microservices.iter();
    microservices
        .map(|one| MicroserviceName {
            name: one.name.clone(),
            title: one.title.clone(),
            images: one
                .times
                .iter()
                .filter_map(|times| times.image.clone())
                .collect(),
            ran: ran(held, one),
        })
        .collect()
}

/// A column that has a value where a microservice ran: its response code, or another value that
/// its answer has, on the first picture.
fn ran(held: &Held, microservice: &Microservice) -> Option<ColumnFilter> {
    let is_its_own = |feature: &&Feature| {
        let of = held.card.microservice_of(feature);
        of.is_some_and(|of| of.name == microservice.name)
    };
    let of = |feature: &Feature| {
        let mut dimensions = held.dimensions.iter();
        dimensions.find(|dimension| dimension.column == feature.name)
    };
    let features = || held.card.all_features().filter(is_its_own);
    // A range of flags is none.
    let codes = features().filter(|feature| feature.kind == Kind::Code);
    let others = features().filter(|feature| feature.value_type != ValueType::Bool);
    let found = codes.chain(others).find_map(of)?;
    Some(ColumnFilter {
        column: found.column.clone(),
        value: match found.kind {
            DimensionKind::Category => "..",
            DimensionKind::Ordered | DimensionKind::Day => "0..",
        }
        .to_owned(),
    })
}

fn roles(card: &Card) -> Roles {
    let roles = &card.roles;
    Roles {
        client: roles.client.clone(),
        user: roles.user.clone(),
        person: roles.person.clone(),
        code: roles.code.clone(),
        release: roles.release.clone(),
        total_time: roles.total_time.clone(),
    }
}

fn pictures(card: &Card) -> PictureColumns {
    let named = |is: fn(&TransformRule) -> bool| {
        let columns = card.transform.iter().filter(|column| is(&column.rule));
        columns.map(|column| column.name.clone()).collect()
    };
    PictureColumns {
        size_class: named(|rule| matches!(rule, TransformRule::SizeClass { .. })),
        orientation: named(|rule| matches!(rule, TransformRule::Orientation { .. })),
    }
}
