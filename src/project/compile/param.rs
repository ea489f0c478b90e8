//! Parameters: the default of `sql/params.yaml`, the pipeline's over it, the environment in both, `--param` over all.

use super::fill::{Filled, Values};
use super::pipeline::Surroundings;
use super::shared::Shared;
use super::text;
use crate::error::{Error, Place};
use crate::project::grammar::pipeline::TYPE;
use crate::project::layout::PARAMS_FILE;
use crate::project::pipeline::Param;
use crate::project::reader::Reader;
use crate::project::text::Span;
use crate::project::types::Type;
use crate::project::value::plain_form;
use crate::project::yaml::{Entry, Node, Value};
use chrono::Days;
use chrono_tz::Tz;
use std::collections::BTreeMap;

pub const AS_OF: &str = "as_of";

/// A parameter as a file declares it.
struct Declaration<'a> {
    name: &'a str,
    span: Span,
    ty: Type,
    default: Option<&'a Node>,
    description: String,
}

/// A value, and whether it came from outside of the file (which decides how far a path made of it may lead).
struct Given {
    filled: Filled,
    /// What to blame when it does not fit.
    blame: Error,
}

impl Reader<'_> {
    /// All parameters with their values, and the values once more for the texts they stand in.
    pub(super) fn params(&mut self, root: &Node, zone: Tz, around: &Surroundings) -> (BTreeMap<String, Param>, BTreeMap<String, Filled>) {
        let entries = root.get("params").map_or(&[][..], Node::entries);
        self.arguments(entries, around);
        let mut params: Vec<(Param, Filled)> = entries.iter().filter_map(|entry| self.param(entry, zone, around)).collect();
        let is_written = |name: &str| entries.iter().any(|entry| entry.key == name);
        params.extend(self.unchanged(around.shared, is_written, zone, around));
        if !is_written(AS_OF) {
            params.extend(self.undeclared_as_of(zone, around));
        }
        let values = params.iter().map(|(param, value)| (param.name.clone(), value.clone())).collect();
        (params.into_iter().map(|(param, _)| (param.name.clone(), param)).collect(), values)
    }

    /// Tells the arguments that set no parameter, or one twice.
    fn arguments(&mut self, entries: &[Entry], around: &Surroundings) {
        let shared = around.shared.entries().iter();
        let known: Vec<&str> = entries.iter().chain(shared).map(|entry| entry.key.as_str()).chain([AS_OF]).collect();
        for (index, (name, _)) in around.overrides.iter().enumerate() {
            if !known.contains(&name.as_str()) && around.shared.is_whole {
                let error = Error::faulty(format!("`--param {name}=...` sets no parameter of this pipeline"));
                self.push(error.did_you_mean(name, known.iter().copied()));
            } else if around.overrides[..index].iter().any(|(earlier, _)| earlier == name) {
                self.push(Error::faulty(format!("`--param {name}=...` is given twice")));
            }
        }
    }

    fn param(&mut self, entry: &Entry, zone: Tz, around: &Surroundings) -> Option<(Param, Filled)> {
        let declaration = match (&entry.value.value, around.shared.entry(&entry.key)) {
            (Value::Map(_), None) => self.declared(entry)?,
            (Value::Map(_), Some(shared)) => return self.declared_twice(entry, shared, around.shared),
            (Value::Scalar(_), Some(shared)) => {
                Declaration { span: entry.key_span, default: Some(&entry.value), ..Declaration::of(shared)? }
            }
            (Value::Scalar(_), None) => self.value_alone(entry, around.shared)?,
            _ => return None,
        };
        self.valued(declaration, zone, around)
    }

    /// The parameters of the project that the pipeline says nothing about; what is wrong with their values is told in their file.
    fn unchanged(&mut self, shared: &Shared, is_written: impl Fn(&str) -> bool, zone: Tz, around: &Surroundings) -> Vec<(Param, Filled)> {
        let Some(file) = shared.file() else { return Vec::new() };
        let mut reader = Reader::new(file);
        let unwritten = shared.entries().iter().filter(|entry| !is_written(&entry.key));
        let params = unwritten.filter_map(|entry| {
            // A declaration that lacks something is told when the project is loaded.
            let declaration = Declaration::of(entry).filter(|declaration| declaration.default.is_some())?;
            reader.valued(declaration, zone, around)
        });
        let params = params.collect();
        reader.faults.into_iter().for_each(|error| self.push(error));
        params
    }

    fn declared<'a>(&mut self, entry: &'a Entry) -> Option<Declaration<'a>> {
        if entry.value.get("type").is_none() {
            self.missing_key(&TYPE, &format!("parameter `{}`", entry.key), entry.key_span);
        }
        let declaration = Declaration::of(entry)?;
        if declaration.name == AS_OF && declaration.ty != Type::Date {
            self.fault(entry.value.get("type")?.span, "`as_of` is a `date`");
            return None;
        }
        Some(declaration)
    }

    fn declared_twice(&mut self, entry: &Entry, shared: &Entry, all: &Shared) -> Option<(Param, Filled)> {
        let place = all.file()?.place(shared.key_span);
        let error = self.error(entry.key_span, format!("the parameter `{}` is declared twice", entry.key));
        let hint = format!("{}:{} has its type and meaning; here only a value may stand: `{}: ...`", place.file, place.line, entry.key);
        self.push(error.hint(hint));
        None
    }

    /// The type of a value is declared elsewhere; that of `as_of` is known.
    fn value_alone<'a>(&mut self, entry: &'a Entry, shared: &Shared) -> Option<Declaration<'a>> {
        if entry.key == AS_OF {
            let description = "The last day that counts.".to_string();
            return Some(Declaration { name: AS_OF, span: entry.key_span, ty: Type::Date, default: Some(&entry.value), description });
        }
        if shared.is_whole {
            let error = self.error(entry.key_span, format!("`{PARAMS_FILE}` declares no parameter `{}`", entry.key));
            let error = error.did_you_mean(&entry.key, shared.entries().iter().map(|entry| entry.key.as_str()).chain([AS_OF]));
            self.push(error.hint("declare it there; or here, if it is of this pipeline alone: `{type: ..., default: ...}`"));
        }
        None
    }

    fn valued(&mut self, declaration: Declaration, zone: Tz, around: &Surroundings) -> Option<(Param, Filled)> {
        let given = self.given(&declaration, zone, around)?;
        self.typed(declaration.name, self.file.place(declaration.span), declaration.ty, given, declaration.description)
    }

    /// Without a declaration `as_of` can still be set.
    fn undeclared_as_of(&mut self, zone: Tz, around: &Surroundings) -> Option<(Param, Filled)> {
        let given = argument(AS_OF, Type::Date, around).unwrap_or_else(|| last_complete_day(zone, around));
        self.typed(AS_OF, Place::file(&self.file.file), Type::Date, given, "The last complete day.".to_string())
    }

    fn typed(&mut self, name: &str, place: Place, ty: Type, given: Given, description: String) -> Option<(Param, Filled)> {
        let Some(value) = plain_form(ty, &given.filled.text) else {
            self.push(given.blame);
            return None;
        };
        let filled = Filled { text: value.clone(), ..given.filled };
        Some((Param { name: name.to_string(), place, ty, value, used_in_urls: false, description }, filled))
    }

    fn given(&mut self, declaration: &Declaration, zone: Tz, around: &Surroundings) -> Option<Given> {
        let Declaration { name, span, ty, default, .. } = *declaration;
        if let Some(given) = argument(name, ty, around) {
            return Some(given);
        }
        let Some(default) = default else {
            if name == AS_OF {
                return Some(last_complete_day(zone, around));
            }
            let error = self.error(span, format!("the parameter `{name}` has no value"));
            self.push(error.hint(format!("give it a `default`, or `--param {name}=...`")));
            return None;
        };
        let filled = self.fill(default, Values { environment: Some(around.environment), params: None })?;
        let blame = self.error(default.span, format!("the value of the parameter `{name}` is no {ty}"));
        Some(Given { filled, blame: blame.hint(form_of(ty)) })
    }
}

