//! Change over time against numpy and pandas on one table, periods, and laws.

use proptest::prelude::*;

use super::calendar::Calendar;
use super::drift;
use super::season::{category_told, variance_told};
use super::shift::{Shares, decile_edges, jensen_shannon, psi, verdict};
use crate::outcome::sorted::Sorted;
use crate::pairs::table::Codes;
use crate::pairs::testing::{self, CODES, NUMBERS, near};
use crate::report::{ColumnKind, TimeUnit, Verdict};
use crate::{NO_TIME, Options, Sample, SampleColumn, Scope};

const DAY_MS: i64 = 86_400_000;

fn shares(places: impl Iterator<Item = usize>, bins: usize) -> Shares {
    let mut shares = Shares::none(bins);
    places.for_each(|place| shares.add(place));
    shares
}

/// The bins of a column's rows; none where it misses.
fn places(column: &SampleColumn) -> (Vec<Option<usize>>, usize) {
    match column {
        SampleColumn::Number(values) => {
            let edges = decile_edges(&Sorted::new(values.iter().copied()));
            let place = |value: &f64| {
                value
                    .is_finite()
                    .then(|| edges.partition_point(|edge| edge < value))
            };
            (values.iter().map(place).collect(), edges.len() + 1)
        }
        SampleColumn::Code { codes, labels } => (
            codes
                .iter()
                .map(|code| {
                    usize::try_from(*code)
                        .ok()
                        .filter(|code| *code < labels.len())
                })
                .collect(),
            labels.len(),
        ),
        SampleColumn::None => (Vec::new(), 0),
    }
}

/// numpy 2.4.6: Σ (p − q) ln (p ÷ q) over tenths of the whole, each month against the others.
#[test]
fn the_index_of_each_month_is_that_of_numpy() {
    let (sample, facts) = (testing::sample(), testing::figures());
    let calendar = Calendar::new(sample.time.as_ref().unwrap(), 0).unwrap();
    assert_eq!(calendar.unit, TimeUnit::Month);
    for (column, name) in sample.columns.iter().zip(testing::names()) {
        let (places, bins) = places(column);
        for (index, period) in calendar.periods.iter().enumerate() {
            let inside = |wanted: bool| {
                let rows = places.iter().zip(&calendar.rows);
                let chosen =
                    rows.filter(move |(_, moment)| (moment.unwrap().period == index) == wanted);
                shares(chosen.filter_map(|(place, _)| *place), bins)
            };
            let fact = &facts["drift"][name][&period.start[..7]];
            assert_eq!(fact["n"], inside(true).total(), "{name} {period:?}");
            let found = psi(&inside(true), &inside(false)).unwrap();
            assert!(
                near(found, &fact["psi"]),
                "{name} {period:?} {found} {fact}"
            );
        }
    }
}

/// pandas 2.3.3: `groupby(month).median()`; with so few rows a month there is no index.
#[test]
fn series_are_medians_and_few_rows_have_no_index() {
    let mut sample = testing::sample();
    let (columns, options, facts) = (
        testing::report_columns(),
        Options::default(),
        testing::figures(),
    );
    let few = drift(&Scope {
        columns: &columns,
        sample: &sample,
        options: &options,
    })
    .unwrap();
    assert!(few.1.iter().all(Option::is_none));

    // The same rows twice more.
    let threefold = |column: &SampleColumn| match column {
        SampleColumn::Number(values) => SampleColumn::Number(values.repeat(3)),
        SampleColumn::Code { codes, labels } => SampleColumn::Code {
            codes: codes.repeat(3),
            labels: labels.clone(),
        },
        SampleColumn::None => SampleColumn::None,
    };
    sample.columns = sample.columns.iter().map(threefold).collect();
    sample.time = sample.time.map(|time| time.repeat(3));
    sample.rows *= 3;
    let (drift, columns) = drift(&Scope {
        columns: &columns,
        sample: &sample,
        options: &options,
    })
    .unwrap();
    assert_eq!(
        drift.periods.iter().map(|period| period.rows).sum::<u64>(),
        1_800
    );
    let x = columns[0].as_ref().unwrap();
    for (median, period) in x.series.iter().zip(&drift.periods) {
        assert!(near(
            median.unwrap(),
            &facts["drift"]["x"][&period.start[..7]]["median"]
        ));
    }
    // `w` grows month by month, `delay` with the hour.
    let place = |name: &str| {
        testing::names()
            .iter()
            .position(|known| *known == name)
            .unwrap()
    };
    assert_eq!(drift.ranked[0], place("w"));
    let w = columns[place("w")].as_ref().unwrap();
    assert_eq!((w.verdict, w.seasonal), (Verdict::Strong, false));
    assert!(
        w.missing
            .iter()
            .all(|share| (0.2..0.6).contains(&share.unwrap()))
    );
    assert!(columns[place("delay")].as_ref().unwrap().seasonal);
    assert!(columns[place("late")].as_ref().unwrap().seasonal);
}

