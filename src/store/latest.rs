//! `latest/`: the newest commit's files under plain names, for readers that know nothing of commits.
//!
//! On a local disk a new view `_views/<number>/` is made of links and one symbolic link turns to it: all marts change at once, and the last views stay
//! for readers in the middle of one. In a bucket each file is one copy: a reader may see two marts one run apart, never a torn file. Written last,
//! `_commit.json` says which commit it is, and the marks of its files: a view that was cut, or disturbed by a slower run, is known and made again.

use super::Store;
use super::commit::{Commit, Commits, WHOLE, plain_name};
use super::numbered::FORMAT;
use super::objects::ObjectInfo;
use crate::error::Result;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

const LATEST: &str = "latest";
const VIEWS: &str = "_views";
const MARK: &str = "_commit.json";
/// Views kept on a local disk, the current one among them.
const KEPT_VIEWS: usize = 3;
/// How long a reader may take that began with an older view.
const READING_TIME: Duration = Duration::from_secs(3600);

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
        let names = names(commit);
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

    /// Views go when three newer ones are there and readers have been turned away from them for an hour.
    async fn remove_old_views(&self, current: u64) -> Result<()> {
        let mut views = BTreeMap::<u64, Vec<ObjectInfo>>::new();
        for found in self.marts.list(VIEWS).await? {
            if let Some(number) = found.path.split('/').nth(1).and_then(|number| number.parse().ok()) {
                views.entry(number).or_default().push(found);
            }
        }
        let newest_first: Vec<&Vec<ObjectInfo>> = views.range(..=current).rev().map(|(_, files)| files).collect();
        for pair in newest_first.windows(2).skip(KEPT_VIEWS - 1).filter(|pair| is_past(pair[0])) {
            for file in pair[1] {
                self.marts.delete(&file.path).await?;
            }
        }
        Ok(())
    }
}

/// Whether a view was finished long ago, so that readers of the one before it have ended.
fn is_past(view: &[ObjectInfo]) -> bool {
    let mark = view.iter().find(|file| file.path.ends_with(MARK));
    mark.is_none_or(|mark| SystemTime::now().duration_since(mark.modified).is_ok_and(|age| age > READING_TIME))
}

fn view(number: u64) -> String {
    format!("{VIEWS}/{number:08}")
}

/// By name in the view: the path of the file. A mart in one file is `<mart>.parquet`; one in parts is a folder with a folder for
/// each partition, as Hive lays them.
fn names(commit: &Commit) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (mart, record) in &commit.marts {
        for (partition, files) in &record.partitions {
            let name = if partition == WHOLE { plain_name(mart).to_string() } else { format!("{}/{partition}", plain_name(mart)) };
            for (at, file) in files.iter().enumerate() {
                let name =
                    if files.len() == 1 && partition == WHOLE { format!("{name}.parquet") } else { format!("{name}/{at:05}.parquet") };
                names.insert(name, file.path.clone());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::commit::{File, Mart};

    #[test]
    fn views_name_marts_partitions_and_parts() {
        let file = |path: &str| File { path: path.into(), bytes: 1, rows: 1, blake3: String::new() };
        let mart = |partitions: &[(&str, &[&str])]| Mart {
            columns: Vec::new(),
            sort_by: Vec::new(),
            rows: 1,
            content: String::new(),
            partitions: partitions.iter().map(|(key, paths)| (key.to_string(), paths.iter().map(|path| file(path)).collect())).collect(),
        };
        let mut commit = Commit::after(None, "test");
        commit.marts.insert("marts.rates".into(), mart(&[("all", &["a"])]));
        commit.marts.insert("scoring.scores".into(), mart(&[("all", &["b", "c"])]));
        commit.marts.insert("marts.steps".into(), mart(&[("month=2026-10", &["d"]), ("month=2026-11", &["e", "f"])]));
        let names: Vec<(String, String)> = names(&commit).into_iter().collect();
        let expected = [
            ("rates.parquet", "a"),
            ("scoring.scores/00000.parquet", "b"),
            ("scoring.scores/00001.parquet", "c"),
            ("steps/month=2026-10/00000.parquet", "d"),
            ("steps/month=2026-11/00000.parquet", "e"),
            ("steps/month=2026-11/00001.parquet", "f"),
        ];
        assert_eq!(names, expected.map(|(name, path)| (name.to_string(), path.to_string())));
    }
}
