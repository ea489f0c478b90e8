//! Broken files of other people: nothing altered without a reject, nothing lost (skipped where the shared data is absent).

use super::*;
use std::collections::BTreeMap;

/// The rows of a clean file, as `Loaded` shows them, without lines.
pub(super) fn clean_rows(path: &std::path::Path) -> (Vec<String>, Vec<String>) {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let mut records = reader.records().map(|record| record.unwrap());
    let header = records.next().unwrap().iter().map(str::to_string).collect();
    let cell = |cell: &str| if cell.is_empty() { "~".to_string() } else { cell.to_string() };
    let rows = records.map(|record| record.iter().map(cell).collect::<Vec<_>>().join("|"));
    (header, rows.collect())
}

pub(super) fn without_line(row: &str) -> &str {
    row.split_once(": ").unwrap().1
}

/// Rows of `loaded` that no clean row equals, each clean row used once.
fn altered<'a>(loaded: &'a [String], clean: &[String]) -> Vec<&'a str> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    clean.iter().for_each(|row| *left.entry(row).or_default() += 1);
    let mut used = |row: &str| {
        let count = left.get_mut(row).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    };
    loaded.iter().map(|row| without_line(row)).filter(|row| !used(row)).collect()
}

#[test]
fn pollock() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/pollock")) else { return };
    let index = std::fs::read_to_string(folder.join("index.tsv")).unwrap();
    let (mut files, mut refused, mut faults) = (0, Vec::new(), Vec::new());
    for line in index.lines().skip(1) {
        let [file, clean, encoding, delimiter, quote, escape, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!((encoding, delimiter, quote, escape), ("\"ascii\"", "\",\"", "\"\\\"\"", "\"\\\"\""), "the one dialect of the corpus");
        files += 1;
        let (header, clean) = clean_rows(&folder.join("clean").join(clean));
        let source = texts(&header.iter().map(String::as_str).collect::<Vec<_>>());
        let bytes = std::fs::read(folder.join("csv").join(file)).unwrap();
        let Ok(loaded) = load(bytes.clone(), &source, Options::default()) else {
            refused.push(file);
            continue;
        };
        assert_eq!(load(bytes, &source, SMALL).unwrap(), loaded, "{file} in small blocks");
        let altered = altered(&loaded.rows, &clean).len();
        // Each file has one polluted row: that one alone is a reject.
        if (altered, loaded.rows.len() + 1, loaded.rejects.len()) != (0, clean.len(), 1) {
            faults.push((file, altered, clean.len(), loaded.rows.len(), loaded.rejects.len()));
        }
    }
    assert_eq!(files, 400);
    assert!(refused.len() <= files / 100, "refused whole: {refused:?}");
    assert!(faults.is_empty(), "file, altered, clean rows, rows, rejects: {faults:?}");
}

/// Its header ends in eight columns without a name, which are empty in all rows; counts and sum are those of the plain file.
#[test]
fn zoho_sales_orders() {
    let Some(file) = shared().map(|shared| shared.join("data/zoho_crm/Sales_Orders.csv")) else { return };
    let names = "SALESORDERID,Subject,Sales Order Owner,Status,Due Date,Sub Total,Discount,Tax,Adjustments,Grand Total,Created Time,Modified Time,Is Delayed?,Age In Days,Age Tier";
    let orders = with(texts(&names.split(',').collect::<Vec<_>>()), |source| {
        source.columns[9].ty = Type::Bigint;
        source.columns[9].number.group_mark = Some(',');
    });
    let loaded = load(std::fs::read(file).unwrap(), &orders, Options::default()).unwrap();
    assert_eq!((loaded.rows.len(), loaded.rejects.len(), loaded.summary.header.len()), (2_061, 0, 23));
    let total: i64 = loaded.rows.iter().map(|row| row.split('|').nth(9).unwrap().parse::<i64>().unwrap()).sum();
    assert_eq!(total, 31_712_120);
}

#[test]
fn restaurant() {
    let Some(folder) = shared().map(|shared| shared.join("data/restaurant_orders_gbk")) else { return };
    let orders =
        with(source("order_id bigint, accounts_payable bigint, use_start_time timestamp, order_status bigint, name text"), |source| {
            source.null_words = vec!["NA".into()];
            source.extra_columns = ExtraColumns::Ignore;
            source.columns[2].formats = vec!["%Y/%m/%d %H:%M".into()];
            source.time_zone = chrono_tz::Asia::Shanghai;
        });
    let orders = csv_with(orders, |csv| csv.encoding = encoding_rs::GBK.into());
    let loaded = load(std::fs::read(folder.join("meal_order_info.csv")).unwrap(), &orders, Options::default()).unwrap();
    assert_eq!((loaded.rows.len(), loaded.rejects.len()), (945, 0));
    let payable: i64 = loaded.rows.iter().map(|row| row.split('|').nth(1).unwrap().parse::<i64>().unwrap()).sum();
    assert_eq!(payable, 465_214);
    assert_eq!(loaded.rows[0], "2: 417|165|2016-08-01T03:05:00Z|1|苗宇怡");

    let details = with(source("detail_id bigint, dishes_name text, amounts decimal(18,2), place_order_time timestamp"), |source| {
        source.extra_columns = ExtraColumns::Ignore;
        source.columns[3].formats = vec!["%Y/%m/%d %H:%M:%S".into()];
    });
    let packed = std::fs::read(folder.join("meal_order_detail.csv.gz")).unwrap();
    let loaded = load(packed.clone(), &details, Options::default()).unwrap();
    assert_eq!((loaded.rows.len(), loaded.rejects.len()), (10_037, 0));
    assert_eq!(loaded.rows.iter().filter(|row| row.contains('\n')).count(), 861);
    assert_eq!(load(packed, &details, Options { block_bytes: 61, ..SMALL }).unwrap(), loaded);
}
