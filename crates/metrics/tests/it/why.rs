//! A selection compared with the rest, over invented rows of `attempts`.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::query::Cell;
use veriscope_metrics::why::{Difference, Differences, Distribution, Part, WhyColumns, WhyRows};

/// A row of `attempts`, as far as the tests go.
struct Drawn {
    columns: Vec<(&'static str, ArrayRef)>,
    rows: usize,
}

/// Columns of text that have nothing to do with anything.
const TEXTS: [&str; 8] = [
    "device",
    "country",
    "language",
    "user_name",
    "convenio",
    "api_hash",
    "camera",
    "screen_resolution",
];
/// And of numbers.
const NUMBERS: [&str; 8] = [
    "score_liqe_near_img",
    "score_liqe_far_img",
    "score_topiq_near_img",
    "score_topiq_far_img",
    "score_sharpness_classic_metrics_near_img",
    "score_contrast_classic_metrics_near_img",
    "prob_ibeta2_full_near_img",
    "process_age_s",
];

fn unit(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32()) / f64::from(u32::MAX)
}

impl Drawn {
    /// Rows of persons who come once to nine times and mostly keep what is theirs.
    fn new(seed: u64, persons: u32) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut person_of = Vec::new();
        for person in 0..persons {
            let rows = 1 + random.next_u32() % 3 * (random.next_u32() % 5);
            person_of.extend((0..rows).map(|_| person));
        }
        let rows = person_of.len();
        let keys: Vec<String> = (0..rows).map(|row| format!("key {seed} {row}")).collect();
        let names: Vec<String> = person_of
            .iter()
            .map(|one| format!("person {one}"))
            .collect();
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("file_token", Arc::new(StringArray::from(keys))),
            ("documento", Arc::new(StringArray::from(names))),
        ];
        for (place, name) in TEXTS.into_iter().enumerate() {
            let of = 2 + u32::try_from(place).unwrap() * 3;
            let drawn = kept(&mut random, &person_of, |random| random.next_u32() % of);
            let texts: Vec<String> = drawn.iter().map(|one| format!("{name} {one}")).collect();
            columns.push((name, Arc::new(StringArray::from(texts))));
        }
        for name in NUMBERS {
            let drawn = kept(&mut random, &person_of, unit);
            columns.push((name, Arc::new(Float64Array::from(drawn))));
        }
        let hours = kept(&mut random, &person_of, |random| {
            i64::from(random.next_u32() % 24)
        });
        columns.push(("hour", Arc::new(Int64Array::from(hours))));
        Self { columns, rows }
    }

    fn set(&mut self, name: &'static str, column: ArrayRef) {
        self.columns.retain(|(known, _)| *known != name);
        self.columns.push((name, column));
    }

    fn batch(&self, card: &Card) -> RecordBatch {
        let schema = card.view_schema(View::Attempts);
        let columns = schema.fields().iter().map(|field| {
            let mut drawn = self.columns.iter();
            let known = drawn.find(|(name, _)| name == field.name());
            known.map_or_else(
                || new_null_array(field.data_type(), self.rows),
                |(_, column)| Arc::clone(column),
            )
        });
        let columns = columns.collect();
        RecordBatch::try_new(schema, columns).unwrap()
    }
}

/// A value for each row, of which persons keep their first two times in three.
fn kept<T: Copy>(
    random: &mut ChaCha8Rng,
    persons: &[u32],
    mut draw: impl FnMut(&mut ChaCha8Rng) -> T,
) -> Vec<T> {
    let mut own: Option<(u32, T)> = None;
    let mut values = Vec::with_capacity(persons.len());
    for person in persons {
        let fresh = draw(random);
        let first = match own {
            Some((known, value)) if known == *person => value,
            _ => fresh,
        };
        own = Some((*person, first));
        values.push(if random.next_u32() % 3 < 2 {
            first
        } else {
            fresh
        });
    }
    values
}

fn compare(card: &Card, batches: &[(RecordBatch, BooleanArray)], named: &[&str]) -> Differences {
    let columns = Arc::new(WhyColumns::new(card, named));
    let mut rows = WhyRows::new(columns);
    for (batch, selected) in batches {
        rows.update(batch, selected).unwrap();
    }
    rows.finish(Enough::default())
}

fn names(found: &[Difference]) -> Vec<&str> {
    found.iter().map(|one| one.column.as_str()).collect()
}

