//! Delimited text: one thread cuts, workers parse, results leave in file order.
//!
//! At most `workers + 2` blocks are in flight: each block's result has its own channel, and the receivers of these travel to the
//! collecting thread through a bounded one, in file order.

use super::block::{Form, Parsed};
use super::column::Column;
use super::cut::{Block, Cutter, Header};
use super::dialect::Dialect;
use super::header::Layout;
use super::object::Object;
use super::split::Shape;
use super::text::Text;
use super::{Options, Sink, Summary, rows_schema};
use crate::error::{Error, Result};
use crate::project::source::{Csv, Source};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

type Outcome = Result<Vec<Parsed>>;
/// A block and where its outcome goes.
type Task = (Block, SyncSender<Outcome>);

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
    let mut cutter = Cutter::new(Text::open(object, name, csv)?, dialect.clone(), options.block_bytes);
    let layout = layout(&mut cutter, &dialect, name, source, csv)?;
    let form = form(source, csv, dialect, &layout, options)?;
    let mut summary = Summary { header: layout.header, ..Summary::default() };
    in_parallel(&mut cutter, &form, options.workers.max(1), |parsed| deliver(parsed, &mut summary, &mut sink))?;
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

fn form(source: &Source, csv: &Csv, dialect: Dialect, layout: &Layout, options: &Options) -> Result<Form> {
    let columns: Vec<Column> = source.columns.iter().map(|column| Column::new(source, column)).collect::<Result<_>>()?;
    Ok(Form {
        shape: Shape { dialect, width: layout.width, short_rows: csv.short_rows, encoding: csv.encoding.name() },
        columns: columns.into_iter().zip(layout.fields.iter().copied()).collect(),
        schema: rows_schema(source),
        batch_rows: options.batch_rows,
    })
}

/// Cuts, parses and hands over in order; the first error ends everything.
fn in_parallel(cutter: &mut Cutter, form: &Form, workers: usize, mut deliver: impl FnMut(Parsed) -> Result<()>) -> Result<()> {
    let (tasks, queue) = channel::<Task>();
    let (order, outcomes) = sync_channel::<Receiver<Outcome>>(workers);
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        let cutting = scope.spawn(move || cut(cutter, &tasks, &order));
        for _ in 0..workers {
            scope.spawn(|| work(form, &queue));
        }
        let delivered = outcomes.iter().try_for_each(|outcome| {
            let parsed = outcome.recv().map_err(|_| Error::faulty("a worker stopped before its block was parsed"))??;
            parsed.into_iter().try_for_each(&mut deliver)
        });
        // Stops the cutter, and with it the workers.
        drop(outcomes);
        let cut = cutting.join().map_err(|_| Error::faulty("the cutter stopped before the end of the object"))?;
        delivered.and(cut)
    })
}

/// Sends block after block until the end, or until nobody listens.
fn cut(cutter: &mut Cutter, tasks: &Sender<Task>, order: &SyncSender<Receiver<Outcome>>) -> Result<()> {
    while let Some(block) = cutter.next()? {
        let (sender, receiver) = sync_channel(1);
        if order.send(receiver).is_err() || tasks.send((block, sender)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn work(form: &Form, queue: &Mutex<Receiver<Task>>) {
    loop {
        let task = queue.lock().expect("no worker panics while it waits").recv();
        let Ok((block, outcome)) = task else { return };
        // Nobody may listen any more: then the queue ends soon.
        let _ = outcome.send(form.parse(&block));
    }
}

pub(super) fn deliver(parsed: Parsed, summary: &mut Summary, sink: &mut impl Sink) -> Result<()> {
    summary.rows_read += parsed.read;
    summary.rows_staged += parsed.rows.num_rows() as u64;
    summary.rejects += parsed.rejects.num_rows() as u64;
    if parsed.rows.num_rows() > 0 {
        sink.rows(parsed.rows)?;
    }
    if parsed.rejects.num_rows() > 0 {
        sink.rejects(parsed.rejects)?;
    }
    Ok(())
}

/// Records were counted where they were cut into fields, rows and rejects where they were delivered.
pub(super) fn closed(name: &str, summary: &Summary) -> Result<()> {
    if summary.rows_read == summary.rows_staged + summary.rejects {
        return Ok(());
    }
    let Summary { rows_read, rows_staged, rejects, .. } = summary;
    Err(Error::check(format!("the account of `{name}` does not close: {rows_read} rows read, {rows_staged} staged, {rejects} rejected")))
}
