//! Reads JSON text by RFC 8259 without building values: checks it whole and notes where the wanted values lie.
//!
//! What is not wanted is skipped without recursion, so depth costs nothing. Stricter than the RFC where it leaves a choice: an escaped lone
//! surrogate is no text (RFC 7493), and a wanted key may be there only once.

use super::tree::Node;
use crate::ingest::dialect::Field;
use memchr::memchr2;

/// Why a record is not read. Messages never hold contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Invalid,
    /// A key that a column takes is there twice; the column.
    Twice(usize),
    /// A column looks inside a value that is neither object nor array nor null; the column.
    NoObject(usize),
}

/// A value that a column takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cell {
    #[default]
    Absent,
    Null,
    /// A string without its quotes, a number or literal, or an object or array as it stands.
    At(Field),
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Scanner<'a> {
    /// Over `text[start..end]`; cells hold positions in `text`.
    pub(super) fn new(text: &'a str, start: usize, end: usize) -> Scanner<'a> {
        Scanner { text, at: start, end }
    }

    /// One value and nothing else but blanks; `extra` is told the keys of the outermost object that no column takes.
    pub(super) fn record(&mut self, tree: &Node, cells: &mut [Cell], extra: &mut dyn FnMut(&str)) -> Result<(), Fault> {
        self.blanks();
        self.value(tree, cells, &mut Some(extra))?;
        self.blanks();
        if self.at == self.end { Ok(()) } else { Err(Fault::Invalid) }
    }

    fn value(&mut self, node: &Node, cells: &mut [Cell], extra: &mut Option<&mut dyn FnMut(&str)>) -> Result<(), Fault> {
        let start = self.at;
        let cell = match self.peek() {
            Some(b'{') if !node.keys.is_empty() || extra.is_some() => {
                self.object(node, cells, extra)?;
                Cell::At(Field::plain(start, self.at))
            }
            Some(b'[') if !node.elements.is_empty() || !node.lookups.is_empty() => {
                self.array(node, cells)?;
                Cell::At(Field::plain(start, self.at))
            }
            Some(b'{' | b'[') => {
                self.skip()?;
                node.has_inner().map_or(Ok(()), |column| Err(Fault::NoObject(column)))?;
                Cell::At(Field::plain(start, self.at))
            }
            Some(b'"') => {
                let escaped = self.string()?;
                node.has_inner().map_or(Ok(()), |column| Err(Fault::NoObject(column)))?;
                let (start, end) = (start + 1, self.at - 1);
                Cell::At(if escaped { Field::escaped(start, end) } else { Field::plain(start, end) })
            }
            _ => {
                self.skip()?;
                if &self.text[start..self.at] == "null" {
                    Cell::Null
                } else {
                    node.has_inner().map_or(Ok(()), |column| Err(Fault::NoObject(column)))?;
                    Cell::At(Field::plain(start, self.at))
                }
            }
        };
        // The whole record is shown as JSON text, quotes of a bare string included.
        let whole = Cell::At(Field::plain(start, self.at));
        for column in &node.columns {
            let taken = &mut cells[*column];
            if *taken != Cell::Absent {
                return Err(Fault::Twice(*column));
            }
            *taken = if extra.is_some() { whole } else { cell };
        }
        Ok(())
    }

    /// At `{`.
    fn object(&mut self, node: &Node, cells: &mut [Cell], extra: &mut Option<&mut dyn FnMut(&str)>) -> Result<(), Fault> {
        self.at += 1;
        self.blanks();
        if self.take(b'}') {
            return Ok(());
        }
        // Records of a file mostly have their keys in one order.
        let mut next = 0;
        loop {
            let start = self.at;
            let escaped = self.key()?;
            let written = &self.text[start + 1..self.at - 1];
            self.colon()?;
            let decoded;
            let name = if escaped {
                let mut text = String::new();
                unescape(written, &mut text);
                decoded = text;
                decoded.as_str()
            } else {
                written
            };
            let count = node.keys.len();
            let found = (0..count).map(|step| (next + step) % count).find(|place| node.keys[*place].0 == name);
            match found {
                Some(place) => {
                    next = place + 1;
                    self.value(&node.keys[place].1, cells, &mut None)?;
                }
                None => {
                    if let Some(extra) = extra {
                        extra(name);
                    }
                    self.skip()?;
                }
            }
            self.blanks();
            if self.take(b'}') {
                return Ok(());
            }
            self.comma()?;
        }
    }

    /// At `[`.
    fn array(&mut self, node: &Node, cells: &mut [Cell]) -> Result<(), Fault> {
        self.at += 1;
        self.blanks();
        if self.take(b']') {
            return Ok(());
        }
        for index in 0.. {
            let start = self.at;
            match node.elements.iter().find(|(wanted, _)| *wanted == index) {
                Some((_, inner)) => self.value(inner, cells, &mut None)?,
                None => self.skip()?,
            }
            for lookup in &node.lookups {
                let mut named = [Cell::Absent];
                Scanner::new(self.text, start, self.at).value(&lookup.key, &mut named, &mut None).ok();
                let Cell::At(field) = named[0] else { continue };
                let written = &self.text[field.range()];
                let mut decoded = String::new();
                let name = if field.is_escaped() { unescaped(written, &mut decoded) } else { written };
                // The first that fits: a column that has its value keeps it.
                if let Some((_, inner)) = lookup.values.iter().find(|(value, _)| value == name)
                    && inner.all_columns().all(|column| cells[column] == Cell::Absent)
                {
                    Scanner::new(self.text, start, self.at).value(inner, cells, &mut None)?;
                }
            }
            self.blanks();
            if self.take(b']') {
                return Ok(());
            }
            self.comma()?;
        }
        Ok(())
    }

    /// Passes over a value of any depth.
    fn skip(&mut self) -> Result<(), Fault> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek().ok_or(Fault::Invalid)? {
                b'{' => {
                    self.at += 1;
                    self.blanks();
                    if !self.take(b'}') {
                        open.push(b'}');
                        self.key()?;
                        self.colon()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    self.blanks();
                    if !self.take(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                b'"' => drop(self.string()?),
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.number()?,
            }
            // A value ended: so may those around it.
            loop {
                let Some(&closing) = open.last() else { return Ok(()) };
                self.blanks();
                if self.take(closing) {
                    open.pop();
                    continue;
                }
                self.comma()?;
                if closing == b'}' {
                    self.key()?;
                    self.colon()?;
                }
                break;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.text.as_bytes()[self.at])
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// A comma and the blanks behind it.
    fn comma(&mut self) -> Result<(), Fault> {
        if !self.take(b',') {
            return Err(Fault::Invalid);
        }
        self.blanks();
        Ok(())
    }

    fn colon(&mut self) -> Result<(), Fault> {
        self.blanks();
        if !self.take(b':') {
            return Err(Fault::Invalid);
        }
        self.blanks();
        Ok(())
    }

    fn key(&mut self) -> Result<bool, Fault> {
        if self.peek() != Some(b'"') {
            return Err(Fault::Invalid);
        }
        self.string()
    }

    fn literal(&mut self, word: &str) -> Result<(), Fault> {
        if !self.text[self.at..self.end].starts_with(word) {
            return Err(Fault::Invalid);
        }
        self.at += word.len();
        Ok(())
    }

    /// At a quote; whether the string holds escapes.
    fn string(&mut self) -> Result<bool, Fault> {
        let bytes = &self.text.as_bytes()[..self.end];
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at += memchr2(b'"', b'\\', &bytes[at..]).ok_or(Fault::Invalid)?;
            if bytes[at] == b'"' {
                break;
            }
            escaped = true;
            at = self.escape(at)?;
        }
        if bytes[start..at].iter().any(|byte| *byte < 0x20) {
            return Err(Fault::Invalid);
        }
        self.at = at + 1;
        Ok(escaped)
    }

    /// The escape at `at` is a right one; where it ends.
    fn escape(&self, at: usize) -> Result<usize, Fault> {
        let bytes = &self.text.as_bytes()[..self.end];
        match bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match hex(bytes, at + 2).ok_or(Fault::Invalid)? {
                0xD800..0xDC00 => {
                    let low = bytes.get(at + 6..at + 8) == Some(b"\\u") && matches!(hex(bytes, at + 8), Some(0xDC00..0xE000));
                    if low { Ok(at + 12) } else { Err(Fault::Invalid) }
                }
                0xDC00..0xE000 => Err(Fault::Invalid),
                _ => Ok(at + 6),
            },
            _ => Err(Fault::Invalid),
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Invalid) }
    }
}

/// Four hexadecimal digits.
fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + (*digit as char).to_digit(16)?))
}

/// The text of a checked string with escapes.
pub(super) fn unescape(written: &str, text: &mut String) {
    text.clear();
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let bytes = rest.as_bytes();
        let (character, length) = match bytes[at + 1] {
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'u' => {
                let code = |at| hex(bytes, at).expect("the scanner checked the escape");
                match code(at + 2) {
                    high @ 0xD800..0xDC00 => (wide(0x10000 + ((high - 0xD800) << 10) + (code(at + 8) - 0xDC00)), 12),
                    code => (wide(code), 6),
                }
            }
            plain => (plain as char, 2),
        };
        text.push(character);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
}

fn wide(code: u32) -> char {
    char::from_u32(code).expect("the scanner refuses lone surrogates")
}

fn unescaped<'a>(written: &str, text: &'a mut String) -> &'a str {
    unescape(written, text);
    text
}
