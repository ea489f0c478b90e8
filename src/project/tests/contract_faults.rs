//! Contracts that are wrong, each fault once, all at once.

use super::{RATES, check};

#[test]
fn unknown_keys_are_told_all_at_once_and_missing_ones_with_their_meaning() {
    check(
        &[(
            "sql/marts/rates.yaml",
            "description: Rates. One row per day.\ncolums:\n  day: {typ: date, meaning: x}\nunique: [day]\nsort_by: [day]\nreads: {}\n",
        )],
        "
error: the contract of marts.rates lacks the key `columns`
 --> sql/marts/rates.yaml:1:1
  |
1 | description: Rates. One row per day.
  | ^^^^^^^^^^^
  |
  = help: `columns`: The columns in their order. They are only added; anything else needs `breaking: true`.

error: unknown key `colums` in the contract of marts.rates
 --> sql/marts/rates.yaml:2:1
  |
2 | colums:
  | ^^^^^^
  |
  = help: did you mean `columns`?

error: unknown key `reads` in the contract of marts.rates
 --> sql/marts/rates.yaml:6:1
  |
6 | reads: {}
  | ^^^^^
  |
  = help: its keys are `description`, `columns`, `unique`, `sort_by`, `partition_by`, `from`, `checks`, `examples`, `breaking`
",
    );
}

#[test]
fn columns_have_a_type_and_a_meaning() {
    let yaml = "description: 每天一行。One row per day.\ncolumns:\n  day: {type: dat, meaning: 天, 名: x}\n  rate: {type: double?}\n  Rate: {type: decimal(39,2), meaning: x, personal: yes}\n  empty:\nunique: [dya]\nsort_by: [day down]\n";
    check(
        &[("sql/marts/rates.yaml", yaml)],
        "
error: there is no type `dat`
 --> sql/marts/rates.yaml:3:15
  |
3 |   day: {type: dat, meaning: 天, 名: x}
  |               ^^^
  |
  = help: did you mean `date`?
  = help: the types are `text`, `boolean`, `bigint`, `double`, `decimal(18,4)`, `date`, `timestamp`

error: unknown key `名` in column `day`
 --> sql/marts/rates.yaml:3:32
  |
3 |   day: {type: dat, meaning: 天, 名: x}
  |                                 ^^
  |
  = help: its keys are `type`, `meaning`, `personal`

error: column `rate` lacks the key `meaning`
 --> sql/marts/rates.yaml:4:3
  |
4 |   rate: {type: double?}
  |   ^^^^
  |
  = help: `meaning`: What a value of this column says, with its unit.

error: `Rate` cannot be the name of a column
 --> sql/marts/rates.yaml:5:3
  |
5 |   Rate: {type: decimal(39,2), meaning: x, personal: yes}
  |   ^^^^
  |
  = help: a name has small letters, digits and `_`, starts with a letter, and has at most 64 characters

error: there is no type `decimal(39`
 --> sql/marts/rates.yaml:5:16
  |
5 |   Rate: {type: decimal(39,2), meaning: x, personal: yes}
  |                ^^^^^^^^^^
  |
  = help: between `{` and `}` a type with a comma stands in quotes: `\"decimal(18,4)\"`

error: unknown key `2)` in column `Rate`
 --> sql/marts/rates.yaml:5:27
  |
5 |   Rate: {type: decimal(39,2), meaning: x, personal: yes}
  |                           ^^
  |
  = help: its keys are `type`, `meaning`, `personal`

error: `personal` is `true` or `false`
 --> sql/marts/rates.yaml:5:53
  |
5 |   Rate: {type: decimal(39,2), meaning: x, personal: yes}
  |                                                     ^^^

error: column `empty` has no value
 --> sql/marts/rates.yaml:6:3
  |
6 |   empty:
  |   ^^^^^

error: there is no column `dya` in this contract
 --> sql/marts/rates.yaml:7:10
  |
7 | unique: [dya]
  |          ^^^
  |
  = help: did you mean `day`?

error: `day down` is no sort key; write `day` or `day desc`
 --> sql/marts/rates.yaml:8:11
  |
8 | sort_by: [day down]
  |           ^^^^^^^^
",
    );
}

