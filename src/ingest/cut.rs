//! The one cutter of an object: blocks of whole records, in order, with true line numbers.
//!
//! Where no quote is, it only looks for line ends; records with quotes are walked. So it keeps ahead of the parse workers on one thread.

use super::dialect::{Dialect, Fault, MAX_RECORD_BYTES, Scan, count_lines, line_end};
use super::reject::MAX_RAW_BYTES;
use super::text::Text;
use crate::error::{Error, Result};
use memchr::{memchr, memrchr2};

/// Whole records, and lines that belong to none.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// Of the first byte, 1-based.
    pub(super) first_line: u64,
    /// Lines that start a malformed record, by offset; the rest of such a record is read as records of its own.
    pub(super) faults: Vec<(usize, Fault)>,
}

pub(super) struct Cutter {
    text: Text,
    dialect: Dialect,
    block_bytes: usize,
    /// Starts at a record.
    buffer: Vec<u8>,
    /// Of the buffer's first byte.
    line: u64,
    /// No bytes follow those in the buffer.
    last: bool,
}

/// The record before all rows.
#[derive(Debug)]
pub(super) enum Header {
    /// Its decoded bytes with the line end.
    Record(Vec<u8>),
    Malformed(Fault),
    Missing,
}

impl Cutter {
    pub(super) fn new(text: Text, dialect: Dialect, block_bytes: usize) -> Cutter {
        Cutter { text, dialect, block_bytes: block_bytes.max(1), buffer: Vec::new(), line: 1, last: false }
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    /// Leaves out the next `count` lines, whatever they hold.
    pub(super) fn skip_lines(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let end = loop {
                match line_end(&self.buffer, 0, self.last) {
                    Some((_, end)) => break end,
                    None if self.buffer.len() > MAX_RECORD_BYTES => {
                        return Err(Error::check(format!("a line to be skipped in `{}` is longer than 16 MiB", self.text.name())));
                    }
                    None => self.fill()?,
                }
            };
            self.pass(end);
        }
        Ok(())
    }

    /// Takes the first record that is not an empty line. Called once, before all blocks.
    pub(super) fn header(&mut self) -> Result<Header> {
        loop {
            match self.dialect.scan(&self.buffer, 0, self.last, |_| ()) {
                _ if self.buffer.is_empty() && self.last => return Ok(Header::Missing),
                Scan::Record { content: 0, end } => self.pass(end),
                Scan::Record { end, .. } => {
                    let record = self.buffer[..end].to_vec();
                    self.pass(end);
                    return Ok(Header::Record(record));
                }
                Scan::Fault(fault) => return Ok(Header::Malformed(fault)),
                Scan::More => self.fill()?,
            }
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        loop {
            self.fill()?;
            let mut faults = Vec::new();
            let cut = self.cut(&mut faults)?;
            if cut > 0 {
                return Ok(Some(self.take(cut, faults)));
            } else if self.last {
                return Ok(None);
            }
        }
    }

    /// Where the last whole record of the buffer ends.
    fn cut(&mut self, faults: &mut Vec<(usize, Fault)>) -> Result<usize> {
        let mut at = 0;
        while at < self.buffer.len() {
            let quote = self.dialect.quote.and_then(|quote| memchr(quote, &self.buffer[at..])).map(|found| at + found);
            let record = last_line_end(&self.buffer, at, quote, self.last);
            let scan = match quote {
                Some(_) => self.dialect.scan(&self.buffer, record, self.last, |_| ()),
                None if self.last => return Ok(self.buffer.len()),
                None if self.buffer.len() - record > MAX_RECORD_BYTES => Scan::Fault(Fault::TooLong),
                None => Scan::More,
            };
            at = match scan {
                Scan::Record { end, .. } => end,
                Scan::More => return Ok(record),
                Scan::Fault(fault) => match line_end(&self.buffer, record, self.last) {
                    Some((_, end)) => {
                        faults.push((record, fault));
                        end
                    }
                    None if self.buffer.len() - record > MAX_RECORD_BYTES => {
                        faults.push((record, Fault::TooLong));
                        self.shorten_line(record)?
                    }
                    None => return Ok(record),
                },
            };
        }
        Ok(at)
    }

    /// Keeps the head of a line that is past all limits, drops its other bytes and returns where it ends now.
    fn shorten_line(&mut self, start: usize) -> Result<usize> {
        let mut rest = self.buffer.split_off(start + MAX_RAW_BYTES);
        loop {
            if let Some((content, end)) = line_end(&rest, 0, self.last) {
                let mark = end - content;
                self.buffer.extend_from_slice(&rest[content..]);
                return Ok(start + MAX_RAW_BYTES + mark);
            }
            // A CR at the very end may be half of a CRLF.
            let keep = usize::from(rest.last() == Some(&b'\r'));
            rest.drain(..rest.len() - keep);
            self.last = !self.text.fill(&mut rest, self.block_bytes.max(MAX_RAW_BYTES))?;
        }
    }

    /// Cuts the first `cut` bytes off as a block; the rest stays.
    fn take(&mut self, cut: usize, faults: Vec<(usize, Fault)>) -> Block {
        let room = if self.last { 0 } else { self.block_bytes + 1 };
        let mut rest = Vec::with_capacity(self.buffer.len() - cut + room);
        rest.extend_from_slice(&self.buffer[cut..]);
        self.buffer.truncate(cut);
        let block = Block { bytes: std::mem::replace(&mut self.buffer, rest), first_line: self.line, faults };
        self.line += count_lines(&block.bytes) as u64;
        block
    }

    /// Forgets the first `count` bytes, which are whole lines.
    fn pass(&mut self, count: usize) {
        self.line += count_lines(&self.buffer[..count]) as u64;
        self.buffer.drain(..count);
    }

    /// Reads one more block, and at least as much as is there already, so that walking a long record again stays linear in its length.
    fn fill(&mut self) -> Result<()> {
        if !self.last {
            let count = self.block_bytes.max(self.buffer.len());
            self.last = !self.text.fill(&mut self.buffer, count)?;
        }
        Ok(())
    }
}

/// The end of the last line between `start` and the quote (or the end of the bytes); `start` when there is none.
fn last_line_end(bytes: &[u8], start: usize, quote: Option<usize>, last: bool) -> usize {
    let end = match quote {
        Some(quote) => quote,
        // A CR at the very end may be half of a CRLF.
        None if !last && bytes.last() == Some(&b'\r') => bytes.len() - 1,
        None => bytes.len(),
    };
    memrchr2(b'\n', b'\r', &bytes[start..end.max(start)]).map_or(start, |found| start + found + 1)
}
