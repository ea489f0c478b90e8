//! UTF-32: four bytes a character.

use super::{WRONG, push};
use crate::project::encoding::ByteOrder;

pub struct Utf32 {
    order: ByteOrder,
    /// The first four bytes are still to come: they may be a byte order mark, which says better than a label which order it is.
    at_start: bool,
    /// Of a character, what the chunks before had.
    begun: Vec<u8>,
}

impl Utf32 {
    pub(super) fn new(order: ByteOrder) -> Utf32 {
        Utf32 { order, at_start: true, begun: Vec::with_capacity(4) }
    }

    pub(super) fn decode(&mut self, mut bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        if !self.begun.is_empty() {
            let missing = (4 - self.begun.len()).min(bytes.len());
            self.begun.extend_from_slice(&bytes[..missing]);
            bytes = &bytes[missing..];
            if let Ok(whole) = <[u8; 4]>::try_from(self.begun.as_slice()) {
                self.begun.clear();
                self.character(whole, text);
            }
        }
        let (characters, rest) = bytes.as_chunks::<4>();
        characters.iter().for_each(|character| self.character(*character, text));
        self.begun.extend_from_slice(rest);
        if last && !self.begun.is_empty() {
            self.begun.clear();
            text.push(WRONG);
        }
    }

    fn character(&mut self, bytes: [u8; 4], text: &mut Vec<u8>) {
        if std::mem::take(&mut self.at_start)
            && let Some(order) = marked(bytes)
        {
            self.order = order;
            return;
        }
        let number = match self.order {
            ByteOrder::Little => u32::from_le_bytes(bytes),
            ByteOrder::Big => u32::from_be_bytes(bytes),
        };
        match char::from_u32(number) {
            Some(character) => push(character, text),
            None => text.push(WRONG),
        }
    }
}

fn marked(bytes: [u8; 4]) -> Option<ByteOrder> {
    match bytes {
        [0xFF, 0xFE, 0, 0] => Some(ByteOrder::Little),
        [0, 0, 0xFE, 0xFF] => Some(ByteOrder::Big),
        _ => None,
    }
}
