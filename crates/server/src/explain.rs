//! What sets a selection apart, as it is sent.

use veriscope_answers::Ask;
use veriscope_answers::why::{self, Side, WhyAnswer, WhyKind as Kind};
use veriscope_metrics::why::EffectName as Effect;

use crate::api::{EffectName, Why, WhyBin, WhyCategory, WhyFinding, WhyKind, WhyMedians, WhySide};
use crate::condition::condition;
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// Compares what a question selects with the rest of what its filters keep.
///
/// # Errors
/// [`Refusal::NoSelection`], and what the answer says.
pub(crate) async fn why(held: &Held, query: &TabQuery) -> Result<Why, Refusal> {
    let selection = condition(held, query.selected())?.ok_or(Refusal::NoSelection)?;
    let frame = condition(held, query.filters())?;
    let ask = Ask {
        condition: frame.map(|frame| frame.to_string()),
        exclude: held.rules.clone(),
        ..Ask::default()
    };
    let answer = why::why(&held.asker(&ask), &selection, None).await?;
    Ok(told(held, answer))
}

fn told(held: &Held, answer: WhyAnswer) -> Why {
    let findings =
        |found: Vec<why::WhyFinding>| found.into_iter().map(|one| finding(held, one)).collect();
    Why {
        selection: side(answer.selection),
        against: side(answer.against),
        tested: answer.tested,
        found: findings(answer.found),
        weak: findings(answer.weak),
        sampled: answer.sampled,
    }
}

fn side(side: Side) -> WhySide {
    WhySide {
        words: side.words,
        n: side.n,
        persons: side.persons,
    }
}

fn finding(held: &Held, found: why::WhyFinding) -> WhyFinding {
    let categories = found.categories.into_iter().map(|one| WhyCategory {
        value: one.value.into(),
        selected: one.selected,
        against: one.against,
        selected_n: one.selected_n,
        against_n: one.against_n,
    });
    let bins = found.bins.into_iter().map(|one| WhyBin {
        from: one.from,
        to: one.to,
        selected: one.selected,
        against: one.against,
    });
    WhyFinding {
        title: held.title(&found.column),
        column: found.column,
        kind: match found.kind {
            Kind::Category => WhyKind::Category,
            Kind::Number => WhyKind::Number,
        },
        effect: found.effect,
        effect_name: match found.effect_name {
            Effect::CramersV => EffectName::CramersV,
            Effect::CliffsDelta => EffectName::CliffsDelta,
        },
        p_adjusted: found.p_adjusted,
        few: found.few,
        sentence: found.sentence.into(),
        categories: categories.collect(),
        bins: bins.collect(),
        medians: found.medians.map(|medians| WhyMedians {
            selected: medians.selected,
            against: medians.against,
        }),
    }
}
