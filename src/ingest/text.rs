//! Object bytes -> UTF-8 bytes: gunzip, byte order mark, decoding.
//!
//! Decoding comes before cutting, so that a delimiter or line end is never half of a character, in any encoding. A malformed sequence
//! becomes one byte [`WRONG`], which is never valid UTF-8: the record that holds it is rejected later, with its true line. UTF-8 input
//! passes through as it is and is checked at the same place.

use super::object::{self, Object};
use crate::error::{Error, Result};
use crate::project::source::Compression;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, Read};

/// Stands for a malformed sequence of bytes.
const WRONG: u8 = 0xFF;
const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];
pub(super) const UTF8_BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];
/// Encoded bytes read at once from the layer below.
const CHUNK_BYTES: usize = 256 << 10;

pub(super) struct Text {
    name: String,
    bytes: Box<dyn Read + Send>,
    /// `None`: the bytes are UTF-8 already.
    decoder: Option<Decoder>,
    chunk: Vec<u8>,
    ended: bool,
    /// The first bytes, unpacked, before decoding.
    head: Vec<u8>,
}

impl Text {
    pub(super) fn open(object: Object, name: &str, encoding: &'static Encoding, compression: Compression) -> Result<Text> {
        let (magic, object) = peek(object, GZIP_MAGIC.len()).map_err(|error| broken(name, error))?;
        let packed = match compression {
            Compression::Detect => magic == GZIP_MAGIC,
            Compression::None => false,
            Compression::Gzip if magic == GZIP_MAGIC => true,
            Compression::Gzip => return Err(Error::check(format!("`{name}` is not gzip data, as declared"))),
        };
        let bytes: Box<dyn Read + Send> = match packed {
            true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(CHUNK_BYTES, object))),
            false => Box::new(object),
        };
        let (head, bytes) = peek(bytes, UTF8_BOM.len()).map_err(|error| broken(name, error))?;
        let (decoder, bytes): (_, Box<dyn Read + Send>) = match encoding == UTF_8 {
            true if head == UTF8_BOM => (None, bytes.into_inner().1),
            true => (None, Box::new(bytes)),
            // A byte order mark says which of the two UTF-16 it is, better than a label does.
            false if [UTF_16LE, UTF_16BE].contains(&encoding) => (Some(encoding.new_decoder()), Box::new(bytes)),
            false => (Some(encoding.new_decoder_with_bom_removal()), Box::new(bytes)),
        };
        Ok(Text { name: name.to_string(), bytes, decoder, chunk: Vec::new(), ended: false, head })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Appends about `count` bytes of UTF-8 to `buffer` (exactly as many when nothing is decoded, so that blocks do not depend on how
    /// bytes arrive); `false`: there are no more.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, count: usize) -> Result<bool> {
        let target = buffer.len() + count;
        while buffer.len() < target && !self.ended {
            match &mut self.decoder {
                None => {
                    let missing = (target - buffer.len()) as u64;
                    let read = (&mut self.bytes).take(missing).read_to_end(buffer).map_err(|error| broken(&self.name, error))?;
                    self.ended = (read as u64) < missing;
                }
                Some(decoder) => {
                    self.chunk.clear();
                    let wanted = CHUNK_BYTES.min(target - buffer.len());
                    let read = (&mut self.bytes).take(wanted as u64).read_to_end(&mut self.chunk);
                    self.ended = read.map_err(|error| broken(&self.name, error))? < wanted;
                    decode(decoder, &self.chunk, self.ended, buffer);
                }
            }
        }
        Ok(!self.ended)
    }

    /// What the first bytes say about the encoding, if they contradict the declared one.
    pub(super) fn encoding_hint(&self) -> Option<&'static str> {
        match (&self.head[..], &self.decoder) {
            ([0xEF, 0xBB, 0xBF, ..], Some(_)) => Some("the file starts with the byte order mark of UTF-8: declare `encoding: utf-8`"),
            ([0xFF, 0xFE, ..], None) => Some("the file starts with the byte order mark of UTF-16: declare `encoding: utf-16le`"),
            ([0xFE, 0xFF, ..], None) => Some("the file starts with the byte order mark of UTF-16: declare `encoding: utf-16be`"),
            ([0x1F, 0x8B, ..], _) => Some("the file is gzip: declare its compression, or leave it to be detected"),
            _ => None,
        }
    }
}

/// Reads up to `count` bytes and returns them, and a reader that still has them.
#[allow(clippy::type_complexity)]
fn peek<R: Read>(mut bytes: R, count: usize) -> io::Result<(Vec<u8>, io::Chain<Cursor<Vec<u8>>, R>)> {
    let mut head = Vec::with_capacity(count);
    (&mut bytes).take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(bytes)))
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, text: &mut Vec<u8>) {
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

fn broken(name: &str, error: io::Error) -> Error {
    object::transport_failure(name, &error).unwrap_or_else(|| {
        let cut = error.kind() == io::ErrorKind::UnexpectedEof;
        let sentence = if cut { "is cut: its gzip data has no end" } else { "is not whole gzip data" };
        Error::check(format!("`{name}` {sentence}")).because(error).hint("nothing of it was staged; fetch it again")
    })
}
