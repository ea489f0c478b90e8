//! Parquet objects: by name, typed, nothing lost unseen, hostile files refused.

use super::*;
use ::arrow::array::*;
use ::arrow::datatypes::{Field, Float32Type, Int32Type};
use ::parquet::arrow::ArrowWriter;

fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn parquet(columns: &str) -> Source {
    with(source(columns), |source| source.format = Format::Parquet)
}

/// One column `v` from `array` to the declared type.
fn check(source: &Source, array: impl Array + 'static, rows: &[&str], rejects: &[&str]) {
    let loaded = load(file(vec![("v", Arc::new(array))]), source, SMALL).unwrap();
    let rows: Vec<String> = rows.iter().map(|row| row.to_string()).collect();
    assert_eq!((loaded.rows, loaded.rejects), (rows, rejects.iter().map(|reject| reject.to_string()).collect()));
}

#[test]
fn columns_by_name() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("b", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("extra", Arc::new(Int64Array::from(vec![0, 0, 0]))),
        ("a", Arc::new(StringArray::from(vec!["x", "y", "z"]))),
    ];
    let ab = with(parquet("a text, c text, b bigint"), |source| {
        source.columns[1].optional = true;
        source.extra_columns = ExtraColumns::Ignore;
    });
    let loaded = load(file(columns.clone()), &ab, SMALL).unwrap();
    assert_eq!(loaded.rows, ["1: x|~|1", "2: y|~|2", "3: z|~|3"]);
    assert_eq!(loaded.summary.header, ["b", "extra", "a"]);
    let error = load(file(columns), &parquet("a text, bb bigint"), SMALL).unwrap_err();
    assert!(error.sentence.ends_with("missing: `bb`; undeclared: `b`, `extra`"), "{error}");
}

#[test]
fn numbers() {
    check(&parquet("v bigint"), Int32Array::from(vec![Some(1), None]), &["1: 1", "2: ~"], &[]);
    check(&parquet("v bigint"), Float64Array::from(vec![1.0, 2.5, f64::NAN]), &["1: 1"], &["2: v: not a bigint", "3: v: not a bigint"]);
    check(&parquet("v bigint"), UInt64Array::from(vec![1, u64::MAX]), &["1: 1"], &["2: v: not a bigint"]);
    check(&parquet("v double"), Float64Array::from(vec![0.1, f64::INFINITY]), &["1: 0.1"], &["2: v: not a double"]);
    check(&parquet("v double"), Int64Array::from(vec![1, (1 << 53) + 1]), &["1: 1.0"], &["2: v: not a double"]);
    check(&parquet("v double"), PrimitiveArray::<Float32Type>::from(vec![0.5]), &["1: 0.5"], &[]);
    let money = Float64Array::from(vec![58.9, 0.1 + 0.2]);
    check(&parquet("v decimal(18,4)"), money.clone(), &["1: 58.9000"], &["2: v: not a decimal(18,4)"]);
    let rounding = with(parquet("v decimal(18,4)"), |source| source.columns[0].number.round = true);
    check(&rounding, money, &["1: 58.9000", "2: 0.3000"], &[]);
    let cents = Decimal128Array::from(vec![12345, 10]).with_precision_and_scale(10, 3).unwrap();
    check(&parquet("v decimal(18,2)"), cents, &["2: 0.01"], &["1: v: not a decimal(18,2)"]);
    let required = with(parquet("v bigint"), |source| source.columns[0].nullable = false);
    check(&required, Int32Array::from(vec![Some(1), None]), &["1: 1"], &["2: v: null in required column"]);
}

#[test]
fn texts() {
    let words = with(parquet("v decimal(18,2)"), |source| source.null_words = vec!["NA".into()]);
    check(&words, StringArray::from(vec!["1.5", "NA", "x"]), &["1: 1.50", "2: ~"], &["3: v: not a decimal(18,2)"]);
    check(&parquet("v text"), LargeStringArray::from(vec!["é", ""]), &["1: é", "2: ~"], &[]);
    check(&parquet("v text"), DictionaryArray::<Int32Type>::from_iter(["x", "y", "x"]), &["1: x", "2: y", "3: x"], &[]);
    check(&parquet("v text"), BinaryArray::from(vec![&b"ok"[..], b"\xFF"]), &["1: ok"], &["2: v: not a text"]);
    check(&parquet("v text"), Int64Array::from(vec![7]), &["1: 7"], &[]);
    check(&parquet("v boolean"), BooleanArray::from(vec![true, false]), &["1: true", "2: false"], &[]);
}

