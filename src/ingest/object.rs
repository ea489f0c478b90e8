//! The bytes of one object, hashed and counted as they are read.
//!
//! A local file is read directly (object_store would hand it over in 8 KiB pieces); anything else is pumped from its stream into a
//! bounded channel, since reading happens on a thread that may block.

use crate::error::{Error, Result};
use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use object_store::{GetResult, GetResultPayload};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Chunks of a stream in flight between the store and the reader.
const CHUNKS: usize = 4;

pub(super) struct Object {
    bytes: Source,
    tally: Tally,
    cancelled: Arc<AtomicBool>,
}

enum Source {
    File(File),
    /// `None` ends the stream; a channel that closes without it was abandoned.
    Stream {
        chunks: mpsc::Receiver<Option<Result<Bytes, String>>>,
        current: Bytes,
        ended: bool,
    },
}

/// What was read so far; it outlives the reader, which is buried under gunzip and decoding.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<Mutex<(Sha256, u64)>>);

impl Tally {
    fn add(&self, bytes: &[u8]) {
        let mut tally = self.0.lock().expect("no reader panics while it counts");
        tally.0.update(bytes);
        tally.1 += bytes.len() as u64;
    }

    /// sha256 in hexadecimal, and the number of bytes.
    pub(super) fn total(&self) -> (String, u64) {
        let tally = self.0.lock().expect("no reader panics while it counts");
        let digest = tally.0.clone().finalize();
        (digest.iter().map(|byte| format!("{byte:02x}")).collect(), tally.1)
    }
}

/// Tells the reading thread to stop when the future that waits for it is dropped.
pub(super) struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The reader, the future that feeds it (to be polled beside it), and the guard that stops it.
pub(super) fn open(got: GetResult, name: &str) -> (Object, BoxFuture<'static, ()>, CancelOnDrop) {
    let cancelled = Arc::new(AtomicBool::new(false));
    let (bytes, feed): (Source, BoxFuture<'static, ()>) = match got.payload {
        GetResultPayload::File(file, _) => (Source::File(file), Box::pin(async {})),
        GetResultPayload::Stream(mut stream) => {
            let (sender, chunks) = mpsc::channel(CHUNKS);
            let name = name.to_string();
            let feed = async move {
                while let Some(chunk) = stream.next().await {
                    let chunk = chunk.map_err(|error| unreadable(&name, &error).to_string());
                    if sender.send(Some(chunk)).await.is_err() {
                        return;
                    }
                }
                let _ = sender.send(None).await;
            };
            (Source::Stream { chunks, current: Bytes::new(), ended: false }, Box::pin(feed))
        }
    };
    (Object { bytes, tally: Tally::default(), cancelled: cancelled.clone() }, feed, CancelOnDrop(cancelled))
}

impl Object {
    pub(super) fn tally(&self) -> Tally {
        self.tally.clone()
    }

    /// The local file behind the object, if it is one.
    pub(super) fn local(&self) -> Option<&File> {
        match &self.bytes {
            Source::File(file) => Some(file),
            Source::Stream { .. } => None,
        }
    }
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(transport("reading was abandoned"));
        }
        let count = self.bytes.read(buffer).map_err(transport)?;
        self.tally.add(&buffer[..count]);
        Ok(count)
    }
}

impl Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::File(file) => loop {
                match file.read(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => return read,
                }
            },
            Source::Stream { chunks, current, ended } => {
                while current.is_empty() && !*ended {
                    match chunks.blocking_recv() {
                        Some(Some(chunk)) => *current = chunk.map_err(io::Error::other)?,
                        Some(None) => *ended = true,
                        None => return Err(io::Error::other("reading was abandoned")),
                    }
                }
                let count = buffer.len().min(current.len());
                buffer[..count].copy_from_slice(&current.split_to(count));
                Ok(count)
            }
        }
    }
}

/// An error of the store or the disk, as opposed to bytes that do not unpack.
#[derive(Debug)]
struct Transport(String);

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Transport {}

pub(super) fn transport(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(Transport(error.to_string()))
}

/// Whether reading failed (safe to retry), or the bytes are to blame (`None`).
pub(super) fn transport_failure(name: &str, error: &io::Error) -> Option<Error> {
    let cause = error.get_ref()?.downcast_ref::<Transport>()?;
    Some(Error::retry(format!("`{name}` could not be read to its end")).because(cause))
}

/// What a store's refusal of an object means.
pub(super) fn unreadable(name: &str, error: &object_store::Error) -> Error {
    use object_store::Error as Refusal;
    let sentence = format!("`{name}` could not be read");
    match error {
        Refusal::PermissionDenied { .. } | Refusal::Unauthenticated { .. } => {
            Error::faulty(sentence).because(error).hint("check the credentials and the rights of the store")
        }
        Refusal::NotFound { .. } => Error::retry(format!("{sentence}: it vanished after it was listed")),
        _ => Error::retry(sentence).because(error),
    }
}
