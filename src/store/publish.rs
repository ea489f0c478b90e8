//! A finished table's file becomes a mart's: `_data/<mart>/<partition>/<blake3>.parquet` in the marts store. It is named by its bytes and never
//! changed, so publishing it again does nothing, and readers of an older commit keep what they read.

use super::Store;
use super::commit::{File, plain_name};
use super::objects::Upload;
use super::work::{Stored, StoredFile, Work, part};
use crate::error::{Error, Result};
use futures::TryStreamExt;

/// Puts `file` of the table `stored` in its place. No reader sees it before a commit names it.
pub async fn publish(work: &Work, stored: &Stored, file: &StoredFile, marts: &Store, mart: &str, partition: &str) -> Result<File> {
    let published = address(file, mart, partition)?;
    let source = Source { work, stored, file };
    match marts.head(&published.path).await? {
        Some(found) if found.size == file.bytes => {}
        Some(found) => {
            tracing::warn!(path = published.path, size = found.size, "a published file was changed from outside; it is written again");
            source.copy(marts, &published.path).await?;
        }
        None if source.link(marts, &published.path).await? => {}
        None => source.copy(marts, &published.path).await?,
    }
    Ok(published)
}

/// One file of a stored table. It is read and compared with its hash before it is published: no cache is believed that far.
struct Source<'a> {
    work: &'a Work,
    stored: &'a Stored,
    file: &'a StoredFile,
}

impl Source<'_> {
    /// On one disk the file is shared, not copied: no writer ever changes it in place.
    async fn link(&self, marts: &Store, path: &str) -> Result<bool> {
        let place = self.stored.path(self.file)?;
        let (Some(local), Some(_)) = (self.work.store().local_path(&place), marts.local_path(path)) else { return Ok(false) };
        self.read(None).await?;
        marts.adopt(&local, path).await
    }

    async fn copy(&self, marts: &Store, path: &str) -> Result<()> {
        let mut upload = marts.upload(path).await?;
        match self.read(Some(upload.as_mut())).await {
            Ok(()) => upload.complete().await,
            Err(error) => {
                upload.abort().await;
                Err(error)
            }
        }
    }

    async fn read(&self, mut into: Option<&mut dyn Upload>) -> Result<()> {
        let mut bytes = self.work.store().stream(&self.stored.path(self.file)?).await?;
        let mut hash = blake3::Hasher::new();
        while let Some(chunk) = bytes.try_next().await? {
            hash.update(&chunk);
            if let Some(upload) = into.as_mut() {
                upload.write(chunk).await?;
            }
        }
        self.compare(&hash).await
    }

    async fn compare(&self, hash: &blake3::Hasher) -> Result<()> {
        if hash.finalize().to_hex().as_str() == self.file.blake3 {
            return Ok(());
        }
        self.work.forget(self.stored).await?;
        let sentence = format!("{} in {} is not what was written there", self.stored.path(self.file)?, self.work.store().url());
        Err(Error::retry(sentence).hint("the next run makes the table again; check the disk"))
    }
}

/// What a commit says of the file: where it lies once it is published, and what is in it.
pub fn address(file: &StoredFile, mart: &str, partition: &str) -> Result<File> {
    let path = format!("_data/{}/{}/{}.parquet", mart_folder(mart)?, partition_folder(partition)?, file.blake3);
    Ok(File { path, bytes: file.bytes, rows: file.rows, blake3: file.blake3.clone() })
}

fn mart_folder(mart: &str) -> Result<String> {
    Ok(plain_name(mart).split('.').map(part).collect::<Result<Vec<_>>>()?.join("."))
}

/// `month=2026-11/region=north` stays readable.
fn partition_folder(partition: &str) -> Result<&str> {
    for word in partition.split(['/', '=']) {
        part(word)?;
    }
    Ok(partition)
}
