//! Object bytes -> UTF-8 bytes: unpacking, byte order mark, decoding.
//!
//! Decoding comes before cutting, so that a delimiter or line end is never half of a character, in any encoding. A malformed sequence
//! becomes one byte that is never valid UTF-8: the record that holds it is rejected later, with its true line. UTF-8 input passes through
//! as it is and is checked at the same place.

use super::decode::Decoder;
use super::object::Object;
use super::unpack::{self, Unpacked};
use crate::error::Result;
use crate::project::encoding::Encoding;
use crate::project::source::Compression;

const UTF8_BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];
/// What tells the longest byte order mark, and most kinds of packing.
const HEAD_BYTES: usize = 16;
/// Encoded bytes read at once from the layer below.
const CHUNK_BYTES: usize = 256 << 10;

pub(super) struct Text {
    name: String,
    bytes: Unpacked,
    /// `None`: the bytes are UTF-8 already.
    decoder: Option<Decoder>,
    chunk: Vec<u8>,
    ended: bool,
    /// The first bytes, unpacked, before decoding.
    head: Vec<u8>,
    /// Of the head, bytes that are still to be handed on.
    pending: usize,
}

impl Text {
    pub(super) fn open(object: Object, name: &str, encoding: Encoding, compression: Compression) -> Result<Text> {
        let mut bytes = Unpacked::open(object, name, compression)?;
        let mut head = Vec::with_capacity(HEAD_BYTES);
        bytes.read(HEAD_BYTES, &mut head)?;
        let decoder = Decoder::new(encoding);
        let mark = if decoder.is_none() && head.starts_with(&UTF8_BOM) { UTF8_BOM.len() } else { 0 };
        let pending = head.len() - mark;
        Ok(Text { name: name.to_string(), bytes, decoder, chunk: Vec::new(), ended: false, head, pending })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Appends about `count` bytes of UTF-8 to `buffer` (exactly as many when nothing is decoded, so that blocks do not depend on how
    /// bytes arrive); `false`: there are no more.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, count: usize) -> Result<bool> {
        let target = buffer.len() + count;
        while buffer.len() < target && !self.ended {
            match self.decoder.take() {
                None => {
                    let wanted = target - buffer.len();
                    self.ended = self.read(wanted, buffer)? < wanted;
                }
                Some(mut decoder) => {
                    let mut chunk = std::mem::take(&mut self.chunk);
                    chunk.clear();
                    let wanted = CHUNK_BYTES.min(target - buffer.len());
                    self.ended = self.read(wanted, &mut chunk)? < wanted;
                    decoder.decode(&chunk, self.ended, buffer);
                    (self.decoder, self.chunk) = (Some(decoder), chunk);
                }
            }
        }
        Ok(!self.ended)
    }

    /// Appends up to `count` encoded bytes; fewer come only at the end.
    fn read(&mut self, count: usize, into: &mut Vec<u8>) -> Result<usize> {
        let start = self.head.len() - self.pending;
        let from_head = self.pending.min(count);
        into.extend_from_slice(&self.head[start..start + from_head]);
        self.pending -= from_head;
        Ok(from_head + self.bytes.read(count - from_head, into)?)
    }

    /// What the first bytes say about encoding and packing, if they contradict the declared ones.
    pub(super) fn encoding_hint(&self) -> Option<String> {
        let packing = unpack::packing(&self.head);
        if packing != Compression::None {
            let word = packing.word();
            return Some(match self.bytes.packing {
                Compression::None => format!("the file is {word}: declare its compression, or leave it to be detected"),
                outer => format!("the file is {word} inside {}: unpack it once", outer.word()),
            });
        }
        let (mark, label) = match (&self.head[..], &self.decoder) {
            ([0xEF, 0xBB, 0xBF, ..], Some(_)) => ("UTF-8", "utf-8"),
            ([0xFF, 0xFE, 0, 0, ..], None) => ("UTF-32", "utf-32le"),
            ([0, 0, 0xFE, 0xFF, ..], None) => ("UTF-32", "utf-32be"),
            ([0xFF, 0xFE, ..], None) => ("UTF-16", "utf-16le"),
            ([0xFE, 0xFF, ..], None) => ("UTF-16", "utf-16be"),
            _ => return None,
        };
        Some(format!("the file starts with the byte order mark of {mark}: declare `encoding: {label}`"))
    }
}
