//! Columns are bound by the exact names of the header; drift is told by name.

use super::*;
use crate::error::Kind;

fn check_rows(source: &Source, text: &str, rows: &[&str]) {
    for options in [SMALL, Options::default()] {
        assert_eq!(load(text, source, options).unwrap().rows, rows);
    }
}

fn check_error(source: &Source, text: &str, expected: &str) {
    let error = load(text, source, SMALL).unwrap_err();
    assert_eq!((error.kind, error.to_string()), (Kind::Check, format!("pipelines/test.yaml:1:1: {expected}")));
}

#[test]
fn order_does_not_matter() {
    check_rows(&source("a text, b bigint"), "b,a\n1,x\n", &["2: x|1"]);
    check_rows(&source("a text, b bigint"), "\"b\",\"a\"\n1,x\n", &["2: x|1"]);
    check_rows(&source("a\"\nb text"), "\"a\"\"\nb\"\nx\n", &["3: x"]);
    let loaded = load("b,a\n1,x\n", &source("a text, b bigint"), SMALL).unwrap();
    assert_eq!(loaded.summary.header, ["b", "a"]);
}

#[test]
fn columns_have_their_own_names() {
    let renamed = with(source("address text, b text"), |source| source.columns[0].from = "收货地址 ".into());
    check_rows(&renamed, "收货地址 ,b\n上海,\n", &["2: 上海|~"]);
    check_error(
        &renamed,
        "收货地址,b\n上海,\n",
        "the header of `object` is not what source `things` declares; missing: `收货地址 `; undeclared: `收货地址` (did you mean `收货地址`?)",
    );
}

#[test]
fn drift_is_told_by_name() {
    let ab = source("alpha text, beta text");
    let drift = "the header of `object` is not what source `things` declares;";
    check_error(&ab, "alpha\n1\n", &format!("{drift} missing: `beta`"));
    check_error(&ab, "alhpa,beta\n1,2\n", &format!("{drift} missing: `alpha`; undeclared: `alhpa` (did you mean `alhpa`?)"));
    check_error(
        &ab,
        "alpha,beta,x,beta\n1,2,3,4\n",
        &format!("{drift} twice in it: `beta` (columns 2, 4); undeclared: `x` (say which column is meant with `position: 2`)"),
    );
    check_error(
        &ab,
        "alpha,beta,gamma,\n1,2,3,4\n",
        &format!("{drift} undeclared: `gamma` (declare them, or set `extra_columns: ignore`)"),
    );
    check_error(
        &ab,
        "\u{feff}\u{feff}alpha,beta\n1,2\n",
        &format!("{drift} missing: `alpha`; undeclared: `\\u{{feff}}alpha` (did you mean `\u{feff}alpha`?)"),
    );
}

/// `name type` at a place of the header.
fn at(position: usize, (name, from, ty): (&str, &str, &str)) -> SourceColumn {
    SourceColumn { from: Origin::Field { name: from.into(), position: Some(position) }, ..declared((name, ty)) }
}

#[test]
fn columns_of_one_name_are_told_apart_by_position() {
    let mut source = source("id bigint");
    source.columns.extend([at(2, ("net", "amount", "bigint")), at(4, ("gross", "amount", "bigint")), at(5, ("note", "", "text"))]);
    check_rows(&source, "id,amount,,amount,\n1,10,,12,x\n", &["2: 1|10|12|x"]);
    let drift = "the header of `object` is not what source `things` declares;";
    check_error(&source, "id,amount,amount,,\n1,10,12,,x\n", &format!("{drift} not at its position: `amount` (declared 4, found 2, 3)"));
    check_error(&source, "id,amount,x,amount\n1,10,,12\n", &format!("{drift} missing: a column without a name; undeclared: `x`"));
    check_error(
        &source,
        "id,amount,amount,amount,\n1,10,11,12,x\n",
        &format!("{drift} undeclared: `amount` (declare them, or set `extra_columns: ignore`)"),
    );
    source.columns[3].optional = true;
    source.extra_columns = ExtraColumns::Ignore;
    check_rows(&source, "id,amount,x,amount\n1,10,,12\n", &["2: 1|10|12|~"]);
}