#[test]
fn the_grain_the_key_and_the_order_are_told() {
    check(
        &[(
            "sql/marts/rates.yaml",
            "description: Rates. One row per day. All of them\ncolumns:\n  day: {type: date, meaning: x}\n  rate: {type: double, meaning: x}\nunique: [day, rat, day]\nsort_by: [rate desc, rate]\n",
        )],
        "
error: the description does not end in the grain
 --> sql/marts/rates.yaml:1:14
  |
1 | description: Rates. One row per day. All of them
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: let its last sentence say \"One row per ...\"

error: there is no column `rat` in this contract
 --> sql/marts/rates.yaml:5:15
  |
5 | unique: [day, rat, day]
  |               ^^^
  |
  = help: did you mean `rate`?

error: `day` is named twice
 --> sql/marts/rates.yaml:5:20
  |
5 | unique: [day, rat, day]
  |                    ^^^

error: `sort_by` is no total order: rows that agree in it may differ in `unique`
 --> sql/marts/rates.yaml:6:1
  |
6 | sort_by: [rate desc, rate]
  | ^^^^^^^
  |
  = help: add `day`, `rat` at its end

error: `rate` is named twice
 --> sql/marts/rates.yaml:6:22
  |
6 | sort_by: [rate desc, rate]
  |                      ^^^^
",
    );
    check(
        &[("sql/marts/rates.yaml", &RATES.replace("sort_by: [day]\n", ""))],
        "
error: the contract of marts.rates lacks the key `sort_by`
 --> sql/marts/rates.yaml:1:1
  |
1 | description: Rates. One row per day.
  | ^^^^^^^^^^^
  |
  = help: tables of the last folder are published, and stored in one order
",
    );
}

#[test]
fn shapes_are_told() {
    check(
        &[(
            "sql/marts/rates.yaml",
            "description: [x]\ncolumns: day\nunique: {day: 1}\nsort_by:\nbreaking: no\nchecks:\n  - x\n  -\nfrom: {visits: [day]}\n",
        )],
        "
error: `description` is a single value, not a list
 --> sql/marts/rates.yaml:1:1
  |
1 | description: [x]
  | ^^^^^^^^^^^

error: `columns` is a mapping, not a single value
 --> sql/marts/rates.yaml:2:10
  |
2 | columns: day
  |          ^^^

error: `unique` is a list, not a mapping
 --> sql/marts/rates.yaml:3:1
  |
3 | unique: {day: 1}
  | ^^^^^^

error: `sort_by` has no value
 --> sql/marts/rates.yaml:4:1
  |
4 | sort_by:
  | ^^^^^^^

error: `breaking` is `true` or `false`
 --> sql/marts/rates.yaml:5:11
  |
5 | breaking: no
  |           ^^

error: a check has no value
 --> sql/marts/rates.yaml:6:1
  |
6 | checks:
  | ^^^^^^

error: a check is a mapping, not a single value
 --> sql/marts/rates.yaml:7:5
  |
7 |   - x
  |     ^

error: `visits` cannot be the name of a table
 --> sql/marts/rates.yaml:9:8
  |
9 | from: {visits: [day]}
  |        ^^^^^^
  |
  = help: a table is named `folder.table`, in small letters, digits and `_`
",
    );
}

#[test]
fn checks_are_told() {
    let checks = "checks:
  - not_nul: [day]
  - severity: warn
  - not_null: [day]
    unique: [day]
  - expression: rate >= 0
    severity: warm
  - accepted_values: {column: rat, values: [1]}
  - accepted_values: {column: day, values: [2026-01-01, 2026-02-30]}
  - references: {columns: [day], to: staging.visit, at: [visit_id]}
  - references: {columns: [day], to: staging.visits, at: [visit_id, secs]}
  - sums_to: {measure: sum(rate), by: [dai], total: 1, tolerance: small}
  - reconciles: {measure: sum(rate), with: staging.visits, with_measure: count(*), by: [day]}
  - row_count: {min: 3, max: 2}
  - row_count: {}
  - row_count: {min: -1}
";
    check(
        &[("sql/marts/rates.yaml", &format!("{RATES}{checks}"))],
        "
error: unknown key `not_nul` in a check
 --> sql/marts/rates.yaml:8:5
  |
8 |   - not_nul: [day]
  |     ^^^^^^^
  |
  = help: did you mean `not_null`?

error: a check says nothing to hold
 --> sql/marts/rates.yaml:9:5
  |
9 |   - severity: warn
  |     ^^^^^^^^
  |
  = help: it has one of `not_null`, `unique`, `accepted_values`, `references`, `expression`, `sums_to`, `reconciles`, `row_count`

error: a check cannot be `not_null` and `unique` at once
  --> sql/marts/rates.yaml:11:5
   |
11 |     unique: [day]
   |     ^^^^^^
   |
   = help: make two items of it

error: `severity` cannot be `warm`
  --> sql/marts/rates.yaml:13:15
   |
13 |     severity: warm
   |               ^^^^
   |
   = help: did you mean `warn`?
   = help: it is one of `fail`, `warn`

error: there is no column `rat` in this contract
  --> sql/marts/rates.yaml:14:31
   |
14 |   - accepted_values: {column: rat, values: [1]}
   |                               ^^^
   |
   = help: did you mean `rate`?

error: this is no date, the type of `day`
  --> sql/marts/rates.yaml:15:57
   |
15 |   - accepted_values: {column: day, values: [2026-01-01, 2026-02-30]}
   |                                                         ^^^^^^^^^^

error: there is no table `staging.visit`
  --> sql/marts/rates.yaml:16:38
   |
16 |   - references: {columns: [day], to: staging.visit, at: [visit_id]}
   |                                      ^^^^^^^^^^^^^
   |
   = help: did you mean `staging.visits`?

error: `at` names 2 columns, `columns` 1
  --> sql/marts/rates.yaml:17:59
   |
17 |   - references: {columns: [day], to: staging.visits, at: [visit_id, secs]}
   |                                                           ^^^^^^^^

error: the table `staging.visits` has no column `secs`
  --> sql/marts/rates.yaml:17:69
   |
17 |   - references: {columns: [day], to: staging.visits, at: [visit_id, secs]}
   |                                                                     ^^^^

error: there is no column `dai` in this contract
  --> sql/marts/rates.yaml:18:40
   |
18 |   - sums_to: {measure: sum(rate), by: [dai], total: 1, tolerance: small}
   |                                        ^^^
   |
   = help: did you mean `day`?

error: `tolerance` is a number
  --> sql/marts/rates.yaml:18:67
   |
18 |   - sums_to: {measure: sum(rate), by: [dai], total: 1, tolerance: small}
   |                                                                   ^^^^^

error: the table `staging.visits` has no column `day`
  --> sql/marts/rates.yaml:19:89
   |
19 |   - reconciles: {measure: sum(rate), with: staging.visits, with_measure: count(*), by: [day]}
   |                                                                                         ^^^

error: `min` is more than `max`: no table can have so many rows
  --> sql/marts/rates.yaml:20:5
   |
20 |   - row_count: {min: 3, max: 2}
   |     ^^^^^^^^^

error: `row_count` has neither `min` nor `max`
  --> sql/marts/rates.yaml:21:5
   |
21 |   - row_count: {}
   |     ^^^^^^^^^

error: `min` is a whole number from 0 to 4294967295
  --> sql/marts/rates.yaml:22:22
   |
22 |   - row_count: {min: -1}
   |                      ^^
",
    );
}

