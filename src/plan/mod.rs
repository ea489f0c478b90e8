//! Project + pipeline -> [`Plan`]: the only validator. It needs no data and tells every fault.
//!
//! After it nothing is checked again: every name is known, every type agrees, the order is fixed. What it leaves out: whether a table
//! would be rebuilt, which takes a look at the stores (`run`).

pub mod ledger;
pub mod lint;
pub mod origins;
pub mod rows;
pub mod sql;

mod graph;
mod schema;

pub use crate::project::contract::DROP_REASON;
pub use schema::{column_schema, raw_schema};

use crate::error::{Error, Faults, Place, Result};
use crate::project::contract::{CheckKind, Contract};
use crate::project::pipeline::Pipeline;
use crate::project::types::Type;
use crate::project::{Body, Project, Table, TableName};
use crate::session::{Session, StoredRows, store_url, threads_of_machine};
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::logical_expr::LogicalPlan;
use sql::Select;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The folder that alone reads raw tables, one table for each source.
pub const STAGING: &str = "staging";
/// The schema raw tables live in.
pub const RAW: &str = "raw";
/// The schema of the engine's own accounts.
pub const LEDGER: &str = "ledger";
/// Parameters every pipeline has, used or not.
const ALWAYS_THERE: [&str; 2] = ["as_of", "time_zone"];

/// What will be built, in order.
#[derive(Debug)]
pub struct Plan {
    pub pipeline: Pipeline,
    /// The tables the published ones need, inputs first.
    pub tables: Vec<PlannedTable>,
    /// Full names, in order.
    pub published: Vec<String>,
    /// Sources those tables read.
    pub sources: Vec<String>,
    pub warnings: Vec<Error>,
    /// Tables this pipeline has no sources for.
    pub inactive: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct PlannedTable {
    pub name: TableName,
    pub step: Step,
    pub contract: Contract,
    /// Tables read, by full name, raw and ledger tables too.
    pub reads: BTreeSet<String>,
    /// Parameters used, with their values.
    pub params: BTreeMap<String, String>,
    /// Set where every row in must be a row out: the tables whose rows those are.
    pub driving: Option<Vec<String>>,
    /// Whether rows with a `drop_reason` are split off.
    pub cleaning: bool,
}

#[derive(Clone, Debug)]
pub enum Step {
    Query(Box<Select>),
    /// Reference rows, typed.
    Rows {
        batch: RecordBatch,
        text: String,
    },
    /// Full names of the active members.
    Union {
        member_column: String,
        members: Vec<String>,
    },
}

impl Plan {
    pub fn table(&self, name: &str) -> Option<&PlannedTable> {
        self.tables.iter().find(|table| table.name.to_string() == name)
    }

    /// The tables `names` need, themselves included. Who reads the ledger needs all sources and all tables before it: their accounts are its rows.
    pub fn ancestors(&self, names: &[String]) -> BTreeSet<String> {
        let of_ledger = |name: &String| name.split('.').next() == Some(LEDGER);
        let mut wanted: BTreeSet<String> = names.iter().cloned().collect();
        let mut all_before = names.iter().any(of_ledger);
        for table in self.tables.iter().rev() {
            let name = table.name.to_string();
            if all_before || wanted.contains(&name) {
                all_before |= table.reads.iter().any(of_ledger);
                wanted.extend(table.reads.iter().cloned());
                wanted.insert(name);
            }
        }
        if all_before {
            wanted.extend(self.sources.iter().map(|source| format!("{RAW}.{source}")));
        }
        wanted
    }
}

/// Plans a pipeline. `session` only plans here; the run registers real rows on it later.
pub async fn plan(project: &Project, pipeline: Pipeline, session: &Session) -> Result<Plan, Faults> {
    Planner::new(project, session).plan(pipeline, &[]).await
}

/// Plans the pipelines of a project: what they share is parsed and planned once.
pub struct Planner<'a> {
    project: &'a Project,
    session: &'a Session,
    selects: BTreeMap<String, Select>,
    unparsed: Faults,
    /// Tables without a fault that read no raw table, by name and the types of their parameters.
    known: BTreeMap<(String, Vec<Option<Type>>), Warned>,
}

/// A planned table and its warnings.
type Warned = (PlannedTable, Vec<Error>);

