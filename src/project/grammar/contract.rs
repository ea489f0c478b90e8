//! `sql/layers.yaml`, the contract beside a table, and `_union.yaml`.

use super::{Form, Key, Pattern, Shape, key};

pub static LAYERS: Form = Form::new(
    "the order of folders",
    &[key(
        "layers",
        Shape::Some(&Shape::Name(Pattern::Name)),
        "The folders of `sql/` in order: a folder reads itself and those before it.",
    )
    .required()],
);

const DESCRIPTION: Key =
    key("description", Shape::Text, "What the table holds. Its last sentence names the grain: \"One row per ...\".").required();
const COLUMN_LIST: Key = key(
    "columns",
    Shape::Named { pattern: Pattern::Column, noun: "column", value: &A_COLUMN },
    "The columns in their order. They are only added; anything else needs `breaking: true`.",
)
.required();
const UNIQUE: Key = key("unique", COLUMNS, "The grain's key: no two rows agree in all of these columns.").required();
const SORT_BY: Key = key(
    "sort_by",
    Shape::Some(&Shape::Text),
    "The order of the stored rows, `column` or `column desc`. It is total: all columns of `unique` are in it. Mandatory in the last folder.",
);
const PARTITION_BY: Key = key(
    "partition_by",
    COLUMNS,
    "A file for each of their values: what did not change is not written again, and readers skip what they do not ask for. The first columns of `sort_by`.",
);
const FROM: Key = key(
    "from",
    Shape::Named { pattern: Pattern::Table, noun: "table", value: &COLUMNS },
    "Keys that lead back to the rows a row came from: table -> columns of this table that have the same name there.",
);
const CHECKS: Key =
    key("checks", Shape::List(&A_CHECK), "What must hold for the data of each run; each is a query that must return no rows.");
const EXAMPLES: Key = key("examples", Shape::List(&AN_EXAMPLE), "Given rows and expected rows, run by `sluice test`.");
const BREAKING: Key = key("breaking", Shape::Boolean, "Whether columns may change or go with the next commit.").default("false");

static A_COLUMN: Shape = Shape::Form(&COLUMN);
static A_CHECK: Shape = Shape::Form(&CHECK);
static AN_EXAMPLE: Shape = Shape::Form(&EXAMPLE);
/// One or more columns of this table.
const COLUMNS: Shape = Shape::Some(&Shape::Name(Pattern::Column));

pub static CONTRACT: Form =
    Form::new("the contract of a table", &[DESCRIPTION, COLUMN_LIST, UNIQUE, SORT_BY, PARTITION_BY, FROM, CHECKS, EXAMPLES, BREAKING]);

pub static UNION: Form = Form::new(
    "the contract of a union",
    &[
        DESCRIPTION,
        key("member", Shape::Name(Pattern::Column), "The last column, a text: the name of the member a row comes from.").required(),
        COLUMN_LIST,
        UNIQUE,
        SORT_BY,
        PARTITION_BY,
        FROM,
        CHECKS,
        EXAMPLES,
        BREAKING,
    ],
);

/// The contract of a member: all else it has from its union.
pub static MEMBER: Form = Form::new(
    "the contract of a member",
    &[key("description", Shape::Text, "What this member adds to the union."), FROM, CHECKS, EXAMPLES],
);

static COLUMN: Form = Form::new(
    "a column",
    &[
        key("type", Shape::ColumnType, "The type; a `?` behind it allows null.").required(),
        key("meaning", Shape::Text, "What a value of this column says, with its unit.").required(),
        key("personal", Shape::Boolean, "Whether values identify a person: they are never shown in messages or samples.").default("false"),
    ],
);

static CHECK: Form = Form::new(
    "a check",
    &[
        key("not_null", COLUMNS, "No row has a null in these columns."),
        key("unique", COLUMNS, "No two rows agree in all of these columns."),
        key("accepted_values", Shape::Form(&ACCEPTED_VALUES), "A column has no other values than these; null is accepted."),
        key("references", Shape::Form(&REFERENCES), "Every tuple without a null is found in another table."),
        key("expression", Shape::Text, "A boolean SQL expression over one row; it is not false for any row."),
        key("sums_to", Shape::Form(&SUMS_TO), "A measure has a given total in each group."),
        key("reconciles", Shape::Form(&RECONCILES), "A measure agrees with a measure of another table in each group."),
        key("row_count", Shape::Form(&ROW_COUNT), "How many rows the table has."),
        key("severity", Shape::Word(&["fail", "warn"]), "`fail`: nothing is published when it does not hold. `warn`: it is told.")
            .default("fail"),
        key("because", Shape::Text, "The sentence a person reads when it does not hold: why it matters."),
    ],
)
.one_of(&["not_null", "unique", "accepted_values", "references", "expression", "sums_to", "reconciles", "row_count"]);

static ACCEPTED_VALUES: Form = Form::new(
    "accepted values",
    &[
        key("column", Shape::Name(Pattern::Column), "The column.").required(),
        key("values", Shape::Some(&Shape::Text), "The values, as written in a CSV file.").required(),
    ],
);

static REFERENCES: Form = Form::new(
    "a reference",
    &[
        key("columns", COLUMNS, "Columns of this table.").required(),
        key("to", Shape::Name(Pattern::Table), "The other table.").required(),
        key("at", COLUMNS, "Columns of the other table, in the same order; without it those of the same names."),
    ],
);

const MEASURE: Key = key("measure", Shape::Text, "An SQL aggregate over this table, such as `sum(credit)`.").required();
const TOLERANCE: Key = key("tolerance", Shape::Number, "The difference that is still agreement.").default("0");

static SUMS_TO: Form = Form::new(
    "a total",
    &[
        MEASURE,
        key("by", COLUMNS, "The columns that make the groups.").required(),
        key("total", Shape::Text, "A number or an SQL aggregate over the same group.").required(),
        TOLERANCE,
    ],
);

static RECONCILES: Form = Form::new(
    "a reconciliation",
    &[
        MEASURE,
        key("with", Shape::Name(Pattern::Table), "The other table.").required(),
        key("with_measure", Shape::Text, "An SQL aggregate over the other table.").required(),
        key(
            "by",
            Shape::List(&Shape::Name(Pattern::Column)),
            "Columns of both tables that make the groups; without it one group of all rows.",
        ),
        TOLERANCE,
    ],
);

static ROW_COUNT: Form =
    Form::new("a row count", &[key("min", Shape::Count, "At least so many rows."), key("max", Shape::Count, "At most so many rows.")]);

static EXAMPLE: Form = Form::new(
    "an example",
    &[
        key("name", Shape::Text, "What the example shows, as a sentence.").required(),
        key(
            "given",
            Shape::Named { pattern: Pattern::Table, noun: "table", value: &Shape::Text },
            "Table -> its rows as CSV, the first line names the columns; or the name of a file of rows that examples share, such as `_orders.csv` beside the contract or `../folder/_orders.csv`. A table that is read but not given is empty; a column not given is null.",
        ),
        key(
            "params",
            Shape::Named { pattern: Pattern::Name, noun: "parameter", value: &Shape::Text },
            "Parameter -> value; the others have the pipeline's values.",
        ),
        key(
            "expect",
            Shape::Text,
            "The rows that must come out, and no others, in any order: CSV or a file, as `given`. Only the columns named in the first line are compared.",
        ),
        key("expect_some", Shape::Text, "In place of `expect`: rows that must come out, while others may too."),
    ],
)
.one_of(&["expect", "expect_some"]);
