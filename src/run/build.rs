//! One table: its SQL over the rows of its inputs -> stored rows, or the rows stored before when nothing it depends on changed.

use super::fingerprint::Ingredients;
use super::{Built, Run};
use crate::error::{Error, Result};
use crate::plan::sql::Select;
use crate::plan::{DROP_REASON, PlannedTable, Step, column_schema};
use crate::project::contract::{Column, Contract};
use crate::report::{Account, TableReport};
use crate::session::{Shape, plain, storage_failed};
use crate::store::redact::redact;
use crate::store::table_file::{Description, Purpose, TableFile};
use crate::store::work::{Building, DATA, Stored};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch, is_not_null, is_null};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::logical_expr::{SortExpr, lit};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{DataFrame, SQLOptions, ident};
use futures::TryStreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// The role of the rows a cleaning table leaves out.
const DROPPED: &str = "dropped";

/// Reading only: what any SQL of a project may do.
pub fn select_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

impl Run<'_> {
    /// Builds a table, or finds it built. Its inputs are built.
    pub async fn build(&mut self, table: &PlannedTable) -> Result<()> {
        let name = table.name.to_string();
        if let Step::Union { member_column, members } = &table.step {
            let union = Built::union(&table.contract, member_column, members, &self.built);
            self.keep(&name, union, None)?;
            if !self.plan.published.contains(&name) {
                return Ok(());
            }
        }
        let ingredients = Ingredients::of_table(table, |read| self.built[read].content.clone());
        let fingerprint = ingredients.fingerprint();
        let started = Instant::now();
        if let Some(stored) = self.work.find(&name, &fingerprint).await? {
            let report = TableReport { reused: true, why: "unchanged".into(), ..TableReport::default() };
            return self.keep_stored(&name, stored, report, started);
        }
        let why = ingredients.since(self.ingredients_of_last_run(&name).await?.as_ref());
        self.observer.building(&name, &why);
        self.session.meter().take_peak();
        let (written, spilled) = match &table.step {
            Step::Rows { batch, .. } => (self.write_rows(table, &fingerprint, batch).await?, 0),
            Step::Query(select) => self.write_query(table, select, &fingerprint).await?,
            // Readers of a published union get one file.
            Step::Union { .. } => {
                let all = Select::parse(&table.contract.file, &format!("select * from {}", crate::check::quoted_table(&name)))?;
                self.write_query(table, &all, &fingerprint).await?
            }
        };
        let account = self.account(table, &written)?;
        let stored = written.finish(serde_json::json!({ "ingredients": ingredients, "account": account })).await?;
        let report = TableReport { why, peak_memory: self.session.meter().take_peak(), spilled, ..TableReport::default() };
        self.keep_stored(&name, stored, report, started)
    }

    /// The account of the rows a table took in; one that does not close fails the run.
    fn account(&self, table: &PlannedTable, written: &Written) -> Result<Account> {
        let name = table.name.to_string();
        let dropped: u64 = written.dropped.values().sum();
        let rows_in = table.driving.as_ref().map(|driving| driving.iter().map(|input| self.built[input].rows).sum::<u64>());
        if let Some(rows_in) = rows_in
            && rows_in != written.kept + dropped
        {
            return Err(Error::check(format!(
                "the account of {name} does not close: {rows_in} rows in, {} kept, {dropped} dropped",
                written.kept
            ))
            .hint("a left join to a key that is not unique multiplies rows; group the right side by its key first"));
        }
        Ok(Account { table: name, rows_in, rows_out: written.kept, rejects: 0, dropped: written.dropped.clone() })
    }

    async fn write_rows(&self, table: &PlannedTable, fingerprint: &str, batch: &RecordBatch) -> Result<Written> {
        let mut written = self.writer(table, fingerprint).await?;
        written.write(batch).await?;
        Ok(written)
    }

    /// Runs the SQL; when memory ran out, once more in each smaller shape.
    async fn write_query(&self, table: &PlannedTable, select: &Select, fingerprint: &str) -> Result<(Written, u64)> {
        let mut shape = Shape::Normal;
        loop {
            match self.try_query(table, select, fingerprint, shape).await {
                Err(Failure::Query(error)) if out_of_memory(&error) => {
                    shape = shape.next().ok_or_else(|| memory_error(&table.name.to_string(), &error))?;
                    tracing::warn!(table = %table.name, shape = ?shape, "out of memory; once more, in a smaller shape");
                }
                Err(Failure::Query(error)) if storage_failed(&error) => {
                    return Err(storage_error(&format!("{} cannot be computed", table.name), &error));
                }
                Err(Failure::Query(error)) => return Err(query_error(table, select, &error)),
                Err(Failure::Told(error)) => return Err(error),
                Ok(written) => return Ok(written),
            }
        }
    }

    async fn try_query(&self, table: &PlannedTable, select: &Select, fingerprint: &str, shape: Shape) -> Result<(Written, u64), Failure> {
        let context = self.session.context(shape);
        let state = context.state();
        let plan = state.statement_to_plan(select.bound(&self.plan.pipeline.params)).await?;
        let mut frame = DataFrame::new(state, plan);
        // What a member of a union leaves out is null.
        let returned = |column: &Column| match frame.schema().has_column_with_unqualified_name(&column.name) {
            true => Ok(ident(&column.name)),
            false => Ok(lit(ScalarValue::try_from(&column.ty.arrow())?).alias(&column.name)),
        };
        let mut columns = table.contract.columns.iter().map(returned).collect::<Result<Vec<_>, DataFusionError>>()?;
        if table.cleaning {
            columns.push(ident(DROP_REASON));
        }
        frame = frame.select(columns)?;
        if !table.contract.sort_by.is_empty() {
            frame = frame.sort(
                table.contract.sort_by.iter().map(|key| SortExpr::new(ident(&key.column), !key.descending, key.descending)).collect(),
            )?;
        }
        let task = Arc::new(frame.task_ctx());
        let physical = frame.create_physical_plan().await?;
        let mut rows = execute_stream(Arc::clone(&physical), task)?;
        let mut written = self.writer(table, fingerprint).await?;
        while let Some(batch) = rows.try_next().await? {
            written.write(&batch).await?;
        }
        Ok((written, spilled_bytes(physical.as_ref())))
    }

    async fn writer(&self, table: &PlannedTable, fingerprint: &str) -> Result<Written> {
        let schema = Arc::new(column_schema(&table.contract));
        let name = table.name.to_string();
        let purpose = match self.plan.published.contains(&name) {
            true => Purpose::Mart(description(&table.contract)),
            false => Purpose::Work,
        };
        let building = self.work.build(&name, fingerprint)?;
        let data = building.file(DATA, Arc::clone(&schema), &purpose).await?;
        Ok(Written { building, data, left_out: None, name, schema, kept: 0, dropped: BTreeMap::new() })
    }
}

