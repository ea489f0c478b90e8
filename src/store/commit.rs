//! A commit publishes a run: one create-only object that names every file, row count, hash, account and input of it. It is the publication, the lock
//! and the fence: of two runs that build on the same commit, one wins.

use super::numbered::{self, FORMAT};
use super::{Creation, Store};
use crate::error::{Error, Result};
use crate::project::contract::SortKey;
use crate::report::{Account, InputObject};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const FOLDER: &str = "_commits";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    pub format: u32,
    pub number: u64,
    /// The commit it was built on; none for the first.
    pub parent: Option<u64>,
    /// Set by [`Commits::publish`]; no two runs have the same.
    pub run_id: String,
    pub pipeline: String,
    /// The date the run speaks of.
    pub as_of: String,
    pub params: BTreeMap<String, String>,
    /// Which build of Sluice made it.
    pub build: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    pub finished_at: String,
    pub marts: BTreeMap<String, Mart>,
    pub inputs: Vec<InputObject>,
    pub accounts: Vec<Account>,
    pub checks: serde_json::Value,
    pub report: serde_json::Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mart {
    pub columns: Vec<MartColumn>,
    /// As in SQL: `won_date`, `amount desc`.
    pub sort_by: Vec<String>,
    pub rows: u64,
    /// The hash of all rows, whatever their order.
    pub content: String,
    /// By partition key; [`WHOLE`] where the mart is one file.
    pub partitions: BTreeMap<String, Vec<File>>,
}

/// The partition of a mart that has none.
pub const WHOLE: &str = "all";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MartColumn {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: String,
    pub nullable: bool,
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// In the marts store.
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
    pub blake3: String,
}

impl Commit {
    /// The next commit after `parent`, without marts.
    pub fn after(parent: Option<&Commit>, pipeline: &str) -> Commit {
        Commit {
            format: FORMAT,
            number: parent.map_or(1, |parent| parent.number + 1),
            parent: parent.map(|parent| parent.number),
            run_id: String::new(),
            pipeline: pipeline.to_string(),
            as_of: String::new(),
            params: BTreeMap::new(),
            build: String::new(),
            started_at: String::new(),
            finished_at: String::new(),
            marts: BTreeMap::new(),
            inputs: Vec::new(),
            accounts: Vec::new(),
            checks: serde_json::Value::Null,
            report: serde_json::Value::Null,
        }
    }

    /// All files it names, with their mart and partition.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str, &File)> {
        self.marts.iter().flat_map(|(name, mart)| {
            mart.partitions.iter().flat_map(move |(key, files)| files.iter().map(move |file| (name.as_str(), key.as_str(), file)))
        })
    }

    /// Gives it a name of its own, by which an ambiguous answer is recognised as its own publication.
    fn seal(&mut self) {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        self.run_id = format!("{}-{time}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        self.run_id = blake3::hash(&self.bytes()).to_hex()[..32].to_string();
    }

    fn bytes(&self) -> Bytes {
        Bytes::from(serde_json::to_vec_pretty(self).expect("names and numbers are JSON"))
    }
}

/// What readers call the table `marts.rates`: `rates`. Tables of other folders keep their full name, so no two names are the same.
pub fn plain_name(mart: &str) -> &str {
    mart.strip_prefix("marts.").unwrap_or(mart)
}

/// A sort key as a commit writes it.
pub fn sort_key(key: &SortKey) -> String {
    match key.descending {
        true => format!("{} desc", key.column),
        false => key.column.clone(),
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Published(Box<Commit>),
    /// Another run published this number first; ours is nowhere.
    Lost(Box<Commit>),
}

/// The commits of a marts store.
#[derive(Clone, Debug)]
pub struct Commits {
    store: Store,
}

impl Commits {
    pub fn new(marts: &Store) -> Commits {
        Commits { store: marts.clone() }
    }

    /// Ascending.
    pub async fn numbers(&self) -> Result<Vec<u64>> {
        numbered::numbers(&self.store, FOLDER).await
    }

    /// What is published now; `None` before the first run.
    pub async fn latest(&self) -> Result<Option<Commit>> {
        match self.numbers().await?.last() {
            Some(number) => self.read(*number).await.map(Some),
            None => Ok(None),
        }
    }

    /// One that somebody asks for by its number.
    pub async fn find(&self, number: u64) -> Result<Commit> {
        let numbers = self.numbers().await?;
        let error = || Error::faulty(format!("there is no commit {number} in {}", self.store.url()));
        match numbers.last() {
            None => Err(error().hint("nothing was published yet")),
            Some(_) if numbers.contains(&number) => self.read(number).await,
            Some(newest) => Err(error().hint(format!("the newest is {newest}"))),
        }
    }

    pub async fn read(&self, number: u64) -> Result<Commit> {
        self.same_number(numbered::read(&self.store, FOLDER, number).await?, number)
    }

    /// Publishes, or tells who was faster. An error means that nothing is known to be published; running again finds out and is safe.
    pub async fn publish(&self, mut commit: Commit) -> Result<Outcome> {
        self.store.require_create_only().await?;
        commit.seal();
        let path = numbered::path(FOLDER, commit.number);
        match self.store.create(&path, commit.bytes()).await? {
            Creation::Created => Ok(Outcome::Published(Box::new(commit))),
            Creation::Existed(found) => {
                let theirs = self.same_number(numbered::parse(&self.store, &path, &found)?, commit.number)?;
                Ok(Outcome::Lost(Box::new(theirs)))
            }
        }
    }

    fn same_number(&self, commit: Commit, number: u64) -> Result<Commit> {
        match commit.number == number {
            true => Ok(commit),
            false => Err(Error::faulty(format!(
                "{} in {} calls itself commit {}",
                numbered::path(FOLDER, number),
                self.store.url(),
                commit.number
            ))
            .hint("commits are never renamed or copied; restore the folder")),
        }
    }
}
