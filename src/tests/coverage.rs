//! Requirements held against the project and the demo: each names a column that tells something and an example worked out by hand.

use super::{Case, copy, packaged, records};
use crate::project::Project;
use std::collections::BTreeMap;
use std::fs;

const NIGHTLY: &str = "pipelines/nightly.yaml";

#[test]
fn every_requirement_has_its_column_and_its_example() {
    let project = Project::load(&packaged("")).unwrap();
    let rows = records(&fs::read(packaged("sql/reference/coverage.csv")).unwrap());
    assert!(rows.len() > 40);
    let mut faults = Vec::new();
    for row in &rows {
        let of = |name: &str| row[name].as_str();
        let told = format!("{}, {}", of("requirement"), of("concept"));
        let table = project.table(of("relation"));
        let columns = table.map_or(&[][..], |table| &table.contract.columns);
        if !columns.iter().any(|column| column.name == of("field")) {
            faults.push(format!("{told}: no column {}.{}", of("relation"), of("field")));
        }
        let examples = project.table(of("example_relation")).map_or(&[][..], |table| &table.contract.examples);
        match examples.iter().find(|example| example.name == of("example")) {
            None => faults.push(format!("{told}: {} has no example `{}`", of("example_relation"), of("example"))),
            Some(example) if of("relation") == of("example_relation") => {
                let expected = records(example.expect.text.as_bytes());
                if !expected.iter().any(|row| row.get(of("field")).is_some_and(|value| !value.is_empty())) {
                    faults.push(format!("{told}: the example `{}` expects no {}", of("example"), of("field")));
                }
            }
            Some(_) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    check_demo(&rows);
}

/// In the demo no such column is empty or says the same of everything.
fn check_demo(rows: &[super::Row]) {
    let case = Case::packaged();
    copy(&packaged("testdata/demo/raw"), &case.path("testdata/demo/raw"));
    case.done(&["run", NIGHTLY]);
    let fields: BTreeMap<(&str, &str), ()> = rows.iter().map(|row| ((row["relation"].as_str(), row["field"].as_str()), ())).collect();
    let counted = |(relation, field): &(&str, &str)| {
        format!("select '{relation}.{field}' as field, count(distinct {field}) as kinds from {relation}")
    };
    let query = fields.keys().map(counted).collect::<Vec<_>>().join(" union all ");
    let dull: Vec<String> = case
        .query(NIGHTLY, &[], &query)
        .into_iter()
        .filter(|row| row["kinds"].parse::<u64>().unwrap() < 2)
        .map(|row| format!("{}: {} kinds of values", row["field"], row["kinds"]))
        .collect();
    assert!(dull.is_empty(), "{}", dull.join("\n"));
}
