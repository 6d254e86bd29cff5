//! The plans themselves: columns, types, names, failures, and the shape of no-retries.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};
use veriscope_base::ErrorClass;
use veriscope_card::views::View;
use veriscope_card::{Card, TransformColumn, TransformRule, schema::column};
use veriscope_transform::{
    Columns, TransformError, no_retries_plan, register, staging_plan, transform_plan,
};

use crate::staged::{Layout, table};

const ROWS: &str = "\
file_token | procesoConvenioGuid | date                      | total_time_ms | convenio
a          | p                   | 2025-01-10T23:00:00-05:00 | 900           | convenio_1
b          | p                   | 2025-01-11T08:30:00+05:30 |               | convenio_1
c          |                     | 2025-01-12T00:00:00Z      | 5             | convenio_2";

fn card() -> Card {
    Card::builtin().unwrap()
}

fn staged(layout: Layout) -> LogicalPlan {
    let source = provider_as_source(Arc::new(table(&card(), ROWS, layout)));
    LogicalPlanBuilder::scan("lake", source, None)
        .unwrap()
        .build()
        .unwrap()
}

async fn collect(plan: LogicalPlan) -> Vec<RecordBatch> {
    let ctx = SessionContext::new();
    ctx.execute_logical_plan(plan)
        .await
        .unwrap()
        .collect()
        .await
        .unwrap()
}

/// Names and types; whether null is allowed may differ.
fn shape(schema: &Schema) -> Vec<(String, DataType)> {
    schema
        .fields()
        .iter()
        .map(|field| (field.name().clone(), field.data_type().clone()))
        .collect()
}

fn with_offset(schema: &SchemaRef) -> Vec<(String, DataType)> {
    let mut shape = shape(schema);
    shape.push((column::UTC_OFFSET.to_owned(), DataType::Int32));
    shape
}

#[tokio::test]
async fn columns_are_the_published_ones_in_order_whatever_type_text_has() {
    let card = card();
    for layout in [Layout::PLAIN, Layout::SCATTERED] {
        for (plan, schema) in [
            (
                staging_plan(&card, staged(layout), Columns::Published),
                card.published_staging_schema(),
            ),
            (
                transform_plan(&card, staged(layout), Columns::Published),
                card.published_transform_schema(),
            ),
            (
                no_retries_plan(&card, staged(layout), Columns::Published),
                card.published_transform_schema(),
            ),
        ] {
            let plan = plan.unwrap();
            assert_eq!(shape(plan.schema().as_arrow()), shape(&schema));
            let batches = collect(plan).await;
            assert!(batches.iter().any(|batch| batch.num_rows() > 0));
            for batch in batches {
                assert_eq!(shape(&batch.schema()), shape(&schema));
            }
        }
    }
}

#[test]
fn another_card_has_its_own_columns() {
    let card = crate::cards::card("ocr");
    let table = table(&card, "request_id | received_at", Layout::SCATTERED);
    let source = provider_as_source(Arc::new(table));
    let staging = LogicalPlanBuilder::scan("lake", source, None)
        .unwrap()
        .build()
        .unwrap();
    let derived = shape(&card.published_transform_schema());
    for (plan, expected) in [
        (
            staging_plan(&card, staging.clone(), Columns::Published),
            shape(&card.published_staging_schema()),
        ),
        (
            transform_plan(&card, staging.clone(), Columns::Published),
            derived.clone(),
        ),
        (no_retries_plan(&card, staging, Columns::Published), derived),
    ] {
        assert_eq!(shape(plan.unwrap().schema().as_arrow()), expected);
    }
}

