//! Sources: which objects there are, which of them are new, and their typed rows. Every row read is staged or rejected, and counted.

use super::attempt::aside;
use super::fingerprint::{Ingredients, digest};
use super::object::{Facts, PLACED, REJECTS, facts, staged};
use super::{Built, Run};
use crate::error::{Error, Result};
use crate::ingest;
use crate::plan::RAW;
use crate::project::source::{FILE, KNOWN_AT, OnMissing, Source};
use crate::report::{Account, InputObject, TableReport};
use crate::session::ScanFile;
use crate::store::Store;
use crate::store::ledger::Vanished;
use crate::store::objects::ObjectInfo;
use crate::store::work::Stored;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Int64Type};
use chrono::{DateTime, SecondsFormat, Utc};
use datafusion::common::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use globset::{GlobBuilder, GlobMatcher};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// What is at most this large waits for the disk, not for a processor: as many as [`SMALL_AT_ONCE`] are read at once.
const SMALL_BYTES: u64 = 256 << 10;
const SMALL_AT_ONCE: usize = 16;

/// An object of a source, read.
struct Read {
    known: InputObject,
    stored: Stored,
    facts: Facts,
    reused: bool,
}

/// A source, read.
struct ReadSource<'a> {
    source: &'a Source,
    objects: Vec<Read>,
    dropped: Vec<Vanished>,
    seconds: f64,
}

impl<'a> Run<'a> {
    /// Reads what is new of sources, side by side, and registers `raw.<source>` for each, in their order.
    pub async fn read_sources(&mut self, sources: impl IntoIterator<Item = &'a Source>) -> Result<()> {
        let large = Semaphore::new(self.threads());
        let run = &*self;
        let reading = futures::stream::iter(sources.into_iter().map(|source| run.read(source, &large)));
        let read: Vec<ReadSource> = reading.buffered(self.threads()).try_collect().await?;
        read.into_iter().try_for_each(|read| self.keep_source(read))
    }

