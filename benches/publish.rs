//! Sorted batches to a mart file in its place: encoded, hashed, synced, named by its bytes.

#![allow(clippy::unwrap_used)]

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Schema, SchemaRef};
use divan::Bencher;
use divan::counter::ItemsCount;
use sluice::project::contract::SortKey;
use sluice::store::publish::publish;
use sluice::store::table_file::{Description, Purpose};
use sluice::store::work::{DATA, Work};
use sluice::store::{Access, Store};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

const BATCH_ROWS: usize = 8_192;

fn main() {
    divan::main();
}

#[divan::bench(args = [100_000, 1_000_000], sample_count = 10)]
fn mart(bencher: Bencher, rows: usize) {
    let runtime = Runtime::new().unwrap();
    let batches = members(rows);
    let sort_by = ["rate", "member_id"].map(|column| SortKey { column: column.into(), descending: false }).to_vec();
    let purpose = Purpose::Mart(Description { table: "marts.rate_members".into(), sort_by, ..Description::default() });
    // A store of its own each time: what is published once is not written again.
    let place = || TempDir::new().unwrap();
    bencher.counter(ItemsCount::new(rows)).with_inputs(place).bench_local_refs(|place| {
        let published = runtime.block_on(write(place, &batches, &purpose));
        assert_eq!(published, rows as u64);
    });
}

async fn write(place: &TempDir, batches: &[RecordBatch], purpose: &Purpose) -> u64 {
    let work = Work::new(&open(place, "work", Access::WriteCache));
    let marts = open(place, "marts", Access::Write);
    let building = work.build("marts.rate_members", "f0").unwrap();
    let mut file = building.file(DATA, batches[0].schema(), purpose).await.unwrap();
    for batch in batches {
        file.write(batch).await.unwrap();
    }
    let stored = building.finish(vec![file.finish().await.unwrap()], serde_json::Value::Null).await.unwrap();
    let data = stored.file(DATA).unwrap();
    publish(&work, &stored, data, &marts, "rate_members", "all").await.unwrap().rows
}

fn open(place: &TempDir, name: &str, access: Access) -> Store {
    Store::open(&Url::from_directory_path(place.path().join(name)).unwrap(), access).unwrap()
}

/// Rows like those of `marts.rate_members`: few words, many keys, days and money, in order.
fn members(rows: usize) -> Vec<RecordBatch> {
    let starts = (0..rows).step_by(BATCH_ROWS);
    starts.map(|start| batch(start..(start + BATCH_ROWS).min(rows), rows)).collect()
}

fn batch(rows: std::ops::Range<usize>, all: usize) -> RecordBatch {
    const RATES: [&str; 8] = ["attempted", "contacted", "duplicate", "invalid", "mql", "opportunity", "qualified", "won"];
    const CHANNELS: [&str; 5] = ["direct", "email", "organic_search", "paid_search", "webinar"];
    let text = |value: &dyn Fn(usize) -> String| Arc::new(StringArray::from_iter_values(rows.clone().map(value))) as ArrayRef;
    let money = Decimal128Array::from_iter_values(rows.clone().map(|row| (row * 7_919 % 1_000_003) as i128 * 100));
    let columns: [(&str, ArrayRef, bool); 7] = [
        ("rate", text(&|row| RATES[row * RATES.len() / all].to_string()), false),
        ("member_id", text(&|row| format!("L{row:09}")), false),
        ("channel", text(&|row| CHANNELS[row * 31 % 97 % CHANNELS.len()].to_string()), false),
        ("is_reached", Arc::new(rows.clone().map(|row| Some(row % 3 == 0)).collect::<BooleanArray>()), false),
        ("entered_date", Arc::new(Date32Array::from_iter_values(rows.clone().map(|row| 20_454 + (row % 181) as i32))), false),
        ("days", Arc::new(rows.clone().map(|row| (row % 3 == 0).then_some(row as i64 % 60)).collect::<Int64Array>()), true),
        ("value", Arc::new(money.with_precision_and_scale(18, 4).unwrap()), false),
    ];
    let schema: SchemaRef = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    RecordBatch::try_new(schema, columns.into_iter().map(|(_, column, _)| column).collect()).unwrap()
}

fn field((name, column, nullable): &(&str, ArrayRef, bool)) -> arrow::datatypes::Field {
    arrow::datatypes::Field::new(*name, column.data_type().clone(), *nullable)
}
