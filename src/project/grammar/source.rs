//! A source of a pipeline: where its objects lie, how they are written, and its columns.

use super::{Form, Pattern, Shape, key};
use crate::project::source::Compression;

const WORDS: Shape = Shape::List(&Shape::Text);

pub static SOURCE: Form = Form::new(
    "a source",
    &[
        key("store", Shape::Name(Pattern::Name), "The store its objects lie in.").default("raw"),
        key(
            "location",
            Shape::Either(&[Shape::Text, Shape::Some(&Shape::Text)]),
            "Its objects, relative to the store: a path, or several; `*` any name, `**` any folders, `?` one character, `{a,b}` one of some, `{param}` the value of a parameter.",
        )
        .required(),
        key("format", Shape::Either(&[Shape::Word(FORMATS), Shape::Form(&FORMAT)]), "How the objects are written.").required(),
        key("time_zone", Shape::Text, "The IANA time zone of times without an offset; without it the pipeline's."),
        key("ambiguous_time", Shape::Word(&["reject", "earlier", "later"]), "What a local time that occurs twice, as clocks go back, means.").default("reject"),
        key(
            "missing_time",
            Shape::Word(&["reject", "shift"]),
            "What a local time that never was, as clocks go forward, means; `shift` reads it with the offset from before.",
        )
        .default("reject"),
        key("null_words", WORDS, "Words that stand for null in every column; the empty field always does."),
        key("max_rejects", Shape::Text, "More rows than this that do not fit stop the run: a number (`12`) or a share of the rows read (`1%`).").default("0"),
        key("on_missing", Shape::Word(&["fail", "keep", "drop"]), "What happens to the rows of an object that is gone.").default("fail"),
        key("extra_columns", Shape::Word(&["refuse", "ignore"]), "What a column of the file that is not declared means.").default("refuse"),
        key(
            "columns",
            Shape::Named { pattern: Pattern::Column, noun: "column", value: &Shape::Form(&COLUMN) },
            "The columns of `raw.<source>`.",
        )
        .required(),
    ],
);

const FORMATS: &[&str] = &["csv", "tsv", "ndjson", "json", "parquet"];

const COMPRESSIONS: &[&str] = &{
    let mut words = [""; Compression::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = Compression::ALL[at].word();
        at += 1;
    }
    words
};

pub static FORMAT: Form = Form::new(
    "a format",
    &[
        key("type", Shape::Word(FORMATS), "`csv` is any text with one delimiter, `tsv` the same with tabs; `ndjson` has a JSON object per line, `json` one array of them.").required(),
        key("delimiter", Shape::Text, "One ASCII character, or `tab`.").default(","),
        key("quote", Shape::Text, "One ASCII character around fields, or `none`.").default("\""),
        key("escape", Shape::Word(&["doubled", "backslash"]), "How a quote is written inside quotes: `\"\"` or `\\\"`.").default("doubled"),
        key("header", Shape::Boolean, "`true`: the first record names the columns. `false`: the columns come in the declared order.")
            .default("true"),
        key("skip_lines", Shape::Count, "Lines before the header, or before the first row, that are no data.").default("0"),
        key("encoding", Shape::Text, "The encoding by its usual label (`utf-8`, `utf-16`, `utf-32`, `gb18030`, `gbk`, `windows-1252`).").default("utf-8"),
        key("compression", Shape::Word(COMPRESSIONS), "`detect` looks at the first bytes of each object.").default("detect"),
        key("short_rows", Shape::Word(&["reject", "fill_null"]), "What a row with too few fields means.").default("reject"),
    ],
);

static COLUMN: Form = Form::new(
    "a column",
    &[
        key("type", Shape::ColumnType, "The type; a `?` behind it allows null, without it a null rejects the row.").required(),
        key(
            "from",
            Shape::Text,
            "Its name in the header of the file, letter by letter; in JSON the path to it (`user.email`, `items[0].id`, `params[key=page].value`, `$` for the whole record); without it the column's own name.",
        ),
        key(
            "position",
            Shape::Count,
            "Its place in the header, from 1, where several columns have the name of `from`; for a column without a name `from` is `\"\"`.",
        ),
        key(
            "path",
            Shape::Text,
            "Instead of `from`: the name of a folder `name=value` in the path of the object, whose value the column takes.",
        ),
        key("optional", Shape::Boolean, "Whether a file, or with `path` the path of an object, may lack the column; it is null then.")
            .default("false"),
        key("null_words", WORDS, "More words that stand for null, in this column only."),
        key(
            "formats",
            WORDS,
            "How dates and times are written, tried in order: `%d/%m/%Y`, `%Y-%m-%dT%H:%M:%S%z` ..., or `epoch_s`, `epoch_ms`, `epoch_us`; without it ISO 8601.",
        ),
        key("decimal_mark", Shape::Word(&[".", ","]), "The mark before the fraction of a number.").default("."),
        key("group_mark", Shape::Text, "The one character between groups of digits (`,`, `.`, a blank, `'`)."),
        key("currency", WORDS, "Signs or codes allowed before or after a number (`$`, `EUR`)."),
        key("magnitude", Shape::Boolean, "Whether a `K`, `M` or `B` behind a number multiplies it by a thousand, a million, a billion.")
            .default("false"),
        key("percent", Shape::Boolean, "Whether a `%` behind a number divides it by 100.").default("false"),
        key("round", Shape::Boolean, "Whether digits beyond the scale are rounded half to even; without it they reject the row.")
            .default("false"),
        key("true_words", WORDS, "Words for true; without it true, t, yes, y, 1 in any case."),
        key("false_words", WORDS, "Words for false; without it false, f, no, n, 0 in any case."),
    ],
);
