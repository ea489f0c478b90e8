//! `sluice trace`: from rows of a table to the rows they were made of, down to lines of raw files.

use super::query::{self, register_ledger};
use super::run::settings;
use super::{Chosen, Failure, Silent, Streams, load};
use crate::check::quoted_table;
use crate::error::{Error, Place, Result};
use crate::plan::sql::Select;
use crate::plan::{self, Plan, PlannedTable, RAW};
use crate::project::Project;
use crate::project::source::{FILE, LINE};
use crate::run::Run;
use crate::run::trace::{Reached, Trace};
use crate::session::{Session, Shape, plain};
use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use chrono::Utc;
use clap::{Args, ValueEnum};
use datafusion::prelude::{DataFrame, ident};
use std::sync::Arc;

/// Show what rows of a table were made of, table by table, down to lines of raw files
#[derive(Args)]
#[command(
    after_help = "Examples:\n  sluice trace nightly marts.rates --where \"rate = 'won' and month = '2026-03'\"\n  sluice trace nightly marts.findings --limit 1\n  sluice trace nightly marts.findings --format csv\n\nColumns that a contract calls personal are not shown without --personal."
)]
pub struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// A table's name.
    table: String,
    /// Which rows of it: a condition in SQL.
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Rows of it to trace, and rows to show of each table on the way; 0 are all.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Also show what identifies persons.
    #[arg(long)]
    personal: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An outline for people.
    Table,
    /// A line for each row reached: its table, its key as JSON, and of raw rows file and line.
    Csv,
    /// The same as objects, one per line.
    Json,
}

pub async fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (project, pipeline) = load(&arguments.chosen)?;
    let name = arguments.table.trim().to_string();
    let asked = asked(arguments, &name, &project)?;
    let session = Session::new(&settings(&pipeline))?;
    let reads: Vec<String> = asked.select.reads.keys().cloned().collect();
    let plan = plan::Planner::new(&project, &session).plan(pipeline, &reads).await?;
    let table = plan.table(&name).ok_or_else(|| Error::faulty(format!("`{name}` has no sources in {}", plan.pipeline.file)))?;
    // A faulty condition is told before anything is built.
    asked.rows(&plan, &session).await?;
    let mut run = Run::open(&plan, &session, &Silent, Utc::now()).await?;
    run.build_all(Some(&plan.ancestors(&reads))).await?;
    register_ledger(&mut run, reads.iter().chain(&table.reads)).await?;
    let (rows, matching) = limited(asked.rows(&plan, &session).await?, table, arguments.limit).await?;
    let reached = Trace::of(&run).back(table, rows).await?;
    let answer = Answer { run: &run, plan: &plan, arguments, matching };
    match arguments.format {
        Format::Table => answer.outline(&reached, streams).await,
        Format::Csv => answer.list(&reached, query::Format::Csv, streams),
        Format::Json => answer.list(&reached, query::Format::Json, streams),
    }
}

/// The rows a person asked for.
struct Asked {
    condition: String,
    select: Select,
}

/// What is told of the condition is told of its text alone.
const CONDITION: &str = "--where";

fn asked(arguments: &Arguments, name: &str, project: &Project) -> Result<Asked> {
    if !project.tables.contains_key(name) {
        let names = project.tables.keys().map(String::as_str);
        return Err(Error::faulty(format!("there is no table `{name}`")).did_you_mean(name, names));
    }
    let condition = arguments.condition.clone().unwrap_or_else(|| "true".into());
    // In brackets, so that it is one condition, and on lines of its own, which gives places in it.
    let text = format!("select * from {} where (\n{condition}\n)", quoted_table(name));
    match Select::parse(CONDITION, &text) {
        Ok(select) => Ok(Asked { condition, select }),
        Err(error) => Err(in_condition(error, &condition)),
    }
}

impl Asked {
    async fn rows(&self, plan: &Plan, session: &Session) -> Result<DataFrame> {
        let logical = plan::logical_plan(&self.select, &plan.pipeline, session).await;
        let logical = logical.map_err(|error| in_condition(error, &self.condition))?;
        Ok(DataFrame::new(session.context(Shape::Normal).state(), logical))
    }
}

