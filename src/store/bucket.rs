//! [`Objects`] on anything object_store speaks to: S3, Google Cloud Storage, Azure, HTTP (reading), memory (tests).
//!
//! object_store repeats what failed and may be repeated (10 times within 3 minutes). What it cannot know, whether a conditional write whose answer
//! was lost took place, is settled above by reading back.

use super::objects::{ByteStream, Mode, ObjectInfo, Objects, Put, Upload};
use super::trouble::of_bucket;
use crate::error::{Error, Result};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::path::Path as Location;
use object_store::{GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

pub struct Bucket {
    /// Scoped to the base of the URL: nothing outside can be named.
    store: Arc<dyn ObjectStore>,
    /// For messages; without secrets.
    url: String,
}

impl Bucket {
    pub fn new(store: Arc<dyn ObjectStore>, url: String) -> Bucket {
        Bucket { store, url }
    }

    fn trouble(&self, doing: &str, path: &str) -> impl Fn(object_store::Error) -> Error + Clone + use<> {
        let (url, doing) = (self.url.clone(), format!("{doing} {path}"));
        move |error| of_bucket(&url, doing.trim_end(), &error)
    }

    async fn get(&self, path: &str) -> Result<Option<GetResult>> {
        absent(self.store.get(&location(path)?).await).map_err(self.trouble("read", path))
    }
}

/// object_store's clients hold credentials and derive `Debug`.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.url).finish()
    }
}

#[async_trait]
impl Objects for Bucket {
    async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let folder = if prefix.is_empty() { None } else { Some(location(prefix)?) };
        let found: Vec<ObjectMeta> = self.store.list(folder.as_ref()).try_collect().await.map_err(self.trouble("list", prefix))?;
        let mut found: Vec<ObjectInfo> = found.into_iter().map(info).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    async fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        let found = absent(self.store.head(&location(path)?).await).map_err(self.trouble("look at", path))?;
        Ok(found.map(info))
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>> {
        match self.get(path).await? {
            Some(found) => found.bytes().await.map(Some).map_err(self.trouble("read", path)),
            None => Ok(None),
        }
    }

    async fn stream(&self, path: &str) -> Result<Option<ByteStream>> {
        let trouble = self.trouble("read", path);
        Ok(self.get(path).await?.map(|found| found.into_stream().map_err(trouble).boxed()))
    }

    async fn put(&self, path: &str, bytes: Bytes, mode: Mode) -> Result<Put> {
        let mode = match mode {
            Mode::Create => PutMode::Create,
            Mode::Replace => PutMode::Overwrite,
        };
        match self.store.put_opts(&location(path)?, PutPayload::from(bytes), PutOptions::from(mode)).await {
            Ok(_) => Ok(Put::Written),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(Put::Existed),
            Err(error) => Err(self.trouble("write", path)(error)),
        }
    }

    async fn upload(&self, path: &str) -> Result<Box<dyn Upload>> {
        let writer = BufWriter::new(self.store.clone(), location(path)?);
        Ok(Box::new(BucketUpload { writer, url: self.url.clone(), path: path.to_string() }))
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        match self.store.copy(&location(from)?, &location(to)?).await {
            Ok(()) => Ok(()),
            Err(error @ (object_store::Error::NotFound { .. } | object_store::Error::PermissionDenied { .. })) => {
                Err(self.trouble("copy", from)(error))
            }
            // Some stores do not copy, or only up to 5 GB.
            Err(_) => self.copy_through(from, to).await,
        }
    }

    async fn delete(&self, path: &str) -> Result<()> {
        absent(self.store.delete(&location(path)?).await).map_err(self.trouble("delete", path)).map(|_| ())
    }

    async fn adopt(&self, _file: &Path, _to: &str) -> Result<bool> {
        Ok(false)
    }

    async fn point(&self, name: &str, _target: &str) -> Result<()> {
        Err(Error::faulty(format!("{} has no symbolic links for {name}", self.url)))
    }

    fn local_path(&self, _path: &str) -> Option<PathBuf> {
        None
    }

    fn object_store(&self) -> Result<Arc<dyn ObjectStore>> {
        Ok(self.store.clone())
    }
}

impl Bucket {
    async fn copy_through(&self, from: &str, to: &str) -> Result<()> {
        let Some(mut bytes) = self.stream(from).await? else {
            return Err(Error::retry(format!("cannot copy {from} in {}: it is not there", self.url)));
        };
        let mut upload = self.upload(to).await?;
        while let Some(chunk) = bytes.try_next().await.transpose() {
            let written = match chunk {
                Ok(chunk) => upload.write(chunk).await,
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                upload.abort().await;
                return Err(error);
            }
        }
        upload.complete().await
    }
}

/// One PUT when it is small, else a multipart upload: visible only when completed.
struct BucketUpload {
    writer: BufWriter,
    url: String,
    path: String,
}

#[async_trait]
impl Upload for BucketUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let written = self.writer.put(bytes).await;
        written.map_err(|error| of_bucket(&self.url, &format!("write {}", self.path), &error))
    }

    async fn complete(mut self: Box<Self>) -> Result<()> {
        self.writer.shutdown().await.map_err(|error| {
            let error = error
                .downcast::<object_store::Error>()
                .unwrap_or_else(|error| object_store::Error::Generic { store: "upload", source: Box::new(error) });
            of_bucket(&self.url, &format!("write {}", self.path), &error)
        })
    }

    async fn abort(mut self: Box<Self>) {
        // Parts that cannot be removed now are the bucket's lifecycle rule's.
        let _ = self.writer.abort().await;
    }
}

fn location(path: &str) -> Result<Location> {
    Location::parse(path).map_err(|error| Error::faulty(format!("`{path}` cannot be a path in an object store")).because(error))
}

fn absent<T>(answer: object_store::Result<T>) -> object_store::Result<Option<T>> {
    match answer {
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}

fn info(meta: ObjectMeta) -> ObjectInfo {
    let etag = meta.e_tag.or(meta.version).unwrap_or_else(|| meta.last_modified.to_rfc3339());
    ObjectInfo { path: meta.location.to_string(), size: meta.size, etag, modified: meta.last_modified.into() }
}
