//! Packed files: every kind is told by its first bytes, read to its last member, and refused when anything of it is not whole.

use super::*;
use crate::error::Kind;
use std::io::Write;

/// Two members of each kind that together hold this.
const TEXT: &str = "\u{feff}a,b\n1,2\n3,4\n";
const BORDER: usize = 9;
const ROWS: [&str; 2] = ["2: 1|2", "3: 3|4"];
const KINDS: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

/// `xz` of the two parts, the second with SHA-256 as its check.
const XZ: [&str; 2] = [
    "fd377a585a000004e6d6b4460200210116000000742fe5a3010008efbbbf612c620a312c000000001e7e7cebec6a9b1b000121096c18c5d51fb6f37d010000000004595a",
    "fd377a585a00000ae1fb0ca10200210116000000742fe5a3010005320a332c340a00000097b0cef31d3ab25a7c0403cecd21b60cc08430b0eaa1a4c59d81e45784a290b2000136066b81f940189b4b9a01000000000a595a",
];
/// `xz --lzma2=dict=1GiB` and `dict=128MiB` of `a,b 1,2`, and `--delta --lzma2` of the same.
const XZ_1_GIB: &str =
    "fd377a585a000004e6d6b44602002101240000005e1fc7f9010007612c620a312c320a00be9cbd49b5122afe00012008bb19d9bb1fb6f37d010000000004595a";
const XZ_128_MIB: &str =
    "fd377a585a000004e6d6b446020021011e0000009b075166010007612c620a312c320a00be9cbd49b5122afe00012008bb19d9bb1fb6f37d010000000004595a";
const XZ_DELTA: &str =
    "fd377a585a000004e6d6b44602010301002101167920c4ee01000761cb36a827fb06d800be9cbd49b5122afe00012008bb19d9bb1fb6f37d010000000004595a";

fn bytes(hexadecimal: &str) -> Vec<u8> {
    (0..hexadecimal.len()).step_by(2).map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap()).collect()
}

fn packed(kind: Compression, text: &[u8]) -> Vec<u8> {
    match kind {
        Compression::Gzip => {
            let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packing.write_all(text).unwrap();
            packing.finish().unwrap()
        }
        Compression::Zstd => {
            let mut packing = zstd::Encoder::new(Vec::new(), 3).unwrap();
            packing.include_checksum(true).unwrap();
            packing.write_all(text).unwrap();
            packing.finish().unwrap()
        }
        Compression::Bzip2 => {
            let mut packing = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
            packing.write_all(text).unwrap();
            packing.finish().unwrap()
        }
        other => panic!("{other:?} is packed by hand"),
    }
}

fn two_members(kind: Compression) -> Vec<u8> {
    match kind {
        Compression::Xz => XZ.map(bytes).concat(),
        kind => [packed(kind, &TEXT.as_bytes()[..BORDER]), packed(kind, &TEXT.as_bytes()[BORDER..])].concat(),
    }
}

fn declared(kind: Compression) -> Source {
    csv_with(source("a text, b text"), |csv| csv.compression = kind)
}

#[test]
fn members_are_read_to_the_last() {
    for kind in KINDS {
        for source in [declared(Compression::Detect), declared(kind)] {
            for options in [SMALL, Options { block_bytes: 1, ..SMALL }, Options::default()] {
                let loaded = load(two_members(kind), &source, options).unwrap();
                assert_eq!((loaded.rows, loaded.rejects), (ROWS.map(str::to_string).to_vec(), vec![]), "{kind:?}");
            }
        }
    }
    // Blocks of zeros between streams, and a frame to be skipped before the first.
    let padded = [bytes(XZ[0]), vec![0; 8], bytes(XZ[1]), vec![0; 4]].concat();
    let skipping = [b"\x50\x2A\x4D\x18\x03\0\0\0abc".to_vec(), two_members(Compression::Zstd)].concat();
    for packed in [padded, skipping] {
        assert_eq!(load(packed, &declared(Compression::Detect), SMALL).unwrap().rows, ROWS);
    }
    assert_eq!(load(bytes(XZ_DELTA), &declared(Compression::Detect), SMALL).unwrap().rows, ["2: 1|2"]);
}

#[test]
fn large_files() {
    let rows: String = (0..200_000).map(|row| format!("{row},{}\n", row % 7)).collect();
    for kind in [Compression::Gzip, Compression::Zstd, Compression::Bzip2] {
        let loaded = load(packed(kind, format!("a,b\n{rows}").as_bytes()), &declared(Compression::Detect), Options::default()).unwrap();
        assert_eq!((loaded.rows.len(), loaded.rows[199_999].as_str()), (200_000, "200001: 199999|2"), "{kind:?}");
    }
}

