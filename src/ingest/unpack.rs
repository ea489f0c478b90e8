//! Packed bytes -> plain bytes: gzip, zstd, bzip2, xz, told apart by how they begin.
//!
//! Files made of several members, frames or streams are read to the end of the last one. Checksums are checked where the format has them
//! (zstd leaves them to the writer). A file says how much memory unpacking it takes: past [`MAX_WINDOW`] it is refused.

use super::object::{self, Object};
use crate::error::{Error, Result};
use crate::project::source::Compression;
use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use std::io::{self, BufReader, Cursor, Read};
use zstd::stream::read::Decoder as ZstdDecoder;

/// Binary logarithm of the bytes a zstd or xz file may look back: what `zstd --long` and twice what `xz -9` asks for.
const MAX_WINDOW_LOG: u32 = 27;
/// KiB for xz, which counts some buffers besides the window.
const MAX_XZ_KIB: u32 = (1 << (MAX_WINDOW_LOG - 10)) + 1024;
/// zstd's own sentence for a larger window; its code does not come through.
const ZSTD_WINDOW_TOO_LARGE: &str = "Frame requires too much memory for decoding";
/// The longest beginning that tells a kind: `BZh`, a level, and the mark of a block or of the end.
const MAGIC_BYTES: usize = 10;
const BZIP2_MARKS: [[u8; 6]; 2] = [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]];
/// Packed bytes read at once from the object.
const CHUNK_BYTES: usize = 256 << 10;

/// Plain bytes, and how they were packed.
pub(super) struct Unpacked {
    bytes: Box<dyn Read + Send>,
    pub(super) packing: Compression,
    name: String,
}

impl Unpacked {
    pub(super) fn open(object: Object, name: &str, declared: Compression) -> Result<Unpacked> {
        let (head, object) = peek(object, MAGIC_BYTES).map_err(|error| broken(name, declared, error))?;
        let found = packing(&head);
        let packing = match declared {
            Compression::Detect => found,
            Compression::None => Compression::None,
            declared if declared == found => found,
            declared => {
                return Err(Error::check(format!("`{name}` is not {} data, as declared", declared.word()))
                    .hint("fetch it again, or leave its compression to be detected"));
            }
        };
        let bytes = reader(object, packing).map_err(|error| broken(name, packing, error))?;
        Ok(Unpacked { bytes, packing, name: name.to_string() })
    }

    /// Appends up to `count` bytes; fewer come only at the end.
    pub(super) fn read(&mut self, count: usize, into: &mut Vec<u8>) -> Result<usize> {
        (&mut self.bytes).take(count as u64).read_to_end(into).map_err(|error| broken(&self.name, self.packing, error))
    }
}

fn reader(object: impl Read + Send + 'static, packing: Compression) -> io::Result<Box<dyn Read + Send>> {
    if matches!(packing, Compression::None | Compression::Detect) {
        return Ok(Box::new(object));
    }
    let packed = BufReader::with_capacity(CHUNK_BYTES, object);
    Ok(match packing {
        Compression::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Compression::Zstd => {
            let mut decoder = ZstdDecoder::with_buffer(packed)?;
            decoder.window_log_max(MAX_WINDOW_LOG)?;
            Box::new(decoder)
        }
        Compression::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
        Compression::Xz => Box::new(XzReader::new_mem_limit(packed, true, MAX_XZ_KIB)),
        Compression::None | Compression::Detect => unreachable!("handed over as they are"),
    })
}

/// How bytes that begin so are packed.
pub(super) fn packing(head: &[u8]) -> Compression {
    match head {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        // A frame, or one to be skipped, which may come before.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Compression::Zstd,
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', mark @ ..] if BZIP2_MARKS.iter().any(|known| mark.starts_with(known)) => Compression::Bzip2,
        _ => Compression::None,
    }
}

/// Reads up to `count` bytes and returns them, and a reader that still has them.
#[allow(clippy::type_complexity)]
fn peek<R: Read>(mut bytes: R, count: usize) -> io::Result<(Vec<u8>, io::Chain<Cursor<Vec<u8>>, R>)> {
    let mut head = Vec::with_capacity(count);
    (&mut bytes).take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(bytes)))
}

fn broken(name: &str, packing: Compression, error: io::Error) -> Error {
    if let Some(failure) = object::transport_failure(name, &error) {
        return failure;
    }
    let word = packing.word();
    if error.kind() == io::ErrorKind::OutOfMemory || error.to_string() == ZSTD_WINDOW_TOO_LARGE {
        let sentence = format!("`{name}` is {word} data that takes more than {} MiB of memory to unpack", 1 << (MAX_WINDOW_LOG - 20));
        return Error::check(sentence).because(error).hint("pack it again, with `xz -9` or `zstd --long` at most");
    }
    let sentence = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("is cut: its {word} data has no end"),
        _ => format!("is not whole {word} data"),
    };
    Error::check(format!("`{name}` {sentence}")).because(error).hint("nothing of it was staged; fetch it again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Bytes, and then a store that fails.
    struct Failing(Cursor<Vec<u8>>);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(object::transport("connection reset")),
                count => Ok(count),
            }
        }
    }

    /// A store that fails in the middle of a file is worth another try; the file is not to blame.
    #[test]
    fn a_store_that_fails_is_not_taken_for_damage() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"a,b\n1,2\n").unwrap();
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        bzip2.write_all(b"a,b\n1,2\n").unwrap();
        let xz = b"\xFD7zXZ\0\0\x04\xE6\xD6\xB4\x46\x02\0\x21\x01\x16\0\0\0\x74\x2F\xE5\xA3\x01\0\x08".to_vec();
        for (packing, whole) in [
            (Compression::Gzip, gzip.finish().unwrap()),
            (Compression::Zstd, zstd::encode_all(&b"a,b\n1,2\n"[..], 3).unwrap()),
            (Compression::Bzip2, bzip2.finish().unwrap()),
            (Compression::Xz, xz),
        ] {
            for end in 1..whole.len() {
                let failing = Failing(Cursor::new(whole[..end].to_vec()));
                let error = reader(failing, packing).and_then(|mut bytes| bytes.read_to_end(&mut Vec::new())).unwrap_err();
                assert_eq!(broken("x", packing, error).kind, crate::error::Kind::Retry, "{packing:?} after {end} bytes");
            }
        }
    }
}
