//! A mart in partitions, from raw files to plain readers.

use super::shop::{CONTRACT, DAYS, ORDERS, PIPELINE, shop};
use super::{Case, files, records};
use std::collections::BTreeMap;

/// The shop whose mart has a file for each month.
fn months() -> Case {
    let case = shop();
    case.edit(DAYS, "select\n", "select\n    date_format(ordered_at, '%Y-%m') as month,\n");
    case.edit(DAYS, "group by cast(ordered_at as date)", "group by date_format(ordered_at, '%Y-%m'), cast(ordered_at as date)");
    case.edit(CONTRACT, "columns:\n", "columns:\n  month: {type: text, meaning: month of the day}\n");
    case.edit(CONTRACT, "checks:\n", "checks:\n  - not_null: [month]\n");
    case.edit(CONTRACT, "sort_by: [order_date]\n", "sort_by: [month, order_date]\npartition_by: [month]\n");
    let orders = "order_id,buyer,amount,weight_kg,ordered_at\nA,x,10,,2025-11-03T10:00:00Z\nB,x,20,,2025-12-01T11:00:00Z\nC,y,5,,2025-12-24T09:00:00Z\nD,y,7,,2026-01-02T09:00:00Z\n";
    case.write(ORDERS, orders);
    case
}

/// The files of `latest/days`, by path, with their rows.
fn shown(case: &Case) -> BTreeMap<String, Vec<String>> {
    let folder = case.path("out/marts/latest/days");
    let file = |path: std::path::PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_string();
        let rows = case.published(&format!("out/marts/latest/days/{name}"));
        (name, rows.iter().map(|row| format!("{} {} {}", row["month"], row["order_date"], row["amount"])).collect())
    };
    files(&folder).into_iter().map(file).collect()
}

#[test]
fn plain_readers_find_a_folder_for_each_month() {
    let case = months();
    case.done(&["run", PIPELINE]);
    let expected = [
        ("month=2025-11/00000.parquet", vec!["2025-11 2025-11-03 10.0000"]),
        ("month=2025-12/00000.parquet", vec!["2025-12 2025-12-01 20.0000", "2025-12 2025-12-24 5.0000"]),
        ("month=2026-01/00000.parquet", vec!["2026-01 2026-01-02 7.0000"]),
    ];
    let expected: BTreeMap<String, Vec<String>> =
        expected.into_iter().map(|(name, rows)| (name.to_string(), rows.into_iter().map(str::to_string).collect())).collect();
    assert_eq!(shown(&case), expected);
    let told = case.done(&["query", PIPELINE, "marts.days", "--format", "csv"]).out;
    assert_eq!(records(told.as_bytes()).len(), 4);
    let mart = &case.commit("out/marts")["marts"]["marts.days"];
    assert_eq!(mart["rows"], 4);
    assert_eq!(mart["partitions"]["month=2025-12"][0]["rows"], 2);
    let again = case.done(&["run", PIPELINE]);
    assert!(again.err.contains("nothing changed since commit 1"), "{}", again.err);
}

#[test]
fn a_late_row_writes_its_month_alone() {
    let case = months();
    case.done(&["run", PIPELINE]);
    let before = files(&case.path("out/marts/_data"));
    case.edit(ORDERS, "B,x,20,", "B,x,21,");
    case.edit(ORDERS, "D,y,7,,2026-01-02T09:00:00Z\n", "");
    case.done(&["run", PIPELINE]);
    assert_eq!(shown(&case).into_keys().collect::<Vec<_>>(), ["month=2025-11/00000.parquet", "month=2025-12/00000.parquet"]);
    let new: Vec<String> = files(&case.path("out/marts/_data"))
        .into_iter()
        .filter(|path| !before.contains(path))
        .map(|path| path.parent().unwrap().strip_prefix(case.path("out/marts/_data")).unwrap().to_str().unwrap().to_string())
        .collect();
    assert_eq!(new, ["days/month=2025-12"]);
}

#[test]
fn partitions_have_the_same_bytes_on_any_cores() {
    let case = months();
    let bytes = |threads: &str| {
        let _ = std::fs::remove_dir_all(case.path("out"));
        case.done(&["run", PIPELINE, "--threads", threads]);
        case.commit("out/marts")["marts"]["marts.days"]["partitions"].clone()
    };
    assert_eq!(bytes("1"), bytes("3"));
}

#[test]
fn a_check_that_fails_publishes_no_partition() {
    let case = months();
    case.edit(CONTRACT, "checks:\n", "checks:\n  - expression: month <> '2025-12'\n");
    assert_eq!(case.sluice(&["run", PIPELINE]).code, 1);
    assert!(!case.path("out/marts/_data").exists() && !case.path("out/marts/latest").exists());
}

#[test]
fn a_value_that_is_no_path_is_told() {
    let case = months();
    case.edit(DAYS, "'%Y-%m') as month", "'%Y %m') as month");
    case.edit(DAYS, "group by date_format(ordered_at, '%Y-%m')", "group by date_format(ordered_at, '%Y %m')");
    let told = case.sluice(&["run", PIPELINE]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("a value of `month` in marts.days cannot be part of a path"), "{}", told.err);
}
