//! Intervals of 95 % cover 93 to 97 %, also where few persons come often.

use veriscope_metrics::intervals::{
    ClusterCount, Level, PairedCount, Sample, cluster_sums, difference, difference_within_clusters,
    mean, proportion, shift,
};

use veriscope_metrics::number::floor_index;

use crate::random::Random;

/// A population of persons: how often one comes, and how alike its attempts are.
struct Population {
    name: &'static str,
    persons: usize,
    /// Chance that a person comes once more, each time.
    again: f64,
    /// Share of all attempts that one identity makes.
    outsize: f64,
    /// Mean acceptance over persons.
    share: f64,
    /// Share of persons whose attempts all go the same way.
    alike: f64,
    /// How much the chances of the others differ, as a standard deviation.
    spread: f64,
}

const POPULATIONS: [Population; 7] = [
    Population {
        name: "singles",
        persons: 120,
        again: 0.0,
        outsize: 0.0,
        share: 0.66,
        alike: 0.0,
        spread: 0.0,
    },
    Population {
        name: "often",
        persons: 150,
        again: 0.7,
        outsize: 0.0,
        share: 0.66,
        alike: 0.5,
        spread: 0.0,
    },
    Population {
        name: "alike",
        persons: 80,
        again: 0.8,
        outsize: 0.0,
        share: 0.5,
        alike: 1.0,
        spread: 0.0,
    },
    Population {
        name: "few",
        persons: 25,
        again: 0.7,
        outsize: 0.0,
        share: 0.6,
        alike: 0.4,
        spread: 0.0,
    },
    Population {
        name: "high",
        persons: 400,
        again: 0.6,
        outsize: 0.0,
        share: 0.93,
        alike: 0.4,
        spread: 0.0,
    },
    Population {
        name: "outsize",
        persons: 300,
        again: 0.6,
        outsize: 0.17,
        share: 0.66,
        alike: 0.0,
        spread: 0.15,
    },
    Population {
        name: "outsize, alike",
        persons: 300,
        again: 0.6,
        outsize: 0.17,
        share: 0.66,
        alike: 0.1,
        spread: 0.1,
    },
];

impl Population {
    /// A person's own chance of acceptance: always, never, or about the common one.
    fn chance(&self, random: &mut Random) -> f64 {
        if random.chance(self.alike) {
            f64::from(u8::from(random.chance(self.share)))
        } else {
            (self.share + self.spread * random.normal()).clamp(0.0, 1.0)
        }
    }

    fn trials(&self, random: &mut Random) -> u64 {
        let mut trials = 1;
        while random.chance(self.again) && trials < 60 {
            trials += 1;
        }
        trials
    }

    fn count(&self, random: &mut Random, chance: f64) -> ClusterCount {
        let trials = self.trials(random);
        let hits = (0..trials).filter(|_| random.chance(chance)).count();
        ClusterCount {
            hits: u64::try_from(hits).unwrap(),
            trials,
        }
    }

    fn counts(&self, random: &mut Random) -> Vec<ClusterCount> {
        let mut counts: Vec<ClusterCount> = (0..self.persons)
            .map(|_| {
                let chance = self.chance(random);
                self.count(random, chance)
            })
            .collect();
        if self.outsize > 0.0 {
            let others: u64 = counts.iter().map(|count| count.trials).sum();
            let trials = floor_index(others as f64 * self.outsize / (1.0 - self.outsize)) as u64;
            let chance = self.chance(random);
            let hits = (0..trials).filter(|_| random.chance(chance)).count();
            counts.push(ClusterCount {
                hits: u64::try_from(hits).unwrap(),
                trials,
            });
        }
        counts
    }
}

fn covered(seeds: u64, mut holds: impl FnMut(&mut Random) -> bool) -> f64 {
    let hits = (0..seeds)
        .filter(|seed| holds(&mut Random::new(*seed)))
        .count();
    hits as f64 / seeds as f64
}

/// Few enough to run in a debug build; with so many a true 95 % is seen within 93 to 97 %
/// almost always, and the seeds are fixed.
const SEEDS: u64 = 1000;

fn assert_covers(what: &str, population: &Population, share: f64) {
    assert!(
        (0.93..=0.97).contains(&share),
        "{what} of population {}: {share}",
        population.name
    );
}

