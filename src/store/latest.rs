//! `latest/`: the newest commit's files under plain names, for readers that know nothing of commits.
//!
//! On a local disk a new view `_views/<number>/` is made of links and one symbolic link turns to it: all marts change at once, and the last views stay
//! for readers in the middle of one. In a bucket each file is one copy: a reader may see two marts one run apart, never a torn file. Written last,
//! `_commit.json` says which commit it is, and the marks of its files: a view that was cut, or disturbed by a slower run, is known and made again.

use super::Store;
use super::commit::{Commit, Commits, WHOLE};
use super::numbered::FORMAT;
use crate::error::{Error, Result};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const LATEST: &str = "latest";
const VIEWS: &str = "_views";
const MARK: &str = "_commit.json";
/// Views kept on a local disk, the current one among them.
const KEPT_VIEWS: usize = 3;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Mark {
    format: u32,
    number: u64,
    run_id: String,
    /// By name in the view: the store's version mark of each file.
    files: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct Latest {
    marts: Store,
}

impl Latest {
    pub fn new(marts: &Store) -> Latest {
        Latest { marts: marts.clone() }
    }

    /// Whether plain readers see this commit, every file of it and nothing else.
    pub async fn is_current(&self, commit: &Commit) -> Result<bool> {
        let Some(mark) = self.marts.read_opt(&format!("{LATEST}/{MARK}")).await? else { return Ok(false) };
        let Ok(mark) = serde_json::from_slice::<Mark>(&mark) else { return Ok(false) };
        Ok(mark == self.mark(commit, LATEST).await?)
    }

    /// Shows the newest commit. Finishes what was cut; does nothing when there is nothing to do.
    pub async fn refresh(&self) -> Result<()> {
        let commits = Commits::new(&self.marts);
        let mut shown = 0;
        // A run that published meanwhile may have shown its commit between our steps: then the newest is shown once more, by us.
        while let Some(newest) = commits.latest().await?.filter(|newest| newest.number != shown) {
            if shown == 0 && self.is_current(&newest).await? {
                return Ok(());
            }
            shown = newest.number;
            self.show(&newest).await?;
        }
        Ok(())
    }

    async fn show(&self, commit: &Commit) -> Result<()> {
        if self.marts.local_path("").is_none() {
            return self.fill(commit, LATEST).await;
        }
        let view = view(commit.number);
        self.fill(commit, &view).await?;
        self.marts.point(LATEST, &view).await?;
        self.remove_old_views(commit.number).await
    }

    /// Makes `folder` hold the commit's files and no others, the mark last.
    async fn fill(&self, commit: &Commit, folder: &str) -> Result<()> {
        let names = names(commit)?;
        for (name, path) in &names {
            self.marts.copy(path, &format!("{folder}/{name}")).await?;
        }
        for found in self.marts.list(folder).await? {
            let name = &found.path[folder.len() + 1..];
            if name != MARK && !names.contains_key(name) {
                self.marts.delete(&found.path).await?;
            }
        }
        let mark = serde_json::to_vec_pretty(&self.mark(commit, folder).await?).expect("names and numbers are JSON");
        self.marts.replace(&format!("{folder}/{MARK}"), Bytes::from(mark)).await
    }

    async fn mark(&self, commit: &Commit, folder: &str) -> Result<Mark> {
        let found = self.marts.list(folder).await?.into_iter();
        let files = found.map(|found| (found.path[folder.len() + 1..].to_string(), found.etag));
        let files = files.filter(|(name, _)| name != MARK).collect();
        Ok(Mark { format: FORMAT, number: commit.number, run_id: commit.run_id.clone(), files })
    }

    async fn remove_old_views(&self, current: u64) -> Result<()> {
        let mut views = BTreeMap::<u64, Vec<String>>::new();
        for found in self.marts.list(VIEWS).await? {
            let number = found.path.split('/').nth(1).and_then(|number| number.parse().ok());
            number.map(|number| views.entry(number).or_default().push(found.path));
        }
        for (_, files) in views.range(..=current).rev().skip(KEPT_VIEWS) {
            for file in files {
                self.marts.delete(file).await?;
            }
        }
        Ok(())
    }
}

fn view(number: u64) -> String {
    format!("{VIEWS}/{number:08}")
}

/// By name in the view: the path of the file. A mart in one file is `<mart>.parquet`, a partitioned one `<mart>/<partition>.parquet`.
fn names(commit: &Commit) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for (mart, partition, file) in commit.files() {
        let mart = plain_name(mart);
        let name = if partition == WHOLE { format!("{mart}.parquet") } else { format!("{mart}/{partition}.parquet") };
        if names.insert(name.clone(), file.path.clone()).is_some() {
            return Err(Error::faulty(format!("two published tables are both called {name} in `{LATEST}`")).hint("rename one of them"));
        }
    }
    Ok(names)
}

/// `marts.rates` is `rates` to its readers.
fn plain_name(mart: &str) -> &str {
    mart.strip_prefix("marts.").unwrap_or(mart)
}
