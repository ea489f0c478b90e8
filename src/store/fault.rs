//! Faults for tests: any single step of a store fails, loses its answer, or is the last one of a killed process.

use super::objects::{ByteStream, Mode, ObjectInfo, Objects, Put, Upload};
use crate::error::{Error, Result};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path as Location;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result as Answer,
};
use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was done.
    ErrorBefore,
    /// Done, the answer is lost.
    ErrorAfter,
    /// This step and all later ones do nothing.
    KilledBefore,
    /// Done, but nothing comes after it.
    KilledAfter,
    /// A create-only write is done, repeated by the client, and then finds itself (412).
    FoundItself,
    /// A create-only write is refused (409) although nothing is there.
    Conflict,
}

impl Fault {
    pub const ALL: [Fault; 6] =
        [Fault::ErrorBefore, Fault::ErrorAfter, Fault::KilledBefore, Fault::KilledAfter, Fault::FoundItself, Fault::Conflict];
}

/// Which step goes wrong, counted over all stores of one process.
#[derive(Debug, Default)]
pub struct Plan {
    at: Option<(usize, Fault)>,
    /// Killed means that this process aborts, not that its stores fall silent.
    aborts: bool,
    dead: AtomicBool,
    /// What was tried, in order.
    pub log: Mutex<Vec<String>>,
    count: AtomicUsize,
}

impl Plan {
    pub fn at(step: usize, fault: Fault) -> Arc<Plan> {
        Arc::new(Plan { at: Some((step, fault)), ..Plan::default() })
    }

    /// For a process of its own: killed is killed.
    pub fn aborting_at(step: usize, fault: Fault) -> Arc<Plan> {
        Arc::new(Plan { at: Some((step, fault)), aborts: true, ..Plan::default() })
    }

    fn next(&self, what: String) -> Result<Option<Fault>> {
        if self.is_dead() {
            return Err(Error::retry("killed"));
        }
        let step = self.count.fetch_add(1, Ordering::SeqCst);
        self.log.lock().unwrap().push(what);
        Ok(self.at.filter(|(at, _)| *at == step).map(|(_, fault)| fault))
    }

    fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    fn die(&self) {
        if self.aborts {
            std::process::abort();
        }
        self.dead.store(true, Ordering::SeqCst);
    }

    async fn step<T>(&self, what: String, step: impl Future<Output = Result<T>> + Send) -> Result<T> {
        match self.next(what)? {
            Some(Fault::ErrorBefore) => Err(Error::retry("error before")),
            Some(Fault::ErrorAfter) => step.await.and(Err(Error::retry("error after"))),
            Some(Fault::KilledBefore) => {
                self.die();
                Err(Error::retry("killed before"))
            }
            Some(Fault::KilledAfter) => {
                let _ = step.await;
                self.die();
                Err(Error::retry("killed after"))
            }
            None | Some(Fault::FoundItself | Fault::Conflict) => step.await,
        }
    }

    fn is_next(&self, fault: Fault) -> bool {
        self.at == Some((self.count.load(Ordering::SeqCst), fault))
    }
}

#[derive(Debug)]
pub struct FaultStore {
    pub inner: Arc<dyn Objects>,
    pub plan: Arc<Plan>,
}

#[async_trait]
impl Objects for FaultStore {
    async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        self.plan.step(format!("list {prefix}"), self.inner.list(prefix)).await
    }

    async fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        self.plan.step(format!("head {path}"), self.inner.head(path)).await
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>> {
        self.plan.step(format!("read {path}"), self.inner.read(path)).await
    }

    async fn stream(&self, path: &str) -> Result<Option<ByteStream>> {
        self.plan.step(format!("stream {path}"), self.inner.stream(path)).await
    }

    async fn put(&self, path: &str, bytes: Bytes, mode: Mode) -> Result<Put> {
        let (finds_itself, conflicts) = (self.plan.is_next(Fault::FoundItself), self.plan.is_next(Fault::Conflict));
        let what = format!("put {path} {mode:?}");
        if mode == Mode::Create && conflicts {
            return self.plan.step(what, async { Ok(Put::Existed) }).await;
        }
        let put = self.plan.step(what, self.inner.put(path, bytes, mode)).await?;
        Ok(if mode == Mode::Create && finds_itself { Put::Existed } else { put })
    }

    async fn upload(&self, path: &str) -> Result<Box<dyn Upload>> {
        let upload = self.plan.step(format!("upload {path}"), self.inner.upload(path)).await?;
        Ok(Box::new(FaultUpload { inner: Some(upload), plan: self.plan.clone() }))
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        self.plan.step(format!("copy {from} {to}"), self.inner.copy(from, to)).await
    }

    async fn delete(&self, path: &str) -> Result<()> {
        self.plan.step(format!("delete {path}"), self.inner.delete(path)).await
    }

    async fn adopt(&self, file: &Path, to: &str) -> Result<bool> {
        self.plan.step(format!("adopt {to}"), self.inner.adopt(file, to)).await
    }

    async fn point(&self, name: &str, target: &str) -> Result<()> {
        self.plan.step(format!("point {name} {target}"), self.inner.point(name, target)).await
    }

    fn local_path(&self, path: &str) -> Option<PathBuf> {
        self.inner.local_path(path)
    }

    fn object_store(&self) -> Result<Arc<dyn ObjectStore>> {
        Ok(Arc::new(FaultScans { inner: self.inner.object_store()?, plan: self.plan.clone() }))
    }
}