#[test]
fn json_is_packed_alike() {
    let mut lines = source("a bigint");
    for kind in [Compression::Gzip, Compression::Zstd, Compression::Bzip2] {
        lines.format = Format::Json(Json { records: JsonRecords::Lines, encoding: encoding_rs::UTF_8.into(), compression: kind });
        assert_eq!(load(packed(kind, b"{\"a\":1}\n{\"a\":2}\n"), &lines, SMALL).unwrap().rows, ["1: 1", "2: 2"], "{kind:?}");
    }
}

/// Wherever a file ends too early, but where a member ends: then nothing shows that another was to follow.
#[test]
fn cut_files() {
    for kind in KINDS {
        let whole = match kind {
            Compression::Xz => bytes(XZ[0]),
            kind => packed(kind, TEXT.as_bytes()),
        };
        for end in 0..whole.len() {
            let error = load(&whole[..end], &declared(kind), SMALL).unwrap_err();
            let word = kind.word();
            assert_eq!(error.kind, Kind::Check, "{kind:?} cut at {end}: {error}");
            let told = [
                format!("`object` is cut: its {word} data has no end"),
                format!("`object` is not whole {word} data"),
                format!("`object` is not {word} data, as declared"),
            ];
            assert!(told.contains(&error.sentence), "{kind:?} cut at {end}: {error}");
        }
        let error = load(&whole[..whole.len() - 1], &declared(Compression::Detect), SMALL).unwrap_err();
        assert_eq!(error.sentence, format!("`object` is cut: its {} data has no end", kind.word()));
        assert_eq!(error.hints, ["nothing of it was staged; fetch it again"]);
    }
}

/// One wrong byte anywhere: an error, or a byte that says nothing about the rows (a time in gzip's header). Never other rows.
#[test]
fn damaged_files() {
    for kind in KINDS {
        let whole = two_members(kind);
        for (at, flip) in (0..whole.len()).flat_map(|at| [0x01, 0x55, 0x80].map(|flip| (at, flip))) {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            match load(damaged, &declared(kind), SMALL) {
                Ok(loaded) => assert_eq!((loaded.rows, loaded.rejects), (ROWS.map(str::to_string).to_vec(), vec![]), "{kind:?} at {at}"),
                Err(error) => assert_eq!(error.kind, Kind::Check, "{kind:?} at {at}: {error}"),
            }
        }
        let error = load([whole, b"rest".to_vec()].concat(), &declared(kind), SMALL).unwrap_err();
        let told = [format!("`object` is not whole {} data", kind.word()), format!("`object` is cut: its {} data has no end", kind.word())];
        assert!(told.contains(&error.sentence), "{error}");
    }
}

#[test]
fn what_is_declared_must_be_there() {
    for kind in KINDS {
        let error = load("a,b\n1,2\n", &declared(kind), SMALL).unwrap_err();
        assert_eq!(error.sentence, format!("`object` is not {} data, as declared", kind.word()));
        let error = load(two_members(kind), &declared(Compression::None), SMALL).unwrap_err();
        let hint = format!("the file is {}: declare its compression, or leave it to be detected", kind.word());
        assert!(error.hints.contains(&hint), "{error}");
        let twice = packed(Compression::Gzip, &two_members(kind));
        let error = load(twice, &declared(Compression::Detect), SMALL).unwrap_err();
        assert!(error.hints.contains(&format!("the file is {} inside gzip: unpack it once", kind.word())), "{error}");
    }
    // Text that begins like bzip2 is text.
    assert_eq!(load("BZh9,b\n1,2\n", &texts(&["BZh9", "b"]), SMALL).unwrap().rows, ["2: 1|2"]);
}

/// A zstd frame that says how far it looks back: a window of `2^(10 + exponent)` bytes, one raw block.
fn zstd_with_window(log: u8) -> Vec<u8> {
    let text = b"a,b\n1,2\n";
    [&[0x28, 0xB5, 0x2F, 0xFD, 0, (log - 10) << 3, (text.len() as u8) << 3 | 1, 0, 0][..], text].concat()
}

/// A few bytes must not have gigabytes allocated.
#[test]
fn windows_have_a_limit() {
    for (packed, word) in [(zstd_with_window(31), "zstd"), (zstd_with_window(28), "zstd"), (bytes(XZ_1_GIB), "xz")] {
        let error = load(packed, &declared(Compression::Detect), SMALL).unwrap_err();
        assert_eq!(error.sentence, format!("`object` is {word} data that takes more than 128 MiB of memory to unpack"));
        assert_eq!(error.hints, ["pack it again, with `xz -9` or `zstd --long` at most"]);
    }
    for packed in [zstd_with_window(27), bytes(XZ_128_MIB)] {
        assert_eq!(load(packed, &declared(Compression::Detect), SMALL).unwrap().rows, ["2: 1|2"]);
    }
}
