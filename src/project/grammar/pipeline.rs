//! `pipelines/<name>.yaml`, except for its sources.

use super::source::SOURCE;
use super::{Form, Pattern, Shape, key};

pub static PIPELINE: Form = Form::new(
    "a pipeline",
    &[
        key("description", Shape::Text, "What the pipeline makes, and for whom.").required(),
        key("time_zone", Shape::Text, "The IANA time zone of day borders, and of the sources that name none (`Asia/Shanghai`).").default("UTC"),
        key(
            "params",
            Shape::Named { pattern: Pattern::Name, noun: "parameter", value: &Shape::Form(&PARAM) },
            "Values that SQL reads as `$name`; `--param name=value` changes one for a run. `as_of`, a date, is always there: without a default it is the last complete day in `time_zone`.",
        ),
        key(
            "stores",
            Shape::Named { pattern: Pattern::Name, noun: "store", value: &Shape::Text },
            "Where objects lie: a path relative to the project folder, or a URL (`s3://bucket/prefix`, `gs://`, `az://`, `file:///`, and `https://` for reading). `work` keeps what was computed, `marts` gets what is published. `${NAME}` and `${NAME:-default}` read the environment, `{param}` a parameter. No secrets: they come from the environment's usual chains. `work` and `marts` leave the project folder only by a URL, the environment or `--param`.",
        )
        .required(),
        key("sources", Shape::Named { pattern: Pattern::Name, noun: "source", value: &Shape::Form(&SOURCE) }, "The raw tables: SQL reads the source `x` as `raw.x`."),
        key("publish", Shape::Some(&Shape::Name(Pattern::Tables)), "The tables that become marts: `folder.table`, or `folder.*`.").required(),
        key("limits", Shape::Form(&LIMITS), "What a run may take of the machine."),
    ],
);

static PARAM: Form = Form::new(
    "a parameter",
    &[
        key("type", Shape::ValueType, "The type of the value.").required(),
        key(
            "default",
            Shape::Text,
            "The value without `--param`; `${NAME}` and `${NAME:-default}` read the environment. Without a default the value must be given.",
        ),
        key("description", Shape::Text, "What the value decides, with its unit."),
    ],
);

static LIMITS: Form = Form::new(
    "limits",
    &[
        key("memory", Shape::Text, "Memory of the queries (`512MiB`, `2GB`); without it 60 % of the machine."),
        key("spill", Shape::Text, "Disk space of what does not fit into memory (`100GiB`)."),
        key("threads", Shape::Count, "Cores in use; without it all of them."),
    ],
);