/// Selections that have nothing to do with the columns: by rows, and by persons.
#[test]
fn with_nothing_planted_nothing_is_claimed_in_at_least_nineteen_of_twenty_runs() {
    let card = Card::builtin().unwrap();
    for by_person in [false, true] {
        let runs = 200;
        let mut claims = 0;
        for seed in 0..runs {
            let drawn = Drawn::new(seed, 120);
            let mut random = ChaCha8Rng::seed_from_u64(1_000 + seed);
            let batch = drawn.batch(&card);
            let persons = batch.column_by_name("documento").unwrap().clone();
            let persons = persons
                .as_any()
                .downcast_ref::<StringArray>()
                .unwrap()
                .clone();
            let chosen: Vec<bool> = (0..200).map(|_| random.next_u32() % 4 == 0).collect();
            let selected: BooleanArray = persons
                .iter()
                .map(|person| {
                    let person = person
                        .unwrap()
                        .trim_start_matches("person ")
                        .parse::<usize>();
                    Some(if by_person {
                        chosen[person.unwrap()]
                    } else {
                        random.next_u32() % 4 == 0
                    })
                })
                .collect();
            let found = compare(&card, &[(batch, selected)], &[]);
            assert!(found.tested >= 14, "{}", found.tested);
            claims += u32::from(!found.found.is_empty());
        }
        assert!(claims <= 10, "{claims} of {runs}: {by_person}");
    }
}

/// A month in which one browser is slow and one score bad, with odd names.
#[test]
fn what_was_planted_is_found_first_whatever_its_name() {
    let card = Card::builtin().unwrap();
    let odd = "</script>\"'; DROP\u{7} 🦊 \u{202e}";
    for seed in 0..8 {
        let mut drawn = Drawn::new(seed, 400);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let is_odd: Vec<bool> = (0..drawn.rows)
            .map(|_| random.next_u32() % 5 == 0)
            .collect();
        let browsers = is_odd
            .iter()
            .map(|odd_one| Some(if *odd_one { odd } else { "plain" }));
        drawn.set("browser", Arc::new(browsers.collect::<StringArray>()));
        let selected: BooleanArray = is_odd
            .iter()
            .map(|odd_one| Some(unit(&mut random) < if *odd_one { 0.6 } else { 0.2 }))
            .collect();
        let found = compare(&card, &[(drawn.batch(&card), selected)], &["outcome"]);
        assert_eq!(names(&found.found), ["browser"]);
        let first = found.found.first().unwrap();
        assert_eq!(first.part, Part::Circumstance);
        let Distribution::Categories(shares) = &first.distribution else {
            panic!("{first:?}");
        };
        assert!(
            shares
                .iter()
                .any(|share| share.value == Cell::Text(odd.to_owned()))
        );
        assert!(
            shares
                .iter()
                .all(|share| (0.0..=1.0).contains(&share.selected))
        );
    }
}

#[test]
fn what_names_the_selection_again_is_left_out_and_what_tells_the_same_is_folded() {
    let card = Card::builtin().unwrap();
    let mut drawn = Drawn::new(5, 300);
    let rows = drawn.rows;
    let is_bad: Vec<bool> = (0..rows).map(|row| row % 3 == 0).collect();
    let text = |yes: &'static str, no: &'static str| -> ArrayRef {
        let of = is_bad.iter().map(|bad| Some(if *bad { yes } else { no }));
        Arc::new(of.collect::<StringArray>())
    };
    drawn.set("outcome", text("rejected", "accepted"));
    drawn.set("summary_status", text("error", "ok"));
    drawn.set("code_liqe_near_img", text("0302", "0300"));
    drawn.set("service", text("a", "b"));
    // Two names of one thing, and a finer one.
    drawn.set("browser", text("x", "y"));
    drawn.set("browser_version", text("x 1", "y 1"));
    let finer = (0..rows).map(|row| Some(format!("{} {}", is_bad[row], row % 4)));
    drawn.set("user_agent", Arc::new(finer.collect::<StringArray>()));
    let selected = BooleanArray::from(is_bad.clone());
    let batch = drawn.batch(&card);
    let by_outcome = compare(&card, &[(batch.clone(), selected.clone())], &["outcome"]);
    let left_out = &by_outcome.left_out;
    for name in [
        "summary_status",
        "code_liqe_near_img",
        "reason",
        "is_last",
        "service",
        "browser",
    ] {
        assert!(
            left_out.iter().any(|one| one == name),
            "{name}: {left_out:?}"
        );
    }
    assert_eq!(names(&by_outcome.found), ["user_agent"]);

    let by_score = compare(&card, &[(batch, selected)], &["score_liqe_near_img"]);
    let found = names(&by_score.found);
    assert_eq!(found.len(), 1, "{found:?}");
    let same = &by_score.found.first().unwrap().same_as;
    for name in ["browser_version", "user_agent", "outcome", "summary_status"] {
        assert!(
            same.iter().any(|one| one == name) || found == [name],
            "{name}: {same:?}"
        );
    }
}

