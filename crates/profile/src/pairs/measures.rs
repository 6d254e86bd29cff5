//! Every measure of every pair of some columns.

use super::LEAST_ROWS;
use super::cluster::triangle;
use super::columns::{Comparable, Number};
use super::groups::linear_pairs;
use super::kendall::{Dense, Work, tau_b};
use super::phi_k::Curves;
use super::spread::spread;
use super::table::{Dependence, associate, common_rows};

/// How two columns go together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measures {
    /// Rows that have both values.
    pub(crate) rows: u64,
    pub(crate) pearson: Option<f64>,
    pub(crate) spearman: Option<f64>,
    pub(crate) kendall: Option<f64>,
    pub(crate) cramers_v: Option<f64>,
    pub(crate) phi_k: Option<f64>,
    /// Spearman's rho of two number columns, else Cramér's V with numbers in ten bins, as
    /// ydata-profiling chooses.
    pub(crate) auto: Option<f64>,
}

/// Returns the upper triangle of all pairs, row by row; Kendall's tau over the first
/// `kendall_rows` rows of the sample.
pub(crate) fn measures(
    columns: &[Comparable<'_>],
    kendall_rows: usize,
    threads: usize,
) -> Vec<Measures> {
    let size = columns.len();
    let mut measures = by_tables(columns, threads);
    let (places, numbers): (Vec<usize>, Vec<&Number<'_>>) = columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| Some((place, column.number()?)))
        .unzip();
    let mut with = |pair: (usize, usize), set: &dyn Fn(&mut Measures)| {
        let found = places.get(pair.0).zip(places.get(pair.1));
        let found = found.and_then(|(one, other)| measures.get_mut(triangle(size, *one, *other)));
        if let Some(found) = found {
            set(found);
        }
    };
    for pair in linear_pairs(&numbers, threads) {
        with(pair.places, &|found| {
            found.pearson = pair.pearson;
            found.spearman = pair.spearman;
            found.auto = pair.spearman;
        });
    }
    for (pair, tau) in kendall_pairs(&numbers, kendall_rows, threads) {
        with(pair, &|found| found.kendall = tau);
    }
    measures
}

/// Pairs of number columns with their tau-b.
type Taus = Vec<((usize, usize), Option<f64>)>;

fn kendall_pairs(numbers: &[&Number<'_>], rows: usize, threads: usize) -> Taus {
    let ranked = spread(numbers.len(), threads, |place| {
        numbers
            .get(place)
            .map(|number| Dense::new(number.values, &number.order, rows))
    });
    let ranked: Vec<Dense> = ranked.into_iter().flatten().collect();
    let taus = spread(ranked.len(), threads, |place| {
        let mut work = Work::default();
        let others = ranked.iter().enumerate().skip(place + 1);
        let tau = |other: &Dense, work: &mut Work| tau_b(ranked.get(place)?, other, work);
        others
            .map(|(other_place, other)| ((place, other_place), tau(other, &mut work)))
            .collect::<Taus>()
    });
    taus.into_iter().flatten().collect()
}

/// What contingency tables give: φk, Cramér's V, `auto` where a category is in the pair, and
/// the number of rows of every pair.
fn by_tables(columns: &[Comparable<'_>], threads: usize) -> Vec<Measures> {
    let tables = spread(columns.len(), threads, |place| {
        let mut cells = Vec::new();
        let Some(one) = columns.get(place) else {
            return Vec::new();
        };
        let others = columns.iter().skip(place + 1);
        others
            .map(|other| Tables::of(one, other, &mut cells))
            .collect::<Vec<Tables>>()
    });
    let tables: Vec<Tables> = tables.into_iter().flatten().collect();
    let curves = Curves::new(
        tables.iter().filter_map(|tables| tables.phik.as_ref()),
        threads,
    );
    tables
        .iter()
        .map(|tables| tables.measures(&curves))
        .collect()
}

/// The contingency tables of a pair.
struct Tables {
    rows: u64,
    /// Numbers in phik's bins.
    phik: Option<Dependence>,
    /// Numbers in pandas' bins; none of two number columns.
    auto: Option<Dependence>,
    /// Whether both are categories.
    categories: bool,
}

impl Tables {
    fn of(one: &Comparable<'_>, other: &Comparable<'_>, cells: &mut Vec<u32>) -> Self {
        let (codes, other_codes) = (one.phik_codes(), other.phik_codes());
        let first = associate(codes, other_codes, cells);
        let rows = common_rows(cells, other_codes);
        let enough = |found: Option<Dependence>| {
            found.filter(|found| found.rows >= u64::try_from(LEAST_ROWS).unwrap_or(u64::MAX))
        };
        let categories = one.number().is_none() && other.number().is_none();
        let numbers = one.number().is_some() && other.number().is_some();
        let (cut, other_cut) = (one.cut_codes(), other.cut_codes());
        let auto = if numbers {
            None
        } else if std::ptr::eq(cut, codes) && std::ptr::eq(other_cut, other_codes) {
            first
        } else {
            associate(cut, other_cut, cells)
        };
        Self {
            rows,
            phik: enough(first),
            auto: enough(auto),
            categories,
        }
    }

    fn measures(&self, curves: &Curves) -> Measures {
        let strength = self.auto.and_then(|table| table.cramers_v());
        Measures {
            rows: self.rows,
            phi_k: self.phik.and_then(|table| curves.phi_k(&table)),
            cramers_v: strength.filter(|_| self.categories),
            auto: strength,
            ..Measures::default()
        }
    }
}