impl<'a> Declaration<'a> {
    /// `None` when its type is no type, which is told by the grammar.
    fn of(entry: &'a Entry) -> Option<Declaration<'a>> {
        Some(Declaration {
            name: &entry.key,
            span: entry.key_span,
            ty: Type::parse(&text(&entry.value, "type"))?,
            default: entry.value.get("default"),
            description: text(&entry.value, "description").trim().to_string(),
        })
    }
}

fn argument(name: &str, ty: Type, around: &Surroundings) -> Option<Given> {
    let (_, value) = around.overrides.iter().find(|(known, _)| known == name)?;
    let blame = Error::faulty(format!("`--param {name}=...` does not give a {ty}")).hint(form_of(ty));
    Some(Given { filled: Filled { text: value.clone(), by_operator: true }, blame })
}

fn last_complete_day(zone: Tz, around: &Surroundings) -> Given {
    let today = around.now.with_timezone(&zone).date_naive();
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    Given {
        filled: Filled { text: yesterday.to_string(), by_operator: false },
        blame: Error::faulty("the clock shows no date of this calendar"),
    }
}

fn form_of(ty: Type) -> &'static str {
    match ty {
        Type::Text => "any text",
        Type::Boolean => "write `true` or `false`",
        Type::Bigint => "write a whole number of at most 64 bits",
        Type::Double => "write a number such as `0.5` or `1e-9`",
        Type::Decimal { .. } => "write digits, with no more of them than the type holds",
        Type::Date => "write it as `2026-06-30`",
        Type::Timestamp => "write it as `2026-06-30T15:04:05Z`",
    }
}
