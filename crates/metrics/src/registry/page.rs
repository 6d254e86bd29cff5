//! The page `docs/metrics.md`.

use std::fmt::Write;

use veriscope_card::views::{Language, View};

use super::{Additivity, Metric, Registry, Topic, Unit};

const HEAD: &str = "\
# Metrics

Every number that veriscope shows has one definition, and this page lists them. It is
generated from the registry in `crates/metrics/src/registry`; `veriscope metrics list` shows
the same, `veriscope metrics show ID` a metric's SQL and DAX, and `veriscope metrics get ID`
its value.

- A metric is made of one view: `attempts` (a row per transaction), `processes` (a row per
  process) or `microservice_times` (a row per transaction, microservice and picture). Values
  are as measured; what was not measured, or lies outside its valid range, is null and enters
  no number.
- n is the number of rows that a number rests on. Under the least n, or with fewer persons
  than given, it is shown as too few.
- Only numbers marked additive may be added up over parts. All others are computed for the
  whole.
- Shares and means come with a 95 % interval that allows for the attempts of one person going
  together: the variance comes from sums per person, and a share's interval is Wilson's on
  the effective n.
- Quantiles are interpolated linearly, exact up to ten million values; above that they are
  marked ≈.
- Days are local: read in each document's own offset.
";

impl Unit {
    /// Returns the name that people read.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Count, Language::English) => "count",
            (Self::Count, Language::Spanish) => "número",
            (Self::Share, Language::English) => "share",
            (Self::Share, Language::Spanish) => "proporción",
            (Self::Ms, _) => "ms",
            (Self::Px, _) => "px",
            (Self::Number, Language::English) => "number",
            (Self::Number, Language::Spanish) => "valor",
        }
    }
}

impl Additivity {
    /// Returns the word that people read.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Additive, Language::English) => "additive",
            (Self::Additive, Language::Spanish) => "aditiva",
            (Self::Computed, Language::English) => "computed",
            (Self::Computed, Language::Spanish) => "calculada",
        }
    }
}

impl Registry {
    /// Writes the page that lists all metrics, in Markdown, which ends with a line end.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut page = HEAD.to_owned();
        for topic in Topic::ALL {
            let metrics: Vec<&Metric> = self
                .metrics()
                .iter()
                .filter(|metric| metric.topic == topic)
                .collect();
            if metrics.is_empty() {
                continue;
            }
            // Writing to a text never fails.
            let _ = writeln!(page, "\n## {}\n", topic.title(Language::English));
            page.push_str(
                "| id | what it is | unit | view | expression | parts | least n, persons |\n",
            );
            page.push_str("|---|---|---|---|---|---|---|\n");
            for metric in metrics {
                let _ = writeln!(page, "{}", line(metric));
            }
        }
        self.write_dimensions(&mut page);
        page
    }

    fn write_dimensions(&self, page: &mut String) {
        page.push_str("\n## Dimensions\n\nThe columns that `--by` takes, by view:\n\n");
        for view in View::ALL {
            let metric = self.metrics().iter().find(|metric| metric.view == view);
            let Some(metric) = metric else { continue };
            let names: Vec<String> = metric
                .dimensions
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            let _ = writeln!(page, "- `{}`: {}.", view.name(), names.join(", "));
        }
    }
}

fn line(metric: &Metric) -> String {
    let enough = metric.enough;
    let least = if enough.rows == 0 && enough.clusters == 0 {
        String::new()
    } else {
        format!("{}, {}", enough.rows, enough.clusters)
    };
    format!(
        "| `{}` | **{}.** {} *{}.* {} | {} | `{}` | `{}` | {} | {least} |",
        metric.id,
        metric.title.en,
        metric.definition.en,
        metric.title.es,
        metric.definition.es,
        metric.unit.name(Language::English),
        metric.view.name(),
        metric.measure.to_string().replace('|', "\\|"),
        metric.additivity.name(Language::English),
    )
}
