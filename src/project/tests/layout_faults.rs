//! Files of `sql/` that make no table.

use super::{BASE, GONE, RATES, check, project, rendered, same, write};
use crate::project::Project;
use tempfile::TempDir;

#[test]
fn every_folder_is_in_the_order_and_there() {
    check(
        &[("sql/layers.yaml", "layers: [stagin, marts, scoring, marts, raw]\n")],
        "
error: there is no folder `sql/stagin`
 --> sql/layers.yaml:1:10
  |
1 | layers: [stagin, marts, scoring, marts, raw]
  |          ^^^^^^
  |
  = help: did you mean `staging`?

error: there is no folder `sql/scoring`
 --> sql/layers.yaml:1:25
  |
1 | layers: [stagin, marts, scoring, marts, raw]
  |                         ^^^^^^^

error: the folder `marts` is listed twice
 --> sql/layers.yaml:1:34
  |
1 | layers: [stagin, marts, scoring, marts, raw]
  |                                  ^^^^^

error: no folder can be called `raw`: its tables are not made by SQL
 --> sql/layers.yaml:1:41
  |
1 | layers: [stagin, marts, scoring, marts, raw]
  |                                         ^^^
",
    );
    check(
        &[("sql/layers.yaml", "layers: [marts]\n")],
        "
error: the folder `sql/staging` has no place in the order of folders
--> sql/layers.yaml:1:1
 = help: add `staging` to `layers`, before the folders that read it
",
    );
    check(
        &[("sql/layers.yaml", GONE)],
        "
error: `sql/layers.yaml` is missing, which holds the order of folders
--> sql/layers.yaml:1:1
 = help: write `layers: [marts, staging]`, first the folders that read no other
",
    );
}

#[test]
fn a_table_has_one_body_and_a_contract() {
    check(
        &[
            ("sql/marts/alone.yaml", RATES),
            ("sql/marts/naked.sql", "select 1\n"),
            ("sql/marts/rates.csv", "day,rate\n"),
            ("sql/marts/Big.sql", "select 1\n"),
            ("sql/marts/old.slq", "select 1\n"),
            ("sql/stray.sql", "select 1\n"),
        ],
        "
error: `Big` cannot be the name of a table
--> sql/marts/Big.sql:1:1
 = help: a name has small letters, digits and `_`, starts with a letter, and has at most 64 characters

error: `sql/marts/alone.yaml` is a contract without a table
--> sql/marts/alone.yaml:1:1
 = help: write `sql/marts/alone.sql` or `sql/marts/alone.csv`, or remove the contract

error: `sql/marts/naked.sql` has no contract beside it
--> sql/marts/naked.sql:1:1
 = help: write `sql/marts/naked.yaml`: what a row is, its columns and its key

error: `sql/marts/old.slq` is no part of a table
--> sql/marts/old.slq:1:1
 = help: a table has a `.sql` or a `.csv`, and a `.yaml`

error: `marts.rates` has two bodies, `sql/marts/rates.sql` and `sql/marts/rates.csv`
--> sql/marts/rates.csv:1:1
 = help: remove one of them

error: `sql/stray.sql` belongs to no folder of tables
--> sql/stray.sql:1:1
 = help: a table lies in `sql/<folder>/`
",
    );
}

#[test]
fn a_union_is_a_folder_with_members() {
    let union = "description: All. One row per day and kind.\nmember: kind\ncolumns:\n  day: {type: date, meaning: day}\n  kind: {type: text, meaning: the member}\nunique: [day, kind]\nsort_by: [day, kind]\n";
    check(
        &[
            ("sql/marts/empty/_union.yaml", union),
            ("sql/marts/plain/a.sql", "select 1\n"),
            ("sql/marts/rates/_union.yaml", union),
            ("sql/marts/rates/one.sql", "select 1\n"),
            ("sql/marts/rates/two.yaml", "examples: []\n"),
            ("sql/marts/rates/three.csv", "day\n"),
            ("sql/marts/rates/deep/x.sql", "select 1\n"),
            ("sql/marts/wrong/_union.yaml", &union.replace("member: kind", "member: day")),
            ("sql/marts/wrong/one.sql", "select 1\n"),
        ],
        "
error: `sql/marts/plain` is a folder inside a folder without `_union.yaml`
--> sql/marts/plain:1:1
 = help: a folder with `_union.yaml` is one table of all tables in it; else put the files into `sql/marts`

error: `marts.rates` is a table and a union at once
--> sql/marts/rates/_union.yaml:1:1
 = help: rename one of them

error: `sql/marts/rates/deep` is a folder inside a union; its members are files
--> sql/marts/rates/deep:1:1

error: `sql/marts/rates/three.csv` is a file of rows; a member of a union is SQL
--> sql/marts/rates/three.csv:1:1

error: `sql/marts/rates/two.yaml` is a contract without a table
--> sql/marts/rates/two.yaml:1:1
 = help: write `sql/marts/rates/two.sql`, or remove the contract

error: the member column `day` is not the last of `columns`
 --> sql/marts/wrong/_union.yaml:2:9
  |
2 | member: day
  |         ^^^
  |
  = help: let `columns` end in `day: {type: text, meaning: ...}`
",
    );
}

