//! The input ledger: which content of which raw object was first seen when. It cannot be made again from the raw objects, so it is only ever added to.
//!
//! `_ledger/<number>.json` in the marts store, create-only, each with what was new in one run. Every 32nd holds the whole state instead, so that
//! a run reads at most 32 of them.

use super::numbered::{self, FORMAT};
use super::{Creation, Store};
use crate::error::{Error, Result};
use crate::report::InputObject;
use bytes::Bytes;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FOLDER: &str = "_ledger";
const SNAPSHOT_EVERY: u64 = 32;
/// Lost races after which a run gives up.
const ATTEMPTS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Page {
    format: u32,
    number: u64,
    /// Whether this is all there is to know, or only what was new.
    snapshot: bool,
    entries: Vec<InputObject>,
    vanished: Vec<Vanished>,
}

/// An object that is no longer in its store, and is not expected back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vanished {
    pub source: String,
    pub object: String,
    /// RFC 3339, UTC.
    pub at: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct History {
    /// One entry per content, each with the time this content was first seen; the current one last.
    contents: Vec<InputObject>,
    vanished: Option<Vanished>,
}

#[derive(Clone, Debug)]
pub struct Ledger {
    store: Store,
    /// Of the newest page; 0 before the first.
    number: u64,
    /// By source and object.
    objects: BTreeMap<(String, String), History>,
}

impl Ledger {
    pub async fn load(marts: &Store) -> Result<Ledger> {
        let mut ledger = Ledger { store: marts.clone(), number: 0, objects: BTreeMap::new() };
        ledger.read_on().await?;
        Ok(ledger)
    }

    /// What is known of an object that has not vanished.
    pub fn latest(&self, source: &str, object: &str) -> Option<&InputObject> {
        self.objects.get(&(source.to_string(), object.to_string())).and_then(History::current)
    }

    /// The objects of a source that have not vanished, by name.
    pub fn of_source<'a>(&'a self, source: &'a str) -> impl Iterator<Item = &'a InputObject> {
        self.objects.iter().filter(move |((of, _), _)| of == source).filter_map(|(_, history)| history.current())
    }

    /// When this content of this object was first seen.
    pub fn first_seen(&self, source: &str, object: &str, sha256: &str) -> Option<&str> {
        let history = self.objects.get(&(source.to_string(), object.to_string()))?;
        history.contents.iter().find(|entry| entry.sha256 == sha256).map(|entry| entry.first_seen.as_str())
    }

    /// Adds what is new; nothing new writes nothing. Returns the entries as the ledger has them where another run saw the same content earlier:
    /// rows staged with a later `first_seen` must be staged again.
    pub async fn append(&mut self, entries: &[InputObject], vanished: &[Vanished]) -> Result<Vec<InputObject>> {
        for _ in 0..ATTEMPTS {
            let Some(page) = self.page_of_new(entries, vanished) else { return Ok(self.earlier(entries)) };
            self.store.require_create_only().await?;
            let bytes = Bytes::from(serde_json::to_vec_pretty(&page).expect("names and numbers are JSON"));
            match self.store.create(&numbered::path(FOLDER, page.number), bytes).await? {
                Creation::Created => self.apply(page),
                Creation::Existed(_) => self.read_on().await?,
            }
        }
        Err(Error::retry(format!("other runs keep writing the input ledger in {}", self.store.url())))
    }

    /// Reads the pages after those already known.
    async fn read_on(&mut self) -> Result<()> {
        let numbers = numbered::numbers(&self.store, FOLDER).await?;
        let last = numbers.last().copied().unwrap_or(0);
        let from = (last - last % SNAPSHOT_EVERY).max(self.number + 1);
        if let Some(gap) = (from..=last).find(|number| numbers.binary_search(number).is_err()) {
            let sentence = format!("the input ledger in {} has lost {}", self.store.url(), numbered::path(FOLDER, gap));
            return Err(Error::faulty(sentence).hint("restore it from a backup or an older version of the bucket; it cannot be made again"));
        }
        let pages = try_join_all((from..=last).map(|number| numbered::read::<Page>(&self.store, FOLDER, number)));
        for page in pages.await? {
            self.apply(page);
        }
        Ok(())
    }

    fn apply(&mut self, page: Page) {
        if page.snapshot {
            self.objects.clear();
        }
        page.entries.into_iter().for_each(|entry| self.record(entry));
        for vanished in page.vanished {
            let key = (vanished.source.clone(), vanished.object.clone());
            self.objects.entry(key).or_default().vanished = Some(vanished);
        }
        self.number = page.number;
    }

    fn record(&mut self, mut entry: InputObject) {
        let history = self.objects.entry((entry.source.clone(), entry.object.clone())).or_default();
        if let Some(at) = history.contents.iter().position(|known| known.sha256 == entry.sha256) {
            entry.first_seen = history.contents.remove(at).first_seen;
        }
        history.contents.push(entry);
        history.vanished = None;
    }

    fn page_of_new(&self, entries: &[InputObject], vanished: &[Vanished]) -> Option<Page> {
        let entries: Vec<_> = entries.iter().filter(|entry| !self.knows(entry)).cloned().collect();
        let vanished: Vec<_> = vanished.iter().filter(|gone| self.latest(&gone.source, &gone.object).is_some()).cloned().collect();
        if entries.is_empty() && vanished.is_empty() {
            return None;
        }
        let number = self.number + 1;
        let page = Page { format: FORMAT, number, snapshot: false, entries, vanished };
        Some(if number.is_multiple_of(SNAPSHOT_EVERY) { self.snapshot_with(page) } else { page })
    }

    fn snapshot_with(&self, page: Page) -> Page {
        let mut after = self.clone();
        let (format, number) = (page.format, page.number);
        after.apply(page);
        let entries = after.objects.values().flat_map(|history| history.contents.iter().cloned()).collect();
        let vanished = after.objects.values().filter_map(|history| history.vanished.clone()).collect();
        Page { format, number, snapshot: true, entries, vanished }
    }

    /// Everything but the time: that was decided when the content was first seen.
    fn knows(&self, entry: &InputObject) -> bool {
        let same_time = |known: &InputObject| InputObject { first_seen: known.first_seen.clone(), ..entry.clone() };
        self.latest(&entry.source, &entry.object).is_some_and(|known| *known == same_time(known))
    }

    fn earlier(&self, entries: &[InputObject]) -> Vec<InputObject> {
        let known = entries.iter().filter_map(|entry| Some((entry, self.latest(&entry.source, &entry.object)?)));
        known
            .filter(|(entry, known)| entry.sha256 == known.sha256 && entry.first_seen != known.first_seen)
            .map(|(_, known)| known.clone())
            .collect()
    }
}

impl History {
    fn current(&self) -> Option<&InputObject> {
        self.contents.last().filter(|_| self.vanished.is_none())
    }
}