#[test]
fn dates_and_times() {
    check(&parquet("v date"), Date32Array::from(vec![0, 18321]), &["1: 1970-01-01", "2: 2020-02-29"], &[]);
    let noon = TimestampMillisecondArray::from(vec![1_625_313_600_000]);
    check(&parquet("v timestamp"), noon.clone().with_timezone("+08:00"), &["1: 2021-07-03T12:00:00Z"], &[]);
    let madrid = with(parquet("v timestamp"), |source| source.time_zone = chrono_tz::Europe::Madrid);
    check(&madrid, noon, &["1: 2021-07-03T10:00:00Z"], &[]);
    // 2021-10-31 02:30, twice in Madrid.
    let twice = TimestampMicrosecondArray::from(vec![1_635_647_400_000_000]);
    check(&madrid, twice, &[], &["1: v: ambiguous local time in Europe/Madrid"]);
    let epoch = with(parquet("v timestamp"), |source| source.columns[0].formats = vec!["epoch_s".into()]);
    check(&epoch, Int64Array::from(vec![1_493_622_000]), &["1: 2017-05-01T07:00:00Z"], &[]);
}

#[test]
fn types_that_do_not_fit_are_told() {
    let check = |array: ArrayRef, ty: &str, expected: &str| {
        let error = load(file(vec![("v", array)]), &parquet(&format!("v {ty}")), SMALL).unwrap_err();
        assert_eq!(error.sentence, expected);
    };
    check(Arc::new(Date32Array::from(vec![0])), "timestamp", "column `v` of `object` is Date32 and cannot be read as timestamp");
    check(Arc::new(Int64Array::from(vec![0])), "date", "column `v` of `object` is Int64 and cannot be read as date");
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    check(Arc::new(list), "text", "column `v` of `object` is List(Int32) and cannot be read as text");
}

#[test]
fn damaged_files_are_errors() {
    let whole = file(vec![("v", Arc::new(Int64Array::from_iter_values(0..1000)))]);
    let schema = parquet("v bigint");
    assert_eq!(load(whole.clone(), &schema, SMALL).unwrap().summary.rows_staged, 1000);
    for end in [0, 3, 100, whole.len() - 1] {
        assert_eq!(load(&whole[..end], &schema, SMALL).unwrap_err().kind, crate::error::Kind::Check, "cut at {end}");
    }
    // Any byte turned around: rows that are read are counted, or the file is refused; the process lives.
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        if let Err(error) = load(bytes, &schema, SMALL) {
            assert_eq!(error.kind, crate::error::Kind::Check, "byte {at}: {error}");
        }
    }
}

#[test]
fn a_local_file_is_read_in_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.parquet"), file(vec![("v", Arc::new(Int64Array::from(vec![7])))])).unwrap();
    std::fs::write(folder.path().join("x.csv"), "v\n7\n").unwrap();
    let store = object_store::local::LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    for (name, source) in [("x.parquet", parquet("v bigint")), ("x.csv", source("v bigint"))] {
        let path = Path::from(name);
        let read = read_object(&store, &path, name, &source, &SMALL, Collect::default());
        let loaded = loaded(runtime().block_on(read).unwrap());
        assert_eq!(loaded.summary.rows_staged, 1);
        assert_eq!(loaded.summary.bytes, std::fs::metadata(folder.path().join(name)).unwrap().len());
    }
    let error =
        runtime().block_on(read_object(&store, &Path::from("no"), "no", &source("v text"), &SMALL, Collect::default())).err().unwrap();
    assert_eq!(error.kind, crate::error::Kind::Retry);
}

#[test]
fn schemas_say_what_is_delivered() {
    let schema = rows_schema(&with(source("a bigint, b text"), |source| source.columns[0].nullable = false));
    assert_eq!(schema.fields()[0].as_ref(), &Field::new("a", ::arrow::datatypes::DataType::Int64, false));
    assert_eq!(schema.fields()[2].as_ref(), &Field::new("_line", ::arrow::datatypes::DataType::Int64, false));
}
