//! A real process is killed at any moment, or asked to stop.

use super::bytes::Packaged;
use super::child;
use super::shown::{commits, latest, newest, temporaries};
use super::tiny::Tiny;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::process::Command;
use std::time::{Duration, Instant};

const VERSIONS: [i64; 2] = [3, 5];

/// How long an undisturbed run takes in a process of its own, and what it publishes, for each version.
fn undisturbed() -> (Duration, Vec<super::shown::Hashes>) {
    let mut longest = Duration::ZERO;
    let published = VERSIONS.map(|version| {
        let tiny = Tiny::new(version);
        let started = Instant::now();
        let (status, told) = child::end(child::command(&tiny.command()).spawn().unwrap());
        assert!(status.success(), "{told}");
        longest = longest.max(started.elapsed());
        newest(&tiny.marts())
    });
    (longest, published.to_vec())
}

/// Twenty times with changing input; the work store is taken away now and then, so that there is always something to build.
#[test]
fn twenty_kills_at_random_moments() {
    let (longest, published) = undisturbed();
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let tiny = Tiny::new(VERSIONS[0]);
    let (mut killed, mut published_before, mut old) = (0, 0, Default::default());
    while killed < 20 {
        let turn = killed % 2;
        tiny.change(VERSIONS[turn]);
        if random.random_bool(0.5) {
            let _ = std::fs::remove_dir_all(tiny.root().join("out/work"));
        }
        let mut run = child::command(&tiny.command()).spawn().unwrap();
        std::thread::sleep(longest.mul_f64(random.random_range(0.0..1.0)));
        run.kill().unwrap();
        let (status, _) = child::end(run);
        let seen = newest(&tiny.marts());
        if status.code().is_none() {
            killed += 1;
            published_before += usize::from(seen != old);
        }
        assert!(seen == old || seen == published[turn], "after kill {killed}: {seen:?}");
        let view = latest(&tiny.marts());
        assert!(view == old || view == published[turn], "after kill {killed}: `latest` shows {view:?}");
        if random.random_bool(0.3) {
            tiny.run_well();
            assert_eq!(newest(&tiny.marts()), published[turn]);
            assert_eq!(latest(&tiny.marts()), published[turn]);
        }
        // A refresh that was cut is finished by the next run, whether that is killed or not: only then is there one old view again.
        if latest(&tiny.marts()) != newest(&tiny.marts()) {
            tiny.run_well();
        }
        old = newest(&tiny.marts());
    }
    tiny.run_well();
    assert_eq!(newest(&tiny.marts()), published[1]);
    assert_eq!(latest(&tiny.marts()), published[1]);
    let (code, told) = tiny.run();
    assert_eq!(code, 0);
    assert!(told.contains("nothing changed"), "{told}");
    let told = format!("{killed} kills within {longest:?}, {published_before} of them after the publication\n");
    std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()).unwrap();
}

fn interrupt(process: u32, signal: &str) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

/// Asked to stop in the middle: it says so, the old commit stays, and nothing half-written is left.
#[test]
fn signals_end_a_run_cleanly() {
    let (longest, published) = undisturbed();
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let mut interrupted = 0;
    for round in 0..24 {
        let (signal, expected) = if round % 2 == 0 { ("-INT", 130) } else { ("-TERM", 143) };
        let tiny = Tiny::new(VERSIONS[0]);
        tiny.run_well();
        tiny.change(VERSIONS[1]);
        let run = child::command(&tiny.command()).spawn().unwrap();
        std::thread::sleep(longest.mul_f64(random.random_range(0.0..1.0)));
        interrupt(run.id(), signal);
        let (status, told) = child::end(run);
        let seen = newest(&tiny.marts());
        match status.code() {
            // It was done before the signal came.
            Some(0) => assert_eq!(seen, published[1]),
            Some(code) => {
                assert_eq!(code, expected, "{told}");
                assert!(told.contains("interrupted") && !told.contains("panicked"), "{told}");
                assert!(seen == published[0] || seen == published[1]);
                interrupted += 1;
            }
            // The signal came before the process could listen.
            None => assert_eq!(seen, published[0]),
        }
        assert_eq!(temporaries(&tiny.marts()), Vec::<String>::new(), "{told}");
        tiny.run_well();
        assert_eq!(newest(&tiny.marts()), published[1]);
        assert!(commits(&tiny.marts()).len() == 2);
    }
    assert!(interrupted > 0, "no signal came in the middle of a run");
}

/// On a real disk, in the middle of much work: the first signals come before anything is published, and each run goes on where one was stopped.
#[test]
fn a_long_run_is_interrupted_again_and_again() {
    let packaged = Packaged::new();
    let out = packaged.root().join("out");
    for milliseconds in [150, 300, 500, 700] {
        let run = packaged.command(&[]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        interrupt(run.id(), "-INT");
        let asked = Instant::now();
        let (status, told) = child::end(run);
        assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to stop", asked.elapsed());
        // No code: the signal came before the process could listen.
        assert!(matches!(status.code(), Some(130) | Some(0) | None), "{status}: {told}");
        assert!(!told.contains("panicked"), "{told}");
        assert_eq!(temporaries(&out), Vec::<String>::new(), "{told}");
    }
    let (status, told) = child::end(packaged.command(&[]).spawn().unwrap());
    assert!(status.success(), "{told}");
    assert_eq!(latest(&out.join("nightly")).len(), newest(&out.join("nightly")).len());
}
