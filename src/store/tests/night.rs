//! A run in small: two marts from one raw object, published together. What the tests of faults and races run, and how they judge what is left.

use crate::error::{Error, Result};
use crate::report::InputObject;
use crate::store::bucket::Bucket;
use crate::store::commit::{Commit, Commits, Mart, Outcome, WHOLE};
use crate::store::fault::{FaultStore, Plan};
use crate::store::latest::Latest;
use crate::store::ledger::Ledger;
use crate::store::objects::Objects;
use crate::store::publish::publish;
use crate::store::table_file::{Description, Purpose};
use crate::store::work::{DATA, Stored, Work};
use crate::store::{Access, Store};
use arrow::array::{Int64Array, RecordBatch};
use object_store::memory::InMemory;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use url::Url;

pub const MARTS: [&str; 2] = ["marts.sums", "marts.words"];

/// Two stores to run in: folders of a disk, or memory behind object_store.
pub struct Place {
    pub work: Store,
    pub marts: Store,
    /// Removed with the place.
    _folder: Option<TempDir>,
}

impl Place {
    pub fn on_disk() -> Place {
        let folder = memory_disk();
        let open = |name: &str, access| Store::open(&Url::from_directory_path(folder.path().join(name)).unwrap(), access).unwrap();
        Place { work: open("work", Access::WriteCache), marts: open("marts", Access::Write), _folder: Some(folder) }
    }

    pub fn in_memory() -> Place {
        Place::of(Arc::new(InMemory::new()), Arc::new(InMemory::new()))
    }

    pub fn of(work: Arc<dyn object_store::ObjectStore>, marts: Arc<dyn object_store::ObjectStore>) -> Place {
        let store = |store, url: &str, access| Store::over(Arc::new(Bucket::new(store, url.to_string())), url.to_string(), access);
        Place {
            work: store(work, "memory://work", Access::WriteCache),
            marts: store(marts, "memory://marts", Access::Write),
            _folder: None,
        }
    }

    /// The same place, seen by another process.
    pub fn process(&self, plan: &Arc<Plan>) -> (Store, Store) {
        let faulty = |store: &Store| {
            let objects: Arc<dyn Objects> = Arc::new(FaultStore { inner: store.0.objects.clone(), plan: plan.clone() });
            Store::over(objects, store.url().to_string(), store.0.access)
        };
        (faulty(&self.work), faulty(&self.marts))
    }
}

/// A folder where syncing costs nothing, if the machine has one.
pub fn memory_disk() -> TempDir {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { TempDir::new_in(shared).unwrap() } else { TempDir::new().unwrap() }
}

/// Loads `rows`, makes both marts, publishes them if they are new, and shows them. `first_seen` is when.
pub async fn run(work: &Store, marts: &Store, rows: i64, first_seen: &str) -> Result<Commit> {
    let mut ledger = Ledger::load(marts).await?;
    ledger.append(&[input(rows, first_seen)], &[]).await?;
    let commits = Commits::new(marts);
    let parent = commits.latest().await?;
    let mut commit = Commit::after(parent.as_ref(), "tiny");
    let work = Work::new(work);
    for name in MARTS {
        let stored = table(&work, name, rows).await?;
        let file = publish(&work, &stored, stored.file(DATA).unwrap(), marts, name, WHOLE).await?;
        let partitions = BTreeMap::from([(WHOLE.to_string(), vec![file])]);
        let mart = Mart { columns: Vec::new(), sort_by: Vec::new(), rows: stored.rows, content: stored.content, partitions };
        commit.marts.insert(name.to_string(), mart);
    }
    let published = match parent {
        Some(parent) if parent.marts == commit.marts => parent,
        _ => match commits.publish(commit).await? {
            Outcome::Published(commit) => *commit,
            Outcome::Lost(_) => return Err(Error::retry("lost the race")),
        },
    };
    Latest::new(marts).refresh().await?;
    Ok(published)
}

async fn table(work: &Work, name: &str, rows: i64) -> Result<Stored> {
    let fingerprint = blake3::hash(format!("{name} {rows}").as_bytes()).to_hex()[..32].to_string();
    if let Some(stored) = work.find(name, &fingerprint).await? {
        return Ok(stored);
    }
    let factor = if name == MARTS[0] { 1 } else { -1 };
    let column: Arc<dyn arrow::array::Array> = Arc::new(Int64Array::from_iter_values((0..rows).map(|row| row * factor)));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let building = work.build(name, &fingerprint)?;
    let mut data = building.file(DATA, batch.schema(), &Purpose::Mart(Description::default())).await?;
    data.write(&batch).await?;
    let mut dropped = building.file("dropped", batch.schema(), &Purpose::Work).await?;
    dropped.write(&batch).await?;
    building.finish(vec![data.finish().await?, dropped.finish().await?], serde_json::json!({"rows": rows})).await
}

pub fn input(rows: i64, first_seen: &str) -> InputObject {
    InputObject {
        source: "raw".into(),
        object: "rows.csv".into(),
        size: rows as u64,
        etag: rows.to_string(),
        sha256: format!("sha of {rows}"),
        rows: rows as u64,
        rejects: 0,
        first_seen: first_seen.into(),
        schema: vec!["n".into()],
    }
}

/// How many rows the newest commit's marts have (0: no commit). Every file it names must be there, whole.
pub async fn published_rows(marts: &Store) -> u64 {
    let Some(commit) = Commits::new(marts).latest().await.unwrap() else { return 0 };
    for (_, _, file) in commit.files() {
        let bytes = marts.read(&file.path).await.unwrap();
        assert_eq!((bytes.len() as u64, blake3::hash(&bytes).to_hex().to_string()), (file.bytes, file.blake3.clone()));
    }
    let rows: Vec<u64> = commit.marts.values().map(|mart| mart.rows).collect();
    assert!(rows.len() == MARTS.len() && rows.iter().all(|mart| *mart == rows[0]), "a mix of runs: {rows:?}");
    rows[0]
}

/// Every file of the store that readers may know of, by path, without the times and names of runs.
pub async fn shown_bytes(marts: &Store) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::new();
    for folder in ["latest", "_data"] {
        for found in marts.list(folder).await.unwrap().into_iter().filter(|found| found.path.ends_with(".parquet")) {
            let bytes = marts.read(&found.path).await.unwrap();
            shown.insert(found.path, blake3::hash(&bytes).to_hex().to_string());
        }
    }
    shown
}
