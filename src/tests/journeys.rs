//! Journeys made up by a test, from raw files to what every attribution model makes of them.

use super::{Case, Row, Told};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fmt::Write;

pub const PIPELINE: &str = "pipelines/golden.yaml";

/// Touches, conversions, leads and deals as raw files.
#[derive(Clone, Default)]
pub struct Journeys {
    pub touches: String,
    pub conversions: String,
    pub leads: String,
    pub deals: String,
}

impl Journeys {
    pub fn touch(&mut self, visitor: &str, number: usize, channel: &str, at: DateTime<Utc>) {
        writeln!(self.touches, "{visitor}#{number:04},{visitor},{channel},{}", at.to_rfc3339()).unwrap();
    }

    /// A visitor converts once: both have one name.
    pub fn conversion(&mut self, visitor: &str, value: &str, at: DateTime<Utc>) {
        writeln!(self.conversions, "{visitor},{value},{}", at.to_rfc3339()).unwrap();
    }

    /// A deal of one lead, which is the visitor; all have one name.
    pub fn deal(
        &mut self,
        visitor: &str,
        value: &str,
        captured_at: DateTime<Utc>,
        created_at: Option<DateTime<Utc>>,
        closed_at: DateTime<Utc>,
    ) {
        writeln!(self.leads, "{visitor},{}", captured_at.to_rfc3339()).unwrap();
        let created_at = created_at.map_or(String::new(), |at| at.to_rfc3339());
        writeln!(self.deals, "{visitor},{value},{created_at},{}", closed_at.to_rfc3339()).unwrap();
    }
}

/// The packaged project with a source of its own.
pub fn project() -> Case {
    let case = Case::packaged();
    let source = case.read("pipelines/touchpoints.yaml");
    let (head, _) = source.split_once("sources:\n").unwrap();
    let sources = "\
sources:
  golden_touches:
    location: touches.csv
    format: csv
    columns: {touch_id: {type: text}, visitor_id: {type: text}, channel: {type: text}, touched_at: {type: timestamp}}
  golden_conversions:
    location: conversions.csv
    format: csv
    columns: {visitor_id: {type: text}, value: {type: \"decimal(18,4)\"}, converted_at: {type: timestamp}}
  golden_leads:
    location: leads.csv
    format: csv
    columns: {lead_id: {type: text}, captured_at: {type: timestamp}}
  golden_deals:
    location: deals.csv
    format: csv
    columns: {lead_id: {type: text}, value: {type: \"decimal(18,4)\"}, created_at: {type: timestamp?}, closed_at: {type: timestamp}}
publish: [marts.channel_credits, marts.attribution_recon, attribution.channel_values]
";
    case.write(PIPELINE, &format!("{head}{sources}"));
    let table = |name: &str, columns: &[(&str, &str)], key: &str| {
        let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
        case.write(&format!("sql/staging/golden__{name}.sql"), &format!("select {} from raw.golden_{name}\n", names.join(", ")));
        let columns: String = columns.iter().map(|(column, ty)| format!("  {column}: {{type: \"{ty}\", meaning: as named}}\n")).collect();
        case.write(
            &format!("sql/staging/golden__{name}.yaml"),
            &format!("description: Golden {name}. One row per {key}.\ncolumns:\n{columns}unique: [{key}]\n"),
        );
    };
    table("touches", &[("touch_id", "text"), ("visitor_id", "text"), ("channel", "text"), ("touched_at", "timestamp")], "touch_id");
    table("conversions", &[("visitor_id", "text"), ("value", "decimal(18,4)"), ("converted_at", "timestamp")], "visitor_id");
    table("leads", &[("lead_id", "text"), ("captured_at", "timestamp")], "lead_id");
    table("deals", &[("lead_id", "text"), ("value", "decimal(18,4)"), ("created_at", "timestamp?"), ("closed_at", "timestamp")], "lead_id");
    let member = |union: &str, select: &str| case.write(&format!("sql/entities/{union}/golden.sql"), select);
    member("touch_records", "select touch_id, visitor_id, channel, 'page_view' as kind, touched_at from staging.golden__touches");
    member(
        "conversion_events",
        "select visitor_id as conversion_id, visitor_id, 'XXX' as currency, value, converted_at from staging.golden__conversions",
    );
    member(
        "lead_records",
        "select lead_id as record_id, 'lead' as object_kind, lead_id as person_key, 'unassigned' as channel, false as is_test, captured_at
         from staging.golden__leads",
    );
    member(
        "visitor_links",
        "select lead_id as link_id, lead_id as visitor_id, lead_id as record_id, captured_at as linked_at from staging.golden__leads",
    );
    member(
        "opportunities",
        "select lead_id as opportunity_id, lead_id as record_id, 'XXX' as currency, value as amount, true as is_won, created_at, closed_at
         from staging.golden__deals",
    );
    case
}

/// What each touch got of what: model and conversion, then the touches in order.
pub type Credits = BTreeMap<(String, String), Vec<Row>>;

const OPTIONS: [&str; 6] = ["--param", "data=raw", "--param", "journey_scope=independent", "--as-of", "2026-06-30"];

pub fn run(case: &Case, journeys: &Journeys, params: &[&str]) -> Vec<String> {
    let told = try_run(case, journeys, params);
    assert_eq!(told.code, 0, "{}", told.err);
    arguments(params)
}

pub fn try_run(case: &Case, journeys: &Journeys, params: &[&str]) -> Told {
    case.write("raw/touches.csv", &format!("touch_id,visitor_id,channel,touched_at\n{}", journeys.touches));
    case.write("raw/conversions.csv", &format!("visitor_id,value,converted_at\n{}", journeys.conversions));
    case.write("raw/leads.csv", &format!("lead_id,captured_at\n{}", journeys.leads));
    case.write("raw/deals.csv", &format!("lead_id,value,created_at,closed_at\n{}", journeys.deals));
    let arguments = arguments(params);
    let line: Vec<&str> = ["run", PIPELINE].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    case.sluice(&line)
}

fn arguments(params: &[&str]) -> Vec<String> {
    let params = params.iter().flat_map(|param| ["--param", param]);
    OPTIONS.iter().copied().chain(params).map(str::to_string).collect()
}

pub fn ask(case: &Case, arguments: &[String], query: &str) -> Vec<Row> {
    case.query(PIPELINE, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), query)
}

/// Credits and claims of conversions of one anchor.
pub fn credits(case: &Case, journeys: &Journeys, anchor: &str, params: &[&str]) -> Credits {
    let arguments = run(case, journeys, params);
    let columns = "model, replace(conversion_id, anchor || ':', '') as conversion_id, step_id, touch_id, channel";
    let query = format!(
        "select {columns}, credit, value from attribution.credits where anchor = '{anchor}'
         union all select {columns}, claim, value from attribution.claims where anchor = '{anchor}'
         order by model, conversion_id, touch_id"
    );
    let mut credits = Credits::new();
    for row in ask(case, &arguments, &query) {
        credits.entry((row["model"].clone(), row["conversion_id"].clone())).or_default().push(row);
    }
    credits
}
