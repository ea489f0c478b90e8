//! The functions as SQL sees them, in every layout of rows: cores, batches, and aggregation that gives up its first stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::util::display::FormatOptions;
use arrow::util::pretty::pretty_format_batches_with_options;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::Volatility;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::*;

/// Partitions, rows a batch, and whether the first stage of an aggregation passes rows through.
pub const LAYOUTS: [(usize, usize, bool); 4] = [(1, 8192, false), (1, 1, false), (3, 2, false), (4, 3, true)];

pub type Column = (&'static str, ArrayRef);

pub fn integers(name: &'static str, values: &[Option<i64>]) -> Column {
    (name, Arc::new(Int64Array::from(values.to_vec())))
}

pub fn floats(name: &'static str, values: &[Option<f64>]) -> Column {
    (name, Arc::new(Float64Array::from(values.to_vec())))
}

pub fn texts(name: &'static str, values: &[Option<&str>]) -> Column {
    (name, Arc::new(StringArray::from(values.to_vec())))
}

/// DECIMAL(18, 2), in hundredths.
pub fn money(name: &'static str, values: &[Option<i128>]) -> Column {
    (name, Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(18, 2).unwrap()))
}

/// Rows of numbers by the sample in their first column, under a header; an empty field is NaN.
pub fn samples(csv: &str) -> BTreeMap<String, Vec<Vec<f64>>> {
    let mut samples = BTreeMap::<String, Vec<Vec<f64>>>::new();
    for line in csv.lines().skip(1) {
        let (name, numbers) = line.split_once(',').unwrap();
        let number = |field: &str| if field.is_empty() { f64::NAN } else { field.parse().unwrap() };
        samples.entry(name.to_string()).or_default().push(numbers.split(',').map(number).collect());
    }
    samples
}

/// A session over a table `t` whose rows are dealt to all partitions.
pub fn session(columns: &[Column], (partitions, batch_size, pass_through): (usize, usize, bool)) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch_size);
    if pass_through {
        config.options_mut().execution.skip_partial_aggregation_probe_rows_threshold = 1;
        config.options_mut().execution.skip_partial_aggregation_probe_ratio_threshold = 0.0;
    }
    let context = SessionContext::new_with_config(config);
    register(&context);
    if columns.is_empty() {
        return context;
    }
    let batch = RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, array.clone(), true))).unwrap();
    let mut dealt = vec![Vec::new(); partitions];
    for (count, start) in (0..batch.num_rows()).step_by(batch_size).enumerate() {
        dealt[count % partitions].push(batch.slice(start, batch_size.min(batch.num_rows() - start)));
    }
    context.register_table("t", Arc::new(MemTable::try_new(batch.schema(), dealt).unwrap())).unwrap();
    context
}

pub async fn text(context: &SessionContext, sql: &str) -> Result<String> {
    let batches = context.sql(sql).await?.collect().await?;
    let table = pretty_format_batches_with_options(&batches, &FormatOptions::new().with_null("NULL"))?.to_string();
    let cells = |line: &str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(" | ");
    Ok(table.lines().filter(|line| line.starts_with('|')).skip(1).map(cells).collect::<Vec<_>>().join("\n"))
}

/// The rows of a query, the same in every layout.
pub async fn check(columns: &[Column], sql: &str, expected: &[&str]) {
    for layout in LAYOUTS {
        let rows = text(&session(columns, layout), sql).await.unwrap_or_else(|error| panic!("{sql} in {layout:?}: {error}"));
        assert_eq!(rows, expected.join("\n"), "{sql} in {layout:?}");
    }
}

/// The query fails with these words in every layout; when the data are to blame, with our own error at the root.
pub async fn check_fault(columns: &[Column], sql: &str, words: &str) {
    for layout in LAYOUTS {
        let error = match text(&session(columns, layout), sql).await {
            Err(error) => error,
            Ok(rows) => panic!("{sql} in {layout:?} gives {rows}"),
        };
        assert!(error.to_string().contains(words), "{sql} in {layout:?}: {error}");
        let ours = matches!(error.find_root(), DataFusionError::External(cause) if cause.is::<crate::error::Error>());
        assert!(ours || matches!(error.find_root(), DataFusionError::Plan(_)), "{sql}: {error:?}");
    }
}

/// The list of volatile names is DataFusion's own, aliases included.
#[test]
fn volatile_names_are_complete() {
    let state = session(&[], LAYOUTS[0]).state();
    let mut names: Vec<String> = Vec::new();
    for name in state.udfs() {
        if state.udf(&name).unwrap().signature().volatility != Volatility::Immutable {
            names.push(name);
        }
    }
    names.sort();
    assert_eq!(names, VOLATILE);
    assert!(ARRIVAL_ORDERED_FLOATS.iter().all(|name| state.udaf(name).is_ok()), "a name DataFusion does not know");
    assert!(state.udafs().iter().all(|name| state.udaf(name).unwrap().signature().volatility == Volatility::Immutable));
}

/// A distributed executor registers from the list; every name must be found there by the plan that uses it.
#[test]
fn names_are_unique() {
    let functions = all();
    let mut names: Vec<String> = functions.scalar.iter().map(|f| f.name().to_string()).collect();
    names.extend(functions.aggregate.iter().map(|f| f.name().to_string()));
    names.extend(functions.window.iter().map(|f| f.name().to_string()));
    let total = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), total), (39, 39));
}
