//! The verdict on the built-in pipeline turns with the way transactions really ran.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use veriscope_card::Card;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::intervals::Level;
use veriscope_metrics::number::floor_index;
use veriscope_metrics::pipeline_test::{Finding, GroupTest, PipelineSample, PipelineTest, Verdict};

use crate::random::Random;

const VERIFACE: &str = include_str!("../../../../cards/veriface.yaml");

/// How one part of the pipeline really ran.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    AtOnce,
    Series,
    /// The first two in series, beside the others in series.
    Pairs,
}

/// How the pipeline really ran.
#[derive(Clone, Copy)]
struct Truth {
    /// The pictures of detection.
    detection: Order,
    quality: Order,
    antispoofing: Order,
    transactions: usize,
}

const CLAIMED: Truth = Truth {
    detection: Order::AtOnce,
    quality: Order::AtOnce,
    antispoofing: Order::AtOnce,
    transactions: 1500,
};

fn length(times: &[f64], order: Order) -> f64 {
    let most = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    match order {
        Order::AtOnce => most(times),
        Order::Series => times.iter().sum(),
        Order::Pairs => {
            let (one, two) = times.split_at(2);
            most(&[one.iter().sum(), two.iter().sum()])
        }
    }
}

/// Mean time of each microservice, ms, in no particular proportion.
const MEANS: [(&str, f64); 10] = [
    ("accessory_detector", 40.0),
    ("face_detector", 60.0),
    ("liqe", 150.0),
    ("topiq", 180.0),
    ("classic_metrics", 140.0),
    ("as_35_selfies", 70.0),
    ("ibeta2_crops", 60.0),
    ("ibeta2_full", 65.0),
    ("ibeta2_clip", 40.0),
    ("geometry_check", 12.0),
];

/// Transactions of persons who come often; three of ten stop after image quality.
fn sample(model: &PathModel, truth: Truth, seed: u64) -> PipelineSample {
    let mut random = Random::new(seed);
    let mut columns: Vec<Vec<Option<i64>>> = vec![Vec::new(); model.columns().len()];
    let mut persons = Vec::new();
    let mut person = 0;
    for _ in 0..truth.transactions {
        if random.chance(0.4) {
            person += 1;
        }
        persons.push(Some(person));
        let stops = random.chance(0.3);
        let mut times = Vec::new();
        for run in model.runs() {
            let mean = MEANS
                .iter()
                .find(|one| one.0 == run.microservice)
                .unwrap()
                .1;
            let late = run.microservice.contains("ibeta2")
                || run.microservice.contains("as_35")
                || run.microservice == "geometry_check";
            let time = (mean * (0.4 + 0.2 * random.exponential(1.0) + 0.4 * random.time() / 100.0))
                .round();
            times.push((!(late && stops)).then_some(time));
        }
        let of = |names: &[&str], image: &str| -> Vec<f64> {
            names
                .iter()
                .map(|name| {
                    let run = model.runs().iter().position(|run| {
                        run.microservice == *name && run.image.as_deref().unwrap_or("") == image
                    });
                    times[run.unwrap()].unwrap_or(0.0)
                })
                .collect()
        };
        let detection: Vec<f64> = ["near", "far"]
            .iter()
            .map(|image| {
                of(&["accessory_detector", "face_detector"], image)
                    .iter()
                    .sum()
            })
            .collect();
        let mut total = 90.0 + random.exponential(80.0) + length(&detection, truth.detection);
        for image in ["near", "far"] {
            total += length(
                &of(&["liqe", "topiq", "classic_metrics"], image),
                truth.quality,
            );
            let names = [
                "as_35_selfies",
                "ibeta2_crops",
                "ibeta2_full",
                "ibeta2_clip",
            ];
            total += length(&of(&names, image), truth.antispoofing);
        }
        total += of(&["geometry_check"], "")[0];
        if random.chance(0.01) {
            // A call that hung.
            total += 20_000.0;
        }
        push(model, &mut columns, total, &times);
    }
    let mut sample = PipelineSample::new(model);
    sample
        .update(model, &batch(model, columns), &persons)
        .unwrap();
    sample
}

fn whole(time: f64) -> i64 {
    i64::try_from(floor_index(time.round())).unwrap()
}

