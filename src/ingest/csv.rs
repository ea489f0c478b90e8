//! Delimited text: where its header and its blocks come from.

use super::block::{Form, Taken};
use super::column::Column;
use super::cut::{Cutter, Header};
use super::dialect::Dialect;
use super::folder;
use super::header::Layout;
use super::object::Object;
use super::parallel::{closed, deliver, in_parallel};
use super::split::Shape;
use super::text::Text;
use super::{Options, Sink, Summary, rows_schema};
use crate::error::Result;
use crate::project::source::{Csv, Source};

pub(super) fn read<S: Sink>(
    object: Object,
    name: &str,
    source: &Source,
    csv: &Csv,
    options: &Options,
    mut sink: S,
) -> Result<(Summary, S)> {
    let tally = object.tally();
    let dialect = Dialect::new(csv).map_err(|error| error.at(source.place.clone()))?;
    let mut cutter = Cutter::new(Text::open(object, name, csv.encoding, csv.compression)?, dialect.clone(), options.block_bytes);
    let layout = layout(&mut cutter, &dialect, name, source, csv)?;
    let form = form(source, csv, dialect, &layout, name, options)?;
    let mut summary = Summary { header: layout.header, ..Summary::default() };
    let parse = |block: &_| form.parse(block);
    in_parallel(|| cutter.next(), parse, options.workers, |parsed| deliver(parsed, &mut summary, &mut sink))?;
    (summary.sha256, summary.bytes) = tally.total();
    closed(name, &summary)?;
    Ok((summary, sink))
}

fn layout(cutter: &mut Cutter, dialect: &Dialect, name: &str, source: &Source, csv: &Csv) -> Result<Layout> {
    cutter.skip_lines(csv.skip_lines)?;
    if !csv.header {
        return Ok(Layout::declared(source));
    }
    let header: Header = cutter.header()?;
    Layout::from_header(header, dialect, name, source).map_err(|error| match cutter.text().encoding_hint() {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

fn form(source: &Source, csv: &Csv, dialect: Dialect, layout: &Layout, name: &str, options: &Options) -> Result<Form> {
    let columns: Vec<Column> = source.columns.iter().map(|column| Column::new(source, column)).collect::<Result<_>>()?;
    let taken = folder::constants(source, name)?.into_iter().zip(&layout.fields).map(|(constant, field)| match (constant, field) {
        (Some(value), _) => Taken::Constant(value),
        (None, Some(field)) => Taken::Field(*field),
        (None, None) => Taken::Nothing,
    });
    let unnamed = layout.unnamed.clone();
    Ok(Form {
        shape: Shape { dialect, width: layout.width, short_rows: csv.short_rows, encoding: csv.encoding.name(), unnamed },
        columns: columns.into_iter().zip(taken).collect(),
        schema: rows_schema(source),
        batch_rows: options.batch_rows,
    })
}
