//! Whether a tree of YAML has the shape its grammar asks for. Every fault is told, the compilers behind it may skip what does not fit.

use super::{Form, Key, Pattern, Shape};
use crate::project::reader::Reader;
use crate::project::text::{Span, names_a_secret};
use crate::project::types::Type;
use crate::project::yaml::{Entry, Node, Value};

impl Reader<'_> {
    /// Checks a mapping. `label` is what a person calls it, `at` the word to blame for what is missing in it.
    pub fn fit_form(&mut self, node: &Node, form: &Form, label: &str, at: Span) {
        for entry in node.entries() {
            match form.keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.fit_entry(entry, &key.shape, &format!("`{}`", key.name)),
                None => self.unknown_key(entry, form, label),
            }
        }
        for key in form.keys.iter().filter(|key| key.required && node.entry(key.name).is_none()) {
            self.missing_key(key, label, at);
        }
        self.fit_choice(node, form, label, at);
    }

    fn fit_entry(&mut self, entry: &Entry, shape: &Shape, label: &str) {
        match &entry.value.value {
            Value::Nothing => self.fault(entry.key_span, format!("{label} has no value")),
            _ => self.fit(&entry.value, shape, label, entry.key_span),
        }
    }

    fn fit(&mut self, node: &Node, shape: &Shape, label: &str, at: Span) {
        match (shape, &node.value) {
            (_, Value::Refused) => {}
            (Shape::Either(shapes), _) => match shapes.iter().find(|shape| shape.takes(&node.value)) {
                Some(shape) => self.fit(node, shape, label, at),
                None => self.wrong_kind(node, shape, label, at),
            },
            (Shape::Form(form), Value::Map(_)) => self.fit_form(node, form, label, at),
            (Shape::Named { pattern, noun, value }, Value::Map(entries)) => {
                for entry in entries {
                    self.fit_name(&entry.key, entry.key_span, *pattern, noun);
                    self.fit_entry(entry, value, &format!("{noun} `{}`", entry.key));
                }
            }
            (Shape::List(item) | Shape::Some(item), Value::List(items)) => {
                if items.is_empty() && matches!(shape, Shape::Some(_)) {
                    self.fault(node.span, format!("{label} lists nothing"));
                }
                for node in items {
                    let label = item.item_label(label);
                    match &node.value {
                        Value::Nothing => self.fault(at, format!("{label} has no value")),
                        _ => self.fit(node, item, &label, node.first_word()),
                    }
                }
            }
            (_, Value::Scalar(text)) if shape.takes(&node.value) => self.fit_scalar(text, node.span, shape, label),
            _ => self.wrong_kind(node, shape, label, at),
        }
    }

    fn fit_scalar(&mut self, text: &str, span: Span, shape: &Shape, label: &str) {
        match shape {
            Shape::Boolean if !matches!(text, "true" | "false") => self.fault(span, format!("{label} is `true` or `false`")),
            Shape::Count if text.parse::<u32>().is_err() => self.fault(span, format!("{label} is a whole number from 0 to {}", u32::MAX)),
            Shape::Number if !text.parse::<f64>().is_ok_and(f64::is_finite) => self.fault(span, format!("{label} is a number")),
            Shape::Word(words) if !words.contains(&text) => {
                let error = self.error(span, format!("{label} cannot be `{text}`")).did_you_mean(text, words.iter().copied());
                self.push(error.hint(format!("it is one of {}", list(words))));
            }
            Shape::ColumnType => self.fit_type(text.strip_suffix('?').unwrap_or(text), span),
            Shape::ValueType => self.fit_type(text, span),
            Shape::Name(pattern) => self.fit_name(text, span, *pattern, label),
            _ => {}
        }
    }

    fn fit_type(&mut self, word: &str, span: Span) {
        if Type::parse(word).is_none() {
            let error = self.error(span, format!("there is no type `{word}`")).did_you_mean(word, Type::WORDS);
            self.push(match word.starts_with("decimal(") && !word.ends_with(')') {
                true => error.hint("between `{` and `}` a type with a comma stands in quotes: `\"decimal(18,4)\"`"),
                false => error.hint(format!("the types are {}", list(&Type::WORDS))),
            });
        }
    }

    fn fit_name(&mut self, name: &str, span: Span, pattern: Pattern, what: &str) {
        if !pattern.fits(name) {
            let error = self.error(span, format!("`{name}` cannot be the name of {what}", what = with_article(what)));
            self.push(error.hint(pattern.rule()));
        }
    }

    fn fit_choice(&mut self, node: &Node, form: &Form, label: &str, at: Span) {
        let given: Vec<&Entry> = node.entries().iter().filter(|entry| form.one_of.contains(&entry.key.as_str())).collect();
        // An unknown key is likely the one that is missing, and told already.
        let all_known = node.entries().iter().all(|entry| form.keys.iter().any(|key| key.name == entry.key));
        if given.is_empty() && all_known && !form.one_of.is_empty() {
            let error = self.error(at, format!("{label} says nothing to hold"));
            self.push(error.hint(format!("it has one of {}", list(form.one_of))));
        }
        for entry in given.iter().skip(1) {
            let error = self.error(entry.key_span, format!("{label} cannot be `{}` and `{}` at once", given[0].key, entry.key));
            self.push(error.hint("make two items of it"));
        }
    }

    fn unknown_key(&mut self, entry: &Entry, form: &Form, label: &str) {
        let names: Vec<&str> = form.keys.iter().map(|key| key.name).collect();
        let error = self.error(entry.key_span, format!("unknown key `{}` in {label}", entry.key));
        let near = error.clone().did_you_mean(&entry.key, names.iter().copied());
        self.push(match () {
            () if near != error => near,
            () if names_a_secret(&entry.key) => error.hint("secrets come from the environment's usual chains, never from YAML"),
            () => error.hint(format!("its keys are {}", list(&names))),
        });
    }

    pub fn missing_key(&mut self, key: &Key, label: &str, at: Span) {
        let error = self.error(at, format!("{label} lacks the key `{}`", key.name));
        self.push(error.hint(format!("`{}`: {}", key.name, key.meaning)));
    }

    fn wrong_kind(&mut self, node: &Node, shape: &Shape, label: &str, at: Span) {
        let span = if matches!(node.value, Value::Scalar(_)) { node.span } else { at };
        self.fault(span, format!("{label} is {}, not {}", shape.kind(), found(&node.value)));
    }
}

