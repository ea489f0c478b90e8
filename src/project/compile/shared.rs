//! `sql/params.yaml`: the parameters of the project's SQL, declared once. A pipeline writes a value of its own beside their names.

use super::param::AS_OF;
use super::pipeline::TIME_ZONE;
use crate::error::Error;
use crate::project::grammar::pipeline::SHARED;
use crate::project::reader::Reader;
use crate::project::text::TextFile;
use crate::project::yaml::{Entry, Node};

/// The declarations, as far as they could be read.
#[derive(Default)]
pub struct Shared {
    file: Option<TextFile>,
    entries: Vec<Entry>,
    /// While something is wrong with the file, a name it lacks may be one that could not be read.
    pub is_whole: bool,
}

/// The declarations of a file, and what is wrong with them; their defaults are read for a pipeline, with its environment.
pub fn shared(file: TextFile) -> (Shared, Vec<Error>) {
    let (mut reader, root) = Reader::open(&file, &SHARED, "the parameters of the project");
    let entries = root.as_ref().and_then(|root| root.get("params")).map_or(&[][..], Node::entries).to_vec();
    for entry in entries.iter().filter(|entry| [AS_OF, TIME_ZONE].contains(&entry.key.as_str())) {
        let error = reader.error(entry.key_span, format!("`{}` is a parameter of every pipeline, declared or not", entry.key));
        reader.push(error.hint("remove it here"));
    }
    let faults = reader.faults;
    (Shared { is_whole: faults.is_empty(), file: Some(file), entries }, faults)
}

impl Shared {
    /// A project without the file.
    pub fn none() -> Shared {
        Shared { is_whole: true, ..Shared::default() }
    }

    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == name)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn file(&self) -> Option<&TextFile> {
        self.file.as_ref()
    }
}