impl<'a> Planner<'a> {
    pub fn new(project: &'a Project, session: &'a Session) -> Planner<'a> {
        let mut unparsed = Faults::default();
        let selects = parse_all(project, &mut unparsed);
        Planner { project, session, selects, unparsed, known: BTreeMap::new() }
    }

    /// `wanted` are tables beside the published ones.
    pub async fn plan(&mut self, pipeline: Pipeline, wanted: &[String]) -> Result<Plan, Faults> {
        let project = self.project;
        let mut faults = self.unparsed.clone();
        let graph = graph::Graph::build(project, &pipeline, &self.selects, &mut faults);
        register_schemas(project, &pipeline, self.session)?;
        let mut planned = BTreeMap::new();
        let mut warnings = Vec::new();
        for name in &graph.order {
            match self.table(&pipeline, &project.tables[name], &graph).await {
                Ok((table, more)) => {
                    warnings.extend(more);
                    planned.insert(name.clone(), table);
                }
                Err(more) => more.0.into_iter().for_each(|fault| faults.push(fault)),
            }
        }
        unused_params(&pipeline, &self.selects, &graph, &mut faults);
        schema::from_raw(project, &pipeline, &mut faults);
        let published = graph::published(project, &pipeline, &graph, &mut faults);
        let needed = graph::needed(&planned, published.iter().chain(wanted));
        checks_reach(project, &pipeline, &graph, &planned, &needed, &mut faults);
        let sources = pipeline.sources.keys().filter(|source| needed.contains(&format!("{RAW}.{source}"))).cloned().collect();
        let tables =
            graph::last_things_last(graph.order.iter().filter(|name| needed.contains(*name)).filter_map(|name| planned.remove(name)));
        faults.or(Plan { pipeline, tables, published, sources, warnings, inactive: graph.inactive })
    }

    async fn table(&mut self, pipeline: &Pipeline, table: &Table, graph: &graph::Graph) -> Result<Warned, Faults> {
        let name = table.name.to_string();
        let select = self.selects.get(&name);
        let types =
            select.iter().flat_map(|select| select.params.keys()).map(|param| pipeline.params.get(param).map(|param| param.ty)).collect();
        let key = (name, types);
        if let (Some((known, warnings)), Some(select)) = (self.known.get(&key), select) {
            return Ok((PlannedTable { params: values(select, pipeline), ..known.clone() }, warnings.clone()));
        }
        let union = table.name.member.as_ref().and_then(|_| self.project.table(&format!("{}.{}", table.name.folder, table.name.table)));
        let planned = plan_table(pipeline, table, union, select, graph, self.session).await?;
        if !planned.0.reads.iter().any(|read| read.starts_with(RAW)) {
            self.known.insert(key, planned.clone());
        }
        Ok(planned)
    }
}

/// The parameters a SELECT takes, with their values in a pipeline.
fn values(select: &Select, pipeline: &Pipeline) -> BTreeMap<String, String> {
    select.params.keys().map(|name| (name.clone(), pipeline.params[name].value.clone())).collect()
}