impl Shape {
    fn takes(&self, value: &Value) -> bool {
        match self {
            Shape::Either(shapes) => shapes.iter().any(|shape| shape.takes(value)),
            Shape::List(_) | Shape::Some(_) => matches!(value, Value::List(_)),
            Shape::Form(_) | Shape::Named { .. } => matches!(value, Value::Map(_)),
            _ => matches!(value, Value::Scalar(_)),
        }
    }

    fn kind(&self) -> String {
        match self {
            Shape::Either(shapes) => shapes.iter().map(Shape::kind).collect::<Vec<_>>().join(" or "),
            Shape::List(_) | Shape::Some(_) => "a list".to_string(),
            Shape::Form(_) | Shape::Named { .. } => "a mapping".to_string(),
            _ => "a single value".to_string(),
        }
    }

    /// What a person calls an item of a list of these.
    fn item_label(&self, list: &str) -> String {
        match self {
            Shape::Form(form) => form.title.to_string(),
            _ => format!("an item of {list}"),
        }
    }
}

impl Node {
    /// The first word of a collection, the whole of anything else.
    pub fn first_word(&self) -> Span {
        match &self.value {
            Value::Map(entries) => entries.first().map_or(self.span, |entry| entry.key_span),
            Value::List(items) => items.first().map_or(self.span, Node::first_word),
            _ => self.span,
        }
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Nothing | Value::Refused => "nothing",
        Value::Scalar(_) => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

fn with_article(what: &str) -> String {
    if what.starts_with('`') || what.starts_with("an ") { what.to_string() } else { format!("a {what}") }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