/// Spreadsheets write empty columns without a name behind the last one. They are no drift while they are empty.
#[test]
fn columns_without_a_name_must_be_empty() {
    let ab = source("a text, b text");
    check_rows(&ab, "a,b,,\r\n1,2,,\r\n", &["2: 1|2"]);
    check_rows(&ab, "a,, ,b\n1,,\"\",2\n3, ,,4\n", &["2: 1|2", "3: 3|4"]);
    for options in [SMALL, Options::default()] {
        let loaded = load("a,b,,\n1,2,,\n3,4,,5\n\"6\n6\",7,\"8\",\n", &ab, options).unwrap();
        assert_eq!(loaded.rows, ["2: 1|2"]);
        assert_eq!(loaded.rejects, ["3: -: value in column 4, which has no name", "4: -: value in column 3, which has no name"]);
    }
    let filling = csv_with(ab.clone(), |csv| csv.short_rows = ShortRows::FillNull);
    check_rows(&filling, "a,b,,\n1,2\n3\n", &["2: 1|2", "3: 3|~"]);
    // Who ignores columns ignores these.
    check_rows(&with(ab, |source| source.extra_columns = ExtraColumns::Ignore), "a,b,\n1,2,3\n", &["2: 1|2"]);
}

#[test]
fn extra_and_optional_columns() {
    let ignoring = with(source("a text, b text"), |source| source.extra_columns = ExtraColumns::Ignore);
    check_rows(&ignoring, "x,a,x,b,\n0,1,0,2,\n", &["2: 1|2"]);
    let optional = with(source("a text, b bigint"), |source| source.columns[1].optional = true);
    check_rows(&optional, "a\n1\n", &["2: 1|~"]);
    check_rows(&optional, "b,a\n2,1\n", &["2: 1|2"]);
}

#[test]
fn files_without_a_header() {
    let ab = csv_with(source("a text, b bigint"), |csv| csv.header = false);
    check_rows(&ab, "x,1\ny,2\n", &["1: x|1", "2: y|2"]);
    check_rows(&ab, "", &[]);
    assert_eq!(load("x,1,2\n", &ab, SMALL).unwrap().rejects, ["1: -: too many fields: 3 of 2"]);
}

#[test]
fn lines_before_the_header() {
    let skipping = csv_with(source("a text, b text"), |csv| csv.skip_lines = 3);
    check_rows(&skipping, "Report \"of\r\n\r\nnothing\r\na,b\r\n1,2\r\n", &["5: 1|2"]);
    let headless = csv_with(skipping, |csv| csv.header = false);
    check_rows(&headless, "1\n2\n3\n1,2\n", &["4: 1|2"]);
    check_rows(&headless, "1\n2", &[]);
}

#[test]
fn headers_that_cannot_be_read() {
    let ab = source("a text, b text");
    // The first record may be a row of a file without a header: it is not shown.
    check_error(
        &ab,
        "Ada,Lovelace\n1,2\n",
        "the first record of `object` has none of the columns that source `things` declares: `a`, `b` \
         (check delimiter, encoding and `skip_lines`; declare `header: false` if it has no header)",
    );
    let missing = "`object` is empty: its header is missing (fetch it again, or declare `header: false` if it never has one)";
    for text in ["", "\u{feff}", "\n\r\n"] {
        check_error(&ab, text, missing);
    }
    check_error(&ab, "a,\"b\n1,2\n", "the header of `object` cannot be read: quoted field is not closed");
    let error = load(b"\xFF\xFEa\0", &ab, SMALL).unwrap_err();
    assert!(error.hints.iter().any(|hint| hint.contains("utf-16le")), "{error}");
}