/// What a published file says about itself.
fn description(contract: &Contract) -> Description {
    Description {
        table: contract.description.clone(),
        columns: contract.columns.iter().map(|column| (column.name.clone(), column.meaning.clone())).collect(),
        sort_by: contract.sort_by.clone(),
    }
}

enum Failure {
    Query(DataFusionError),
    Told(Error),
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Failure {
        Failure::Query(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Told(error)
    }
}

/// Rows on their way to the store, kept and dropped ones told apart and counted.
struct Written {
    building: Building,
    data: TableFile,
    /// Begun with the first row left out.
    left_out: Option<TableFile>,
    name: String,
    schema: SchemaRef,
    kept: u64,
    dropped: BTreeMap<String, u64>,
}

impl Written {
    async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(reasons) = batch.column_by_name(DROP_REASON).filter(|_| self.schema.column_with_name(DROP_REASON).is_none()) else {
            return self.keep(batch).await;
        };
        let reasons = Arc::clone(reasons);
        let masks = is_null(&reasons).and_then(|kept| Ok((kept, is_not_null(&reasons)?)));
        let (kept, dropped) = masks.map_err(|error| self.unfit(&error))?;
        let rows = filter_record_batch(batch, &kept).map_err(|error| self.unfit(&error))?;
        self.keep(&rows).await?;
        let rows = filter_record_batch(batch, &dropped).map_err(|error| self.unfit(&error))?;
        self.leave_out(&rows).await
    }