/// pandas 2.3.3: η² by `groupby`, from it ε² by Kelley's formula; scipy 1.15.3:
/// `chi2_contingency` in Bergsma's formula.
#[test]
fn what_hour_and_weekday_tell_is_that_of_pandas_and_scipy() {
    let (sample, facts) = (testing::sample(), testing::figures());
    let calendar = Calendar::new(sample.time.as_ref().unwrap(), 0).unwrap();
    let hours: Vec<Option<u8>> = calendar
        .rows
        .iter()
        .map(|moment| moment.map(|moment| moment.hour))
        .collect();
    let weekdays: Vec<Option<u8>> = calendar
        .rows
        .iter()
        .map(|moment| moment.map(|moment| moment.weekday))
        .collect();
    for (column, name) in sample.columns.iter().zip(testing::names()) {
        for (groups, key, count) in [(&hours, "hour", 24.0), (&weekdays, "weekday", 7.0)] {
            let fact = facts["season"][name][key].as_f64().unwrap();
            let (found, expected) = match column {
                SampleColumn::Number(values) => {
                    let n = values.iter().filter(|value| value.is_finite()).count() as f64;
                    let left = (1.0 - fact) * (n - 1.0) / (n - count);
                    (variance_told(values, groups), (1.0 - left).max(0.0))
                }
                SampleColumn::Code { codes, .. } => {
                    (category_told(&Codes::of(codes).unwrap(), groups), fact)
                }
                SampleColumn::None => (None, fact),
            };
            assert!(
                (found.unwrap() - expected).abs() < 1e-9,
                "{name} {key} {found:?} {expected}"
            );
        }
    }
    assert_eq!(NUMBERS.len() + CODES.len(), sample.columns.len());
}

fn calendar(days: impl Iterator<Item = i64>) -> Option<Calendar> {
    Calendar::new(&days.map(|day| day * DAY_MS).collect::<Vec<i64>>(), 0)
}

#[test]
fn periods_are_months_else_weeks_else_days_and_years_of_many_months() {
    let unit = |days: i64, step: usize| {
        calendar((0..days).step_by(step)).map(|found| (found.unit, found.periods.len()))
    };
    assert_eq!(unit(3, 1), None);
    assert_eq!(unit(20, 1), Some((TimeUnit::Week, 4)));
    assert_eq!(unit(5, 1), Some((TimeUnit::Day, 5)));
    assert_eq!(unit(120, 1), Some((TimeUnit::Month, 4)));
    assert_eq!(unit(3_000, 10), Some((TimeUnit::Year, 9)));
    // Two and a half years: the newest 24 months.
    let months = calendar((0..910).step_by(2)).unwrap();
    assert_eq!((months.unit, months.periods.len()), (TimeUnit::Month, 24));
    assert!(months.rows[0].is_none() && months.rows[454].is_some());
}

#[test]
fn a_stray_row_of_another_year_makes_no_longer_periods() {
    let found = calendar((0..400).map(|row| 20_000 + row / 20).chain([0])).unwrap();
    assert_eq!((found.unit, found.periods.len()), (TimeUnit::Week, 5));
}

