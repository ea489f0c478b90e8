//! One error type for everything a person may read.
//!
//! An [`Error`] says what happened, where, why and what to do. Its [`Kind`] exists because the caller branches on it: it decides the exit code.
//! It never holds the content of a data row, nor a secret: places point into YAML and SQL, and at lines of data files by number alone.

use std::fmt;

/// What the caller has to do about it; one exit code each (see [`Kind::exit_code`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The data broke a promise: a check failed, an account did not close, too many rejects. Nothing was published.
    Check,
    /// The project, the arguments or the credentials are wrong; running again changes nothing.
    Faulty,
    /// The world failed us: a store, memory, a lost race. Running again is safe and may help.
    Retry,
    /// A signal ended the run (its number). Nothing was published.
    Interrupted(i32),
}

impl Kind {
    pub fn exit_code(self) -> i32 {
        match self {
            Kind::Check => 1,
            Kind::Faulty => 2,
            Kind::Retry => 3,
            Kind::Interrupted(signal) => 128 + signal,
        }
    }
}

/// A place in a text file of the project (YAML or SQL), 1-based, with the line itself so that a caret can be drawn under it.
/// For data files `text` stays empty: rows are never shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Relative to the project folder, with `/`.
    pub file: String,
    pub line: usize,
    /// In characters.
    pub column: usize,
    /// How many characters the caret underlines (at least 1).
    pub width: usize,
    /// The whole line, without its newline.
    pub text: Option<String>,
}

impl Place {
    /// The place of a byte range inside `content`.
    pub fn in_text(file: &str, content: &str, start: usize, end: usize) -> Place {
        let start = floor_boundary(content, start);
        let line_start = content[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = content[start..].find('\n').map_or(content.len(), |at| start + at);
        let end = floor_boundary(content, end.clamp(start, line_end));
        Place {
            file: file.to_string(),
            line: content[..start].matches('\n').count() + 1,
            column: content[line_start..start].chars().count() + 1,
            width: content[start..end].chars().count().max(1),
            text: Some(content[line_start..line_end].trim_end_matches('\r').to_string()),
        }
    }

    /// The place of a 1-based line and column inside `content`.
    pub fn at(file: &str, content: &str, line: usize, column: usize, width: usize) -> Place {
        let text = content.lines().nth(line.saturating_sub(1)).map(str::to_string);
        Place { file: file.to_string(), line: line.max(1), column: column.max(1), width: width.max(1), text }
    }

    /// A whole file, when no line is to blame.
    pub fn file(file: &str) -> Place {
        Place { file: file.to_string(), line: 1, column: 1, width: 1, text: None }
    }
}

fn floor_boundary(content: &str, at: usize) -> usize {
    let mut at = at.min(content.len());
    while !content.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A sentence to a person: what, where, why, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub sentence: String,
    pub place: Option<Place>,
    pub causes: Vec<String>,
    pub hints: Vec<String>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn new(kind: Kind, sentence: impl Into<String>) -> Error {
        Error { kind, sentence: sentence.into(), place: None, causes: Vec::new(), hints: Vec::new() }
    }

    /// The data broke a promise; nothing is published (exit 1).
    pub fn check(sentence: impl Into<String>) -> Error {
        Error::new(Kind::Check, sentence)
    }

    /// The project, arguments or credentials are wrong (exit 2).
    pub fn faulty(sentence: impl Into<String>) -> Error {
        Error::new(Kind::Faulty, sentence)
    }

    /// Safe to run again (exit 3).
    pub fn retry(sentence: impl Into<String>) -> Error {
        Error::new(Kind::Retry, sentence)
    }

    /// A signal ended the run (exit 128 + signal).
    pub fn interrupted(signal: i32) -> Error {
        Error::new(Kind::Interrupted(signal), "interrupted; readers see a whole run").hint("run again: it goes on with what is built")
    }

    pub fn at(mut self, place: Place) -> Error {
        self.place = Some(place);
        self
    }

    pub fn because(mut self, cause: impl fmt::Display) -> Error {
        self.causes.push(cause.to_string());
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hints.push(hint.into());
        self
    }

    /// Adds "did you mean ..." when one of `known` is close to `word`.
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
        match nearest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.sentence)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        for hint in &self.hints {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The known word nearest to `word`, if it is near enough to be a slip of the hand.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().min(lower.chars().count()) / 4)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// All faults of a project at once, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Error>);

impl Faults {
    pub fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Orders faults by place and returns them, or `value` when there are none.
    pub fn or<T>(mut self, value: T) -> Result<T, Faults> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by(|a, b| a.place.cmp(&b.place));
        // One that was met on several ways is told once.
        let mut told: Vec<Error> = Vec::with_capacity(self.0.len());
        for fault in self.0 {
            if !told.contains(&fault) {
                told.push(fault);
            }
        }
        Err(Faults(told))
    }
}

impl From<Error> for Faults {
    fn from(error: Error) -> Faults {
        Faults(vec![error])
    }
}
