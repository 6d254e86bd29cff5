//! What a query string asks for: filters, and the few parameters that are none.
//!
//! Every parameter is a filter, `column=value`, but for those named here. A column that comes
//! several times may be any of the values. `select.column=value` chooses within the filters.

use url::form_urlencoded;

use crate::refusal::Refusal;

/// More filters than this are no question of a dashboard.
const MOST_FILTERS: usize = 64;
/// More values of all filters than this neither.
const MOST_VALUES: usize = 2_000;
const SELECT: &str = "select.";

/// Values by column.
pub(crate) type Filtered = Vec<(String, Vec<String>)>;

/// What a query string asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TabQuery {
    filters: Filtered,
    select: Filtered,
    compare: bool,
    faster: Vec<(String, f64)>,
    pub(crate) search: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) after: Option<String>,
    pub(crate) sort: Sort,
    pub(crate) order: Order,
}

/// What transactions are listed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// When they came in.
    #[default]
    Date,
    /// How long they took.
    TotalTime,
}

/// Which come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The least.
    Ascending,
    /// The greatest.
    #[default]
    Descending,
}

impl TabQuery {
    /// Reads a query string. Filters come out in order of columns, the values of each in
    /// order, so that equal questions are equal.
    ///
    /// # Errors
    /// [`Refusal::Parameter`].
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
        let mut asked = Self::default();
        let mut values = 0;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if asked.own(&name, &value)? {
                continue;
            }
            values += 1;
            match name.strip_prefix(SELECT) {
                Some(column) => add(&mut asked.select, column, value.into_owned()),
                None => add(&mut asked.filters, &name, value.into_owned()),
            }
            let filters = asked.filters.len() + asked.select.len();
            if filters > MOST_FILTERS || values > MOST_VALUES {
                return Err(refuse("filters", "are too many; choose fewer values"));
            }
        }
        for filters in [&mut asked.filters, &mut asked.select] {
            filters.sort();
            for (_, values) in filters {
                values.sort();
                values.dedup();
            }
        }
        Ok(asked)
    }

    /// Takes a parameter that is no filter; returns whether it was one.
    fn own(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "compare" => match value {
                "previous" => self.compare = true,
                _ => return Err(refuse("compare", "is `previous`, or left out")),
            },
            "faster" => self.faster.push(faster(value)?),
            "search" => {
                let searched = value.trim();
                if searched.len() > 200 {
                    return Err(refuse("search", "has 200 characters at most"));
                }
                self.search = (!searched.is_empty()).then(|| searched.to_lowercase());
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=500).contains(limit));
                let expected = "is a whole number from 1 to 500";
                self.limit = Some(limit.ok_or_else(|| refuse("limit", expected))?);
            }
            "after" => self.after = (!value.is_empty()).then(|| value.to_owned()),
            "sort" => {
                self.sort = match value {
                    "date" => Sort::Date,
                    "total_time" => Sort::TotalTime,
                    _ => return Err(refuse("sort", "is `date` or `total_time`")),
                }
            }
            "order" => {
                self.order = match value {
                    "asc" => Order::Ascending,
                    "desc" => Order::Descending,
                    _ => return Err(refuse("order", "is `asc` or `desc`")),
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Returns the filters, in order of columns.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&str, &[String])> {
        each(&self.filters)
    }

    /// Returns the filters but that of one column.
    pub(crate) fn filters_but<'a>(
        &'a self,
        column: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [String])> {
        self.filters().filter(move |(name, _)| *name != column)
    }

    /// Returns what `select.` chooses, in order of columns.
    pub(crate) fn selected(&self) -> impl Iterator<Item = (&str, &[String])> {
        each(&self.select)
    }

    /// Returns the values of the filter of a column.
    #[must_use]
    pub(crate) fn filter(&self, column: &str) -> Option<&[String]> {
        self.filters()
            .find(|(name, _)| *name == column)
            .map(|(_, values)| values)
    }

    /// Returns whether the period before is asked for too.
    #[must_use]
    pub(crate) const fn compares(&self) -> bool {
        self.compare
    }

    /// Returns which microservices are thought faster, by how many percent (0 to 100).
    #[must_use]
    pub(crate) fn faster(&self) -> &[(String, f64)] {
        &self.faster
    }

    /// Returns the question without the period before.
    #[must_use]
    pub(crate) fn alone(&self) -> Self {
        Self {
            compare: false,
            ..self.clone()
        }
    }

    /// Returns the question with other values for a column; none takes its filter away.
    #[must_use]
    pub(crate) fn with_filter(&self, column: &str, values: Vec<String>) -> Self {
        let mut other = self.clone();
        other.filters.retain(|(name, _)| name != column);
        if !values.is_empty() {
            other.filters.push((column.to_owned(), values));
            other.filters.sort();
        }
        other
    }

    /// Returns the question as text: the same for equal questions.
    pub(crate) fn normal(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (prefix, filters) in [("", &self.filters), (SELECT, &self.select)] {
            for (name, values) in filters {
                for value in values {
                    text.append_pair(&format!("{prefix}{name}"), value);
                }
            }
        }
        if self.compare {
            text.append_pair("compare", "previous");
        }
        for (name, percent) in &self.faster {
            text.append_pair("faster", &format!("{name}:{percent}"));
        }
        let limit = self.limit.map(|limit| limit.to_string());
        let own = [
            ("search", &self.search),
            ("limit", &limit),
            ("after", &self.after),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                text.append_pair(name, value);
            }
        }
        if self.sort == Sort::TotalTime {
            text.append_pair("sort", "total_time");
        }
        if self.order == Order::Ascending {
            text.append_pair("order", "asc");
        }
        text.finish()
    }
}

