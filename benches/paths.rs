//! A million rows of paths, from their texts to what each channel is worth under every model of paths: seconds of each, and the most memory.
//!
//! `cargo bench --bench paths [rows]`. Channels and steps are those of `testdata`-like sessions: eight channels, 5,000 distinct paths of up to a
//! dozen touches, eight journeys a row, of which a few convert. Peers on such rows: the table in the README.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringViewArray};
use datafusion::datasource::MemTable;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sluice::session::{Session, Settings, Shape};
use std::sync::Arc;
use std::time::Instant;

const CHANNELS: [&str; 8] = ["Direct", "Organic Search", "Paid Search", "Paid Social", "Email", "Webinar", "Event", "Referral"];
const DISTINCT: usize = 5_000;
const JOURNEYS_PER_ROW: i64 = 8;

/// Name and query; each reads `paths`, which is grouped once.
const MODELS: [(&str, &str); 9] = [
    (
        "first, last, last non-direct, linear, 40/20/40, J, inverse J",
        "with steps as (
            select path, conversions, n, unnest(channels) as channel, unnest(range(1, n + 1)) as position
            from paths
         ), ends as (
            select path, coalesce(max(case when channel <> 'Direct' then position end), max(position)) as other from steps group by path
         ), weighed as (
            select steps.*, position = ends.other as is_other, case when n <= 2 then 0.0 else 1.0 / (cast(n as double) - 2) end as middle
            from steps inner join ends on steps.path = ends.path
         )
         select channel,
            sum(case when position = 1 then conversions else 0 end) as first_touch,
            sum(case when position = n then conversions else 0 end) as last_touch,
            sum(case when is_other then conversions else 0 end) as last_non_direct,
            exact_sum(conversions / cast(n as double)) as linear,
            exact_sum(conversions * case when n = 1 then 1.0 when n = 2 then 0.5 when position in (1, n) then 0.4 else 0.2 * middle end) as position_based,
            exact_sum(conversions * case when n = 1 then 1.0 when n = 2 then (case when position = 1 then 0.25 else 0.75 end)
                when position = 1 then 0.2 when position = n then 0.6 else 0.2 * middle end) as j_shape,
            exact_sum(conversions * case when n = 1 then 1.0 when n = 2 then (case when position = 1 then 0.75 else 0.25 end)
                when position = 1 then 0.6 when position = n then 0.2 else 0.2 * middle end) as inverse_j
         from weighed group by channel",
    ),
    ("Markov, order 1", "select unnest(removal_effects(channels, conversions, nulls, value, 1)) as effect from paths"),
    ("Markov, order 2", "select unnest(removal_effects(channels, conversions, nulls, value, 2)) as effect from paths"),
    ("Markov, order 3", "select unnest(removal_effects(channels, conversions, nulls, value, 3)) as effect from paths"),
    ("Shapley, exact sets", "select unnest(shapley_values(channels, conversions, nulls, value, 'exact_set')) as share from paths"),
    ("Shapley, exact sequences", "select unnest(shapley_values(channels, conversions, nulls, value, 'exact_sequence')) as share from paths"),
    ("Shapley, subsets", "select unnest(shapley_values(channels, conversions, nulls, value, 'subset')) as share from paths"),
    ("transitions", "select unnest(transition_probabilities(channels, conversions, nulls)) as transition from paths"),
    ("order choice to 4", "select unnest(chain_order_fit(channels, conversions, nulls, 4)) as fit from paths"),
];

fn main() {
    let rows: usize = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::new(&Settings { memory: 2 << 30, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
    let batches = batches(rows);
    session.register("raw", "paths", Arc::new(MemTable::try_new(batches[0].schema(), vec![batches]).unwrap())).unwrap();
    println!("{rows} rows of {DISTINCT} paths, {} journeys; rows in memory: {} MiB", rows as i64 * JOURNEYS_PER_ROW, peak_mebibytes());
    let begun = Instant::now();
    runtime.block_on(async {
        let grouped = "select path, string_to_array(path, ' > ') as channels,
            cast(array_length(string_to_array(path, ' > ')) as bigint) as n, sum(conversions) as conversions, sum(nulls) as nulls,
            cast(sum(value) as decimal(28,4)) as value from raw.paths group by path";
        told("grouped", &session, grouped).await;
        let context = session.context(Shape::Normal);
        let frame = context.sql(grouped).await.unwrap();
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let paths = frame.collect().await.unwrap();
        session.register("raw", "grouped", Arc::new(MemTable::try_new(schema, vec![paths]).unwrap())).unwrap();
        for (name, query) in MODELS {
            told(name, &session, &query.replace("from paths", "from raw.grouped")).await;
        }
    });
    println!("{:<62} {:>8.2} s, {} MiB at most", "all", begun.elapsed().as_secs_f64(), peak_mebibytes());
}

async fn told(name: &str, session: &Session, query: &str) {
    let begun = Instant::now();
    let rows = session.context(Shape::Normal).sql(query).await.unwrap().collect().await.unwrap();
    let rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
    println!("{name:<62} {:>8.2} s, {rows} rows", begun.elapsed().as_secs_f64());
}

fn batches(rows: usize) -> Vec<RecordBatch> {
    let chance = &mut ChaCha8Rng::seed_from_u64(8);
    let mut paths: Vec<String> = Vec::new();
    while paths.len() < DISTINCT {
        let length = 1 + chance.random_range(0..12).min(chance.random_range(0..12));
        // The first channels are seen more often.
        let path = (0..length).map(|_| CHANNELS[chance.random_range(0..8).min(chance.random_range(0..8))]).collect::<Vec<_>>().join(" > ");
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let sizes = (0..rows.div_ceil(8_192)).map(|batch| 8_192.min(rows - batch * 8_192));
    sizes.map(|size| batch(&paths, size, chance)).collect()
}

fn batch(paths: &[String], size: usize, chance: &mut ChaCha8Rng) -> RecordBatch {
    let (mut texts, mut conversions, mut nulls, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..size {
        texts.push(paths[chance.random_range(0..paths.len())].as_str());
        let converted = i64::from(chance.random_range(0..5) == 0);
        conversions.push(converted);
        nulls.push(JOURNEYS_PER_ROW - converted);
        values.push(i128::from(converted) * chance.random_range(100_000..90_000_000));
    }
    let value = Decimal128Array::from(values).with_precision_and_scale(18, 4).unwrap();
    let columns: [(&str, ArrayRef); 4] = [
        ("path", Arc::new(StringViewArray::from_iter_values(texts))),
        ("conversions", Arc::new(Int64Array::from(conversions))),
        ("nulls", Arc::new(Int64Array::from(nulls))),
        ("value", Arc::new(value)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// What the process held at most so far.
fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    peak.unwrap_or_default() / 1024
}
