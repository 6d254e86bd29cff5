//! From rows to a ranking.

use std::num::NonZero;

use super::adjust::holm;
use super::alike::{Alike, Sample, chosen};
use super::arranged::{Arranged, Pattern};
use super::columns::{Family, Part, WhyColumn};
use super::distribution::{categories, numbers};
use super::result::{Difference, Differences, Distribution, EffectName, Sides};
use super::rows::WhyRows;
use super::stage::{numbers_of, same_stage};
use super::tested::{Test, Tested, tested};
use super::values::Values;
use crate::intervals::Enough;
use crate::number::{float, share};

/// A smaller difference does not matter, however sure it is.
pub const LEAST_EFFECT: f64 = 0.1;
/// So many differences are told that are not established or too small.
pub const MOST_WEAK: usize = 10;
/// A smaller one is not told at all.
const LEAST_WEAK: f64 = 0.05;
/// A finding is established below this adjusted p value.
const ALPHA: f64 = 0.05;
/// A coarser column that shows so much of a finer one's difference speaks for both.
const AS_STRONG: f64 = 0.9;

/// A column in the ranking.
struct Candidate<'a> {
    column: &'a WhyColumn,
    values: &'a Values,
    place: usize,
    /// Its values, or whether they are there.
    is_missing: bool,
    effect: f64,
    p: f64,
    p_adjusted: f64,
    is_few: bool,
    pattern: &'a Pattern,
}

/// What findings are told from.
#[derive(Clone, Copy)]
struct Compared<'a> {
    rows: &'a Arranged,
    tests: &'a [Tested],
    stage: &'a [bool],
}

/// A candidate with those that tell the same.
struct Group<'a> {
    leader: Candidate<'a>,
    others: Vec<Candidate<'a>>,
}

impl WhyRows {
    /// Compares the sides.
    #[must_use]
    pub fn finish(&self, enough: Enough) -> Differences {
        let clusters: Vec<u64> = self
            .clusters
            .iter()
            .zip(&self.keys)
            // Without a person a row is one of its own.
            .map(|(cluster, key)| if *cluster == 0 { *key } else { *cluster })
            .collect();
        let whole = Arranged::new(&clusters, &self.keys, &self.selected);
        let pattern = whole.pattern(|_| true);
        let largest = |side: usize| share(pattern.largest[side], pattern.rows[side]);
        let rows = whole.thinned(&clusters, &self.keys, &self.selected);
        let columns = &self.columns.columns;
        let stage = same_stage(columns, &self.values, &self.selected);
        let tests = self.tests(&rows, &stage);
        let candidates = self.candidates(&tests, enough);
        let tested_columns = tests.iter().filter(|one| one.test.is_some()).count();
        let ranking = Ranking::new(self, &rows, &stage);
        let (found, weak) = ranking.split(candidates);
        let compared = Compared {
            rows: &rows,
            tests: &tests,
            stage: &stage,
        };
        Differences {
            rows: sides(rows.pattern(|_| true).rows),
            largest_person: Sides {
                selected: largest(0).unwrap_or(0.0),
                against: largest(1).unwrap_or(0.0),
            },
            tested: u64::try_from(tested_columns).unwrap_or(u64::MAX),
            left_out: ranking.left_out,
            found: found
                .into_iter()
                .map(|one| self.told(compared, one))
                .collect(),
            weak: weak
                .into_iter()
                .map(|one| self.told(compared, one))
                .collect(),
        }
    }

    /// Compares every column, on as many threads as there are cores.
    fn tests(&self, rows: &Arranged, stage: &[bool]) -> Vec<Tested> {
        let columns: Vec<_> = self.columns.columns.iter().zip(&self.values).collect();
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let size = columns.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = columns
                .chunks(size)
                .map(|part| {
                    let test = |(column, values): &(&WhyColumn, &Values)| {
                        tested(rows, column, values, stage)
                    };
                    scope.spawn(move || part.iter().map(test).collect::<Vec<_>>())
                })
                .collect();
            let joined = parts.into_iter().map(|part| match part.join() {
                Ok(found) => found,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.flatten().collect()
        })
    }

