//! One table: its SQL over the rows of its inputs -> stored rows, or the rows stored before when nothing it depends on changed.

use super::attempt::{Failure, Turns, aside};
use super::fingerprint::{Ingredients, fingerprint_in};
use super::written::Written;
use super::{Observer, Run};
use crate::error::{Error, Place, Result};
use crate::plan::sql::Select;
use crate::plan::{DROP_REASON, Plan, PlannedTable, Step};
use crate::project::contract::{Column, Contract};
use crate::report::{Account, TableReport};
use crate::session::{Session, Shape, plain};
use crate::store::commit::Commit;
use crate::store::table_file::{Description, Purpose};
use crate::store::work::{Stored, Work};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::logical_expr::{SortExpr, lit};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{DataFrame, SessionContext, ident};
use datafusion::sql::parser::Statement;
use futures::TryStreamExt;
use std::sync::Arc;
use std::time::Instant;

/// Makes tables. It changes nothing of the run, so that several can be in the making.
pub(super) struct Maker<'a> {
    plan: &'a Plan,
    session: &'a Session,
    observer: &'a dyn Observer,
    work: Work,
    last: Option<Arc<Commit>>,
    turns: Arc<Turns>,
}

/// A table to make. Its inputs are built.
pub(super) struct Order<'a> {
    pub table: &'a PlannedTable,
    pub ingredients: Ingredients,
    /// Rows that must come out again, kept or dropped, where the table may lose none.
    pub driving_rows: Option<u64>,
    /// Rows of all tables it reads.
    pub rows_read: u64,
    pub shape: Shape,
}

/// A table that is stored.
pub(super) struct Made {
    pub stored: Stored,
    /// Why it was built and what that took.
    pub report: TableReport,
}

impl<'a> Maker<'a> {
    pub fn of(run: &Run<'a>) -> Maker<'a> {
        let Run { plan, session, observer, .. } = *run;
        Maker { plan, session, observer, work: run.work.clone(), last: run.last.clone(), turns: Arc::clone(&run.turns) }
    }

    pub async fn make(&self, order: &Order<'_>) -> Result<Made> {
        let (name, fingerprint) = (order.table.name.to_string(), order.ingredients.fingerprint());
        let started = Instant::now();
        if let Some(stored) = self.work.find(&name, &fingerprint).await? {
            let seconds = started.elapsed().as_secs_f64();
            return Ok(Made { stored, report: TableReport { reused: true, why: "unchanged".into(), seconds, ..TableReport::default() } });
        }
        let why = order.ingredients.since(ingredients_of_last_run(&self.work, self.last.as_deref(), &name).await?.as_ref());
        self.observer.building(&name, &why);
        self.session.meter().take_peak();
        let (written, spilled) = self.write(order, &name, &fingerprint).await?;
        let account = account(name, order.driving_rows, &written)?;
        let stored = written.finish(serde_json::json!({ "ingredients": order.ingredients, "account": account })).await?;
        let (peak_memory, seconds) = (self.session.meter().take_peak(), started.elapsed().as_secs_f64());
        Ok(Made { stored, report: TableReport { why, peak_memory, spilled, seconds, ..TableReport::default() } })
    }

    /// The rows, and the bytes spilled for them.
    async fn write(&self, order: &Order<'_>, name: &str, fingerprint: &str) -> Result<(Written, u64)> {
        let begin = || self.begin(order.table, name, fingerprint);
        let select = match &order.table.step {
            Step::Rows { batch, .. } => {
                let mut written = begin().await?;
                written.write(batch).await?;
                return Ok((written, 0));
            }
            Step::Query(select) => select,
            // Readers of a published union get one file.
            Step::Union { .. } => {
                let all = format!("select * from {}", crate::check::quoted_table(name));
                &Box::new(Select::parse(&order.table.contract.file, &all)?)
            }
        };
        let outcome = self.turns.attempt(name, order.shape, async |shape| {
            let query = Query {
                context: self.session.context(shape),
                statement: select.bound(&self.plan.pipeline.params),
                contract: order.table.contract.clone(),
                cleaning: order.table.cleaning,
            };
            aside(query.write(begin().await?)).await
        });
        outcome.await.map_err(|failure| failure.told(&format!("{name} cannot be computed"), |error| query_error(name, select, error)))
    }

    async fn begin(&self, table: &PlannedTable, name: &str, fingerprint: &str) -> Result<Written> {
        let purpose = match self.plan.published.iter().any(|published| published == name) {
            true => Purpose::Mart(description(&table.contract)),
            false => Purpose::Work,
        };
        Written::begin(self.work.build(name, fingerprint)?, name, &table.contract, &purpose).await
    }
}

/// What a table of the last published run was made of, while its facts are still in the work store.
pub(super) async fn ingredients_of_last_run(work: &Work, last: Option<&Commit>, table: &str) -> Result<Option<Ingredients>> {
    let Some(fingerprint) = last.and_then(|commit| fingerprint_in(commit, table)) else { return Ok(None) };
    let stored = work.find(table, &fingerprint).await?;
    Ok(stored.and_then(|stored| serde_json::from_value(stored.extra["ingredients"].clone()).ok()))
}

/// The SQL of a table with all it takes to run.
struct Query {
    context: SessionContext,
    statement: Statement,
    contract: Contract,
    cleaning: bool,
}

impl Query {
    async fn write(self, mut written: Written) -> Result<(Written, u64), Failure> {
        let frame = self.frame().await?;
        let task = Arc::new(frame.task_ctx());
        let physical = frame.create_physical_plan().await?;
        let mut rows = execute_stream(Arc::clone(&physical), task)?;
        while let Some(batch) = rows.try_next().await? {
            written.write(&batch).await?;
        }
        Ok((written, spilled_bytes(physical.as_ref())))
    }

