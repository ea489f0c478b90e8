//! Several runs at once, and readers meanwhile.

use super::night::{MARTS, Place, published_rows, run};
use crate::store::Store;
use crate::store::commit::{Commit, Commits, Outcome};
use crate::store::latest::Latest;
use crate::store::ledger::{Ledger, Vanished};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const WRITERS: usize = 8;
const COMMITS_EACH: usize = 25;

/// Publishes `COMMITS_EACH` commits, each on top of whatever is newest.
async fn write(marts: Store, writer: usize) -> Vec<Commit> {
    let commits = Commits::new(&marts);
    let mut published = Vec::new();
    while published.len() < COMMITS_EACH {
        let parent = commits.latest().await.unwrap();
        let commit = Commit::after(parent.as_ref(), &format!("writer {writer}"));
        match commits.publish(commit.clone()).await.unwrap() {
            Outcome::Published(mine) => published.push(*mine),
            Outcome::Lost(theirs) => assert_eq!(theirs.number, commit.number),
        }
    }
    published
}

async fn check_writers(place: Place) {
    let writers = (0..WRITERS).map(|writer| {
        // A store of its own, as another process would have.
        let marts = Store::over(place.marts.0.objects.clone(), "marts".to_string(), place.marts.0.access);
        tokio::spawn(write(marts, writer))
    });
    let mut published: Vec<Commit> = join_all(writers).await.into_iter().flat_map(|writer| writer.unwrap()).collect();
    published.sort_by_key(|commit| commit.number);

    let commits = Commits::new(&place.marts);
    let numbers: Vec<u64> = (1..=(WRITERS * COMMITS_EACH) as u64).collect();
    assert_eq!(commits.numbers().await.unwrap(), numbers);
    assert_eq!(published.iter().map(|commit| commit.number).collect::<Vec<_>>(), numbers);
    for commit in &published {
        assert_eq!(commits.read(commit.number).await.unwrap(), *commit);
    }
    assert_eq!(published.iter().map(|commit| &commit.run_id).collect::<BTreeSet<_>>().len(), published.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_on_disk_lose_and_repeat_nothing() {
    check_writers(Place::on_disk()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_in_a_bucket_lose_and_repeat_nothing() {
    check_writers(Place::in_memory()).await;
}

/// Two whole runs at once, again and again, now with the same rows, now with others.
async fn check_pairs(place: Place) {
    let place = Arc::new(place);
    for pair in 0..60 {
        let both = [pair, pair + pair % 2].map(|rows| {
            let place = place.clone();
            tokio::spawn(async move { run(&place.work, &place.marts, rows + 1, "t").await.map(|commit| commit.number) })
        });
        let results: Vec<_> = join_all(both).await.into_iter().map(|run| run.unwrap()).collect();
        assert!(results.iter().any(|run| run.is_ok()), "{results:?}");
        let rows = published_rows(&place.marts).await;
        assert!(rows == pair as u64 + 1 || rows == (pair + pair % 2) as u64 + 1, "{rows}");
        let newest = Commits::new(&place.marts).latest().await.unwrap().unwrap();
        Latest::new(&place.marts).refresh().await.unwrap();
        assert!(Latest::new(&place.marts).is_current(&newest).await.unwrap());
    }
    let numbers = Commits::new(&place.marts).numbers().await.unwrap();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_runs_at_once_on_disk() {
    check_pairs(Place::on_disk()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_runs_at_once_in_a_bucket() {
    check_pairs(Place::in_memory()).await;
}

/// Lets readers stop, also when the writer failed.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Plain readers of `latest` on a local disk, through 200 publications.
#[test]
fn readers_of_latest_never_fail() {
    let place = Place::on_disk();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let publish = |rows| runtime.block_on(run(&place.work, &place.marts, rows, "t")).unwrap();
    publish(1);
    let latest = place.marts.local_path("latest").unwrap();
    let (done, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    let read = |mart: &str| {
        let bytes = std::fs::read(latest.join(format!("{}.parquet", mart.strip_prefix("marts.").unwrap()))).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
        reads.fetch_add(1, Ordering::Relaxed);
    };
    std::thread::scope(|threads| {
        let _done = Done(&done);
        for _ in 0..2 {
            threads.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    MARTS.iter().for_each(|mart| read(mart));
                    assert_eq!(std::fs::read_dir(&latest).unwrap().count(), MARTS.len() + 1);
                }
            });
        }
        (2..=201).for_each(|rows| drop(publish(rows)));
    });
    assert!(reads.load(Ordering::Relaxed) > 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_ledger_keeps_every_entry_and_the_first_time() {
    let place = Place::in_memory();
    let entry = |writer: usize, version: usize, first_seen: &str| {
        let mut entry = super::night::input(version as i64, first_seen);
        entry.object = format!("{writer}.csv");
        entry
    };
    let writers = (0..WRITERS).map(|writer| {
        let marts = place.marts.clone();
        tokio::spawn(async move {
            let mut ledger = Ledger::load(&marts).await.unwrap();
            for version in 0..10 {
                assert_eq!(ledger.append(&[entry(writer, version, &format!("t{version}"))], &[]).await.unwrap(), []);
            }
        })
    });
    join_all(writers).await.into_iter().for_each(|writer| writer.unwrap());

    let mut ledger = Ledger::load(&place.marts).await.unwrap();
    let pages = place.marts.list("_ledger").await.unwrap().len();
    assert_eq!(pages, WRITERS * 10);
    assert_eq!(ledger.of_source("raw").map(|entry| entry.rows).collect::<Vec<_>>(), [9; WRITERS]);

    // A content that returns keeps the time it was first seen, though the pages between were folded into a snapshot.
    let returned = ledger.append(&[entry(3, 2, "t99")], &[]).await.unwrap();
    assert_eq!(returned, [entry(3, 2, "t2")]);
    assert_eq!(Ledger::load(&place.marts).await.unwrap().first_seen("raw", "3.csv", "sha of 2"), Some("t2"));

    // Nothing new writes nothing; what vanished is told once, and is new when it returns.
    let gone = Vanished { source: "raw".into(), object: "3.csv".into(), at: "t100".into() };
    for _ in 0..2 {
        ledger.append(&[entry(4, 9, "t101")], std::slice::from_ref(&gone)).await.unwrap();
    }
    assert_eq!(place.marts.list("_ledger").await.unwrap().len(), pages + 2);
    assert_eq!(Ledger::load(&place.marts).await.unwrap().latest("raw", "3.csv"), None);
    ledger.append(&[entry(3, 2, "t102")], &[]).await.unwrap();
    assert_eq!(Ledger::load(&place.marts).await.unwrap().latest("raw", "3.csv"), Some(&entry(3, 2, "t2")));
}
