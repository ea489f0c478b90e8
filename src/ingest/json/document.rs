//! Cuts one JSON array into blocks of whole elements, by brackets and strings alone: what they hold is checked by the workers.
//!
//! A document that is no array is one element. What stands behind the end of the array is one reject: nothing is passed over in silence.

use crate::error::{Error, Result};
use crate::ingest::cut::Block;
use crate::ingest::dialect::{Fault, MAX_RECORD_BYTES, count_lines};
use crate::ingest::text::Text;

pub(super) struct Document {
    text: Text,
    block_bytes: usize,
    /// Starts at an element, or at the blanks before it.
    buffer: Vec<u8>,
    /// Of the buffer's first byte.
    line: u64,
    last: bool,
    place: Place,
    /// An element, or the comma after it, was cut off before.
    has_elements: bool,
    /// The bracket that closes the array was cut off before.
    ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    /// Between the brackets of the array.
    Inside,
    /// The document is one value.
    Single,
    After,
}

impl Document {
    pub(super) fn new(text: Text, block_bytes: usize) -> Document {
        Document {
            text,
            block_bytes: block_bytes.max(1),
            buffer: Vec::new(),
            line: 1,
            last: false,
            place: Place::Before,
            has_elements: false,
            ended: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        loop {
            if !self.last {
                let count = self.block_bytes.max(self.buffer.len());
                self.last = !self.text.fill(&mut self.buffer, count)?;
            }
            self.enter();
            let cut = self.cut();
            if cut > 0 {
                let block = self.take(cut);
                if block.bytes.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return Ok(Some(block));
            }
            if self.last {
                return Ok(None);
            }
            if self.buffer.len() > MAX_RECORD_BYTES + self.block_bytes {
                let sentence = format!("an element of the JSON array `{}` is longer than 16 MiB, or never ends", self.text.name());
                return Err(Error::check(sentence).hint("one record per line is read with `format: ndjson`"));
            }
        }
    }

    /// Steps over the opening bracket.
    fn enter(&mut self) {
        let Some(first) = self.buffer.iter().position(|byte| !byte.is_ascii_whitespace()) else { return };
        if self.place == Place::Before {
            self.place = if self.buffer[first] == b'[' { Place::Inside } else { Place::Single };
            if self.place == Place::Inside {
                self.pass(first + 1);
            }
        }
    }

    /// Where the last whole element of the buffer ends, its comma or the closing bracket included.
    fn cut(&mut self) -> usize {
        if self.place != Place::Inside {
            return if self.last { self.buffer.len() } else { 0 };
        }
        let mut cut = 0;
        while let Some(end) = element_end(&self.buffer, cut) {
            if self.buffer[end] == b']' {
                self.place = Place::After;
                // An array that ends behind a comma, or is empty, has no element there; the bracket goes with the block before it.
                return end + 1;
            }
            cut = end + 1;
        }
        if self.last { self.buffer.len() } else { cut }
    }

    fn take(&mut self, cut: usize) -> Block {
        let rest = self.buffer.split_off(cut);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        let first_line = self.line;
        self.line += count_lines(&bytes) as u64;
        let is_empty = bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b']');
        // An empty array has no record; what a comma promises and the bracket does not give is one, and a reject.
        if self.place == Place::After && is_empty && !self.has_elements {
            bytes.clear();
        }
        let faults = if self.ended { vec![(0, Fault::AfterEnd)] } else { Vec::new() };
        self.ended = self.place == Place::After;
        self.has_elements = true;
        Block { bytes, first_line, faults }
    }

    fn pass(&mut self, count: usize) {
        self.line += count_lines(&self.buffer[..count]) as u64;
        self.buffer.drain(..count);
    }
}

/// Where the element that starts at `start` is followed by a comma or a closing bracket of what is around it; `None` when that is not there.
pub(super) fn element_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0usize, start);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b']' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}
