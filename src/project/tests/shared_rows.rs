//! Files of rows that examples share.

use super::{RATES, check, project};
use crate::project::contract::Others;

const VISITS: &str = "visit_id,seconds\na,1\n\nb,2\n";

/// The contract of `marts.rates` with one example of this given and expect.
fn example(given: &str, expect: &str) -> String {
    format!("{RATES}examples:\n  - name: one\n    given: {{staging.visits: {given}}}\n    {expect}\n")
}

#[test]
fn examples_share_rows() {
    let (_folder, project) = project(&[
        ("sql/marts/rates.yaml", &example("_visits.csv", "expect_some: ../staging/_days.csv")),
        ("sql/marts/_visits.csv", VISITS),
        ("sql/staging/_days.csv", "\u{feff}day,rate\n2026-01-01,0.5\n"),
    ]);
    let project = project.unwrap();
    let [example] = &project.table("marts.rates").unwrap().contract.examples[..] else { panic!() };
    let (given, expect) = (&example.given["staging.visits"], &example.expect);
    assert_eq!((given.text.as_str(), given.place.file.as_str(), given.place.line), (VISITS, "sql/marts/_visits.csv", 1));
    assert_eq!((expect.text.as_str(), expect.place.file.as_str()), ("day,rate\n2026-01-01,0.5\n", "sql/staging/_days.csv"));
    assert_eq!(example.others, Others::MayBe);
    assert!(!project.tables.contains_key("marts._visits"));
}

#[test]
fn a_member_names_rows_of_its_folder_and_of_those_above() {
    let member = "examples:\n  - {name: one, given: {staging.visits: ../_visits.csv}, expect: _rates.csv}\n";
    let union = "description: Rates. One row per day and kind.\nmember: kind\ncolumns:\n  day: {type: date, meaning: day}\n  kind: {type: text, meaning: kind}\nunique: [day, kind]\nsort_by: [day, kind]\n";
    check(
        &[
            ("sql/marts/kinds/_union.yaml", union),
            ("sql/marts/kinds/_rates.csv", "day\n"),
            ("sql/marts/kinds/one.sql", "select 1\n"),
            ("sql/marts/kinds/one.yaml", member),
            ("sql/marts/_visits.csv", VISITS),
        ],
        "no fault",
    );
}

#[test]
fn rows_are_told_in_their_own_file_once() {
    let two = format!(
        "{}  - name: two\n    given: {{staging.visits: _visits.csv}}\n    expect: _days.csv\n",
        example("_visits.csv", "expect: _days.csv")
    );
    check(
        &[("sql/marts/rates.yaml", &two), ("sql/marts/_visits.csv", "visit_id,secnds\na,1,2\n"), ("sql/marts/_days.csv", "\n")],
        "
error: `sql/marts/_days.csv` is empty
--> sql/marts/_days.csv:1:1
 = help: its first line names the columns

error: the table `staging.visits` has no column `secnds`
 --> sql/marts/_visits.csv:1:10
  |
1 | visit_id,secnds
  |          ^^^^^^
  |
  = help: did you mean `seconds`?

error: this row has 3 fields, the header 2
 --> sql/marts/_visits.csv:2:1
  |
2 | a,1,2
  | ^^^^^
",
    );
}

#[test]
fn a_name_leads_to_a_file_of_sql() {
    let check_name = |name: &str, expected: &str| {
        let at = "6 |     given: {staging.visits: ".len();
        let line = format!("    given: {{staging.visits: {name}}}");
        let carets = format!("{}{}", " ".repeat(at - 4), "^".repeat(name.chars().count()));
        let (sentence, hint) = expected.split_once('\n').unwrap();
        let place = " --> sql/marts/rates.yaml:9:29";
        let told = format!("error: {sentence}\n{place}\n  |\n9 | {line}\n  | {carets}\n  |\n  = help: {hint}\n");
        let told = if hint.is_empty() { told.replace("\n  |\n  = help: \n", "\n") } else { told };
        check(&[("sql/marts/rates.yaml", &example(name, "expect: day")), ("sql/marts/_visits.csv", VISITS)], &told);
    };
    check_name("_visit.csv", "there is no file `sql/marts/_visit.csv`\ndid you mean `_visits.csv`?");
    check_name("../elsewhere/_rows.csv", "there is no file `sql/elsewhere/_rows.csv`\n");
    check_name(
        "visits.csv",
        "`visits.csv` cannot be the name of shared rows\nit begins with `_` and has small letters, digits and `_` before `.csv`: a file of another name is a table",
    );
    let leaves =
        |name: &str| format!("`{name}` leaves `sql/`\nshared rows lie beside a contract, or beside another: `../folder/_rows.csv`");
    for name in ["../../_rows.csv", "../../pipelines/_rows.csv", "/etc/_rows.csv", "../../sql/marts/_visits.csv"] {
        check_name(name, &leaves(name));
    }
}

#[test]
fn rows_that_no_example_names() {
    check(
        &[("sql/marts/_visits.csv", VISITS), ("sql/marts/_Visits.csv", VISITS)],
        "
error: `_Visits` cannot be the name of a table
--> sql/marts/_Visits.csv:1:1
 = help: a name has small letters, digits and `_`, starts with a letter, and has at most 64 characters
",
    );
    check(
        &[("sql/marts/_visits.csv", VISITS)],
        "
error: no example names `sql/marts/_visits.csv`
--> sql/marts/_visits.csv:1:1
 = help: name it in the `given` or `expect` of an example, or remove it
",
    );
}

#[test]
fn an_example_expects_all_rows_or_some() {
    let both = "expect: day\n    expect_some: day";
    check(
        &[("sql/marts/rates.yaml", &example("visit_id", both))],
        "
error: an example cannot be `expect` and `expect_some` at once
  --> sql/marts/rates.yaml:11:5
   |
11 |     expect_some: day
   |     ^^^^^^^^^^^
   |
   = help: make two items of it
",
    );
    check(
        &[("sql/marts/rates.yaml", &example("visit_id", "params: {}"))],
        "
error: an example says nothing to hold
 --> sql/marts/rates.yaml:8:5
  |
8 |   - name: one
  |     ^^^^
  |
  = help: it has one of `expect`, `expect_some`
",
    );
}
