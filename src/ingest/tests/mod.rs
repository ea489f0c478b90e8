//! What a person sees of an ingest: bytes and a declared source in; rows, rejects and the account out.

mod corpora;
mod encodings;
mod folders;
mod headers;
mod json;
mod packed;
mod parquet;
mod properties;
mod records;
mod values;

use super::*;
use crate::error::Place;
use crate::project::source::*;
use crate::project::types::Type;
use ::arrow::array::{Array, AsArray};
use ::arrow::datatypes::Int64Type;
use ::arrow::util::display::array_value_to_string;
use object_store::memory::InMemory;
use std::path::PathBuf;
use std::sync::OnceLock;
use tokio::runtime::Runtime;

const SMALL: Options = Options { block_bytes: 7, batch_rows: 2, workers: 2 };

/// What came out of one object.
#[derive(Debug, PartialEq)]
struct Loaded {
    summary: Summary,
    /// `line: value|value`, with `~` for null.
    rows: Vec<String>,
    /// `line: column: reason`, with `-` for the whole record.
    rejects: Vec<String>,
    raws: Vec<Option<String>>,
}

#[derive(Default)]
struct Collect {
    rows: Vec<RecordBatch>,
    rejects: Vec<RecordBatch>,
}

impl Sink for Collect {
    fn rows(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows.push(batch);
        Ok(())
    }

