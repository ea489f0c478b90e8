//! Two runs started together, and readers of `latest` while runs publish.

use super::child;
use super::shown::{commits, hashes, latest, newest, sum};
use super::tiny::{Tiny, amount};
use crate::store::ledger::Ledger;
use crate::store::{Access, Store};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use url::Url;

const PAIRS: i64 = 20;
const PUBLICATIONS: i64 = 32;

#[test]
fn two_processes_at_once() {
    let tiny = Tiny::new(1);
    let mut lost = 0;
    for pair in 1..=PAIRS {
        tiny.change(pair);
        let before = commits(&tiny.marts()).len();
        let both = [0, 1].map(|_| child::command(&tiny.command()).spawn().unwrap());
        let ends = both.map(child::end);
        let codes = [0, 1].map(|at| ends[at].0.code());
        assert!(matches!(codes, [Some(0), Some(0 | 3)] | [Some(3), Some(0)]), "{ends:?}");
        lost += codes.iter().filter(|code| **code == Some(3)).count();
        // The history is serial, and one run was enough.
        let all = commits(&tiny.marts());
        assert_eq!(all.len(), before + 1, "{ends:?}");
        let alone = Tiny::new(pair);
        alone.run_well();
        assert_eq!(hashes(all.last().unwrap()), newest(&alone.marts()));
        assert_eq!(latest(&tiny.marts()), newest(&alone.marts()));
        assert_eq!(first_seen(&tiny), all.last().unwrap().inputs[0].first_seen, "the commit and the ledger tell two times");
    }
    let told = format!("{PAIRS} pairs, {lost} runs lost the race\n");
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
}

/// When the ledger first saw what is there now.
fn first_seen(tiny: &Tiny) -> String {
    let marts = Store::open(&Url::from_directory_path(tiny.marts()).unwrap(), Access::Read).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ledger = runtime.block_on(Ledger::load(&marts)).unwrap();
    ledger.latest("readings", "readings.csv").unwrap().first_seen.clone()
}

/// Readers open marts by their path under `latest`, and as a set through the folder it points to.
#[test]
fn readers_of_latest_never_fail() {
    let tiny = Tiny::new(1);
    tiny.run_well();
    let shown = tiny.marts().join("latest");
    let (done, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    let known: Vec<i64> = (1..=PUBLICATIONS + 1).map(amount).collect();
    let until_done = |read: &(dyn Fn() + Sync)| {
        while !done.load(Ordering::Relaxed) {
            read();
            reads.fetch_add(1, Ordering::Relaxed);
        }
    };
    let file_by_file = || {
        for mart in ["days", "meters"] {
            let path = shown.join(mart).with_extension("parquet");
            let found = sum(&path, "amount");
            assert!(known.contains(&found), "{mart} sums up to {found}");
        }
    };
    let as_a_set = || {
        let folder = shown.canonicalize().unwrap();
        let [days, meters] = ["days", "meters"].map(|mart| sum(&folder.join(mart).with_extension("parquet"), "amount"));
        assert_eq!(days, meters, "marts of two runs");
    };
    std::thread::scope(|threads| {
        threads.spawn(|| until_done(&file_by_file));
        threads.spawn(|| until_done(&as_a_set));
        let publish = threads.spawn(|| {
            for version in 2..=PUBLICATIONS + 1 {
                tiny.change(version);
                tiny.run_well();
            }
        });
        let published = publish.join();
        done.store(true, Ordering::Relaxed);
        published.unwrap();
    });
    assert_eq!(commits(&tiny.marts()).len() as i64, PUBLICATIONS + 1);
    assert_eq!(sum(&shown.join("days.parquet"), "amount"), amount(PUBLICATIONS + 1));
    let told = format!("{PUBLICATIONS} publications, {} reads\n", reads.load(Ordering::Relaxed));
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
}
