//! Columns from the path of the object.

use super::*;
use crate::error::Kind;
use ::arrow::array::{ArrayRef, Int64Array};
use ::parquet::arrow::ArrowWriter;

/// The declared columns, of which the last come from folders.
fn from_folders(mut source: Source, columns: &[(&str, &str, &str)]) -> Source {
    let column = |(name, ty, folder): &(&str, &str, &str)| SourceColumn { from: Origin::Folder((*folder).into()), ..declared((name, ty)) };
    source.columns.extend(columns.iter().map(column));
    source
}

fn load_at(object: &str, bytes: impl Into<Vec<u8>>, source: &Source) -> Result<Loaded> {
    let (store, path) = (object_store::memory::InMemory::new(), Path::from("object"));
    let loaded = runtime().block_on(async {
        store.put(&path, bytes.into().into()).await.unwrap();
        read_object(&store, &path, object, source, &SMALL, Collect::default()).await
    });
    loaded.map(super::loaded)
}

#[track_caller]
fn check(object: &str, bytes: impl Into<Vec<u8>>, source: &Source, rows: &[&str]) {
    assert_eq!(load_at(object, bytes, source).unwrap().rows, rows, "{object}");
}

#[track_caller]
fn check_error(object: &str, source: &Source, sentence: &str) {
    let error = load_at(object, "a\n1\n", source).unwrap_err();
    assert_eq!((error.kind, error.sentence.as_str()), (Kind::Check, sentence), "{object}");
}

fn parquet_file() -> Vec<u8> {
    let batch = RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn every_format() {
    let object = "visits/dt=2026-03-01/shop=7/part-0";
    let folders = [("day", "date", "dt"), ("shop", "bigint", "shop")];
    let csv = from_folders(source("a bigint"), &folders);
    check(object, "a\n1\n2\n3\n", &csv, &["2: 1|2026-03-01|7", "3: 2|2026-03-01|7", "4: 3|2026-03-01|7"]);
    let headless = csv_with(csv.clone(), |csv| csv.header = false);
    check(object, "1\n2\n", &headless, &["1: 1|2026-03-01|7", "2: 2|2026-03-01|7"]);
    let json = Json { records: JsonRecords::Lines, encoding: encoding_rs::UTF_8.into(), compression: Compression::Detect };
    let lines = with(csv.clone(), |source| source.format = Format::Json(json));
    check(object, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}", &lines, &["1: 1|2026-03-01|7", "2: 2|2026-03-01|7", "3: 3|2026-03-01|7"]);
    let parquet = with(csv, |source| source.format = Format::Parquet);
    check(object, parquet_file(), &parquet, &["1: 1|2026-03-01|7", "2: 2|2026-03-01|7", "3: 3|2026-03-01|7"]);
    // A rejected row takes its value with it.
    let between = from_folders(source("a bigint"), &[("day", "date", "dt")]);
    let loaded = load_at(object, "a\n1\nx\n3\n", &between).unwrap();
    assert_eq!(
        (loaded.rows, loaded.rejects),
        (vec!["2: 1|2026-03-01".into(), "4: 3|2026-03-01".into()], vec!["3: a: not a bigint".into()])
    );
    assert_eq!(loaded.summary.header, ["a"]);
}

#[test]
fn values() {
    let of = |ty: &str| from_folders(source("a bigint"), &[("v", ty, "v")]);
    check("v=New%20York%2FUSA/x", "a\n1\n", &of("text"), &["2: 1|New York/USA"]);
    check("v=a=b/x", "a\n1\n", &of("text"), &["2: 1|a=b"]);
    check("v=中文/x", "a\n1\n", &of("text"), &["2: 1|中文"]);
    check("v=2026-01-01 10%3A30%3A00/x", "a\n1\n", &of("timestamp"), &["2: 1|2026-01-01T10:30:00Z"]);
    check("v=__HIVE_DEFAULT_PARTITION__/x", "a\n1\n", &of("date"), &["2: 1|~"]);
    check("v=/x", "a\n1\n", &of("text"), &["2: 1|~"]);
    let formatted = with(of("date"), |source| source.columns[1].formats = vec!["%Y%m%d".into()]);
    check("v=20260301/x", "a\n1\n", &formatted, &["2: 1|2026-03-01"]);
    let optional = with(of("bigint"), |source| source.columns[1].optional = true);
    check("x", "a\n1\n", &optional, &["2: 1|~"]);
    check("v=3/x", "a\n1\n", &optional, &["2: 1|3"]);
}

#[test]
fn faults_name_the_object() {
    let of = |ty: &str| from_folders(source("a bigint"), &[("day", ty, "dt")]);
    check_error("b/x.csv", &of("date"), "`b/x.csv` lies in no folder `dt=...`, from which column `day` comes");
    // The file itself is no folder, and a longer name is another.
    check_error("b/dt=2026-03-01", &of("date"), "`b/dt=2026-03-01` lies in no folder `dt=...`, from which column `day` comes");
    check_error("mydt=1/x", &of("bigint"), "`mydt=1/x` lies in no folder `dt=...`, from which column `day` comes");
    check_error("dt=1/dt=2/x", &of("bigint"), "`dt=1/dt=2/x` lies in several folders `dt=...`");
    check_error("dt=soon/x", &of("date"), "the folder `dt=...` of `dt=soon/x` does not fit column `day`: not a date");
    check_error("dt=%FF/x", &of("text"), "the folder `dt=...` of `dt=%FF/x` is not UTF-8 once percent-decoded");
    let required = with(of("date"), |source| source.columns[1].nullable = false);
    let null = "dt=__HIVE_DEFAULT_PARTITION__/x";
    check_error(null, &required, &format!("the folder `dt=...` of `{null}` does not fit column `day`: null in required column"));
    // A column of the file with the same name is another column, and drift as any.
    let error = load_at("dt=2026-03-01/x", "a,dt\n1,2\n", &of("date")).unwrap_err();
    assert!(error.sentence.ends_with("undeclared: `dt`"), "{error}");
}
