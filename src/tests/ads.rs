//! What advertising cost, by the figures of the sets' owners. The spend sheets may not be copied here; see [`shared`].

use super::{Case, Row, raw, raw_tables, shared};
use std::collections::{BTreeMap, BTreeSet};

/// Runs the pipeline over the shared data.
fn run() -> Option<Case> {
    let data = format!("data={}", shared("data")?.display());
    let case = Case::packaged();
    case.done(&["run", "pipelines/ads.yaml", "--param", &data, "--as-of", "2026-06-30"]);
    Some(case)
}

/// An amount with four decimals, exact.
fn units(amount: &str) -> i128 {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{fraction:0<4}").parse().unwrap_or_else(|_| panic!("{amount:?}"))
}

fn spent<'a>(rows: impl IntoIterator<Item = &'a Row>) -> i128 {
    rows.into_iter().map(|row| units(&row["spend"])).sum()
}

fn total<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> f64 {
    rows.into_iter().filter(|row| !row[column].is_empty()).map(|row| row[column].parse::<f64>().unwrap()).sum()
}

#[test]
fn spend_is_what_the_owners_of_the_sets_say() {
    let Some(case) = run() else { return };
    let rows = case.published("out/ads/latest/entities.spend_days.parquet");
    let mut sources = BTreeMap::<&str, Vec<&Row>>::new();
    for row in &rows {
        sources.entry(&row["source"]).or_default().push(row);
    }

    let tables = raw_tables("fivetran_ad_reporting");
    assert_eq!((tables.len(), tables.iter().map(Vec::len).sum::<usize>()), (44, 5_360), "what the four platforms' set is said to be");

    let google = &sources["google_ads"];
    assert_eq!((google.len(), spent(google.iter().copied())), (16, units("231.33")));
    let micros: i64 = google.iter().map(|row| row["cost_micros"].parse::<i64>().unwrap()).sum();
    assert_eq!(micros, 231_330_000);
    assert!(google.iter().all(|row| (&*row["currency"], &*row["channel"]) == ("USD", "paid_search")), "by account history");

    let meta = &sources["meta_ads"];
    assert_eq!((meta.len(), spent(meta.iter().copied())), (10, units("643.63")));
    assert!(meta.iter().all(|row| row["currency"] == "XXX"), "this history of accounts has no currency");
    assert!(meta.iter().all(|row| row["campaign"].ends_with("==")), "the ad leads to its campaign's obfuscated name");

    // Figures counted with another program over the same files.
    let linkedin = &sources["linkedin_ads"];
    assert_eq!((linkedin.len(), spent(linkedin.iter().copied())), (20, units("530.62")));
    let microsoft = &sources["microsoft_ads"];
    assert_eq!((microsoft.len(), spent(microsoft.iter().copied())), (403, units("946.34")), "2,630 lines, one per campaign and day");

    // Both exports are read and one counts.
    let sheet = &sources["spend_sheet"];
    assert_eq!((sheet.len(), spent(sheet.iter().copied())), (308, units("30590879.82")));
    let sums = ["impressions", "clicks", "platform_leads", "platform_conversions", "platform_value"]
        .map(|name| total(sheet.iter().copied(), name));
    assert_eq!(sums, [1_577_722_399.0, 2_999_919.0, 65_579.0, 8_043.0, 42_889_366.0]);
    let days: BTreeSet<&str> = sheet.iter().map(|row| &*row["spend_date"]).collect();
    assert_eq!((days.len(), days.first(), days.last()), (28, Some(&"2021-02-01"), Some(&"2021-02-28")));
    // On 19 days nobody ordered: 0 stands there. No table divides by what a platform claims, and a cost per own conversion is null
    // where there was none.
    assert_eq!(sheet.iter().filter(|row| row["platform_conversions"].parse::<f64>() == Ok(0.0)).count(), 19);
    let roi = case.published("out/ads/latest/channel_roi.parquet");
    assert!(roi.iter().any(|row| row["month"] == "2021-02"));
    assert!(roi.iter().all(|row| row["conversions"].parse::<f64>() == Ok(0.0) && row["cost_per_conversion"].is_empty()));
    let findings = case.published("out/ads/latest/findings.parquet");
    assert!(findings.iter().all(|row| row["finding"] != "spend_sheet_exports_disagree"), "both exports give the same table");

    let results = &sources["ad_results"];
    assert_eq!((results.len(), spent(results.iter().copied())), (1_143, units("58705.23")));
    assert_eq!(
        ["impressions", "clicks", "platform_leads", "platform_conversions"].map(|name| total(results.iter().copied(), name)),
        [213_434_828.0, 38_165.0, 3_264.0, 1_079.0]
    );
    for (campaign, spend, bought) in [("1178", "55662.15", 872.0), ("936", "2893.37", 183.0), ("916", "149.71", 24.0)] {
        let of_campaign: Vec<&Row> = results.iter().copied().filter(|row| row["campaign_id"] == campaign).collect();
        assert_eq!((spent(of_campaign.iter().copied()), total(of_campaign, "platform_conversions")), (units(spend), bought), "{campaign}");
    }
    let days: BTreeSet<&str> = results.iter().map(|row| &*row["spend_date"]).collect();
    assert_eq!((days.first(), days.last()), (Some(&"2023-08-01"), Some(&"2023-08-31")));
    // 1.43 as a float of four bytes writes it.
    let noisy = raw("facebook_ads_kag/KAG_conversion_data.csv").into_iter().find(|row| row["Spent"] == "1.429999948").unwrap();
    let ad = results.iter().find(|row| row["ad_id"] == noisy["ad_id"]).unwrap();
    assert_eq!(ad["spend"], "1.4300");
    let unclicked = findings.iter().filter(|row| row["finding"] == "conversions_without_clicks" && row["source"] == "ad_results");
    assert_eq!(unclicked.count(), 204);
}

