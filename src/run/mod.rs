//! Plan -> Outcome: reads as the story of a run.
//!
//! Sources are read, tables built, checks asked, and then, or not at all, one commit publishes every mart. What is unchanged is found, not
//! built: resuming after a kill, running twice and running nightly are the same thing.

pub mod checks;
pub mod forecast;
pub mod published;
pub mod shown;
pub mod trace;

mod accounts;
mod attempt;
mod build;
mod built;
mod fingerprint;
mod inputs;
mod keys;
mod make;
mod object;
mod parts;
mod publish;
mod written;

pub use built::Built;
pub use checks::Answer;
pub use fingerprint::BUILD;

use crate::error::{Error, Faults, Result};
use crate::plan::Plan;
use crate::report::{InputObject, TableReport};
use crate::session::Session;
use crate::store::commit::{Commit, Commits};
use crate::store::latest::Latest;
use crate::store::ledger::{Ledger, Vanished};
use crate::store::work::{Stored, Work};
use crate::store::{Access, Store};
use attempt::Turns;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// Told as a run goes on. For people watching; nothing depends on it.
pub trait Observer: Send + Sync {
    fn reading(&self, _table: &str, _object: &str, _bytes: u64) {}
    fn building(&self, _table: &str, _why: &str) {}
    fn built(&self, _report: &TableReport) {}
    fn checking(&self) {}
    fn publishing(&self, _marts: usize) {}
}

/// How a run ended well.
#[derive(Debug)]
pub struct Outcome {
    /// The commit readers see now.
    pub commit: Commit,
    /// `false`: nothing changed since it, and nothing was written.
    pub published: bool,
    pub tables: Vec<TableReport>,
    /// Checks that only warn and did not hold.
    pub warnings: Vec<Answer>,
    pub checks: usize,
    pub seconds: f64,
}

/// One run: what it read and built so far.
pub struct Run<'a> {
    plan: &'a Plan,
    session: &'a Session,
    observer: &'a dyn Observer,
    now: DateTime<Utc>,
    started: Instant,
    work: Work,
    marts: Store,
    commits: Commits,
    ledger: Ledger,
    /// The commit this run builds on.
    last: Option<Arc<Commit>>,
    opened: Mutex<BTreeMap<String, Store>>,
    turns: Arc<Turns>,
    built: BTreeMap<String, Built>,
    tables: Vec<TableReport>,
    inputs: Vec<InputObject>,
    /// Objects that vanished and are dropped.
    gone: Vec<Vanished>,
}

impl<'a> Run<'a> {
    pub async fn open(plan: &'a Plan, session: &'a Session, observer: &'a dyn Observer, now: DateTime<Utc>) -> Result<Run<'a>> {
        Run::with_access(plan, session, observer, now, [Access::WriteCache, Access::Write]).await
    }

    /// To look at the stores and change nothing in them.
    async fn open_to_look(plan: &'a Plan, session: &'a Session, observer: &'a dyn Observer) -> Result<Run<'a>> {
        Run::with_access(plan, session, observer, DateTime::UNIX_EPOCH, [Access::Read, Access::Read]).await
    }

    async fn with_access(
        plan: &'a Plan,
        session: &'a Session,
        observer: &'a dyn Observer,
        now: DateTime<Utc>,
        [work, marts]: [Access; 2],
    ) -> Result<Run<'a>> {
        let stores = &plan.pipeline.stores;
        let work = Work::new(&Store::open(&stores["work"].url, work)?);
        let marts = Store::open(&stores["marts"].url, marts)?;
        session.open_store("work", work.store().object_store()?);
        let commits = Commits::new(&marts);
        let last = commits.latest().await?.map(Arc::new);
        let ledger = Ledger::load(&marts).await?;
        Ok(Run {
            plan,
            session,
            observer,
            now,
            started: Instant::now(),
            work,
            marts,
            commits,
            ledger,
            last,
            opened: Mutex::new(BTreeMap::new()),
            turns: Arc::default(),
            built: BTreeMap::new(),
            tables: Vec::new(),
            inputs: Vec::new(),
            gone: Vec::new(),
        })
    }

    /// The whole night.
    pub async fn run(mut self) -> Result<Outcome, Faults> {
        if self.last.is_none() {
            // A store that cannot hold marts is refused before the work, not after it.
            self.marts.require_create_only().await?;
        }
        Latest::new(&self.marts).refresh().await?;
        self.refuse_breaking()?;
        self.build_all(None).await?;
        self.observer.checking();
        let answers = self.check().await?;
        let failed = checks::failures(self.plan, &answers);
        // Outlives a run whose checks fail: when a content was first seen cannot be found out later.
        let seen_earlier = self.ledger.append(&self.inputs, &self.gone).await?;
        if !failed.is_empty() {
            return Err(Faults(failed));
        }
        if let Some(input) = seen_earlier.first() {
            return Err(Error::retry(format!(
                "another run saw {} of source `{}` first; nothing of this run is published",
                input.object, input.source
            ))
            .hint("run again: it starts from what the other run built")
            .into());
        }
        Ok(self.publish(answers).await?)
    }

    /// Reads sources and builds tables: all of the plan's, or those `names` need.
    pub async fn build_all(&mut self, names: Option<&BTreeSet<String>>) -> Result<()> {
        let plan = self.plan;
        let wanted = |name: &str| names.is_none_or(|names| names.contains(name));
        let sources = plan.sources.iter().filter(|source| wanted(&format!("raw.{source}")));
        self.read_sources(sources.map(|source| &plan.pipeline.sources[source])).await?;
        self.build_tables(plan.tables.iter().filter(|table| wanted(&table.name.to_string())).collect()).await?;
        // Tables side by side end in any order; a record tells them in the plan's.
        let places: BTreeMap<String, usize> =
            plan.tables.iter().enumerate().map(|(place, table)| (table.name.to_string(), place)).collect();
        self.tables.sort_by_key(|report| places.get(&report.table));
        Ok(())
    }

    /// Registers a table for those that read it, and notes what it cost.
    fn keep(&mut self, name: &str, built: Built, report: Option<TableReport>) -> Result<()> {
        let (folder, table) = name.split_once('.').expect("full names have a folder");
        self.session.register(folder, table, built.provider())?;
        if let Some(report) = report {
            let report =
                TableReport { table: name.to_string(), fingerprint: built.fingerprint.clone(), account: built.account.clone(), ..report };
            self.observer.built(&report);
            tracing::info!(table = %report.table, rows = report.account.rows_out, reused = report.reused, why = %report.why, seconds = report.seconds, "table");
            self.tables.push(report);
        }
        self.built.insert(name.to_string(), built);
        Ok(())
    }

    fn keep_stored(&mut self, name: &str, stored: Stored, report: TableReport) -> Result<()> {
        let files = built::scan_files(&self.work, &stored)?;
        let table = self.plan.table(name).expect("only planned tables are stored");
        let report = TableReport { bytes: stored.bytes, ..report };
        self.keep(name, Built::stored(&table.contract, stored, files)?, Some(report))
    }

    async fn store(&self, name: &str) -> Result<Store> {
        let mut opened = self.opened.lock().await;
        if let Some(store) = opened.get(name) {
            return Ok(store.clone());
        }
        let store = Store::open(&self.plan.pipeline.stores[name].url, Access::Read)?;
        opened.insert(name.to_string(), store.clone());
        Ok(store)
    }

    fn threads(&self) -> usize {
        self.plan.pipeline.limits.threads.unwrap_or_else(crate::session::threads_of_machine)
    }

    pub fn built(&self) -> &BTreeMap<String, Built> {
        &self.built
    }
}
