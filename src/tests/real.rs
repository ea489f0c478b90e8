//! Public data sets give the figures their owners and an independent reference publish. The sets may not be copied here; see [`shared`].

use super::{Case, Row, shared};
use std::collections::{BTreeMap, BTreeSet};

/// Runs a packaged pipeline over the shared data.
pub(super) fn run(pipeline: &str) -> Option<(Case, String)> {
    let data = format!("data={}", shared("data")?.display());
    let case = Case::packaged();
    case.done(&["run", pipeline, "--param", &data, "--as-of", "2026-06-30"]);
    Some((case, data))
}

/// Raw objects, their rows and their rejects.
pub(super) fn read(case: &Case, marts: &str) -> BTreeMap<String, (u64, u64)> {
    let inputs = case.commit(marts)["inputs"].as_array().unwrap().clone();
    let number = |input: &serde_json::Value, name: &str| input[name].as_u64().unwrap();
    inputs
        .iter()
        .map(|input| {
            let file = input["object"].as_str().unwrap().rsplit('/').next().unwrap().to_string();
            (file, (number(input, "rows"), number(input, "rejects")))
        })
        .collect()
}

fn number(row: &Row, name: &str) -> f64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name} of {row:?}"))
}

#[test]
fn olist_leads_are_counted_once_and_worth_what_its_readers_published() {
    let Some((case, _)) = run("pipelines/olist.yaml") else { return };
    let read = read(&case, "out/olist");
    let rows = |file: &str| read[file];
    assert_eq!(rows("olist_marketing_qualified_leads_dataset.csv"), (8_000, 0));
    assert_eq!(rows("mql_us_dates_crlf_no_landing_page.csv"), (8_000, 0));
    assert_eq!(rows("mql_no_header_midnight_timestamps.csv"), (8_000, 0));
    assert_eq!(rows("mql_ids_only.csv"), (8_000, 0));
    assert_eq!(rows("olist_closed_deals_dataset.csv"), (842, 0));
    assert_eq!(rows("closed_deals_380_us_dates_crlf.csv"), (380, 0));
    assert_eq!(rows("order_items.parquet"), (112_650, 0));

    // Leads, won, item price and freight per lead.
    let published = [
        ("organic_search", 2296, 271, 102.77),
        ("paid_search", 1586, 195, 114.75),
        ("social", 1350, 75, 38.05),
        ("unknown", 1099, 179, 217.26),
        ("direct_traffic", 499, 56, 55.21),
        ("email", 493, 15, 18.50),
        ("referral", 284, 24, 69.32),
        ("other", 150, 4, 58.44),
        ("display", 118, 6, 10.24),
        ("other_publicities", 65, 3, 0.0),
        ("(empty)", 60, 14, 23.29),
    ];
    let quality = case.published("out/olist/latest/lead_quality.parquet");
    let of_channel: BTreeMap<&str, &Row> =
        quality.iter().filter(|row| row["month"] == "(all)").map(|row| (row["channel"].as_str(), row)).collect();
    assert_eq!(of_channel.len(), published.len() + 1);
    for (origin, leads, won, value_per_lead) in published {
        let row = of_channel[origin];
        assert_eq!((&row["leads"], &row["won"]), (&leads.to_string(), &won.to_string()), "{origin}");
        let cents = (number(row, "value_per_lead") * 100.0).round();
        assert_eq!(cents, (value_per_lead * 100.0_f64).round(), "{origin}");
    }
    let all = of_channel["(all)"];
    assert_eq!([&all["records"], &all["leads"], &all["won"]], ["8000", "8000", "842"]);
    assert_eq!(all["won_rate"], "0.10525");
}

#[test]
fn touchpoints_give_the_reference_credits() {
    let Some((case, _)) = run("pipelines/touchpoints.yaml") else { return };
    assert_eq!(read(&case, "out/touchpoints")["attribution_data.csv.gz"], (62_483, 0));
    let mut sums = BTreeMap::<(String, String), (f64, f64)>::new();
    for row in case.published("out/touchpoints/latest/channel_credits.parquet") {
        let sum = sums.entry((row["model"].clone(), row["channel"].clone())).or_default();
        *sum = (sum.0 + number(&row, "conversions"), sum.1 + number(&row, "value"));
    }
    // Conversions under first, last and linear, value under linear.
    let reference = [
        ("Facebook", 569.0, 561.0, 532.2776, 3328.1315),
        ("Instagram", 226.0, 237.0, 234.6260, 1463.8957),
        ("Online Display", 220.0, 233.0, 210.0265, 1287.1750),
        ("Online Video", 222.0, 350.0, 309.5611, 1935.8207),
        ("Paid Search", 601.0, 457.0, 551.5088, 3408.4772),
    ];
    for (channel, first, last, linear, value) in reference {
        let of = |model: &str| sums[&(model.to_string(), channel.to_string())];
        let near = |a: f64, b: f64| assert!((a - b).abs() <= 0.000_051, "{channel}: {a}, the reference says {b}");
        assert_eq!((of("first_touch").0, of("last_touch").0), (first, last), "{channel}");
        near(of("linear").0, linear);
        near(of("linear").1, value);
    }
    for model in ["first_touch", "last_touch", "linear", "position_40_20_40", "time_decay"] {
        let of_model = sums.iter().filter(|((named, _), _)| named == model);
        let (conversions, value) = of_model.fold((0.0, 0.0), |sum, (_, (conversions, value))| (sum.0 + conversions, sum.1 + value));
        assert!((conversions - 1838.0).abs() < 1e-6, "{model}: {conversions} conversions");
        assert!((value - 11_423.50).abs() < 1e-6, "{model}: worth {value}");
    }
}

#[test]
fn restaurant_orders_keep_their_names() {
    let Some((case, data)) = run("pipelines/restaurant.yaml") else { return };
    let read = read(&case, "out/restaurant");
    assert_eq!(read["meal_order_info.csv"], (945, 0));
    assert_eq!(read["meal_order_detail.csv.gz"], (10_037, 0));
    let orders = case.published("out/restaurant/latest/entities.orders.parquet");
    assert_eq!(orders.len(), 945);
    assert_eq!(orders.iter().map(|row| number(row, "amount")).sum::<f64>(), 465_214.0);
    assert_eq!(case.published("out/restaurant/latest/entities.order_lines.parquet").len(), 10_037);

    // The names as another decoder reads them.
    let file = std::path::Path::new(data.strip_prefix("data=").unwrap()).join("restaurant_orders_gbk/meal_order_info.csv");
    let bytes = std::fs::read(file).unwrap();
    let (text, _, broken) = encoding_rs::GB18030.decode(&bytes);
    assert!(!broken);
    let decoded: BTreeSet<String> = super::records(text.as_bytes()).into_iter().map(|row| row["name"].clone()).collect();
    let names: BTreeSet<String> = orders.iter().map(|row| row["customer_name"].clone()).collect();
    assert_eq!(names, decoded);
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(names.iter().all(|name| !name.is_empty() && name.chars().all(is_chinese)));
}