    /// `large` holds a turn for each large object read at once.
    async fn read(&self, source: &'a Source, large: &Semaphore) -> Result<ReadSource<'a>> {
        let started = Instant::now();
        let store = self.store(&source.store).await?;
        let present = self.objects(&store, source).await?;
        let vanished = self.vanished(source, &present)?;
        let shared = Arc::new(source.clone());
        let reading = futures::stream::iter(&present).map(|object| {
            let (store, shared) = (&store, &shared);
            async move {
                let _turn = if object.size > SMALL_BYTES { large.acquire().await.ok() } else { None };
                self.read_object(store, shared, object).await
            }
        });
        let mut objects: Vec<Read> = reading.buffered(self.threads().max(SMALL_AT_ONCE)).try_collect().await?;
        for kept in vanished.kept {
            objects.push(self.kept_object(source, kept).await?);
        }
        objects.sort_by(|a, b| a.known.object.cmp(&b.known.object));
        self.refuse_too_many(source, &objects)?;
        Ok(ReadSource { source, objects, dropped: vanished.dropped, seconds: started.elapsed().as_secs_f64() })
    }

    fn keep_source(&mut self, read: ReadSource) -> Result<()> {
        let ReadSource { source, objects, dropped, seconds } = read;
        self.gone.extend(dropped);
        let built = self.raw_table(source, &objects)?;
        let read = objects.iter().filter(|object| !object.reused).count();
        let report = TableReport {
            reused: read == 0,
            why: match read {
                0 => "unchanged".into(),
                1 => "1 new object".into(),
                read => format!("{read} new objects"),
            },
            bytes: objects.iter().map(|object| object.stored.bytes).sum(),
            seconds,
            ..TableReport::default()
        };
        self.inputs.extend(objects.into_iter().map(|object| object.known));
        self.keep(&format!("{RAW}.{}", source.name), built, Some(report))
    }

    /// The objects a source's patterns match, in order of name.
    pub(super) async fn objects(&self, store: &Store, source: &Source) -> Result<Vec<ObjectInfo>> {
        let patterns = matchers(source)?;
        let mut found = BTreeMap::new();
        for (prefix, matcher) in &patterns {
            for object in store.list(prefix).await? {
                if matcher.is_match(&object.path) {
                    found.insert(object.path.clone(), object);
                }
            }
        }
        if found.is_empty() {
            return Err(Error::check(format!("source `{}` has no file", source.name))
                .because(format!("nothing in {} matches {}", store.url(), source.locations.join(", ")))
                .at(source.place.clone())
                .hint("check the store's address under `stores:`; parameters in it are set with `--param name=value`"));
        }
        Ok(found.into_values().collect())
    }

    async fn read_object(&self, store: &Store, source: &Arc<Source>, object: &ObjectInfo) -> Result<Read> {
        let name = format!("{RAW}.{}", source.name);
        let ingredients = Ingredients::of_object(source, &object.path, object.size, &object.etag);
        let fingerprint = ingredients.fingerprint();
        let (stored, reused) = match self.work.find(&name, &fingerprint).await? {
            Some(stored) => (stored, true),
            None => (self.stage(&name, store, source, object, &fingerprint).await?, false),
        };
        let facts: Facts = facts(&stored)?;
        let known = self.known(source, object, &facts);
        Ok(Read { known, stored, facts, reused })
    }

    /// Stages an object as a task of its own: encoding the rows of several is work for several cores.
    async fn stage(&self, name: &str, store: &Store, source: &Arc<Source>, object: &ObjectInfo, fingerprint: &str) -> Result<Stored> {
        self.observer.reading(name, &object.path, object.size);
        let building = self.work.build(name, fingerprint)?;
        let options = ingest::Options { workers: self.threads(), ..ingest::Options::default() };
        aside(staged(building, store.clone(), Arc::clone(source), object.path.clone(), options)).await
    }

    /// The ledger's line for an object: its content was first seen when the ledger says, or now.
    fn known(&self, source: &Source, object: &ObjectInfo, facts: &Facts) -> InputObject {
        let first_seen = self.ledger.first_seen(&source.name, &object.path, &facts.sha256);
        let first_seen = first_seen.map(str::to_string);
        InputObject {
            source: source.name.clone(),
            object: object.path.clone(),
            size: object.size,
            etag: object.etag.clone(),
            sha256: facts.sha256.clone(),
            rows: facts.rows_read,
            rejects: facts.rejects,
            first_seen: first_seen.unwrap_or_else(|| self.now.to_rfc3339_opts(SecondsFormat::Micros, true)),
            schema: facts.header.clone(),
        }
    }

    /// Objects the ledger knows and the store has no more.
    fn vanished(&self, source: &Source, present: &[ObjectInfo]) -> Result<Missing> {
        let patterns = matchers(source)?;
        let present: BTreeSet<&str> = present.iter().map(|object| object.path.as_str()).collect();
        let gone: Vec<InputObject> = self
            .ledger
            .of_source(&source.name)
            .filter(|known| patterns.iter().any(|(_, matcher)| matcher.is_match(&known.object)) && !present.contains(known.object.as_str()))
            .cloned()
            .collect();
        match source.on_missing {
            OnMissing::Fail if !gone.is_empty() => {
                let names = gone.iter().take(PLACED).map(|known| known.object.as_str()).collect::<Vec<_>>().join(", ");
                Err(Error::check(format!("{} of source `{}` vanished: {names}", count(gone.len(), "object"), source.name))
                    .at(source.place.clone())
                    .hint("put it back, or say `on_missing: keep` or `on_missing: drop`"))
            }
            OnMissing::Fail => Ok(Missing::default()),
            OnMissing::Keep => Ok(Missing { kept: gone, dropped: Vec::new() }),
            OnMissing::Drop => {
                let at = self.now.to_rfc3339_opts(SecondsFormat::Micros, true);
                let dropped = gone.into_iter().map(|known| Vanished { source: known.source, object: known.object, at: at.clone() });
                Ok(Missing { kept: Vec::new(), dropped: dropped.collect() })
            }
        }
    }

    async fn kept_object(&self, source: &Source, known: InputObject) -> Result<Read> {
        let fingerprint = Ingredients::of_object(source, &known.object, known.size, &known.etag).fingerprint();
        let stored = self.work.find(&format!("{RAW}.{}", source.name), &fingerprint).await?.ok_or_else(|| {
            Error::check(format!("{} of source `{}` vanished, and its stored rows are gone too", known.object, source.name))
                .at(source.place.clone())
                .hint("put the object back, or say `on_missing: drop`")
        })?;
        Ok(Read { known, facts: facts(&stored)?, stored, reused: true })
    }

    fn refuse_too_many(&self, source: &Source, objects: &[Read]) -> Result<()> {
        let (rows, rejects) =
            objects.iter().fold((0, 0), |(rows, rejects), object| (rows + object.facts.rows_read, rejects + object.facts.rejects));
        if !ingest::too_many_rejects(source.max_rejects, rows, rejects) {
            return Ok(());
        }
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for (reason, count) in objects.iter().flat_map(|object| &object.facts.reasons) {
            *reasons.entry(reason).or_default() += count;
        }
        let reasons = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect::<Vec<_>>().join(", ");
        let places: Vec<&str> = objects.iter().flat_map(|object| &object.facts.places).map(String::as_str).take(PLACED).collect();
        Err(Error::check(format!("{rejects} of {rows} rows of source `{}` are rejects, more than `max_rejects` allows", source.name))
            .because(reasons)
            .at(source.place.clone())
            .hint(format!("see {}", places.join(", "))))
    }

    fn raw_table(&self, source: &Source, objects: &[Read]) -> Result<Built> {
        let mut content = String::new();
        let mut files = Vec::new();
        let mut account = Account { table: format!("{RAW}.{}", source.name), rows_in: Some(0), ..Account::default() };
        for Read { known, stored, facts, .. } in objects {
            if facts.rows_read != stored.rows + facts.rejects {
                return Err(Error::check(format!(
                    "the account of {} does not close: {} rows read, {} staged, {} rejects",
                    known.object, facts.rows_read, stored.rows, facts.rejects
                )));
            }
            content += &format!("{} {} {}\n", known.object, known.first_seen, stored.content);
            account.rows_in = account.rows_in.map(|rows| rows + facts.rows_read);
            account.rows_out += stored.rows;
            account.rejects += facts.rejects;
            let constants = vec![
                ScalarValue::Utf8View(Some(known.object.clone())),
                ScalarValue::TimestampMicrosecond(Some(micros(known)?), Some("UTC".into())),
            ];
            files.extend(
                super::built::scan_files(&self.work, stored)?.into_iter().map(|file| ScanFile { constants: constants.clone(), ..file }),
            );
        }
        let constants = vec![Field::new(FILE.0, DataType::Utf8View, false), Field::new(KNOWN_AT.0, KNOWN_AT.1.arrow(), false)];
        let schema = ingest::rows_schema(source).as_ref().clone();
        Ok(Built {
            rows: account.rows_out,
            content: digest(&content),
            files,
            schema,
            constants,
            account,
            fingerprint: String::new(),
            stored: None,
        })
    }

    /// Every reject of this run's inputs, for `ledger.rejects`: source, file, line, column, reason.
    pub async fn rejects(&self) -> Result<Vec<Reject>> {
        let mut rejects = Vec::new();
        for known in &self.inputs {
            if known.rejects == 0 {
                continue;
            }
            let source = &self.plan.pipeline.sources[&known.source];
            let fingerprint = Ingredients::of_object(source, &known.object, known.size, &known.etag).fingerprint();
            for batch in self.rejected(&format!("{RAW}.{}", known.source), &fingerprint).await? {
                let (lines, columns, reasons) =
                    (batch.column(0).as_primitive::<Int64Type>(), batch.column(1).as_string::<i32>(), batch.column(2).as_string::<i32>());
                rejects.extend((0..batch.num_rows()).map(|row| Reject {
                    source: known.source.clone(),
                    file: known.object.clone(),
                    line: lines.value(row),
                    column: columns.is_valid(row).then(|| columns.value(row).to_string()),
                    reason: reasons.value(row).to_string(),
                }));
            }
        }
        Ok(rejects)
    }
}

impl Run<'_> {
    async fn rejected(&self, table: &str, fingerprint: &str) -> Result<Vec<RecordBatch>> {
        let stored = self.work.find(table, fingerprint).await?;
        let Some((stored, file)) = stored.as_ref().and_then(|stored| Some((stored, stored.file(REJECTS)?))) else { return Ok(Vec::new()) };
        let bytes = self.work.store().read(&stored.path(file)?).await?;
        let unreadable =
            |error: &dyn std::fmt::Display| Error::retry(format!("the stored rejects of {table} cannot be read")).because(error);
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|builder| builder.build()).map_err(|error| unreadable(&error))?;
        reader.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&error))
    }
}