fn in_condition(mut error: Error, condition: &str) -> Error {
    error.place = error.place.map(|place| {
        let lines = condition.lines().count().max(1);
        let last = condition.lines().last().unwrap_or_default().chars().count();
        match place.line {
            _ if place.text.is_none() => {
                Place::at(CONDITION, condition, 1, 1, condition.lines().next().unwrap_or_default().chars().count())
            }
            line if line > lines + 1 => Place::at(CONDITION, condition, lines, last + 1, 1),
            line => Place::at(CONDITION, condition, line - 1, place.column, place.width),
        }
    });
    error
}

/// The first rows by the table's key, and how many there are.
async fn limited(rows: DataFrame, table: &PlannedTable, limit: usize) -> Result<(DataFrame, usize)> {
    let failed = |error| Error::faulty("the rows asked for cannot be found").because(plain(&error));
    let matching = rows.clone().count().await.map_err(failed)?;
    let keys = &table.contract.sort_by;
    let by_key = || table.contract.unique.iter().map(|column| ident(column).sort(true, false)).collect();
    let by_order = || keys.iter().map(|key| ident(&key.column).sort(!key.descending, key.descending)).collect();
    let sorted = rows.sort(if keys.is_empty() { by_key() } else { by_order() }).map_err(failed)?;
    let limited = if limit == 0 { sorted } else { sorted.limit(0, Some(limit)).map_err(failed)? };
    Ok((limited, matching))
}

struct Answer<'a, 'r> {
    run: &'a Run<'r>,
    plan: &'a Plan,
    arguments: &'a Arguments,
    /// Rows of the table that meet the condition.
    matching: usize,
}

impl Answer<'_, '_> {
    async fn outline(&self, reached: &[Reached], streams: &mut Streams<'_>) -> Result<(), Failure> {
        if self.matching == 0 {
            return self.nothing(streams);
        }
        for (place, reached) in reached.iter().enumerate() {
            let gap = if place == 0 { "" } else { "\n" };
            writeln!(streams.out, "{gap}{}: {}", reached.table, self.count(place, reached))?;
            match is_raw(reached) {
                true => lines(reached).iter().try_for_each(|(file, line)| writeln!(streams.out, "  {file}:{line}"))?,
                false => self.rows(reached, streams).await?,
            }
            if let Some(end) = &reached.end {
                writeln!(streams.out, "{end}")?;
            }
        }
        Ok(streams.out.flush()?)
    }

    fn nothing(&self, streams: &mut Streams<'_>) -> Result<(), Failure> {
        let condition = self.arguments.condition.as_ref().map_or(String::new(), |condition| format!(" where {condition}"));
        Ok(writeln!(streams.err, "{} has no row{condition}", self.arguments.table.trim())?)
    }

    fn count(&self, place: usize, reached: &Reached) -> String {
        let rows = if reached.rows == 1 { "1 row".to_string() } else { format!("{} rows", reached.rows) };
        match (self.arguments.limit, reached.rows) {
            (_, 0) => "no row has these keys".into(),
            _ if place == 0 && self.matching > reached.rows => format!("{rows} of {}; --limit 0 traces all", self.matching),
            (limit, all) if limit > 0 && all > limit && !is_raw(reached) => format!("{rows}, the first {limit}"),
            _ => rows,
        }
    }

    async fn rows(&self, reached: &Reached, streams: &mut Streams<'_>) -> Result<(), Failure> {
        let Some(table) = self.plan.table(&reached.table) else { return Ok(()) };
        let columns = self.shown(table);
        if columns.is_empty() || reached.rows == 0 {
            return Ok(());
        }
        let rows = self.run.rows_reached(table, &columns, self.arguments.limit).await?;
        let text = arrow::util::pretty::pretty_format_batches(&filled(&rows, table.contract.unique.len())?)
            .map_err(|error| unprintable(&error))?;
        Ok(writeln!(streams.out, "{text}")?)
    }

    /// The key first; nothing that identifies persons, unless that was asked for.
    fn shown(&self, table: &PlannedTable) -> Vec<String> {
        let contract = &table.contract;
        let others = contract.columns.iter().map(|column| &column.name).filter(|name| !contract.unique.contains(name));
        contract.unique.iter().chain(others).filter(|name| self.may_show(table, name)).cloned().collect()
    }

