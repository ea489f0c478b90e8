//! From rows of a table to raw lines: what an auditor reads.

use super::shop::{CONTRACT, DAYS, PIPELINE, STAGING, check_told, shop};
use super::{Case, copy, packaged, records};
use crate::plan::{self, Step, origins};
use crate::project::Project;
use crate::project::pipeline::Pipeline;
use crate::session::Session;
use std::collections::BTreeSet;

const STAGED: &str = "sql/staging/shop__orders.yaml";

/// The shop with lines, and days by a table between.
fn traced() -> Case {
    let case = shop();
    case.edit(STAGING, "    ordered_at\n", "    ordered_at,\n    _file,\n    _line\n");
    let line = "  _file: {type: text, meaning: file}\n  _line: {type: bigint, meaning: line}\nunique: [order_id]\nfrom: {raw.shop_orders: [_file, _line]}\n";
    case.edit(STAGED, "unique: [order_id]\n", line);
    case
}

const FIRST_DAY: [&str; 5] = ["trace", PIPELINE, "marts.days", "--where", "order_date = date '2026-01-01'"];

#[test]
fn a_mart_row_goes_back_to_its_lines() {
    let case = traced();
    let expected = "\
marts.days: 1 row
+------------+--------+---------+
| order_date | orders | amount  |
+------------+--------+---------+
| 2026-01-01 | 2      | 30.5000 |
+------------+--------+---------+

staging.shop__orders: 2 rows
+----------+---------+-----------+----------------------+------------+-------+
| order_id | amount  | weight_kg | ordered_at           | _file      | _line |
+----------+---------+-----------+----------------------+------------+-------+
| A        | 10.0000 | 1.5       | 2026-01-01T10:00:00Z | orders.csv | 2     |
| B        | 20.5000 |           | 2026-01-01T11:00:00Z | orders.csv | 3     |
+----------+---------+-----------+----------------------+------------+-------+

raw.shop_orders: 2 rows
  orders.csv:2
  orders.csv:3
";
    let told = case.done(&FIRST_DAY);
    assert_eq!((told.out.as_str(), told.err.as_str()), (expected, ""));
    let personal = case.done(&[&FIRST_DAY[..], &["--personal"]].concat());
    assert!(!told.out.contains("Ann Lee") && personal.out.contains("Ann Lee"), "{}", personal.out);
}

