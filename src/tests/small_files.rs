//! A source of a few thousand small files in dated folders: every row keeps its file, line and day, and what a file costs is told.

use super::Case;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

const FILES: usize = 2_000;
const PIPELINE: &str = "pipelines/small.yaml";

/// Each file has three rows, the second over two lines; of every hundredth the last does not fit.
fn project() -> Case {
    let case = Case::of(&[
        (
            PIPELINE,
            "description: Readings in many files.
time_zone: UTC
params:
  as_of: {type: date, default: 2026-03-31}
stores: {raw: raw, work: out/work, marts: out/marts}
sources:
  readings:
    location: readings/**/*.csv
    format: csv
    max_rejects: 1%
    on_missing: drop
    columns:
      reading_id: {type: text}
      amount: {type: bigint}
      note: {type: text?}
      day: {type: date, path: dt}
publish: [marts.*]
",
        ),
        ("sql/layers.yaml", "layers: [staging, marts]\n"),
        ("sql/staging/readings.sql", "select reading_id, amount, day, _file, _line from raw.readings\n"),
        (
            "sql/staging/readings.yaml",
            "description: Readings. One row per reading.
columns:
  reading_id: {type: text, meaning: its key}
  amount: {type: bigint, meaning: what was measured}
  day: {type: date, meaning: of the folder}
  _file: {type: text, meaning: where it stands}
  _line: {type: bigint, meaning: where in it}
unique: [reading_id]
",
        ),
        (
            "sql/marts/files.sql",
            "select _file as file, max(day) as day, count(*) as readings, sum(amount) as amount, sum(_line) as lines from staging.readings group by _file\n",
        ),
        (
            "sql/marts/files.yaml",
            "description: What stands in a file. One row per file.
columns:
  file: {type: text, meaning: its path}
  day: {type: date, meaning: of its folder}
  readings: {type: bigint, meaning: how many}
  amount: {type: bigint, meaning: sum of them}
  lines: {type: bigint, meaning: sum of their lines}
unique: [file]
sort_by: [file]
checks:
  - not_null: [day, amount, lines]
",
        ),
    ]);
    for number in 0..FILES {
        case.write(&format!("raw/{}", path(number)), &content(number));
    }
    case
}

fn day(number: usize) -> String {
    format!("2026-03-{:02}", 1 + number % 28)
}

fn path(number: usize) -> String {
    format!("readings/dt={}/part-{number:05}.csv", day(number))
}

fn is_broken(number: usize) -> bool {
    number.is_multiple_of(100)
}

fn content(number: usize) -> String {
    let mut text = String::from("reading_id,amount,note\n");
    writeln!(text, "{number}a,{number},").unwrap();
    writeln!(text, "{number}b,{},\"two\nlines\"", number + 1).unwrap();
    let last = if is_broken(number) { "many".to_string() } else { (number + 2).to_string() };
    writeln!(text, "{number}c,{last},").unwrap();
    text
}

/// The rows of a file stand on lines 2, 3 and 5.
fn expected(number: usize, file: String, day: String) -> [String; 5] {
    let (readings, amount, lines) = if is_broken(number) { (2, 2 * number + 1, 5) } else { (3, 3 * number + 3, 10) };
    [file, day, readings.to_string(), amount.to_string(), lines.to_string()]
}

#[track_caller]
fn check(case: &Case, mut expected: Vec<[String; 5]>) {
    expected.sort();
    let rows = case.published("out/marts/latest/files.parquet");
    let rows: Vec<[String; 5]> =
        rows.iter().map(|row| ["file", "day", "readings", "amount", "lines"].map(|name| row[name].clone())).collect();
    assert_eq!(rows, expected);
}

#[test]
fn thousands_of_small_files() {
    let case = project();
    let started = Instant::now();
    let told = case.done(&["run", PIPELINE]);
    let first = started.elapsed();
    // 20 of 2,000 files have a row that does not fit.
    assert!(told.err.contains("6000 rows read = 5980 staged + 20 rejects"), "{}", told.err);
    let mut all: Vec<[String; 5]> = (0..FILES).map(|number| expected(number, path(number), day(number))).collect();
    check(&case, all.clone());

    let started = Instant::now();
    let told = case.done(&["run", PIPELINE]);
    let again = started.elapsed();
    assert!(told.err.contains("nothing changed"), "{}", told.err);

    // The same bytes in another folder are of another day.
    fs::rename(case.path(&format!("raw/{}", path(7))), case.path("raw/readings/dt=2026-03-28/part-00007.csv")).unwrap();
    case.done(&["run", PIPELINE]);
    all[7] = expected(7, "readings/dt=2026-03-28/part-00007.csv".into(), "2026-03-28".into());
    check(&case, all);

    let each = |time: std::time::Duration| time.as_secs_f64() * 1e3 / FILES as f64;
    let figures = format!(
        "{FILES} files: first run {:.2} s ({:.2} ms a file), unchanged {:.2} s ({:.2} ms a file)\n",
        first.as_secs_f64(),
        each(first),
        again.as_secs_f64(),
        each(again)
    );
    std::io::Write::write_all(&mut std::io::stdout().lock(), figures.as_bytes()).unwrap();
}
