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
use crate::project::{Body, PARAMS_FILE, Project, Table, TableName};
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
        let mut ahead = self.queries(&pipeline, &graph);
        let mut planned = BTreeMap::new();
        let mut warnings = Vec::new();
        for name in &graph.order {
            match self.table(&pipeline, &project.tables[name], &graph, ahead.remove(name)).await {
                Ok((table, more)) => {
                    warnings.extend(more);
                    planned.insert(name.clone(), table);
                }
                Err(more) => more.0.into_iter().for_each(|fault| faults.push(fault)),
            }
        }
        unused_params(&pipeline, &self.selects, &graph, &mut faults);
        self.unused_shared_params(&mut faults);
        schema::from_raw(project, &pipeline, &mut faults);
        let published = graph::published(project, &pipeline, &graph, &mut faults);
        let needed = graph::needed(&planned, published.iter().chain(wanted));
        checks_reach(project, &pipeline, &graph, &planned, &needed, &mut faults);
        let sources = pipeline.sources.keys().filter(|source| needed.contains(&format!("{RAW}.{source}"))).cloned().collect();
        let tables =
            graph::last_things_last(graph.order.iter().filter(|name| needed.contains(*name)).filter_map(|name| planned.remove(name)));
        faults.or(Plan { pipeline, tables, published, sources, warnings, inactive: graph.inactive })
    }

    /// What is not known yet of the tables that are queries: each is planned from the contracts of its inputs, so all cores plan.
    fn queries(&self, pipeline: &Pipeline, graph: &graph::Graph) -> BTreeMap<String, Result<Warned, Faults>> {
        let unknown = |name: &&String| self.selects.contains_key(*name) && !self.known.contains_key(&self.key(name, pipeline));
        let names: Vec<&String> = graph.order.iter().filter(unknown).collect();
        let plan = |name: &&String| ((*name).clone(), plan_query(pipeline, self.project, name, &self.selects[*name], graph, self.session));
        on_all_cores(&names, plan).into_iter().collect()
    }

    /// `ahead` is the table planned, where it is a query that was not known.
    async fn table(
        &mut self,
        pipeline: &Pipeline,
        table: &Table,
        graph: &graph::Graph,
        ahead: Option<Result<Warned, Faults>>,
    ) -> Result<Warned, Faults> {
        let name = table.name.to_string();
        let key = self.key(&name, pipeline);
        if let (Some((known, warnings)), Some(select)) = (self.known.get(&key), self.selects.get(&name)) {
            return Ok((PlannedTable { params: values(select, pipeline), ..known.clone() }, warnings.clone()));
        }
        let planned = match ahead {
            Some(planned) => planned?,
            None => (plan_rows(table, graph).await?, Vec::new()),
        };
        if !planned.0.reads.iter().any(|read| read.starts_with(RAW)) {
            self.known.insert(key, planned.clone());
        }
        Ok(planned)
    }

    /// While some SQL does not parse, nothing can be called unused.
    fn unused_shared_params(&self, faults: &mut Faults) {
        let used: BTreeSet<&String> = self.selects.values().flat_map(|select| select.params.keys()).collect();
        for (name, place) in self.project.params.iter().filter(|(name, _)| self.unparsed.is_empty() && !used.contains(name)) {
            let error = Error::faulty(format!("parameter `{name}` is not used by any SQL of the project")).at(place.clone());
            faults.push(error.hint(format!("remove it, or write `${name}` where it is meant")));
        }
    }

    fn key(&self, name: &str, pipeline: &Pipeline) -> (String, Vec<Option<Type>>) {
        let params = self.selects.get(name).into_iter().flat_map(|select| select.params.keys());
        (name.to_string(), params.map(|param| pipeline.params.get(param).map(|param| param.ty)).collect())
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
    let parsed = on_all_cores(&texts, |(_, file, text)| Select::parse(file, text));
    let mut selects = BTreeMap::new();
    for ((name, ..), parsed) in texts.into_iter().zip(parsed) {
        match parsed {
            Ok(select) => drop(selects.insert(name.clone(), select)),
            Err(error) => faults.push(error),
        }
    }
    selects
}

/// The answers, in order.
fn on_all_cores<T: Sync, A: Send>(given: &[T], answer: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let share = given.len().div_ceil(threads_of_machine()).max(1);
    let parts: Vec<Vec<A>> = std::thread::scope(|scope| {
        let parts: Vec<_> = given.chunks(share).map(|part| scope.spawn(|| part.iter().map(&answer).collect())).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    parts.into_iter().flatten().collect()
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

/// A table as its file says, not planned yet.
fn unplanned(table: &Table, graph: &graph::Graph, step: Step) -> PlannedTable {
    PlannedTable {
        name: table.name.clone(),
        contract: table.contract.clone(),
        reads: graph.reads(&table.name.to_string()),
        params: BTreeMap::new(),
        driving: None,
        cleaning: false,
        step,
    }
}

/// Rows written by hand, or the union of a folder.
async fn plan_rows(table: &Table, graph: &graph::Graph) -> Result<PlannedTable, Faults> {
    let step = match &table.body {
        Body::Rows { file, text } => Step::Rows { batch: rows::reference(file, text, &table.contract).await?, text: text.clone() },
        Body::Union { member_column, .. } => {
            let members = graph.reads(&table.name.to_string()).into_iter().collect();
            Step::Union { member_column: member_column.clone(), members }
        }
        Body::Sql { .. } => unreachable!("a table whose SQL did not parse is not in the order, one that did is planned ahead"),
    };
    Ok(unplanned(table, graph, step))
}

fn plan_query(
    pipeline: &Pipeline,
    project: &Project,
    name: &str,
    select: &Select,
    graph: &graph::Graph,
    session: &Session,
) -> Result<Warned, Faults> {
    let table = &project.tables[name];
    let union = table.name.union().and_then(|union| project.table(&union));
    // Nothing in it waits: all tables are registered in memory.
    let logical = futures::executor::block_on(logical_plan(select, pipeline, session))?;
    let mut planned = unplanned(table, graph, Step::Query(Box::new(select.clone())));
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
    let warnings = lint::whole_partition_windows(select, &logical);
    faults.or((planned, warnings))
}

fn declares_drop_reason(contract: &Contract) -> bool {
    contract.columns.iter().any(|column| column.name == DROP_REASON)
}

/// The query as DataFusion sees it, types resolved.
pub async fn logical_plan(select: &Select, pipeline: &Pipeline, session: &Session) -> Result<LogicalPlan, Error> {
    for (name, place) in &select.params {
        if !pipeline.params.contains_key(name) {
            return Err(Error::faulty(format!("parameter `${name}` is declared neither in {PARAMS_FILE} nor in {}", pipeline.file))
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
    // A parameter declared for all pipelines is not for each of them to use; a value written in this one is meant for it.
    for param in pipeline.params.values().filter(|param| param.place.file == pipeline.file) {
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
