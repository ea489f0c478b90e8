//! What a value is: every type from text, and what is refused instead of guessed.

use super::*;

/// One column `v` of type `ty`, changed by `change`: each text gives a value (`~` for null), or `!reason`.
fn check(ty: &str, change: impl Fn(&mut Source), cases: &[(&str, &str)]) {
    let source = csv_with(with(source(&format!("v {ty}, n bigint")), |source| change(source)), |csv| csv.delimiter = b';');
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows: String = cases.iter().enumerate().map(|(at, (text, _))| format!("{};{at}\n", quoted(text))).collect();
    let loaded = load(format!("v;n\n{rows}"), &source, Options::default()).unwrap();
    let value = |at: usize| {
        let row = loaded.rows.iter().find_map(|row| row.split_once(": ")?.1.strip_suffix(&format!("|{at}")));
        let prefix = format!("{}: v: ", at + 2);
        let reject = loaded.rejects.iter().find_map(|reject| reject.strip_prefix(&prefix)).map(|reason| format!("!{reason}"));
        row.map(str::to_string).or(reject).unwrap()
    };
    let got: Vec<(&str, String)> = cases.iter().enumerate().map(|(at, (text, _))| (*text, value(at))).collect();
    let expected: Vec<(&str, String)> = cases.iter().map(|(text, value)| (*text, value.to_string())).collect();
    assert_eq!(got, expected, "{ty}");
}

fn number(change: impl Fn(&mut NumberFormat)) -> impl Fn(&mut Source) {
    move |source| change(&mut source.columns[0].number)
}

fn formats(formats: &[&str]) -> impl Fn(&mut Source) {
    move |source| source.columns[0].formats = formats.iter().map(|format| format.to_string()).collect()
}

#[test]
fn text() {
    check("text", |_| (), &[("", "~"), (" ", " "), (" a ", " a "), ("NA", "NA"), ("\u{3000}", "\u{3000}")]);
    let words = |source: &mut Source| {
        source.null_words = vec!["NA".into(), "(not set)".into()];
        source.columns[0].null_words = vec!["选择".into()];
    };
    check(
        "text",
        words,
        &[("NA", "~"), (" NA ", "~"), ("na", "na"), ("(not set)", "~"), ("选择", "~"), ("\u{3000}选择", "~"), ("NAN", "NAN")],
    );
    check("bigint", words, &[("NA", "~"), ("选择", "~"), (" ", "~"), ("n/a", "!not a bigint")]);
    let required = |source: &mut Source| {
        words(source);
        source.columns[0].nullable = false;
    };
    check("text", required, &[("", "!null in required column"), ("NA", "!null in required column"), ("x", "x")]);
}

#[test]
fn boolean() {
    let usual = [("true", "true"), ("T", "true"), ("Yes", "true"), ("y", "true"), ("1", "true"), ("", "~"), ("2", "!not a boolean")];
    check("boolean", |_| (), &usual);
    check(
        "boolean",
        |_| (),
        &[("False", "false"), ("f", "false"), ("NO", "false"), ("n", "false"), (" 0 ", "false"), ("oui", "!not a boolean")],
    );
    let words = |source: &mut Source| {
        source.columns[0].true_words = vec!["已付".into()];
        source.columns[0].false_words = vec!["未付".into(), "X".into()];
    };
    check("boolean", words, &[("已付", "true"), ("未付", "false"), ("X", "false"), ("x", "!not a boolean"), ("true", "!not a boolean")]);
}

#[test]
fn bigint() {
    check(
        "bigint",
        |_| (),
        &[
            ("0", "0"),
            ("-5", "-5"),
            ("+5", "5"),
            (" 007 ", "7"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "!not a bigint"),
            ("12.00", "12"),
            ("12.5", "!not a bigint"),
            ("9.44E+18", "!not a bigint"),
            ("1,000", "!not a bigint"),
            ("0x10", "!not a bigint"),
            ("-", "!not a bigint"),
            (".", "!not a bigint"),
            ("--5", "!not a bigint"),
            ("１", "!not a bigint"),
            ("(5)", "-5"),
        ],
    );
    let rounding = number(|number| (number.round, number.magnitude) = (true, true));
    check(
        "bigint",
        rounding,
        &[("0.5", "0"), ("1.5", "2"), ("2.5", "2"), ("-2.5", "-2"), ("2.51", "3"), ("1.5K", "1500"), ("2m", "2000000")],
    );
}