/// On all cores: it is most of what planning a project costs.
fn parse_all(project: &Project, faults: &mut Faults) -> BTreeMap<String, Select> {
    let texts = project.tables.iter().filter_map(|(name, table)| match &table.body {
        Body::Sql { file, text } => Some((name, file, text)),
        Body::Rows { .. } | Body::Union { .. } => None,
    });
    let texts: Vec<_> = texts.collect();
    let share = texts.len().div_ceil(threads_of_machine()).max(1);
    let parse = |part: &[(&String, &String, &String)]| part.iter().map(|(_, file, text)| Select::parse(file, text)).collect();
    let parsed: Vec<Vec<Result<Select>>> = std::thread::scope(|scope| {
        let parts: Vec<_> = texts.chunks(share).map(|part| scope.spawn(move || parse(part))).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut selects = BTreeMap::new();
    for ((name, ..), parsed) in texts.into_iter().zip(parsed.into_iter().flatten()) {
        match parsed {
            Ok(select) => drop(selects.insert(name.clone(), select)),
            Err(error) => faults.push(error),
        }
    }
    selects
}

/// Every table as its contract says, without rows: what the SQL of others is planned against.
fn register_schemas(project: &Project, pipeline: &Pipeline, session: &Session) -> Result<(), Error> {
    let empty = |schema: &Schema| Arc::new(StoredRows::new(store_url("work"), schema, Vec::new(), Vec::new()));
    for (name, source) in &pipeline.sources {
        session.register(RAW, name, empty(&raw_schema(source)))?;
    }
    for (name, schema) in ledger::schemas() {
        session.register(LEDGER, name, empty(&schema))?;
    }
    for table in project.tables.values().filter(|table| table.name.member.is_none()) {
        session.register(&table.name.folder, &table.name.table, empty(&column_schema(&table.contract)))?;
    }
    Ok(())
}

async fn plan_table(
    pipeline: &Pipeline,
    table: &Table,
    union: Option<&Table>,
    select: Option<&Select>,
    graph: &graph::Graph,
    session: &Session,
) -> Result<Warned, Faults> {
    let mut planned = PlannedTable {
        name: table.name.clone(),
        contract: table.contract.clone(),
        reads: graph.reads(&table.name.to_string()),
        params: BTreeMap::new(),
        driving: None,
        cleaning: false,
        step: Step::Union { member_column: String::new(), members: Vec::new() },
    };
    match (&table.body, select) {
        (Body::Rows { file, text }, _) => {
            planned.step = Step::Rows { batch: rows::reference(file, text, &table.contract).await?, text: text.clone() };
            Ok((planned, Vec::new()))
        }
        (Body::Union { member_column, .. }, _) => {
            let members = planned.reads.iter().cloned().collect();
            planned.step = Step::Union { member_column: member_column.clone(), members };
            Ok((planned, Vec::new()))
        }
        (Body::Sql { .. }, Some(select)) => {
            let logical = logical_plan(select, pipeline, session).await?;
            planned.params = values(select, pipeline);
            planned.cleaning = logical.schema().has_column_with_unqualified_name(DROP_REASON) && !declares_drop_reason(&table.contract);
            let mut faults = Faults(lint::faults(select, &logical));
            schema::compare(select, &logical, table, union, planned.cleaning, &mut faults);
            if planned.cleaning || planned.reads.iter().any(|read| read.starts_with(RAW)) {
                match lint::driving_tables(&logical) {
                    Ok(driving) => planned.driving = Some(driving),
                    Err(why) => faults.push(
                        Error::faulty(format!("`{}` must return every row it reads: {why}", table.name))
                            .at(select.place_of_word(why.split('`').nth(1).unwrap_or("select"))),
                    ),
                }
            }
            planned.step = Step::Query(Box::new(select.clone()));
            let warnings = lint::whole_partition_windows(select, &logical);
            faults.or((planned, warnings))
        }
        (Body::Sql { .. }, None) => unreachable!("a table whose SQL did not parse is not in the order"),
    }
}

fn declares_drop_reason(contract: &Contract) -> bool {
    contract.columns.iter().any(|column| column.name == DROP_REASON)
}

/// The query as DataFusion sees it, types resolved.
pub async fn logical_plan(select: &Select, pipeline: &Pipeline, session: &Session) -> Result<LogicalPlan, Error> {
    for (name, place) in &select.params {
        if !pipeline.params.contains_key(name) {
            return Err(Error::faulty(format!("parameter `${name}` is not declared in {}", pipeline.file))
                .at(place.clone())
                .did_you_mean(name, pipeline.params.keys().map(String::as_str)));
        }
    }
    let state = session.state();
    let plan = state.statement_to_plan(select.bound(&pipeline.params)).await.map_err(|error| schema::sql_error(select, &error))?;
    let options = datafusion::prelude::SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(&plan).map_err(|error| schema::sql_error(select, &error))?;
    state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {}).map_err(|error| schema::sql_error(select, &error))
}

fn unused_params(pipeline: &Pipeline, selects: &BTreeMap<String, Select>, graph: &graph::Graph, faults: &mut Faults) {
    let used: BTreeSet<&String> = graph.order.iter().filter_map(|name| selects.get(name)).flat_map(|select| select.params.keys()).collect();
    for param in pipeline.params.values() {
        if !used.contains(&param.name) && !param.used_in_urls && !ALWAYS_THERE.contains(&param.name.as_str()) {
            faults.push(
                Error::faulty(format!("parameter `{}` is not used by any table of this pipeline", param.name))
                    .at(param.place.clone())
                    .hint(format!("remove it, or write `${}` where it is meant", param.name)),
            );
        }
    }
}

/// A check may look at other tables: these must be built in this pipeline too.
fn checks_reach(
    project: &Project,
    pipeline: &Pipeline,
    graph: &graph::Graph,
    planned: &BTreeMap<String, PlannedTable>,
    needed: &BTreeSet<String>,
    faults: &mut Faults,
) {
    for (name, table) in planned.iter().filter(|(name, _)| needed.contains(*name)) {
        for check in &table.contract.checks {
            let (CheckKind::References { table: other, .. } | CheckKind::Reconciles { with: other, .. }) = &check.kind else { continue };
            let known = project.tables.contains_key(other);
            if known && !graph.inactive.contains(other) {
                continue;
            }
            let sentence = match known {
                true => format!("a check of `{name}` looks at `{other}`, which {} has no sources for", pipeline.file),
                false => format!("a check of `{name}` looks at `{other}`, which does not exist"),
            };
            faults.push(Error::faulty(sentence).at(check.place.clone()).did_you_mean(other, project.tables.keys().map(String::as_str)));
        }
    }
}

/// A place for faults of a whole file.
fn file_place(file: &str) -> Place {
    Place::file(file)
}
