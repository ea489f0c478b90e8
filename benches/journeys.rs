//! The packaged SQL on rows in memory: touches placed before conversions, and what each step earns under every model.
//!
//! Each conversion is one person's, with two browsers and a dozen touches before it; as many touches are of browsers nobody knows.

#![allow(clippy::unwrap_used)]

use arrow::array::{RecordBatch, StringViewArray, new_null_array};
use arrow::csv::ReaderBuilder;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::datasource::MemTable;
use divan::Bencher;
use divan::counter::ItemsCount;
use sluice::plan::{self, Plan, PlannedTable, Step, column_schema};
use sluice::project::Project;
use sluice::project::pipeline::Pipeline;
use sluice::session::{Session, Settings, Shape};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

const TOUCHES: usize = 12;

fn main() {
    divan::main();
}

/// Touches and conversions to numbered steps; per conversion.
#[divan::bench(args = [1_000, 20_000], sample_count = 10)]
fn steps(bencher: Bencher, conversions: usize) {
    let night = Night::new(conversions);
    let tables = night.tables(is_of_steps);
    bencher.counter(ItemsCount::new(conversions)).bench_local(|| night.build(&tables));
    assert_eq!(night.build(&tables), conversions * TOUCHES);
}

/// Steps to weights, totals and credits of all models; per conversion.
#[divan::bench(args = [1_000, 20_000], sample_count = 10)]
fn credits(bencher: Bencher, conversions: usize) {
    let night = Night::new(conversions);
    night.build(&night.tables(is_of_steps));
    let tables = night.tables(is_of_credits);
    let last = tables.last().unwrap().name.to_string();
    assert_eq!(last, "attribution.credits");
    bencher.counter(ItemsCount::new(conversions)).bench_local(|| night.build(&tables));
}

fn is_of_steps(name: &str) -> bool {
    ["visitors", "considered_touches", "touches", "journeys", "steps"].iter().any(|table| name.strip_prefix("journey.") == Some(table))
}

fn is_of_credits(name: &str) -> bool {
    let table = name.strip_prefix("attribution.").unwrap_or_default();
    ["models", "weights", "totals", "weighed_steps", "shares", "credits"].contains(&table.split('/').next().unwrap())
}

/// The packaged project with rows registered in memory.
struct Night {
    runtime: Runtime,
    session: Session,
    plan: Plan,
}

impl Night {
    fn new(conversions: usize) -> Night {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let told = |_| -> Plan { panic!("the packaged project is without faults") };
        let project = Project::load(root).unwrap_or_else(|_| panic!("the packaged project loads"));
        let pipeline = Pipeline::load(root, Path::new("pipelines/nightly.yaml"), &[], &|_| None, Utc::now());
        let pipeline = pipeline.unwrap_or_else(|_| panic!("the packaged pipeline loads"));
        let runtime = Runtime::new().unwrap();
        let settings = Settings { memory: 4 << 30, threads: 2, spill: None, spill_bytes: 0 };
        let session = Session::new(&settings).unwrap();
        let plan = runtime.block_on(plan::plan(&project, pipeline, &session)).unwrap_or_else(told);
        let night = Night { runtime, session, plan };
        night.fill(conversions);
        night
    }

