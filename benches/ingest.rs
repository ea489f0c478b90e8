//! CSV bytes to typed batches: the packaged demo's touchpoints many times over, from memory, rows thrown away.

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
use sluice::project::source::Source;
use std::io::{Read, Write};
use std::path::Path;
use tokio::runtime::Runtime;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Decoded bytes of the object read: 64 MiB is past every buffer and block.
const OBJECT: usize = 64 << 20;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn csv(bencher: Bencher, workers: usize) {
    read(bencher, workers, touchpoints());
}

/// Throughput is told in decoded bytes.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn csv_gzip(bencher: Bencher, workers: usize) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&touchpoints()).unwrap();
    read(bencher, workers, packed.finish().unwrap());
}

fn read(bencher: Bencher, workers: usize, object: Vec<u8>) {
    let runtime = Runtime::new().unwrap();
    let (store, path, source) = (InMemory::new(), ObjectPath::from("touchpoints.csv"), source());
    runtime.block_on(store.put(&path, object.into())).unwrap();
    let options = Options { workers, ..Options::default() };
    bencher.counter(BytesCount::new(OBJECT)).bench_local(|| {
        let (summary, staged) = runtime.block_on(read_object(&store, &path, "touchpoints.csv", &source, &options, Discard(0))).unwrap();
        assert_eq!(summary.rows_staged, staged.0);
        summary.rows_read
    });
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

/// A month of the demo: its header once, its rows until [`OBJECT`] is full.
fn touchpoints() -> Vec<u8> {
    let packed = std::fs::read(Path::new(ROOT).join("testdata/demo/raw/touchpoints/2026-03.csv.gz")).unwrap();
    let mut month = Vec::new();
    MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut month).unwrap();
    let rows = month.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut object = month[..rows].to_vec();
    while object.len() + month.len() <= OBJECT {
        object.extend_from_slice(&month[rows..]);
    }
    object.resize(OBJECT, b'\n');
    object
}
