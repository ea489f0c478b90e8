//! `pipelines/<name>.yaml`, except for its sources, and `sql/params.yaml`.

use super::source::SOURCE;
use super::{Form, Key, Pattern, Shape, key};

pub static PIPELINE: Form = Form::new(
    "a pipeline",
    &[
        key("description", Shape::Text, "What the pipeline makes, and for whom.").required(),
        key("time_zone", Shape::Text, "The IANA time zone of day borders, and of the sources that name none (`Asia/Shanghai`).").default("UTC"),
        key(
            "params",
            Shape::Named { pattern: Pattern::Name, noun: "parameter", value: &Shape::Either(&[Shape::Text, Shape::Form(&PARAM)]) },
            "Values that SQL reads as `$name`; `--param name=value` changes one for a run. A parameter of `sql/params.yaml` gets another default as its value alone (`lookback_days: 30`), one of this pipeline is declared. `as_of`, a date, is always there: without a default it is the last complete day in `time_zone`.",
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

/// `sql/params.yaml`.
pub static SHARED: Form = Form::new(
    "the parameters of the project",
    &[key(
        "params",
        Shape::Named { pattern: Pattern::Name, noun: "parameter", value: &Shape::Form(&SHARED_PARAM) },
        "Values that the project's SQL reads as `$name`, for all pipelines; a pipeline may give one another default.",
    )
    .required()],
);

/// That it is there is told where it is missing: beside a name of `sql/params.yaml` it would be one word too much.
pub const TYPE: Key = key("type", Shape::ValueType, "The type of the value.");
const MEANING: Key = key("description", Shape::Text, "What the value decides, with its unit.");

static PARAM: Form = Form::new(
    "a parameter",
    &[
        TYPE,
        key(
            "default",
            Shape::Text,
            "The value without `--param`; `${NAME}` and `${NAME:-default}` read the environment. Without a default the value must be given.",
        ),
        MEANING,
    ],
);

static SHARED_PARAM: Form = Form::new(
    "a parameter",
    &[
        TYPE.required(),
        key(
            "default",
            Shape::Text,
            "The value where neither the pipeline nor `--param` gives another; `${NAME}` and `${NAME:-default}` read the environment.",
        )
        .required(),
        MEANING,
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
