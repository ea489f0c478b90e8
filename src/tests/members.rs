//! A member of a union, by its name: its rows before any run, what a run would say of them, and its examples alone.

use super::Case;
use super::shop::{PIPELINE, check_told, shop};

const UNION: &str = "\
description: What an order weighs for each rule. One row per rule and order.
member: rule
columns:
  order_id: {type: text, meaning: the order}
  weight: {type: double?, meaning: its weight}
  rule: {type: text, meaning: the rule}
unique: [rule, order_id]
sort_by: [rule, order_id]
checks:
  - expression: weight >= 0
    because: a rule takes nothing away
  - not_null: [weight]
    severity: warn
  - expression: rule <> 'even' or weight = 1
";

/// The shop with a union of two rules; each order of `even` weighs one.
fn rules() -> Case {
    let case = shop();
    case.write("sql/marts/weights/_union.yaml", UNION);
    case.write("sql/marts/weights/even.sql", "select order_id, 1.0 as weight from staging.shop__orders\n");
    case.write("sql/marts/weights/kilos.sql", "select order_id, weight_kg as weight from staging.shop__orders where weight_kg > 0\n");
    let example = "examples:\n  - name: kilos are weights\n    given:\n      staging.shop__orders: |\n        order_id,weight_kg\n        A,2.5\n    expect: |\n      order_id,weight\n      A,2.5\n";
    case.write("sql/marts/weights/kilos.yaml", example);
    case
}

fn csv<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["query", PIPELINE, name, "--format", "csv"], more].concat()
}

#[test]
fn a_member_is_queried_by_its_name() {
    let case = rules();
    let expected = "order_id,weight\nA,1.5\nC,0.25\n";
    for name in ["marts.weights.kilos", "marts.weights/kilos"] {
        let told = case.done(&csv(name, &[]));
        assert_eq!((told.out.as_str(), told.err.as_str()), (expected, ""), "{name}");
    }
    assert_eq!(case.done(&csv("marts.weights.even", &["--limit", "1"])).out, "order_id,weight\nA,1.0\n");
    // A new file, without a run between.
    case.write("sql/marts/weights/double.sql", "select order_id, 2.0 as weight from staging.shop__orders\n");
    assert_eq!(case.done(&csv("marts.weights.double", &["--limit", "1"])).out, "order_id,weight\nA,2.0\n");
    assert!(!case.path("out/marts/_commits").exists(), "a query publishes nothing");
}

#[test]
fn a_misspelt_member_is_guessed() {
    let case = rules();
    let expected = "error: there is no table `marts.weights.kilo`\n |\n = help: did you mean `marts.weights.kilos`?\n";
    check_told(&case.sluice(&["query", PIPELINE, "marts.weights.kilo"]), 2, expected);
    let told = case.process(&["test", "marts.weights.evn"], &[]);
    assert!(told.err.contains("= help: did you mean `marts.weights.even`?\n"), "{}", told.err);
}

#[test]
fn sql_reads_the_union() {
    let case = rules();
    case.write("sql/marts/days.sql", "select order_id\nfrom marts.weights.kilos\n");
    let expected = "
error: table `marts.weights.kilos` is not named as `folder.table`
 --> sql/marts/days.sql:2:6
  |
2 | from marts.weights.kilos
  |      ^^^^^^^^^^^^^^^^^^^
  |
  = help: SQL reads a member of a union as rows of `marts.weights`, by the column of its name
";
    check_told(&case.sluice(&["plan", PIPELINE]), 2, expected);
}

#[test]
fn examples_of_one_member() {
    let case = rules();
    assert_eq!(case.process(&["test", "marts.weights.kilos"], &[]).out, "1 passed, 0 failed\n");
    assert_eq!(case.process(&["test", "marts.weights.even"], &[]).out, "0 passed, 0 failed\n");
    assert_eq!(case.process(&["test", "marts.weights"], &[]).out, "1 passed, 0 failed\n");
}

#[test]
fn rows_that_break_a_check_are_told_beside_them() {
    let case = rules();
    // C weighs 0.25 - 1, and B nothing that is known.
    case.write("sql/marts/weights/kilos.sql", "select order_id, weight_kg - 1 as weight from staging.shop__orders\n");
    let told = case.done(&csv("marts.weights.kilos", &[]));
    assert_eq!(told.out, "order_id,weight\nA,0.5\nB,\nC,-0.75\n");
    let expected = "\
warning: check fails: expression (weight >= 0) of marts.weights.kilos: 1 of 3 rows shown does not hold
  --> sql/marts/weights/_union.yaml:10:5
   |
10 |   - expression: weight >= 0
   |     ^^^^^^^^^^
   |
   = note: a rule takes nothing away
   = help: for instance rule kilos, order_id C
   = help: a run publishes nothing while it does not hold
warning: check fails: not_null (weight) of marts.weights.kilos: 1 of 3 rows shown does not hold
  --> sql/marts/weights/_union.yaml:12:5
   |
12 |   - not_null: [weight]
   |     ^^^^^^^^
   |
   = help: for instance rule kilos, order_id B
";
    assert_eq!(told.err, expected);
    // Rows that are not shown are not judged.
    assert_eq!(case.done(&csv("marts.weights.kilos", &["--limit", "1"])).err, "");
    // The same is said by a run, of all rows.
    let told = case.sluice(&["run", PIPELINE]);
    assert!(told.err.contains("check failed: expression (weight >= 0) of marts.weights: 1 row does not hold"), "{}", told.err);
}

#[test]
fn a_check_may_look_at_the_member() {
    let case = rules();
    case.write("sql/marts/weights/even.sql", "select order_id, 3.0 as weight from staging.shop__orders\n");
    let told = case.done(&csv("marts.weights.even", &["--limit", "2"]));
    assert!(
        told.err.starts_with("warning: check fails: expression (rule <> 'even' or weight = 1) of marts.weights.even: 2 of 2 rows"),
        "{}",
        told.err
    );
    assert_eq!(case.done(&csv("marts.weights.kilos", &[])).err, "");
}

#[test]
fn a_table_is_judged_as_a_member_is() {
    let case = shop();
    case.edit("sql/staging/shop__orders.yaml", "unique: [order_id]\n", "unique: [order_id, buyer]\nchecks:\n  - expression: amount < 20\n");
    let told = case.done(&csv("staging.shop__orders", &[]));
    // The buyer is personal, and left out of the key.
    assert!(told.err.contains("1 of 3 rows shown does not hold") && told.err.contains("= help: for instance order_id B\n"), "{}", told.err);
    assert!(!told.err.contains("Bob"), "{}", told.err);
    // A row that is dropped breaks nothing.
    case.edit(
        "sql/staging/shop__orders.sql",
        "    ordered_at\n",
        "    ordered_at,\n    case when amount > 20 then 'dear' end as drop_reason\n",
    );
    let told = case.done(&csv("staging.shop__orders", &[]));
    assert_eq!((told.err.as_str(), told.out.lines().count()), ("", 4));
}
