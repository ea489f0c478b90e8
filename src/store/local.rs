//! [`Objects`] on a folder of the local disk: [`Folder`]'s steps, off the async threads.

use super::folder::{Durability, Folder};
use super::objects::{ByteStream, Mode, ObjectInfo, Objects, Put, Upload};
use super::temporary::Temporary;
use super::trouble::{after_failure, of_disk};
use crate::error::{Error, Result};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::prefix::PrefixStore;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes read at once from a local file.
const CHUNK: u64 = 1 << 20;

#[derive(Debug)]
pub struct LocalFolder(Arc<Folder>);

impl LocalFolder {
    pub fn new(root: &Path, durability: Durability) -> LocalFolder {
        LocalFolder(Arc::new(Folder::new(root, durability)))
    }

    async fn step<T: Send + 'static>(&self, step: impl FnOnce(&Folder) -> Result<T> + Send + 'static) -> Result<T> {
        let folder = self.0.clone();
        blocking(move || step(&folder)).await
    }
}

#[async_trait]
impl Objects for LocalFolder {
    async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let prefix = prefix.to_string();
        self.step(move |folder| folder.list(&prefix)).await
    }

    async fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        let path = path.to_string();
        self.step(move |folder| folder.head(&path)).await
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>> {
        let path = path.to_string();
        self.step(move |folder| folder.open(&path)?.map(|file| chunk(&file, u64::MAX, folder.root())).transpose()).await
    }

    async fn stream(&self, path: &str) -> Result<Option<ByteStream>> {
        let path = path.to_string();
        let place = self.0.root().join(&path);
        let Some(file) = self.step(move |folder| folder.open(&path)).await? else { return Ok(None) };
        let chunks = stream::try_unfold((file, place), |(file, place)| {
            blocking(move || {
                let bytes = chunk(&file, CHUNK, &place)?;
                Ok((!bytes.is_empty()).then_some((bytes, (file, place))))
            })
        });
        Ok(Some(chunks.boxed()))
    }

    async fn put(&self, path: &str, bytes: Bytes, mode: Mode) -> Result<Put> {
        let path = path.to_string();
        self.step(move |folder| folder.put(&path, &bytes, mode)).await
    }

    async fn upload(&self, path: &str) -> Result<Box<dyn Upload>> {
        let path = path.to_string();
        let begun = path.clone();
        let temporary = self.step(move |folder| folder.temporary(&begun)).await?;
        Ok(Box::new(LocalUpload { folder: self.0.clone(), path, temporary: Some(temporary) }))
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (from.to_string(), to.to_string());
        self.step(move |folder| folder.copy(&from, &to)).await
    }

    async fn delete(&self, path: &str) -> Result<()> {
        let path = path.to_string();
        self.step(move |folder| folder.delete(&path)).await
    }

    async fn adopt(&self, file: &Path, to: &str) -> Result<bool> {
        let (file, to) = (file.to_path_buf(), to.to_string());
        self.step(move |folder| folder.adopt(&file, &to)).await
    }

    async fn point(&self, name: &str, target: &str) -> Result<()> {
        let (name, target) = (name.to_string(), target.to_string());
        self.step(move |folder| folder.point(&name, &target)).await
    }

    fn local_path(&self, path: &str) -> Option<PathBuf> {
        Some(self.0.root().join(path))
    }

    /// The folder need not be there yet: what is written later is found.
    fn object_store(&self) -> Result<Arc<dyn ObjectStore>> {
        let root = self.0.root();
        let prefix = Location::from_absolute_path(root)
            .map_err(|error| Error::faulty(format!("{} cannot be scanned", root.display())).because(error))?;
        Ok(Arc::new(PrefixStore::new(LocalFileSystem::new(), prefix)))
    }
}

struct LocalUpload {
    folder: Arc<Folder>,
    path: String,
    /// `None` after a write that failed.
    temporary: Option<Temporary>,
}

#[async_trait]
impl Upload for LocalUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let mut temporary = self.temporary.take().ok_or_else(|| after_failure(&self.path))?;
        let written = blocking(move || temporary.write(&bytes).map(|()| temporary)).await?;
        self.temporary = Some(written);
        Ok(())
    }

    async fn complete(mut self: Box<Self>) -> Result<()> {
        let temporary = self.temporary.take().ok_or_else(|| after_failure(&self.path))?;
        blocking(move || self.folder.publish(temporary, &self.path)).await
    }

    async fn abort(self: Box<Self>) {}
}

fn chunk(file: &File, longest: u64, place: &Path) -> Result<Bytes> {
    let mut bytes = Vec::new();
    file.take(longest).read_to_end(&mut bytes).map_err(|error| of_disk("read", place, &error))?;
    Ok(Bytes::from(bytes))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::retry("the program is shutting down")),
        },
    }
}
