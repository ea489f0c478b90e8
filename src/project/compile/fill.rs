//! `${NAME}`, `${NAME:-default}` and `{param}` inside a text. What the environment holds is never shown.

use crate::project::reader::Reader;
use crate::project::text::Span;
use crate::project::yaml::Node;
use std::collections::BTreeMap;

/// Reads a variable of the environment.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What may stand in a text.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    pub environment: Option<Environment<'a>>,
    pub params: Option<&'a BTreeMap<String, Filled>>,
}

#[derive(Clone, Debug, Default)]
pub struct Filled {
    pub text: String,
    /// Whether the one who starts the run said a part of it, by the environment or by `--param`, and not the file alone.
    pub by_operator: bool,
}

impl Reader<'_> {
    /// The text of a scalar with its values; `None` when one is missing.
    pub(super) fn fill(&mut self, node: &Node, values: Values) -> Option<Filled> {
        let mut filled = Filled::default();
        self.fill_text(node.text()?, node.span, values, &mut filled)?;
        Some(filled)
    }

    fn fill_text(&mut self, mut text: &str, span: Span, values: Values, filled: &mut Filled) -> Option<()> {
        let mut whole = Some(());
        while let Some(at) = text.find(['$', '{']) {
            filled.text.push_str(&text[..at]);
            text = &text[at..];
            let is_variable = text.starts_with("${");
            let braces = text.find('{').filter(|at| *at == 0 || is_variable).and_then(|open| Some((open, closing(&text[open..])? + open)));
            let told = match braces {
                Some((open, close)) if is_variable => {
                    let inner = &text[open + 1..close];
                    text = &text[close + 1..];
                    self.fill_variable(inner, span, values, filled)
                }
                // `{a,b}` is a choice of a glob.
                Some((open, close)) if values.params.is_some() && !text[open..close].contains(',') => {
                    let name = &text[open + 1..close];
                    text = &text[close + 1..];
                    self.fill_param(name, span, values, filled)
                }
                None if is_variable => {
                    self.fault(span, "`${` is not closed with `}`");
                    return None;
                }
                _ => {
                    filled.text.push_str(&text[..1]);
                    text = &text[1..];
                    Some(())
                }
            };
            whole = whole.and(told);
        }
        filled.text.push_str(text);
        whole
    }

    /// `NAME` or `NAME:-default`; as in a shell the default also stands for an empty variable.
    fn fill_variable(&mut self, inner: &str, span: Span, values: Values, filled: &mut Filled) -> Option<()> {
        let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
        let Some(environment) = values.environment else {
            let error = self.error(span, "the environment is not read here");
            self.push(error.hint("read it in a store or in the default of a parameter, and write `{name}` of that parameter"));
            return None;
        };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            let error = self.error(span, "`${...}` does not hold the name of a variable");
            self.push(error.hint("write `${NAME}` or `${NAME:-default}`"));
            return None;
        }
        match (environment(name).filter(|value| default.is_none() || !value.is_empty()), default) {
            (Some(value), _) => {
                filled.text.push_str(&value);
                filled.by_operator = true;
                Some(())
            }
            (None, Some(default)) => self.fill_text(default, span, values, filled),
            (None, None) => {
                let error = self.error(span, format!("the environment variable `{name}` is not set"));
                self.push(error.hint(format!("set it, or give a default: `${{{name}:-...}}`")));
                None
            }
        }
    }

    fn fill_param(&mut self, name: &str, span: Span, values: Values, filled: &mut Filled) -> Option<()> {
        let params = values.params?;
        match params.get(name) {
            Some(value) => {
                filled.text.push_str(&value.text);
                filled.by_operator |= value.by_operator;
                Some(())
            }
            None => {
                let error = self.error(span, format!("there is no parameter `{name}`"));
                self.push(error.did_you_mean(name, params.keys().map(String::as_str)));
                None
            }
        }
    }
}

/// Where the brace that opens `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
