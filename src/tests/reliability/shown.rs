//! What a reader finds in a marts folder, judged without the engine's own readers: names, JSON and hashes.

use crate::store::commit::Commit;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// The hash of each file of a mart, by the mart's plain name, and of a part by `mart/partition`.
pub type Hashes = BTreeMap<String, String>;

/// All commits, in order. Their numbers have no gap, each names the one before as its parent, and every file they name is there, whole.
pub fn commits(marts: &Path) -> Vec<Commit> {
    let mut names: Vec<_> = match std::fs::read_dir(marts.join("_commits")) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        entries => entries.unwrap().map(|entry| entry.unwrap().path()).collect(),
    };
    names.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    names.sort();
    let read = |path: &std::path::PathBuf| serde_json::from_slice::<Commit>(&std::fs::read(path).unwrap()).unwrap();
    let commits: Vec<Commit> = names.iter().map(read).collect();
    for (index, commit) in commits.iter().enumerate() {
        let before = index as u64;
        assert_eq!((commit.number, commit.parent), (before + 1, (before > 0).then_some(before)));
        for (mart, _, file) in commit.files() {
            let bytes = std::fs::read(marts.join(&file.path)).unwrap_or_else(|error| panic!("{mart} of commit {}: {error}", commit.number));
            assert_eq!((bytes.len() as u64, hash(&bytes)), (file.bytes, file.blake3.clone()), "{mart} of commit {}", commit.number);
        }
    }
    commits
}

/// What a commit publishes.
pub fn hashes(commit: &Commit) -> Hashes {
    let name = |mart: &str, partition: &str| match partition {
        "all" => mart.strip_prefix("marts.").unwrap_or(mart).to_string(),
        _ => format!("{}/{partition}/00000", mart.strip_prefix("marts.").unwrap_or(mart)),
    };
    commit.files().map(|(mart, partition, file)| (name(mart, partition), file.blake3.clone())).collect()
}

/// What the newest commit publishes; nothing before the first.
pub fn newest(marts: &Path) -> Hashes {
    commits(marts).last().map(hashes).unwrap_or_default()
}

/// What `latest/` shows, each file hashed and read as Parquet; nothing before it is there.
pub fn latest(marts: &Path) -> Hashes {
    let mut shown = Hashes::new();
    show(&marts.join("latest"), "", &mut shown);
    shown
}

/// The files below a folder of the view, whose names begin with `before`.
fn show(folder: &Path, before: &str, shown: &mut Hashes) {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        entries => entries.unwrap(),
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = format!("{before}{}", path.file_name().unwrap().to_str().unwrap());
        if let Some(mart) = name.strip_suffix(".parquet") {
            sum(&path, "readings");
            shown.insert(mart.to_string(), hash(&std::fs::read(&path).unwrap()));
        } else if path.is_dir() {
            show(&path, &format!("{name}/"), shown);
        } else {
            assert_eq!(name, "_commit.json");
        }
    }
}

/// The sum of a column of integers, read row by row; 0 for a file without it.
pub fn sum(path: &Path, column: &str) -> i64 {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap().build().unwrap();
    let batches = reader.map(|batch| batch.unwrap());
    batches
        .map(|batch| batch.column_by_name(column).map_or(0, |column| column.as_primitive::<Int64Type>().values().iter().sum::<i64>()))
        .sum()
}

/// Files that writers were still at.
pub fn temporaries(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && !path.is_symlink() {
            found.extend(temporaries(&path));
        } else if name.starts_with(".sluice-") {
            found.push(path.display().to_string());
        }
    }
    found
}

pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
