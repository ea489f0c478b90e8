//! The smallest project with all that matters: one CSV source, a staging table, a cleaning table, three marts made from it, one of them in parts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use url::Url;

const PIPELINE: &str = r#"
description: Readings of meters, summed by day and by meter.
time_zone: UTC
params:
  as_of: {type: date, default: 2026-03-31}
stores:
  raw: ${TINY_RAW:-raw}
  work: ${TINY_WORK:-out/work}
  marts: ${TINY_MARTS:-out/marts}
sources:
  readings:
    location: "*.csv"
    format: csv
    max_rejects: 10
    columns:
      reading_id: {type: text}
      meter: {type: text}
      day: {type: date}
      amount: {type: bigint}
      note: {type: text?}
publish: [marts.*]
limits: {threads: 1, memory: 256MiB}
"#;

/// By path under `sql/`.
const SQL: [(&str, &str); 11] = [
    ("layers.yaml", "layers: [staging, facts, marts]\n"),
    ("staging/readings.sql", "select reading_id, meter, day, amount, note from raw.readings\n"),
    (
        "staging/readings.yaml",
        r#"description: Readings as the meters sent them. One row per reading.
columns:
  reading_id: {type: text, meaning: its key}
  meter: {type: text, meaning: who sent it}
  day: {type: date, meaning: when}
  amount: {type: bigint, meaning: what was measured}
  note: {type: text?, meaning: free text}
unique: [reading_id]
"#,
    ),
    (
        "facts/readings.sql",
        "select reading_id, meter, day, amount, case when amount < 0 then 'negative' end as drop_reason from staging.readings\n",
    ),
    (
        "facts/readings.yaml",
        r#"description: Readings that can be true. One row per reading.
columns:
  reading_id: {type: text, meaning: its key}
  meter: {type: text, meaning: who sent it}
  day: {type: date, meaning: when}
  amount: {type: bigint, meaning: what was measured}
unique: [reading_id]
"#,
    ),
    ("marts/days.sql", "select day, count(*) as readings, sum(amount) as amount from facts.readings group by day\n"),
    (
        "marts/days.yaml",
        r#"description: What was measured in a day. One row per day.
columns:
  day: {type: date, meaning: when}
  readings: {type: bigint, meaning: how many}
  amount: {type: bigint, meaning: sum of them}
unique: [day]
sort_by: [day]
checks:
  - not_null: [amount]
"#,
    ),
    (
        "marts/meter_days.sql",
        "select replace(meter, ' ', '-') as meter, day, count(*) as readings, sum(amount) as amount from facts.readings group by meter, day\n",
    ),
    (
        "marts/meter_days.yaml",
        r#"description: What a meter measured in a day. One row per day and meter.
columns:
  meter: {type: text, meaning: who sent it}
  day: {type: date, meaning: when}
  readings: {type: bigint, meaning: how many}
  amount: {type: bigint, meaning: sum of them}
unique: [meter, day]
sort_by: [meter, day]
partition_by: [meter]
checks:
  - not_null: [amount]
"#,
    ),
    ("marts/meters.sql", "select meter, count(*) as readings, sum(amount) as amount from facts.readings group by meter\n"),
    (
        "marts/meters.yaml",
        r#"description: What a meter measured. One row per meter.
columns:
  meter: {type: text, meaning: who sent it}
  readings: {type: bigint, meaning: how many}
  amount: {type: bigint, meaning: sum of them}
unique: [meter]
sort_by: [meter]
checks:
  - not_null: [amount]
  - reconciles: {measure: sum(amount), with: facts.readings, with_measure: sum(amount)}
"#,
    ),
];

/// The project in a folder of its own.
pub struct Tiny {
    folder: TempDir,
}

impl Tiny {
    /// With the readings of version `version`.
    pub fn new(version: i64) -> Tiny {
        let tiny = Tiny { folder: fast_folder() };
        tiny.write("pipelines/tiny.yaml", PIPELINE);
        for (path, text) in SQL {
            tiny.write(&format!("sql/{path}"), text);
        }
        tiny.change(version);
        tiny
    }

    /// Replaces the input. The amounts of version `v` sum up to [`amount`]`(v)`.
    pub fn change(&self, version: i64) {
        // A new file renamed into place, so that the change is seen however coarse the disk's clock is.
        self.write("new.csv", readings(version));
        std::fs::create_dir_all(self.root().join("raw")).unwrap();
        std::fs::rename(self.root().join("new.csv"), self.root().join("raw/readings.csv")).unwrap();
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The URL under which all its stores lie.
    pub fn url(&self) -> String {
        Url::from_directory_path(self.root().canonicalize().unwrap()).unwrap().into()
    }

    pub fn marts(&self) -> PathBuf {
        self.root().join("out/marts")
    }

    pub fn command(&self) -> Vec<String> {
        ["sluice", "run", self.root().join("pipelines/tiny.yaml").to_str().unwrap()].map(str::to_string).to_vec()
    }

    /// Runs it in this process: the exit code and all it said.
    pub fn run(&self) -> (i32, String) {
        let mut told = Vec::new();
        let code = crate::cli::run(self.command(), &mut std::io::sink(), &mut told);
        (code, String::from_utf8(told).unwrap())
    }

    #[track_caller]
    pub fn run_well(&self) {
        let (code, told) = self.run();
        assert_eq!(code, 0, "{told}");
    }
}

/// 40 readings of 4 meters over 10 days, one of them negative.
fn readings(version: i64) -> String {
    let mut text = String::from("reading_id,meter,day,amount,note\n");
    for row in 0..40 {
        let amount = if row == 39 { -1 } else { version * 100 + row };
        writeln!(text, "r{row},meter {},2026-03-{:02},{amount},", row % 4, 1 + row % 10).unwrap();
    }
    text
}

/// The sum over rows 0..=38 of `version * 100 + row`.
pub fn amount(version: i64) -> i64 {
    39 * version * 100 + 39 * 38 / 2
}

/// Where syncing costs nothing, if the machine has such a place.
pub fn fast_folder() -> TempDir {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { TempDir::new_in(shared).unwrap() } else { TempDir::new().unwrap() }
}
