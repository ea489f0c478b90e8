//! One thread cuts, workers parse, results leave in file order.
//!
//! At most `workers + 2` blocks are in flight: each block's result has its own channel, and the receivers of these travel to the
//! collecting thread through a bounded one, in file order.

use super::block::Parsed;
use super::cut::Block;
use super::{Sink, Summary};
use crate::error::{Error, Result};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

type Outcome = Result<Vec<Parsed>>;
/// A block and where its outcome goes.
type Task = (Block, SyncSender<Outcome>);

/// Cuts, parses and hands over in order; the first error ends everything. One block, which is all of most objects, needs no thread.
pub(super) fn in_parallel(
    mut next: impl FnMut() -> Result<Option<Block>> + Send,
    parse: impl Fn(&Block) -> Outcome + Sync,
    workers: usize,
    mut deliver: impl FnMut(Parsed) -> Result<()>,
) -> Result<()> {
    let Some(first) = next()? else { return Ok(()) };
    let Some(second) = next()? else { return parse(&first)?.into_iter().try_for_each(deliver) };
    let mut begun = [first, second].into_iter();
    let next = || begun.next().map_or_else(&mut next, |block| Ok(Some(block)));
    let workers = workers.max(1);
    let (tasks, queue) = channel::<Task>();
    let (order, outcomes) = sync_channel::<Receiver<Outcome>>(workers);
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        let cutting = scope.spawn(move || cut(next, &tasks, &order));
        for _ in 0..workers {
            scope.spawn(|| work(&parse, &queue));
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
fn cut(mut next: impl FnMut() -> Result<Option<Block>>, tasks: &Sender<Task>, order: &SyncSender<Receiver<Outcome>>) -> Result<()> {
    while let Some(block) = next()? {
        let (sender, receiver) = sync_channel(1);
        if order.send(receiver).is_err() || tasks.send((block, sender)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn work(parse: &impl Fn(&Block) -> Outcome, queue: &Mutex<Receiver<Task>>) {
    loop {
        let task = queue.lock().expect("no worker panics while it waits").recv();
        let Ok((block, outcome)) = task else { return };
        // Nobody may listen any more: then the queue ends soon.
        let _ = outcome.send(parse(&block));
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