    /// Returns every comparison with its adjusted p value: one of each column, and one for all
    /// that say whether a transaction got as far.
    fn candidates<'a>(&'a self, tests: &'a [Tested], enough: Enough) -> Vec<Candidate<'a>> {
        let columns = || self.columns.columns.iter().zip(&self.values).zip(tests);
        let mut candidates = Vec::new();
        for (place, ((column, values), tested)) in columns().enumerate() {
            if let Some(test) = &tested.test {
                candidates.push(Candidate {
                    column,
                    values,
                    place,
                    is_missing: false,
                    effect: test.effect(),
                    p: test.p(),
                    p_adjusted: 1.0,
                    is_few: is_few(test.pattern(), enough),
                    pattern: test.pattern(),
                });
            }
        }
        let missing = || {
            columns()
                .enumerate()
                .filter(|(_, (_, one))| one.missing.is_some())
        };
        let strongest = missing()
            .filter_map(|(place, (column, tested))| Some((place, column, tested.missing.as_ref()?)))
            // Of those that differ as much the first stands for all.
            .reduce(|one, other| {
                let reach = |of: &super::missing::MissingTest| {
                    (of.measured.selected - of.measured.against).abs()
                };
                if reach(other.2) > reach(one.2) {
                    other
                } else {
                    one
                }
            });
        if let Some((place, (column, values), test)) = strongest {
            candidates.push(Candidate {
                column,
                values,
                place,
                is_missing: true,
                effect: test.effect,
                p: (test.p * float(missing().count())).min(1.0),
                p_adjusted: 1.0,
                is_few: is_few(&test.pattern, enough),
                pattern: &test.pattern,
            });
        }
        let values: Vec<f64> = candidates.iter().map(|one| one.p).collect();
        for (candidate, adjusted) in candidates.iter_mut().zip(holm(&values)) {
            candidate.p_adjusted = adjusted;
        }
        candidates
    }

    /// Returns a group as it is told.
    fn told(&self, compared: Compared<'_>, group: Group<'_>) -> Difference {
        let Compared { rows, tests, stage } = compared;
        let Group { leader, others } = group;
        let tested = tests.get(leader.place);
        let distribution = match (leader.is_missing, leader.values) {
            (true, _) => {
                let missing = tested.and_then(|one| one.missing.as_ref());
                let none = Sides::default();
                Distribution::Measured(missing.map_or(none, |one| one.measured))
            }
            (false, Values::Numbers(_, values)) => {
                let values = numbers_of(leader.column, values, stage);
                let (bins, medians) = numbers(rows, &rows.arranged(&values));
                let is_higher = match tested.and_then(|one| one.test.as_ref()) {
                    Some(Test::Rank(test)) => test.delta > 0.0,
                    _ => false,
                };
                Distribution::Numbers {
                    bins,
                    medians,
                    is_higher,
                }
            }
            (false, Values::Groups(dimension)) => {
                let counts: &[[u64; 2]] = match tested.and_then(|one| one.test.as_ref()) {
                    Some(Test::Category(test)) => &test.counts,
                    _ => &[],
                };
                Distribution::Categories(categories(
                    &dimension.groups,
                    counts,
                    leader.pattern.rows,
                    leader.column.is_ordered,
                ))
            }
        };
        Difference {
            column: leader.column.name.clone(),
            part: leader.column.part,
            effect_name: match distribution {
                Distribution::Numbers { .. } => EffectName::CliffsDelta,
                _ => EffectName::CramersV,
            },
            effect: leader.effect,
            p_adjusted: leader.p_adjusted,
            is_few: leader.is_few,
            rows: sides(leader.pattern.rows),
            persons: sides(leader.pattern.clusters),
            distribution,
            same_as: others
                .into_iter()
                .map(|one| one.column.name.clone())
                .collect(),
        }
    }
}

fn is_few(pattern: &Pattern, enough: Enough) -> bool {
    let mut sides = pattern.rows.iter().zip(pattern.clusters);
    sides.any(|(rows, clusters)| !enough.holds(*rows, clusters))
}

const fn sides(both: [u64; 2]) -> Sides<u64> {
    Sides {
        selected: both[0],
        against: both[1],
    }
}

/// What candidates are ranked and folded by.
struct Ranking<'a> {
    rows: &'a WhyRows,
    samples: Vec<Sample>,
    left_out: Vec<String>,
    restated: Vec<bool>,
}

