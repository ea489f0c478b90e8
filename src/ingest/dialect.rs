//! How records are written: where a line, a field and a record end, and which records are malformed.
//!
//! Works on UTF-8 bytes (or a superset: wrong bytes are never ASCII). The cutter and the parse workers share [`Dialect::scan`], so that
//! both see the same records.

use crate::error::{Error, Result};
use crate::project::source::{Csv, Escape};
use memchr::{memchr, memchr_iter, memchr2};

/// A quoted field past this many bytes or lines is taken for a quote that was never closed.
pub(super) const MAX_FIELD_BYTES: usize = 1 << 20;
pub(super) const MAX_FIELD_LINES: usize = 1000;
/// A record past this is a reject: memory stays bounded.
pub(super) const MAX_RECORD_BYTES: usize = 16 << 20;

#[derive(Clone, Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    backslash: bool,
    /// The bytes that end an unquoted field, or must not be in it.
    stops: [bool; 256],
}

/// Why a record is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotClosed,
    AfterQuote,
    QuoteInside,
    TooLong,
    /// Behind the end of a JSON array.
    AfterEnd,
}

impl Fault {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Fault::NotClosed => "quoted field is not closed",
            Fault::AfterQuote => "text after a closing quote",
            Fault::QuoteInside => "quote inside an unquoted field",
            Fault::TooLong => "record longer than 16 MiB",
            Fault::AfterEnd => "text after the end of the array",
        }
    }
}

/// Where a field's content lies, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) start: u32,
    /// The highest bit is set when the content holds escapes.
    end: u32,
}

impl Field {
    const ESCAPED: u32 = 1 << 31;
    pub(super) const EMPTY: Field = Field { start: 0, end: 0 };

    pub(super) fn plain(start: usize, end: usize) -> Field {
        Field { start: start as u32, end: end as u32 }
    }

    pub(super) fn escaped(start: usize, end: usize) -> Field {
        Field { start: start as u32, end: end as u32 | Field::ESCAPED }
    }

    fn quoted(start: usize, end: usize, escaped: bool) -> Field {
        if escaped { Field::escaped(start, end) } else { Field::plain(start, end) }
    }

    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.end & !Field::ESCAPED) as usize
    }

    pub(super) fn is_escaped(self) -> bool {
        self.end & Field::ESCAPED != 0
    }
}

/// What was found at the start of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Its content ends at `content`, the next record starts at `end`.
    Record {
        content: usize,
        end: usize,
    },
    Fault(Fault),
    /// It cannot be told without more bytes.
    More,
}

impl Dialect {
    /// Every line is a record.
    pub(super) fn lines() -> Dialect {
        Dialect { delimiter: 0, quote: None, backslash: false, stops: [false; 256] }
    }

