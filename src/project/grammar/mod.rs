//! The grammar of the YAML as data: every key with its shape, meaning and default, once. From it come the check of a file's shape with
//! every unknown key told ([`fit`]), and the JSON Schema that editors complete from ([`schema`]).
//!
//! It says nothing about what values mean together; that is [`super::compile`].

pub mod contract;
pub mod fit;
pub mod pipeline;
pub mod schema;
pub mod source;

/// A mapping with known keys.
pub struct Form {
    /// What a person calls one of it: "a check".
    pub title: &'static str,
    pub keys: &'static [Key],
    /// Of these keys exactly one is given, when there are any.
    pub one_of: &'static [&'static str],
}

pub struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub meaning: &'static str,
    pub required: bool,
    /// What holds without the key, as it would be written.
    pub default: Option<&'static str>,
}

/// What stands behind a key.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Any scalar, as written.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number from 0.
    Count,
    Number,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A column type; with a `?` behind it a null is allowed.
    ColumnType,
    /// A type that has no null.
    ValueType,
    Name(Pattern),
    List(&'static Shape),
    /// A list with at least one item.
    Some(&'static Shape),
    Form(&'static Form),
    /// A mapping from names of the author's choice.
    Named {
        pattern: Pattern,
        /// What a name names: "column".
        noun: &'static str,
        value: &'static Shape,
    },
    /// The first that fits; they differ in kind (scalar, list, mapping).
    Either(&'static [Shape]),
}

/// What a name may be made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// A folder, table, source, store, parameter.
    Name,
    /// A column; those of the engine start with `_`.
    Column,
    /// `folder.table`.
    Table,
    /// `folder.table` or `folder.*`.
    Tables,
}

impl Form {
    pub const fn new(title: &'static str, keys: &'static [Key]) -> Form {
        Form { title, keys, one_of: &[] }
    }

    pub const fn one_of(mut self, names: &'static [&'static str]) -> Form {
        self.one_of = names;
        self
    }
}

impl Key {
    pub const fn required(mut self) -> Key {
        self.required = true;
        self
    }

    pub const fn default(mut self, written: &'static str) -> Key {
        self.default = Some(written);
        self
    }
}

pub const fn key(name: &'static str, shape: Shape, meaning: &'static str) -> Key {
    Key { name, shape, meaning, required: false, default: None }
}

impl Pattern {
    pub fn fits(self, name: &str) -> bool {
        match self {
            Pattern::Name => is_name(name),
            Pattern::Column => is_name(name.strip_prefix('_').unwrap_or(name)),
            Pattern::Table => name.split_once('.').is_some_and(|(folder, table)| is_name(folder) && is_name(table)),
            Pattern::Tables => name.split_once('.').is_some_and(|(folder, table)| is_name(folder) && (table == "*" || is_name(table))),
        }
    }

    /// The same as a regular expression, for the JSON Schema.
    pub fn expression(self) -> &'static str {
        match self {
            Pattern::Name => "^[a-z][a-z0-9_]{0,63}$",
            Pattern::Column => "^_?[a-z][a-z0-9_]{0,63}$",
            Pattern::Table => "^[a-z][a-z0-9_]{0,63}\\.[a-z][a-z0-9_]{0,63}$",
            Pattern::Tables => "^[a-z][a-z0-9_]{0,63}\\.([a-z][a-z0-9_]{0,63}|\\*)$",
        }
    }

    /// The rule as the end of a sentence.
    pub fn rule(self) -> &'static str {
        match self {
            Pattern::Name | Pattern::Column => {
                "a name has small letters, digits and `_`, starts with a letter, and has at most 64 characters"
            }
            Pattern::Table => "a table is named `folder.table`, in small letters, digits and `_`",
            Pattern::Tables => "write `folder.table`, or `folder.*` for all tables of a folder",
        }
    }
}

/// `[a-z][a-z0-9_]{0,63}`: what is safe as a file name, an SQL identifier and a key of an object store.
pub fn is_name(word: &str) -> bool {
    word.len() <= 64
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
