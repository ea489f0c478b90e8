//! Whether a store keeps its word on create-only writes. Two runs are kept apart by nothing else, and some stores answer 200 and overwrite.
//!
//! The marker `_probe` is created by eight writers at once, of which exactly one may win; later runs create it once more and must be told that it
//! exists, which writes nothing.

use super::objects::{Mode, Objects, Put};
use super::{Access, Store};
use crate::error::{Error, Result};
use bytes::Bytes;
use futures::future::try_join_all;

const MARKER: &str = "_probe";
const RACERS: usize = 8;

impl Store {
    /// Proves create-only writes once per opened store, before the first commit or ledger entry is written.
    pub async fn require_create_only(&self) -> Result<()> {
        self.writable(MARKER)?;
        debug_assert_ne!(self.0.access, Access::WriteCache, "a cache needs no commits");
        self.0.create_only.get_or_try_init(|| self.probe()).await.map(|_| ())
    }

    async fn probe(&self) -> Result<()> {
        let objects = self.0.objects.as_ref();
        if objects.head(MARKER).await?.is_none() {
            let wins = race(objects).await?;
            if wins > 1 {
                objects.delete(MARKER).await?;
                return Err(self.refused(&format!("{wins} of {RACERS} writers were told to have created the same object")));
            }
        }
        match objects.put(MARKER, Bytes::from_static(b"again"), Mode::Create).await? {
            Put::Existed => Ok(()),
            Put::Written => Err(self.refused("an object that exists was created again")),
        }
    }

    fn refused(&self, reason: &str) -> Error {
        Error::faulty(format!("{} cannot hold marts: its create-only writes are not kept", self.url()))
            .because(reason)
            .hint("two runs at once would overwrite each other; use a store with conditional writes (If-None-Match)")
    }
}

async fn race(objects: &dyn Objects) -> Result<usize> {
    let racers = (0..RACERS).map(|racer| objects.put(MARKER, Bytes::from(format!("racer {racer}")), Mode::Create));
    Ok(try_join_all(racers).await?.into_iter().filter(|put| *put == Put::Written).count())
}
