//! CRMs and marketing tools: what their exports hide is seen, nothing of it is lost.
//!
//! The figures come from the descriptions of the sets, from hand calculation, or from the raw file read here by other means.

use super::exports::Ran;
use super::{Row, packaged, raw, raw_tables, shared};
use std::collections::{BTreeMap, BTreeSet};

/// Every table under `testdata/<name>/expected` as worked out by hand, after a run of the pipeline.
fn check(pipeline: &str, name: &str) -> Ran {
    let ran = Ran::packaged_at(pipeline, name);
    for file in super::files(&packaged(&format!("testdata/{name}/expected"))) {
        let table = file.file_stem().unwrap().to_str().unwrap().to_string();
        let full = if table.contains('.') { table.clone() } else { format!("entities.{table}") };
        ran.check(&full, &format!("testdata/{name}/expected/{table}.csv"));
    }
    ran
}

#[test]
fn salesforce_shows_what_its_objects_hide() {
    let salesforce = check("salesforce_export", "salesforce");
    assert_eq!(salesforce.dropped("entities.stage_events"), serde_json::json!({"no_record": 1}));
    assert_eq!(salesforce.count("marts.findings where finding = 'unknown_record'"), 0);
}

#[test]
fn hubspot_shows_what_its_objects_hide() {
    let hubspot = check("hubspot", "hubspot");
    assert_eq!(hubspot.dropped("entities.stage_events"), serde_json::json!({"no_record": 1}));
}

#[test]
fn leads_of_public_pools_change_hands() {
    check("fxiaoke", "fxiaoke");
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
    let tables = raw_tables("fivetran_salesforce");
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
    let minutes: i64 =
        raw("fivetran_salesforce/sf_event_data.csv").iter().map(|row| row["duration_in_minutes"].parse::<i64>().unwrap()).sum();
    assert_eq!(salesforce.value("select sum(duration_s) / 60 as minutes from entities.activities"), minutes.to_string());
    // One opportunity says 1000 percent.
    assert_eq!(salesforce.count("marts.findings where finding = 'salesforce_probability'"), 1);
}

/// What tells one mail from another in Marketo's log.
fn mail(row: &Row) -> [String; 5] {
    ["lead_id", "campaign_run_id", "step_id", "choice_number", "email_template_id"].map(|column| row[column].clone())
}

#[test]
fn marketo_is_read_with_its_marks_and_missing_ends() {
    let Some(marketo) = Ran::shared("marketo") else { return };
    let files = super::files(&shared("data").unwrap().join("fivetran_marketo"));
    let bytes: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    // 13 tables of about 100 rows; ten begin with a byte order mark (the description of the set says eleven), three have CRLF, none
    // ends in a line end.
    assert_eq!(bytes.len(), 13);
    assert_eq!(bytes.iter().filter(|bytes| bytes.starts_with(b"\xef\xbb\xbf")).count(), 10);
    assert_eq!(bytes.iter().filter(|bytes| bytes.windows(2).any(|pair| pair == b"\r\n")).count(), 3);
    assert_eq!(bytes.iter().filter(|bytes| bytes.ends_with(b"\n")).count(), 0);

    let read = marketo.rows();
    assert_eq!(read.len(), 11);
    for (file, rows) in &read {
        assert_eq!(*rows, if file == "marketo_activity_delete_lead_data.csv" { 31 } else { 100 }, "{file}");
    }

    let of = |table: &str| raw(&format!("fivetran_marketo/marketo_{table}_data.csv"));
    assert_eq!(marketo.count("entities.lead_records"), 100);
    let leads: BTreeSet<String> = ids(&of("lead"), "email");
    assert_eq!(ids(&marketo.ask("select email from entities.lead_records"), "email"), leads);

    // A mail sent and taken is one; one log or the other may lack it.
    let sends: BTreeSet<[String; 5]> = of("activity_send_email").iter().map(mail).collect();
    let deliveries: BTreeSet<[String; 5]> = of("activity_email_delivered").iter().map(mail).collect();
    assert_eq!((sends.len(), deliveries.len(), sends.intersection(&deliveries).count()), (100, 100, 53));
    assert_eq!(marketo.count("entities.activities"), 147);
    assert_eq!(marketo.count("entities.activities where outcome = 'delivered'"), 100);
    // Two sends were skipped, one of which the other side took all the same.
    assert_eq!(marketo.count("entities.activities where not is_done"), 1);

    // The log is of other leads than the list: nothing in it is of one of the 100, and each of its mails is told.
    let listed = ids(&of("lead"), "id");
    for log in ["send_email", "email_delivered", "open_email", "click_email", "change_data_value", "merge_leads", "unsubscribe_email"] {
        assert!(ids(&of(&format!("activity_{log}")), "lead_id").is_disjoint(&listed), "{log}");
    }
    assert_eq!(marketo.count("marts.findings where finding = 'unknown_record' and entity = 'activities'"), 147);

    // Every click and every opening that no proxy made is a touch by e-mail, the tags of its link taken out.
    let by_proxy = of("activity_open_email").iter().filter(|row| row["user_agent"].contains("GoogleImageProxy")).count();
    assert_eq!((by_proxy, marketo.dropped("entities.touchpoints")), (40, serde_json::json!({"prefetch": 40})));
    let kinds = marketo.ask("select kind, count(*) as n from entities.touchpoints where channel = 'email' group by kind order by kind");
    let counted: Vec<[&str; 2]> = kinds.iter().map(|row| [row["kind"].as_str(), row["n"].as_str()]).collect();
    assert_eq!(counted, [["email_click", "100"], ["email_open", "60"]]);
    let mut tagged = BTreeMap::<String, u64>::new();
    for row in of("activity_click_email") {
        let campaign = row["link"].split("utm_campaign=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default().to_string();
        *tagged.entry(campaign).or_default() += 1;
    }
    assert_eq!(tagged[""], 49);
    for row in
        marketo.ask("select utm_campaign, count(*) as n from entities.touch_records where kind = 'email_click' group by utm_campaign")
    {
        assert_eq!(row["n"], tagged[&row["utm_campaign"]].to_string());
    }

    // 100 values changed and 100 unsubscriptions; 99 leads went in merges, since one of the 100 lists is empty.
    assert_eq!(marketo.count("entities.field_changes"), 200);
    assert_eq!(marketo.count("entities.field_changes where field = 'Demographic Score Marketing'"), 21);
    assert_eq!(marketo.count("entities.field_changes where field = 'Unsubscribed'"), 100);
    assert_eq!(marketo.count("staging.marketo__merges"), 100);
    assert_eq!(marketo.count("staging.marketo__merged_leads"), 99);
    assert_eq!(marketo.count("entities.campaigns"), 200);
    assert_eq!(marketo.count("entities.campaigns where parent_campaign_id is not null"), 98);
}
