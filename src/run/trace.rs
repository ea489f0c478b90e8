//! From rows of a table to the rows they were made of, table by table down to raw lines.
//!
//! A contract's `from:` says which columns lead back; where it says nothing, the table's SQL does (see `plan::origins`). Every table is asked
//! once, for the rows that all keys found before it belong to. What is held are keys alone; the rows stay where they are stored.

use super::Run;
use super::attempt::{aside, select_only};
use crate::check::{quoted, quoted_table};
use crate::error::{Error, Result};
use crate::plan::sql::Select;
use crate::plan::{DROP_REASON, PlannedTable, Step, logical_plan, origins};
use crate::session::{Shape, plain};
use arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use datafusion::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The schema in which keys are held, by the name of their table; no folder of a project can have its name.
const KEYS: &str = "_keys";

/// Rows of one table.
pub struct Reached {
    pub table: String,
    pub rows: usize,
    /// The columns of its key, and those by which the way goes on.
    pub keys: Vec<RecordBatch>,
    /// Why the way ends here, where it is no raw table.
    pub end: Option<String>,
}

/// A way into a table: a query for keys, and the columns of the table that they are.
struct Way {
    keys: String,
    columns: Vec<String>,
}

pub struct Trace<'a, 'r> {
    run: &'a Run<'r>,
    /// Tables that go back to raw ones, with their keys.
    keys: BTreeMap<String, Vec<String>>,
    ways: BTreeMap<String, Vec<Way>>,
    reached: Vec<Reached>,
}

impl<'a, 'r> Trace<'a, 'r> {
    /// Of a run that built what the table needs.
    pub fn of(run: &'a Run<'r>) -> Trace<'a, 'r> {
        Trace { run, keys: origins::keys(run.plan), ways: BTreeMap::new(), reached: Vec::new() }
    }

    /// Rows of `table` and all they were made of, from there back to raw; `rows` is a query for them.
    pub async fn back(mut self, table: &PlannedTable, rows: DataFrame) -> Result<Vec<Reached>> {
        let name = table.name.to_string();
        let view = format!("{name} asked");
        self.run.session.register(KEYS, &view, rows.into_view())?;
        let asked = format!("select {} from {KEYS}.{}", list(&held(table)), quoted(&view));
        self.hold(table, asked).await?;
        let before = self.run.plan.tables.iter().rev().skip_while(|other| other.name != table.name).skip(1);
        for table in before {
            if let Some(ways) = self.ways.remove(&table.name.to_string()) {
                let rows = led_to(&table.name.to_string(), &held(table), &ways);
                self.hold(table, rows).await?;
            }
        }
        for (name, ways) in std::mem::take(&mut self.ways) {
            let rows = self.keep(&name, &led_to(&name, &origins::key_of_raw(), &ways)).await?;
            self.reached.push(Reached { table: name, rows: count(&rows), keys: rows, end: None });
        }
        Ok(self.reached)
    }

    /// Keeps rows of a table and finds the ways on from there.
    async fn hold(&mut self, table: &PlannedTable, rows: String) -> Result<()> {
        let name = table.name.to_string();
        let keys = self.keep(&name, &rows).await?;
        let rows = count(&keys);
        let end = if rows == 0 { None } else { self.ways_from(table, &name).await? };
        // A member of a union has the rows that the union showed.
        if table.name.member.is_none() || self.reached.is_empty() || end.is_some() {
            self.reached.push(Reached { table: name, rows, keys, end });
        }
        Ok(())
    }

    /// Returns why there is none.
    async fn ways_from(&mut self, table: &PlannedTable, name: &str) -> Result<Option<String>> {
        let from = &table.contract.from;
        if !from.is_empty() {
            let (inputs, others): (Vec<_>, Vec<_>) = from.iter().partition(|(upstream, _)| self.is_before(upstream, name));
            for (upstream, columns) in inputs {
                self.way(upstream, format!("select {} from {}", list(columns), held_of(name)), columns.clone());
            }
            return Ok(others.first().map(|(other, _)| format!("the contract of {name} names {other}, which it is not made of here")));
        }
        match &table.step {
            Step::Rows { .. } => Ok(None),
            Step::Union { member_column, members } => {
                let key: Vec<String> = table.contract.unique.iter().filter(|column| *column != member_column).cloned().collect();
                for member in members {
                    let short = member.rsplit('/').next().unwrap_or(member);
                    let rows = format!("select {} from {} where {} = '{short}'", list(&key), held_of(name), quoted(member_column));
                    self.way(member, rows, key.clone());
                }
                Ok(None)
            }
            Step::Query(select) => self.ways_of_sql(table, name, select).await,
        }
    }

    async fn ways_of_sql(&mut self, table: &PlannedTable, name: &str, select: &Select) -> Result<Option<String>> {
        let told = |error: &_| Error::faulty(format!("the SQL of {name} cannot be followed back")).because(plain(error));
        let logical = logical_plan(select, &self.run.plan.pipeline, self.run.session).await?;
        let origins = origins::carry(&logical, &self.keys).map_err(|error| told(&error))?;
        let Some(origins) = origins.filter(|origins| !origins.inputs.is_empty()) else {
            return Ok(Some(format!("the contract of {name} has no `from`: what its rows came from is not known")));
        };
        let (sql, carried) = (format!("{name} sql"), format!("{name} carried"));
        let view = DataFrame::new(self.run.session.context(Shape::Normal).state(), origins.plan).into_view();
        self.run.session.register(KEYS, &sql, view)?;
        let columns: Vec<String> = origins.inputs.iter().flat_map(|input| &input.columns).map(|(_, name)| format!("a.{name}")).collect();
        let kept = if table.cleaning { format!(" where a.{DROP_REASON} is null") } else { String::new() };
        let rows = format!(
            "select distinct {} from {KEYS}.{} as a left semi join {} as b on {}{kept}",
            columns.join(", "),
            quoted(&sql),
            held_of(name),
            agree(&table.contract.unique)
        );
        self.keep(&carried, &rows).await?;
        for input in origins.inputs {
            let (columns, names): (Vec<String>, Vec<String>) = input.columns.into_iter().unzip();
            let named: Vec<String> = columns.iter().zip(&names).map(|(column, name)| format!("{name} as {}", quoted(column))).collect();
            self.way(&input.table, format!("select {} from {}", named.join(", "), held_of(&carried)), columns);
        }
        Ok(None)
    }

