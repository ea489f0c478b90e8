//! YAML text -> a tree of nodes that know where they stand. Plain data only: anchors, aliases, tags, directives, duplicate keys and a
//! second document are faults, so a small file cannot become a big tree.
//!
//! Scalars keep their written form: what `NO`, `1.10` or `0123` is, the reader of the key decides, not YAML.

use super::text::{Span, TextFile};
use crate::error::{Error, Place};
use serde_yaml::granit_parser::{self, Event, Parser, ScalarStyle, StrInput};

#[derive(Clone, Debug)]
pub struct Node {
    /// A scalar from its first to its last character (of a block: of its content), a collection from its first character to its last.
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing is written.
    Nothing,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Something that was told as a fault already.
    Refused,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Node,
}

impl Node {
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }
}

/// Nested collections; a contract needs six.
const DEPTH: usize = 32;
/// Bytes; so that what is shown around a fault stays small.
const LINE_LENGTH: usize = 16 * 1024;
/// Characters.
const KEY_LENGTH: usize = 200;

/// The tree of a file, as far as it could be read, and what is wrong with its YAML.
pub fn parse(file: &TextFile) -> (Option<Node>, Vec<Error>) {
    if let Err(error) = readable(file) {
        return (None, vec![error]);
    }
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        block_nesting_limit: DEPTH,
        flow_nesting_limit: DEPTH,
    };
    let mut builder = Builder { file, events: Parser::new_from_str_with_options(&file.text, options), faults: Vec::new() };
    let root = builder.document();
    (root, builder.faults)
}

/// Refuses what an editor would not show.
fn readable(file: &TextFile) -> Result<(), Error> {
    if let Some((at, hidden)) = file.text.char_indices().find(|(_, c)| is_hidden(*c)) {
        let place = Place { text: None, ..file.place(Span { start: at, end: at }) };
        return Err(hidden_character(hidden).at(place));
    }
    match file.longest_line() {
        (length, line) if length > LINE_LENGTH => {
            Err(Error::faulty(format!("line {line} has {length} bytes; a line of YAML may have {LINE_LENGTH}"))
                .at(Place { line, ..Place::file(&file.file) }))
        }
        _ => Ok(()),
    }
}

/// Control characters, and marks that turn the direction of text: what is shown would not be what is read.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn hidden_character(c: char) -> Error {
    Error::faulty(format!("the character U+{:04X} is not shown by editors and not allowed here", u32::from(c)))
}

/// The parser cannot go on; its fault is told.
struct Broken;

struct Builder<'a> {
    file: &'a TextFile,
    events: Parser<'a, StrInput<'a>>,
    faults: Vec<Error>,
}

impl<'a> Builder<'a> {
    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        loop {
            let (event, span) = self.next().ok()?;
            match event {
                Event::StreamEnd => return root,
                Event::DocumentStart(..) if root.is_some() => {
                    self.fault(span, "a second document starts here; a file holds one");
                    return root;
                }
                Event::DocumentStart(..) => {
                    let (event, span) = self.next().ok()?;
                    root = Some(self.node(event, span).ok()?);
                }
                // Nodes stand inside documents; this is the start of the stream or the end of the document.
                _ => {}
            }
        }
    }

    /// The next event that is no comment and no anchor.
    fn next(&mut self) -> Result<(Event<'a>, Span), Broken> {
        loop {
            let Some(next) = self.events.next_event() else { return Err(Broken) };
            let (event, span) = next.map_err(|error| {
                let at = error.marker().byte_offset().unwrap_or(self.file.text.len());
                self.fault(Span { start: at, end: at + 1 }, format!("not valid YAML: {}", error.info()));
                Broken
            })?;
            if let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) {
                self.fault(tag.into(), "tags (`!...`) are not allowed; write the plain value");
            }
            let span = Span::from(span.byte_range().expect("text input has byte offsets"));
            match event {
                Event::Anchor(..) => self.fault(span, "anchors (`&...`) are not allowed; write the value where it is needed"),
                event => return Ok((event, span)),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Broken> {
        match event {
            Event::Scalar(text, style, ..) => Ok(Node { span, value: self.scalar(&text, style, span) }),
            Event::SequenceStart(..) => self.list(span),
            Event::MappingStart(..) => self.map(span),
            _ => {
                self.fault(span, "aliases (`*...`) are not allowed; write the value again");
                Ok(Node { span, value: Value::Refused })
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Value {
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
            self.faults.push(hidden_character(hidden).at(self.file.place(span)));
            return Value::Refused;
        }
        match style {
            ScalarStyle::Plain if span.start == span.end => Value::Nothing,
            _ => Value::Scalar(text.to_string()),
        }
    }

    fn list(&mut self, start: Span) -> Result<Node, Broken> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => return Ok(Node { span: (start.start..end.end).into(), value: Value::List(items) }),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self, start: Span) -> Result<Node, Broken> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut known = std::collections::BTreeMap::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, end) => return Ok(Node { span: (start.start..end.end).into(), value: Value::Map(entries) }),
                (event, span) => self.node(event, span)?,
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            let Some(name) = self.key(&key) else { continue };
            match known.insert(name.clone(), key.span) {
                None => entries.push(Entry { key: name, key_span: key.span, value }),
                Some(first) => {
                    let line = self.file.place(first).line;
                    self.faults.push(
                        Error::faulty(format!("the key `{name}` is given twice"))
                            .at(self.file.place(key.span))
                            .hint(format!("it is given in line {line} already")),
                    );
                    known.insert(name, first);
                }
            }
        }
    }

    fn key(&mut self, key: &Node) -> Option<String> {
        match &key.value {
            Value::Scalar(name) if name.chars().count() <= KEY_LENGTH => return Some(name.clone()),
            Value::Scalar(_) => self.fault(key.span, format!("a key has at most {KEY_LENGTH} characters")),
            Value::Refused => {}
            _ => self.fault(key.span, "a key is a word"),
        }
        None
    }

    fn fault(&mut self, span: Span, sentence: impl Into<String>) {
        self.faults.push(Error::faulty(sentence).at(self.file.place(span)));
    }
}
