//! Web analytics: ways in, sessions and conversions, over rows written by hand and over public sets, which may not be copied here.

use super::exports::Ran;
use super::{Case, files, packaged, raw};
use crate::session::{Session, Settings, Shape};
use datafusion::datasource::MemTable;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Every table under `testdata/<name>/expected` as worked out by hand.
fn check(name: &str) -> Ran {
    let ran = Ran::packaged(name);
    for file in files(&packaged(&format!("testdata/{name}/expected"))) {
        let table = file.file_stem().unwrap().to_str().unwrap().to_string();
        ran.check(&format!("entities.{table}"), &format!("testdata/{name}/expected/{table}.csv"));
    }
    ran
}

/// Rows a table dropped, by reason.
fn dropped(ran: &Ran, table: &str) -> BTreeMap<String, u64> {
    let rows = ran.ask(&format!("select reason, row_count from marts.run_ledger where subject = '{table}' and outcome = 'dropped'"));
    rows.into_iter().map(|row| (row["reason"].clone(), row["row_count"].parse().unwrap())).collect()
}

#[test]
fn snowplow_views_are_touches_by_the_corrected_clock() {
    check("snowplow");
}

#[test]
fn segment_calls_are_touches_once() {
    check("segment");
}

#[test]
fn ga4_events_get_keys_sessions_and_the_propertys_days() {
    let ga4 = check("ga4");
    assert_eq!(ga4.count("staging.ga4__events where event_date <> cast(event_at at time zone 'America/Los_Angeles' as date)"), 0);
    let evenings = "staging.ga4__events where event_date <> cast(event_at as date)";
    assert_eq!(ga4.count(evenings), 7, "late in the evening there it is the next day in UTC");
    let expected = [("duplicate".to_string(), 2), ("not_a_touch".to_string(), 1)];
    assert_eq!(dropped(&ga4, "entities.touch_records/ga4"), BTreeMap::from(expected));
    assert_eq!(dropped(&ga4, "entities.touchpoints"), BTreeMap::from([("no_consent".to_string(), 1)]));
}

#[test]
fn the_playbooks_shop_adds_up() {
    let Some(shop) = Ran::shared("playbook") else { return };
    let read = shop.rows();
    assert_eq!([read["sessions.csv"], read["customer_conversions.csv"], read["ad_spend.csv"]], [90, 21, 42], "short lines are read");
    assert_eq!(shop.count("entities.sessions"), 90);
    assert_eq!(shop.count("staging.playbook__sessions where utm_source is null and utm_campaign is null"), 33);
    assert_eq!(
        shop.value("select cast(started_at as text) as at from staging.playbook__sessions where session_id = '19'"),
        "2020-02-04T02:02:21Z",
        "2:02:21"
    );
    assert_eq!(shop.value("select sum(value) as value from entities.conversion_events"), "275.0000");
    assert_eq!(shop.value("select sum(spend) as spend from marts.campaign_days"), "359.0000");
    let campaigns =
        shop.ask("select campaign_key, sum(spend) as spend from marts.campaign_days group by campaign_key order by campaign_key");
    let campaigns: Vec<[&str; 2]> = campaigns.iter().map(|row| [&*row["campaign_key"], &*row["spend"]]).collect();
    assert_eq!(campaigns, [["10percentpromocode", "100.0000"], ["branded_search", "47.0000"], ["freeshipping", "212.0000"]]);

    let days = shop.ask("select min(spend_date) as first, max(spend_date) as last from staging.playbook__ad_spend");
    assert_eq!((&*days[0]["first"], &*days[0]["last"]), ("2020-02-01", "2020-02-17"));
    for (table, time) in [("sessions", "started_at"), ("sessions", "ended_at"), ("conversions", "converted_at")] {
        let outside = format!("staging.playbook__{table} where {time} < timestamp '2020-02-01' or {time} >= timestamp '2020-02-18'");
        assert_eq!(shop.count(&outside), 0, "{time}");
    }

    // The channel of the last session before each conversion, looked up in the raw rows here.
    let (sessions, conversions) = (shop.ask("select * from raw.playbook_sessions"), shop.ask("select * from raw.playbook_conversions"));
    let mut last = BTreeMap::<&str, u64>::new();
    for conversion in &conversions {
        let own = sessions
            .iter()
            .filter(|session| session["customer_id"] == conversion["customer_id"] && session["started_at"] <= conversion["converted_at"]);
        let session = own.max_by_key(|session| session["started_at"].clone()).unwrap();
        let channel = match (&*session["utm_source"], &*session["utm_medium"]) {
            ("", "") => "direct",
            ("google" | "bing", "search") => "organic_search",
            (_, "email") => "email",
            (_, medium) => medium,
        };
        *last.entry(channel).or_default() += 1;
    }
    assert_eq!(last.values().sum::<u64>(), 21);
    for (channel, conversions) in last {
        let query = format!(
            "select cast(exact_sum(conversions) as bigint) as n from marts.channel_credits where model = 'last_touch' and channel = '{channel}'"
        );
        assert_eq!(shop.value(&query), conversions.to_string(), "{channel}");
    }
    for model in
        shop.ask("select model, exact_sum(conversions) as conversions, sum(value) as value from marts.channel_credits group by model")
    {
        assert_eq!((&*model["conversions"], model["value"].parse::<f64>().unwrap()), ("21.0", 275.0), "{}", model["model"]);
    }
}

