//! Every step of a run goes wrong once, in every way. Afterwards the old or the new commit stands whole, and running again ends where an undisturbed
//! run ends.

use super::night::{Place, published_rows, run, shown_bytes};
use crate::store::Store;
use crate::store::commit::Commits;
use crate::store::fault::{Fault, Plan};
use crate::store::latest::Latest;
use crate::store::ledger::Ledger;
use std::collections::BTreeMap;
use std::sync::Arc;

const OLD: i64 = 3;
const NEW: i64 = 5;

/// What an undisturbed place holds after the nights.
struct Expected {
    bytes: BTreeMap<String, String>,
    commits: Vec<u64>,
    steps: usize,
}

async fn undisturbed(place: Place, nights: &[i64]) -> Expected {
    let mut plan = Arc::new(Plan::default());
    for rows in nights {
        plan = Arc::new(Plan::default());
        let (work, marts) = place.process(&plan);
        run(&work, &marts, *rows, "t1").await.unwrap();
    }
    let steps = plan.log.lock().unwrap().len();
    Expected { bytes: shown_bytes(&place.marts).await, commits: Commits::new(&place.marts).numbers().await.unwrap(), steps }
}

/// The last of `nights` is disturbed at every step in every way.
async fn check(new_place: fn() -> Place, nights: &[i64]) -> usize {
    let expected = undisturbed(new_place(), nights).await;
    let (last, before) = nights.split_last().unwrap();
    let old = before.last().map_or(0, |rows| *rows as u64);
    for step in 0..expected.steps {
        for fault in Fault::ALL {
            let place = new_place();
            for rows in before {
                run(&place.work, &place.marts, *rows, "t1").await.unwrap();
            }
            let plan = Plan::at(step, fault);
            let (work, marts) = place.process(&plan);
            let disturbed = run(&work, &marts, *last, "t1").await;
            let case = format!("{fault:?} at step {step}: {:?}", plan.log.lock().unwrap().get(step));

            let rows = published_rows(&place.marts).await;
            assert!(rows == old || rows == *last as u64, "{case}: {rows} rows");
            assert!(disturbed.is_err() || rows == *last as u64, "{case}: success without publication");
            let is_answer_alone = matches!(fault, Fault::FoundItself | Fault::Conflict);
            assert!(!is_answer_alone || disturbed.is_ok(), "{case}: believed without reading back: {disturbed:?}");
            check_view(&place.marts, [old, *last as u64], &case).await;

            run(&place.work, &place.marts, *last, "t2").await.unwrap();
            assert_eq!(published_rows(&place.marts).await, *last as u64, "{case}");
            assert_eq!(shown_bytes(&place.marts).await, expected.bytes, "{case}");
            let commits = Commits::new(&place.marts);
            assert_eq!(commits.numbers().await.unwrap(), expected.commits, "{case}");
            assert!(Latest::new(&place.marts).is_current(&commits.latest().await.unwrap().unwrap()).await.unwrap(), "{case}");
            check_ledger(&place.marts, *last, &case).await;
        }
    }
    let tried = format!("{} steps x {} faults, each left the old or the new commit\n", expected.steps, Fault::ALL.len());
    std::io::Write::write_all(&mut std::io::stderr(), tried.as_bytes()).unwrap();
    expected.steps
}

/// On a local disk plain readers see one run whole; in a bucket each file is whole.
async fn check_view(marts: &Store, runs: [u64; 2], case: &str) {
    let mut seen = Vec::new();
    for found in marts.list("latest").await.unwrap().into_iter().filter(|found| found.path.ends_with(".parquet")) {
        let bytes = marts.read(&found.path).await.unwrap();
        let file = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
        seen.push(file.metadata().file_metadata().num_rows() as u64);
    }
    assert!(seen.iter().all(|rows| runs.contains(rows)), "{case}: {seen:?}");
    if marts.local_path("").is_some() {
        assert!(seen.is_empty() || seen == [seen[0]; 2], "{case}: {seen:?}");
    }
}

/// The content was first seen in the disturbed run if that got so far, else in the second; it is known once.
async fn check_ledger(marts: &Store, rows: i64, case: &str) {
    let ledger = Ledger::load(marts).await.unwrap();
    assert_eq!(ledger.of_source("raw").map(|entry| entry.rows).collect::<Vec<_>>(), [rows as u64], "{case}");
    let first_seen = ledger.first_seen("raw", "rows.csv", &format!("sha of {rows}"));
    assert!(matches!(first_seen, Some("t1" | "t2")), "{case}: {first_seen:?}");
}

#[tokio::test]
async fn every_step_of_a_first_run_may_fail_on_disk() {
    assert!(check(Place::on_disk, &[NEW]).await > 30);
}

#[tokio::test]
async fn every_step_of_a_later_run_may_fail_on_disk() {
    assert!(check(Place::on_disk, &[OLD, NEW]).await > 30);
}

#[tokio::test]
async fn every_step_of_a_first_run_may_fail_in_a_bucket() {
    assert!(check(Place::in_memory, &[NEW]).await > 30);
}

#[tokio::test]
async fn every_step_of_a_later_run_may_fail_in_a_bucket() {
    assert!(check(Place::in_memory, &[OLD, NEW]).await > 30);
}

/// Also when the newest commit is a return to rows published before.
#[tokio::test]
async fn going_back_is_a_new_commit() {
    assert!(check(Place::on_disk, &[OLD, NEW, OLD]).await > 20);
}
