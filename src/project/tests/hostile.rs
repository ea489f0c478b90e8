//! Files meant to break a reader: each is refused within a second, with a sentence, as any kind of file.

use super::rich::{CONTRACT, PIPELINE, UNION};
use super::{RATES, check, now, pipeline, project, rendered};
use crate::project::compile::{self, Order, Shared, Surroundings};
use crate::project::grammar::contract;
use crate::project::text::TextFile;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// File -> the sentence that refuses it as a contract.
const HOSTILE: [(&str, &str); 14] = [
    ("abs_path_mart.yaml", "unknown key `mart`"),
    ("binary_garbage.yaml", "is not UTF-8"),
    ("crlf.yaml", "unknown key `b`"),
    ("deep_block_600.yaml", "not valid YAML"),
    ("duplicate_keys.yaml", "the key `source` is given twice"),
    ("env_interp.yaml", "unknown key `secret`"),
    ("merge_key_bomb.yaml", "aliases (`*...`) are not allowed"),
    ("nul_in_string.yaml", "the character U+0000 is not shown by editors"),
    ("path_traversal.yaml", "unknown key `mart`"),
    ("quadratic_blowup.yaml", "a line of YAML may have 16384"),
    ("self_reference.yaml", "anchors (`&...`) are not allowed"),
    ("two_documents.yaml", "a second document starts here"),
    ("unicode_keys.yaml", "the character U+202E is not shown by editors"),
    ("very_long_key.yaml", "a line of YAML may have 16384"),
];

fn shared() -> Option<PathBuf> {
    let shared =
        std::env::var_os("SLUICE_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("corpora/hostile/yaml");
    folder.is_dir().then_some(folder)
}

#[test]
fn hostile_files_are_refused() {
    let Some(folder) = shared() else {
        // The corpus lies beside the repository, not in it; the cases below have its kinds.
        writeln!(std::io::stderr(), "skipped: no corpora/hostile/yaml in $SLUICE_SHARED or ../shared").unwrap();
        return;
    };
    for (name, sentence) in HOSTILE {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let (home, _) = project(&[]);
        std::fs::write(home.path().join("sql/marts/rates.yaml"), &bytes).unwrap();
        let start = Instant::now();
        let told = rendered(crate::project::Project::load(home.path()));
        assert!(start.elapsed() < Duration::from_secs(1), "{name} took {:?}", start.elapsed());
        assert!(told.contains(sentence), "{name}: {told}");
        assert!(told.len() < 200_000, "{name} is told in {} bytes", told.len());
        if let Ok(text) = String::from_utf8(bytes) {
            let (_home, pipeline) = pipeline(&text, &[], &[("HOME", "hunter2"), ("AWS_SECRET_ACCESS_KEY", "hunter2")]);
            let told = rendered(pipeline);
            assert!(told.starts_with("error: ") && !told.contains("hunter2"), "{name}: {told}");
        }
    }
}

#[test]
fn yaml_beyond_plain_data_is_refused() {
    check(
        &[(
            "sql/marts/rates.yaml",
            &format!(
                "{RATES}from: &a {{staging.visits: [day], staging.visits: [day]}}\nexamples: *a\nchecks: !!seq []\nbreaking: *b\n? [x]\n: 1\n"
            ),
        )],
        "
error: anchors (`&...`) are not allowed; write the value where it is needed
 --> sql/marts/rates.yaml:7:7
  |
7 | from: &a {staging.visits: [day], staging.visits: [day]}
  |       ^^

error: the table `staging.visits` has no column `day`
 --> sql/marts/rates.yaml:7:28
  |
7 | from: &a {staging.visits: [day], staging.visits: [day]}
  |                            ^^^

error: the key `staging.visits` is given twice
 --> sql/marts/rates.yaml:7:34
  |
7 | from: &a {staging.visits: [day], staging.visits: [day]}
  |                                  ^^^^^^^^^^^^^^
  |
  = help: it is given in line 7 already

error: aliases (`*...`) are not allowed; write the value again
 --> sql/marts/rates.yaml:8:11
  |
8 | examples: *a
  |           ^^

error: tags (`!...`) are not allowed; write the plain value
 --> sql/marts/rates.yaml:9:9
  |
9 | checks: !!seq []
  |         ^^^^^

error: aliases (`*...`) are not allowed; write the value again
  --> sql/marts/rates.yaml:10:11
   |
10 | breaking: *b
   |           ^^

error: a key is a word
  --> sql/marts/rates.yaml:11:3
   |
11 | ? [x]
   |   ^^^
",
    );
}

#[test]
fn yaml_that_cannot_be_parsed_is_told_where() {
    check(
        &[
            ("sql/marts/rates.yaml", "description: a: b\n"),
            ("sql/staging/visits.yaml", "# nothing\n"),
            ("sql/layers.yaml", "[staging, marts]\n"),
        ],
        "
error: the order of folders is not a mapping of keys
 --> sql/layers.yaml:1:1
  |
1 | [staging, marts]
  | ^

error: not valid YAML: mapping values are not allowed in this context
 --> sql/marts/rates.yaml:1:15
  |
1 | description: a: b
  |               ^

error: the contract of staging.visits is empty
 --> sql/staging/visits.yaml:1:1
  |
1 | # nothing
  | ^
",
    );
}

#[test]
fn a_thousand_faults_are_not_told_one_by_one() {
    let yaml: String = (0..1000).map(|number| format!("x{number}: 1\n")).collect();
    let (_home, result) = project(&[("sql/marts/rates.yaml", &yaml)]);
    let faults = result.unwrap_err();
    assert_eq!(faults.0.len(), 100);
    assert_eq!(faults.0[99].sentence, "`sql/marts/rates.yaml` has more faults than the 99 told");
}

proptest! {
    /// A right file with a piece cut out and another put in: whatever comes of it, no panic, and places that can be drawn.
    #[test]
    fn a_file_cut_and_pasted_is_told_or_taken(which in 0..3usize, cut in 0.0..1.0f64, length in 0..40usize, paste in "[a-z0-9:{},\\[\\]\"'$|>#&*!?@%. \n\t名\u{202e}\u{0}-]{0,8}") {
        let text = [CONTRACT, UNION, PIPELINE][which];
        let start = text.floor_char_boundary((cut * text.len() as f64) as usize);
        let end = text.ceil_char_boundary((start + length).min(text.len()));
        let changed = format!("{}{paste}{}", &text[..start], &text[end..]);
        let file = TextFile::new("x.yaml", changed.into_bytes()).unwrap();
        let shared = Shared::none();
        let around = Surroundings { root: Path::new("/project"), overrides: &[], environment: &|_| None, now: now(), shared: &shared };
        let faults = match which {
            0 => compile::contract(&file, &contract::CONTRACT, "a.b", Order::Mandatory, &BTreeMap::new()).faults,
            1 => compile::contract(&file, &contract::UNION, "a.b", Order::Mandatory, &BTreeMap::new()).faults,
            _ => compile::pipeline(&file, "x", &around).1,
        };
        for fault in &faults {
            prop_assert!(crate::cli::render::render(fault, false).starts_with("error: "));
        }
    }
}