#[tokio::test]
async fn the_offset_stands_after_the_published_columns_where_it_is_asked_for() {
    let card = card();
    let columns = Columns::PublishedAndOffset;
    let staging = staging_plan(&card, staged(Layout::PLAIN), columns).unwrap();
    let transform = transform_plan(&card, staged(Layout::PLAIN), columns).unwrap();
    let no_retries = no_retries_plan(&card, staged(Layout::PLAIN), columns).unwrap();

    let derived = with_offset(&card.published_transform_schema());
    assert_eq!(
        shape(staging.schema().as_arrow()),
        with_offset(&card.published_staging_schema())
    );
    assert_eq!(shape(transform.schema().as_arrow()), derived);
    assert_eq!(shape(no_retries.schema().as_arrow()), derived);

    let ctx = SessionContext::new();
    let frame = ctx.execute_logical_plan(no_retries).await.unwrap();
    let frame = frame
        .select_columns(&["file_token", column::UTC_OFFSET])
        .unwrap();
    let sorted = frame
        .sort_by(vec![datafusion::prelude::col("file_token")])
        .unwrap();
    let shown = sorted.to_string().await.unwrap();
    let expected = "\
+------------+-----------------+
| file_token | _utc_offset_min |
+------------+-----------------+
| a          | -300            |
| c          | 0               |
+------------+-----------------+";
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn the_published_names_and_the_views_are_registered_and_nothing_else() {
    let card = card();
    let ctx = SessionContext::new();
    register(&ctx, &card, Arc::new(table(&card, ROWS, Layout::PLAIN))).unwrap();

    let schema = ctx.catalog("datafusion").unwrap().schema("public").unwrap();
    let mut names = schema.table_names();
    names.sort();
    let mut published = vec![
        card.tables.staging.clone(),
        card.tables.transform.clone(),
        card.tables.no_retries.clone(),
    ];
    published.extend(View::ALL.map(|view| view.name().to_owned()));
    published.sort();
    assert_eq!(names, published);
    for (name, rows) in [
        (&card.tables.staging, 3),
        (&card.tables.transform, 3),
        (&card.tables.no_retries, 2),
        (&"attempts".to_owned(), 3),
        (&"processes".to_owned(), 2),
        (&"microservice_times".to_owned(), 0),
    ] {
        let frame = ctx.table(name.as_str()).await.unwrap();
        assert_eq!(frame.count().await.unwrap(), rows, "{name}");
    }
}

#[tokio::test]
async fn no_retries_holds_keys_and_not_rows_in_memory_and_filters_before_the_join() {
    let card = card();
    let config = SessionConfig::new().with_target_partitions(2);
    let ctx = SessionContext::new_with_config(config);
    register(&ctx, &card, Arc::new(table(&card, ROWS, Layout::SCATTERED))).unwrap();
    let sql = format!(
        "SELECT * FROM {} WHERE convenio = 'convenio_1'",
        card.tables.no_retries
    );
    let plan = ctx
        .sql(&sql)
        .await
        .unwrap()
        .create_physical_plan()
        .await
        .unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();

    assert!(!shown.contains("SortExec"), "rows are sorted:\n{shown}");
    let join = shown.find("join_type=RightSemi").expect(&shown);
    let (build, probe) = shown[join..].split_once("AggregateExec").unwrap();
    assert!(
        !build.contains("FilterExec"),
        "the filtered rows are built:\n{shown}"
    );
    assert!(
        probe.contains("FilterExec"),
        "the filter is not below the join:\n{shown}"
    );
}

#[test]
fn a_staging_table_of_an_older_card_is_named_as_such() {
    let schema = Arc::new(Schema::new(vec![Field::new(
        "file_token",
        DataType::Utf8,
        true,
    )]));
    let plan = LogicalPlanBuilder::scan(
        "lake",
        datafusion::logical_expr::builder::table_source(&schema),
        None,
    );
    let staging = plan.unwrap().build().unwrap();
    let error = staging_plan(&card(), staging, Columns::Published).unwrap_err();
    assert!(matches!(&error, TransformError::MissingColumn { column } if column == "api_hash"));
    assert_eq!(error.class(), ErrorClass::Defect);
}

#[test]
fn a_card_that_refers_to_what_it_lacks_is_a_matter_of_configuration() {
    let unknown = |rule: TransformRule| {
        let mut card = card();
        card.transform.insert(
            0,
            TransformColumn {
                name: "x".into(),
                rule,
                unit: None,
                description: "x".into(),
            },
        );
        let error = transform_plan(&card, staged(Layout::PLAIN), Columns::Published).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Configuration);
        error.to_string()
    };
    let missing = || "missing".to_owned();
    for (rule, said) in [
        (TransformRule::Keep, "needs feature `x`"),
        (
            TransformRule::SizeClass {
                width: missing(),
                height: missing(),
            },
            "needs feature `missing`",
        ),
        (
            TransformRule::Same {
                of: vec![missing()],
            },
            "compares `missing`",
        ),
        (
            TransformRule::MicroserviceTotal {
                microservice: missing(),
            },
            "needs microservice `missing`",
        ),
    ] {
        let message = unknown(rule);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn a_remainder_needs_a_total_time() {
    let mut card = card();
    card.roles.total_time = None;
    let error = transform_plan(&card, staged(Layout::PLAIN), Columns::Published).unwrap_err();
    assert!(matches!(
        error,
        TransformError::MissingRole {
            role: "total_time",
            ..
        }
    ));
}