    pub(super) fn new(csv: &Csv) -> Result<Dialect> {
        let usable = |byte: u8| byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0);
        if !usable(csv.delimiter) || csv.quote.is_some_and(|quote| !usable(quote) || quote == csv.delimiter) {
            return Err(Error::faulty("delimiter and quote must be two different ASCII characters, and no line ends"));
        }
        let backslash = csv.escape == Escape::Backslash;
        let mut stops = [false; 256];
        for byte in [Some(csv.delimiter), Some(b'\n'), Some(b'\r'), csv.quote].into_iter().flatten() {
            stops[byte as usize] = true;
        }
        Ok(Dialect { delimiter: csv.delimiter, quote: csv.quote, backslash, stops })
    }

    /// Walks the record at `start` and hands over its fields. `last`: no bytes follow `bytes`.
    pub(super) fn scan(&self, bytes: &[u8], start: usize, last: bool, mut field: impl FnMut(Field)) -> Scan {
        let more = || if bytes.len() - start > MAX_RECORD_BYTES { Scan::Fault(Fault::TooLong) } else { Scan::More };
        let mut at = start;
        loop {
            if at - start > MAX_RECORD_BYTES {
                return Scan::Fault(Fault::TooLong);
            }
            if self.quote.is_some() && bytes.get(at).copied() == self.quote {
                match self.quoted(bytes, at, last) {
                    Quoted::Closed { close, escaped } => {
                        field(Field::quoted(at + 1, close, escaped));
                        at = close + 1;
                    }
                    Quoted::NotClosed => return Scan::Fault(Fault::NotClosed),
                    Quoted::More => return more(),
                }
            } else {
                let end = bytes[at..].iter().position(|byte| self.stops[*byte as usize]).map_or(bytes.len(), |found| at + found);
                if end - start > MAX_RECORD_BYTES {
                    return Scan::Fault(Fault::TooLong);
                }
                if end < bytes.len() && Some(bytes[end]) == self.quote {
                    return Scan::Fault(Fault::QuoteInside);
                }
                field(Field::plain(at, end));
                at = end;
            }
            match bytes.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(b'\n' | b'\r') => match line_end_at(bytes, at, last) {
                    Some(end) => return Scan::Record { content: at, end },
                    None => return more(),
                },
                Some(_) => return Scan::Fault(Fault::AfterQuote),
                None if last => return Scan::Record { content: at, end: at },
                None => return more(),
            }
        }
    }

    /// The quoted field whose opening quote is at `open`.
    fn quoted(&self, bytes: &[u8], open: usize, last: bool) -> Quoted {
        let quote = self.quote.expect("called at a quote");
        let mut escaped = false;
        let mut at = open + 1;
        loop {
            let found = match self.backslash {
                true => memchr2(quote, b'\\', &bytes[at..]),
                false => memchr(quote, &bytes[at..]),
            };
            let Some(found) = found.map(|found| at + found) else {
                return if last || too_long(&bytes[open..]) { Quoted::NotClosed } else { Quoted::More };
            };
            let escapes = bytes[found] != quote || (!self.backslash && bytes.get(found + 1) == Some(&quote));
            if escapes {
                escaped = true;
                at = (found + 2).min(bytes.len());
            } else if too_long(&bytes[open..found]) {
                return Quoted::NotClosed;
            } else if found + 1 == bytes.len() && !last {
                // A second quote may follow.
                return Quoted::More;
            } else {
                return Quoted::Closed { close: found, escaped };
            }
        }
    }

    /// The content of an escaped field.
    pub(super) fn unescape(&self, content: &str, into: &mut String) {
        let quote = self.quote.expect("only quoted fields hold escapes") as char;
        let escape = if self.backslash { '\\' } else { quote };
        into.clear();
        let mut rest = content;
        while let Some(found) = rest.find(escape) {
            into.push_str(&rest[..found]);
            rest = &rest[found + 1..];
            // A backslash before anything else is an ordinary character.
            match rest.chars().next() {
                Some(next) if next == quote || next == escape => {
                    into.push(next);
                    rest = &rest[1..];
                }
                _ => into.push(escape),
            }
        }
        into.push_str(rest);
    }
}

enum Quoted {
    Closed { close: usize, escaped: bool },
    NotClosed,
    More,
}

/// Whether a quoted field is past its limits; fewer bytes than lines cannot be.
fn too_long(field: &[u8]) -> bool {
    field.len() > MAX_FIELD_BYTES || (field.len() > MAX_FIELD_LINES && count_lines(field) > MAX_FIELD_LINES)
}

/// The end of the line whose end mark is at `at`; `None`: a CR at the end of the bytes may be half of a CRLF.
fn line_end_at(bytes: &[u8], at: usize, last: bool) -> Option<usize> {
    match (bytes[at], bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r', None) if !last => None,
        _ => Some(at + 1),
    }
}

/// Where the content of the line at `start` ends, and where the next line starts.
pub(super) fn line_end(bytes: &[u8], start: usize, last: bool) -> Option<(usize, usize)> {
    match memchr2(b'\n', b'\r', &bytes[start..]) {
        Some(found) => line_end_at(bytes, start + found, last).map(|end| (start + found, end)),
        None if last => Some((bytes.len(), bytes.len())),
        None => None,
    }
}

/// Line ends in `bytes`, which do not start or stop inside a CRLF: LF, CRLF and lone CR, one each.
pub(super) fn count_lines(bytes: &[u8]) -> usize {
    let lone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    memchr_iter(b'\n', bytes).count() + lone
}