#[test]
fn the_merchandise_stores_repeats_and_destroyed_ids() {
    let Some(store) = Ran::shared("google_merch") else { return };
    let read = store.rows();
    assert_eq!([read["analytics.csv.gz"], read["all_sessions.csv.gz"]], [1_048_575, 15_134]);
    assert_eq!(store.count("(select distinct visit_id from staging.google_merch__visits)"), 37_887);
    let lines = "staging.google_merch__visits";
    assert_eq!(store.value(&format!("select sum(revenue_micros) as micros from {lines}")), "264494759504");
    assert_eq!(store.count(&format!("{lines} where revenue_micros is not null")), 3_685);
    assert_eq!(store.count(&format!("{lines} where units_sold is not null")), 21_980);
    assert_eq!(store.value(&format!("select sum(units_sold) as units from {lines}")), "94539");
    let days = store.ask(&format!("select min(visit_date) as first, max(visit_date) as last from {lines}"));
    assert_eq!((&*days[0]["first"], &*days[0]["last"]), ("2017-05-01", "2017-08-01"));
    let channels = store.ask(&format!("select channel_grouping as channel, count(*) as n from {lines} group by channel_grouping"));
    let channels: BTreeMap<&str, u64> = channels.iter().map(|row| (&*row["channel"], row["n"].parse().unwrap())).collect();
    let published = [
        ("(Other)", 43),
        ("Affiliates", 10_648),
        ("Direct", 175_384),
        ("Display", 8_499),
        ("Organic Search", 515_197),
        ("Paid Search", 45_927),
        ("Referral", 246_832),
        ("Social", 46_045),
    ];
    assert_eq!(channels, BTreeMap::from(published));

    assert_eq!(store.count("raw.google_merch_visits where user_id is not null"), 0, "nobody was logged in");

    let views = "staging.google_merch__product_views";
    assert_eq!(store.count(&format!("(select distinct visit_id from {views})")), 14_556);
    assert_eq!(store.count(&format!("{views} where transaction_total_micros is not null")), 81);
    let days = raw("google_merch_store/all_sessions.csv.gz").into_iter().map(|row| row["purchase_date"].clone()).collect::<BTreeSet<_>>();
    assert_eq!((&**days.first().unwrap(), &**days.last().unwrap()), ("20160801", "20170801"));
    let day = "cast(visit_started_at at time zone 'America/Los_Angeles' as date)";
    let days = store.ask(&format!("select min({day}) as first, max({day}) as last from {views}"));
    assert_eq!((&*days[0]["first"], &*days[0]["last"]), ("2016-08-01", "2017-08-01"));
    // `(not set)`, in cities also `not available in demo dataset`, in categories also `${escCatTitle}`.
    for (column, nulls) in [("country", 24), ("city", 354 + 8_302), ("product_category", 757 + 19)] {
        assert_eq!(store.count(&format!("{views} where {column} is null")), nulls, "{column}");
    }
    // Lists of products and their sales without a visit or a day: they are counted here and read by nobody.
    for (file, rows) in [("products", 1_092), ("sales_by_sku", 462), ("sales_report", 454)] {
        assert!(!read.contains_key(&format!("{file}.csv")), "{file}");
        assert_eq!(raw(&format!("google_merch_store/{file}.csv")).len(), rows, "{file}");
    }
    let both = format!("(select visit_id from {lines} intersect select visit_id from {views})");
    assert_eq!(store.count(&both), 1_284);
    // A visit in both exports is one session.
    assert_eq!(store.count("entities.sessions"), 37_887 + 14_556 - 1_284);

    // Exact repeats are dropped, and nothing else.
    assert_eq!(dropped(&store, "entities.touch_records/google_merch"), BTreeMap::from([("duplicate".to_string(), 1_048_575 - 432_319)]));
    assert_eq!(store.count("entities.touch_records"), 432_319 + 15_134);

    // What a spreadsheet left of the visitors' ids is nobody's key.
    assert_eq!(store.count("entities.touch_records where contains(visitor_id, 'E+')"), 0);
    let findings = store.ask("select entity_id, evidence from marts.findings where finding = 'google_merch_destroyed_key'");
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0]["evidence"],
        "refused as a key: a spreadsheet shortened it in 1048575 of 1048575 lines; 2494 values are left for 37887 visits, 109 of which have several"
    );
}

