//! Survival against lifelines, against plain implementations, and its laws.

use proptest::prelude::*;

use super::{Ending, Observation, Survival, cumulative_incidence, kaplan_meier};
use crate::intervals::Level;

fn observations(rows: &[(f64, bool)]) -> Vec<Observation> {
    rows.iter()
        .map(|(time, event)| Observation {
            time: *time,
            event: *event,
        })
        .collect()
}

/// Weeks in remission under 6-mercaptopurine: E. J. Freireich et al. (1963), Blood 21(6).
const REMISSION: [(f64, bool); 21] = [
    (6.0, true),
    (6.0, true),
    (6.0, true),
    (6.0, false),
    (7.0, true),
    (9.0, false),
    (10.0, true),
    (10.0, false),
    (11.0, false),
    (13.0, true),
    (16.0, true),
    (17.0, false),
    (19.0, false),
    (20.0, false),
    (22.0, true),
    (23.0, true),
    (25.0, false),
    (32.0, false),
    (32.0, false),
    (34.0, false),
    (35.0, false),
];

/// lifelines 0.30.3: `KaplanMeierFitter().fit(T, E)`, its `survival_function_` and
/// `confidence_interval_`.
#[test]
fn the_curve_and_its_interval_are_those_of_lifelines() {
    let curve = kaplan_meier(&mut observations(&REMISSION), Level::NINETY_FIVE);
    for (time, at_risk, survival, low, high) in [
        (6.0, 21, 0.857_143, 0.619_718, 0.951_552),
        (7.0, 17, 0.806_723, 0.563_147, 0.922_809),
        (10.0, 15, 0.752_941, 0.503_200, 0.889_362),
        (13.0, 12, 0.690_196, 0.431_610, 0.849_066),
        (16.0, 11, 0.627_451, 0.367_511, 0.804_912),
        (22.0, 7, 0.537_815, 0.267_779, 0.746_791),
        (23.0, 6, 0.448_179, 0.188_052, 0.680_143),
        (35.0, 1, 0.448_179, 0.188_052, 0.680_143),
    ] {
        let point = curve.at(time).unwrap();
        assert_eq!(point.at_risk, at_risk, "{point:?}");
        assert!((point.survival - survival).abs() < 1e-6, "{point:?}");
        assert!((point.low - low).abs() < 1e-6, "{point:?}");
        assert!((point.high - high).abs() < 1e-6, "{point:?}");
    }
    assert_eq!((curve.n, curve.events), (21, 9));
    assert_eq!((curve.median(), curve.time_at(0.4)), (Some(23.0), None));
    assert!((curve.survival_at(5.9) - 1.0).abs() < 1e-12);
}

/// lifelines 0.30.3: `AalenJohansenFitter().fit(range(1, 11), [1,2,0,1,1,2,0,1,2,0], 1)`.
#[test]
fn cumulative_incidence_is_that_of_lifelines() {
    let endings = [1, 2, 0, 1, 1, 2, 0, 1, 2, 0];
    let mut rows: Vec<(f64, Ending)> = (1..)
        .zip(endings)
        .map(|(time, ending)| {
            let ending = match ending {
                1 => Ending::Event,
                2 => Ending::Other,
                _ => Ending::Censored,
            };
            (f64::from(time), ending)
        })
        .collect();
    let points = cumulative_incidence(&mut rows, Level::NINETY_FIVE);
    for (place, event, low, high) in [
        (0, 0.100_000, 0.005_723, 0.358_127),
        (3, 0.214_286, 0.032_240, 0.501_120),
        (4, 0.328_571, 0.076_492, 0.617_606),
        (7, 0.480_952, 0.139_195, 0.762_066),
        (9, 0.480_952, 0.139_195, 0.762_066),
    ] {
        let point = points[place];
        assert!((point.event - event).abs() < 1e-6, "{point:?}");
        assert!((point.low - low).abs() < 1e-6, "{point:?}");
        assert!((point.high - high).abs() < 1e-6, "{point:?}");
    }
}

