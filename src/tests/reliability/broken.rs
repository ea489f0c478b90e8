//! Broken input, end to end: the other rows load, the bad ones are rejects with their true lines, and every row is accounted for.

use super::shown::{commits, sum};
use super::tiny::Tiny;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::path::Path;

/// Nine records in 14 lines, four of them broken; no newline at the end.
const BROKEN: &[u8] = b"reading_id,meter,day,amount,note
r0,m,2026-03-01,1,plain
r1,m,2026-03-01,2,\"a note
over three
lines\"
r2,m,2026-03-02
r3,m,2026-02-30,8,secret of r3
r4,m,2026-03-02,16,\"two
lines\"
r5,m,2026-03-03,32,secret of r5 \xFF
r6,m,2026-03-03,64,\"secret of r6
r7,m,2026-03-04,128,\"fine
again\"
r8,m,2026-03-05,256,end";

const REJECTS: &str = "select source, file, line, column_name, reason from ledger.rejects\n";
const REJECTS_CONTRACT: &str = "description: Rows that could not be read. One row per source, file and line.
columns:
  source: {type: text, meaning: source}
  file: {type: text, meaning: raw object}
  line: {type: bigint, meaning: its line}
  column_name: {type: text?, meaning: column that does not fit}
  reason: {type: text, meaning: what is wrong}
unique: [source, file, line]
sort_by: [source, file, line]
";
const LINES: &str = "select _file, _line, reading_id from staging.readings\n";
const LINES_CONTRACT: &str = "description: Where a reading stands. One row per reading.
columns:
  _file: {type: text, meaning: raw object}
  _line: {type: bigint, meaning: its line}
  reading_id: {type: text, meaning: its key}
unique: [reading_id]
sort_by: [reading_id]
";

/// The rows of a Parquet file as text, `-` for null.
fn rows(path: &Path) -> Vec<String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap().build().unwrap();
    let batches: Vec<_> = reader.map(|batch| batch.unwrap()).collect();
    let cell = |column: &dyn Array, row: usize| match column.as_primitive_opt::<Int64Type>() {
        _ if column.is_null(row) => "-".to_string(),
        Some(integers) => integers.value(row).to_string(),
        None => column.as_string::<i32>().value(row).to_string(),
    };
    let line =
        |batch: &arrow::array::RecordBatch, row| batch.columns().iter().map(|column| cell(column, row)).collect::<Vec<_>>().join("|");
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| line(batch, row))).collect()
}

#[test]
fn broken_rows_are_rejects_and_the_others_load() {
    let tiny = Tiny::new(1);
    tiny.write("raw/readings.csv", BROKEN);
    tiny.write("sql/staging/readings.sql", "select reading_id, meter, day, amount, note, _file, _line from raw.readings\n");
    let contract = std::fs::read_to_string(tiny.root().join("sql/staging/readings.yaml")).unwrap();
    let places = "  _file: {type: text, meaning: raw object}\n  _line: {type: bigint, meaning: its line}\nunique:";
    tiny.write("sql/staging/readings.yaml", contract.replace("unique:", places));
    for (path, text) in [("rejects.sql", REJECTS), ("rejects.yaml", REJECTS_CONTRACT), ("lines.sql", LINES), ("lines.yaml", LINES_CONTRACT)]
    {
        tiny.write(&format!("sql/marts/{path}"), text);
    }
    let (code, told) = tiny.run();
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("9 rows read = 5 staged + 4 rejects"), "{told}");
    assert!(!told.contains("secret"), "{told}");

    let mart = |name: &str| tiny.marts().join("latest").join(name).with_extension("parquet");
    assert_eq!(
        rows(&mart("lines")),
        ["readings.csv|2|r0", "readings.csv|3|r1", "readings.csv|8|r4", "readings.csv|12|r7", "readings.csv|14|r8"]
    );
    assert_eq!(
        rows(&mart("rejects")),
        [
            "readings|readings.csv|6|-|too few fields: 3 of 5",
            "readings|readings.csv|7|day|not a date",
            "readings|readings.csv|10|-|invalid UTF-8",
            "readings|readings.csv|11|-|text after a closing quote",
        ]
    );
    assert_eq!(sum(&mart("days"), "amount"), 1 + 2 + 16 + 128 + 256);

    let commit = commits(&tiny.marts()).pop().unwrap();
    let account = |table: &str| {
        let account = commit.accounts.iter().find(|account| account.table == table).unwrap();
        (account.rows_in, account.rows_out, account.rejects)
    };
    assert_eq!(account("raw.readings"), (Some(9), 5, 4));
    assert_eq!(account("staging.readings"), (Some(5), 5, 0));
    assert_eq!(account("facts.readings"), (Some(5), 5, 0));
}

/// More than `max_rejects` (10): nothing is published, and the message names places, never contents.
#[test]
fn too_many_rejects_publish_nothing() {
    let tiny = Tiny::new(1);
    let bad: String = (0..11).map(|row| format!("b{row},m,secret,1,\n")).collect();
    tiny.write("raw/more.csv", format!("reading_id,meter,day,amount,note\n{bad}"));
    let (code, told) = tiny.run();
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("11 of 51 rows of source `readings` are rejects"), "{told}");
    assert!(told.contains("more.csv:2 (not a date)"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    assert!(commits(&tiny.marts()).is_empty() && !tiny.marts().join("latest").exists());
}