    async fn keep(&mut self, batch: &RecordBatch) -> Result<()> {
        let typed = typed(batch, &self.schema).map_err(|why| self.unfit(&why))?;
        self.kept += typed.num_rows() as u64;
        self.data.write(&typed).await
    }

    async fn leave_out(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let nullable = self.schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        let schema = Arc::new(Schema::new(nullable.chain([Field::new(DROP_REASON, DataType::Utf8, false)]).collect::<Vec<_>>()));
        let typed = typed(batch, &schema).map_err(|why| self.unfit(&why))?;
        if self.left_out.is_none() {
            self.left_out = Some(self.building.file(DROPPED, schema, &Purpose::Work).await?);
        }
        let reasons = typed.column(typed.num_columns() - 1).as_string::<i32>();
        for reason in reasons.iter().flatten() {
            *self.dropped.entry(reason.to_string()).or_default() += 1;
        }
        self.left_out.as_mut().expect("begun above").write(&typed).await
    }

    async fn finish(self, facts: serde_json::Value) -> Result<Stored> {
        let mut files = vec![self.data.finish().await?];
        if let Some(left_out) = self.left_out {
            files.push(left_out.finish().await?);
        }
        self.building.finish(files, facts).await
    }

    fn unfit(&self, why: &dyn std::fmt::Display) -> Error {
        Error::check(format!("the rows of {} do not fit its contract", self.name)).because(why)
    }
}

/// The batch as the schema says: by name, with text and timestamps in their stored form. The engine's types become plain ones here alone.
fn typed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, String> {
    let columns: Result<Vec<ArrayRef>, String> = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column_by_name(field.name()).ok_or_else(|| format!("column `{}` is missing", field.name()))?;
            if !field.is_nullable() && column.logical_null_count() > 0 {
                return Err(format!("column `{}` holds null and the contract says it never does", field.name()));
            }
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                cast(column, field.data_type()).map_err(|error| error.to_string())
            }
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns?).map_err(|error| error.to_string())
}

fn spilled_bytes(plan: &dyn ExecutionPlan) -> u64 {
    let own = plan.metrics().and_then(|metrics| metrics.spilled_bytes()).unwrap_or(0) as u64;
    own + plan.children().iter().map(|child| spilled_bytes(child.as_ref())).sum::<u64>()
}

pub fn out_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

/// The sentence for a table that does not fit: table, operator, setting.
pub fn memory_error(table: &str, error: &DataFusionError) -> Error {
    let text = plain(error);
    let operator = text.split(" for ").nth(1).and_then(|rest| rest.split(['[', ' ', '(']).next()).unwrap_or("an operator").to_string();
    Error::retry(format!("{table} does not fit into memory: {operator} ran out, also alone with sort-merge joins"))
        .hint("raise `limits: {memory: ...}` in the pipeline, or split the table")
}

/// The sentence for a store or disk that failed under a query.
pub fn storage_error(doing: &str, error: &DataFusionError) -> Error {
    Error::retry(format!("{doing}: a store or the disk failed"))
        .because(redact(&plain(error)))
        .hint("run again; nothing of this run is published")
}

fn query_error(table: &PlannedTable, select: &Select, error: &DataFusionError) -> Error {
    // A value that does not fit (an overflow, a cast) is the data's doing; its text may hold the value, so only the kind is told.
    let text = match error.find_root() {
        DataFusionError::External(inner) => inner.downcast_ref::<Error>().map(|told| told.sentence.clone()),
        _ => None,
    };
    let text = text.unwrap_or_else(|| plain(error));
    let kind = text.lines().next().unwrap_or_default();
    let sentence = format!("{} cannot be computed", table.name);
    Error::check(sentence).because(without_values(kind)).at(crate::error::Place::file(&select.file))
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