#[test]
fn a_member_has_its_columns_from_the_union() {
    let union = "description: All. One row per day and kind.\nmember: kind\ncolumns:\n  day: {type: date, meaning: day}\n  kind: {type: text, meaning: the member}\nunique: [day, kind]\nsort_by: [kind desc, day]\nfrom: {staging.visits: []}\nchecks:\n  - not_null: [kind]\n";
    check(
        &[("sql/marts/all/_union.yaml", union), ("sql/marts/all/one.sql", "select 1\n"), ("sql/marts/all/one.yaml", "columns: {}\n")],
        "
error: table `staging.visits` lists nothing
 --> sql/marts/all/_union.yaml:8:24
  |
8 | from: {staging.visits: []}
  |                        ^^

error: unknown key `columns` in the contract of marts.all/one
 --> sql/marts/all/one.yaml:1:1
  |
1 | columns: {}
  | ^^^^^^^
  |
  = help: its keys are `description`, `from`, `checks`, `examples`
",
    );
}

#[test]
fn links_out_of_the_project_and_long_files_are_refused() {
    let outside = TempDir::new().unwrap();
    std::fs::write(outside.path().join("secret.sql"), "select 1\n").unwrap();
    let folder = TempDir::new().unwrap();
    write(folder.path(), &BASE);
    std::os::unix::fs::symlink(outside.path().join("secret.sql"), folder.path().join("sql/marts/secret.sql")).unwrap();
    same(
        &rendered(Project::load(folder.path())),
        "
error: `sql/marts/secret.sql` leads out of the project folder
--> sql/marts/secret.sql:1:1
 = help: copy it into the project
",
    );
    std::fs::remove_file(folder.path().join("sql/marts/secret.sql")).unwrap();
    write(folder.path(), &[("sql/staging/big.sql", &"-".repeat((256 << 10) + 1)), ("sql/staging/big.yaml", &"#\n".repeat((1 << 19) + 1))]);
    same(
        &rendered(Project::load(folder.path())),
        "
error: `sql/staging/big.sql` is longer than 256 kB, the limit of its kind
--> sql/staging/big.sql:1:1

error: `sql/staging/big.yaml` is longer than 1024 kB, the limit of its kind
--> sql/staging/big.yaml:1:1
",
    );
}

#[test]
fn reference_rows_fit_their_contract() {
    let yaml = "description: Stages. One row per stage.\ncolumns:\n  stage: {type: text, meaning: name}\n  points: {type: bigint, meaning: points}\n  since: {type: date?, meaning: first day}\nunique: [stage]\nsort_by: [stage]\n";
    check(
        &[("sql/marts/stages.yaml", yaml), ("sql/marts/stages.csv", "stage,pionts\na,1\n\nb,2,3\n")],
        "
error: the column `pionts` is not in the contract
--> sql/marts/stages.csv:1:1
 = help: did you mean `points`?

error: the column `points` of the contract is missing
--> sql/marts/stages.csv:1:1

error: the column `since` of the contract is missing
--> sql/marts/stages.csv:1:1

error: this row has 3 fields, the header 2
--> sql/marts/stages.csv:4:1
",
    );
    check(
        &[("sql/marts/stages.yaml", yaml), ("sql/marts/stages.csv", "points,stage,since\n1,a,\n,b,2026-13-01\nx,\"c\nd\",2026-01-01\n")],
        "
error: `points` is empty in this row, and its type has no null
--> sql/marts/stages.csv:3:1

error: `since` is no date in this row
--> sql/marts/stages.csv:3:1

error: `points` is no bigint in this row
--> sql/marts/stages.csv:4:1
",
    );
}

#[test]
fn a_folder_that_is_no_project_says_so() {
    let empty = TempDir::new().unwrap();
    let told = rendered(Project::load(empty.path()));
    assert!(told.starts_with("error: `sql` cannot be "), "{told}");
    let told = rendered(Project::load(&empty.path().join("nowhere")));
    assert!(told.starts_with("error: the project folder `"), "{told}");
    let (_folder, right) = project(&[]);
    assert_eq!(right.unwrap().layer_index("marts"), Some(1));
}
