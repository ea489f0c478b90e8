//! JSON records: which are rows, what of them columns take, and which lines are rejects.

use super::*;
use std::collections::BTreeMap;
use std::fmt::Write;

fn json(records: JsonRecords, columns: &[(&str, &str, &str)]) -> Source {
    let mut source = source("x text");
    source.format = Format::Json(Json { records, encoding: encoding_rs::UTF_8.into(), compression: Compression::Detect });
    source.columns = columns.iter().map(|(name, ty, from)| SourceColumn { from: (*from).into(), ..declared((name, ty)) }).collect();
    source
}

fn lines(columns: &[(&str, &str, &str)]) -> Source {
    json(JsonRecords::Lines, columns)
}

/// The same in blocks of any size.
fn check(bytes: &[u8], source: &Source, rows: &[&str], rejects: &[&str]) {
    for block_bytes in [1, 2, 3, 5, 7, 11, 4 << 20] {
        let loaded = load(bytes, source, Options { block_bytes, ..SMALL }).unwrap();
        let told =
            (loaded.rows.iter().map(String::as_str).collect::<Vec<_>>(), loaded.rejects.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(told, (rows.to_vec(), rejects.to_vec()), "in blocks of {block_bytes}: {}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn values_by_path() {
    let source = lines(&[
        ("id", "bigint", "id"),
        ("email", "text", "user.email"),
        ("first", "text", "items[0].name"),
        ("session", "bigint", "params[key=session].value.int"),
        ("page", "text", "params[key=page].value.text"),
        ("dotted", "decimal(18,4)", "\"a.b\".c"),
        ("tags", "text", "tags"),
    ]);
    let bytes = r#"{"id":9007199254740993,"user":{"email":"a\u0040x.example","name":"n"},"items":[{"name":"一"},{"name":"b"}],"params":[{"key":"page","value":{"text":"/p"}},{"key":"session","value":{"int":17}}],"a.b":{"c":0.1000},"tags":["x", {"y":1}]}
{"tags":{"k" : "v"},"a.b":{"c":"1.5"},"params":[],"items":[],"user":null,"id":"12"}

{"id":3,"items":null,"params":[1,{"key":"page"},{"key":"page","value":{"text":"late"}}]}
"#;
    let source = with(source, |source| source.extra_columns = ExtraColumns::Ignore);
    check(
        bytes.as_bytes(),
        &source,
        &[
            "1: 9007199254740993|a@x.example|一|17|/p|0.1000|[\"x\", {\"y\":1}]",
            "2: 12|~|~|~|~|1.5000|{\"k\" : \"v\"}",
            "4: 3|~|~|~|late|~|~",
        ],
        &[],
    );
}

#[test]
fn scalars_of_every_type() {
    let source = lines(&[("b", "boolean", "b"), ("d", "double", "d"), ("t", "timestamp", "t"), ("s", "text", "s")]);
    let source = with(source, |source| source.null_words = vec!["(not set)".into()]);
    check(
        br#"{"b":true,"d":1.5e3,"t":"2026-03-04T07:02:11Z","s":5}
{"b":"no","d":"2","t":null,"s":"(not set)"}
{"b":0,"d":-0,"s":""}
{"b":"maybe"}
{"d":true}
{"t":{"x":1}}
{"s":false}"#,
        &source,
        &["1: true|1500.0|2026-03-04T07:02:11Z|5", "2: false|2.0|~|~", "3: false|-0.0|~|~", "7: ~|~|~|false"],
        &["4: b: not a boolean", "5: d: not a double", "6: t: not a timestamp"],
    );
}

#[test]
fn a_bad_line_is_a_reject_of_that_line_alone() {
    let source = with(lines(&[("a", "bigint", "a"), ("b", "text", "o.b")]), |source| source.columns[0].nullable = false);
    let deep = format!("{{\"a\":8,\"o\":{{\"b\":{}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(
        "{{\"a\":1}}\r\n{{\"a\":1,}}\n{{\"a\":1}} x\n{{\"a\":NaN}}\n{{\"b\":1}}\n{{\"a\":\"three\"}}\r{{\"a\":1,\"a\":2}}\n{{\"a\":6,\"o\":\"flat\"}}\n[1]\n{deep}\n{{\"a\":9,\"o\":{{\"b\":\"\\ud83d\\ude00\"}}}}\n{{\"a\":1,\"o\":{{\"b\":\"\\ud83d\"}}}}\n \n{{\"a\":2"
    );
    let source = with(source, |source| source.extra_columns = ExtraColumns::Ignore);
    let loaded = load(text, &source, Options::default()).unwrap();
    let short: Vec<String> = loaded.rows.iter().map(|row| row.chars().take(12).collect()).collect();
    assert_eq!(short, ["1: 1|~", "10: 8|[[[[[[", "11: 9|😀"]);
    assert_eq!(
        loaded.rejects,
        [
            "2: -: invalid JSON",
            "3: -: invalid JSON",
            "4: -: invalid JSON",
            "5: a: null in required column",
            "6: a: not a bigint",
            "7: a: its key is there twice",
            "8: b: its path goes into a value that is no object",
            "9: a: its path goes into a value that is no object",
            "12: -: invalid JSON",
            "13: -: invalid JSON",
            "14: -: invalid JSON",
        ]
    );
}

#[test]
fn wrong_bytes_and_marks() {
    let source = lines(&[("a", "text", "a")]);
    check(b"\xef\xbb\xbf{\"a\":\"x\"}\n{\"a\":\"\xff\"}\n{\"a\":\"y\"}", &source, &["1: x", "3: y"], &["2: -: invalid UTF-8"]);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let source = with(source, |source| {
        source.format =
            Format::Json(Json { records: JsonRecords::Lines, encoding: encoding_rs::UTF_16LE.into(), compression: Compression::Detect });
    });
    check(&wide("\u{feff}{\"a\":\"中\"}\n"), &source, &["1: 中"], &[]);
}

#[test]
fn undeclared_keys_are_drift() {
    let source = lines(&[("a", "text", "a"), ("b", "text", "o.b")]);
    let error = load(
        r#"{"a":1,"c":2}
{"d":1,"o":{"x":1}}"#,
        &source,
        SMALL,
    )
    .unwrap_err();
    assert_eq!(error.sentence, "records of `object` have keys that source `things` does not declare: `c`, `d`");
    assert_eq!(error.kind, crate::error::Kind::Check);
    check(br#"{"c":2}"#, &lines(&[("all", "text", "$")]), &["1: {\"c\":2}"], &[]);
}

#[test]
fn documents() {
    let source = json(JsonRecords::Document, &[("a", "bigint", "a")]);
    check(b"[{\"a\":1},\n {\"a\":2},\n\n {\"a\" :\n3}]\n", &source, &["1: 1", "2: 2", "4: 3"], &[]);
    check(b"{\"a\":1}", &source, &["1: 1"], &[]);
    check(b" [ ] ", &source, &[], &[]);
    check(b"", &source, &[], &[]);
    check(b"[{\"a\":\"[,]\"},{\"a\":2},{\"a\":x},{\"a\":4}]", &source, &["1: 2", "1: 4"], &["1: a: not a bigint", "1: -: invalid JSON"]);
    check(b"[{\"a\":1},\n]", &source, &["1: 1"], &["2: -: invalid JSON"]);
    check(b"[{\"a\":1}]\n{\"a\":2}", &source, &["1: 1"], &["2: -: text after the end of the array"]);
    check(b"[{\"a\":1},\n{\"a\":2", &source, &["1: 1"], &["2: -: invalid JSON"]);
}

/// nst/JSONTestSuite, each file as line 2 of three: y_ is a row, n_ a reject of its line, i_ is either. A file that holds line ends is several
/// lines: of an n_ file at least one is a reject (each half of it may be JSON by itself only where the suite broke it between lines), and of a
/// y_ file those are rows that are JSON by themselves. An empty line is no record.
#[test]
fn conformance() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/json")) else { return };
    let source = lines(&[("value", "text", "$")]);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let (mut outcomes, mut table) = (BTreeMap::<(char, &str), u32>::new(), String::new());
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let content = std::fs::read(path).unwrap();
        let bytes = [b"{\"n\":1}\n", &content[..], b"\n{\"n\":3}\n"].concat();
        let loaded = load(bytes.clone(), &source, Options::default()).unwrap();
        assert_eq!(load(bytes, &source, SMALL).unwrap(), loaded, "{name} in small blocks");
        let text = content.strip_suffix(b"\n").unwrap_or(&content);
        let is_one_line = !text.contains(&b'\n') && !text.contains(&b'\r');
        assert_eq!(loaded.rows.first().map(String::as_str), Some("1: {\"n\":1}"), "{name}");
        assert!(loaded.rows.last().unwrap().ends_with("{\"n\":3}"), "{name}");
        let (rows, rejects) = (loaded.rows.len() - 2, loaded.rejects.len());
        let outcome = match (rows, rejects) {
            (1, 0) => "row",
            (0, 1) => "reject",
            (0, 0) => "no record",
            _ => "several lines",
        };
        let kind = name.chars().next().unwrap();
        match (kind, is_one_line) {
            ('y', true) => assert_eq!(outcome, "row", "{name}"),
            ('n', true) if !text.is_empty() => assert_eq!((outcome, &loaded.rejects[0][..2]), ("reject", "2:"), "{name}"),
            ('n', true) => assert_eq!(outcome, "no record", "{name}"),
            ('n', false) => assert!(rejects > 0, "{name}"),
            _ => {}
        }
        *outcomes.entry((kind, outcome)).or_default() += 1;
        writeln!(table, "{outcome:<14} {name}").unwrap();
    }
    assert_eq!(files.len(), 154);
    println_table(&table, &outcomes);
}

fn println_table(table: &str, outcomes: &BTreeMap<(char, &str), u32>) {
    let mut out = std::io::stdout().lock();
    std::io::Write::write_all(&mut out, table.as_bytes()).unwrap();
    for ((kind, outcome), count) in outcomes {
        std::io::Write::write_all(&mut out, format!("{kind}_ {outcome}: {count}\n").as_bytes()).unwrap();
    }
}

#[test]
fn hostile() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/hostile/json")) else { return };
    let check = |file: &str, columns: &[(&str, &str, &str)], rows: &[&str], rejects: &[&str]| {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        super::json::check(&bytes, &lines(columns), rows, rejects);
    };
    check("bom.ndjson", &[("a", "bigint", "a")], &["1: 1"], &[]);
    check("dup_keys.ndjson", &[("email", "text", "email")], &[], &["1: email: its key is there twice"]);
    check("int_2pow53_plus1.ndjson", &[("id", "bigint", "id")], &["1: 9007199254740993"], &[]);
    check("invalid_utf8.ndjson", &[("a", "text", "a")], &["2: ok"], &["1: -: invalid UTF-8"]);
    check("nan_inf.ndjson", &[("x", "double", "x")], &["3: 1.0"], &["1: -: invalid JSON", "2: -: invalid JSON"]);
    check("nul_escape_key.ndjson", &[("all", "text", "$")], &["1: {\"a\\u0000b\":1}"], &[]);
    check("trailing_comma.ndjson", &[("a", "bigint", "a")], &[], &["1: -: invalid JSON"]);
    check("type_flip_line3.ndjson", &[("a", "bigint", "a")], &["1: 1", "2: 2", "4: 4"], &["3: a: not a bigint"]);
    let deep = std::fs::read(folder.join("deep_500_ok.ndjson")).unwrap();
    let loaded = load(deep, &lines(&[("v", "text", "v")]), SMALL).unwrap();
    assert_eq!((loaded.rows.len(), loaded.rejects.len()), (1, 0));
    let pretty = load(std::fs::read(folder.join("pretty_not_ndjson.json")).unwrap(), &lines(&[("a", "text", "a")]), SMALL).unwrap();
    assert!(pretty.rows.is_empty() && !pretty.rejects.is_empty(), "{pretty:?}");
}
