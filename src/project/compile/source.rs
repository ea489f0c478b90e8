//! Sources of a pipeline.

use super::fill::{Filled, Values};
use super::{says, text, texts};
use crate::project::encoding::{self, Encoding};
use crate::project::grammar::source::FORMAT;
use crate::project::pipeline::StoreUrl;
use crate::project::reader::Reader;
use crate::project::source::{
    AmbiguousTime, Compression, Csv, Escape, ExtraColumns, Format, Json, JsonRecords, MaxRejects, MissingTime, OnMissing, ShortRows, Source,
};
use crate::project::yaml::{Entry, Node, Value};
use chrono_tz::Tz;
use std::collections::BTreeMap;

impl Reader<'_> {
    pub(super) fn sources(
        &mut self,
        root: &Node,
        zone: Tz,
        stores: &BTreeMap<String, StoreUrl>,
        params: &BTreeMap<String, Filled>,
    ) -> BTreeMap<String, Source> {
        let entries = root.get("sources").map_or(&[][..], Node::entries);
        let declared: Vec<&str> = root.get("stores").map_or(&[][..], Node::entries).iter().map(|entry| entry.key.as_str()).collect();
        let mut sources = BTreeMap::new();
        for entry in entries {
            self.known_store(entry, &declared);
            let source = self.source(entry, zone, params);
            let is_https = stores.get(&source.store).is_some_and(|store| store.url.scheme() == "https");
            if let Some(location) = entry
                .value
                .entry("location")
                .filter(|_| is_https && source.locations.iter().any(|path| path.contains(['*', '?', '[', '{'])))
            {
                let error = self.error(location.key_span, format!("the store `{}` is a web server, which lists no objects", source.store));
                self.push(error.hint("name every object"));
            }
            sources.insert(entry.key.clone(), source);
        }
        sources
    }

    fn known_store(&mut self, source: &Entry, declared: &[&str]) {
        let named = source.value.get("store");
        let name = named.and_then(Node::text).unwrap_or("raw");
        if !declared.contains(&name) {
            let error = self.error(named.map_or(source.key_span, |node| node.span), format!("there is no store `{name}`"));
            self.push(error.did_you_mean(name, declared.iter().copied()).hint("stores are listed under `stores`"));
        }
    }

    fn source(&mut self, entry: &Entry, zone: Tz, params: &BTreeMap<String, Filled>) -> Source {
        let node = &entry.value;
        let format = self.format(node);
        let store = text(node, "store");
        Source {
            name: entry.key.clone(),
            place: self.file.place(entry.key_span),
            store: if store.is_empty() { "raw".to_string() } else { store },
            locations: self.locations(node, params),
            columns: self.source_columns(entry, &format),
            format,
            time_zone: self.time_zone(node).unwrap_or(zone),
            ambiguous_time: match node.get("ambiguous_time").and_then(Node::text) {
                Some("earlier") => AmbiguousTime::Earlier,
                Some("later") => AmbiguousTime::Later,
                _ => AmbiguousTime::Reject,
            },
            missing_time: if says(node, "missing_time", "shift") { MissingTime::Shift } else { MissingTime::Reject },
            null_words: texts(node.get("null_words")),
            max_rejects: self.max_rejects(node.get("max_rejects")),
            on_missing: match node.get("on_missing").and_then(Node::text) {
                Some("keep") => OnMissing::Keep,
                Some("drop") => OnMissing::Drop,
                _ => OnMissing::Fail,
            },
            extra_columns: if says(node, "extra_columns", "ignore") { ExtraColumns::Ignore } else { ExtraColumns::Refuse },
        }
    }

    fn locations(&mut self, node: &Node, params: &BTreeMap<String, Filled>) -> Vec<String> {
        let Some(location) = node.get("location") else { return Vec::new() };
        let single = std::slice::from_ref(location);
        let written = if location.items().is_empty() { single } else { location.items() };
        written.iter().filter_map(|node| self.location(node, params)).collect()
    }

    fn location(&mut self, node: &Node, params: &BTreeMap<String, Filled>) -> Option<String> {
        let path = self.fill(node, Values { environment: None, params: Some(params) })?.text;
        let fault = if path.contains("://") {
            Some(("a location is a path inside its store, not a URL", "name the bucket or host under `stores`"))
        } else if path.starts_with('/') || path.contains('\\') {
            Some(("a location is a path relative to its store, with `/` between folders", "let it start with a name"))
        } else if path.trim().is_empty() || path.split('/').any(|part| matches!(part, ".." | "." | "")) {
            Some(("a location has names between its `/`, none of them empty, `.` or `..`", "a store may lie elsewhere: see `stores`"))
        } else if globset::Glob::new(&path).is_err() {
            Some(("this is no pattern of paths", "`*`, `**`, `?`, `[ab]` and `{a,b}` have a meaning; write `[*]` for the character"))
        } else {
            None
        };
        match fault {
            None => Some(path),
            Some((sentence, hint)) => {
                let error = self.error(node.span, sentence);
                self.push(error.hint(hint));
                None
            }
        }
    }

    fn format(&mut self, node: &Node) -> Format {
        // A word alone stands for its mapping with nothing else in it.
        let nothing = Node { span: node.span, value: Value::Map(Vec::new()) };
        let format = node.get("format").unwrap_or(&nothing);
        let kind = format.text().or(format.get("type").and_then(Node::text)).unwrap_or("csv");
        let (taken, name): (&[&str], &str) = match kind {
            "parquet" => (&["type"], "Parquet"),
            "ndjson" | "json" => (&["type", "encoding", "compression"], "JSON"),
            _ => return Format::Csv(self.csv_format(format, if kind == "tsv" { b'\t' } else { b',' })),
        };
        let known = |entry: &&Entry| FORMAT.keys.iter().any(|key| key.name == entry.key);
        for entry in format.entries().iter().filter(known).filter(|entry| !taken.contains(&entry.key.as_str())) {
            self.fault(entry.key_span, format!("{name} has no `{}`", entry.key));
        }
        if kind == "parquet" {
            return Format::Parquet;
        }
        Format::Json(Json {
            records: if kind == "json" { JsonRecords::Document } else { JsonRecords::Lines },
            encoding: self.encoding(format.get("encoding")),
            compression: compression(format),
        })
    }

    fn csv_format(&mut self, node: &Node, delimiter: u8) -> Csv {
        let csv = Csv {
            delimiter: self
                .mark(node.get("delimiter"), "`tab`", |word| (word == "tab").then_some(Some(b'\t')))
                .flatten()
                .unwrap_or(delimiter),
            quote: self.mark(node.get("quote"), "`none`", |word| (word == "none").then_some(None)).unwrap_or(Some(b'"')),
            escape: if says(node, "escape", "backslash") { Escape::Backslash } else { Escape::Doubled },
            header: !says(node, "header", "false"),
            skip_lines: node.get("skip_lines").and_then(Node::text).and_then(|text| text.parse().ok()).unwrap_or(0),
            encoding: self.encoding(node.get("encoding")),
            compression: compression(node),
            short_rows: if says(node, "short_rows", "fill_null") { ShortRows::FillNull } else { ShortRows::Reject },
        };
        if let Some(mark) = node.get("quote").or(node.get("delimiter")).filter(|_| csv.quote == Some(csv.delimiter)) {
            self.fault(mark.span, "the quote and the delimiter are the same character");
        }
        csv
    }

    /// One ASCII character, or the word that `spelled` knows.
    fn mark(&mut self, node: Option<&Node>, word: &str, spelled: impl Fn(&str) -> Option<Option<u8>>) -> Option<Option<u8>> {
        let (node, written) = (node?, node?.text()?);
        let single = || match written.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Some(Some(*byte)),
            _ => None,
        };
        let mark = spelled(written).or_else(single);
        if mark.is_none() {
            self.fault(node.span, format!("this is one ASCII character or {word}"));
        }
        mark
    }

    fn encoding(&mut self, node: Option<&Node>) -> Encoding {
        let Some((node, label)) = node.and_then(|node| Some((node, node.text()?))) else { return Encoding::UTF_8 };
        Encoding::parse(label).unwrap_or_else(|| {
            let error = self.error(node.span, format!("there is no encoding `{label}`")).did_you_mean(label, encoding::LABELS);
            self.push(error.hint("labels of the WHATWG Encoding Standard are known, such as `gb18030`, and `utf-32` and `utf-7`"));
            Encoding::UTF_8
        })
    }

    fn max_rejects(&mut self, node: Option<&Node>) -> MaxRejects {
        let Some((node, written)) = node.and_then(|node| Some((node, node.text()?))) else { return MaxRejects::Count(0) };
        let limit = match written.strip_suffix('%') {
            Some(share) => share
                .trim_end()
                .parse::<f64>()
                .ok()
                .filter(|share| (0.0..=100.0).contains(share))
                .map(|share| MaxRejects::Rate(share / 100.0)),
            None => written.parse().ok().map(MaxRejects::Count),
        };
        limit.unwrap_or_else(|| {
            let error = self.error(node.span, "this is no number of rows and no share of them");
            self.push(error.hint("write `12` for rows, or `1%` for a share of the rows read"));
            MaxRejects::Count(0)
        })
    }
}

fn compression(format: &Node) -> Compression {
    let word = format.get("compression").and_then(Node::text);
    Compression::ALL.into_iter().find(|compression| Some(compression.word()) == word).unwrap_or(Compression::Detect)
}
