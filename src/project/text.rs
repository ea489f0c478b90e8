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
        let start = self.text.floor_char_boundary(span.start);
        let line = self.line_starts.partition_point(|line_start| *line_start <= start);
        let line_start = self.line_starts[line - 1];
        let shown = self.line(line);
        let before = &self.text[line_start..start];
        let end = self.text.ceil_char_boundary(span.end).clamp(start, (line_start + shown.len()).max(start));
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

/// Words that give a secret away when a name ends in them, letter by letter (`aws_secret_access_key`, `AccountKey`, `X-Amz-Signature`).
const SECRET_NAMES: [&str; 10] =
    ["password", "passwd", "secret", "token", "signature", "sig", "credential", "credentials", "accesskey", "accountkey"];

/// Whether a value of this name is likely a secret.
pub fn names_a_secret(name: &str) -> bool {
    let ends_in = |secret: &str| {
        let mut letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
        secret.bytes().rev().all(|letter| letters.next() == Some(letter))
    };
    SECRET_NAMES.into_iter().any(ends_in)
}

/// The line with secrets as stars, character for character, so that carets still fit.
fn mask(line: &str) -> String {
    let mut shown = line.to_string();
    // Stars may be shorter than what they stand for, so from the end.
    for secret in secrets(line).into_iter().rev() {
        let stars = "*".repeat(line[secret.clone()].chars().count());
        shown.replace_range(secret, &stars);
    }
    shown
}

/// Where a line holds secrets: `scheme://HERE@host`, and values given by `:` or `=` to a name of a secret.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in line.match_indices([':', '=']) {
        let secret = if line[at..].starts_with("://") { user_info(line, at + 3) } else { secret_value(line, at) };
        // Of `secret: s3://name:secret@host` the first range holds the others.
        found.extend(secret.filter(|secret| found.last().is_none_or(|last| last.end <= secret.start)));
    }
    found
}

/// What stands before the last `@` of a URL, wherever its author meant the host to start.
fn user_info(line: &str, start: usize) -> Option<Range<usize>> {
    let rest = until(&line[start..], |c| matches!(c, '"' | '\'') || c.is_whitespace());
    rest.rfind('@').map(|end| start..start + end)
}

fn secret_value(line: &str, mark: usize) -> Option<Range<usize>> {
    let before = &line[..mark];
    let name = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).map_or(before, |at| &before[at..]);
    names_a_secret(name).then_some(())?;
    let after = &line[mark + 1..];
    let value = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    // `token: {type: text}` declares a column and `secret: ${NAME}` names a variable; they give no value away.
    let is_plain = !value.starts_with(['{', '[', '$']);
    let start = line.len() - value.len();
    let value = until(value, |c| matches!(c, '&' | ';' | '"' | '\'' | ',' | '}') || c.is_whitespace());
    (is_plain && !value.is_empty()).then_some(start..start + value.len())
}

fn until(text: &str, stop: impl Fn(char) -> bool) -> &str {
    text.find(stop).map_or(text, |end| &text[..end])
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
        let inside = file.place(Span { start: at + 1, end: at + 2 });
        assert_eq!((inside.column, inside.width), (2, 1));
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
        check("raw: s3://me:pa/ss@bucket/x", "raw: s3://********@bucket/x");
        check("email: a@b.c", "email: a@b.c");
        check("api_token=密钥; b: s3://名:x@h", "api_token=**; b: s3://***@h");
        check("secret: s3://me:pass@bucket", "secret: *******************");
    }
}
