//! Every store operation of a run goes wrong once, in every way: refused, done with its answer lost, the last thing a process did, the first it did
//! not do. Then readers see the old commit or the new one, and running again ends where an undisturbed run ends.

use super::child;
use super::shown::{Hashes, commits, hashes, latest, newest};
use super::tiny::Tiny;
use crate::store::fault::{Fault, Plan, disturb};
use std::sync::Arc;

const OLD: i64 = 3;
const NEW: i64 = 5;
const FAULTS: [Fault; 4] = [Fault::ErrorBefore, Fault::ErrorAfter, Fault::KilledBefore, Fault::KilledAfter];

/// A project after the nights before the disturbed one, ready for that.
fn prepared(before: &[i64]) -> Tiny {
    let tiny = Tiny::new(*before.first().unwrap_or(&NEW));
    for version in before {
        tiny.change(*version);
        tiny.run_well();
    }
    tiny.change(NEW);
    tiny
}

/// What readers find after an undisturbed night, and the store operations of it.
fn undisturbed(before: &[i64]) -> (Hashes, Vec<String>) {
    let tiny = prepared(before);
    let plan = Arc::new(Plan::default());
    let disturbance = disturb(&tiny.url(), &plan);
    tiny.run_well();
    drop(disturbance);
    let steps = plan.log.lock().unwrap().clone();
    assert_eq!(latest(&tiny.marts()), newest(&tiny.marts()));
    (newest(&tiny.marts()), steps)
}

fn check(before: &[i64]) {
    let (expected, steps) = undisturbed(before);
    let old = prepared(before);
    let old = newest(&old.marts());
    let cases: Vec<(usize, Fault)> = (0..steps.len()).flat_map(|step| FAULTS.map(|fault| (step, fault))).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (cases, steps, old, expected) = (&cases, &steps, &old, &expected);
            scope.spawn(move || {
                for (step, fault) in cases.iter().skip(thread).step_by(threads) {
                    check_case(before, *step, *fault, &format!("{fault:?} at step {step}: {}", steps[*step]), old, expected);
                }
            });
        }
    });
    let told = format!("{} store operations, {} cases, {} commits before\n", steps.len(), cases.len(), before.len());
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
}

fn check_case(before: &[i64], step: usize, fault: Fault, case: &str, old: &Hashes, expected: &Hashes) {
    let tiny = prepared(before);
    let code = match fault {
        Fault::KilledBefore | Fault::KilledAfter => {
            let (status, told) = child::end(child::with_fault(&tiny.command(), step, fault).spawn().unwrap());
            assert_eq!(status.code(), None, "{case}: it was not killed: {told}");
            None
        }
        _ => {
            let disturbance = disturb(&tiny.url(), &Plan::at(step, fault));
            let (code, told) = tiny.run();
            drop(disturbance);
            assert!(matches!(code, 0 | 3), "{case}: exit {code}: {told}");
            Some(code)
        }
    };
    let seen = newest(&tiny.marts());
    assert!(seen == *old || seen == *expected, "{case}: {seen:?}");
    assert!(code != Some(0) || seen == *expected, "{case}: success without publication");
    let view = latest(&tiny.marts());
    assert!(view == *old || view == *expected, "{case}: `latest` shows {view:?}");
    assert!(code != Some(0) || view == *expected, "{case}: success, and `latest` is old");

    tiny.run_well();
    let all = commits(&tiny.marts());
    assert_eq!(all.len(), before.len() + 1, "{case}");
    assert_eq!(hashes(all.last().unwrap()), *expected, "{case}");
    assert_eq!(latest(&tiny.marts()), *expected, "{case}");
}

#[test]
fn every_operation_of_a_first_run_is_cut() {
    check(&[]);
}

#[test]
fn every_operation_of_a_run_over_a_commit_is_cut() {
    check(&[OLD]);
}