/// A rejected record, without its text.
pub struct Reject {
    pub source: String,
    pub file: String,
    pub line: i64,
    pub column: Option<String>,
    pub reason: String,
}

/// Objects the ledger knows and the store has no more, by what the source says of them.
#[derive(Default)]
struct Missing {
    kept: Vec<InputObject>,
    dropped: Vec<Vanished>,
}

fn micros(known: &InputObject) -> Result<i64> {
    DateTime::parse_from_rfc3339(&known.first_seen)
        .map(|time| time.with_timezone(&Utc).timestamp_micros())
        .map_err(|error| Error::retry("the input ledger holds a time that cannot be read").because(error))
}

/// Each pattern with the folder its matches lie under. `*` stays within a folder, `**` does not.
fn matchers(source: &Source) -> Result<Vec<(String, GlobMatcher)>> {
    let matcher = |location: &String| {
        let glob = GlobBuilder::new(location).literal_separator(true).build().map_err(|error| {
            Error::faulty(format!("`{location}` is no pattern of file names")).because(error.kind()).at(source.place.clone())
        })?;
        let fixed = location.split(['*', '?', '[', '{']).next().unwrap_or_default();
        let folder = fixed.rfind('/').map_or("", |at| &fixed[..at]);
        Ok((folder.to_string(), glob.compile_matcher()))
    };
    source.locations.iter().map(matcher).collect()
}

pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
