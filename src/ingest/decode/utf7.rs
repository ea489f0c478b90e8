//! UTF-7 (RFC 2152): ASCII, and runs of UTF-16 in base64 between `+` and the first character that is none of base64's.
//!
//! A `-` that ends a run belongs to it; `+-` is a plus. ASCII that the RFC wants encoded (`~`, `\`) is taken as it stands, as all readers do.

use super::{WRONG, push};

#[derive(Default)]
pub struct Utf7 {
    run: Option<Run>,
    /// Something was decoded: a byte order mark is one only before that.
    has_begun: bool,
}

/// Base64 being read.
#[derive(Default)]
struct Run {
    /// The lowest `count` bits are not yet part of a unit.
    bits: u32,
    count: u32,
    /// The first half of a pair.
    high: Option<u16>,
    /// Nothing stands behind the `+` yet.
    is_empty: bool,
}

impl Utf7 {
    pub(super) fn decode(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        for byte in bytes {
            self.byte(*byte, text);
        }
        if last && let Some(run) = self.run.take() {
            // `+` alone begins nothing.
            match run.is_empty {
                true => text.push(WRONG),
                false => run.end(text),
            }
        }
    }

    fn byte(&mut self, byte: u8, text: &mut Vec<u8>) {
        let Some(run) = &mut self.run else { return self.direct(byte, text) };
        if let Some(bits) = sextet(byte) {
            run.is_empty = false;
            let is_first = !self.has_begun;
            if let Some(unit) = run.add(bits) {
                self.has_begun = true;
                if !(is_first && unit == 0xFEFF) {
                    run.unit(unit, text);
                }
            }
            return;
        }
        let run = self.run.take().expect("it was looked at above");
        match (run.is_empty, byte) {
            (true, b'-') => self.character(b'+', text),
            (true, _) => {
                text.push(WRONG);
                self.direct(byte, text);
            }
            (false, b'-') => run.end(text),
            (false, _) => {
                run.end(text);
                self.direct(byte, text);
            }
        }
    }

    fn direct(&mut self, byte: u8, text: &mut Vec<u8>) {
        match byte {
            b'+' => self.run = Some(Run { is_empty: true, ..Run::default() }),
            _ => self.character(byte, text),
        }
    }

    fn character(&mut self, byte: u8, text: &mut Vec<u8>) {
        self.has_begun = true;
        text.push(if byte.is_ascii() { byte } else { WRONG });
    }
}

impl Run {
    /// Adds six bits; the unit they make whole.
    fn add(&mut self, sextet: u8) -> Option<u16> {
        self.bits = self.bits << 6 | u32::from(sextet);
        self.count += 6;
        self.count.checked_sub(16).map(|rest| {
            self.count = rest;
            let unit = (self.bits >> rest) as u16;
            self.bits &= (1 << rest) - 1;
            unit
        })
    }

    fn unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        match (self.high.take(), unit) {
            (Some(high), 0xDC00..=0xDFFF) => {
                let number = 0x10000 + (u32::from(high - 0xD800) << 10) + u32::from(unit - 0xDC00);
                push(char::from_u32(number).expect("two halves make a character"), text);
            }
            (Some(_), _) => {
                text.push(WRONG);
                self.unit(unit, text);
            }
            (None, 0xD800..=0xDBFF) => self.high = Some(unit),
            (None, _) => match char::from_u32(unit.into()) {
                Some(character) => push(character, text),
                None => text.push(WRONG),
            },
        }
    }

    /// What is left must be the zeros that fill the last sextet up.
    fn end(self, text: &mut Vec<u8>) {
        if self.high.is_some() || self.count >= 6 || self.bits != 0 {
            text.push(WRONG);
        }
    }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
