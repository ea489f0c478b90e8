//! The whole program on whole projects, as people meet it: command lines in; exit codes, output and files out.
//!
//! What one module can show is tested beside it. Here is what only the whole can show.

mod ads;
mod attribution;
mod cli;
mod coverage;
mod crm;
mod demo;
mod exports;
mod golden;
mod identity;
mod journeys;
mod members;
mod partitions;
mod paths;
mod planning;
mod readme;
mod real;
mod reliability;
mod scores;
mod shop;
mod small_files;
mod tidy;
mod trace;
mod web;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A row by column name, as text; a null is empty.
type Row = BTreeMap<String, String>;

/// A project in a folder of its own.
pub struct Case {
    folder: TempDir,
}

/// What a command line told. The project's folder reads `<project>`.
#[derive(Debug)]
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Case {
    /// A project of these files, by path.
    pub fn of(files: &[(&str, &str)]) -> Case {
        let case = Case { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            case.write(path, text);
        }
        case
    }

    /// The packaged SQL and pipelines, without data.
    pub fn packaged() -> Case {
        let case = Case::of(&[]);
        for folder in ["sql", "pipelines"] {
            copy(&packaged(folder), &case.path(folder));
        }
        case
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces a text that stands in the file once.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs a command line in this process. Pipelines are named from the project's folder.
    pub fn sluice(&self, arguments: &[&str]) -> Told {
        let full = |argument: &&str| match argument.starts_with("pipelines/") {
            true => self.path(argument).to_string_lossy().into_owned(),
            false => argument.to_string(),
        };
        let line: Vec<String> = ["sluice".to_string()].into_iter().chain(arguments.iter().map(full)).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = crate::cli::run(line, &mut out, &mut err);
        self.told(code, out, err)
    }

    /// Runs a command line as a process of its own in the project's folder: for what hangs on the folder, the environment or the log.
    pub fn process(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Told {
        let out = tempfile::NamedTempFile::new().unwrap();
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["tests::program", "--exact", "--nocapture"])
            .envs(environment.iter().copied())
            .env(ARGUMENTS, arguments.join("\u{1f}"))
            .env(OUT, out.path())
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        self.told(ended.status.code().unwrap(), fs::read(out.path()).unwrap(), ended.stderr)
    }

    fn told(&self, code: i32, out: Vec<u8>, err: Vec<u8>) -> Told {
        let here = self.folder.path().canonicalize().unwrap();
        let plain = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(here.to_str().unwrap(), "<project>");
        Told { code, out: plain(out), err: plain(err) }
    }

    /// Runs a command line that must go well.
    pub fn done(&self, arguments: &[&str]) -> Told {
        let told = self.sluice(arguments);
        assert_eq!(told.code, 0, "sluice {}\n{}", arguments.join(" "), told.err);
        told
    }

    /// All rows a query returns.
    pub fn query(&self, pipeline: &str, arguments: &[&str], query: &str) -> Vec<Row> {
        let told = self.done(&[&["query", pipeline, query, "--format", "csv", "--limit", "0"], arguments].concat());
        records(told.out.as_bytes())
    }

    /// All rows of a published file, read as any reader of Parquet would.
    pub fn published(&self, file: &str) -> Vec<Row> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(self.path(file)).unwrap()).unwrap().build().unwrap();
        reader.flat_map(|batch| rows(&batch.unwrap())).collect()
    }

    /// The newest commit of a marts store.
    pub fn commit(&self, marts: &str) -> serde_json::Value {
        let mut commits: Vec<PathBuf> = files(&self.path(marts).join("_commits")).into_iter().collect();
        commits.sort();
        serde_json::from_slice(&fs::read(commits.last().unwrap()).unwrap()).unwrap()
    }

    /// The tables that the run of the newest commit built anew.
    pub fn rebuilt(&self, marts: &str) -> BTreeSet<String> {
        let commit = self.commit(marts);
        let tables = commit["report"]["tables"].as_array().unwrap().iter();
        tables.filter(|table| table["reused"] == false).map(|table| table["table"].as_str().unwrap().to_string()).collect()
    }
}

const ARGUMENTS: &str = "SLUICE_TEST_ARGUMENTS";
const OUT: &str = "SLUICE_TEST_OUT";

/// Not a test: what [`Case::process`] starts. Without its variables it has nothing to do.
#[test]
fn program() {
    let (Ok(arguments), Some(out)) = (std::env::var(ARGUMENTS), std::env::var_os(OUT)) else { return };
    let line = ["sluice"].into_iter().chain(arguments.split('\u{1f}'));
    let code = crate::cli::run(line, &mut File::create(out).unwrap(), &mut std::io::stderr());
    std::process::exit(code);
}

/// A path of this repository.
pub fn packaged(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A path of the shared data, which may not be copied into this repository. Where it is absent, stderr says which test looked at nothing.
pub fn shared(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SLUICE_SHARED").map_or_else(|| packaged("../shared"), PathBuf::from);
    let found = folder.join(path).canonicalize().ok();
    if found.is_none() {
        let test = std::thread::current().name().unwrap_or_default().to_string();
        let mut told = std::io::stderr();
        writeln!(told, "{test}: skipped, there is no {}; set SLUICE_SHARED", folder.join(path).display()).unwrap();
    }
    found
}

/// The text of a file of the shared data, unpacked and without a byte order mark.
pub fn unpacked(path: &str) -> Vec<u8> {
    let mut file = File::open(shared("data").unwrap().join(path)).unwrap();
    let mut bytes = Vec::new();
    match path.ends_with(".gz") {
        true => flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap(),
        false => file.read_to_end(&mut bytes).unwrap(),
    };
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec()
}

/// Its rows, as another reader sees them.
pub fn raw(path: &str) -> Vec<Row> {
    records(&unpacked(path))
}

/// All files of a folder of the shared data.
pub fn raw_tables(folder: &str) -> Vec<Vec<Row>> {
    let all = files(&shared("data").unwrap().join(folder));
    all.iter().map(|file| raw(&format!("{folder}/{}", file.file_name().unwrap().to_str().unwrap()))).collect()
}

pub fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// All files under a folder, in order of path; links are not followed.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found.sort();
    found
}

/// The rows of a CSV text with a header.
pub fn records(text: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(text).deserialize().map(|row| row.unwrap()).collect()
}

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let options = FormatOptions::default();
    let columns: Vec<_> = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap()).collect();
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let row = |row: usize| names.iter().cloned().zip(columns.iter().map(|column| column.value(row).to_string())).collect();
    (0..batch.num_rows()).map(row).collect()
}
