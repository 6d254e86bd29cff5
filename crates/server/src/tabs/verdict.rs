//! The card's pipeline put to the test, once for a snapshot.

use veriscope_answers::bottlenecks;
use veriscope_cache::{Cache, Filters, NOBODY, Selection};
use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::critical_path::{PathModel, PathTally};
use veriscope_metrics::intervals::Level;
use veriscope_metrics::pipeline_test::{self, PipelineSample};

use crate::api::{Standing, Text, Verdict, VerdictStep};
use crate::held::LoadError;

/// Transactions that are looked at, at most: blocks of them, spread evenly over all, in which
/// the rows of a person stand together.
const MOST_ROWS: usize = 100_000;
const BLOCK: usize = 4_000;

/// Puts the pipeline to the test; none where no transaction has a total time.
pub(crate) fn verdict(
    card: &Card,
    model: &PathModel,
    cache: &Cache,
) -> Result<Option<Verdict>, LoadError> {
    let rows = Selection::of(cache, Filters::default()).sample(usize::MAX);
    let every = rows.len().div_ceil(MOST_ROWS).max(1);
    let mut sample = PipelineSample::new(model);
    let mut paths = PathTally::without_cases(model);
    for block in rows.chunks(BLOCK).step_by(every) {
        let batch = cache.path_batch(model, block)?;
        let persons = block.iter().map(|row| {
            let person = cache.persons().get(usize::try_from(*row).ok()?).copied();
            person.filter(|person| *person != NOBODY)
        });
        let persons: Vec<Option<u32>> = persons.collect();
        sample.update(model, &batch, &persons)?;
        paths.update(model, &batch)?;
    }
    let path = paths.finish(model);
    if path.transactions == 0 {
        return Ok(None);
    }
    let test = sample.test(model, Level::NINETY_FIVE);
    let longer = path.path_longer.map(|longer| longer.low);
    let [supported, contradicted, undecided] =
        bottlenecks::verdicts(&test).map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    let claims = bottlenecks::claims(&test, model.groups(), card);
    Ok(Some(Verdict {
        sentence: Text {
            en: bottlenecks::verdict(&test, longer, Language::English),
            es: bottlenecks::verdict(&test, longer, Language::Spanish),
        },
        supported,
        contradicted,
        undecided,
        path_longer: longer,
        steps: claims
            .into_iter()
            .map(|(words, verdict)| VerdictStep {
                words: words.into(),
                verdict: standing(verdict),
            })
            .collect(),
        rows: test.transactions,
    }))
}

const fn standing(verdict: pipeline_test::Verdict) -> Standing {
    match verdict {
        pipeline_test::Verdict::Supported => Standing::Supported,
        pipeline_test::Verdict::Contradicted => Standing::Contradicted,
        pipeline_test::Verdict::Undecided => Standing::Undecided,
    }
}