    fn rejects(&mut self, batch: RecordBatch) -> Result<()> {
        self.rejects.push(batch);
        Ok(())
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// Loads bytes through a store in memory.
fn load(bytes: impl Into<Vec<u8>>, source: &Source, options: Options) -> Result<Loaded> {
    let (store, path) = (InMemory::new(), Path::from("object"));
    runtime()
        .block_on(async {
            store.put(&path, bytes.into().into()).await.unwrap();
            read_object(&store, &path, "object", source, &options, Collect::default()).await
        })
        .map(loaded)
}

fn loaded((summary, collect): (Summary, Collect)) -> Loaded {
    let rows: Vec<String> = collect.rows.iter().flat_map(rows_of).collect();
    let rejects = collect.rejects.iter().flat_map(rejects_of).collect::<Vec<_>>();
    let raws = collect.rejects.iter().flat_map(|batch| batch["raw"].as_string::<i32>().iter().map(|raw| raw.map(str::to_string)));
    let raws = raws.collect::<Vec<_>>();
    assert_eq!((summary.rows_staged, summary.rejects), (rows.len() as u64, rejects.len() as u64));
    assert_eq!(summary.rows_read, summary.rows_staged + summary.rejects);
    Loaded { summary, rows, rejects, raws }
}

fn rows_of(batch: &RecordBatch) -> Vec<String> {
    let value = |column: &dyn Array, row| if column.is_null(row) { "~".into() } else { array_value_to_string(column, row).unwrap() };
    let (line, declared) = batch.columns().split_last().unwrap();
    let text = |row| declared.iter().map(|column| value(column, row)).collect::<Vec<_>>().join("|");
    (0..batch.num_rows()).map(|row| format!("{}: {}", line.as_primitive::<Int64Type>().value(row), text(row))).collect()
}

fn rejects_of(batch: &RecordBatch) -> Vec<String> {
    let lines = batch["_line"].as_primitive::<Int64Type>();
    let (columns, reasons) = (batch["column"].as_string::<i32>(), batch["reason"].as_string::<i32>());
    let column = |row| if columns.is_null(row) { "-" } else { columns.value(row) };
    (0..batch.num_rows()).map(|row| format!("{}: {}: {}", lines.value(row), column(row), reasons.value(row))).collect()
}

/// A comma-separated UTF-8 source with a header; `columns` reads `name type, name type`.
fn source(columns: &str) -> Source {
    let csv = Csv {
        delimiter: b',',
        quote: Some(b'"'),
        escape: Escape::Doubled,
        header: true,
        skip_lines: 0,
        encoding: encoding_rs::UTF_8.into(),
        compression: Compression::Detect,
        short_rows: ShortRows::Reject,
    };
    Source {
        name: "things".into(),
        place: Place::file("pipelines/test.yaml"),
        store: "raw".into(),
        locations: vec!["*".into()],
        format: Format::Csv(csv),
        columns: columns.split(", ").map(|column| declared(column.split_once(' ').unwrap())).collect(),
        time_zone: chrono_tz::UTC,
        ambiguous_time: AmbiguousTime::Reject,
        missing_time: MissingTime::Reject,
        null_words: Vec::new(),
        max_rejects: MaxRejects::Count(0),
        on_missing: OnMissing::Fail,
        extra_columns: ExtraColumns::Refuse,
    }
}

fn declared((name, ty): (&str, &str)) -> SourceColumn {
    SourceColumn {
        name: name.into(),
        place: Place::file("pipelines/test.yaml"),
        from: name.into(),
        ty: Type::parse(ty).unwrap(),
        nullable: true,
        optional: false,
        null_words: Vec::new(),
        formats: Vec::new(),
        number: NumberFormat::default(),
        true_words: Vec::new(),
        false_words: Vec::new(),
    }
}

/// All columns text, with exactly these names.
fn texts(names: &[&str]) -> Source {
    let mut source = source("x text");
    source.columns = names.iter().map(|name| declared((name, "text"))).collect();
    source
}

fn with(mut source: Source, change: impl FnOnce(&mut Source)) -> Source {
    change(&mut source);
    source
}

fn csv_with(source: Source, change: impl FnOnce(&mut Csv)) -> Source {
    with(source, |source| match &mut source.format {
        Format::Csv(csv) => change(csv),
        _ => panic!("a csv source"),
    })
}

/// For tables of outcomes, which people compare.
fn print(text: &str) {
    std::io::Write::write_all(&mut std::io::stdout().lock(), text.as_bytes()).unwrap();
}

/// The shared test data; says so and gives `None` where it is absent.
fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("SLUICE_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no ../shared folder and no SLUICE_SHARED\n");
    None
}

#[test]
fn limits_on_rejects() {
    let check = |limit, read, rejects, expected| assert_eq!(too_many_rejects(limit, read, rejects), expected, "{limit:?} {rejects}/{read}");
    check(MaxRejects::Count(0), 10, 0, false);
    check(MaxRejects::Count(0), 10, 1, true);
    check(MaxRejects::Count(3), 10, 3, false);
    check(MaxRejects::Rate(0.1), 10, 1, false);
    check(MaxRejects::Rate(0.1), 10, 2, true);
    check(MaxRejects::Rate(0.0), 0, 0, false);
    check(MaxRejects::Rate(0.0), 10, 1, true);
}

#[test]
fn the_hash_is_of_the_bytes_as_stored() {
    // printf 'a\n1\n' | sha256sum
    let loaded = load("a\n1\n", &source("a text"), SMALL).unwrap();
    assert_eq!(loaded.summary.sha256, "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc");
    assert_eq!(loaded.summary.bytes, 4);
}

/// Takes two batches and refuses the third.
struct Full(usize);

impl Sink for Full {
    fn rows(&mut self, _: RecordBatch) -> Result<()> {
        self.0 += 1;
        if self.0 > 2 { Err(Error::retry("the disk is full")) } else { Ok(()) }
    }

    fn rejects(&mut self, _: RecordBatch) -> Result<()> {
        Ok(())
    }
}

#[test]
fn an_error_of_the_sink_ends_the_reading() {
    let (store, path) = (InMemory::new(), Path::from("object"));
    let error = runtime().block_on(async {
        store.put(&path, format!("a\n{}", "x\n".repeat(100_000)).into()).await.unwrap();
        read_object(&store, &path, "object", &source("a text"), &Options { block_bytes: 10, ..SMALL }, Full(0)).await.err()
    });
    assert_eq!(error, Some(Error::retry("the disk is full")));
}
