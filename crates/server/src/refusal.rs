//! Why a question has no answer, and which problem that is.

use datafusion::error::DataFusionError;
use veriscope_answers::AnswerError;
use veriscope_base::ErrorClass;
use veriscope_cache::CacheError;
use veriscope_lake::LakeError;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::expression::ExpressionError;
use veriscope_metrics::query::QueryError;
use veriscope_transform::TransformError;

use crate::problem::{Kind, Problem};

/// Why a question has no answer. No message holds a value that was asked for: people type
/// identities.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A column that rows can't be filtered by.
    #[error("there is no column `{column}` to filter by{hint}")]
    UnknownColumn {
        /// What was asked for, cut short.
        column: String,
        /// ` (did you mean …)`, or nothing.
        hint: String,
    },
    /// A value that its column can't hold.
    #[error("`{column}` holds {holds}; {expected}")]
    Value {
        /// The column.
        column: String,
        /// What it holds.
        holds: &'static str,
        /// What to write.
        expected: &'static str,
    },
    /// A parameter that is no filter and is malformed.
    #[error("`{name}` {expected}")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// Nothing is selected that could be compared.
    #[error(
        "nothing is selected; choose with `select.` parameters, such as `select.outcome=rejected`"
    )]
    NoSelection,
    /// The snapshot has no such thing.
    #[error("the snapshot has no such {what}")]
    NotFound {
        /// What was asked for.
        what: &'static str,
    },
    /// The card does not have what this needs.
    #[error("the card has nothing that this could be made of")]
    NotHeld,
    /// More is being asked than can be answered.
    #[error("too much is asked at once; ask again in a moment")]
    Busy,
    /// Memory does not hold it.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// An analysis can't be made.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A query can't be made.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// An answer can't be given.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// A condition can't be made.
    #[error(transparent)]
    Condition(#[from] ExpressionError),
    /// The lake can't be read.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A plan can't be made.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// The engine failed.
    #[error("failed to read the snapshot")]
    Engine(#[from] DataFusionError),
    /// A part of the work ended before its time.
    #[error("a part of the work ended before its time")]
    Part(#[from] tokio::task::JoinError),
}

impl Refusal {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::UnknownColumn { .. }
            | Self::Value { .. }
            | Self::Parameter { .. }
            | Self::NoSelection
            | Self::NotFound { .. }
            | Self::NotHeld => ErrorClass::Usage,
            Self::Busy | Self::Engine(_) => ErrorClass::Target,
            Self::Cache(error) => error.class(),
            Self::Analysis(error) => error.class(),
            Self::Query(error) => error.class(),
            Self::Answer(error) => error.class(),
            Self::Condition(error) => error.class(),
            Self::Lake(error) => error.class(),
            Self::Transform(error) => error.class(),
            Self::Part(_) => ErrorClass::Defect,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::UnknownColumn { .. } | Self::Value { .. } => Kind::BadFilter,
            Self::Cache(CacheError::UnknownColumn { .. } | CacheError::Value { .. }) => {
                Kind::BadFilter
            }
            Self::Condition(error) if error.class() == ErrorClass::Usage => Kind::BadFilter,
            Self::Parameter { .. } => Kind::BadParameter,
            Self::NotFound { .. } | Self::NotHeld => Kind::NotFound,
            Self::NoSelection | Self::Answer(AnswerError::Selection(_)) => Kind::BadSelection,
            Self::Busy => Kind::Busy,
            other => Kind::Class(other.class()),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = refusal.kind();
        let detail = match &refusal {
            // Its own words hold what the caller gave.
            Refusal::Cache(CacheError::Value { column, holds, .. }) => {
                format!("`{column}` holds {holds}")
            }
            other => other.to_string(),
        };
        if kind == Kind::Class(ErrorClass::Defect) {
            return Self::defect(causes(&refusal));
        }
        let is_ours = kind.contract().0 >= 500 && kind != Kind::Busy;
        Self {
            kind,
            detail,
            cause: is_ours.then(|| causes(&refusal)),
        }
    }
}

/// Returns an error with all that lies behind it, each once.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        next = cause.source();
    }
    said
}
