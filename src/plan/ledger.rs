//! The engine's own tables, for the last folder: what was read, what was refused, and the account of every table.

use crate::project::types::Type;
use arrow::datatypes::{DataType, Field, Schema};

/// Name and schema of each, sorted by name.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    let required = |name: &str, ty: Type| Field::new(name, ty.arrow(), false);
    let optional = |name: &str| Field::new(name, DataType::Utf8, true);
    vec![
        (
            // One row per table and outcome (`in`, `kept`, `dropped`, `reject`), dropped rows by reason.
            "accounts",
            Schema::new(vec![
                required("table_name", Type::Text),
                required("outcome", Type::Text),
                optional("reason"),
                required("row_count", Type::Bigint),
            ]),
        ),
        (
            // One row per raw object.
            "inputs",
            Schema::new(vec![
                required("source", Type::Text),
                required("object", Type::Text),
                required("bytes", Type::Bigint),
                required("rows_read", Type::Bigint),
                required("rejects", Type::Bigint),
                required("sha256", Type::Text),
                required("first_seen", Type::Timestamp),
            ]),
        ),
        (
            // One row per rejected record; its text stays in the work store.
            "rejects",
            Schema::new(vec![
                required("source", Type::Text),
                required("file", Type::Text),
                required("line", Type::Bigint),
                optional("column_name"),
                required("reason", Type::Text),
            ]),
        ),
    ]
}