    fn fill(&self, conversions: usize) {
        let (mut converted, mut people, mut visitors, mut touches) = (String::new(), String::new(), String::new(), String::new());
        // 2026-06-01T00:00:00Z; touches lie 7 days apart, so that twelve of them are within the lookback.
        let (june, day) = (1_780_272_000, 86_400);
        for person in 0..conversions {
            let at = time(june + person as i64);
            writeln!(converted, "O{person},p{person},L{person},,,CNY,{}.5000,true,,{at},won", 1_000 + person).unwrap();
            writeln!(people, "O{person},p{person},own").unwrap();
            for browser in 0..2 {
                writeln!(visitors, "v{person}-{browser},p{person},form:{person}-{browser},,").unwrap();
            }
            for touch in 0..2 * TOUCHES {
                let (visitor, at) = (if touch < TOUCHES { "v" } else { "x" }, time(june - 7 * day * (touch % TOUCHES) as i64));
                let channel = ["direct", "email", "organic_search", "paid_search", "webinar"][(person + touch) % 5];
                writeln!(touches, "t{person}-{touch},{visitor}{person}-{},,s1,{channel},,page_view,,,{at},demo", touch % 2).unwrap();
            }
        }
        self.register_text("journey.conversions", &converted);
        self.register_text("journey.people", &people);
        self.register_text("identity.visitors", &visitors);
        self.register_text("entities.touchpoints", &touches);
        for none in ["identity.members", "identity.leads", "reference.touch_priorities", "attribution.removal_effects"] {
            self.register(none, Vec::new());
        }
    }

    fn tables(&self, wanted: impl Fn(&str) -> bool) -> Vec<PlannedTable> {
        self.plan.tables.iter().filter(|table| wanted(&table.name.to_string())).cloned().collect()
    }

    /// Runs the SQL of tables in their order; the rows of the last.
    fn build(&self, tables: &[PlannedTable]) -> usize {
        let mut members: BTreeMap<String, Vec<RecordBatch>> = BTreeMap::new();
        let mut rows = 0;
        for table in tables {
            let name = table.name.to_string();
            let batches = match &table.step {
                Step::Query(select) => self.runtime.block_on(async {
                    let query =
                        plan::logical_plan(select, &self.plan.pipeline, &self.session).await.unwrap_or_else(|_| panic!("{name} plans"));
                    let frame = self.session.context(Shape::Normal).execute_logical_plan(query).await.unwrap();
                    frame.collect().await.unwrap()
                }),
                Step::Union { member_column, members: names } => {
                    names.iter().flat_map(|member| members[member].iter().map(|batch| with_member(batch, member_column, member))).collect()
                }
                Step::Rows { .. } => unreachable!("no reference rows are asked for"),
            };
            rows = batches.iter().map(RecordBatch::num_rows).sum();
            match &table.name.member {
                Some(_) => drop(members.insert(name, batches)),
                None => self.register(&name, batches),
            }
        }
        rows
    }

    fn register_text(&self, name: &str, text: &str) {
        let reader = ReaderBuilder::new(self.schema(name)).build(text.as_bytes()).unwrap();
        self.register(name, reader.map(Result::unwrap).collect());
    }

    fn register(&self, name: &str, batches: Vec<RecordBatch>) {
        let (folder, table) = name.split_once('.').unwrap();
        let schema = self.schema(name);
        let declared = |batch: &RecordBatch| {
            // A member of a union may leave out what it does not have.
            let column = |field: &Arc<Field>| batch.column_by_name(field.name()).map(Arc::clone);
            let none = |field: &Arc<Field>| new_null_array(field.data_type(), batch.num_rows());
            let columns = schema.fields().iter().map(|field| column(field).unwrap_or_else(|| none(field)));
            RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
        };
        let rows = MemTable::try_new(Arc::clone(&schema), vec![batches.iter().map(declared).collect()]).unwrap();
        self.session.register(folder, table, Arc::new(rows)).unwrap();
    }

    /// The contract's columns as tables are scanned: text as views.
    fn schema(&self, name: &str) -> SchemaRef {
        let contract = &self.plan.table(name).unwrap_or_else(|| panic!("{name} is planned")).contract;
        let view = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
            _ => field.as_ref().clone(),
        };
        Arc::new(Schema::new(column_schema(contract).fields().iter().map(view).collect::<Vec<_>>()))
    }
}

fn time(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap().to_rfc3339()
}

/// The batch with the member's name (after the `/`) as its last column.
fn with_member(batch: &RecordBatch, column: &str, member: &str) -> RecordBatch {
    let name = member.rsplit('/').next().unwrap();
    let mut fields: Vec<_> = batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    fields.push(Field::new(column, DataType::Utf8View, false));
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n(name, batch.num_rows()))));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}
