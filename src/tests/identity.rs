//! Who is who keeps its promises: public sets are matched as well as by the tool made for it, a merge is undone by one row, and nobody's
//! id changes because others came.

use super::{Case, Row, copy, packaged, shared};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const NIGHTLY: &str = "pipelines/nightly.yaml";

/// Of all pairs of records: precision, recall and F1 of the clusters against the entities.
struct Agreement {
    precision: f64,
    f1: f64,
}

/// `pairs` says which pairs are asked for: two records of one file, or of different ones.
fn agreement(entity_of: &BTreeMap<String, String>, cluster_of: &BTreeMap<String, String>, pairs: fn(&str, &str) -> bool) -> Agreement {
    let of = |named: &BTreeMap<String, String>| {
        let mut members = BTreeMap::<&str, Vec<&str>>::new();
        named.iter().for_each(|(record, name)| members.entry(name).or_default().push(record));
        let pair_up = |records: Vec<&str>| -> Vec<(String, String)> {
            let all = records.iter().enumerate().flat_map(|(place, one)| records[place + 1..].iter().map(move |other| (*one, *other)));
            all.filter(|(a, b)| pairs(a, b)).map(|(a, b)| (a.to_string(), b.to_string())).collect()
        };
        members.into_values().flat_map(pair_up).collect::<BTreeSet<_>>()
    };
    let (truth, found) = (of(entity_of), of(cluster_of));
    let both = truth.intersection(&found).count() as f64;
    Agreement { precision: both / found.len() as f64, f1: 2.0 * both / (found.len() + truth.len()) as f64 }
}

/// Estimates weights from the records as a user would, runs the pipeline and tells the cluster of each record id.
fn matched(pipeline: &str, files: &str) -> Option<BTreeMap<String, String>> {
    let data = format!("data={}", shared("data")?.display());
    let files = format!("files={files}");
    let case = Case::packaged();
    let given = ["--param", data.as_str(), "--param", files.as_str()];
    for proposal in ["match_terms", "match_weights", "match_settings"] {
        let table = format!("identity.proposed_{proposal}");
        let told = case.done(
            &[&["query", pipeline, table.as_str(), "--format", "csv", "--limit", "0", "--param", "random_pairs=1000000"][..], &given]
                .concat(),
        );
        let file = format!("sql/reference/{proposal}.csv");
        // Companies, of which these sets say nothing, keep their rows.
        let kept: String = case.read(&file).lines().filter(|line| line.starts_with("company,")).map(|line| format!("{line}\n")).collect();
        let proposed = told.out.lines().filter(|line| !line.starts_with("company,")).map(|line| format!("{line}\n")).collect::<String>();
        case.write(&file, &(proposed + &kept));
    }
    case.done(&[&["run", pipeline][..], &given].concat());
    let name = pipeline.trim_start_matches("pipelines/").trim_end_matches(".yaml");
    let members = case.published(&format!("out/{name}/latest/identity_members.parquet"));
    Some(members.into_iter().map(|row| (row["entity_id"].clone(), row["cluster_id"].clone())).collect())
}

/// Splink 5.0.0 with its notebook's settings and threshold on the same records, by `benches/identity/bench.sh`.
#[test]
fn public_sets_are_matched_as_well_as_by_splink() {
    let Some(data) = shared("data") else { return };
    let febrl = |file: &str| -> BTreeMap<String, String> {
        let text = fs::read_to_string(data.join("dedup_febrl").join(file)).unwrap();
        // A record is its line; rec-N-org and rec-N-dup-K are the entity N.
        let entity = |line: &str| line.split('-').nth(1).unwrap().to_string();
        (2..).zip(text.lines().skip(1)).map(|(at, line)| (format!("lead:febrl:dedup_febrl/{file}:{at}"), entity(line))).collect()
    };
    let any = |_: &str, _: &str| true;
    let across = |a: &str, b: &str| a.contains("dataset4a") != b.contains("dataset4a");
    let linked: BTreeMap<String, String> = febrl("dataset4a.csv").into_iter().chain(febrl("dataset4b.csv")).collect();
    let fake = fs::read_to_string(data.join("dedup_splink_fake/fake_1000.csv")).unwrap();
    let fake = fake.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        (format!("lead:splink_fake:dedup_splink_fake/fake_1000.csv:{}", fields[0]), fields.last().unwrap().to_string())
    });
    // File, entity of each record, pairs that are asked for, Splink's precision and F1.
    let sets = [
        ("pipelines/febrl.yaml", "dataset3.csv", febrl("dataset3.csv"), any as fn(&str, &str) -> bool, 0.9969, 0.9972),
        ("pipelines/febrl.yaml", "dataset4*.csv", linked, across, 1.0, 0.9967),
        ("pipelines/splink_fake.yaml", "fake_1000.csv", fake.collect(), any, 0.9703, 0.9169),
    ];
    for (pipeline, files, truth, pairs, precision, f1) in sets {
        let clusters = matched(pipeline, files).unwrap();
        assert!(clusters.keys().eq(truth.keys()), "the records of {files}: {:?}", clusters.keys().next());
        let agreement = agreement(&truth, &clusters, pairs);
        assert!(agreement.precision >= precision, "{files}: precision {}", agreement.precision);
        assert!(agreement.f1 >= f1 - 0.002, "{files}: F1 {}", agreement.f1);
    }
}

