//! A pipeline as a whole, with its small parts.

use super::fill::Environment;
use super::shared::Shared;
use super::text;
use crate::error::{Error, Place};
use crate::project::grammar::pipeline::PIPELINE;
use crate::project::pipeline::{Limits, Param, Pipeline, Publish, parse_bytes};
use crate::project::reader::Reader;
use crate::project::text::TextFile;
use crate::project::types::Type;
use crate::project::yaml::Node;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::path::Path;

/// What a pipeline is compiled with, besides its file.
pub struct Surroundings<'a> {
    /// Absolute.
    pub root: &'a Path,
    /// `--param name=value`.
    pub overrides: &'a [(String, String)],
    pub environment: Environment<'a>,
    pub now: DateTime<Utc>,
    /// The parameters of the project's SQL.
    pub shared: &'a Shared,
}

pub fn pipeline(file: &TextFile, name: &str, around: &Surroundings) -> (Option<Pipeline>, Vec<Error>) {
    let (mut reader, root) = Reader::open(file, &PIPELINE, &format!("the pipeline {name}"));
    let Some(root) = root else { return (None, reader.faults) };
    let time_zone = reader.time_zone(&root).unwrap_or(Tz::UTC);
    let (mut params, values) = reader.params(&root, time_zone, around);
    params.entry(TIME_ZONE.to_string()).or_insert_with(|| zone_param(file, time_zone));
    let stores = reader.stores(&root, &values, around);
    params.values_mut().for_each(|param| param.used_in_urls = stands_in_urls(&root, &param.name));
    let pipeline = Pipeline {
        name: name.to_string(),
        file: file.file.clone(),
        description: text(&root, "description").trim().to_string(),
        time_zone,
        sources: reader.sources(&root, time_zone, &stores, &values),
        publish: reader.publish(&root),
        limits: reader.limits(&root),
        params,
        stores,
    };
    (Some(pipeline), reader.faults)
}

/// The parameter every pipeline has beside `as_of`: its time zone, for SQL that needs the day of a time.
pub const TIME_ZONE: &str = "time_zone";

fn zone_param(file: &TextFile, zone: Tz) -> Param {
    Param {
        name: TIME_ZONE.to_string(),
        place: Place::file(&file.file),
        ty: Type::Text,
        value: zone.name().to_string(),
        used_in_urls: false,
        description: "The pipeline's time zone.".to_string(),
    }
}

/// The names of a pipeline's sources, as far as the file can be read.
pub fn source_names(file: &TextFile) -> Vec<String> {
    let (_, root) = Reader::open(file, &PIPELINE, "a pipeline");
    let sources = root.as_ref().and_then(|root| root.get("sources"));
    sources.map_or(&[][..], Node::entries).iter().map(|entry| entry.key.clone()).collect()
}

/// Whether `{name}` stands in a store's URL or a source's location.
fn stands_in_urls(root: &Node, name: &str) -> bool {
    fn mentions(node: &Node, word: &str) -> bool {
        node.text().is_some_and(|text| text.contains(word)) || node.items().iter().any(|item| mentions(item, word))
    }
    let word = format!("{{{name}}}");
    let stores = root.get("stores").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value);
    let locations = root.get("sources").map_or(&[][..], Node::entries).iter().filter_map(|entry| entry.value.get("location"));
    stores.chain(locations).any(|node| mentions(node, &word))
}

impl Reader<'_> {
    fn publish(&mut self, root: &Node) -> Vec<Publish> {
        let mut publish: Vec<Publish> = Vec::new();
        for item in root.get("publish").map_or(&[][..], Node::items) {
            let Some(pattern) = item.text() else { continue };
            if publish.iter().any(|known| known.pattern == pattern) {
                self.fault(item.span, format!("`{pattern}` is listed twice"));
            }
            publish.push(Publish { place: self.file.place(item.span), pattern: pattern.to_string() });
        }
        publish
    }

    fn limits(&mut self, root: &Node) -> Limits {
        let Some(limits) = root.get("limits") else { return Limits { memory: None, spill: None, threads: None } };
        let threads = limits.get("threads");
        if let Some(threads) = threads.filter(|threads| threads.text().is_some_and(|text| text.parse() == Ok(0u32))) {
            self.fault(threads.span, "a run needs a thread");
        }
        Limits {
            memory: self.bytes(limits.get("memory")),
            spill: self.bytes(limits.get("spill")),
            threads: threads.and_then(Node::text).and_then(|text| text.parse().ok()),
        }
    }

    /// `512MiB`: a whole number and a unit.
    fn bytes(&mut self, node: Option<&Node>) -> Option<u64> {
        let (node, written) = (node?, node?.text()?);
        let bytes = parse_bytes(written);
        if bytes.is_none() {
            let error = self.error(node.span, "this is no size in bytes");
            self.push(error.hint("write a whole number and a unit: `512MiB`, `2GB`"));
        }
        bytes
    }
}
