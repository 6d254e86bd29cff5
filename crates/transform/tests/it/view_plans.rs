//! The semantic views as plans: columns and types as the card lists them, failures, and the
//! shape that keeps them cheap.

use std::sync::Arc;

use arrow_schema::{DataType, Schema};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_card::views::View;
use veriscope_transform::{TransformError, register, scan, view_plan};

use crate::cards::card;
use crate::staged::{Layout, table};

const CARDS: [(&str, &str); 4] = [
    (
        "builtin",
        "file_token | date\na | 2025-01-10T23:00:00-05:00",
    ),
    (
        "float_times",
        "file_token | date\na | 2025-01-10T23:00:00-05:00",
    ),
    (
        "no_process",
        "file_token | date\na | 2025-01-10T23:00:00-05:00",
    ),
    (
        "ocr",
        "request_id | received_at\na | 2025-01-10T23:00:00-05:00",
    ),
];

fn shape(schema: &Schema) -> Vec<(String, DataType)> {
    let fields = schema.fields().iter();
    fields
        .map(|field| (field.name().clone(), field.data_type().clone()))
        .collect()
}

#[test]
fn views_have_the_columns_that_the_card_lists() {
    for (name, rows) in CARDS {
        let card = card(name);
        let staging = scan(Arc::new(table(&card, rows, Layout::SCATTERED))).unwrap();
        for view in View::ALL {
            let expected = shape(&card.view_schema(view));
            let plan = view_plan(&card, view, staging.clone()).unwrap();
            assert_eq!(shape(plan.schema().as_arrow()), expected, "{name} {view:?}");
        }
    }
}

#[tokio::test]
async fn rows_of_the_views_have_those_types_whatever_type_text_has() {
    let (name, rows) = CARDS[3];
    let card = card(name);
    for layout in [Layout::PLAIN, Layout::SCATTERED] {
        let staging = scan(Arc::new(table(&card, rows, layout))).unwrap();
        for view in View::ALL {
            let plan = view_plan(&card, view, staging.clone()).unwrap();
            let ctx = SessionContext::new();
            let frame = ctx.execute_logical_plan(plan).await.unwrap();
            for batch in frame.collect().await.unwrap() {
                assert_eq!(shape(&batch.schema()), shape(&card.view_schema(view)));
            }
        }
    }
}

#[tokio::test]
async fn a_card_without_roles_that_may_be_missing_has_views_too() {
    let mut card = Card::builtin().unwrap();
    card.roles.process = None;
    card.roles.client = None;
    card.roles.user = None;
    card.roles.person = None;
    card.roles.release = None;
    card.roles.total_time = None;
    card.roles.code = None;
    card.roles.status = None;
    card.accepted_status.clear();
    card.microservices.clear();
    card.transform.clear();
    card.context.clear();
    let rows = "file_token | date\na | 2025-01-10T23:00:00-05:00";
    let staging = scan(Arc::new(table(&card, rows, Layout::PLAIN))).unwrap();
    let mut counts = Vec::new();
    for view in View::ALL {
        let plan = view_plan(&card, view, staging.clone()).unwrap();
        assert_eq!(
            shape(plan.schema().as_arrow()),
            shape(&card.view_schema(view))
        );
        let frame = SessionContext::new().execute_logical_plan(plan).await;
        counts.push(frame.unwrap().count().await.unwrap());
    }
    // Without a summary there is no outcome but a technical one, and without microservices
    // no time of one.
    assert_eq!(counts, [1, 1, 0]);
}

#[test]
fn a_published_table_with_the_name_of_a_view_is_a_matter_of_configuration() {
    let mut card = Card::builtin().unwrap();
    card.tables.transform = "processes".to_owned();
    let staging = Arc::new(table(&card, CARDS[0].1, Layout::PLAIN));
    let error = register(&SessionContext::new(), &card, staging).unwrap_err();
    assert!(matches!(&error, TransformError::NameTaken { table } if table == "processes"));
    assert_eq!(error.class(), ErrorClass::Configuration);
}

/// The physical plan of a query on two partitions.
async fn explained(sql: &str) -> String {
    let card = Card::builtin().unwrap();
    let config = SessionConfig::new().with_target_partitions(2);
    let ctx = SessionContext::new_with_config(config);
    let staging = Arc::new(table(&card, CARDS[0].1, Layout::SCATTERED));
    register(&ctx, &card, staging).unwrap();
    let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await;
    displayable(plan.unwrap().as_ref())
        .indent(false)
        .to_string()
}

#[tokio::test]
async fn nothing_is_sorted_where_no_column_of_the_process_is_asked_for() {
    for sql in [
        "SELECT outcome, count(*), avg(total_ms_liqe) FROM attempts GROUP BY outcome",
        "SELECT microservice, avg(service_ms) FROM microservice_times GROUP BY microservice",
        "SELECT count(*) FROM attempts WHERE day > '2025-01-01'",
    ] {
        let plan = explained(sql).await;
        assert!(!plan.contains("SortExec"), "{plan}");
        assert!(!plan.contains("Window"), "{plan}");
    }
}

#[tokio::test]
async fn one_sort_of_the_columns_asked_for_serves_all_windows() {
    for sql in [
        "SELECT kind, is_last, count(*), avg(gap_ms) FROM attempts GROUP BY kind, is_last",
        "SELECT first_outcome, last_outcome, avg(attempts), sum(repeats), avg(accepted_at), \
         avg(api_time_ms) FROM processes GROUP BY first_outcome, last_outcome",
    ] {
        let plan = explained(sql).await;
        assert_eq!(plan.matches("SortExec").count(), 1, "{plan}");
        // Windows that keep whole partitions would be `WindowAggExec`s.
        assert!(plan.contains("BoundedWindowAggExec"), "{plan}");
        let whole = plan.matches("WindowAggExec").count();
        assert_eq!(
            whole,
            plan.matches("BoundedWindowAggExec").count(),
            "{plan}"
        );
        assert!(!plan.contains("score_liqe_near_img"), "{plan}");
    }
}
