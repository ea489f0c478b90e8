//! Tables by fingerprint, the input ledger, commits and `latest`: batches become Parquet, published whole or not at all.
//!
//! - [`Store`] is one opened location; [`objects`] the seam beneath it, on a local [`folder`] or a [`bucket`].
//! - [`work`]: tables by fingerprint, a cache; [`table_file`] and [`content`] write and hash their rows.
//! - [`ledger`]: which raw content was first seen when.
//! - [`publish`], [`commit`], [`latest`]: files by content hash, then one create-only object that is the publication, then a view for plain readers.
//!
//! It leaves out what a table means, when it is rebuilt, and what a commit's report says: those are the run's.

pub mod address;
mod bucket;
pub mod commit;
pub mod content;
mod folder;
pub mod latest;
pub mod ledger;
mod local;
mod numbered;
pub mod objects;
mod probe;
pub mod publish;
pub mod redact;
pub mod table_file;
mod temporary;
mod trouble;
pub mod work;

#[cfg(test)]
pub(crate) mod fault;
#[cfg(test)]
mod tests;

use crate::error::{Error, Kind, Result};
use bytes::Bytes;
use object_store::ObjectStore;
use object_store::path::Path as Location;
use objects::{ByteStream, Mode, ObjectInfo, Objects, Put, Upload};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::OnceCell;
use url::Url;

/// How often an ambiguous write is looked at and tried again.
const ATTEMPTS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
    /// For what can be made again: on a local disk names are not synced, and folders are the owner's alone.
    WriteCache,
}

/// One opened location. Paths are relative to its base.
#[derive(Clone)]
pub struct Store(Arc<Opened>);

struct Opened {
    url: String,
    objects: Arc<dyn Objects>,
    access: Access,
    create_only: OnceCell<()>,
}

/// What came of a create-only write, once everything ambiguous was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// Our bytes are there.
    Created,
    /// Another's are, and these are they.
    Existed(Bytes),
}

impl Store {
    /// Opens a location without touching it. Credentials come from the environment, never from the URL.
    pub fn open(url: &Url, access: Access) -> Result<Store> {
        let objects = address::open(url, access)?;
        #[cfg(test)]
        let objects = fault::disturbed(url, objects);
        Ok(Store::over(objects, address::shown(url), access))
    }

    fn over(objects: Arc<dyn Objects>, url: String, access: Access) -> Store {
        Store(Arc::new(Opened { url, objects, access, create_only: OnceCell::new() }))
    }

    /// For messages: without secrets.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// All objects under the folder `prefix` ("" is everything), sorted by path. A folder that is not there is empty.
    pub async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        if !prefix.is_empty() {
            self.checked(prefix)?;
        }
        self.0.objects.list(prefix).await
    }

    /// `None`: there is no such object.
    pub async fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        self.0.objects.head(self.checked(path)?).await
    }

    pub async fn read(&self, path: &str) -> Result<Bytes> {
        self.read_opt(path).await?.ok_or_else(|| self.missing(path))
    }

    pub async fn read_opt(&self, path: &str) -> Result<Option<Bytes>> {
        self.0.objects.read(self.checked(path)?).await
    }

    /// The object's bytes as they arrive, for what does not fit in memory.
    pub async fn stream(&self, path: &str) -> Result<ByteStream> {
        self.0.objects.stream(self.checked(path)?).await?.ok_or_else(|| self.missing(path))
    }

    /// Writes an object that must not be there yet. A lost answer, and an object found in its place, are read back before anything is believed:
    /// a store repeats a write whose answer it lost and then finds its own.
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<Creation> {
        let objects = self.writable(path)?;
        let mut unknown = None;
        for _ in 0..ATTEMPTS {
            match objects.put(path, bytes.clone(), Mode::Create).await {
                Ok(Put::Written) => return Ok(Creation::Created),
                Ok(Put::Existed) => {}
                Err(error) if error.kind != Kind::Retry => return Err(error),
                Err(error) => unknown = Some(error),
            }
            match objects.read(path).await {
                Ok(Some(found)) if found == bytes => return Ok(Creation::Created),
                Ok(Some(found)) => return Ok(Creation::Existed(found)),
                Ok(None) => {}
                Err(error) => unknown = Some(error),
            }
        }
        let error = unknown.unwrap_or_else(|| Error::retry(format!("{} says that {path} exists but does not show it", self.url())));
        Err(error.hint("whether it was written is unknown; the next run will see"))
    }

    pub async fn replace(&self, path: &str, bytes: Bytes) -> Result<()> {
        self.writable(path)?.put(path, bytes, Mode::Replace).await.map(|_| ())
    }

    /// Begins an object too large for memory; it appears, in place of what was there, when it is completed.
    pub async fn upload(&self, path: &str) -> Result<Box<dyn Upload>> {
        self.writable(path)?.upload(path).await
    }

    /// An object that is not there counts as deleted.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.writable(path)?.delete(path).await
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        self.checked(from)?;
        self.writable(to)?.copy(from, to).await
    }

    async fn adopt(&self, file: &Path, to: &str) -> Result<bool> {
        self.writable(to)?.adopt(file, to).await
    }

    async fn point(&self, name: &str, target: &str) -> Result<()> {
        self.checked(target)?;
        self.writable(name)?.point(name, target).await
    }

    /// Where the path lies on the local disk, if this is a local store.
    pub fn local_path(&self, path: &str) -> Option<PathBuf> {
        self.0.objects.local_path(path)
    }

    /// For scans by DataFusion: it can name nothing outside the base. Objects lie at [`Store::location`].
    pub fn object_store(&self) -> Result<Arc<dyn ObjectStore>> {
        self.0.objects.object_store()
    }

    pub fn location(&self, path: &str) -> Result<Location> {
        Location::parse(self.checked(path)?).map_err(|error| Error::faulty(format!("`{path}` cannot be scanned")).because(error))
    }

    fn writable(&self, path: &str) -> Result<&dyn Objects> {
        self.checked(path)?;
        match self.0.access {
            Access::Read => Err(Error::faulty(format!("{} was opened for reading; {path} cannot be written", self.url()))),
            Access::Write | Access::WriteCache => Ok(self.0.objects.as_ref()),
        }
    }

    /// Paths never climb: no empty, `.` or `..` part, no backslash, no control character.
    fn checked<'a>(&self, path: &'a str) -> Result<&'a str> {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.chars().any(|c| c == '\\' || c.is_control());
        match path.split('/').all(is_plain) {
            true => Ok(path),
            false => Err(Error::faulty(format!("{path:?} is not a path in {}", self.url()))),
        }
    }

    fn missing(&self, path: &str) -> Error {
        Error::retry(format!("{path} is not in {}", self.url()))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.url())
    }
}
