//! A text file of the project: read within its limits, and turned into places that show the line without its secrets.

use crate::error::{Error, Place, Result};
use std::ops::Range;

/// Bytes of a text, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        Span { start: range.start, end: range.end }
    }
}

/// The content of a file, and where its lines start.
#[derive(Clone, Debug)]
pub struct TextFile {
    /// Relative to the project folder, with `/`.
    pub file: String,
    pub text: String,
    line_starts: Vec<usize>,
}

impl TextFile {
    /// Takes the bytes of a file as UTF-8; a byte-order mark goes.
    pub fn new(file: &str, bytes: Vec<u8>) -> Result<TextFile> {
        let mut text = String::from_utf8(bytes).map_err(|error| {
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::faulty(format!("`{file}` is not UTF-8")).at(Place { line, ..Place::file(file) }).hint("save the file as UTF-8")
        })?;
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Ok(TextFile { file: file.to_string(), text, line_starts })
    }

    /// The place of a span; what follows its first line is not underlined.
    pub fn place(&self, span: Span) -> Place {
        let start = span.start.min(self.text.len());
        let line = self.line_starts.partition_point(|line_start| *line_start <= start);
        let line_start = self.line_starts[line - 1];
        let shown = self.line(line);
        let before = &self.text[line_start..start];
        let end = span.end.clamp(start, (line_start + shown.len()).max(start));
        Place {
            file: self.file.clone(),
            line,
            column: before.chars().count() + 1,
            width: self.text[start..end].chars().count().max(1),
            text: Some(mask(shown)),
        }
    }

    /// Length in bytes of the longest line, and its number.
    pub fn longest_line(&self) -> (usize, usize) {
        (1..=self.line_starts.len()).map(|line| (self.line(line).len(), line)).max_by_key(|(length, _)| *length).unwrap_or((0, 1))
    }

    /// A line by its number, without its newline.
    fn line(&self, line: usize) -> &str {
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        self.text[self.line_starts[line - 1]..end].trim_end_matches('\r')
    }
}

/// Words that give a secret away when they end the name a value is given to.
const SECRET_NAMES: [&str; 11] =
    ["password", "passwd", "secret", "token", "signature", "sig", "credential", "credentials", "access_key", "account_key", "api_key"];

/// Whether a value of this name is likely a secret (`aws_secret_access_key`, `AccountKey`, `sig`, `X-Amz-Signature`).
pub fn names_a_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SECRET_NAMES.iter().any(|secret| name.ends_with(&secret.replace('_', "")))
}

/// The line with secrets as stars, character for character, so that carets still fit.
fn mask(line: &str) -> String {
    let mut shown: Vec<char> = line.chars().collect();
    for range in secrets(&shown) {
        shown[range].fill('*');
    }
    shown.into_iter().collect()
}

/// Where a line holds secrets: `scheme://HERE@host`, and values given by `:` or `=` to a name of a secret.
fn secrets(line: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for at in 0..line.len() {
        let rest = &line[at..];
        if rest.starts_with(&[':', '/', '/']) {
            let authority = at + 3..end_of(line, at + 3, |c| matches!(c, '/' | '?' | '#' | '"' | '\'') || c.is_whitespace());
            if let Some(host) = line[authority.clone()].iter().rposition(|c| *c == '@') {
                found.push(authority.start..authority.start + host);
            }
        } else if matches!(line[at], ':' | '=') && names_a_secret(&name_before(line, at)) {
            let start = end_of(line, at + 1, |c| !c.is_whitespace() && !matches!(c, '"' | '\''));
            // `token: {type: text}` declares a column; it gives no value away.
            if !matches!(line.get(start), Some('{' | '[' | '$') | None) {
                found.push(start..end_of(line, start, |c| matches!(c, '&' | ';' | '"' | '\'' | ',' | '}') || c.is_whitespace()));
            }
        }
    }
    found
}

fn end_of(line: &[char], start: usize, stop: impl Fn(char) -> bool) -> usize {
    line[start..].iter().position(|c| stop(*c)).map_or(line.len(), |length| start + length)
}

fn name_before(line: &[char], end: usize) -> String {
    let start = line[..end].iter().rposition(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).map_or(0, |at| at + 1);
    line[start..end].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_stays_in_its_line() {
        let file = TextFile::new("a.yaml", "\u{feff}one\r\n名前: x\nlast".as_bytes().to_vec()).unwrap();
        let at = file.text.find("前").unwrap();
        let place = file.place(Span { start: at, end: file.text.len() });
        assert_eq!((place.line, place.column, place.width, place.text.as_deref()), (2, 2, 4, Some("名前: x")));
        let end = file.place(Span { start: file.text.len(), end: file.text.len() });
        assert_eq!((end.line, end.column, end.width), (3, 5, 1));
        assert_eq!(file.place(Span { start: 0, end: 3 }).text.as_deref(), Some("one"));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_told_with_their_line() {
        let error = TextFile::new("a.yaml", b"ok\nok\n\xff".to_vec()).unwrap_err();
        assert_eq!(error.place.unwrap().line, 3);
    }

    #[test]
    fn secrets_are_shown_as_stars_of_the_same_width() {
        let check = |line: &str, shown: &str| assert_eq!(mask(line), shown);
        check("raw: s3://me:pass@bucket/x", "raw: s3://*******@bucket/x");
        check("raw: https://h/x?a=1&sig=abc%3D&b=2", "raw: https://h/x?a=1&sig=******&b=2");
        check("  AWS_SECRET_ACCESS_KEY: abcdef", "  AWS_SECRET_ACCESS_KEY: ******");
        check("secret: ${AWS_SECRET_ACCESS_KEY}", "secret: ${AWS_SECRET_ACCESS_KEY}");
        check("token: {type: text, meaning: x}", "token: {type: text, meaning: x}");
        check("email: a@b.c", "email: a@b.c");
    }
}