    /// Whether a table is built ahead of another, and so may be what that is made of.
    fn is_before(&self, upstream: &str, name: &str) -> bool {
        let place = |name: &str| self.run.plan.tables.iter().position(|table| table.name.to_string() == name);
        self.run.built.contains_key(upstream) && place(upstream) < place(name)
    }

    fn way(&mut self, to: &str, keys: String, columns: Vec<String>) {
        self.ways.entry(to.to_string()).or_default().push(Way { keys, columns });
    }

    /// Rows of a query, held under a name.
    async fn keep(&self, name: &str, query: &str) -> Result<Vec<RecordBatch>> {
        let (schema, rows) = self.rows(name, query).await?;
        let told = |error| Error::faulty(format!("the keys of {name} cannot be held")).because(plain(&error));
        let table = MemTable::try_new(schema, vec![rows.clone()]).map_err(told)?;
        self.run.session.register(KEYS, name, Arc::new(table))?;
        Ok(rows)
    }

    async fn rows(&self, name: &str, query: &str) -> Result<(arrow::datatypes::SchemaRef, Vec<RecordBatch>)> {
        let outcome = self.run.turns.attempt(name, Shape::Normal, async |shape| {
            let (context, query) = (self.run.session.context(shape), query.to_string());
            let rows = async move {
                let frame = context.sql_with_options(&query, select_only()).await?;
                let schema = Arc::new(frame.schema().as_arrow().clone());
                let rows = frame.collect().await?;
                // What comes out may hold text in another form than the plan said.
                Ok::<_, DataFusionError>((rows.first().map_or(schema, RecordBatch::schema), rows))
            };
            Ok(aside(rows).await?)
        });
        let sentence = format!("the rows of {name} cannot be found");
        outcome.await.map_err(|failure| failure.told(&sentence, |error| Error::faulty(&sentence).because(plain(error))))
    }
}

impl Run<'_> {
    /// The rows of a table that were reached, in its order: these columns of the first `limit`; 0 are all.
    pub async fn rows_reached(&self, table: &PlannedTable, columns: &[String], limit: usize) -> Result<Vec<RecordBatch>> {
        let name = table.name.to_string();
        let shown = columns.iter().map(|column| format!("a.{}", quoted(column))).collect::<Vec<_>>().join(", ");
        let query = format!(
            "select {shown} from {} as a left semi join {} as b on {} order by {}{}",
            quoted_table(&name),
            held_of(&name),
            agree(&table.contract.unique),
            order(table),
            if limit == 0 { String::new() } else { format!(" limit {limit}") }
        );
        Ok(Trace::of(self).rows(&name, &query).await?.1)
    }
}

/// The rows of a table that any of the ways goes to. Keys with a null belong to nothing.
fn led_to(table: &str, held: &[String], ways: &[Way]) -> String {
    let of_way = |way: &Way| {
        let columns = held.iter().map(|column| format!("a.{}", quoted(column))).collect::<Vec<_>>().join(", ");
        let on = agree(&way.columns);
        format!("select {columns} from {} as a left semi join ({}) as b on {on}", quoted_table(table), way.keys)
    };
    ways.iter().map(of_way).collect::<Vec<_>>().join(" union ")
}

/// The columns to hold of a table: its key and all by which the way goes on.
fn held(table: &PlannedTable) -> Vec<String> {
    let mut columns = table.contract.unique.clone();
    let member = match &table.step {
        Step::Union { member_column, .. } => Some(member_column),
        _ => None,
    };
    let mut seen: BTreeSet<String> = columns.iter().cloned().collect();
    columns.extend(table.contract.from.values().flatten().chain(member).filter(|column| seen.insert((*column).clone())).cloned());
    columns
}

fn held_of(name: &str) -> String {
    format!("{KEYS}.{}", quoted(name))
}

fn agree(columns: &[String]) -> String {
    let equal = columns.iter().map(|column| quoted(column)).map(|column| format!("a.{column} = b.{column}"));
    equal.collect::<Vec<_>>().join(" and ")
}

/// By the contract's order, else by its key.
fn order(table: &PlannedTable) -> String {
    let sorted = table.contract.sort_by.iter().map(|key| (&key.column, if key.descending { " desc" } else { "" }));
    let by_key = table.contract.unique.iter().map(|column| (column, ""));
    let all: Vec<String> = match table.contract.sort_by.is_empty() {
        true => by_key.map(|(column, end)| format!("a.{}{end}", quoted(column))).collect(),
        false => sorted.map(|(column, end)| format!("a.{}{end}", quoted(column))).collect(),
    };
    all.join(", ")
}

fn list(columns: &[String]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
}

fn count(rows: &[RecordBatch]) -> usize {
    rows.iter().map(RecordBatch::num_rows).sum()
}