struct FaultUpload {
    inner: Option<Box<dyn Upload>>,
    plan: Arc<Plan>,
}

#[async_trait]
impl Upload for FaultUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let upload = self.inner.as_mut().expect("there until it is completed");
        self.plan.step("write a part".to_string(), upload.write(bytes)).await
    }

    async fn complete(mut self: Box<Self>) -> Result<()> {
        let plan = self.plan.clone();
        let inner = &mut self.inner;
        plan.step("complete an upload".to_string(), async move { inner.take().expect("completed once").complete().await }).await
    }

    async fn abort(mut self: Box<Self>) {
        if !self.plan.is_dead()
            && let Some(upload) = self.inner.take()
        {
            upload.abort().await;
        }
    }
}

/// A killed process cleans nothing up.
impl Drop for FaultUpload {
    fn drop(&mut self) {
        if self.plan.is_dead() {
            std::mem::forget(self.inner.take());
        }
    }
}

/// What DataFusion and the readers of raw objects do with a store: each read is a step as well.
#[derive(Debug)]
struct FaultScans {
    inner: Arc<dyn ObjectStore>,
    plan: Arc<Plan>,
}

impl FaultScans {
    async fn step<T: Send>(&self, what: String, step: impl Future<Output = Answer<T>> + Send) -> Answer<T> {
        let said = async { Ok(step.await) };
        self.plan.step(what, said).await.unwrap_or_else(|error| Err(object_store::Error::Generic { store: "faulty", source: error.into() }))
    }
}

impl fmt::Display for FaultScans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for FaultScans {
    async fn put_opts(&self, location: &Location, payload: PutPayload, options: PutOptions) -> Answer<PutResult> {
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(&self, location: &Location, options: PutMultipartOptions) -> Answer<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Location, options: GetOptions) -> Answer<GetResult> {
        self.step(format!("scan {location}"), self.inner.get_opts(location, options)).await
    }

    async fn get_ranges(&self, location: &Location, ranges: &[Range<u64>]) -> Answer<Vec<Bytes>> {
        self.step(format!("scan {location} in ranges"), self.inner.get_ranges(location, ranges)).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Answer<Location>>) -> BoxStream<'static, Answer<Location>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Location>) -> BoxStream<'static, Answer<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Location>) -> Answer<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Location, to: &Location, options: CopyOptions) -> Answer<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

/// Which plans disturb the stores this process opens, by the beginning of their URLs.
static DISTURBED: Mutex<Vec<(String, Arc<Plan>)>> = Mutex::new(Vec::new());

/// From now on every store opened under `prefix` follows `plan`, until the guard is dropped.
pub fn disturb(prefix: &str, plan: &Arc<Plan>) -> Disturbance {
    DISTURBED.lock().unwrap().push((prefix.to_string(), plan.clone()));
    Disturbance(prefix.to_string())
}

pub struct Disturbance(String);

impl Drop for Disturbance {
    fn drop(&mut self) {
        DISTURBED.lock().unwrap().retain(|(prefix, _)| *prefix != self.0);
    }
}

pub(super) fn disturbed(url: &Url, objects: Arc<dyn Objects>) -> Arc<dyn Objects> {
    let plans = DISTURBED.lock().unwrap();
    match plans.iter().find(|(prefix, _)| url.as_str().starts_with(prefix)) {
        Some((_, plan)) => Arc::new(FaultStore { inner: objects, plan: plan.clone() }),
        None => objects,
    }
}