fn each(filters: &Filtered) -> impl Iterator<Item = (&str, &[String])> {
    filters
        .iter()
        .map(|(name, values)| (name.as_str(), values.as_slice()))
}

fn add(filters: &mut Filtered, column: &str, value: String) {
    match filters.iter_mut().find(|(name, _)| name == column) {
        Some((_, values)) => values.push(value),
        None => filters.push((column.to_owned(), vec![value])),
    }
}

/// Reads `topiq:20`.
fn faster(text: &str) -> Result<(String, f64), Refusal> {
    let expected = "is a microservice and a percentage from 0 to 100: `topiq:20`";
    let read = || {
        let (name, percent) = text.rsplit_once(':')?;
        let percent: f64 = percent.parse().ok()?;
        let is_share = (0.0..=100.0).contains(&percent);
        (is_share && !name.is_empty()).then(|| (name.to_owned(), percent))
    };
    read().ok_or_else(|| refuse("faster", expected))
}

const fn refuse(name: &'static str, expected: &'static str) -> Refusal {
    Refusal::Parameter { name, expected }
}

#[cfg(test)]
mod tests {
    use super::TabQuery;

    fn parse(query: &str) -> TabQuery {
        TabQuery::parse(query).unwrap()
    }

    #[test]
    fn equal_questions_are_equal_whatever_their_order() {
        let one = parse("b=2&a=1&b=1&compare=previous");
        let other = parse("compare=previous&a=1&b=1&b=2&b=2");
        assert_eq!(one, other);
        assert_eq!(one.normal(), "a=1&b=1&b=2&compare=previous");
    }

    #[test]
    fn what_is_written_reads_back() {
        let query = "select.x=&day=2025-01-01..&a+b=%22%26%3D&faster=topiq%3A20&limit=5&sort=total_time&order=asc&search=q&after=z";
        let read = parse(query);
        assert_eq!(parse(&read.normal()), read);
        assert_eq!(read.faster(), [("topiq".to_owned(), 20.0)]);
        assert_eq!(read.filter("a b"), Some(&["\"&=".to_owned()][..]));
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for bad in [
            "compare=next",
            "compare=",
            "faster=topiq",
            "faster=topiq:101",
            "faster=topiq:NaN",
            "limit=0",
            "limit=-1",
            "limit=x",
            "sort=code",
            "order=up",
        ] {
            assert!(TabQuery::parse(bad).is_err(), "{bad}");
        }
        let many: String = (0..3_000).map(|n| format!("a={n}&")).collect();
        assert!(TabQuery::parse(&many).is_err());
    }
}
