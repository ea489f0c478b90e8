//! The corpus of encodings: every file decodes to the text it was made of, or is told as its manifest says; never mojibake.

use super::corpora::{clean_rows, without_line};
use super::*;
use crate::project::encoding::Encoding;
use std::fmt::Write;
use std::path::Path as FilePath;

/// A line of the manifest.
struct Case<'a> {
    file: &'a str,
    encoding: Encoding,
    expected_file: &'a str,
    outcome: &'a str,
    line: &'a str,
}

impl Case<'_> {
    /// The columns of the file, and the one whose type the cut shows in.
    fn source(&self, folder: &FilePath) -> Source {
        let source = match self.file {
            "gbk_truncated_last_byte.csv" => source("客户 text, 渠道 text, 金额 decimal(18,2)"),
            "zero_width_header.csv" => texts(&["em\u{200b}ail", "email"]),
            _ if self.expected_file.is_empty() => texts(&["a", "b"]),
            _ => {
                let (header, _) = clean_rows(&folder.join(self.expected_file));
                texts(&header.iter().map(String::as_str).collect::<Vec<_>>())
            }
        };
        csv_with(source, |csv| csv.encoding = self.encoding)
    }

    /// Checks what came out, and says it.
    fn told(&self, folder: &FilePath, loaded: &Result<Loaded>) -> String {
        if self.outcome == "empty_not_panic" {
            let error = loaded.as_ref().unwrap_err();
            assert!(error.sentence.ends_with("is empty: its header is missing"), "{}: {error}", self.file);
            return "no header, told".into();
        }
        let loaded = loaded.as_ref().unwrap_or_else(|error| panic!("{}: {error}", self.file));
        let rows: Vec<&str> = loaded.rows.iter().map(|row| without_line(row)).collect();
        assert!(rows.iter().all(|row| !row.contains('\u{fffd}')), "{}: {rows:?}", self.file);
        match self.outcome {
            "decode_equals_expected" => {
                let (header, clean) = clean_rows(&folder.join(self.expected_file));
                assert_eq!((&loaded.summary.header, rows, &loaded.rejects), (&header, clean.iter().map(String::as_str).collect(), &vec![]));
                format!("equals {}", self.expected_file)
            }
            "quarantine" | "warn_or_quarantine" | "keep_or_quarantine" => {
                assert_eq!(loaded.rejects.len(), 1, "{}: {:?}", self.file, loaded.rejects);
                assert!(loaded.rejects[0].starts_with(&format!("{}: ", self.line)), "{}: {:?}", self.file, loaded.rejects);
                format!("{} rows; reject {}", rows.len(), loaded.rejects[0])
            }
            "three_rows" => {
                assert_eq!((rows.len(), loaded.rejects.len()), (3, 0), "{}", self.file);
                "3 rows".into()
            }
            "two_distinct_columns" => {
                assert_ne!(loaded.summary.header[0], loaded.summary.header[1]);
                assert_eq!((loaded.summary.header.len(), loaded.rejects.len()), (2, 0), "{}", self.file);
                "2 columns".into()
            }
            other => panic!("the manifest has a new outcome {other}"),
        }
    }
}

#[test]
fn corpus() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/encodings")) else { return };
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let mut table = String::new();
    for line in manifest.lines().skip(1) {
        let [file, label, expected_file, outcome, line] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        // Python's names of encodings, which people copy.
        let encoding = Encoding::parse(label).unwrap_or_else(|| panic!("{label}"));
        let case = Case { file, encoding, expected_file, outcome, line };
        let (bytes, source) = (std::fs::read(folder.join(file)).unwrap(), case.source(&folder));
        let loaded = load(bytes.clone(), &source, Options::default());
        let told = case.told(&folder, &loaded);
        assert_eq!(load(bytes, &source, SMALL), loaded, "{file} in small blocks");
        writeln!(table, "{file:<34} {label:<10} {outcome:<22} {told}").unwrap();
    }
    assert_eq!(table.lines().count(), 36);
    print(&table);
}

/// A file in another encoding than declared is told, not read as something else.
#[test]
fn another_encoding_than_declared() {
    let Some(folder) = shared().map(|shared| shared.join("corpora/encodings")) else { return };
    let (header, _) = clean_rows(&folder.join("zh.utf_8.csv"));
    for (file, hint) in [
        ("zh.utf_16.csv", Some("utf-16le")),
        ("zh.utf_16_be.csv", None),
        ("zh.utf_32.csv", Some("utf-32le")),
        ("zh.utf_32_le.csv", None),
        ("zh.gbk.csv", None),
    ] {
        let source = texts(&header.iter().map(String::as_str).collect::<Vec<_>>());
        let error = load(std::fs::read(folder.join(file)).unwrap(), &source, SMALL).unwrap_err();
        assert_eq!(error.kind, crate::error::Kind::Check, "{file}: {error}");
        let told = error.hints.iter().find_map(|hint| hint.split_once("declare `encoding: ").map(|(_, label)| label.trim_end_matches('`')));
        assert_eq!(told, hint, "{file}: {error}");
    }
}
