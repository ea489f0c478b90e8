//! A block of whole records -> where the fields of each row lie, and rejects for records that are no rows.

use super::cut::Block;
use super::dialect::{Dialect, Fault, Field, MAX_RECORD_BYTES, Scan, count_lines, line_end};
use super::reject::{Reject, raw};
use crate::project::source::ShortRows;
use memchr::{memchr, memchr_iter, memmem};
use std::borrow::Cow;
use std::ops::Range;

/// What every record of an object must be.
pub(super) struct Shape {
    pub(super) dialect: Dialect,
    /// Fields of every record.
    pub(super) width: usize,
    pub(super) short_rows: ShortRows,
    /// Of the declared encoding, for the reason of a reject.
    pub(super) encoding: &'static str,
    /// Fields that nobody declared and the header does not name: they must be empty.
    pub(super) unnamed: Vec<usize>,
}

/// Up to one batch of rows, by position in the block.
#[derive(Default)]
pub(super) struct Rows {
    /// `width` fields per row.
    pub(super) fields: Vec<Field>,
    /// Per row: where its record lies, without the line end.
    pub(super) records: Vec<Range<usize>>,
    /// Per row: the line it starts on.
    pub(super) lines: Vec<i64>,
    pub(super) rejects: Vec<Reject>,
    /// Rows and rejects.
    pub(super) read: u64,
}

pub(super) struct Splitter<'a> {
    shape: &'a Shape,
    block: &'a Block,
    /// No record holds wrong bytes, NUL or a byte order mark: they need not be looked at one by one.
    clean: bool,
    at: usize,
    line: i64,
    /// The first quote at or after `at`; the block's length when there is none.
    quote: usize,
    faults: std::slice::Iter<'a, (usize, Fault)>,
    fault: Option<&'a (usize, Fault)>,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<'a> Splitter<'a> {
    /// `valid`: the whole block is UTF-8.
    pub(super) fn new(shape: &'a Shape, block: &'a Block, valid: bool) -> Splitter<'a> {
        let clean = valid && memchr(0, &block.bytes).is_none() && memmem::find(&block.bytes, BYTE_ORDER_MARK).is_none();
        let mut faults = block.faults.iter();
        let fault = faults.next();
        let line = block.first_line as i64;
        let mut splitter = Splitter { shape, block, clean, at: 0, line, quote: 0, faults, fault };
        splitter.find_quote();
        splitter
    }

    /// The next records, at most `limit`; `None` at the end of the block.
    pub(super) fn next(&mut self, limit: usize) -> Option<Rows> {
        let mut rows = Rows::default();
        while self.at < self.block.bytes.len() && (rows.read as usize) < limit.max(1) {
            match self.fault {
                Some((offset, fault)) if *offset == self.at => self.reject_line(*fault, &mut rows),
                _ => self.record(&mut rows),
            }
        }
        (rows.read > 0).then_some(rows)
    }

    /// The first line of a malformed record.
    fn reject_line(&mut self, fault: Fault, rows: &mut Rows) {
        let (content, end) = line_end(&self.block.bytes, self.at, true).expect("a block holds whole lines");
        self.reject(self.at..content, fault.reason().into(), rows);
        self.fault = self.faults.next();
        self.advance(end, 1);
    }

    fn record(&mut self, rows: &mut Rows) {
        let bytes = &self.block.bytes;
        let first = rows.fields.len();
        let (content, end) = line_end(bytes, self.at, true).expect("a block holds whole lines");
        if content == self.at && self.shape.width > 1 {
            return self.advance(end, 1);
        }
        let (content, end, lines) = if self.quote < content {
            match self.shape.dialect.scan(bytes, self.at, true, |field| rows.fields.push(field)) {
                Scan::Record { content, end } => (content, end, count_lines(&bytes[self.at..content]) + 1),
                Scan::Fault(_) | Scan::More => unreachable!("the cutter hands over malformed records as faults"),
            }
        } else {
            let mut start = self.at;
            for found in memchr_iter(self.shape.dialect.delimiter, &bytes[self.at..content]) {
                rows.fields.push(Field::plain(start, self.at + found));
                start = self.at + found + 1;
            }
            rows.fields.push(Field::plain(start, content));
            (content, end, 1)
        };
        let record = self.at..content;
        match self.blemish(&bytes[record.clone()]).or_else(|| self.complete(&mut rows.fields, first)) {
            Some(reason) => {
                rows.fields.truncate(first);
                self.reject(record, reason, rows);
            }
            None => {
                rows.records.push(record);
                rows.lines.push(self.line);
                rows.read += 1;
            }
        }
        self.advance(end, lines as i64);
    }

    /// What makes a record unreadable, whatever its fields.
    fn blemish(&self, record: &[u8]) -> Option<Cow<'static, str>> {
        if record.len() > MAX_RECORD_BYTES {
            return Some(Fault::TooLong.reason().into());
        }
        if self.clean {
            return None;
        }
        if std::str::from_utf8(record).is_err() {
            return Some(format!("invalid {}", self.shape.encoding).into());
        }
        if memchr(0, record).is_some() {
            return Some("NUL byte".into());
        }
        record.starts_with(BYTE_ORDER_MARK).then(|| "byte order mark inside the file".into())
    }

    /// Checks the fields from `first` on, and fills a short row up where that is declared.
    fn complete(&self, fields: &mut Vec<Field>, first: usize) -> Option<Cow<'static, str>> {
        let (count, width) = (fields.len() - first, self.shape.width);
        if count > width {
            return Some(format!("too many fields: {count} of {width}").into());
        }
        if count < width && self.shape.short_rows == ShortRows::Reject {
            return Some(format!("too few fields: {count} of {width}").into());
        }
        fields.resize(first + width, Field::EMPTY);
        let content = |field: usize| &self.block.bytes[fields[first + field].range()];
        let filled = self.shape.unnamed.iter().find(|field| !content(**field).trim_ascii().is_empty())?;
        Some(format!("value in column {}, which has no name", filled + 1).into())
    }

    fn reject(&self, record: Range<usize>, reason: Cow<'static, str>, rows: &mut Rows) {
        rows.rejects.push(Reject { line: self.line, column: None, reason, raw: Some(raw(&self.block.bytes[record])) });
        rows.read += 1;
    }

    fn advance(&mut self, end: usize, lines: i64) {
        self.at = end;
        self.line += lines;
        if self.quote < end {
            self.find_quote();
        }
    }

    fn find_quote(&mut self) {
        let found = self.shape.dialect.quote.and_then(|quote| memchr(quote, &self.block.bytes[self.at..]));
        self.quote = found.map_or(self.block.bytes.len(), |found| self.at + found);
    }
}