#[test]
fn campaign_days_keep_every_cent_and_every_campaign() {
    let Some(case) = run() else { return };
    let days = case.published("out/ads/latest/campaign_days.parquet");
    let spend_days = case.published("out/ads/latest/entities.spend_days.parquet");
    assert_eq!(spent(&days), spent(&spend_days));
    assert!(days.iter().all(|row| row["is_spend_known"] == "true" && row["is_tagged"] == "false"));
    let sheet: BTreeSet<&str> = spend_days.iter().filter(|row| row["source"] == "spend_sheet").map(|row| &*row["campaign_id"]).collect();
    assert_eq!(sheet.len(), 11);
    let keys: BTreeSet<&str> =
        days.iter().filter(|row| row["day"].starts_with("2021-02") && row["currency"] == "XXX").map(|row| &*row["campaign_key"]).collect();
    assert_eq!(keys.len(), 11);
    assert!(keys.contains("facebook_tier2"), "facebOOK_tier2");
}

#[test]
fn two_exports_that_disagree_are_told() {
    let Some(data) = shared("data") else { return };
    let case = Case::packaged();
    let folder = case.path("data");
    std::fs::create_dir_all(&folder).unwrap();
    for set in ["fivetran_ad_reporting", "campaign_daily_spend", "facebook_ads_kag"] {
        super::copy(&data.join(set), &folder.join(set));
    }
    let file = "data/campaign_daily_spend/marketing_us_dates_crlf.csv";
    let text = case.read(file);
    let first = text.lines().nth(1).unwrap();
    let spend = first.split(',').nth(6).unwrap();
    std::fs::remove_file(case.path(file)).unwrap();
    let (shorter, _) = text.trim_end().rsplit_once('\n').unwrap();
    case.write(file, &format!("{}\n", shorter.replacen(&format!(",{spend},"), ",1.00,", 1)));
    case.done(&["run", "pipelines/ads.yaml", "--param", &format!("data={}", folder.display()), "--as-of", "2026-06-30"]);
    let findings = case.published("out/ads/latest/findings.parquet");
    let told: Vec<&Row> = findings.iter().filter(|row| row["finding"] == "spend_sheet_exports_disagree").collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|row| row["entity_id"].ends_with(" us_dates") && row["related_id"].ends_with(" original")));
    let evidence: BTreeSet<&str> = told.iter().map(|row| &*row["evidence"]).collect();
    assert_eq!(evidence, BTreeSet::from(["another export has other values of spend", "this export lacks a day that another has"]));
    let sheet = case.published("out/ads/latest/entities.spend_days.parquet");
    assert_eq!(spent(sheet.iter().filter(|row| row["source"] == "spend_sheet")), units("30590879.82"), "the first export counts");
}
