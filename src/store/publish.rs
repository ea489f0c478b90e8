//! A finished table's file becomes a mart's: `_data/<mart>/<partition>/<blake3>.parquet` in the marts store. It is named by its bytes and never
//! changed, so publishing it again does nothing, and readers of an older commit keep what they read.

use super::Store;
use super::commit::File;
use super::objects::Upload;
use super::work::{Stored, StoredFile, Work, part};
use crate::error::{Error, Result};
use bytes::Bytes;
use futures::TryStreamExt;

/// Puts `file` of the table `stored` in its place. No reader sees it before a commit names it.
pub async fn publish(work: &Work, stored: &Stored, file: &StoredFile, marts: &Store, mart: &str, partition: &str) -> Result<File> {
    let published = address(file, mart, partition)?;
    match marts.head(&published.path).await? {
        Some(found) if found.size == file.bytes => return Ok(published),
        Some(found) => {
            tracing::warn!(path = published.path, size = found.size, "a published file was cut from outside; it is written again")
        }
        None => {
            if link(work, stored, file, marts, &published.path).await? {
                return Ok(published);
            }
        }
    }
    copy(work, stored, file, marts, &published.path).await?;
    Ok(published)
}

/// What a commit says of the file: where it lies once it is published, and what is in it.
pub fn address(file: &StoredFile, mart: &str, partition: &str) -> Result<File> {
    let path = format!("_data/{}/{}/{}.parquet", mart_folder(mart)?, partition_folder(partition)?, file.blake3);
    Ok(File { path, bytes: file.bytes, rows: file.rows, blake3: file.blake3.clone() })
}

/// On one disk the file is shared, not copied: no writer ever changes it in place.
async fn link(work: &Work, stored: &Stored, file: &StoredFile, marts: &Store, path: &str) -> Result<bool> {
    match work.store().local_path(&stored.path(file)?) {
        Some(source) => marts.adopt(&source, path).await,
        None => Ok(false),
    }
}

async fn copy(work: &Work, stored: &Stored, file: &StoredFile, marts: &Store, path: &str) -> Result<()> {
    let mut bytes = work.store().stream(&stored.path(file)?).await?;
    let mut upload = marts.upload(path).await?;
    let mut hash = blake3::Hasher::new();
    while let Some(chunk) = bytes.try_next().await? {
        hash.update(&chunk);
        upload = send(upload, chunk).await?;
    }
    if hash.finalize().to_hex().as_str() != file.blake3 {
        upload.abort().await;
        let sentence = format!("{} in {} is not what was written there", stored.path(file)?, work.store().url());
        return Err(Error::retry(sentence).hint(format!("delete the folder of {} in the work store; it is made again", stored.table)));
    }
    upload.complete().await
}

async fn send(mut upload: Box<dyn Upload>, chunk: Bytes) -> Result<Box<dyn Upload>> {
    match upload.write(chunk).await {
        Ok(()) => Ok(upload),
        Err(error) => {
            upload.abort().await;
            Err(error)
        }
    }
}

/// `marts.rates` lies in `rates`'s own folder by its full name; two marts never share one.
fn mart_folder(mart: &str) -> Result<String> {
    Ok(mart.split('.').map(part).collect::<Result<Vec<_>>>()?.join("."))
}

/// `month=2026-11` stays readable.
fn partition_folder(partition: &str) -> Result<String> {
    Ok(partition.split('=').map(part).collect::<Result<Vec<_>>>()?.join("="))
}