#[test]
fn a_trace_as_csv_and_json() {
    let case = traced();
    let csv = case.done(&[&FIRST_DAY[..], &["--format", "csv"]].concat());
    let rows: Vec<String> = records(csv.out.as_bytes())
        .iter()
        .map(|row| [&row["table"], &row["keys"], &row["file"], &row["line"]].map(String::as_str).join(" ").trim_end().to_string())
        .collect();
    let expected = [
        "marts.days {\"order_date\":\"2026-01-01\"}",
        "raw.shop_orders {\"_file\":\"orders.csv\",\"_line\":2} orders.csv 2",
        "raw.shop_orders {\"_file\":\"orders.csv\",\"_line\":3} orders.csv 3",
        "staging.shop__orders {\"order_id\":\"A\"}",
        "staging.shop__orders {\"order_id\":\"B\"}",
    ];
    let sorted: BTreeSet<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(sorted, BTreeSet::from(expected));
    let json = case.done(&[&FIRST_DAY[..], &["--format", "json"]].concat());
    assert_eq!(json.out.lines().next(), Some(r#"{"table":"marts.days","keys":"{\"order_date\":\"2026-01-01\"}"}"#));
}

/// A personal key is no key to show.
#[test]
fn keys_that_are_personal_are_not_listed() {
    let case = traced();
    case.edit(STAGED, "unique: [order_id]", "unique: [order_id, buyer]");
    let told = case.done(&[&FIRST_DAY[..], &["--format", "json"]].concat());
    assert!(told.out.contains(r#"{\"order_id\":\"A\"}"#) && !told.out.contains("Ann"), "{}", told.out);
}

#[test]
fn totals_go_back_to_all_their_rows() {
    let case = traced();
    case.edit(
        DAYS,
        "    cast(ordered_at as date) as order_date,",
        "    coalesce(cast(ordered_at as date), date '1970-01-01') as order_date,",
    );
    case.edit(DAYS, "group by cast(ordered_at as date)", "group by grouping sets ((cast(ordered_at as date)), ())");
    let lines = |day: &str| {
        let out = case.done(&["trace", PIPELINE, "marts.days", "--where", &format!("order_date = date '{day}'")]).out;
        out.lines().filter(|line| line.starts_with("  orders.csv:")).map(|line| line.trim().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(lines("1970-01-01"), ["orders.csv:2", "orders.csv:3", "orders.csv:4"]);
    assert_eq!(lines("2026-01-02"), ["orders.csv:4"]);
}

#[test]
fn where_the_thread_breaks_the_table_is_named() {
    let case = traced();
    case.edit(DAYS, "group by cast(ordered_at as date)", "group by cast(ordered_at as date)\norder by order_date\nlimit 1");
    let told = case.done(&FIRST_DAY);
    let sentence = "the contract of marts.days has no `from`: what its rows came from is not known\n";
    assert!(told.out.ends_with(sentence) && !told.out.contains("staging"), "{}", told.out);
    // What the contract says is followed as it stands.
    case.edit(DAYS, "count(*) as orders", "count(*) as orders,\n    min(order_id) as order_id");
    case.edit(CONTRACT, "  orders: {", "  order_id: {type: text?, meaning: the first order}\n  orders: {");
    case.edit(CONTRACT, "unique: [order_date]\n", "unique: [order_date]\nfrom: {staging.shop__orders: [order_id]}\n");
    let told = case.done(&FIRST_DAY);
    assert!(told.out.ends_with("raw.shop_orders: 1 row\n  orders.csv:2\n"), "{}", told.out);
}

#[test]
fn no_row_meets_the_condition() {
    let told = traced().sluice(&["trace", PIPELINE, "marts.days", "--where", "orders > 100"]);
    check_told(&told, 0, "marts.days has no row where orders > 100\n");
}

#[test]
fn slips_in_what_is_asked() {
    let case = traced();
    let told = case.sluice(&["trace", PIPELINE, "marts.dais"]);
    check_told(&told, 2, "error: there is no table `marts.dais`\n |\n = help: did you mean `marts.days`?\n");
    let expected = "
error: column 'ordres' not found
 --> --where:1:1
  |
1 | ordres > 1
  | ^^^^^^
  |
  = help: did you mean `orders`?
";
    check_told(&case.sluice(&["trace", PIPELINE, "marts.days", "--where", "ordres > 1"]), 2, expected);
    let told = case.sluice(&["trace", PIPELINE, "marts.days", "--where", "orders >"]);
    assert!(told.err.contains(" --> --where:1:9\n"), "{}", told.err);
    assert_eq!(told.code, 2);
}

#[test]
fn a_contract_names_raw_tables_that_are_there() {
    let case = traced();
    case.edit(STAGED, "[_file, _line]}", "[_file, order_id, _line]}");
    case.edit(PIPELINE, "      order_id: {type: text}", "      order_key: {type: text, from: order_id}");
    case.edit(STAGING, "    order_id,", "    order_key as order_id,");
    let told = case.sluice(&["plan", PIPELINE]);
    assert!(told.err.starts_with("error: the table `raw.shop_orders` has no column `order_id`\n"), "{}", told.err);
    assert!(told.err.contains("did you mean `order_key`?"), "{}", told.err);
    case.edit(STAGED, "raw.shop_orders:", "raw.shop_order:");
    let told = case.sluice(&["plan", PIPELINE]);
    assert!(told.err.starts_with("error: no pipeline declares the source `shop_order`\n"), "{}", told.err);
}

/// Tables whose rows nobody can follow back, in any pipeline: neither their contract nor their SQL says what they are made of.
const UNKNOWN: [&str; 18] = [
    "audit.findings/google_merch_destroyed_key",
    "audit.findings/one_window_for_all",
    "entities.visitor_links/hubspot",
    "entities.visitor_links/marketo_merges",
    "funnel.forecast_days",
    "funnel.incidences",
    "funnel.made_totals",
    "funnel.measure_periods",
    "funnel.pipeline_evenings",
    "identity.pairs/random",
    "marts.field_quality",
    "marts.rejects",
    "marts.run_ledger",
    "marts.source_accounts",
    "scoring.score_moments",
    "staging.hubspot__merged_contacts",
    "staging.marketo__merged_leads",
    "staging.salesforce__known_until",
];

#[test]
fn every_packaged_table_goes_back() {
    let root = packaged("");
    let project = Project::load(&root).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // A pipeline without sources for a noun has an empty table of it, which goes nowhere.
    let (mut seen, mut known) = (BTreeSet::new(), BTreeSet::new());
    let session = Session::for_planning().unwrap();
    let mut planner = plan::Planner::new(&project, &session);
    for file in super::files(&packaged("pipelines")) {
        let pipeline = Pipeline::load(&root, &file, &[], &|_| None, chrono::Utc::now()).unwrap();
        let plan = runtime.block_on(planner.plan(pipeline, &[])).unwrap();
        let keys = origins::keys(&plan);
        for table in plan.tables.iter().filter(|table| table.contract.from.is_empty()) {
            let Step::Query(select) = &table.step else { continue };
            let logical = runtime.block_on(plan::logical_plan(select, &plan.pipeline, &session)).unwrap();
            let goes_back = origins::carry(&logical, &keys).unwrap().is_some_and(|origins| !origins.inputs.is_empty());
            if table.name.folder != "reference" {
                seen.insert(table.name.to_string());
                known.extend(goes_back.then(|| table.name.to_string()));
            }
        }
    }
    assert_eq!(seen.difference(&known).map(String::as_str).collect::<Vec<_>>(), UNKNOWN);
}

/// The lead behind each member of a rate stands in a file of the CRM, first on its line.
#[test]
fn a_rate_of_the_demo_goes_back_to_the_lines_of_its_members() {
    let nightly = "pipelines/nightly.yaml";
    let case = Case::packaged();
    copy(&packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    let members = "select member_id from marts.rate_members where rate = 'won' and channel = 'display'";
    let members: BTreeSet<String> = case.query(nightly, &[], members).into_iter().map(|mut row| row.remove("member_id").unwrap()).collect();
    let mut expected = BTreeSet::new();
    for file in ["crm/leads.csv", "crm/leads_cn.csv"] {
        let bytes = std::fs::read(packaged("testdata/demo/raw").join(file)).unwrap();
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let id = line.split(|byte| *byte == b',').next().unwrap();
            if members.contains(String::from_utf8_lossy(id).trim_matches('"')) {
                expected.insert(format!("{file}:{}", at + 1));
            }
        }
    }
    let asked = "rate = 'won' and part = 'display' and month = '(all)'";
    let told = case.done(&["trace", nightly, "marts.rates", "--where", asked, "--limit", "0", "--format", "csv"]);
    let lines = records(told.out.as_bytes()).into_iter().filter(|row| !row["file"].is_empty());
    let lines: BTreeSet<String> = lines.map(|row| format!("{}:{}", row["file"], row["line"])).collect();
    assert_eq!(told.err, "");
    assert!(members.len() > 100 && expected.len() == members.len());
    assert_eq!(lines, expected);
}
