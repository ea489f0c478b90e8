//! What is wrong with a project, in the words people read: the whole output of `plan`.

use super::shop::{DAYS, PIPELINE, STAGING, check_told, shop};

/// Plans the shop with one text replaced; it must be refused in these words.
fn check_fault(file: &str, from: &str, to: &str, expected: &str) {
    let case = shop();
    case.edit(file, from, to);
    check_told(&case.sluice(&["plan", PIPELINE]), 2, expected);
}

#[test]
fn a_misspelt_column() {
    let expected = "
error: column 'amont' not found
 --> sql/marts/days.sql:4:9
  |
4 |     sum(amont) as amount
  |         ^^^^^
  |
  = help: did you mean `amount`?
";
    check_fault(DAYS, "sum(amount)", "sum(amont)", expected);
}

#[test]
fn an_unknown_table() {
    let expected = "
error: there is no table `staging.shop__order`
 --> sql/marts/days.sql:5:6
  |
5 | from staging.shop__order
  |      ^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `staging.shop__orders`?
";
    check_fault(DAYS, "shop__orders", "shop__order", expected);
}

#[test]
fn an_unknown_key() {
    let expected = "
error: unknown key `time_zon` in the pipeline shop
 --> pipelines/shop.yaml:2:1
  |
2 | time_zon: UTC
  | ^^^^^^^^
  |
  = help: did you mean `time_zone`?
";
    check_fault(PIPELINE, "time_zone", "time_zon", expected);
}

#[test]
fn tables_in_a_circle() {
    let case = shop();
    case.edit(DAYS, "staging.shop__orders", "marts.weeks");
    case.write("sql/marts/weeks.sql", "select order_date as ordered_at, amount\nfrom marts.days\n");
    let columns = "columns:\n  ordered_at: {type: date, meaning: day}\n  amount: {type: \"decimal(28,4)\", meaning: cost}\n";
    case.write(
        "sql/marts/weeks.yaml",
        &format!("description: Weeks. One row per week.\n{columns}unique: [ordered_at]\nsort_by: [ordered_at]\n"),
    );
    let told = case.sluice(&["plan", PIPELINE]);
    assert!(
        told.err
            .contains("error: tables read each other in a circle: marts.days -> marts.weeks -> marts.days\n --> sql/marts/weeks.sql:2:6\n"),
        "{}",
        told.err
    );
    assert_eq!(told.code, 2);
}

#[test]
fn a_folder_that_reads_a_later_one() {
    let case = shop();
    case.edit(STAGING, "shop_orders", "shop_orders left join marts.days on true");
    let told = case.sluice(&["plan", PIPELINE]);
    let expected = "\
error: `staging.shop__orders` reads `marts.days`, but folder `staging` comes before `marts`
 --> sql/staging/shop__orders.sql:7:32
  |
7 | from raw.shop_orders left join marts.days on true
  |                                ^^^^^^^^^^
  |
  = help: a folder reads itself and those before it (sql/layers.yaml)
";
    assert!(told.err.contains(expected), "{}", told.err);
    assert_eq!(told.code, 2);
}

#[test]
fn a_missing_parameter() {
    let expected = "
error: parameter `$as_off` is declared neither in sql/params.yaml nor in pipelines/shop.yaml
 --> sql/marts/days.sql:6:35
  |
6 | where cast(ordered_at as date) <= $as_off
  |                                   ^^^^^^^
  |
  = help: did you mean `as_of`?
";
    check_fault(DAYS, "$as_of", "$as_off", expected);
}

#[test]
fn an_unused_parameter() {
    let expected = "
error: parameter `window_days` is not used by any table of this pipeline
 --> pipelines/shop.yaml:4:3
  |
4 |   window_days: {type: bigint, default: 7, description: how long}
  |   ^^^^^^^^^^^
  |
  = help: remove it, or write `$window_days` where it is meant
";
    check_fault(PIPELINE, "params:\n", "params:\n  window_days: {type: bigint, default: 7, description: how long}\n", expected);
}