#[test]
fn stopping_earlier_is_said_once_and_does_not_make_scores_or_totals_differ() {
    let card = Card::builtin().unwrap();
    let mut drawn = Drawn::new(11, 400);
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let rows = drawn.rows;
    let selected: Vec<bool> = (0..rows).map(|_| random.next_u32() % 2 == 0).collect();
    // Of the selection half stop before the far picture, of the rest a tenth.
    let stops: Vec<bool> = selected
        .iter()
        .map(|side| unit(&mut random) < if *side { 0.5 } else { 0.1 })
        .collect();
    for name in [
        "time_ms_liqe_far_img",
        "time_ms_topiq_far_img",
        "time_ms_liqe_near_img",
    ] {
        let is_far = name.contains("far");
        let times = stops.iter().map(|stops| {
            let time = 50 + i64::from(random.next_u32() % 100);
            (!(is_far && *stops)).then_some(time)
        });
        drawn.set(name, Arc::new(times.collect::<Int64Array>()));
    }
    let totals = stops
        .iter()
        .map(|stops| Some(if *stops { 100 } else { 200 }));
    drawn.set("total_time_ms", Arc::new(totals.collect::<Int64Array>()));
    let batch = drawn.batch(&card);
    let found = compare(
        &card,
        &[(batch, BooleanArray::from(selected))],
        &["convenio"],
    );
    assert_eq!(names(&found.found), ["time_ms_liqe_far_img"]);
    let Distribution::Measured(there) = found.found.first().unwrap().distribution else {
        panic!("{found:?}");
    };
    assert!(there.selected < 0.6 && there.against > 0.8, "{there:?}");
}

#[test]
fn a_side_of_few_persons_is_shown_but_nothing_is_claimed_of_it() {
    let card = Card::builtin().unwrap();
    let mut drawn = Drawn::new(3, 300);
    let few: Vec<bool> = (0..drawn.rows).map(|row| row < 12).collect();
    let browsers = few.iter().map(|few| Some(if *few { "x" } else { "y" }));
    drawn.set("browser", Arc::new(browsers.collect::<StringArray>()));
    let batch = drawn.batch(&card);
    let found = compare(&card, &[(batch, BooleanArray::from(few))], &["convenio"]);
    assert!(found.found.is_empty());
    let told: Vec<(&str, f64)> = found
        .weak
        .iter()
        .map(|one| (one.column.as_str(), one.effect))
        .collect();
    let first = found.weak.first().unwrap();
    assert!(first.column == "browser" && first.is_few, "{told:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn how_rows_are_cut_and_in_what_order_they_come_changes_nothing(
        seed in 0_u64..1_000, cuts in prop::collection::vec(1_usize..60, 1..8), split in 0_usize..8,
    ) {
        let card = Card::builtin().unwrap();
        let drawn = Drawn::new(seed, 60);
        let batch = drawn.batch(&card);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let selected: Vec<bool> = (0..drawn.rows).map(|_| random.next_u32() % 3 == 0).collect();
        let whole = compare(&card, &[(batch.clone(), BooleanArray::from(selected.clone()))], &[]);

        let mut order: Vec<u32> = (0..u32::try_from(drawn.rows).unwrap()).collect();
        order.sort_by_cached_key(|_| random.next_u32());
        let shuffled = datafusion::arrow::array::UInt32Array::from(order.clone());
        let mixed = take_record_batch(&batch, &shuffled).unwrap();
        let sides: Vec<bool> = order.iter().map(|row| selected[*row as usize]).collect();
        let mut parts = Vec::new();
        let mut at = 0;
        for cut in cuts.iter().cycle() {
            let length = (*cut).min(drawn.rows - at);
            let sides = BooleanArray::from(sides[at..at + length].to_vec());
            parts.push((mixed.slice(at, length), sides));
            at += length;
            if at == drawn.rows {
                break;
            }
        }
        prop_assert_eq!(concat_batches(&batch.schema(), parts.iter().map(|(one, _)| one)).unwrap(), mixed);
        let columns = Arc::new(WhyColumns::new(&card, &[]));
        let split = split.min(parts.len());
        let [mut one, mut two] = [(); 2].map(|()| WhyRows::new(Arc::clone(&columns)));
        for (place, (batch, sides)) in parts.iter().enumerate() {
            let rows = if place < split { &mut one } else { &mut two };
            rows.update(batch, sides).unwrap();
        }
        two.merge(one);
        prop_assert_eq!(two.finish(Enough::default()), whole);
    }
}
