//! What became of each row, and its response code, read before columns are divided.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_cast::cast;
use arrow_schema::DataType;

use crate::fold::outcome_code;
use crate::plan::Plan;
use crate::report::Outcome;
use crate::sample::{NO_TIME, UNKNOWN};
use crate::{Knowledge, OutcomeRule};

/// Where outcome and code stand.
pub(crate) struct Verdicts<'a> {
    knowledge: &'a Knowledge,
    rule: Option<&'a OutcomeRule>,
    code: Option<usize>,
    code_of_rule: Option<usize>,
    status: Option<usize>,
}

impl<'a> Verdicts<'a> {
    pub(crate) fn new(plans: &[Plan], knowledge: &'a Knowledge) -> Self {
        let find = |name: Option<&String>| {
            name.and_then(|name| plans.iter().position(|plan| plan.name == *name))
        };
        let rule = knowledge.outcome.as_ref();
        let status = find(rule.and_then(|rule| rule.status.as_ref()));
        let code_of_rule = find(rule.and_then(|rule| rule.code.as_ref()));
        Self {
            knowledge,
            rule: rule.filter(|_| status.is_some() || code_of_rule.is_some()),
            code: find(knowledge.code.as_ref()),
            code_of_rule,
            status,
        }
    }

    /// Returns the code of each row, [`NO_TIME`] where it has none; none without such a column.
    pub(crate) fn codes(&self, batch: &RecordBatch) -> Option<Vec<i64>> {
        numbers(batch, self.code?)
    }

    /// Returns the outcome of each row; empty where nothing says so.
    pub(crate) fn outcomes(&self, batch: &RecordBatch) -> Vec<u8> {
        let Some(rule) = self.rule else {
            return Vec::new();
        };
        let statuses = self.status.and_then(|column| texts(batch, column));
        let codes = self.code_of_rule.and_then(|column| numbers(batch, column));
        (0..batch.num_rows())
            .map(|row| {
                let status = statuses.as_ref().and_then(|all| all.get(row)?.as_deref());
                let code = codes.as_ref().and_then(|all| all.get(row).copied());
                self.outcome(rule, status, code.filter(|code| *code != NO_TIME))
            })
            .collect()
    }

    fn outcome(&self, rule: &OutcomeRule, status: Option<&str>, code: Option<i64>) -> u8 {
        let of_code = code
            .and_then(|code| self.knowledge.known_code(code))
            .map(|known| known.outcome);
        let by_status = self.status.is_some() && !rule.accepted.is_empty();
        let accepted = if by_status {
            status.is_some_and(|status| rule.accepted.iter().any(|word| word == status))
        } else {
            of_code == Some(Outcome::Accepted)
        };
        if accepted {
            outcome_code(Outcome::Accepted)
        } else if (status.is_none() && code.is_none()) || of_code == Some(Outcome::Technical) {
            outcome_code(Outcome::Technical)
        } else if by_status || code.is_some() {
            outcome_code(Outcome::Rejected)
        } else {
            UNKNOWN
        }
    }
}

fn numbers(batch: &RecordBatch, column: usize) -> Option<Vec<i64>> {
    let array = cast(batch.columns().get(column)?, &DataType::Int64).ok()?;
    let numbers = array.as_primitive_opt::<Int64Type>()?;
    Some(
        numbers
            .iter()
            .map(|number| number.unwrap_or(NO_TIME))
            .collect(),
    )
}

fn texts(batch: &RecordBatch, column: usize) -> Option<Vec<Option<String>>> {
    let array = cast(batch.columns().get(column)?, &DataType::Utf8View).ok()?;
    let texts = array.as_string_view_opt()?;
    Some(texts.iter().map(|text| text.map(str::to_owned)).collect())
}