fn push(model: &PathModel, columns: &mut [Vec<Option<i64>>], total: f64, times: &[Option<f64>]) {
    let mut into = columns.iter_mut();
    into.next().unwrap().push(Some(whole(total)));
    for (run, time) in model.runs().iter().zip(times) {
        into.next().unwrap().push(time.map(whole));
        if run.queue.is_some() {
            into.next().unwrap().push(time.map(|_| 0));
        }
    }
}

fn batch(model: &PathModel, columns: Vec<Vec<Option<i64>>>) -> RecordBatch {
    let fields: Vec<Field> = model
        .columns()
        .iter()
        .map(|name| Field::new(*name, DataType::Int64, true))
        .collect();
    let arrays: Vec<ArrayRef> = columns
        .into_iter()
        .map(|values| Arc::new(Int64Array::from(values)) as ArrayRef)
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn tested(truth: Truth, seed: u64) -> PipelineTest {
    let model = PathModel::of(&Card::parse(VERIFACE).unwrap()).unwrap();
    sample(&model, truth, seed).test(&model, Level::NINETY_FIVE)
}

fn group<'a>(test: &'a PipelineTest, member: &str) -> &'a GroupTest {
    test.groups
        .iter()
        .find(|group| group.members.first().is_some_and(|first| first == member))
        .unwrap()
}

fn error_of(test: &PipelineTest, grouping: &str) -> f64 {
    let found = test.held_out.iter().find(|one| one.grouping == grouping);
    found.unwrap().error_ms
}

const QUALITY: &str = "liqe";
const ANTISPOOFING: &str = "as_35_selfies";
const DETECTION: &str = "(accessory_detector + face_detector)";

#[test]
fn the_pipeline_as_claimed_is_supported() {
    let mut supported = 0;
    for seed in 0..10 {
        let test = tested(CLAIMED, seed);
        let quality = group(&test, QUALITY);
        assert_eq!(
            quality.verdict,
            Verdict::Supported,
            "seed {seed}: {quality:?}"
        );
        let best = quality.best.as_ref().unwrap();
        assert_eq!(
            best.formula, "liqe | topiq | classic_metrics",
            "seed {seed}"
        );
        assert_ne!(
            group(&test, DETECTION).verdict,
            Verdict::Contradicted,
            "seed {seed}"
        );
        let antispoofing = group(&test, ANTISPOOFING);
        assert_eq!(antispoofing.verdict, Verdict::Undecided);
        assert_ne!(antispoofing.finding, Finding::OneAfterOther, "seed {seed}");
        supported += u32::from(antispoofing.finding == Finding::AtOnce);
        assert!(error_of(&test, "path") < error_of(&test, "path, undecided in series"));
        assert!(error_of(&test, "path") < error_of(&test, "serial"));
        assert!(error_of(&test, "path") < error_of(&test, "constant"));
    }
    assert!(supported >= 8, "{supported} of 10");
}

#[test]
fn a_serial_pipeline_turns_every_verdict() {
    let serial = Truth {
        detection: Order::Series,
        quality: Order::Series,
        antispoofing: Order::Series,
        ..CLAIMED
    };
    for seed in 0..10 {
        let test = tested(serial, seed);
        for name in [QUALITY, DETECTION] {
            let found = group(&test, name);
            assert_eq!(
                found.verdict,
                Verdict::Contradicted,
                "seed {seed}: {found:?}"
            );
        }
        assert_eq!(
            group(&test, QUALITY).finding,
            Finding::OneAfterOther,
            "seed {seed}"
        );
        let antispoofing = group(&test, ANTISPOOFING).finding;
        assert_eq!(antispoofing, Finding::OneAfterOther, "seed {seed}");
        assert!(
            error_of(&test, "serial") < error_of(&test, "path"),
            "seed {seed}"
        );
        let path = test
            .held_out
            .iter()
            .find(|one| one.grouping == "path")
            .unwrap();
        assert!(path.slope > 1.5, "seed {seed}: {path:?}");
    }
}

