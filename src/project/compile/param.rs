//! Parameters: the default of the file, the environment in it, `--param` over it.

use super::fill::{Filled, Values};
use super::pipeline::Surroundings;
use super::text;
use crate::error::{Error, Place};
use crate::project::pipeline::Param;
use crate::project::reader::Reader;
use crate::project::types::Type;
use crate::project::value::plain_form;
use crate::project::yaml::{Entry, Node};
use chrono::Days;
use chrono_tz::Tz;
use std::collections::BTreeMap;

pub const AS_OF: &str = "as_of";

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
        let mut params = BTreeMap::new();
        let mut values = BTreeMap::new();
        for entry in entries {
            if let Some((param, value)) = self.param(entry, zone, around) {
                values.insert(param.name.clone(), value);
                params.insert(param.name.clone(), param);
            }
        }
        if !entries.iter().any(|entry| entry.key == AS_OF)
            && let Some((param, value)) = self.undeclared_as_of(zone, around)
        {
            values.insert(AS_OF.to_string(), value);
            params.insert(AS_OF.to_string(), param);
        }
        (params, values)
    }

    /// Tells the arguments that set no parameter, or one twice.
    fn arguments(&mut self, entries: &[Entry], around: &Surroundings) {
        let known: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).chain([AS_OF]).collect();
        for (index, (name, _)) in around.overrides.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let error = Error::faulty(format!("`--param {name}=...` sets no parameter of this pipeline"));
                self.push(error.did_you_mean(name, known.iter().copied()));
            } else if around.overrides[..index].iter().any(|(earlier, _)| earlier == name) {
                self.push(Error::faulty(format!("`--param {name}=...` is given twice")));
            }
        }
    }

    fn param(&mut self, entry: &Entry, zone: Tz, around: &Surroundings) -> Option<(Param, Filled)> {
        let ty = Type::parse(&text(&entry.value, "type"))?;
        if entry.key == AS_OF && ty != Type::Date {
            self.fault(entry.value.get("type")?.span, "`as_of` is a `date`");
            return None;
        }
        let given = self.given(entry, ty, zone, around)?;
        self.typed(&entry.key, self.file.place(entry.key_span), ty, given, text(&entry.value, "description").trim().to_string())
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

    fn given(&mut self, entry: &Entry, ty: Type, zone: Tz, around: &Surroundings) -> Option<Given> {
        if let Some(given) = argument(&entry.key, ty, around) {
            return Some(given);
        }
        let Some(default) = entry.value.get("default") else {
            if entry.key == AS_OF {
                return Some(last_complete_day(zone, around));
            }
            let error = self.error(entry.key_span, format!("the parameter `{}` has no value", entry.key));
            self.push(error.hint(format!("give it a `default`, or `--param {}=...`", entry.key)));
            return None;
        };
        let filled = self.fill(default, Values { environment: Some(around.environment), params: None })?;
        let blame = self.error(default.span, format!("the value of the parameter `{}` is no {ty}", entry.key));
        Some(Given { filled, blame: blame.hint(form_of(ty)) })
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