#[test]
fn hours_and_days_are_those_of_the_local_clock() {
    // 1970-01-02 02:30 UTC is the evening of Thursday, 1970-01-01, in Bogotá.
    let times: Vec<i64> = (0..5)
        .map(|day| day * DAY_MS + DAY_MS + 9_000_000)
        .chain([NO_TIME])
        .collect();
    let found = Calendar::new(&times, -300).unwrap();
    let first = found.rows[0].unwrap();
    assert_eq!(
        (found.periods[0].start.as_str(), first.weekday, first.hour),
        ("1970-01-01", 3, 21)
    );
    assert!(found.rows[5].is_none());
}

#[test]
fn a_table_without_times_has_no_drift() {
    let options = Options::default();
    assert!(
        drift(&Scope {
            columns: &[],
            sample: &Sample::default(),
            options: &options
        })
        .is_none()
    );
}

/// And a release that comes at the turn of a day is one, though the day tells it wholly.
#[test]
fn a_part_of_the_date_is_no_drift() {
    let time: Vec<i64> = (0..3_000).map(|row| row * DAY_MS / 20).collect();
    let hours: Vec<f64> = time
        .iter()
        .map(|time| (time % DAY_MS / 3_600_000) as f64)
        .collect();
    let days = time
        .iter()
        .map(|time| u32::try_from((time / DAY_MS + 3) % 7).unwrap())
        .collect();
    let columns = ["hour", "weekday", "x", "release"]
        .map(|name| testing::report_column(name, ColumnKind::Number));
    let sample = Sample {
        rows: 3_000,
        complete: true,
        of: 3_000,
        columns: vec![
            SampleColumn::Number(hours),
            SampleColumn::Code {
                codes: days,
                labels: vec![String::new(); 7],
            },
            SampleColumn::Number(time.iter().map(|time| *time as f64).collect()),
            SampleColumn::Code {
                codes: (0..3_000).map(|row| u32::from(row >= 1_600)).collect(),
                labels: vec!["1".to_owned(), "2".to_owned()],
            },
        ],
        time: Some(time),
        ..Sample::default()
    };
    let options = Options::default();
    let scope = Scope {
        columns: &columns,
        sample: &sample,
        options: &options,
    };
    let (drift, found) = drift(&scope).unwrap();
    assert!(found[0].is_none() && found[1].is_none());
    assert_eq!(drift.ranked.len(), 2);
    assert_eq!(found[3].as_ref().unwrap().verdict, Verdict::Strong);
}

fn counts() -> impl Strategy<Value = Shares> {
    prop::collection::vec(0_u64..50, 4).prop_map(|counts| Shares { counts })
}

proptest! {
    #[test]
    fn indices_are_symmetric_and_none_of_the_same(one in counts(), other in counts()) {
        let pair = |one: &Shares, other: &Shares| psi(one, other).zip(jensen_shannon(one, other));
        if let Some((there, js)) = pair(&one, &other) {
            let (back, js_back) = pair(&other, &one).unwrap();
            prop_assert!((there - back).abs() < 1e-12 && (js - js_back).abs() < 1e-12);
            prop_assert!(there >= 0.0 && (0.0..=1.0).contains(&js));
            prop_assert!(psi(&one, &one).unwrap() < 1e-12);
            prop_assert!(jensen_shannon(&one, &one).unwrap() < 1e-12);
        }
    }

    #[test]
    fn verdicts_do_not_follow_the_number_of_rows(one in counts(), other in counts(), times in 1_u64..1_000) {
        let more = |shares: &Shares| Shares { counts: shares.counts.iter().map(|count| count * times).collect() };
        let few = psi(&one, &other);
        let many = psi(&more(&one), &more(&other));
        prop_assert_eq!(few.is_some(), many.is_some());
        if let (Some(few), Some(many)) = (few, many) {
            prop_assert!((few - many).abs() < 1e-9);
            prop_assert!((few - 0.1).abs() < 1e-9 || (few - 0.25).abs() < 1e-9 || verdict(few) == verdict(many));
        }
    }
}