#[test]
fn the_interval_of_a_proportion_covers() {
    for population in &POPULATIONS {
        let share = covered(SEEDS, |random| {
            let found = proportion(&population.counts(random), Level::NINETY_FIVE).unwrap();
            found.low <= population.share && population.share <= found.high
        });
        assert_covers("proportion", population, share);
    }
}

#[test]
fn the_interval_of_a_proportion_covers_on_two_hundred_seeds() {
    let shares = POPULATIONS.iter().map(|population| {
        covered(200, |random| {
            let found = proportion(&population.counts(random), Level::NINETY_FIVE).unwrap();
            found.low <= population.share && population.share <= found.high
        })
    });
    let mean = shares.sum::<f64>() / POPULATIONS.len() as f64;
    assert!((0.93..=0.97).contains(&mean), "{mean}");
}

/// An outsize identity that is quite like the rest tells more than is assumed of it, so
/// that the interval is too wide; it must not be too narrow.
#[test]
fn an_outsize_identity_like_the_rest_leaves_the_interval_wide_enough() {
    let population = Population {
        name: "robot",
        persons: 300,
        again: 0.6,
        outsize: 0.17,
        share: 0.66,
        alike: 0.1,
        spread: 0.0,
    };
    let share = covered(SEEDS, |random| {
        let found = proportion(&population.counts(random), Level::NINETY_FIVE).unwrap();
        found.low <= population.share && population.share <= found.high
    });
    assert!(share >= 0.93, "{share}");
}

/// Nothing is planted, so what the interval of a difference leaves out is a false alarm.
#[test]
fn differences_of_nothing_give_few_false_alarms() {
    for population in &POPULATIONS {
        let apart = covered(SEEDS, |random| {
            let mut side = || proportion(&population.counts(random), Level::NINETY_FIVE).unwrap();
            let found = difference(side(), side());
            found.low <= 0.0 && 0.0 <= found.high
        });
        assert_covers("difference", population, apart);
    }
}

#[test]
fn differences_within_the_same_persons_give_few_false_alarms() {
    let population = &POPULATIONS[1];
    let paired = covered(SEEDS, |random| {
        let pairs: Vec<PairedCount> = (0..population.persons)
            .map(|_| {
                let chance = population.chance(random);
                let mut side = || population.count(random, chance);
                PairedCount {
                    first: side(),
                    second: side(),
                }
            })
            .collect();
        let found = difference_within_clusters(&pairs, Level::NINETY_FIVE).unwrap();
        found.low <= 0.0 && 0.0 <= found.high
    });
    assert_covers("paired difference", population, paired);
}

/// Times with a part of the person's own, skewed as times are, with a mean of 100 in sum.
fn times(population: &Population, random: &mut Random, first: u32) -> Vec<(Option<u32>, f64)> {
    let mut rows = Vec::new();
    for person in 0..u32::try_from(population.persons).unwrap() {
        let own = population.alike * random.time();
        for _ in 0..population.trials(random) {
            let rest = (1.0 - population.alike) * random.time();
            rows.push((Some(first + person), own + rest));
        }
    }
    rows
}

#[test]
fn the_interval_of_a_mean_covers() {
    for population in &POPULATIONS[..4] {
        let share = covered(SEEDS, |random| {
            let rows = times(population, random, 0);
            let found = mean(&cluster_sums(rows), Level::NINETY_FIVE).unwrap();
            found.low.unwrap() <= 100.0 && 100.0 <= found.high.unwrap()
        });
        assert_covers("mean", population, share);
    }
}

#[test]
fn the_interval_of_a_shift_covers() {
    let population = &POPULATIONS[1];
    let share = covered(300, |random| {
        let (persons, values): (Vec<_>, Vec<_>) = times(population, random, 0).into_iter().unzip();
        let (others, moved): (Vec<_>, Vec<_>) = times(population, random, 1000)
            .into_iter()
            .map(|(person, value)| (person, value + 30.0))
            .unzip();
        let found = shift(
            Sample {
                values: &moved,
                clusters: Some(&others),
            },
            Sample {
                values: &values,
                clusters: Some(&persons),
            },
            Level::NINETY_FIVE,
        )
        .unwrap();
        found.low <= 30.0 && 30.0 <= found.high
    });
    assert_covers("shift", population, share);
}
