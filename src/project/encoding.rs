//! Encodings of text files: those of the WHATWG Encoding Standard, and UTF-32 and UTF-7, which it leaves out.

use encoding_rs::Encoding as Standard;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Standard(&'static Standard),
    Utf32(ByteOrder),
    Utf7,
}

/// Of a file without a byte order mark; one with a mark says so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

/// Labels to guess from when one is not known.
pub const LABELS: [&str; 24] = [
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "utf-32",
    "utf-32le",
    "utf-32be",
    "utf-7",
    "gb18030",
    "gbk",
    "gb2312",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-5",
    "iso-8859-15",
    "koi8-r",
    "ibm866",
    "macintosh",
];

impl Encoding {
    pub const UTF_8: Encoding = Encoding::Standard(encoding_rs::UTF_8);

    /// By a label of the standard, or a name that databases and Python use, in any case, with `_` for `-`.
    pub fn parse(label: &str) -> Option<Encoding> {
        let plain = label.trim().to_ascii_lowercase().replace('_', "-");
        let standard = match plain.as_str() {
            // As for UTF-16, files without a mark are little-endian unless they are declared otherwise.
            "utf-32" | "utf32" | "utf-32le" | "utf-32-le" => return Some(Encoding::Utf32(ByteOrder::Little)),
            "utf-32be" | "utf-32-be" => return Some(Encoding::Utf32(ByteOrder::Big)),
            "utf-7" | "utf7" => return Some(Encoding::Utf7),
            "utf-8-sig" => "utf-8",
            "utf-16-le" => "utf-16le",
            "utf-16-be" => "utf-16be",
            "latin-1" => "latin1",
            "mac-roman" => "macintosh",
            _ => label,
        };
        let known = |label: &str| Standard::for_label_no_replacement(label.as_bytes());
        known(standard).or_else(|| known(&plain)).map(Encoding::Standard)
    }

    /// As a person writes it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Standard(encoding) => encoding.name(),
            Encoding::Utf32(ByteOrder::Little) => "UTF-32LE",
            Encoding::Utf32(ByteOrder::Big) => "UTF-32BE",
            Encoding::Utf7 => "UTF-7",
        }
    }
}

impl From<&'static Standard> for Encoding {
    fn from(encoding: &'static Standard) -> Encoding {
        Encoding::Standard(encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        let check = |label: &str, name: Option<&str>| assert_eq!(Encoding::parse(label).map(Encoding::name), name, "{label}");
        for (label, name) in [
            ("utf-8", "UTF-8"),
            ("UTF_8_SIG", "UTF-8"),
            ("utf-16", "UTF-16LE"),
            ("utf_16_be", "UTF-16BE"),
            ("utf-32", "UTF-32LE"),
            ("UTF-32LE", "UTF-32LE"),
            ("utf_32_be", "UTF-32BE"),
            ("utf-7", "UTF-7"),
            ("latin-1", "windows-1252"),
            ("iso8859_5", "ISO-8859-5"),
            ("cp866", "IBM866"),
            ("cp1251", "windows-1251"),
            ("koi8_r", "KOI8-R"),
            ("mac_roman", "macintosh"),
            ("Shift_JIS", "Shift_JIS"),
        ] {
            check(label, Some(name));
        }
        // What the standard only replaces is no encoding to declare.
        for label in ["gbkk", "utf-64", "", "hz-gb-2312"] {
            check(label, None);
        }
    }

    #[test]
    fn every_label_to_guess_from_is_one() {
        assert!(LABELS.iter().all(|label| Encoding::parse(label).is_some()));
    }
}
