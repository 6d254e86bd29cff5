//! Why people try again, what comes of it and what it costs.
//!
//! Within a process the attempts up to the first acceptance are **tries**: the first, and
//! retries. What follows an acceptance is a **repeat** and is counted apart. A process that
//! was not accepted is **gone** once nobody has come back for as long as the horizon, and
//! **open** (right-censored) while that is too early to say.

mod attempts;
mod chances;
mod cost;
mod fix;
mod history;
mod identity;
mod pictures;
mod result;
mod transitions;

#[cfg(test)]
mod tests;

pub use attempts::{Attempts, NONE, Outcome};
pub use history::{Fate, HorizonRule, Options};
pub use result::{
    Abandonment, AcceptedBy, AcceptedWithin, AttemptChance, CodeToFix, Cost, Definition, Gaps,
    Next, PersonsBack, PictureChange, Processes, Repeats, Retries, ScoreChange, Transition,
    TransitionRow,
};

use history::Histories;

/// Returns what the attempts tell.
///
/// Rows must be all attempts of the processes in question: what is left out changes who
/// comes back. Everything is empty without a row.
#[must_use]
pub fn retries(attempts: &Attempts, options: &Options) -> Retries {
    let histories = Histories::of(attempts, options);
    let mut persons = chances::Persons::of(&histories);
    // Three parts that have nothing in common, each as long as the others.
    std::thread::scope(|scope| {
        let accepted_by = scope.spawn(|| chances::accepted_by(&histories));
        let followed = scope.spawn(|| Followed::of(&histories));
        let processes = chances::processes(&histories, &mut persons);
        let by_attempt = chances::by_attempt(&histories, &mut persons);
        let pictures = if_whole(options, || pictures::pictures(&histories, &mut persons));
        let followed = joined(followed);
        Retries {
            horizon_ms: histories.horizon_us / 1000,
            horizon_rule: histories.horizon_rule,
            data_end_us: histories.data_end_us,
            processes,
            attempts_per_process: chances::attempts_per_process(&histories),
            by_attempt,
            accepted_by: joined(accepted_by),
            repeats: cost::repeats(&histories),
            gaps: if_whole(options, || cost::gaps(&histories)),
            cost: cost::cost(&histories),
            after_first_failure: if_whole(options, || transitions::after_first_failure(&histories)),
            abandonment: followed.abandonment,
            to_fix: followed.to_fix,
            transitions: followed.transitions,
            persons_back: followed.persons_back,
            definitions: if_whole(options, || identity::definitions(&histories)),
            pictures,
        }
    })
}

fn if_whole<T: Default>(options: &Options, part: impl FnOnce() -> T) -> T {
    if options.is_whole {
        part()
    } else {
        T::default()
    }
}

/// What follows failures.
struct Followed {
    transitions: Vec<TransitionRow>,
    abandonment: Vec<Abandonment>,
    to_fix: Vec<CodeToFix>,
    persons_back: PersonsBack,
}

impl Followed {
    fn of(histories: &Histories<'_>) -> Self {
        let back = identity::persons_back(histories);
        Self {
            transitions: transitions::transitions(histories),
            abandonment: transitions::abandonment(histories),
            to_fix: fix::to_fix(histories, &back),
            persons_back: back.summary,
        }
    }
}

fn joined<T>(part: std::thread::ScopedJoinHandle<'_, T>) -> T {
    match part.join() {
        Ok(part) => part,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