#[test]
fn nobody_and_nothing_that_happens() {
    assert!(
        kaplan_meier(&mut Vec::new(), Level::NINETY_FIVE)
            .points
            .is_empty()
    );
    let curve = kaplan_meier(
        &mut observations(&[(1.0, false), (2.0, false), (f64::NAN, true)]),
        Level::NINETY_FIVE,
    );
    assert_eq!((curve.n, curve.events, curve.median()), (2, 0, None));
    assert!((curve.survival_at(9.0) - 1.0).abs() < 1e-12);
}

#[test]
fn all_at_once_leaves_nobody() {
    let curve = kaplan_meier(
        &mut observations(&[(3.0, true), (3.0, true)]),
        Level::NINETY_FIVE,
    );
    let point = curve.points[0];
    assert_eq!((point.survival, point.low, point.high), (0.0, 0.0, 0.0));
}

#[test]
fn a_thinned_curve_keeps_its_ends_and_its_counts() {
    let rows: Vec<(f64, bool)> = (0..5000).map(|row| (f64::from(row), row % 3 > 0)).collect();
    let survival = Survival::of(&mut observations(&rows), Level::NINETY_FIVE);
    let (curve, thin) = (survival.curve(), survival.thinned(100));
    assert!(thin.points.len() <= 102, "{}", thin.points.len());
    assert_eq!(
        thin.points.iter().map(|point| point.events).sum::<u64>(),
        curve.events
    );
    assert_eq!(
        thin.points.last().map(|point| point.survival),
        curve.points.last().map(|point| point.survival)
    );
}

proptest! {
    #[test]
    fn without_censoring_it_is_the_share_still_waiting(
        times in prop::collection::vec(0_u8..20, 1..60), at in 0_u8..20,
    ) {
        let rows: Vec<(f64, bool)> = times.iter().map(|time| (f64::from(*time), true)).collect();
        let curve = kaplan_meier(&mut observations(&rows), Level::NINETY_FIVE);
        let waiting = times.iter().filter(|time| **time > at).count();
        let expected = waiting as f64 / times.len() as f64;
        prop_assert!((curve.survival_at(f64::from(at)) - expected).abs() < 1e-9);
    }

    #[test]
    fn it_falls_within_its_interval_and_counts_everyone(
        rows in prop::collection::vec((0_u8..20, any::<bool>()), 1..80),
    ) {
        let rows: Vec<(f64, bool)> =
            rows.iter().map(|(time, event)| (f64::from(*time), *event)).collect();
        let curve = kaplan_meier(&mut observations(&rows), Level::NINETY_FIVE);
        let mut last = 1.0;
        for point in &curve.points {
            prop_assert!(point.survival <= last);
            prop_assert!(point.low <= point.survival && point.survival <= point.high);
            last = point.survival;
        }
        let counted: u64 = curve.points.iter().map(|point| point.events + point.censored).sum();
        prop_assert_eq!(counted, curve.n);
    }

    #[test]
    fn both_incidences_and_those_left_add_up_to_one(
        rows in prop::collection::vec((0_u8..15, 0_u8..3), 1..60),
    ) {
        let ending = |kind| match kind {
            0 => Ending::Event,
            1 => Ending::Other,
            _ => Ending::Censored,
        };
        let mut endings: Vec<(f64, Ending)> =
            rows.iter().map(|(time, kind)| (f64::from(*time), ending(*kind))).collect();
        let any: Vec<(f64, bool)> =
            rows.iter().map(|(time, kind)| (f64::from(*time), *kind < 2)).collect();
        let curve = kaplan_meier(&mut observations(&any), Level::NINETY_FIVE);
        for point in cumulative_incidence(&mut endings, Level::NINETY_FIVE) {
            let left = curve.survival_at(point.time);
            prop_assert!((point.event + point.other + left - 1.0).abs() < 1e-9);
        }
    }
}