impl<'a> Ranking<'a> {
    fn new(rows: &'a WhyRows, arranged: &Arranged, stage: &[bool]) -> Self {
        let chosen = chosen(arranged);
        let columns = &rows.columns.columns;
        let samples: Vec<Sample> = columns
            .iter()
            .zip(&rows.values)
            .map(|column| Sample::of(column, stage, arranged, &chosen))
            .collect();
        let named = || {
            let all = columns.iter().zip(&samples);
            all.filter(|(column, _)| column.is_named)
        };
        let again = |(column, sample): (&WhyColumn, &Sample)| {
            let mut named = named();
            !column.is_named && named.any(|(_, known)| sample.to(known) == Alike::Same)
        };
        let restated: Vec<bool> = columns.iter().zip(&samples).map(again).collect();
        let by_data = columns.iter().zip(&restated).filter(|(_, again)| **again);
        let by_data = by_data.map(|(column, _)| column.name.clone());
        Self {
            left_out: rows
                .columns
                .left_out
                .iter()
                .cloned()
                .chain(by_data)
                .collect(),
            rows,
            samples,
            restated,
        }
    }

    /// Splits candidates into what is found and what is not, each ranked and folded.
    fn split(&self, mut candidates: Vec<Candidate<'a>>) -> (Vec<Group<'a>>, Vec<Group<'a>>) {
        candidates.retain(|one| {
            one.is_missing || !self.restated.get(one.place).copied().unwrap_or(false)
        });
        let circumstances_first = self.rows.columns.is_by_measurement;
        let late = |one: &Candidate<'_>| {
            circumstances_first && (one.is_missing || one.column.part == Part::Measurement)
        };
        candidates.sort_by(|one, other| {
            let order = late(one).cmp(&late(other));
            order
                .then_with(|| other.effect.total_cmp(&one.effect))
                .then_with(|| one.place.cmp(&other.place))
        });
        let is_found = |one: &Candidate<'_>| {
            !one.is_few && one.p_adjusted < ALPHA && one.effect >= LEAST_EFFECT
        };
        let (found, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_found);
        let mut groups: Vec<Group<'_>> = Vec::new();
        for candidate in found {
            self.fold(&mut groups, candidate);
        }
        let mut weak: Vec<Group<'_>> = Vec::new();
        for candidate in rest {
            if (candidate.p < ALPHA || candidate.is_few)
                && candidate.effect >= LEAST_WEAK
                && !groups.iter().any(|group| self.tells(group, &candidate))
            {
                self.fold(&mut weak, candidate);
            }
        }
        weak.truncate(MOST_WEAK);
        (groups, weak)
    }

    /// Puts a candidate under a stronger one that tells the same, or at the end. Where it is
    /// the coarser of the two and shows nearly as much, it leads.
    fn fold(&self, groups: &mut Vec<Group<'a>>, candidate: Candidate<'a>) {
        let Some(group) = groups
            .iter_mut()
            .find(|group| self.tells(group, &candidate))
        else {
            groups.push(Group {
                leader: candidate,
                others: Vec::new(),
            });
            return;
        };
        let leads = self.alike(&group.leader, &candidate) == Alike::ToldByFirst
            && candidate.effect >= AS_STRONG * group.leader.effect
            && same_part(&candidate, &group.leader)
            && !is_family(&candidate, &group.leader);
        if leads {
            let before = std::mem::replace(&mut group.leader, candidate);
            group.others.insert(0, before);
        } else {
            group.others.push(candidate);
        }
    }

    fn tells(&self, group: &Group<'_>, candidate: &Candidate<'_>) -> bool {
        let by_leader = is_family(&group.leader, candidate)
            || self.alike(&group.leader, candidate) != Alike::No;
        let same = |one: &Candidate<'_>| {
            is_family(one, candidate) || self.alike(one, candidate) == Alike::Same
        };
        by_leader || group.others.iter().any(same)
    }

    fn alike(&self, one: &Candidate<'_>, other: &Candidate<'_>) -> Alike {
        if one.is_missing || other.is_missing {
            return Alike::No;
        }
        match (self.samples.get(one.place), self.samples.get(other.place)) {
            (Some(one), Some(other)) => one.to(other),
            _ => Alike::No,
        }
    }
}

fn is_family(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let family = |of: &Candidate<'_>| -> Option<Family> {
        let family = of.column.family.clone();
        family.filter(|_| !of.is_missing)
    };
    let found = family(one);
    found.is_some() && found == family(other)
}

fn same_part(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    one.column.part == other.column.part
}
