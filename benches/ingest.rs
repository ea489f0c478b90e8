//! Raw bytes to typed batches: the packaged demo's touchpoints many times over, as CSV and as NDJSON, from memory, rows thrown away.
//!
//! `cargo bench --bench ingest` also tells what a byte of the one and of the other costs: NDJSON may cost twice as much as CSV.

#![allow(clippy::unwrap_used)]

use arrow::array::RecordBatch;
use chrono::Utc;
use divan::Bencher;
use divan::counter::BytesCount;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use object_store::memory::InMemory;
use object_store::{ObjectStoreExt, path::Path as ObjectPath};
use sluice::error::Result;
use sluice::ingest::{Options, Sink, read_object};
use sluice::project::pipeline::Pipeline;
use sluice::project::source::{self, ExtraColumns, Format, Json, JsonRecords, Source};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Instant;
use tokio::runtime::Runtime;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Decoded bytes of the object read: 64 MiB is past every buffer and block.
const OBJECT: usize = 64 << 20;
/// Times each format is read for the comparison.
const ROUNDS: u32 = 5;

fn main() {
    divan::main();
    // Not for the list of benches, not for some of them, and not for a test that they run.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--bench"] {
        compare();
    }
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn csv(bencher: Bencher, workers: usize) {
    bench(bencher, workers, &source(), touchpoints(as_csv));
}

/// Throughput is told in decoded bytes.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn csv_gzip(bencher: Bencher, workers: usize) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&touchpoints(as_csv)).unwrap();
    bench(bencher, workers, &source(), packed.finish().unwrap());
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn ndjson(bencher: Bencher, workers: usize) {
    bench(bencher, workers, &json_source(), touchpoints(as_ndjson));
}

fn bench(bencher: Bencher, workers: usize, source: &Source, object: Vec<u8>) {
    let reading = Reading::new(workers, source, object);
    bencher.counter(BytesCount::new(OBJECT)).bench_local(|| reading.once());
}

/// Processor time per byte of each format, and how they compare.
fn compare() {
    let cost = |source: &Source, object: Vec<u8>| {
        let reading = Reading::new(1, source, object);
        reading.once();
        let started = cpu_seconds();
        for _ in 0..ROUNDS {
            reading.once();
        }
        (cpu_seconds() - started) * 1e9 / (f64::from(ROUNDS) * OBJECT as f64)
    };
    let (csv, ndjson) = (cost(&source(), touchpoints(as_csv)), cost(&json_source(), touchpoints(as_ndjson)));
    let told = format!("a byte of csv {csv:.2} ns, of ndjson {ndjson:.2} ns: {:.2} times (at most 2)\n", ndjson / csv);
    std::io::stdout().write_all(told.as_bytes()).unwrap();
}

/// Of all threads of this process, in hundredths of a second; where the system does not tell, the time that passed.
fn cpu_seconds() -> f64 {
    static STARTED: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let passed = STARTED.get_or_init(Instant::now).elapsed().as_secs_f64();
    let Ok(told) = std::fs::read_to_string("/proc/self/stat") else { return passed };
    // The name before `)` may hold blanks; user and system time are the 12th and 13th field behind it.
    let fields: Vec<f64> =
        told.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// An object in memory that is read again and again.
struct Reading {
    runtime: Runtime,
    store: InMemory,
    path: ObjectPath,
    source: Source,
    options: Options,
}

impl Reading {
    fn new(workers: usize, source: &Source, object: Vec<u8>) -> Reading {
        let (runtime, store, path) = (Runtime::new().unwrap(), InMemory::new(), ObjectPath::from("touchpoints"));
        runtime.block_on(store.put(&path, object.into())).unwrap();
        Reading { runtime, store, path, source: source.clone(), options: Options { workers, ..Options::default() } }
    }

    fn once(&self) -> u64 {
        let read = read_object(&self.store, &self.path, "touchpoints", &self.source, &self.options, Discard(0));
        let (summary, staged) = self.runtime.block_on(read).unwrap();
        assert_eq!((summary.rows_staged, summary.rejects), (staged.0, 0));
        summary.rows_read
    }
}

/// Counts what it throws away.
struct Discard(u64);

impl Sink for Discard {
    fn rows(&mut self, batch: RecordBatch) -> Result<()> {
        self.0 += batch.num_rows() as u64;
        Ok(())
    }

    fn rejects(&mut self, _: RecordBatch) -> Result<()> {
        Ok(())
    }
}

fn source() -> Source {
    let pipeline = Pipeline::load(Path::new(ROOT), Path::new("pipelines/nightly.yaml"), &[], &|_| None, Utc::now());
    pipeline.unwrap_or_else(|_| panic!("the packaged pipeline loads")).sources["demo_touchpoints"].clone()
}

/// The same columns, at keys of the same names.
fn json_source() -> Source {
    let json = Json { records: JsonRecords::Lines, encoding: encoding_rs::UTF_8.into(), compression: source::Compression::None };
    Source { format: Format::Json(json), extra_columns: ExtraColumns::Refuse, ..source() }
}

/// Writes records, the first of which is the header: what stands before all rows, and the rows.
type Writer = fn(&[::csv::StringRecord]) -> (Vec<u8>, Vec<u8>);

/// A month of the demo, without the rows that are broken on purpose: its head once, its rows until [`OBJECT`] is full of empty lines at most.
fn touchpoints(write: Writer) -> Vec<u8> {
    let packed = std::fs::File::open(Path::new(ROOT).join("testdata/demo/raw/touchpoints/2026-03.csv.gz")).unwrap();
    let mut month = Vec::new();
    MultiGzDecoder::new(packed).read_to_end(&mut month).unwrap();
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(month.as_slice());
    let mut records: Vec<::csv::StringRecord> = reader.records().flatten().collect();
    let width = records[0].len();
    records.retain(|record| record.len() == width && (&record[2] == "occurred_at" || record[2].parse::<chrono::DateTime<Utc>>().is_ok()));
    let (mut object, rows) = write(&records);
    while object.len() + rows.len() <= OBJECT {
        object.extend_from_slice(&rows);
    }
    object.resize(OBJECT, b'\n');
    object
}

/// The header, and the rows.
fn as_csv(records: &[::csv::StringRecord]) -> (Vec<u8>, Vec<u8>) {
    let lines = |records: &[::csv::StringRecord]| {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        records.iter().for_each(|record| writer.write_record(record).unwrap());
        writer.into_inner().unwrap()
    };
    (lines(&records[..1]), lines(&records[1..]))
}

/// Nothing, and an object per row; an empty field is null.
fn as_ndjson(records: &[::csv::StringRecord]) -> (Vec<u8>, Vec<u8>) {
    let value = |field: &str| if field.is_empty() { serde_json::Value::Null } else { field.into() };
    let object = |record: &::csv::StringRecord| {
        let pairs = records[0].iter().zip(record).map(|(name, field)| (name.to_string(), value(field)));
        serde_json::to_string(&serde_json::Map::from_iter(pairs)).unwrap() + "\n"
    };
    (Vec::new(), records[1..].iter().map(object).collect::<String>().into_bytes())
}
