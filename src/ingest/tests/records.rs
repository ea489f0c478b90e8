//! What a record is: lines, quotes, fields, encodings; and that block borders change nothing.

use super::*;

/// Loads `text` in blocks of every small size and in one, expecting the same.
fn check(source: &Source, text: impl AsRef<[u8]>, rows: &[&str], rejects: &[&str]) {
    let whole = load(text.as_ref(), source, Options::default()).unwrap();
    assert_eq!(whole.rows, rows);
    assert_eq!(whole.rejects, rejects);
    for block_bytes in 1..40 {
        let cut = load(text.as_ref(), source, Options { block_bytes, ..SMALL }).unwrap();
        assert_eq!(cut, whole, "in blocks of {block_bytes}");
    }
}

#[test]
fn line_ends() {
    let ab = source("a text, b text");
    check(&ab, "a,b\n1,2\n3,4\n", &["2: 1|2", "3: 3|4"], &[]);
    check(&ab, "a,b\n1,2\n3,4", &["2: 1|2", "3: 3|4"], &[]);
    check(&ab, "a,b\r\n1,2\r\n3,4\r\n", &["2: 1|2", "3: 3|4"], &[]);
    check(&ab, "a,b\r1,2\r3,4", &["2: 1|2", "3: 3|4"], &[]);
    check(&ab, "a,b\r\nx,1\ny,2\rz,3\n", &["2: x|1", "3: y|2", "4: z|3"], &[]);
    check(&ab, "a,b\r\r\n1,2\r\r\n", &["3: 1|2"], &[]);
}

#[test]
fn empty_lines() {
    let (ab, a) = (source("a text, b text"), source("a text"));
    check(&ab, "\n\na,b\n\n1,2\n\n\n3,4\n\n", &["5: 1|2", "8: 3|4"], &[]);
    check(&a, "a\n\nx\n\n", &["2: ~", "3: x", "4: ~"], &[]);
    check(&a, "a\r\n\r\nx\r\n", &["2: ~", "3: x"], &[]);
    check(&with(a, |source| source.columns[0].nullable = false), "a\n\nx\n", &["3: x"], &["2: a: null in required column"]);
}

#[test]
fn only_a_header() {
    for text in ["a,b", "a,b\n", "\u{feff}a,b\r\n"] {
        check(&source("a text, b text"), text, &[], &[]);
    }
}

#[test]
fn quotes() {
    let ab = source("a text, b text");
    check(&ab, "a,b\n\"1\",\"2\"\n", &["2: 1|2"], &[]);
    check(&ab, "a,b\n\"\",\"a \"\"b\"\" c\"\n", &["2: ~|a \"b\" c"], &[]);
    check(&ab, "a,b\n\"\"\"\",\"\"\"\"\"\"\n", &["2: \"|\"\""], &[]);
    check(&ab, "\"a\",\"b\"\n\"x,y\",\"line\nline\r\nline\"\n1,2\n", &["2: x,y|line\nline\r\nline", "5: 1|2"], &[]);
    check(&ab, "a,b\n\"1\",\"2\"", &["2: 1|2"], &[]);
    check(&ab, "a,b\n1,\"\r\r\n\r\"\n1,2\n", &["2: 1|\r\r\n\r", "6: 1|2"], &[]);
    check(&csv_with(ab.clone(), |csv| csv.quote = None), "a,b\n\"1,2\"\n\"\n", &["2: \"1|2\""], &["3: -: too few fields: 1 of 2"]);
    check(&csv_with(ab, |csv| csv.quote = Some(b'\'')), "a,b\n'x,''y',\"2\"\n", &["2: x,'y|\"2\""], &[]);
}