#[test]
fn an_unused_parameter_of_the_project() {
    let case = shop();
    let declare = |name: &str| case.write("sql/params.yaml", &format!("params:\n  {name}: {{type: bigint, default: 7}}\n"));
    declare("window_days");
    let expected = "
error: parameter `window_days` is not used by any SQL of the project
 --> sql/params.yaml:2:3
  |
2 |   window_days: {type: bigint, default: 7}
  |   ^^^^^^^^^^^
  |
  = help: remove it, or write `$window_days` where it is meant
";
    check_told(&case.sluice(&["plan", PIPELINE]), 2, expected);
    // Used by a table that this pipeline has no sources for.
    case.write("sql/staging/till__days.sql", "select day, $window_days as days from raw.till_days\n");
    let columns = "columns:\n  day: {type: date, meaning: day}\n  days: {type: bigint, meaning: window}\n";
    case.write("sql/staging/till__days.yaml", &format!("description: Days. One row per day.\n{columns}unique: [day]\nsort_by: [day]\n"));
    let till = "description: The till.\nstores: {raw: in, work: out/work, marts: out/marts}\nsources:\n  till_days: {location: a.csv, format: csv, columns: {day: {type: date}}}\npublish: [marts.*]\n";
    case.write("pipelines/till.yaml", till);
    case.done(&["plan", PIPELINE]);
    // Not one that the pipeline gives a value.
    case.edit(PIPELINE, "params:\n", "params:\n  window_days: 30\n");
    let expected = "
error: parameter `window_days` is not used by any table of this pipeline
 --> pipelines/shop.yaml:4:3
  |
4 |   window_days: 30
  |   ^^^^^^^^^^^
  |
  = help: remove it, or write `$window_days` where it is meant
";
    check_told(&case.sluice(&["plan", PIPELINE]), 2, expected);
}

#[test]
fn two_statements() {
    let expected = "
error: one SELECT is expected, 2 statements were found
 --> sql/marts/days.sql:1:1
  |
1 | select
  | ^^^^^^
";
    check_fault(DAYS, "select\n", "select\n    1;\nselect\n", expected);
}

#[test]
fn a_clock() {
    let expected = "
error: `now` gives another answer on every run
 --> sql/marts/days.sql:6:21
  |
6 | where ordered_at <= now() and cast(ordered_at as date) <= $as_of
  |                     ^^^
  |
  = help: take the time as a parameter: `$as_of` is the day the run stands for
";
    check_fault(DAYS, "where ", "where ordered_at <= now() and ", expected);
}

#[test]
fn a_sum_of_floats() {
    let expected = "
error: `sum` over floats depends on the order rows arrive in
 --> sql/marts/days.sql:3:19
  |
3 |     cast(coalesce(sum(weight_kg), 0) as bigint) as orders,
  |                       ^^^^^^^^^
  |
  = help: use `exact_sum` or `exact_avg`, or sum decimals
";
    check_fault(DAYS, "count(*)", "cast(coalesce(sum(weight_kg), 0) as bigint)", &expected.replace(":3:19", ":3:23"));
}

#[test]
fn a_staging_table_that_filters() {
    let expected = "
error: `staging.shop__orders` must return every row it reads: a `where` loses rows; return them with a `drop_reason`
 --> sql/staging/shop__orders.sql:8:1
  |
8 | where amount > 0
  | ^^^^^
";
    check_fault(STAGING, "from raw.shop_orders\n", "from raw.shop_orders\nwhere amount > 0\n", expected);
}

#[test]
fn all_faults_at_once_in_the_order_of_files() {
    let case = shop();
    case.edit(PIPELINE, "params:\n", "params:\n  window_days: {type: bigint, default: 7, description: how long}\n");
    case.edit(DAYS, "sum(amount)", "sum(amont)");
    case.edit(STAGING, "weight_kg", "weight_lb");
    let expected = "
error: parameter `window_days` is not used by any table of this pipeline
 --> pipelines/shop.yaml:4:3
  |
4 |   window_days: {type: bigint, default: 7, description: how long}
  |   ^^^^^^^^^^^
  |
  = help: remove it, or write `$window_days` where it is meant

error: column 'amont' not found
 --> sql/marts/days.sql:4:9
  |
4 |     sum(amont) as amount
  |         ^^^^^
  |
  = help: did you mean `amount`?

error: column 'weight_lb' not found
 --> sql/staging/shop__orders.sql:5:5
  |
5 |     weight_lb,
  |     ^^^^^^^^^
  |
  = help: did you mean `weight_kg`?

3 faults; exit 2
";
    check_told(&case.sluice(&["plan", PIPELINE]), 2, expected);
}