    /// The columns of the contract, in its order.
    async fn frame(self) -> Result<DataFrame, DataFusionError> {
        let state = self.context.state();
        let plan = state.statement_to_plan(self.statement).await?;
        let frame = DataFrame::new(state, plan);
        // What a member of a union leaves out is null.
        let returned = |column: &Column| match frame.schema().has_column_with_unqualified_name(&column.name) {
            true => Ok(ident(&column.name)),
            false => Ok(lit(ScalarValue::try_from(&column.ty.arrow())?).alias(&column.name)),
        };
        let mut columns = self.contract.columns.iter().map(returned).collect::<Result<Vec<_>, DataFusionError>>()?;
        if self.cleaning {
            columns.push(ident(DROP_REASON));
        }
        let frame = frame.select(columns)?;
        let keys = &self.contract.sort_by;
        match keys.is_empty() {
            true => Ok(frame),
            false => frame.sort(keys.iter().map(|key| SortExpr::new(ident(&key.column), !key.descending, key.descending)).collect()),
        }
    }
}

/// The account of the rows a table took in; one that does not close fails the run.
fn account(table: String, rows_in: Option<u64>, written: &Written) -> Result<Account> {
    let dropped: u64 = written.dropped.values().sum();
    if let Some(rows_in) = rows_in
        && rows_in != written.kept + dropped
    {
        return Err(Error::check(format!(
            "the account of {table} does not close: {rows_in} rows in, {} kept, {dropped} dropped",
            written.kept
        ))
        .hint("a left join to a key that is not unique multiplies rows; group the right side by its key first"));
    }
    Ok(Account { table, rows_in, rows_out: written.kept, rejects: 0, dropped: written.dropped.clone() })
}

/// What a published file says about itself.
fn description(contract: &Contract) -> Description {
    Description {
        table: contract.description.clone(),
        columns: contract.columns.iter().map(|column| (column.name.clone(), column.meaning.clone())).collect(),
        sort_by: contract.sort_by.clone(),
    }
}

fn spilled_bytes(plan: &dyn ExecutionPlan) -> u64 {
    let own = plan.metrics().and_then(|metrics| metrics.spilled_bytes()).unwrap_or(0) as u64;
    own + plan.children().iter().map(|child| spilled_bytes(child.as_ref())).sum::<u64>()
}

fn query_error(table: &str, select: &Select, error: &DataFusionError) -> Error {
    // A value that does not fit (an overflow, a cast) is the data's doing; its text may hold the value, so only the kind is told.
    let text = match error.find_root() {
        DataFusionError::External(inner) => inner.downcast_ref::<Error>().map(|told| told.sentence.clone()),
        _ => None,
    };
    let text = text.unwrap_or_else(|| plain(error));
    let kind = text.lines().next().unwrap_or_default();
    Error::check(format!("{table} cannot be computed")).because(without_values(kind)).at(Place::file(&select.file))
}

/// Cuts quoted values out of an error of the engine: messages hold no row contents.
fn without_values(text: &str) -> String {
    let mut inside = false;
    let mut told = String::new();
    for part in text.split('\'') {
        told += if inside { "'...'" } else { part };
        inside = !inside;
    }
    told
}
