//! Columns of sources that say wrongly where they come from.

use super::pipeline_faults::check_more;

#[test]
fn where_columns_come_from() {
    let right = "sources:
  a:
    location: a/**/*.csv
    format: csv
    columns:
      day: {type: date, path: dt}
      net: {type: text, from: amount, position: 2}
      gross: {type: text, from: amount, position: 4}
      note: {type: text?, from: '', position: 9, optional: true}
";
    check_more(right, "no fault");
    check_more(
        "sources:
  a:
    location: a/*
    format: csv
    columns:
      a: {type: text, path: dt, from: day}
      b: {type: text, position: 3, path: dt}
      c: {type: text, path: dt=1}
      d: {type: text, position: 0}
  b:
    location: b/*
    format: ndjson
    columns:
      a: {type: text, position: 3}
      b: {type: text?, path: dt, optional: true}
",
        "
error: `from` names a column of the file, `path` a folder the file lies in
 --> pipelines/nightly.yaml:9:33
  |
9 |       a: {type: text, path: dt, from: day}
  |                                 ^^^^
  |
  = help: a column has one of the two

error: `position` names a column of the file, `path` a folder the file lies in
  --> pipelines/nightly.yaml:10:23
   |
10 |       b: {type: text, position: 3, path: dt}
   |                       ^^^^^^^^
   |
   = help: a column has one of the two

error: this is no name of a folder `name=value`
  --> pipelines/nightly.yaml:11:29
   |
11 |       c: {type: text, path: dt=1}
   |                             ^^^^
   |
   = help: write `path: dt` for the value of `dt=2026-03-01/`

error: positions count from 1
  --> pipelines/nightly.yaml:12:33
   |
12 |       d: {type: text, position: 0}
   |                                 ^

error: `position` counts the columns of a header, which such a file does not have
  --> pipelines/nightly.yaml:17:23
   |
17 |       a: {type: text, position: 3}
   |                       ^^^^^^^^
",
    );
}
