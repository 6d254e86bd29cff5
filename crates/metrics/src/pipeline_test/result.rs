//! What the test says.

use serde::Serialize;

use crate::critical_path::GroupKind;
use crate::regression::Combination;

/// How far an interval may reach from 0 or 1 and still speak for it.
const TOLERANCE: f64 = 0.25;
/// How far all of it may reach: to the middle between 0 and 1.
const MIDDLE: f64 = 0.5;

/// What the total times say of the members of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// They ran at once: only the longest counts.
    AtOnce,
    /// They ran one after the other: all count.
    OneAfterOther,
    /// Neither: grouped otherwise, overlapping in part, or measured as something else.
    Neither,
    /// The data cannot tell.
    CannotTell,
}

impl Finding {
    /// The rule. `counted` is how much of a millisecond beyond the longest branch shows in
    /// the total: 0 if the branches run at once, 1 if one after the other.
    ///
    /// At once: the interval lies within −0.5 to 0.5 and touches −0.25 to 0.25. One after
    /// the other: it lies above 0.5 and reaches 0.75; above 1 too, for time that is not
    /// measured grows along with what is. Neither: it lies between the two, or below both.
    /// Else the data cannot tell.
    ///
    /// Where other arrangements of the group were tried, at once becomes neither if the
    /// interval leaves 0 out and all at once predicts held-out transactions worse than the
    /// best arrangement beyond chance; and so does one after the other with 1.
    #[must_use]
    pub fn of(counted: Option<Combination>) -> Self {
        let Some(Combination { low, high, .. }) = counted else {
            return Self::CannotTell;
        };
        let series = 1.0 - TOLERANCE;
        if low >= -MIDDLE && high <= MIDDLE && low <= TOLERANCE && high >= -TOLERANCE {
            Self::AtOnce
        } else if low >= MIDDLE && high >= series {
            Self::OneAfterOther
        } else if (low > TOLERANCE && high < series) || high < -TOLERANCE {
            Self::Neither
        } else {
            Self::CannotTell
        }
    }
}

/// What becomes of a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The data say the same.
    Supported,
    /// The data say otherwise.
    Contradicted,
    /// The data cannot tell, or the card claims nothing.
    Undecided,
}

impl Verdict {
    /// What becomes of the claim that a step runs in series with the rest. `counted` is how
    /// much of a millisecond of it shows in the total. Supported: the interval lies above 0.5
    /// and reaches 0.75; contradicted: it lies below 0.75. Above 1 there is more in the total
    /// than the step's own time (what is not measured goes along with it), which says nothing
    /// against the claim.
    pub(super) fn of_step(counted: Option<Combination>) -> Self {
        match counted {
            Some(Combination { high, .. }) if high < 1.0 - TOLERANCE => Self::Contradicted,
            Some(Combination { low, .. }) if low >= MIDDLE => Self::Supported,
            Some(_) | None => Self::Undecided,
        }
    }

    pub(super) const fn of(claim: GroupKind, finding: Finding) -> Self {
        match (claim, finding) {
            (GroupKind::Parallel, Finding::AtOnce)
            | (GroupKind::Series, Finding::OneAfterOther) => Self::Supported,
            (GroupKind::Undecided, _) | (_, Finding::CannotTell) => Self::Undecided,
            (GroupKind::Parallel | GroupKind::Series, _) => Self::Contradicted,
        }
    }
}

/// A group put to the test (with the same group of other pictures).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupTest {
    /// Top-level step, from 0.
    pub step: usize,
    /// What the card claims.
    pub claim: GroupKind,
    /// Its members.
    pub members: Vec<String>,
    /// How much of a millisecond beyond the longest branch shows in the total.
    pub counted: Option<Combination>,
    /// What the data say.
    pub finding: Finding,
    /// What becomes of the claim.
    pub verdict: Verdict,
    /// The arrangement with the least error on held-out transactions, as a formula (`+` one
    /// after the other, `|` at once); none for pictures and for groups of two or over four.
    pub best: Option<Candidate>,
    /// The arrangements that do not predict worse than the best beyond chance.
    pub rivals: Vec<Candidate>,
}

/// One arrangement of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Formula.
    pub formula: String,
    /// Root of the mean squared error on held-out transactions, ms; rows far off count less.
    pub error_ms: f64,
}

/// A top-level step put to the test: does its length show in the total?
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepTest {
    /// Top-level step, from 0.
    pub step: usize,
    /// Microservices that run in it.
    pub microservices: Vec<String>,
    /// How much of a millisecond of its length (as the card has it) shows in the total: 1 if
    /// it runs in series with the rest, 0 if beside it.
    pub counted: Option<Combination>,
    /// What becomes of the claim that it runs in series with the rest.
    pub verdict: Verdict,
}

/// How well one grouping of the whole pipeline predicts totals it has not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// Name: `path` (undecided groups at once), `path, undecided in series`, `serial`,
    /// `parallel`, `found`.
    pub grouping: String,
    /// Mean absolute error of length plus a constant (and so much for each megapixel, where
    /// sizes are known), ms; rows far off count less.
    pub error_ms: f64,
    /// The same with the length times a slope, ms.
    pub sloped_error_ms: f64,
    /// That slope; 1 where the length tells the total.
    pub slope: f64,
    /// Share of transactions in which the length exceeds the total.
    pub longer: f64,
}

/// Weight of a microservice on the total, by least squares without negative weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MicroserviceWeight {
    /// Microservice, all its runs together.
    pub microservice: String,
    /// How much of a millisecond of it shows in the total.
    pub weight: f64,
}

/// The pipeline put to the test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PipelineTest {
    /// Transactions that were looked at.
    pub transactions: u64,
    /// Transactions there were; more than looked at if a sample of persons was taken, or some
    /// persons came often.
    pub of_transactions: u64,
    /// Steps, in order.
    pub steps: Vec<StepTest>,
    /// Groups, inner before outer.
    pub groups: Vec<GroupTest>,
    /// Groupings of the whole pipeline on held-out transactions; `error_ms` of a constant
    /// alone comes first, as `constant`.
    pub held_out: Vec<HeldOut>,
    /// Weights of microservices.
    pub weights: Vec<MicroserviceWeight>,
    /// What of the total no microservice accounts for: intercept of the weights, ms.
    pub intercept_ms: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::{Combination, Finding};

    #[test]
    fn the_rule_is_as_stated() {
        for (low, high, expected) in [
            (-0.1, 0.1, Finding::AtOnce),
            (0.2, 0.48, Finding::AtOnce),
            (-0.6, 0.1, Finding::CannotTell),
            (0.1, 0.6, Finding::CannotTell),
            (0.3, 0.7, Finding::Neither),
            (0.52, 0.9, Finding::OneAfterOther),
            (0.9, 1.4, Finding::OneAfterOther),
            (0.9, 1.6, Finding::OneAfterOther),
            (1.3, 2.0, Finding::OneAfterOther),
            (0.3, 0.9, Finding::CannotTell),
            (-0.9, -0.3, Finding::Neither),
            (-3.0, 5.0, Finding::CannotTell),
        ] {
            let counted = Combination {
                estimate: f64::midpoint(low, high),
                low,
                high,
            };
            assert_eq!(Finding::of(Some(counted)), expected, "{low} to {high}");
        }
        assert_eq!(Finding::of(None), Finding::CannotTell);
    }
}