#[test]
fn backslash_escapes() {
    let ab = csv_with(source("a text, b text"), |csv| csv.escape = Escape::Backslash);
    check(
        &ab,
        r#"a,b
"x\"y","\\"
"a\nb",\"#,
        &["2: x\"y|\\", r"3: a\nb|\"],
        &[],
    );
    check(&ab, "a,b\n\"x\"\"y\",1\n1,\"\\\"\n", &[], &["2: -: text after a closing quote", "3: -: quoted field is not closed"]);
}

#[test]
fn other_delimiters() {
    for delimiter in [b'\t', b';', b'|', b' ', b'^'] {
        let ab = csv_with(source("a text, b text"), |csv| csv.delimiter = delimiter);
        let text = "a,b\n1,\"x,y\"\n".replace(',', &(delimiter as char).to_string());
        check(&ab, text, &[&format!("2: 1|x{}y", delimiter as char)], &[]);
    }
    for delimiter in [b'\n', b'"', 0xA7] {
        let ab = csv_with(source("a text, b text"), |csv| csv.delimiter = delimiter);
        assert_eq!(load("a,b\n", &ab, SMALL).unwrap_err().kind, crate::error::Kind::Faulty);
    }
}

#[test]
fn malformed_records_reject_their_first_line() {
    let ab = source("a text, b text");
    check(&ab, "a,b\n1,2\n3,\"4\n5,6\n7,8", &["2: 1|2", "4: 5|6", "5: 7|8"], &["3: -: quoted field is not closed"]);
    check(&ab, "a,b\n\"1\"x,2\n5,6\n", &["3: 5|6"], &["2: -: text after a closing quote"]);
    check(&ab, "a,b\n1 \"x\",2\n5,6\n", &["3: 5|6"], &["2: -: quote inside an unquoted field"]);
    check(&ab, "a,b\n1, \"x\"\n", &[], &["2: -: quote inside an unquoted field"]);
    // The quote of line 2 meets the one of line 4: only line 2 is at fault.
    check(&ab, "a,b\n1,\"2\n3,4\n\"5\",6\n7,8\n", &["3: 3|4", "4: 5|6", "5: 7|8"], &["2: -: text after a closing quote"]);
    check(&ab, "a,b\n\"1\"\r\n\r\n\"2,3\r\n", &[], &["2: -: too few fields: 1 of 2", "4: -: quoted field is not closed"]);
}

#[test]
fn field_counts() {
    let ab = source("a text, b text");
    let text = "a,b\n1\n1,2,3\n\"1\n2\"\n1,\n,\n";
    let counts = ["2: -: too few fields: 1 of 2", "3: -: too many fields: 3 of 2", "4: -: too few fields: 1 of 2"];
    check(&ab, text, &["6: 1|~", "7: ~|~"], &counts);
    let filled = csv_with(ab, |csv| csv.short_rows = ShortRows::FillNull);
    check(&filled, text, &["2: 1|~", "4: 1\n2|~", "6: 1|~", "7: ~|~"], &counts[1..2]);
}

#[test]
fn raw_text_is_the_first_line_of_what_was_rejected() {
    let loaded = load("a,b\r\n1,\"2\r\n3\r\n\"4\n5\"\r\n6,7\r\n", &source("a text, b bigint"), SMALL).unwrap();
    assert_eq!(loaded.rejects, ["2: -: text after a closing quote", "3: -: too few fields: 1 of 2", "4: -: too few fields: 1 of 2"]);
    assert_eq!(loaded.raws, [Some("1,\"2".into()), Some("3".into()), Some("\"4\n5\"".into())]);
    let loaded = load("a,b\n\"x\ny\",z\n", &source("a text, b bigint"), SMALL).unwrap();
    assert_eq!((loaded.rejects, loaded.raws), (vec!["2: b: not a bigint".into()], vec![Some("\"x\ny\",z".into())]));
}

#[test]
fn wrong_bytes_reject_their_record_only() {
    let ab = source("a text, b text");
    check(&ab, b"a,b\n\xC0\xAF,1\nok,2\n", &["3: ok|2"], &["2: -: invalid UTF-8"]);
    check(&ab, b"a,b\n\xC3\xA9,1\n\"\n\xFF\",2\n\xE4\xBD\xA0,\xE5", &["2: \u{e9}|1"], &["3: -: invalid UTF-8", "5: -: invalid UTF-8"]);
    check(&ab, b"a,b\nx\0y,1\nok,2\n", &["3: ok|2"], &["2: -: NUL byte"]);
    check(&ab, "\u{feff}a,b\nx,1\n\u{feff}a,b\ny\u{feff},2\n", &["2: x|1", "4: y\u{feff}|2"], &["3: -: byte order mark inside the file"]);
    let loaded = load(b"a,b\n\xFFx,1\n", &ab, SMALL).unwrap();
    assert_eq!(loaded.raws, [Some("\u{fffd}x,1".into())]);
}

#[test]
fn chinese_encodings() {
    let ab = csv_with(source("客户 text, b text"), |csv| csv.encoding = encoding_rs::GB18030.into());
    let encoded = encoding_rs::GB18030.encode("客户,b\n王小明,\"丂,\n老\"\n𠀀,1\n").0;
    check(&ab, encoded, &["2: 王小明|丂,\n老", "4: 𠀀|1"], &[]);
    // A lead byte alone does not swallow the delimiter, the quote or the line end after it.
    let cut = b"\xBF\xCD\xBB\xA7,b\n\x81,1\n2,\x81\n\"\x81\",3\nok,4\n";
    check(&ab, cut, &["5: ok|4"], &["2: -: invalid gb18030", "3: -: invalid gb18030", "4: -: invalid gb18030"]);
    // `|` (0x7C) is the second byte of many characters: 倈 is 82 7C.
    let pipes = csv_with(ab, |csv| (csv.delimiter, csv.encoding) = (b'|', encoding_rs::GBK.into()));
    check(&pipes, b"\xBF\xCD\xBB\xA7|b\n\x82\x7C|1\n", &["2: 倈|1"], &[]);
}

#[test]
fn wide_encodings() {
    let text = "a,b\r\nü,\"1\r\n2\"\r\n";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    for (encoding, bytes) in [(encoding_rs::UTF_16LE, wide(u16::to_le_bytes)), (encoding_rs::UTF_16BE, wide(u16::to_be_bytes))] {
        let ab = csv_with(source("a text, b text"), |csv| csv.encoding = encoding.into());
        check(&ab, bytes, &["2: ü|1\r\n2"], &[]);
    }
}

#[test]
fn a_quoted_field_has_limits() {
    let ab = source("a text, b text");
    let lines = |count| format!("a,b\n1,\"{}\"\n5,6\n", "x\n".repeat(count));
    let loaded = load(lines(1000), &ab, SMALL).unwrap();
    assert_eq!((loaded.summary.rows_staged, loaded.summary.rejects), (2, 0));
    assert!(loaded.rows[1].starts_with("1003: 5|6"));
    let loaded = load(lines(1001), &ab, Options { block_bytes: 100, ..SMALL }).unwrap();
    assert_eq!(loaded.rejects[0], "2: -: quoted field is not closed");
    assert_eq!(loaded.rows, ["1004: 5|6"]);
    // Every line after the opening one is read on its own.
    assert_eq!(loaded.rejects.len(), 1 + 1000 + 1);
    for (bytes, rows) in [(1 << 20, 2), ((1 << 20) + 1, 1)] {
        let text = format!("a,b\n1,\"{}\"\n5,6\n", "x".repeat(bytes - 1));
        let loaded = load(text, &ab, Options { block_bytes: 1000, ..SMALL }).unwrap();
        assert_eq!(loaded.summary.rows_staged, rows, "{bytes} bytes");
    }
}

#[test]
fn a_record_has_a_limit() {
    let ab = source("a text, b text");
    for end in ["\n", "\r\n", "\r", ""] {
        let rest = if end.is_empty() { "" } else { "5,6\n" };
        let text = format!("a,b\n1,2\n{},3{end}{rest}", "é".repeat(9 << 20));
        let expected = if end.is_empty() { vec!["2: 1|2"] } else { vec!["2: 1|2", "4: 5|6"] };
        for block_bytes in [60_000, 4 << 20, 64 << 20] {
            let loaded = load(text.as_str(), &ab, Options { block_bytes, ..SMALL }).unwrap();
            assert_eq!(loaded.rows, expected, "{end:?} in blocks of {block_bytes}");
            assert_eq!(loaded.rejects, ["3: -: record longer than 16 MiB"]);
            assert_eq!(loaded.raws[0].as_ref().map(String::len), Some(64 << 10));
        }
    }
}