#[test]
fn rows_of_examples_are_told_at_their_own_lines() {
    let examples = "examples:
  - name: one
    given:
      staging.visits: |
        visit_id,secnds
        a,1

        b,2,3
      staging.visit: |
        visit_id
    expect: |
      day,rte,day
      2026-01-01,1,1
  - name: one
    expect: ''
";
    check(
        &[("sql/marts/rates.yaml", &format!("{RATES}{examples}"))],
        "
error: the table `staging.visits` has no column `secnds`
  --> sql/marts/rates.yaml:11:18
   |
11 |         visit_id,secnds
   |                  ^^^^^^
   |
   = help: did you mean `seconds`?

error: this row has 3 fields, the header 2
  --> sql/marts/rates.yaml:14:9
   |
14 |         b,2,3
   |         ^^^^^

error: there is no table `staging.visit`
  --> sql/marts/rates.yaml:15:7
   |
15 |       staging.visit: |
   |       ^^^^^^^^^^^^^
   |
   = help: did you mean `staging.visits`?

error: there is no column `rte` in this contract
  --> sql/marts/rates.yaml:18:11
   |
18 |       day,rte,day
   |           ^^^
   |
   = help: did you mean `rate`?

error: `day` is named twice
  --> sql/marts/rates.yaml:18:15
   |
18 |       day,rte,day
   |               ^^^

error: there is an example `one` already
  --> sql/marts/rates.yaml:20:11
   |
20 |   - name: one
   |           ^^^

error: there is no CSV here; its first line names the columns
  --> sql/marts/rates.yaml:21:5
   |
21 |     expect: ''
   |     ^^^^^^
",
    );
}

#[test]
fn a_table_is_parted_by_what_it_is_sorted_by() {
    let yaml = "description: Rates. One row per day.\ncolumns:\n  day: {type: date, meaning: x}\n  part: {type: text?, meaning: x}\n  rate: {type: double, meaning: x}\nunique: [day]\nsort_by: [part, day desc, rate]\npartition_by: [part, day, rate]\n";
    check(
        &[("sql/marts/rates.yaml", yaml)],
        "
error: `part` cannot part a table: that takes a text, date or bigint without null
 --> sql/marts/rates.yaml:8:16
  |
8 | partition_by: [part, day, rate]
  |                ^^^^

error: `day` does not stand first in `sort_by`
 --> sql/marts/rates.yaml:8:22
  |
8 | partition_by: [part, day, rate]
  |                      ^^^
  |
  = help: rows are written in their order, one partition after another: let `sort_by` begin with the columns of `partition_by`

error: `rate` cannot part a table: that takes a text, date or bigint without null
 --> sql/marts/rates.yaml:8:27
  |
8 | partition_by: [part, day, rate]
  |                           ^^^^
",
    );
}