#[test]
fn given_channels_are_the_sources_own() {
    let Some(store) = Ran::shared("google_merch") else { return };
    let ways = store.ask("select distinct decided_by from marts.traffic_sources");
    assert_eq!(ways.iter().map(|row| &*row["decided_by"]).collect::<BTreeSet<_>>(), BTreeSet::from(["given"]));
}

/// Ten million touches do not fit into memory: no window of theirs may wait for the whole input.
#[tokio::test]
async fn sessions_are_cut_in_one_pass_over_sorted_touches() {
    let session = Session::new(&Settings { memory: 64 << 20, threads: 2, spill: None, spill_bytes: 0 }).unwrap();
    let context = session.context(Shape::Normal);
    let touch = "select 't' as touch_id, 'v' as visitor_id, cast(null as text) as session_id, 's' as traffic_source_id,
        'direct' as channel, cast(null as text) as campaign, cast(null as text) as landing_url, 'internal' as direct_reason,
        cast('2026-03-04T07:00:00Z' as timestamptz) as touched_at, 'demo' as source";
    let touch = context.sql(touch).await.unwrap().collect().await.unwrap();
    let touches = MemTable::try_new(touch[0].schema(), vec![touch]).unwrap();
    session.register("entities", "touchpoints", Arc::new(touches)).unwrap();
    let sql = std::fs::read_to_string(packaged("sql/entities/sessions.sql")).unwrap().replace("$session_gap_minutes", "30");
    let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
    let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    assert_eq!(plan.matches("BoundedWindowAggExec").count(), plan.matches("WindowAggExec").count(), "{plan}");
    assert!(plan.contains("BoundedWindowAggExec"), "{plan}");
    // All windows share one order, and the groups are read off it.
    assert_eq!(plan.matches("SortExec").count(), 1, "{plan}");
}

/// The share of ways in that no rule maps is a rate, and its rows are told.
#[test]
fn unmapped_ways_in_are_a_rate_with_its_rows() {
    let case = Case::packaged();
    let raw = "testdata/snowplow/raw";
    super::copy(&packaged(raw), &case.path(raw));
    let views = case.read(&format!("{raw}/views.csv"));
    std::fs::remove_file(case.path(&format!("{raw}/views.csv"))).unwrap();
    assert_eq!(views.matches(",Banner,newsportal,").count(), 1);
    case.write(&format!("{raw}/views.csv"), &views.replace(",Banner,newsportal,", ",Cobranding,newsportal,"));
    case.done(&["run", "pipelines/snowplow.yaml"]);
    let rates = case.published("out/snowplow/latest/rates.parquet");
    let rate = rates.iter().find(|row| row["rate"] == "unmapped_source" && row["dimension"] == "(all)" && row["month"] == "(all)").unwrap();
    // Newsletter, a step inside, google.de, gclid, facebook, msclkid, nothing at all, and newsportal.
    assert_eq!((&*rate["numerator"], &*rate["denominator"]), ("1", "8"));
    let members = case.published("out/snowplow/latest/rate_members.parquet");
    let member = members.iter().find(|row| row["rate"] == "unmapped_source" && row["is_reached"] == "true").unwrap();
    let ways = case.published("out/snowplow/latest/traffic_sources.parquet");
    let way = ways.iter().find(|row| row["traffic_source_id"] == member["member_id"]).unwrap();
    assert_eq!((&*way["traffic_source"], &*way["traffic_medium"], &*way["is_mapped"]), ("newsportal", "cobranding", "false"));
    assert!(case.published("out/snowplow/latest/lead_quality.parquet").is_empty(), "ways in are no leads");
}
