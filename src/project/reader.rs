//! What is wrong with one file, collected while it is read.

use super::text::{Span, TextFile};
use crate::error::{Error, Place};

pub struct Reader<'a> {
    pub file: &'a TextFile,
    pub faults: Vec<Error>,
}

/// More faults of one file than this help nobody.
const MANY: usize = 100;

impl<'a> Reader<'a> {
    pub fn new(file: &'a TextFile) -> Reader<'a> {
        Reader { file, faults: Vec::new() }
    }

    /// A fault to be given hints and pushed.
    pub fn error(&self, span: Span, sentence: impl Into<String>) -> Error {
        Error::faulty(sentence).at(self.file.place(span))
    }

    pub fn fault(&mut self, span: Span, sentence: impl Into<String>) {
        let error = self.error(span, sentence);
        self.push(error);
    }

    pub fn push(&mut self, error: Error) {
        match self.faults.len() {
            MANY => {}
            count if count + 1 == MANY => {
                let place = error.place.map(|place| Place { text: None, ..place });
                let error = Error::faulty(format!("`{}` has more faults than the {} told", self.file.file, MANY - 1));
                self.faults.push(Error { place, ..error });
            }
            _ => self.faults.push(error),
        }
    }
}
