//! An invented month: staged rows, the views over them, and the cache of the same.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow_cast::cast;
use arrow_schema::DataType;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::prelude::*;
use veriscope_cache::{Cache, Layout};
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::query::{Exclusion, Source};
use veriscope_metrics::registry::Registry;

/// One staged row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) process: Option<u8>,
    pub(crate) person: Option<u8>,
    pub(crate) client: Option<u8>,
    pub(crate) release: bool,
    pub(crate) minute: i64,
    pub(crate) status: Option<&'static str>,
    pub(crate) code: Option<i64>,
    pub(crate) total_ms: Option<i64>,
    pub(crate) service_ms: [Option<i64>; 3],
    pub(crate) queue_ms: Option<i64>,
    /// Hundredths.
    pub(crate) score: Option<u8>,
}

pub(crate) fn row() -> impl Strategy<Value = Row> {
    let code = prop_oneof![
        4 => Just((Some("ok"), Some(1400))),
        1 => Just((Some("error"), Some(1402))),
        1 => Just((Some("error"), Some(302))),
        1 => Just((Some("error"), Some(9))),
        1 => Just((None, None)),
    ];
    let ms = || prop_oneof![1 => Just(None), 3 => (0_i64..50).prop_map(Some), 1 => (65_000_i64..80_000).prop_map(Some)];
    (
        prop::option::weighted(0.9, 0_u8..14),
        prop::option::weighted(0.9, 0_u8..9),
        prop::option::weighted(0.9, 0_u8..4),
        any::<bool>(),
        0_i64..4_000,
        code,
        ms(),
        [ms(), ms(), ms()],
        ms(),
        prop::option::weighted(0.8, 0_u8..4),
    )
        .prop_map(
            |(
                process,
                person,
                client,
                release,
                minute,
                (status, code),
                total_ms,
                service_ms,
                queue_ms,
                score,
            )| Row {
                process,
                person,
                client,
                release,
                minute,
                status,
                code,
                total_ms,
                service_ms,
                queue_ms,
                score,
            },
        )
}

/// What both sides read.
pub(crate) struct Month {
    pub(crate) card: Card,
    pub(crate) registry: Registry,
    pub(crate) model: PathModel,
    pub(crate) session: SessionContext,
}

impl Month {
    pub(crate) fn of(rows: &[Row]) -> Self {
        let card = card();
        let session =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
        let staged = staged(&card, rows);
        let mut partitions = vec![Vec::new(); 3];
        for row in 0..staged.num_rows() {
            partitions[row % 3].push(staged.slice(row, 1));
        }
        let table = MemTable::try_new(staged.schema(), partitions).unwrap();
        veriscope_transform::register(&session, &card, Arc::new(table)).unwrap();
        Self {
            registry: Registry::new(&card),
            model: PathModel::of(&card).unwrap(),
            card,
            session,
        }
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            session: &self.session,
            card: &self.card,
            registry: &self.registry,
        }
    }

    pub(crate) async fn cache(&self, exclude: &[Exclusion]) -> Cache {
        let layout = Layout::of(&self.card, &self.registry, Some(&self.model));
        self.cache_of(layout, exclude).await
    }

    pub(crate) async fn cache_of(&self, layout: Layout, exclude: &[Exclusion]) -> Cache {
        let table = self.session.table(View::Attempts.name()).await.unwrap();
        let plan = table.into_unoptimized_plan();
        let cache = Cache::of_plan(&self.session, plan, layout, exclude).await;
        cache.unwrap()
    }
}

const SERVICES: [&str; 3] = ["accessory_detector", "liqe", "topiq"];

/// A score that is followed from attempt to attempt.
pub(crate) const SCORE: &str = "score_topiq_near_img";

/// The built-in card with what the rows hold alone: plans of few columns take a tenth of the
/// time.
fn card() -> Card {
    let mut card = Card::builtin().unwrap();
    card.transform.clear();
    card.context.clear();
    card.microservices
        .retain(|one| SERVICES.contains(&one.name.as_str()));
    let roles = card.roles.clone();
    let mut kept = vec![roles.transaction, roles.date];
    let optional = [roles.process, roles.person, roles.client, roles.release];
    kept.extend(optional.into_iter().flatten());
    let optional = [roles.total_time, roles.code, roles.status];
    kept.extend(optional.into_iter().flatten());
    let times = card.microservices.iter().flat_map(|one| one.features());
    kept.extend(times.cloned());
    kept.push(SCORE.to_owned());
    card.roles.user = None;
    card.features.retain(|feature| kept.contains(&feature.name));
    card
}

fn staged(card: &Card, rows: &[Row]) -> RecordBatch {
    let schema = card.staged_schema();
    let model = PathModel::of(card).unwrap();
    let run = |name: &str| {
        let mut runs = model.runs().iter();
        runs.find(|run| run.microservice == name && run.image.as_deref() == Some("near"))
            .unwrap_or_else(|| panic!("no run of {name}"))
            .clone()
    };
    let services = SERVICES.map(run);
    let queue = services[2].queue.clone();
    let text = |value: &dyn Fn(usize, &Row) -> Option<String>| -> Vec<Option<String>> {
        rows.iter()
            .enumerate()
            .map(|(place, row)| value(place, row))
            .collect()
    };
    let tagged = |tag: &str, number: Option<u8>| number.map(|number| format!("{tag}_{number}"));
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let name = field.name().as_str();
        let service = services.iter().position(|run| run.service == name);
        let cells = match name {
            "file_token" => text(&|place, _| Some(format!("file_token_{place:05}"))),
            "procesoConvenioGuid" => text(&|_, row| tagged("p", row.process)),
            "documento" => text(&|_, row| tagged("documento", row.person)),
            "convenio" => text(&|_, row| tagged("convenio", row.client)),
            "api_hash" => text(&|_, row| Some(if row.release { "aa" } else { "bb" }.to_owned())),
            "date" => {
                text(&|_, row| Some((1_736_000_000_000_000 + row.minute * 600_000_000).to_string()))
            }
            "summary_status" => text(&|_, row| row.status.map(str::to_owned)),
            "summary_code" => text(&|_, row| row.code.map(|code| code.to_string())),
            "total_time_ms" => text(&|_, row| row.total_ms.map(|time| time.to_string())),
            SCORE => text(&|_, row| row.score.map(|score| format!("0.{score:02}"))),
            _ if service.is_some() => {
                let place = service.unwrap();
                text(&|_, row| row.service_ms[place].map(|time| time.to_string()))
            }
            _ if queue.as_deref() == Some(name) => {
                text(&|_, row| row.queue_ms.map(|time| time.to_string()))
            }
            _ => return new_null_array(field.data_type(), rows.len()),
        };
        let cells: ArrayRef = Arc::new(StringArray::from(cells));
        let numbers = match field.data_type() {
            DataType::Timestamp(..) => cast(&cells, &DataType::Int64).unwrap(),
            _ => cells,
        };
        cast(&numbers, field.data_type()).unwrap()
    });
    RecordBatch::try_new(schema.clone(), columns.collect()).unwrap()
}
