//! A query session over one snapshot: the tables that it knows, and the plan of a query.

use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_lake::{Lake, LakeError};

use super::problem::Problem;
use super::tables;
use crate::failure::Failure;
use crate::settings::Settings;

/// Statements nested deeper than this are refused by the parser.
const RECURSION_LIMIT: usize = 50;

/// A session that can only read.
pub(super) struct Session {
    ctx: SessionContext,
}

/// A query that was understood, and the session it runs in.
pub(super) struct Answer {
    pub(super) frame: DataFrame,
}

impl Session {
    /// Opens the lake's newest snapshot.
    pub(super) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let card = settings.card()?;
        let lake = Lake::open(&settings.lake, &card)?;
        let snapshot = lake.snapshot().await?;
        let ctx = snapshot.session()?;
        {
            let state = ctx.state_ref();
            let mut state = state.write();
            let parser = &mut state.config_mut().options_mut().sql_parser;
            // Published columns have capitals; quoting each would be a nuisance.
            parser.enable_ident_normalization = false;
            // Errors tell where in the query they are.
            parser.collect_spans = true;
        }
        veriscope_transform::register(&ctx, &card, snapshot.staging(&ctx).await?)?;
        let session = Self { ctx };
        session.add_short_names(&card).await?;
        session.add("policies", snapshot.policies(&session.ctx).await?)?;
        session.add("codes", in_memory(tables::codes(&card)?)?)?;
        session.add("runs", in_memory(tables::runs(&lake.runs().await?)?)?)?;
        Ok(session)
    }

    async fn add_short_names(&self, card: &Card) -> Result<(), LakeError> {
        for (short, published) in tables::short_names(card) {
            let table = self
                .ctx
                .table_provider(TableReference::bare(published))
                .await?;
            self.add(short, table)?;
        }
        Ok(())
    }

    /// Adds a table unless the card has given its name to another.
    fn add(
        &self,
        name: &str,
        table: Arc<dyn datafusion::catalog::TableProvider>,
    ) -> Result<(), LakeError> {
        let name = TableReference::bare(name);
        if !self.ctx.table_exist(name.clone())? {
            self.ctx.register_table(name, table)?;
        }
        Ok(())
    }

    /// Plans a query.
    pub(super) async fn ask(&self, sql: &str) -> anyhow::Result<Answer> {
        let statement = only_statement(sql)?;
        if !only_looks(&statement) {
            return Err(no_query().into());
        }
        let problem = |error: DataFusionError| Problem::new(sql, &error).into_failure();
        let plan = self.ctx.state().statement_to_plan(statement).await;
        let plan = plan.map_err(problem)?;
        check_reads_only(&plan)?;
        let frame = self.ctx.execute_logical_plan(plan).await.map_err(problem)?;
        Ok(Answer { frame })
    }
}

fn in_memory(
    batch: arrow_array::RecordBatch,
) -> Result<Arc<dyn datafusion::catalog::TableProvider>, LakeError> {
    Ok(Arc::new(MemTable::try_new(
        batch.schema(),
        vec![vec![batch]],
    )?))
}

fn only_statement(sql: &str) -> Result<Statement, Failure> {
    let dialect = GenericDialect {};
    let parsed = DFParserBuilder::new(sql)
        .with_dialect(&dialect)
        .with_recursion_limit(RECURSION_LIMIT)
        .build()
        .and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| Problem::new(sql, &error).into_failure())?;
    let (first, second) = (statements.pop_front(), statements.pop_front());
    match (first, second) {
        (Some(statement), None) => Ok(statement),
        (None, _) => Err(Failure::new(ErrorClass::Usage, "the query is empty")),
        (Some(_), Some(_)) => Err(Failure::new(
            ErrorClass::Usage,
            "there are several statements; give one at a time",
        )),
    }
}

/// Whether a statement is one that looks at something and changes nothing. What it looks at is
/// checked once it is planned.
fn only_looks(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(
            statement.as_ref(),
            SqlStatement::Query(_)
                | SqlStatement::Explain { .. }
                | SqlStatement::ExplainTable { .. }
                | SqlStatement::ShowTables { .. }
                | SqlStatement::ShowColumns { .. }
                | SqlStatement::ShowVariable { .. }
                | SqlStatement::ShowFunctions { .. }
        ),
        Statement::Explain(explain) => only_looks(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => false,
    }
}

/// Refuses a plan that would write anywhere below.
fn check_reads_only(plan: &LogicalPlan) -> Result<(), Failure> {
    let reading = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    reading.verify_plan(plan).map_err(|_| no_query())
}

fn no_query() -> Failure {
    Failure::new(
        ErrorClass::Usage,
        "the statement is no query; only SELECT, EXPLAIN, SHOW and DESCRIBE are run",
    )
    .with_hint("the lake is written by `veriscope run` alone; --out FILE keeps a result")
}
