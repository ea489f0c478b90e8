//! Scores in the demo: what a change of the rules rebuilds, and what it would have done.

use super::{Case, Row, copy, packaged};
use std::collections::BTreeSet;

const NIGHTLY: &str = "pipelines/nightly.yaml";

#[test]
fn a_changed_point_rebuilds_scores_and_what_reads_them() {
    let case = Case::packaged();
    copy(&packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    case.done(&["run", NIGHTLY]);
    let flagged = |case: &Case| -> Vec<Row> {
        let rows = case.published("out/nightly/latest/score_backtest.parquet");
        let asked = |row: &Row| row["snapshot"] == "2026-05-31" && row["goal"] == "sql" && row["threshold"] == "70";
        rows.into_iter().filter(asked).collect()
    };
    let of = |rows: &[Row], version: &str| -> u32 {
        rows.iter().find(|row| row["rules_version"] == version).unwrap()["flagged"].parse().unwrap()
    };
    let before = flagged(&case);
    assert!(of(&before, "2026-2") > of(&before, "2026-1"), "twenty points for whoever writes or calls are more than ten");

    // Of the proposed version alone: what holds stays as it is.
    case.edit(
        "sql/reference/score_rules.csv",
        "2026-2,activity,inbound,sales,20,step,30,4,1,7,40",
        "2026-2,activity,inbound,sales,40,step,30,4,1,7,40",
    );
    case.done(&["run", NIGHTLY]);
    let after = flagged(&case);
    assert!(of(&after, "2026-2") > of(&before, "2026-2"));
    assert_eq!(of(&after, "2026-1"), of(&before, "2026-1"));

    let report = case.commit("out/nightly")["report"]["tables"].clone();
    let rebuilt: BTreeSet<String> = report
        .as_array()
        .unwrap()
        .iter()
        .filter(|table| table["reused"] == false)
        .map(|table| table["table"].as_str().unwrap().to_string())
        .collect();
    let expected = ["scoring.score_rules", "scoring.earned_points", "scoring.score_levels", "marts.score_backtest", "marts.score_flips"];
    assert!(expected.iter().all(|table| rebuilt.contains(*table)), "{rebuilt:?}");
    // Scores are not changed by what is only proposed, and nobody before them asks for them.
    let untouched = |table: &&String| {
        ["raw.", "staging.", "entities.", "identity.", "journey.", "attribution."].iter().any(|folder| table.starts_with(folder))
            || ["marts.lead_scores", "marts.orders", "marts.funnel", "marts.channel_credits", "marts.work_list"].contains(&table.as_str())
    };
    assert_eq!(rebuilt.iter().filter(untouched).collect::<Vec<_>>(), Vec::<&String>::new());
}
