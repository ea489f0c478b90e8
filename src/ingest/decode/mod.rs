//! Encoded bytes -> UTF-8 bytes, chunk by chunk: one seam over encoding_rs and the two encodings it leaves out.
//!
//! A malformed sequence becomes one byte [`WRONG`], wherever chunks end.

mod utf32;
mod utf7;

use crate::project::encoding::Encoding;
use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE};
use utf7::Utf7;
use utf32::Utf32;

/// Stands for a malformed sequence of bytes; never valid UTF-8.
pub(super) const WRONG: u8 = 0xFF;

pub(super) enum Decoder {
    Standard(encoding_rs::Decoder),
    Utf32(Utf32),
    Utf7(Utf7),
}

impl Decoder {
    /// `None`: the bytes are UTF-8 already.
    pub(super) fn new(encoding: Encoding) -> Option<Decoder> {
        Some(match encoding {
            Encoding::Standard(encoding) if encoding == UTF_8 => return None,
            // A byte order mark says which of the two UTF-16 it is, better than a label does.
            Encoding::Standard(encoding) if [UTF_16LE, UTF_16BE].contains(&encoding) => Decoder::Standard(encoding.new_decoder()),
            Encoding::Standard(encoding) => Decoder::Standard(encoding.new_decoder_with_bom_removal()),
            Encoding::Utf32(order) => Decoder::Utf32(Utf32::new(order)),
            Encoding::Utf7 => Decoder::Utf7(Utf7::default()),
        })
    }

    /// Appends the text of the next chunk. `last`: none follows.
    pub(super) fn decode(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        match self {
            Decoder::Standard(decoder) => standard(decoder, bytes, last, text),
            Decoder::Utf32(decoder) => decoder.decode(bytes, last, text),
            Decoder::Utf7(decoder) => decoder.decode(bytes, last, text),
        }
    }
}

fn standard(decoder: &mut encoding_rs::Decoder, mut bytes: &[u8], last: bool, text: &mut Vec<u8>) {
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).expect("a chunk is far smaller than memory");
        let start = text.len();
        text.resize(start + room, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut text[start..], last);
        text.truncate(start + written);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(_, _) => text.push(WRONG),
        }
    }
}

fn push(character: char, text: &mut Vec<u8>) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::encoding::ByteOrder;

    /// The same in chunks of every size; `\u{fffd}` stands for what is malformed.
    #[track_caller]
    fn check(encoding: Encoding, bytes: &[u8], expected: &str) {
        for size in 1..=bytes.len().max(1) {
            let (mut decoder, mut text) = (Decoder::new(encoding).unwrap(), Vec::new());
            bytes.chunks(size).for_each(|chunk| decoder.decode(chunk, false, &mut text));
            decoder.decode(&[], true, &mut text);
            let told: String =
                text.split(|byte| *byte == WRONG).map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join("\u{fffd}");
            assert_eq!(told, expected, "{} in chunks of {size}", encoding.name());
        }
    }

    fn wide(text: &str, order: ByteOrder) -> Vec<u8> {
        let bytes = |c: char| match order {
            ByteOrder::Little => u32::from(c).to_le_bytes(),
            ByteOrder::Big => u32::from(c).to_be_bytes(),
        };
        text.chars().flat_map(bytes).collect()
    }

    #[test]
    fn utf32() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            check(Encoding::Utf32(order), &wide("aä中😀\n", order), "aä中😀\n");
            // A mark goes before the label, is no text, and is one only at the start.
            for marked in [ByteOrder::Little, ByteOrder::Big] {
                check(Encoding::Utf32(order), &wide("\u{feff}aä中\u{feff}😀", marked), "aä中\u{feff}😀");
            }
            check(Encoding::Utf32(order), &[], "");
        }
        let little = Encoding::Utf32(ByteOrder::Little);
        // A surrogate, a number past Unicode, three bytes left over.
        check(little, &[wide("a", ByteOrder::Little), vec![0, 0xD8, 0, 0], wide("b", ByteOrder::Little)].concat(), "a\u{fffd}b");
        check(little, &[wide("a", ByteOrder::Little), vec![0, 0, 0x11, 0], wide("b", ByteOrder::Little)].concat(), "a\u{fffd}b");
        check(little, &[wide("a", ByteOrder::Little), vec![b'b', 0, 0]].concat(), "a\u{fffd}");
        // The other order does not pass for text.
        check(little, &wide("ab", ByteOrder::Big), "\u{fffd}\u{fffd}");
    }

    /// RFC 2152's own examples, then what it calls ill-formed.
    #[test]
    fn utf7() {
        let check = |bytes: &[u8], expected: &str| check(Encoding::Utf7, bytes, expected);
        check(b"A+ImIDkQ.", "A\u{2262}\u{391}.");
        check(b"Hi Mom -+Jjo--!", "Hi Mom -\u{263a}-!");
        check(b"+ZeVnLIqe-", "\u{65e5}\u{672c}\u{8a9e}");
        check(b"Item 3 is +AKM-1.", "Item 3 is \u{a3}1.");
        check(b"1 +- 1 = 2\n", "1 + 1 = 2\n");
        check(b"+2D3eAA-", "\u{1f600}");
        check(b"+/v8-a", "a");
        check(b"+AOQ", "ä");
        check(b"+AOQ\nb", "ä\nb");
        check(b"a\xE4b", "a\u{fffd}b");
        check(b"+!x", "\u{fffd}!x");
        check(b"a+", "a\u{fffd}");
        // A unit without its last bits, bits that are not zero, half of a pair, pairs in the wrong order.
        check(b"+AO-x", "\u{fffd}x");
        check(b"+AOR-x", "ä\u{fffd}x");
        check(b"+2D0-x", "\u{fffd}x");
        check(b"+2D0AYQ-x", "\u{fffd}ax");
        check(b"+3gA-x", "\u{fffd}x");
    }
}