#[test]
fn another_grouping_is_found() {
    let pairs = Truth {
        antispoofing: Order::Pairs,
        transactions: 3000,
        ..CLAIMED
    };
    let expected = "(as_35_selfies + ibeta2_crops) | (ibeta2_full + ibeta2_clip)";
    let mut named = 0;
    for seed in 0..10 {
        let test = tested(pairs, seed);
        let found = group(&test, ANTISPOOFING);
        assert_ne!(
            found.finding,
            Finding::OneAfterOther,
            "seed {seed}: {found:?}"
        );
        let best = &found.best.as_ref().unwrap().formula;
        let rival = found.rivals.iter().any(|one| one.formula == expected);
        assert!(best == expected || rival, "seed {seed}: {found:?}");
        named += u32::from(best == expected && found.finding == Finding::Neither);
        assert_eq!(
            group(&test, QUALITY).verdict,
            Verdict::Supported,
            "seed {seed}"
        );
    }
    assert!(named >= 8, "{named} of 10");
}

#[test]
fn claims_that_hold_are_hardly_ever_contradicted() {
    let small = Truth {
        transactions: 320,
        ..CLAIMED
    };
    let (mut alarms, mut claims) = (0, 0);
    for seed in 100..300 {
        let test = tested(small, seed);
        for group in &test.groups {
            claims += 1;
            alarms += u32::from(group.verdict == Verdict::Contradicted);
        }
        for step in &test.steps {
            claims += 1;
            alarms += u32::from(step.verdict == Verdict::Contradicted);
        }
    }
    assert!(
        f64::from(alarms) <= 0.02 * f64::from(claims),
        "{alarms} of {claims}"
    );
}

#[test]
fn few_transactions_or_persons_decide_nothing() {
    let few = Truth {
        transactions: 100,
        ..CLAIMED
    };
    let test = tested(few, 1);
    assert_eq!(test.transactions, 100);
    assert!(test.held_out.is_empty());
    for group in &test.groups {
        assert_eq!(
            (group.finding, group.verdict),
            (Finding::CannotTell, Verdict::Undecided)
        );
    }
    let model = PathModel::of(&Card::parse(VERIFACE).unwrap()).unwrap();
    let none = PipelineSample::new(&model).test(&model, Level::NINETY_FIVE);
    assert_eq!((none.transactions, none.intercept_ms), (0, None));
}

#[test]
fn a_sample_that_knows_how_many_come_keeps_the_same_persons() {
    let model = PathModel::of(&Card::parse(VERIFACE).unwrap()).unwrap();
    let times = (0..5000).map(|row| Some(10 + row)).collect();
    let columns = vec![times; model.columns().len()];
    let rows = batch(&model, columns);
    let persons: Vec<Option<u32>> = (0..5000).map(|row| Some(row / 5)).collect();
    for (first, most) in [(5000, 400), (5000, 6000), (1700, 250)] {
        let kept = |sample: PipelineSample| {
            // In two parts, which are put together.
            let mut parts = [sample.clone(), sample];
            let cut = [(0, first), (first, 5000 - first)];
            for (part, (from, count)) in parts.iter_mut().zip(cut) {
                let persons = &persons[from..from + count];
                part.update(&model, &rows.slice(from, count), persons)
                    .unwrap();
            }
            let [mut one, other] = parts;
            one.merge(other);
            let test = one.test(&model, Level::NINETY_FIVE);
            (one.len(), serde_json::to_string(&test).unwrap())
        };
        let unknown = kept(PipelineSample::with_most(&model, most));
        let known = kept(PipelineSample::with_most(&model, most).expecting(5000));
        assert_eq!(unknown, known, "{first} {most}");
    }
}

#[test]
fn a_sample_of_persons_is_as_large_as_asked_and_whole() {
    let model = PathModel::of(&Card::parse(VERIFACE).unwrap()).unwrap();
    let all = sample(&model, CLAIMED, 3);
    assert_eq!(all.len(), CLAIMED.transactions);
    let mut part = PipelineSample::with_most(&model, 400);
    let columns = vec![vec![Some(10_i64); 5000]; model.columns().len()];
    let persons: Vec<Option<u32>> = (0..5000).map(|row| Some(row / 5)).collect();
    part.update(&model, &batch(&model, columns), &persons)
        .unwrap();
    assert!((100..=400).contains(&part.len()), "{}", part.len());
    assert_eq!(part.len() % 5, 0);
    assert!(
        part.update(
            &model,
            &batch(&model, vec![vec![Some(1)]; model.columns().len()]),
            &[]
        )
        .is_err()
    );
}
