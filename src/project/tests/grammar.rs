//! The grammar, the reader and the JSON Schema say the same.

use super::rich::{CONTRACT, LAYERS, MEMBER, PARAMS, PIPELINE, UNION};
use crate::project::grammar::schema::{SchemaKind, json_schema};
use crate::project::grammar::{Form, Pattern, Shape};
use crate::project::text::TextFile;
use crate::project::types::Type;
use crate::project::yaml::{self, Node};
use serde_json::Value;
use std::collections::BTreeSet;

fn rich(kind: SchemaKind) -> &'static str {
    match kind {
        SchemaKind::Pipeline => PIPELINE,
        SchemaKind::Contract => CONTRACT,
        SchemaKind::Union => UNION,
        SchemaKind::Member => MEMBER,
        SchemaKind::Layers => LAYERS,
        SchemaKind::Params => PARAMS,
    }
}

/// Every key of the grammar, as a path.
fn keys_of(shape: &Shape, path: &str, keys: &mut BTreeSet<String>) {
    match shape {
        Shape::Form(form) => keys_of_form(form, path, keys),
        Shape::List(item) | Shape::Some(item) => keys_of(item, path, keys),
        Shape::Named { value, .. } => keys_of(value, &format!("{path}/*"), keys),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| keys_of(shape, path, keys)),
        _ => {}
    }
}

fn keys_of_form(form: &Form, path: &str, keys: &mut BTreeSet<String>) {
    for key in form.keys {
        let path = format!("{path}/{}", key.name);
        keys_of(&key.shape, &path, keys);
        assert!(!key.meaning.is_empty(), "{path} has no meaning");
        keys.insert(path);
    }
}

/// Every key of a schema, as a path.
fn keys_of_schema(schema: &Value, path: &str, keys: &mut BTreeSet<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}/{name}");
        assert!(property["description"].is_string(), "{path} has no description");
        keys_of_schema(property, &path, keys);
        keys.insert(path);
    }
    if schema["additionalProperties"].is_object() {
        keys_of_schema(&schema["additionalProperties"], &format!("{path}/*"), keys);
    }
    if schema["items"].is_object() {
        keys_of_schema(&schema["items"], path, keys);
    }
    schema["anyOf"].as_array().into_iter().flatten().for_each(|shape| keys_of_schema(shape, path, keys));
}

fn used_form(node: &Node, form: &Form, path: &str, keys: &mut BTreeSet<String>) {
    for entry in node.entries() {
        let key = form.keys.iter().find(|key| key.name == entry.key).unwrap();
        let path = format!("{path}/{}", key.name);
        used(&entry.value, &key.shape, &path, keys);
        keys.insert(path);
    }
}

/// Every key that a file uses, as a path of the grammar.
fn used(node: &Node, shape: &Shape, path: &str, keys: &mut BTreeSet<String>) {
    match shape {
        Shape::Form(form) => used_form(node, form, path, keys),
        Shape::List(item) | Shape::Some(item) => node.items().iter().for_each(|node| used(node, item, path, keys)),
        Shape::Named { value, .. } => node.entries().iter().for_each(|entry| used(&entry.value, value, &format!("{path}/*"), keys)),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| used(node, shape, path, keys)),
        _ => {}
    }
}

#[test]
fn the_schema_has_the_keys_of_the_grammar() {
    for kind in SchemaKind::ALL {
        let (mut grammar, mut schema) = (BTreeSet::new(), BTreeSet::new());
        keys_of_form(kind.form(), "", &mut grammar);
        keys_of_schema(&json_schema(kind), "", &mut schema);
        assert_eq!(grammar, schema, "{kind:?}");
    }
}

#[test]
fn the_rich_files_use_every_key() {
    let (mut grammar, mut written) = (BTreeSet::new(), BTreeSet::new());
    for kind in SchemaKind::ALL {
        keys_of_form(kind.form(), "", &mut grammar);
        let file = TextFile::new("rich.yaml", rich(kind).as_bytes().to_vec()).unwrap();
        let (root, faults) = yaml::parse(&file);
        assert_eq!(faults, []);
        used_form(&root.unwrap(), kind.form(), "", &mut written);
    }
    assert_eq!(grammar, written);
}

#[test]
fn patterns_agree_with_their_expressions() {
    let long = "a".repeat(64);
    let too_long = "a".repeat(65);
    let check = |pattern: Pattern, fits: &[&str], not: &[&str]| {
        fits.iter().for_each(|name| assert!(pattern.fits(name), "{name}"));
        not.iter().for_each(|name| assert!(!pattern.fits(name), "{name}"));
    };
    check(Pattern::Name, &["a", "a_1", &long], &["", "_a", "A", "1a", "a-b", "ä", "a b", "..", &too_long]);
    check(Pattern::Column, &["a", "_line"], &["_", "__a", "_1"]);
    check(Pattern::Table, &["a.b"], &["a", "a.b.c", "a.*", ".b", "a."]);
    check(Pattern::Tables, &["a.b", "a.*"], &["*.a", "*", "a.b*"]);
    for word in Type::WORDS {
        assert!(Type::parse(word).is_some(), "{word}");
    }
}
