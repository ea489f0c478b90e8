//! The packaged night gives the same bytes, whatever the cores, the memory and the order of its input files.

use super::child;
use super::shown::{Hashes, commits, hashes};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A copy of the packaged project: its SQL, its pipelines, the demo data.
pub struct Packaged(TempDir);

impl Packaged {
    pub fn new() -> Packaged {
        let (folder, packaged) = (TempDir::new().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")));
        for part in ["sql", "pipelines", "testdata/demo"] {
            for file in files(&packaged.join(part)) {
                let place = folder.path().join(part).join(&file);
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::copy(packaged.join(part).join(file), place).unwrap();
            }
        }
        Packaged(folder)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn raw(&self) -> PathBuf {
        self.root().join("testdata/demo/raw")
    }

    /// A run of the night in a process of its own.
    pub fn command(&self, options: &[&str]) -> Command {
        let pipeline = self.root().join("pipelines/nightly.yaml");
        let arguments = ["sluice", "run", pipeline.to_str().unwrap()].into_iter().chain(options.iter().copied()).map(str::to_string);
        child::command(&arguments.collect::<Vec<_>>())
    }

    /// What a night from nothing publishes.
    fn night(&self, raw: &Path, options: &[&str]) -> Hashes {
        let out = TempDir::new().unwrap();
        let (work, marts) = (out.path().join("work"), out.path().join("marts"));
        let mut command = self.command(options);
        command.env("SLUICE_RAW", raw).env("SLUICE_WORK", work).env("SLUICE_MARTS", &marts);
        let (status, told) = child::end(command.spawn().unwrap());
        assert!(status.success(), "{options:?}: {told}");
        without_run_ledger(hashes(commits(&marts).last().unwrap()))
    }
}

/// `run_ledger` tells of times and objects; all other marts are a function of the rows.
pub fn without_run_ledger(mut hashes: Hashes) -> Hashes {
    assert!(hashes.remove("run_ledger").is_some() && hashes.len() >= 7, "{hashes:?}");
    hashes
}

#[test]
fn the_same_bytes_on_any_cores_and_memory() {
    let packaged = Packaged::new();
    let raw = packaged.raw();
    let expected = packaged.night(&raw, &["--threads", "2", "--memory", "4GiB"]);
    // Under 32 MiB some tables run out of memory and are built once more, in a smaller shape.
    for (threads, memory) in [("1", "4GiB"), ("2", "64MiB"), ("1", "64MiB"), ("7", "64MiB"), ("2", "32MiB")] {
        let options = ["--threads", threads, "--memory", memory];
        assert_eq!(packaged.night(&raw, &options), expected, "{options:?}");
    }
}

/// Files written in another order, with other times; then also under names that turn their order around.
#[test]
fn the_same_bytes_from_shuffled_files() {
    let packaged = Packaged::new();
    let expected = packaged.night(&packaged.raw(), &[]);
    let mut random = ChaCha8Rng::seed_from_u64(5);

    let copy = TempDir::new().unwrap();
    let mut files = files(&packaged.raw());
    files.shuffle(&mut random);
    for (order, file) in files.iter().enumerate() {
        place(&packaged.raw().join(file), &copy.path().join(file), order as u64);
    }
    assert_eq!(packaged.night(copy.path(), &[]), expected);

    let folder = copy.path().join("touchpoints");
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for (index, name) in names.iter().rev().enumerate() {
        std::fs::rename(name, folder.join(format!("part-{index}.csv.gz"))).unwrap();
    }
    let mut renamed = packaged.night(copy.path(), &[]);
    // They name files.
    for mart in ["rejects", "source_accounts"] {
        assert!(renamed.insert(mart.to_string(), expected[mart].clone()).is_some());
    }
    assert_eq!(renamed, expected);
}

/// All files under a folder, relative to it.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// A copy, last changed `days` days after some day.
fn place(from: &Path, to: &Path, days: u64) {
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(from, to).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + days * 86_400);
    std::fs::File::options().write(true).open(to).unwrap().set_modified(changed).unwrap();
}
