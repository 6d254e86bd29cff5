//! Exclusions: rows that stay where they are, and that analyses leave out.

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use serde::{Deserialize, Serialize};
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::views::View;

use super::scope::Scope;
use super::{QueryError, Source, answer};
use crate::expression::{Columns, Measure, Predicate};
use crate::render::datafusion::{Aggregates, Quantiles};

/// A rule: rows in which all that it names hold are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// A client, as in the tables: `convenio_1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// An account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// A person's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// A release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Why; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why a rule can't be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExclusionFault {
    /// It names nothing, and would leave out everything.
    #[error("an exclusion names nothing; give it a client, user, person or release")]
    Empty,
    /// It names what the API has not.
    #[error("an exclusion names a {role}, which the card does not know")]
    Role {
        /// The role.
        role: &'static str,
    },
    /// Its value is not of the column's kind.
    #[error("an exclusion's {role} is not of the kind that its column holds")]
    Value {
        /// The role.
        role: &'static str,
    },
}

impl ExclusionFault {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Empty | Self::Role { .. } | Self::Value { .. } => ErrorClass::Configuration,
        }
    }
}

/// What one rule left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// The rule.
    pub rule: Exclusion,
    /// How many rows of the metric's view it left out, of those that the condition and the
    /// days keep. A row that two rules name counts for the first.
    pub rows: u64,
}

impl Exclusion {
    /// Returns the parts that the rule names: role, column, value.
    fn parts<'a>(
        &'a self,
        card: &'a Card,
    ) -> impl Iterator<Item = (&'static str, Option<&'a String>, &'a String)> {
        let roles = &card.roles;
        [
            ("client", &roles.client, &self.client),
            ("user", &roles.user, &self.user),
            ("person", &roles.person, &self.person),
            ("release", &roles.release, &self.release),
        ]
        .into_iter()
        .filter_map(|(role, column, value)| Some((role, column.as_ref(), value.as_ref()?)))
    }

    /// Returns the rule as a predicate over a view.
    ///
    /// # Errors
    /// [`ExclusionFault`].
    pub fn predicate(
        &self,
        card: &Card,
        columns: Columns<'_>,
    ) -> Result<Predicate, ExclusionFault> {
        let mut all = Vec::new();
        for (role, column, value) in self.parts(card) {
            let column = column.ok_or(ExclusionFault::Role { role })?;
            let equals = Predicate::equals(column, value.as_str())
                .checked(columns)
                .map_err(|_| ExclusionFault::Value { role })?;
            all.push(equals);
        }
        if all.is_empty() {
            return Err(ExclusionFault::Empty);
        }
        Ok(Predicate::And(all))
    }

    /// Returns the rule in words: `client convenio_1, release 4f2a`.
    #[must_use]
    pub fn words(&self) -> String {
        let named = [
            ("client", &self.client),
            ("user", &self.user),
            ("person", &self.person),
            ("release", &self.release),
        ];
        let parts: Vec<String> = named
            .iter()
            .filter_map(|(role, value)| Some(format!("{role} {}", value.as_ref()?)))
            .collect();
        parts.join(", ")
    }
}

impl Source<'_> {
    /// Counts what each rule leaves out.
    pub(super) async fn excluded(&self, scope: &Scope<'_>) -> Result<Vec<Excluded>, QueryError> {
        if scope.exclusions.is_empty() {
            return Ok(Vec::new());
        }
        let renderer = scope.renderer(Quantiles::Exact);
        let mut aggregates = Aggregates::default();
        let mut counts: Vec<Expr> = Vec::new();
        let mut not_yet: Vec<Predicate> = Vec::new();
        for (index, (_, predicate)) in scope.exclusions.iter().enumerate() {
            let mut all = not_yet.clone();
            all.push(predicate.clone());
            let measure = Measure::Count.filter(Predicate::And(all));
            counts.push(
                renderer
                    .measure(&measure, &mut aggregates)?
                    .alias(format!("_{index}")),
            );
            not_yet.push(predicate.complement());
        }
        let plan = LogicalPlanBuilder::from(scope.whole_plan(self).await?)
            .aggregate(Vec::<Expr>::new(), aggregates.exprs)?
            .project(counts)?
            .build()?;
        let batch = self.collect(plan).await?;
        Ok(scope
            .exclusions
            .iter()
            .zip(batch.columns())
            .map(|((rule, _), column)| Excluded {
                rule: rule.clone(),
                rows: answer::count(column, 0),
            })
            .collect())
    }

    /// Checks that rules can be applied, before anything is read.
    ///
    /// # Errors
    /// [`ExclusionFault`].
    pub fn check_exclusions(&self, rules: &[Exclusion]) -> Result<(), ExclusionFault> {
        for rule in rules {
            rule.predicate(self.card, self.registry.columns(View::Attempts))?;
        }
        Ok(())
    }
}