fn demo() -> Case {
    let case = Case::packaged();
    copy(&packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    case
}

fn merges(case: &Case) -> Vec<Row> {
    case.published("out/nightly/latest/merges.parquet")
}

/// Contact and the person it belongs to.
fn persons(case: &Case) -> BTreeMap<String, String> {
    let rows = case.query(NIGHTLY, &[], "select contact_id, person_id from identity.members");
    rows.into_iter().map(|mut row| (row.remove("contact_id").unwrap(), row.remove("person_id").unwrap())).collect()
}

#[test]
fn a_wrong_merge_is_undone_by_one_row() {
    let case = demo();
    case.done(&["run", NIGHTLY]);
    let before = persons(&case);
    let merge = merges(&case).into_iter().find(|row| row["contacts"] == "2" && row["linked_to"].starts_with("lead:")).unwrap();
    let (merged, kept) = (format!("lead:{}", merge["record_id"]), merge["linked_to"].clone());
    assert_eq!(before[&merged], before[&kept]);

    let decisions = "sql/reference/identity_decisions.csv";
    let row = format!("{merged},{kept},must_not_link,a father and his son,ann,2026-06-30\n");
    case.write(decisions, &(case.read(decisions) + &row));
    case.done(&["run", NIGHTLY]);
    let after = persons(&case);
    assert_ne!(after[&merged], after[&kept]);
    let others = |persons: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        persons.iter().filter(|(contact, _)| **contact != merged && **contact != kept).map(|(a, b)| (a.clone(), b.clone())).collect()
    };
    assert_eq!(others(&before), others(&after));
    assert!(merges(&case).iter().all(|row| row["record_id"] != merge["record_id"]));

    // What is before people, and what does not ask who they are, stands.
    let rebuilt: BTreeSet<String> =
        case.rebuilt("out/nightly").iter().map(|table| table.split(['.', '/']).take(2).collect::<Vec<_>>().join(".")).collect();
    assert!(rebuilt.contains("identity.stated_links") && rebuilt.contains("marts.merges"));
    let untouched = |table: &String| {
        ["raw.", "staging.", "entities."].iter().any(|folder| table.starts_with(folder))
            || ["identity.match_fields", "identity.pairs", "identity.pair_levels", "identity.scored_pairs"].contains(&table.as_str())
            || ["marts.campaign_days", "marts.traffic_sources", "marts.channel_sessions"].contains(&table.as_str())
    };
    assert_eq!(rebuilt.iter().filter(|table| untouched(table)).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn new_records_leave_the_ids_of_others_alone() {
    let case = demo();
    case.done(&["run", NIGHTLY]);
    let before = persons(&case);
    let leads = "testdata/demo/raw/crm/leads.csv";
    let golden = "select records.lead_id, leads.full_name, leads.email from identity.records as records \
                  join entities.lead_records as leads on records.record_id = leads.record_id \
                  where records.outcome = 'golden' and leads.source = 'demo' and leads.full_name is not null \
                  and records.mailbox = 'business' order by 1 limit 1";
    let twin = &case.query(NIGHTLY, &[], golden)[0];
    // A later record of somebody known, one of somebody new, and one whose id comes before all others.
    let again = format!("Z900001,{},{},,,,,,,,Referral,2026/06/29 10:00,New,,,N\n", twin["full_name"], twin["email"]);
    let stranger = "Z900002,Ulrike Unbekannt,ulrike@unbekannt.example,,,,,,,,Referral,2026/06/29 11:00,New,,,N\n";
    let first = "A000000,Anton Anfang,anton@anfang.example,,,,,,,,Referral,2026/06/29 12:00,New,,,N\n";
    case.write(leads, &(case.read(leads).trim_end().to_string() + "\n" + &again + stranger + first));
    case.done(&["run", NIGHTLY]);
    let after = persons(&case);
    for (contact, person) in &before {
        assert_eq!(after.get(contact), Some(person), "{contact}");
    }
    assert_eq!(after["lead:Z900001"], before[&format!("lead:{}", twin["lead_id"])]);
    assert_eq!([&after["lead:Z900002"], &after["lead:A000000"]], ["lead:Z900002", "lead:A000000"]);
    assert_eq!(after.len(), before.len() + 3);
}
