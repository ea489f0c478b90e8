//! Broken files of other people: nothing altered without a reject, nothing lost (skipped where the shared data is absent).

use super::*;
use std::collections::BTreeMap;

/// The rows of a clean file, as `Loaded` shows them, without lines.
fn clean_rows(path: &std::path::Path) -> (Vec<String>, Vec<String>) {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let mut records = reader.records().map(|record| record.unwrap());
    let header = records.next().unwrap().iter().map(str::to_string).collect();
    let cell = |cell: &str| if cell.is_empty() { "~".to_string() } else { cell.to_string() };
    let rows = records.map(|record| record.iter().map(cell).collect::<Vec<_>>().join("|"));
    (header, rows.collect())
}

fn without_line(row: &str) -> &str {
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

#[test]
fn encodings() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/encodings")) else { return };
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let mut equal = 0;
    for line in manifest.lines().skip(1) {
        let [file, label, expected, "decode_equals_expected", ..] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        // Python's names; `utf_16` writes a little-endian byte order mark.
        let label = match label {
            "utf_8_sig" => "utf-8".into(),
            "utf_16" | "utf_16_le" => "utf-16le".into(),
            "utf_16_be" => "utf-16be".into(),
            "latin_1" => "iso-8859-1".into(),
            "mac_roman" => "macintosh".into(),
            label => label
                .replace("iso8859_", "iso-8859-")
                .replace("koi8_r", "koi8-r")
                .replace("cp", "windows-")
                .replace("windows-866", "ibm866")
                .replace('_', "-"),
        };
        let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
            assert!(["utf-32", "utf-32-le", "utf-7"].contains(&label.as_str()), "{label}");
            continue;
        };
        let (header, clean) = clean_rows(&folder.join(expected));
        let source = csv_with(texts(&header.iter().map(String::as_str).collect::<Vec<_>>()), |csv| csv.encoding = encoding);
        for options in [SMALL, Options::default()] {
            let loaded = load(std::fs::read(folder.join(file)).unwrap(), &source, options).unwrap();
            let rows: Vec<&str> = loaded.rows.iter().map(|row| without_line(row)).collect();
            assert_eq!((rows, loaded.rejects), (clean.iter().map(String::as_str).collect(), vec![]), "{file}");
        }
        equal += 1;
    }
    assert_eq!(equal, 23);
}

#[test]
fn broken_encodings() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/encodings")) else { return };
    let check = |file: &str, source: Source, rows: usize, rejects: &[&str]| {
        for options in [SMALL, Options::default()] {
            let loaded = load(std::fs::read(folder.join(file)).unwrap(), &source, options).unwrap();
            assert_eq!(
                (loaded.rows.len(), loaded.rejects.iter().map(String::as_str).collect::<Vec<_>>()),
                (rows, rejects.to_vec()),
                "{file}"
            );
        }
    };
    let ab = || texts(&["a", "b"]);
    let gbk = csv_with(source("客户 text, 渠道 text, 金额 decimal(18,2)"), |csv| csv.encoding = encoding_rs::GBK);
    check("gbk_truncated_last_byte.csv", gbk, 2, &["4: 金额: not a decimal(18,2)"]);
    check("utf8_overlong_line2.csv", ab(), 1, &["2: -: invalid UTF-8"]);
    check("utf8_trunc_eof.csv", ab(), 1, &["3: -: invalid UTF-8"]);
    check("bom_midfile_concat.csv", ab(), 2, &["3: -: byte order mark inside the file"]);
    check("utf16le_odd_length.csv", csv_with(ab(), |csv| csv.encoding = encoding_rs::UTF_16LE), 1, &["3: -: invalid UTF-16LE"]);
    check("nul_in_field.csv", ab(), 1, &["2: -: NUL byte"]);
    check("mixed_eol.csv", ab(), 3, &[]);
    check("zero_width_header.csv", texts(&["em\u{200b}ail", "email"]), 1, &[]);
    check("field_256KiB_unclosed_quote.csv", ab(), 0, &["2: -: quoted field is not closed"]);
    let error = load(std::fs::read(folder.join("only_bom.csv")).unwrap(), &ab(), SMALL).unwrap_err();
    assert!(error.sentence.contains("header is missing"), "{error}");
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
    let orders = csv_with(orders, |csv| csv.encoding = encoding_rs::GBK);
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
