//! CRMs and marketing tools: what their exports hide is seen, nothing of it is lost.
//!
//! The figures come from the descriptions of the sets, from hand calculation, or from the raw file read here by other means.

use super::exports::Ran;
use super::{Row, packaged, records, shared};
use std::collections::BTreeSet;

/// Every table under `testdata/<name>/expected` as worked out by hand, after a run of the pipeline.
fn check(pipeline: &str, name: &str) {
    let ran = Ran::packaged_at(pipeline, name);
    for file in super::files(&packaged(&format!("testdata/{name}/expected"))) {
        let table = file.file_stem().unwrap().to_str().unwrap().to_string();
        let full = if table.contains('.') { table.clone() } else { format!("entities.{table}") };
        ran.check(&full, &format!("testdata/{name}/expected/{table}.csv"));
    }
}

#[test]
fn salesforce_shows_what_its_objects_hide() {
    check("salesforce_export", "salesforce");
}

/// A file of the shared data as another reader sees it.
fn raw(path: &str) -> Vec<Row> {
    let bytes = std::fs::read(shared("data").unwrap().join(path)).unwrap();
    records(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes))
}

fn ids(rows: &[Row], column: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[column].clone()).collect()
}

#[test]
fn a_connectors_salesforce_is_read_whole() {
    let Some(salesforce) = Ran::shared("salesforce") else { return };
    let read = salesforce.rows();
    for (file, rows) in [
        ("sf_lead_data.csv", 1),
        ("sf_contact_data.csv", 4),
        ("sf_account_data.csv", 10),
        ("sf_opportunity_data.csv", 10),
        ("sf_opportunity_history_data.csv", 10),
        ("sf_task_data.csv", 10),
        ("sf_event_data.csv", 10),
        ("sf_order_data.csv", 10),
    ] {
        assert_eq!(read[file], rows, "{file}");
    }
    // What the set is said to be: 14 tables, 111 rows, up to 382 columns.
    let folder = shared("data").unwrap().join("fivetran_salesforce");
    let tables: Vec<Vec<Row>> =
        super::files(&folder).iter().map(|file| raw(&format!("fivetran_salesforce/{}", file.file_name().unwrap().to_str().unwrap()))).collect();
    assert_eq!((tables.len(), tables.iter().map(Vec::len).sum::<usize>()), (14, 111));
    assert_eq!(tables.iter().filter_map(|rows| rows.first()).map(Row::len).max(), Some(382));

    // All ten opportunities are deleted; of the accounts one stands, one was merged, the others are deleted or no longer current.
    assert_eq!(salesforce.count("entities.opportunities"), 0);
    assert_eq!(salesforce.count("entities.opportunity_stages"), 0);
    let accounts = raw("fivetran_salesforce/sf_account_data.csv");
    let kept: BTreeSet<String> = accounts
        .iter()
        .filter(|row| row["_fivetran_active"] == "true" && (row["is_deleted"] == "false" || !row["master_record_id"].is_empty()))
        .map(|row| format!("sf:{}", row["id"]))
        .collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(ids(&salesforce.ask("select account_id from entities.accounts"), "account_id"), kept);
    assert_eq!(salesforce.count("entities.accounts where merged_into is not null"), 1);

    // 27,998.60 + 1,200 + 20,400 + 4,500 + 702, and five orders of 0.
    assert_eq!(salesforce.value("select sum(amount) as amount from entities.orders"), "54800.6000");
    assert_eq!(salesforce.count("entities.orders where amount = 0"), 5);
    assert_eq!(salesforce.count("entities.activities where kind = 'task' and opportunity_id is not null"), 7);
    let minutes: i64 = raw("fivetran_salesforce/sf_event_data.csv").iter().map(|row| row["duration_in_minutes"].parse::<i64>().unwrap()).sum();
    assert_eq!(salesforce.value("select sum(duration_s) / 60 as minutes from entities.activities"), minutes.to_string());
    // One opportunity says 1000 percent.
    assert_eq!(salesforce.count("marts.findings where finding = 'salesforce_probability'"), 1);
}
