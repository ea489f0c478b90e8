//! The seam between the store's rules and the world: a place that holds objects by path.
//!
//! Everything above speaks to [`Objects`] alone, so that one wrapper can make any single step fail, lose its answer or be a process's last.
//! Paths are relative to the place, with `/`, without `.` and `..` (checked by [`super::Store`]).

use crate::error::Result;
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::ObjectStore;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The bytes of one object, in order.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Relative to the store's base, with `/`.
    pub path: String,
    pub size: u64,
    /// Changes when the content may have changed: a bucket's ETag, `mtime_ns-inode` on a local disk.
    pub etag: String,
    pub modified: SystemTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Leaves an object that is already there as it is.
    Create,
    Replace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Written,
    Existed,
}

/// Each method is one step. Whole objects appear at once or not at all, and are durable when the step returns.
#[async_trait]
pub trait Objects: Debug + Send + Sync {
    /// All objects under the folder `prefix` ("" is everything), sorted by path. A folder that is not there is empty.
    async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>>;
    async fn head(&self, path: &str) -> Result<Option<ObjectInfo>>;
    async fn read(&self, path: &str) -> Result<Option<Bytes>>;
    async fn stream(&self, path: &str) -> Result<Option<ByteStream>>;
    async fn put(&self, path: &str, bytes: Bytes, mode: Mode) -> Result<Put>;
    /// Begins an object too large for memory; it replaces what was there when it is completed.
    async fn upload(&self, path: &str) -> Result<Box<dyn Upload>>;
    /// The same bytes under a second path, replacing what was there.
    async fn copy(&self, from: &str, to: &str) -> Result<()>;
    /// An object that is not there counts as deleted.
    async fn delete(&self, path: &str) -> Result<()>;
    /// Takes in a complete and durable file of the local disk without copying it. `false`: not possible here, copy it instead.
    async fn adopt(&self, file: &Path, to: &str) -> Result<bool>;
    /// Makes `name` mean the folder `target` from this moment on, as a whole. Only where [`Objects::local_path`] is `Some`.
    async fn point(&self, name: &str, target: &str) -> Result<()>;
    /// Where the path lies on the local disk, if it does.
    fn local_path(&self, path: &str) -> Option<PathBuf>;
    /// For scans by DataFusion; paths are the same as here.
    fn object_store(&self) -> Result<Arc<dyn ObjectStore>>;
}

/// An object being written. Dropped without [`Upload::complete`], it never appears.
#[async_trait]
pub trait Upload: Send {
    async fn write(&mut self, bytes: Bytes) -> Result<()>;
    async fn complete(self: Box<Self>) -> Result<()>;
    async fn abort(self: Box<Self>);
}
