//! `sluice schema`: the JSON Schema of the YAML files, for editors.

use super::{Failure, Streams};
use crate::project::{SchemaKind, json_schema};
use clap::{Args, ValueEnum};

/// Print the JSON Schema of the project's YAML files, so that editors complete and check them
#[derive(Args)]
#[command(after_help = "Example:\n  sluice schema contract > contract.schema.json")]
pub struct Arguments {
    #[arg(value_enum)]
    file: File,
}

#[derive(Clone, Copy, ValueEnum)]
enum File {
    /// `pipelines/<name>.yaml`
    Pipeline,
    /// `sql/<folder>/<table>.yaml`
    Contract,
    /// `sql/<folder>/<union>/_union.yaml`
    Union,
    /// `sql/layers.yaml`
    Layers,
    /// `sql/params.yaml`
    Params,
}

pub fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let kind = match arguments.file {
        File::Pipeline => SchemaKind::Pipeline,
        File::Contract => SchemaKind::Contract,
        File::Union => SchemaKind::Union,
        File::Layers => SchemaKind::Layers,
        File::Params => SchemaKind::Params,
    };
    let text = serde_json::to_string_pretty(&json_schema(kind)).expect("a schema is plain JSON");
    Ok(writeln!(streams.out, "{text}")?)
}
