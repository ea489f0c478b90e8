//! A tree of YAML -> the types of the project. The grammar has told what is wrong with its shape, so here only meaning is checked, and
//! what does not fit is passed over.

mod beside;
mod check;
mod contract;
mod example;
mod fill;
mod param;
mod pipeline;
mod shared;
mod source;
mod source_column;
mod store;

pub use contract::{Compiled, Link, Order, contract, inherited, layers, member};
pub use pipeline::{Surroundings, pipeline, source_names};
pub use shared::{Shared, shared};

use super::grammar::Form;
use super::reader::Reader;
use super::text::{Span, TextFile};
use super::yaml::{self, Node, Value};
use chrono_tz::Tz;

impl<'a> Reader<'a> {
    /// The tree of a file, fitted to its grammar; `None` when there is none to go on with. `label` is what a person calls it.
    fn open(file: &'a TextFile, form: &Form, label: &str) -> (Reader<'a>, Option<Node>) {
        let mut reader = Reader::new(file);
        let (root, faults) = yaml::parse(file);
        faults.into_iter().for_each(|error| reader.push(error));
        match root.as_ref().map(|root| &root.value) {
            Some(Value::Map(_)) => {}
            Some(Value::Scalar(_) | Value::List(_)) => reader.fault(Span { start: 0, end: 0 }, format!("{label} is not a mapping of keys")),
            _ if reader.faults.is_empty() => reader.fault(Span { start: 0, end: 0 }, format!("{label} is empty")),
            _ => {}
        }
        let root = root.filter(|root| matches!(root.value, Value::Map(_)));
        if let Some(root) = &root {
            reader.fit_form(root, form, label, root.first_word());
        }
        (reader, root)
    }

    /// The IANA time zone of the key `time_zone`.
    fn time_zone(&mut self, node: &Node) -> Option<Tz> {
        let written = node.get("time_zone")?;
        let name = written.text()?;
        let zone = name.parse().ok();
        if zone.is_none() {
            let error = self.error(written.span, format!("there is no time zone `{name}`"));
            let error = error.did_you_mean(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
            self.push(error.hint("IANA names are known, such as `Asia/Shanghai`"));
        }
        zone
    }
}

/// A text of the key, or nothing when it is missing (told already, if it must not be).
fn text(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::text).unwrap_or_default().to_string()
}

/// The texts of a list, or the one text that stands for a list of one.
fn texts(node: Option<&Node>) -> Vec<String> {
    let texts = |node: &Node| node.text().into_iter().chain(node.items().iter().filter_map(Node::text)).map(str::to_string).collect();
    node.map(texts).unwrap_or_default()
}

fn flag(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::text) == Some("true")
}

/// Whether `word` is what the key says.
fn says(node: &Node, key: &str, word: &str) -> bool {
    node.get(key).and_then(Node::text) == Some(word)
}
