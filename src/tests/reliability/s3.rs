//! Whole runs on S3 servers, when the environment names one; else these tests say that they were skipped. See `store/tests/servers.rs`:
//! `SLUICE_TEST_S3_ENDPOINT` keeps create-only writes, `SLUICE_TEST_S3_WITHOUT_CREATE` ignores them.

use super::bytes::{Packaged, files, without_run_ledger};
use super::child;
use super::shown::{self, Hashes, commits, hash, hashes};
use super::tiny::Tiny;
use crate::store::commit::Commit;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Location;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::path::Path;
use std::process::{Command, ExitStatus};

const BUCKET: &str = "sluice-test";

/// A prefix of its own on a server.
struct Server {
    endpoint: String,
    prefix: String,
    client: AmazonS3,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    /// `None` when `variable` names none.
    fn of(variable: &str) -> Option<Server> {
        let Ok(endpoint) = std::env::var(variable) else {
            let skipped = format!("skipped: {variable} names no server\n");
            std::io::Write::write_all(&mut std::io::stderr(), skipped.as_bytes()).unwrap();
            return None;
        };
        let builder = AmazonS3Builder::from_env().with_endpoint(&endpoint).with_allow_http(true).with_bucket_name(BUCKET);
        let unique = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Some(Server { endpoint, prefix: format!("run-{unique}"), client: builder.build().unwrap(), runtime })
    }

    fn url(&self, store: &str) -> String {
        format!("s3://{BUCKET}/{}/{store}", self.prefix)
    }

    /// Runs with three stores here, named by environment variables that begin with `prefix`.
    fn run(&self, mut command: Command, prefix: &str) -> (ExitStatus, String) {
        command.env("AWS_ENDPOINT", &self.endpoint).env("AWS_ALLOW_HTTP", "true");
        for (variable, store) in [("RAW", "raw"), ("WORK", "work"), ("MARTS", "marts")] {
            command.env(format!("{prefix}_{variable}"), self.url(store));
        }
        child::end(command.spawn().unwrap())
    }

    fn upload(&self, folder: &Path) {
        for file in files(folder) {
            let bytes = std::fs::read(folder.join(&file)).unwrap();
            let place = Location::from(format!("{}/raw/{}", self.prefix, file.to_str().unwrap()));
            self.runtime.block_on(self.client.put(&place, PutPayload::from(bytes))).unwrap();
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let found = self.client.list(Some(&Location::from(format!("{}/{folder}", self.prefix))));
        let found: Vec<_> = self.runtime.block_on(found.try_collect::<Vec<_>>()).unwrap();
        let mut names: Vec<String> = found.into_iter().map(|found| found.location.to_string()).collect();
        names.sort();
        names
    }

    fn read(&self, path: &str) -> Vec<u8> {
        let path = Location::from(path);
        self.runtime.block_on(async { self.client.get(&path).await.unwrap().bytes().await.unwrap() }).to_vec()
    }

    /// What the newest commit publishes: its files are there, and `latest` shows them.
    fn newest(&self) -> (u64, Hashes) {
        let commit: Commit = serde_json::from_slice(&self.read(self.list("marts/_commits").last().unwrap())).unwrap();
        for (_, _, file) in commit.files() {
            assert_eq!(hash(&self.read(&format!("{}/marts/{}", self.prefix, file.path))), file.blake3);
        }
        let folder = format!("{}/marts/latest/", self.prefix);
        let shown = self.list("marts/latest").into_iter().filter_map(|path| {
            let mart = path.strip_prefix(&folder)?.strip_suffix(".parquet")?.to_string();
            Some((mart, hash(&self.read(&path))))
        });
        assert_eq!(shown.collect::<Hashes>(), hashes(&commit));
        (commit.number, hashes(&commit))
    }
}

#[test]
fn a_tiny_project_on_s3() {
    let Some(server) = Server::of("SLUICE_TEST_S3_ENDPOINT") else { return };
    let tiny = Tiny::new(1);
    for (version, number) in [(1, 1), (2, 2), (2, 2)] {
        tiny.change(version);
        tiny.run_well();
        server.upload(&tiny.root().join("raw"));
        let (status, told) = server.run(child::command(&tiny.command()), "TINY");
        assert!(status.success(), "{told}");
        assert_eq!(server.newest(), (number, shown::newest(&tiny.marts())));
        assert_eq!(commits(&tiny.marts()).len() as u64, number);
    }
}

/// Raw objects, work and marts on the server: the bytes of a night on disk, and a second night writes nothing.
#[test]
fn the_packaged_night_on_s3() {
    let Some(server) = Server::of("SLUICE_TEST_S3_ENDPOINT") else { return };
    let packaged = Packaged::new();
    let (status, told) = child::end(packaged.command(&[]).spawn().unwrap());
    assert!(status.success(), "{told}");
    let local = commits(&packaged.root().join("out/nightly")).pop().unwrap();

    server.upload(&packaged.raw());
    let (status, told) = server.run(packaged.command(&[]), "SLUICE");
    assert!(status.success(), "{told}");
    let (number, published) = server.newest();
    assert_eq!((number, without_run_ledger(published)), (1, without_run_ledger(hashes(&local))));

    let before = server.list("");
    let (status, told) = server.run(packaged.command(&[]), "SLUICE");
    assert!(status.success() && told.contains("nothing changed since commit 1"), "{told}");
    assert_eq!(server.list(""), before);
}

#[test]
fn a_server_that_ignores_conditions_publishes_nothing() {
    let Some(server) = Server::of("SLUICE_TEST_S3_WITHOUT_CREATE") else { return };
    let tiny = Tiny::new(1);
    server.upload(&tiny.root().join("raw"));
    let (status, told) = server.run(child::command(&tiny.command()), "TINY");
    assert_eq!(status.code(), Some(2), "{told}");
    assert!(told.contains("cannot hold marts: its create-only writes are not kept"), "{told}");
    assert_eq!(server.list("marts/_commits"), Vec::<String>::new());
}