    fn may_show(&self, table: &PlannedTable, column: &str) -> bool {
        self.arguments.personal || !table.contract.columns.iter().any(|known| known.name == column && known.personal)
    }

    /// A row for each row reached.
    fn list(&self, reached: &[Reached], format: query::Format, streams: &mut Streams<'_>) -> Result<(), Failure> {
        let mut batches = Vec::new();
        for reached in reached {
            for batch in &reached.keys {
                batches.push(self.listed(reached, batch)?);
            }
        }
        query::print(&list_schema(), &batches, format, streams)?;
        if self.matching == 0 {
            return self.nothing(streams);
        }
        for end in reached.iter().filter_map(|reached| reached.end.as_ref()) {
            writeln!(streams.err, "{end}")?;
        }
        Ok(())
    }

    fn listed(&self, reached: &Reached, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let (key, file, line): (Vec<String>, ArrayRef, ArrayRef) = match self.plan.table(&reached.table) {
            Some(table) => {
                let shown = table.contract.unique.iter().filter(|column| self.may_show(table, column)).cloned().collect();
                (shown, Arc::new(StringArray::new_null(rows)), Arc::new(Int64Array::new_null(rows)))
            }
            None => (vec![FILE.0.into(), LINE.0.into()], text(&batch[FILE.0])?, Arc::clone(&batch[LINE.0])),
        };
        let tables = StringArray::from(vec![reached.table.as_str(); rows]);
        let columns: Vec<ArrayRef> = vec![Arc::new(tables), Arc::new(json(batch, &key)?), file, line];
        RecordBatch::try_new(list_schema(), columns).map_err(|error| unprintable(&error))
    }
}

/// Without columns that no row fills, behind those of the key: many sources know little of what an entity may have.
fn filled(rows: &[RecordBatch], keys: usize) -> Result<Vec<RecordBatch>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let is_filled = |column: &usize| rows.iter().any(|batch| batch.column(*column).null_count() < batch.num_rows());
    let places: Vec<usize> = (0..first.num_columns()).filter(|column| *column < keys || is_filled(column)).collect();
    rows.iter().map(|batch| batch.project(&places)).collect::<Result<_, _>>().map_err(|error| unprintable(&error))
}

/// No folder of a project is called so.
fn is_raw(reached: &Reached) -> bool {
    reached.table.split('.').next() == Some(RAW)
}

fn list_schema() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let columns = vec![text("table", false), text("keys", false), text("file", true), Field::new("line", DataType::Int64, true)];
    Arc::new(Schema::new(columns))
}

/// These columns of each row as one object.
fn json(batch: &RecordBatch, columns: &[String]) -> Result<StringArray> {
    if columns.is_empty() {
        return Ok(StringArray::from(vec!["{}"; batch.num_rows()]));
    }
    let fields = batch.schema_ref();
    let places: Vec<usize> = columns.iter().filter_map(|column| fields.index_of(column).ok()).collect();
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    let written = batch.project(&places).and_then(|batch| writer.write(&batch)).and_then(|()| writer.finish());
    written.map_err(|error| unprintable(&error))?;
    let text = String::from_utf8(writer.into_inner()).map_err(|error| unprintable(&error))?;
    Ok(StringArray::from(text.lines().collect::<Vec<_>>()))
}

/// Files and lines of raw rows, in order.
fn lines(reached: &Reached) -> Vec<(String, i64)> {
    let mut places = Vec::with_capacity(reached.rows);
    for batch in &reached.keys {
        let Ok(files) = text(&batch[FILE.0]) else { continue };
        let (files, lines) = (files.as_string::<i32>(), batch[LINE.0].as_primitive::<Int64Type>());
        places.extend((0..batch.num_rows()).map(|row| (files.value(row).to_string(), lines.value(row))));
    }
    places.sort();
    places
}

fn text(column: &ArrayRef) -> Result<ArrayRef> {
    cast(column, &DataType::Utf8).map_err(|error| unprintable(&error))
}

fn unprintable(error: &dyn std::fmt::Display) -> Error {
    Error::faulty("these rows cannot be written in this format").because(error)
}
