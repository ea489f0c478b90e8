//! The tables of a plan, inputs first: small ones side by side, a large one with the whole session to itself.

use super::fingerprint::Ingredients;
use super::make::{Maker, Order};
use super::{Built, Run};
use crate::error::{Error, Result};
use crate::plan::{LEDGER, PlannedTable, Step};
use crate::session::Shape;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::BTreeMap;

/// Rows read by all tables in the making, up to which another one is begun beside them.
pub(super) const ROWS_BESIDE: u64 = 1 << 18;
/// Rows up to which one partition is the faster one.
const ROWS_OF_ONE_PARTITION: u64 = 1 << 16;

/// The shape to begin with for a query over so many rows.
pub(super) fn shape(rows: u64) -> Shape {
    if rows <= ROWS_OF_ONE_PARTITION { Shape::Small } else { Shape::Normal }
}

impl<'a> Run<'a> {
    /// Builds tables, given in the plan's order, or finds them built. Of several that fail, the first in that order is told.
    pub(super) async fn build_tables(&mut self, tables: Vec<&'a PlannedTable>) -> Result<()> {
        let maker = Maker::of(self);
        let mut waiting: BTreeMap<usize, &PlannedTable> = tables.into_iter().enumerate().collect();
        let mut making = FuturesUnordered::new();
        let (mut failed, mut busy_rows) = (BTreeMap::<usize, Error>::new(), 0);
        loop {
            while failed.is_empty()
                && let Some(place) = self.next(&waiting, making.len(), busy_rows)
            {
                let table = waiting.remove(&place).expect("it was found there");
                if let Some(order) = self.order(table).await? {
                    busy_rows += order.rows_read;
                    let maker = &maker;
                    making.push(async move { (place, maker.make(&order).await, order) });
                }
            }
            let Some((place, made, order)) = making.next().await else { break };
            busy_rows -= order.rows_read;
            if let Err(error) = made.and_then(|made| self.keep_stored(&order.table.name.to_string(), made.stored, made.report)) {
                failed.insert(place, error);
            }
        }
        failed.into_values().next().map_or(Ok(()), Err)
    }

    /// The first table that can be begun beside those in the making.
    fn next(&self, waiting: &BTreeMap<usize, &PlannedTable>, making: usize, busy_rows: u64) -> Option<usize> {
        let is_built = |read: &String| self.built.contains_key(read) || is_ledger(read);
        let first = *waiting.keys().next()?;
        let fits = |place: usize, table: &PlannedTable| match table.reads.iter().any(|read| is_ledger(read)) {
            // Its rows are the accounts of all tables before it.
            true => making == 0 && place == first,
            false => making == 0 || (making < self.session.side_by_side() && busy_rows + self.rows_read(table) <= ROWS_BESIDE),
        };
        let ready = |(place, table): &(&usize, &&PlannedTable)| table.reads.iter().all(is_built) && fits(**place, table);
        waiting.iter().find(ready).map(|(place, _)| *place)
    }

    fn rows_read(&self, table: &PlannedTable) -> u64 {
        table.reads.iter().map(|read| self.built[read].rows).sum()
    }

    /// What there is to make for a table; nothing for a union, unless its readers need one file.
    async fn order(&mut self, table: &'a PlannedTable) -> Result<Option<Order<'a>>> {
        for read in table.reads.iter().filter_map(|read| read.strip_prefix(LEDGER)?.strip_prefix('.')) {
            self.register_ledger(read).await?;
        }
        let name = table.name.to_string();
        if let Step::Union { member_column, members } = &table.step {
            let union = Built::union(&table.contract, member_column, members, &self.built);
            self.keep(&name, union, None)?;
            if !self.plan.published.contains(&name) {
                return Ok(None);
            }
        }
        let rows_read = self.rows_read(table);
        Ok(Some(Order {
            table,
            ingredients: Ingredients::of_table(table, |read| self.built[read].content.clone()),
            driving_rows: table.driving.as_ref().map(|driving| driving.iter().map(|input| self.built[input].rows).sum()),
            rows_read,
            shape: shape(rows_read),
        }))
    }
}

fn is_ledger(read: &str) -> bool {
    read.split('.').next() == Some(LEDGER)
}
