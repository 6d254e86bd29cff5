//! Puts the sections together.

use std::collections::HashMap;

use super::features::Placed;
use super::{
    codes, entries, features, microservices, names, paths, pipeline, roles, settings, transform,
};
use crate::error::{CardErrors, Position, Problems};
use crate::raw::RawCard;
use crate::{Card, Feature};

/// Most columns of one table, which is PostgreSQL's own bound.
const MAX_COLUMNS: usize = 1_600;

/// Expands and checks a card.
pub(crate) fn card(raw: RawCard) -> Result<Card, CardErrors> {
    let mut problems = Problems::default();
    let found = &mut problems;

    names::check_label(&raw.card, "card", found);
    let images = settings::images(&raw.images, found);
    let tables = settings::tables(&raw.tables, found);
    let dates = settings::dates(&raw.dates, found);
    let size_classes = settings::size_classes(raw.size_classes.as_ref(), found);

    let published = entries::expand(&raw.staging.value, &images, found);
    let context = entries::expand(&raw.context, &images, found);
    if published.len() + context.len() > MAX_COLUMNS {
        // Said alone: checking so many features one by one would only bury it.
        return Err(CardErrors::one(
            Position::of(&raw.staging),
            format!(
                "the card has {} features over all pictures; {MAX_COLUMNS} are the most that a \
                 table can hold",
                published.len() + context.len()
            ),
        ));
    }
    let lookup = Lookup::new(&published, &context);
    features::check(&published, &context, &lookup, found);
    paths::check(&published, &context, found);
    let roles = roles::read(&raw.roles, &lookup, found);
    let accepted_status = roles::accepted_status(&raw.accepted_status, &roles, found);

    let services = microservices::read(&raw.microservices, &images, &lookup, found);
    let columns = transform::read(&raw.transform, &images, &services, &lookup, found);
    names::check_columns(&published, &context, &columns, found);
    let sentinels = settings::sentinels(&raw.sentinels, &columns, &lookup, found);
    settings::check_size_classes_wanted(raw.size_classes.is_some(), &columns, found);
    settings::check_total_time_wanted(&columns, &roles, found);

    let pipeline = pipeline::read(&raw.pipeline, &images, &services, &raw.microservices, found);
    let codes = codes::read(&raw.codes, found);

    let card = Card {
        name: raw.card.value,
        title: raw.title,
        images,
        tables,
        roles,
        accepted_status,
        dates,
        sentinels,
        size_classes,
        transform: columns.into_iter().map(|placed| placed.column).collect(),
        microservices: services,
        pipeline,
        codes,
        features: published.into_iter().map(|placed| placed.feature).collect(),
        context: context.into_iter().map(|placed| placed.feature).collect(),
    };
    problems.or(card)
}

/// Features by name. Of two of one name the first is found.
pub(super) struct Lookup {
    by_name: HashMap<String, Found>,
}

/// A feature and whether it is a published one.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) feature: Feature,
    pub(super) published: bool,
}

impl Lookup {
    fn new(published: &[Placed], context: &[Placed]) -> Self {
        let mut by_name = HashMap::new();
        for (placed, published) in published
            .iter()
            .map(|placed| (placed, true))
            .chain(context.iter().map(|placed| (placed, false)))
        {
            by_name
                .entry(placed.feature.name.clone())
                .or_insert_with(|| Found {
                    feature: placed.feature.clone(),
                    published,
                });
        }
        Self { by_name }
    }

    pub(super) fn any(&self, name: &str) -> Option<&Found> {
        self.by_name.get(name)
    }

    /// Returns a published feature.
    pub(super) fn published(&self, name: &str) -> Option<&Feature> {
        self.any(name)
            .filter(|found| found.published)
            .map(|found| &found.feature)
    }
}
