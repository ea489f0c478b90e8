//! The functions as SQL sees them, in every layout of rows: cores, batches, and aggregation that gives up its first stage.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::Volatility;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::*;

/// Partitions, rows a batch, and whether the first stage of an aggregation passes rows through.
const LAYOUTS: [(usize, usize, bool); 4] = [(1, 8192, false), (1, 1, false), (3, 2, false), (4, 3, true)];

type Column = (&'static str, ArrayRef);

fn integers(name: &'static str, values: &[Option<i64>]) -> Column {
    (name, Arc::new(Int64Array::from(values.to_vec())))
}

fn floats(name: &'static str, values: &[Option<f64>]) -> Column {
    (name, Arc::new(Float64Array::from(values.to_vec())))
}

fn texts(name: &'static str, values: &[Option<&str>]) -> Column {
    (name, Arc::new(StringArray::from(values.to_vec())))
}

/// DECIMAL(18, 2), in hundredths.
fn money(name: &'static str, values: &[Option<i128>]) -> Column {
    (name, Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(18, 2).unwrap()))
}

/// A session over a table `t` whose rows are dealt to all partitions.
fn session(columns: &[Column], (partitions, batch_size, pass_through): (usize, usize, bool)) -> SessionContext {
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

async fn text(context: &SessionContext, sql: &str) -> Result<String> {
    let batches = context.sql(sql).await?.collect().await?;
    let table = pretty_format_batches(&batches)?.to_string();
    let cells = |line: &str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(" | ");
    Ok(table.lines().filter(|line| line.starts_with('|')).skip(1).map(cells).collect::<Vec<_>>().join("\n"))
}

/// The rows of a query, the same in every layout.
async fn check(columns: &[Column], sql: &str, expected: &[&str]) {
    for layout in LAYOUTS {
        let rows = text(&session(columns, layout), sql).await.unwrap_or_else(|error| panic!("{sql} in {layout:?}: {error}"));
        assert_eq!(rows, expected.join("\n"), "{sql} in {layout:?}");
    }
}

/// The query fails with these words in every layout; when the data are to blame, with our own error at the root.
async fn check_fault(columns: &[Column], sql: &str, words: &str) {
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

const SHARES: &str = "select id, apportion(weight, total) over (partition by grp order by id) as share from t order by id";

fn group(weights: &[Option<f64>], total: i128) -> Vec<Column> {
    let rows = weights.len();
    let ids: Vec<Option<i64>> = (1..=rows as i64).map(Some).collect();
    vec![integers("grp", &vec![Some(1); rows]), integers("id", &ids), floats("weight", weights), money("total", &vec![Some(total); rows])]
}

#[tokio::test]
async fn apportion_one_group() {
    let equal = [Some(1.0); 3];
    check(&group(&equal, 100_00), SHARES, &["1 | 33.34", "2 | 33.33", "3 | 33.33"]).await;
    check(&group(&equal, -100_00), SHARES, &["1 | -33.34", "2 | -33.33", "3 | -33.33"]).await;
    check(&group(&equal, 1), SHARES, &["1 | 0.01", "2 | 0.00", "3 | 0.00"]).await;
    check(&group(&[Some(0.4), None, Some(0.2), Some(0.4)], 1_00), SHARES, &["1 | 0.40", "2 | 0.00", "3 | 0.20", "4 | 0.40"]).await;
    check(&group(&[Some(1e-300), Some(1e300)], 10), SHARES, &["1 | 0.00", "2 | 0.10"]).await;
    check(&group(&[Some(0.0), None], 10), SHARES, &["1 | NULL", "2 | NULL"]).await;
    check(&group(&[Some(2.5)], 7), SHARES, &["1 | 0.07"]).await;
    // 10^18 - 1 hundredths in quarters leave 3 units, to the earlier rows.
    let quarters = ["1 | 2500000000000000.00", "2 | 2500000000000000.00", "3 | 2500000000000000.00", "4 | 2499999999999999.99"];
    check(&group(&[Some(3.0); 4], 10i128.pow(18) - 1), SHARES, &quarters).await;
}

#[tokio::test]
async fn apportion_many_groups() {
    let columns = [
        texts("grp", &[Some("b"), Some("a"), Some("b"), None, Some("a"), Some("b"), None]),
        integers("id", &[Some(6), Some(1), Some(2), Some(4), Some(5), Some(3), Some(7)]),
        floats("weight", &[Some(1.0), Some(1.0), Some(1.0), Some(3.0), Some(1.0), Some(1.0), Some(1.0)]),
        money("total", &[Some(2_00), Some(5), Some(2_00), Some(9), Some(5), Some(2_00), Some(9)]),
    ];
    let expected = ["1 | 0.03", "2 | 0.67", "3 | 0.67", "4 | 0.07", "5 | 0.02", "6 | 0.66", "7 | 0.02"];
    check(&columns, SHARES, &expected).await;
    // Beside a function that needs the whole window, another operator does the work.
    let beside = "select id, apportion(weight, total) over (partition by grp order by id) as share from
        (select *, ntile(2) over (partition by grp order by id) as half, apportion(weight, total) over (partition by grp order by id) as other from t)
        where half > 0 and other is not null order by id";
    check(&columns, beside, &expected).await;
    // From the other end, the last row is the earlier one.
    let descending =
        "select id, apportion(weight, total) over (partition by grp order by id desc) as share from t where grp = 'a' order by id";
    check(&columns, descending, &["1 | 0.02", "5 | 0.03"]).await;
    let whole = "select id, apportion(weight, 10) over (order by id) as share from t where grp is not null order by id";
    check(&columns, whole, &["1 | 2", "2 | 2", "3 | 2", "5 | 2", "6 | 2"]).await;
    let types = "select distinct arrow_typeof(apportion(weight, total) over (partition by grp order by id)) as a,
        arrow_typeof(apportion(weight, id) over (partition by id order by id)) as b from t";
    check(&columns, types, &["Decimal128(18, 2) | Int64"]).await;
    check(&columns, "select apportion(weight, total) over (partition by grp order by id) as share from t where id > 9", &[]).await;
}

#[tokio::test]
async fn apportion_faults() {
    let equal = group(&[Some(1.0); 3], 100_00);
    check_fault(&equal, "select apportion(weight, total) over (partition by grp) from t", "needs an ORDER BY").await;
    check_fault(&equal, "select apportion(weight, total) over (partition by grp order by weight) from t", "add a key").await;
    check_fault(&equal, "select apportion(weight, weight) over (partition by grp order by id) from t", "takes DECIMAL or BIGINT").await;
    check_fault(&equal, "select apportion(weight, id) over (partition by grp order by id) from t", "the total differs").await;
    check_fault(&group(&[Some(1.0), Some(-1e-9)], 5), SHARES, "a weight is negative").await;
    check_fault(&group(&[Some(1.0), Some(f64::NAN)], 5), SHARES, "a weight is negative, NaN").await;
    // Equal keys are no fault where nothing hangs on them.
    check(&group(&[Some(1.0); 3], 3), "select apportion(weight, total) over (partition by grp order by weight) as s from t", &["0.01"; 3])
        .await;
}

#[tokio::test]
async fn apportion_holds_one_group_at_a_time() {
    let context = session(&group(&[Some(1.0); 3], 1), (2, 8192, false));
    let plan = text(&context, &format!("explain {SHARES}")).await.unwrap();
    assert!(plan.contains("BoundedWindowAggExec") && plan.contains("mode=[Sorted]"), "{plan}");
}

#[tokio::test]
async fn sums_keep_their_types() {
    let columns = [
        integers("g", &[Some(1), Some(2), Some(1), Some(2), Some(3)]),
        integers("i", &[Some(1), Some(5), None, Some(5), None]),
        money("m", &[Some(1_50), Some(-2_00), Some(3_25), None, None]),
    ];
    check(
        &columns,
        "select g, sum(i) as i, sum(m) as m from t group by g order by g",
        &["1 | 1 | 4.75", "2 | 10 | -2.00", "3 | NULL | NULL"],
    )
    .await;
    check(&columns, "select sum(i) as i, sum(m) as m, sum(i) filter (where g = 2) as f from t", &["11 | 2.75 | 10"]).await;
    check(&columns, "select g, sum(i) filter (where i = 5) as i from t group by g order by g", &["1 | NULL", "2 | 10", "3 | NULL"]).await;
    check(&columns, "select sum(i) as i from t where g > 9", &["NULL"]).await;
    let types = "select arrow_typeof(sum(i)) as a, arrow_typeof(sum(m)) as b, arrow_typeof(sum(cast(g as int))) as c, arrow_typeof(sum(1.5)) as d from t";
    check(&columns, types, &["Int64 | Decimal128(28, 2) | Int64 | Float64"]).await;
    check(
        &columns,
        "select sum(arrow_cast(i, 'UInt64')) as u, sum(arrow_cast(i, 'Duration(Second)')) as d from t",
        &["11 | 0 days 0 hours 0 mins 11 secs"],
    )
    .await;
    check(&columns, "select sum(cast(i as double)) as f from t", &["11.0"]).await;
}

#[tokio::test]
async fn sums_of_distinct_values() {
    let columns = [integers("g", &[Some(1), Some(1), Some(2), Some(2), None]), integers("i", &[Some(5), Some(5), Some(7), None, Some(7)])];
    check(&columns, "select sum(distinct i) as s from t", &["12"]).await;
    check(&columns, "select g, sum(distinct i) as s from t group by g order by g", &["1 | 5", "2 | 7", "NULL | 7"]).await;
    // One distinct argument is planned as two aggregations, two are not.
    check(&columns, "select sum(distinct i) as a, sum(i) as b, count(distinct i) as c, max(i) as d from t", &["12 | 24 | 2 | 7"]).await;
    check(&columns, "select sum(distinct i) as a, sum(distinct g) as b, count(*) as c from t", &["12 | 3 | 5"]).await;
}

#[tokio::test]
async fn sums_over_windows() {
    let columns = [integers("k", &[Some(1), Some(2), Some(3), Some(4)]), integers("i", &[Some(10), Some(20), None, Some(20)])];
    let running = "select k, sum(i) over (order by k) as s from t order by k";
    check(&columns, running, &["1 | 10", "2 | 30", "3 | 30", "4 | 50"]).await;
    let sliding = "select k, sum(i) over (order by k rows between 1 preceding and current row) as s from t order by k";
    check(&columns, sliding, &["1 | 10", "2 | 30", "3 | 20", "4 | 20"]).await;
    let gone = "select k, sum(i) over (order by k rows between current row and current row) as s from t order by k";
    check(&columns, gone, &["1 | 10", "2 | 20", "3 | NULL", "4 | 20"]).await;
    let distinct = "select k, sum(distinct i) over (order by k rows between 2 preceding and current row) as s from t order by k";
    check(&columns, distinct, &["1 | 10", "2 | 30", "3 | 30", "4 | 20"]).await;
}

#[tokio::test]
async fn sums_that_do_not_fit() {
    let columns = [integers("k", &[Some(1), Some(2), Some(3)]), integers("i", &[Some(i64::MAX), Some(1), Some(-1)])];
    // What overflows on the way but fits in the end is a sum.
    check(&columns, "select sum(i) as s from t", &["9223372036854775807"]).await;
    check(&columns, "select k % 1 as g, sum(i) as s from t group by k % 1", &["0 | 9223372036854775807"]).await;
    check_fault(&columns, "select sum(i) as s from t where k < 3", "the total does not fit Int64").await;
    check_fault(&columns, "select k % 1 as g, sum(i) as s from t where k < 3 group by k % 1", "the total does not fit Int64").await;
    check_fault(&columns, "select sum(distinct i) as s from t where k < 3", "the total does not fit Int64").await;
    check_fault(&columns, "select sum(i) over (order by k) as s from t", "the total does not fit Int64").await;
    check_fault(&columns, "select sum(arrow_cast(i, 'Duration(Second)')) as s from t where k < 3", "does not fit Duration(s)").await;
    let nines = "9".repeat(38);
    let decimals = format!("select sum(cast('{nines}' as decimal(38, 0))) as s from t where k <= ");
    check(&columns, &format!("{decimals} 1"), &[&nines]).await;
    check_fault(&columns, &format!("{decimals} 3"), "the total does not fit Decimal128(38, 0)").await;
    check_fault(&columns, &format!("{decimals} 3 group by k % 1"), "the total does not fit Decimal128(38, 0)").await;
    check_fault(&columns, "select sum(arrow_cast(i, 'Decimal256(70, 0)')) as s from t", "up to 38 digits").await;
}

#[tokio::test]
async fn arithmetic_that_does_not_fit() {
    let columns = [integers("i", &[Some(i64::MAX)]), integers("j", &[Some(i64::MIN)]), integers("one", &[Some(1)])];
    for sql in [
        "select 9223372036854775807 + 1 as x",
        "select i + 1 as x from t",
        "select j - one as x from t",
        "select one - j as x from t",
        "select i * 2 as x from t",
        "select -j as x from t",
        "select one from t where i + one > 0",
        "select i + one as x, count(*) as n from t group by i + one",
        "select sum(i + one) as s from t",
        "select l.one from t as l join t as r on l.i + 1 = r.one",
        "select (select max(i + 1) from t as u where u.one = t.one) as x from t",
        "select cast(one as int) + cast(2147483647 as int) as x from t",
        "select arrow_cast(one, 'UInt64') - arrow_cast(2, 'UInt64') as x from t",
        "select case when one = 1 then i * one * 3 end as x from t",
        "select lag(one) over (order by i + 1) as x from t",
    ] {
        check_fault(&columns, sql, "integer overflow").await;
    }
}

#[tokio::test]
async fn arithmetic_that_fits() {
    let columns = [integers("i", &[Some(7), None]), integers("j", &[Some(-3), Some(1)])];
    check(
        &columns,
        "select i + j as a, i - j as s, i * j as m, -i as n, i / j as d, i % j as r from t order by i",
        &["4 | 10 | -21 | -7 | -2 | 1", "NULL | NULL | NULL | NULL | NULL | NULL"],
    )
    .await;
    check(&columns, "select 9223372036854775806 + 1 as a, -9223372036854775807 - 1 as b", &["9223372036854775807 | -9223372036854775808"])
        .await;
    check(&columns, "select i + 1 as x, count(*) as n from t group by i + 1 order by i + 1", &["8 | 1", "NULL | 1"]).await;
    check(&columns, "select j from t order by -j limit 1 + 0", &["1"]).await;
    check(
        &columns,
        "select date '2024-02-28' + 2 as d, date '2024-02-28' + interval '1 month' as e, 1.5 + i as f from t where i = 7",
        &["2024-03-01 | 2024-03-28 | 8.5"],
    )
    .await;
    check(
        &columns,
        "select arrow_typeof(cast(1.10 as decimal(18, 4)) * 2) as d, arrow_typeof(cast(1 as int) + cast(1 as smallint)) as i",
        &["Decimal128(38, 4) | Int32"],
    )
    .await;
}

/// Column names, nullability and folding stay as they were.
#[tokio::test]
async fn arithmetic_leaves_no_trace() {
    let context = session(&[integers("i", &[Some(1)])], LAYOUTS[0]);
    let frame = context.sql("select i + 1, count(*) * 2 from t group by i").await.unwrap();
    let schema = frame.schema().clone();
    let analyzed = context.state().optimize(frame.logical_plan()).unwrap();
    assert_eq!(schema.as_arrow(), analyzed.schema().as_arrow());
    let plan = text(&context, "explain select i from t where i > 1 + 2 * 3").await.unwrap();
    assert!(plan.contains("i > Int64(7)") || plan.contains("i@0 > 7"), "{plan}");
}

#[tokio::test]
async fn exact_sums() {
    let columns = [
        integers("g", &[Some(1), Some(1), Some(1), Some(2), Some(2), Some(3), Some(4), Some(4)]),
        floats("x", &[Some(1e100), Some(1.0), Some(-1e100), Some(0.1), Some(0.2), None, Some(f64::INFINITY), Some(f64::NEG_INFINITY)]),
    ];
    let groups = "select g, exact_sum(x) as s, exact_avg(x) as a from t group by g order by g";
    // 0.1 + 0.2 rounds to 0.30000000000000004, the double nearest to the sum of the two doubles.
    let expected = ["1 | 1.0 | 0.3333333333333333", "2 | 0.30000000000000004 | 0.15000000000000002", "3 | NULL | NULL", "4 | NaN | NaN"];
    check(&columns, groups, &expected).await;
    check(&columns, "select exact_sum(x) as s, exact_avg(x) as a from t where g < 3", &["1.3 | 0.26"]).await;
    check(
        &columns,
        "select exact_sum(x) filter (where g = 2) as s, exact_avg(x) filter (where g = 9) as a from t",
        &["0.30000000000000004 | NULL"],
    )
    .await;
    check(
        &columns,
        "select g, exact_sum(x) filter (where x > 0.15) as s from t where g = 2 or g = 3 group by g order by g",
        &["2 | 0.2", "3 | NULL"],
    )
    .await;
    check(&columns, "select g, exact_sum(x) over (order by g) as s from t where g = 2 limit 1", &["2 | 0.30000000000000004"]).await;
    check(&columns, "select exact_avg(g) as a, exact_sum(x) as s from t where g > 9", &["NULL | NULL"]).await;
    check(&columns, "select exact_avg(g) as a from t where g < 3", &["1.4"]).await;
    check_fault(&columns, "select exact_sum(g) from t", "exact already").await;
    check_fault(&columns, "select exact_sum(distinct x), exact_avg(distinct g) from t", "does not take DISTINCT").await;
}

/// Ten thousand floats of all scales: the same bits in every layout, and the sum Python's `math.fsum` gives.
#[tokio::test]
async fn exact_sums_of_many_rows() {
    let values: Vec<Option<f64>> = (1..=10_000i64).map(|n| Some((n as f64).sqrt() * if n % 3 == 0 { -1e-7 } else { 1e3 })).collect();
    let columns = [floats("x", &values)];
    check(&columns, "select exact_sum(x) as s, exact_avg(x) as a from t", &["444477930.77215225 | 44447.793077215225"]).await;
}

#[tokio::test]
async fn wilson_intervals() {
    let columns = [integers("k", &[Some(5), Some(0), None, Some(842)]), integers("n", &[Some(20), Some(0), Some(4), Some(8000)])];
    let plain =
        "select n, round(wilson_interval(k, n)['lower'], 9) as lower, round(wilson_interval(k, n)['upper'], 9) as upper from t order by n";
    let expected = ["0 | NULL | NULL", "4 | NULL | NULL", "20 | 0.111861701 | 0.468700878", "8000 | 0.098713828 | 0.112165094"];
    check(&columns, plain, &expected).await;
    check(
        &columns,
        "select wilson_interval(5, 20)['lower'] as a, wilson_interval(0, 0)['upper'] as b, wilson_interval(1, 2, null) as c",
        &["0.11186170140766571 | NULL | "],
    )
    .await;
    let wide = "select round(wilson_interval(k, n, 2.5758293035489004)['lower'], 9) as l from t where n = 20";
    check(&columns, wide, &["0.087363908"]).await;
    check_fault(&columns, "select wilson_interval(n, k) from t where n = 20", "between 0 and trials").await;
    check_fault(&columns, "select wilson_interval(k, n, 0) from t where n = 20", "z must be").await;
    check_fault(&columns, "select wilson_interval(0.5, 2)", "takes two counts").await;
}

const COMPONENTS: &str = "with c as (select unnest(connected_components(a, b)) as pair from t)
    select pair['node'] as node, pair['component'] as component from c";

#[tokio::test]
async fn components_by_hand() {
    let columns = [
        texts("a", &[Some("d"), Some("b"), Some("x"), Some("z"), Some("e"), Some("c"), None, None]),
        texts("b", &[Some("c"), Some("a"), None, Some("z"), Some("d"), Some("d"), Some("y"), None]),
    ];
    let expected = ["a | a", "b | a", "c | c", "d | c", "e | c", "x | x", "y | y", "z | z"];
    check(&columns, COMPONENTS, &expected).await;
    check(&columns, &format!("{COMPONENTS} where pair['node'] = 'q'"), &[]).await;
    check(&columns, "select connected_components(a, b) is null as x from t where a = 'q'", &["true"]).await;
    check(
        &columns,
        "select arrow_typeof(connected_components(a, b)) as x from t",
        &["List(non-null Struct(\"node\": non-null Utf8View, \"component\": non-null Utf8View))"],
    )
    .await;
    let grouped = "select a is null as g, cardinality(connected_components(a, b)) as n from t group by a is null order by g";
    check(&columns, grouped, &["false | 7", "true | 1"]).await;
    check_fault(&columns, "select connected_components(a, 1.5) from t", "both BIGINT or both text").await;
}

#[tokio::test]
async fn components_of_integers() {
    let columns = [integers("a", &[Some(10), Some(9), Some(-1), Some(3)]), integers("b", &[Some(9), Some(100), None, Some(3)])];
    check(&columns, COMPONENTS, &["-1 | -1", "3 | 3", "9 | 9", "10 | 9", "100 | 9"]).await;
    let joined = "with c as (select unnest(connected_components(a, b)) as pair from t)
        select count(distinct pair['component']) as components, count(*) as nodes from c join t on t.a = c.pair['node']";
    check(&columns, joined, &["3 | 4"]).await;
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
    assert_eq!((names.len(), total), (10, 10));
}
