//! The grammar as JSON Schema (2020-12), so that editors complete keys and explain them.

use super::contract::{CONTRACT, LAYERS, MEMBER, UNION};
use super::pipeline::{PIPELINE, SHARED};
use super::{Form, Key, Pattern, Shape};
use serde_json::{Map, Value, json};

/// The files one can have a schema for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    /// `pipelines/<name>.yaml`
    Pipeline,
    /// `sql/<folder>/<table>.yaml`
    Contract,
    /// `sql/<folder>/<table>/_union.yaml`
    Union,
    /// `sql/<folder>/<table>/<member>.yaml`
    Member,
    /// `sql/layers.yaml`
    Layers,
    /// `sql/params.yaml`
    Params,
}

impl SchemaKind {
    pub const ALL: [SchemaKind; 6] =
        [SchemaKind::Pipeline, SchemaKind::Contract, SchemaKind::Union, SchemaKind::Member, SchemaKind::Layers, SchemaKind::Params];

    pub fn form(self) -> &'static Form {
        match self {
            SchemaKind::Pipeline => &PIPELINE,
            SchemaKind::Contract => &CONTRACT,
            SchemaKind::Union => &UNION,
            SchemaKind::Member => &MEMBER,
            SchemaKind::Layers => &LAYERS,
            SchemaKind::Params => &SHARED,
        }
    }
}

pub fn json_schema(kind: SchemaKind) -> Value {
    let mut schema = form(kind.form());
    let object = schema.as_object_mut().expect("a form is an object");
    object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema
}

fn form(form: &Form) -> Value {
    let keys: Map<String, Value> = form.keys.iter().map(|key| (key.name.to_string(), property(key))).collect();
    let required: Vec<&str> = form.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({"title": form.title, "type": "object", "properties": keys, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !form.one_of.is_empty() {
        schema["oneOf"] = form.one_of.iter().map(|name| json!({"required": [name]})).collect();
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    schema["description"] = json!(key.meaning);
    if let Some(default) = key.default {
        schema["default"] = match key.shape {
            Shape::Boolean | Shape::Count | Shape::Number => {
                serde_json::from_str(default).expect("a default is written as YAML and JSON alike")
            }
            _ => json!(default),
        };
    }
    schema
}

fn shape(shape_: &Shape) -> Value {
    match shape_ {
        // A parser of YAML 1.1 or 1.2 may take a text for something else; the loader keeps it as written.
        Shape::Text => json!({"type": ["string", "number", "boolean"]}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Count => json!({"type": "integer", "minimum": 0}),
        Shape::Number => json!({"type": "number"}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::ColumnType => json!({"type": "string", "pattern": format!("^{TYPE}\\??$")}),
        Shape::ValueType => json!({"type": "string", "pattern": format!("^{TYPE}$")}),
        Shape::Name(pattern) => json!({"type": "string", "pattern": pattern.expression()}),
        Shape::List(item) => json!({"type": "array", "items": shape(item)}),
        Shape::Some(item) => json!({"type": "array", "items": shape(item), "minItems": 1}),
        Shape::Form(inner) => form(inner),
        Shape::Named { pattern, value, .. } => named(*pattern, shape(value)),
        Shape::Either(shapes) => json!({"anyOf": shapes.iter().map(shape).collect::<Vec<_>>()}),
    }
}

const TYPE: &str = r"(text|boolean|bigint|double|date|timestamp|decimal\( *\d{1,2} *, *\d{1,2} *\))";

fn named(pattern: Pattern, value: Value) -> Value {
    json!({"type": "object", "propertyNames": {"pattern": pattern.expression()}, "additionalProperties": value})
}