#[test]
fn decimal() {
    check(
        "decimal(18,4)",
        |_| (),
        &[
            ("1", "1.0000"),
            ("-1.2345", "-1.2345"),
            (".5", "0.5000"),
            ("5.", "5.0000"),
            ("0.1", "0.1000"),
            ("1.50000000", "1.5000"),
            ("1.00005", "!not a decimal(18,4)"),
            ("99999999999999.9999", "99999999999999.9999"),
            ("100000000000000", "!not a decimal(18,4)"),
            ("0000000000000000000000000000000000000000000000001", "1.0000"),
            ("1e2", "!not a decimal(18,4)"),
            ("NaN", "!not a decimal(18,4)"),
            ("$1", "!not a decimal(18,4)"),
            ("1.2.3", "!not a decimal(18,4)"),
            ("", "~"),
        ],
    );
    let rounding = number(|number| number.round = true);
    check(
        "decimal(18,2)",
        rounding,
        &[("1.005", "1.00"), ("1.015", "1.02"), ("1.0150001", "1.02"), ("-1.005", "-1.00"), ("0.994999999", "0.99")],
    );
    check("decimal(38,0)", |_| (), &[("99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]);
    check("decimal(38,0)", |_| (), &[("100000000000000000000000000000000000000", "!not a decimal(38,0)")]);
}

#[test]
fn money() {
    let dollars = number(|number| {
        (number.currency, number.group_mark, number.magnitude) = (vec!["$".into(), "US$".into(), "USD".into()], Some(','), true);
    });
    check(
        "decimal(18,4)",
        dollars,
        &[
            ("$22,700.00", "22700.0000"),
            ("$342.09K", "342090.0000"),
            ("$1,117.10K", "1117100.0000"),
            ("US$ 3 M", "3000000.0000"),
            ("1.5B USD", "1500000000.0000"),
            ("-$3", "-3.0000"),
            ("$-3", "-3.0000"),
            ("\u{2212}3", "-3.0000"),
            ("(1.20)", "-1.2000"),
            ("$(1.20)", "-1.2000"),
            ("($1.20)", "-1.2000"),
            ("12,34,567.50", "1234567.5000"),
            ("1,234,567", "1234567.0000"),
            // A decimal comma where commas group: refused, not multiplied.
            ("1,5", "!not a decimal(18,4)"),
            ("1,50", "!not a decimal(18,4)"),
            ("1234,567", "!not a decimal(18,4)"),
            (",123", "!not a decimal(18,4)"),
            ("1,2345", "!not a decimal(18,4)"),
            ("€3", "!not a decimal(18,4)"),
            ("$", "!not a decimal(18,4)"),
            ("--3", "!not a decimal(18,4)"),
            ("1KK", "!not a decimal(18,4)"),
            ("10%", "!not a decimal(18,4)"),
        ],
    );
}

#[test]
fn decimal_commas_and_percents() {
    let german = number(|number| (number.decimal_mark, number.group_mark, number.currency) = (',', Some('.'), vec!["€".into()]));
    check("decimal(18,2)", &german, &[("1.234,50 €", "1234.50"), ("10,5", "10.50"), ("1.234", "1234.00"), ("1.5", "!not a decimal(18,2)")]);
    check("double", &german, &[("1.234,5", "1234.5"), ("0,1", "0.1"), ("1.5", "!not a double"), ("7", "7.0")]);
    let bare = number(|number| number.decimal_mark = ',');
    check("decimal(18,2)", &bare, &[("1,5", "1.50"), ("1.5", "!not a decimal(18,2)"), ("-15", "-15.00")]);
    let french = number(|number| (number.decimal_mark, number.group_mark) = (',', Some(' ')));
    check("decimal(18,2)", french, &[("1 234,5", "1234.50"), ("1\u{202f}234\u{a0}567", "1234567.00"), ("12 34", "!not a decimal(18,2)")]);
    let percent = number(|number| number.percent = true);
    check("decimal(18,4)", &percent, &[("12.5%", "0.1250"), ("12.5 %", "0.1250"), ("0.5", "0.5000"), ("12.345%", "!not a decimal(18,4)")]);
    check("double", &percent, &[("10%", "0.1"), ("-3 %", "-0.03"), ("%", "!not a double")]);
}

#[test]
fn double() {
    check(
        "double",
        |_| (),
        &[
            ("1", "1.0"),
            ("0.1", "0.1"),
            ("-1.429999948", "-1.429999948"),
            ("1e3", "1000.0"),
            ("1E-2", "0.01"),
            ("123456789012345678901234567890", "1.2345678901234568e29"),
            ("9007199254740993", "9007199254740992.0"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("1e999", "!not a double"),
            ("inf", "!not a double"),
            ("NaN", "!not a double"),
            ("e", "!not a double"),
            ("1-2", "!not a double"),
            ("", "~"),
        ],
    );
}

#[test]
fn date() {
    let iso = [("2020-02-29", "2020-02-29"), ("2021-02-29", "!not a date"), ("0001-01-01", "0001-01-01"), ("2020-2-9", "!not a date")];
    check("date", |_| (), &iso);
    check("date", |_| (), &[("2020-02-29T00:00:00", "!not a date"), ("20200229", "!not a date"), ("1969-12-31", "1969-12-31")]);
    let days = [("2/1/21", "2021-02-01"), ("02/01/2021", "2021-02-01"), ("13/1/21", "!not a date"), ("2021-02-01", "!not a date")];
    check("date", formats(&["%m/%d/%Y", "%m/%d/%y"]), &days);
    // `%Y` alone must not make the year 21 of `21`.
    check("date", formats(&["%m/%d/%Y"]), &[("2/1/21", "!not a date"), ("2/1/0021", "0021-02-01")]);
    check("date", formats(&["%y-%m-%d"]), &[("69-01-01", "2069-01-01"), ("70-01-01", "1970-01-01")]);
    check("date", formats(&["%d %b, %Y %H:%M:%S", "%Y-%m-%d"]), &[("15 Apr, 2021 00:03:00", "2021-04-15"), ("2021-04-15", "2021-04-15")]);
    check("date", formats(&["%Y%m%d"]), &[("20170501", "2017-05-01"), ("2017051", "2017-05-01"), ("201705", "!not a date")]);
    check("date", formats(&["epoch_s"]), &[("1493622000", "2017-05-01")]);
}

#[test]
fn timestamp() {
    check(
        "timestamp",
        |_| (),
        &[
            ("2018-07-03 13:02:11", "2018-07-03T13:02:11Z"),
            ("2018-07-03T13:02:11Z", "2018-07-03T13:02:11Z"),
            ("2018-07-03T13:02", "2018-07-03T13:02:00Z"),
            ("2018-07-03 13:02:11.5", "2018-07-03T13:02:11.500Z"),
            ("2018-07-03 13:02:11.123456789Z", "2018-07-03T13:02:11.123456Z"),
            ("2018-07-03 13:02:11 +0000", "2018-07-03T13:02:11Z"),
            ("2018-07-03T13:02:11+08:00", "2018-07-03T05:02:11Z"),
            ("2018-07-03T13:02:11-0330", "2018-07-03T16:32:11Z"),
            ("2018-07-03T13:02:11+08", "2018-07-03T05:02:11Z"),
            ("2018-07-03", "!not a timestamp"),
            ("2018-07-03 24:00:00", "!not a timestamp"),
            ("2018-07-03 13:02:60", "!not a timestamp"),
            ("2018-07-03 13:02:11+25:00", "!not a timestamp"),
            ("2018-07-03 13:02:11.", "!not a timestamp"),
            ("2018-07-03 4:30:21", "!not a timestamp"),
        ],
    );
    let one_digit = formats(&["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d"]);
    let times = [
        ("2020-02-04 4:30:21", "2020-02-04T04:30:21Z"),
        ("2016/8/1 11:05", "2016-08-01T11:05:00Z"),
        ("2020-02-04", "2020-02-04T00:00:00Z"),
    ];
    check("timestamp", one_digit, &times);
    let zoned = [("03/07/2021 01:09:00 AM -0500", "2021-07-03T06:09:00Z"), ("03/07/2021 12:09:00 PM +0000", "2021-07-03T12:09:00Z")];
    check("timestamp", formats(&["%d/%m/%Y %I:%M:%S %p %z"]), &zoned);
    check(
        "timestamp",
        formats(&["epoch_s"]),
        &[("1493622000", "2017-05-01T07:00:00Z"), ("0.25", "1970-01-01T00:00:00.250Z"), ("-1", "1969-12-31T23:59:59Z")],
    );
    check("timestamp", formats(&["epoch_ms"]), &[("1493622000123", "2017-05-01T07:00:00.123Z"), ("1.49E+12", "!not a timestamp")]);
    check(
        "timestamp",
        formats(&["epoch_us"]),
        &[("1493622000123456", "2017-05-01T07:00:00.123456Z"), ("999999999999999999", "!not a timestamp")],
    );
}

#[test]
fn local_times() {
    let zone = |zone, ambiguous, missing| {
        move |source: &mut Source| (source.time_zone, source.ambiguous_time, source.missing_time) = (zone, ambiguous, missing)
    };
    use chrono_tz::{America::Sao_Paulo, Asia::Shanghai, Europe::Madrid, Pacific::Apia};
    let strict = zone(Madrid, AmbiguousTime::Reject, MissingTime::Reject);
    check(
        "timestamp",
        strict,
        &[
            ("2021-01-15 12:00:00", "2021-01-15T11:00:00Z"),
            ("2021-07-15 12:00:00", "2021-07-15T10:00:00Z"),
            ("2021-10-31 02:30:00", "!ambiguous local time in Europe/Madrid"),
            ("2021-10-31 02:30:00+02:00", "2021-10-31T00:30:00Z"),
            ("2021-03-28 02:30:00", "!local time that never was in Europe/Madrid"),
            ("2021-03-28 03:00:00", "2021-03-28T01:00:00Z"),
        ],
    );
    let earlier = zone(Madrid, AmbiguousTime::Earlier, MissingTime::Shift);
    check("timestamp", earlier, &[("2021-10-31 02:30:00", "2021-10-31T00:30:00Z"), ("2021-03-28 02:30:00", "2021-03-28T01:30:00Z")]);
    let later = zone(Madrid, AmbiguousTime::Later, MissingTime::Shift);
    check("timestamp", later, &[("2021-10-31 02:30:00", "2021-10-31T01:30:00Z")]);
    check("timestamp", zone(Shanghai, AmbiguousTime::Reject, MissingTime::Reject), &[("2020-02-01 00:14:15", "2020-01-31T16:14:15Z")]);
    // Midnight did not exist in São Paulo on 2018-11-04; a whole day did not on Samoa (offset -10 before, +14 after).
    let shift = |place| zone(place, AmbiguousTime::Reject, MissingTime::Shift);
    check("timestamp", shift(Sao_Paulo), &[("2018-11-04 00:30:00", "2018-11-04T03:30:00Z")]);
    check("timestamp", shift(Apia), &[("2011-12-30 00:00:00", "2011-12-30T10:00:00Z"), ("2011-12-30 23:59:00", "2011-12-31T09:59:00Z")]);
}

#[test]
fn formats_that_cannot_be_used() {
    for format in ["%Q", "%Y-%m-%d %Z"] {
        let source = with(source("v timestamp"), |source| formats(&[format])(source));
        assert_eq!(check_formats(&source, &source.columns[0]).unwrap_err().kind, crate::error::Kind::Faulty, "{format}");
    }
}

#[test]
fn the_first_column_in_declared_order_is_to_blame() {
    let loaded = load("b,a\nx,y\n1,y\nx,1\n1,1\n", &source("a bigint, b date"), SMALL).unwrap();
    assert_eq!(loaded.rejects, ["2: a: not a bigint", "3: a: not a bigint", "4: b: not a date", "5: b: not a date"]);
    assert_eq!(loaded.summary.rows_read, 4);
}
