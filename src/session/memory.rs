//! The memory account of a session: one limit for all operators, the peak since the last look, and who held most when it ran out.

use datafusion::common::Result;
use datafusion::execution::memory_pool::{FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, TrackConsumersPool};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A pool that remembers its peak. Shares are fair: with one greedy pool a sort that merges finds nothing left, and fails where it could spill.
#[derive(Debug)]
pub struct Meter {
    inner: TrackConsumersPool<FairSpillPool>,
    peak: AtomicUsize,
}

impl Meter {
    pub fn new(limit: usize) -> Meter {
        let named = NonZeroUsize::new(3).expect("three is not zero");
        Meter { inner: TrackConsumersPool::new(FairSpillPool::new(limit), named), peak: AtomicUsize::new(0) }
    }

    /// The peak in bytes since the last call, and starts anew.
    pub fn take_peak(&self) -> u64 {
        self.peak.swap(self.inner.reserved(), Ordering::Relaxed) as u64
    }

    fn note(&self) {
        self.peak.fetch_max(self.inner.reserved(), Ordering::Relaxed);
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl MemoryPool for Meter {
    fn name(&self) -> &str {
        "meter"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.inner.register(consumer)
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.inner.unregister(consumer)
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.inner.grow(reservation, additional);
        self.note();
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.inner.shrink(reservation, shrink)
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.inner.try_grow(reservation, additional)?;
        self.note();
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.inner.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.inner.memory_limit()
    }
}

/// Bytes this process may have: the machine's memory, or its cgroup's limit (v2, then v1) where that is less.
pub fn memory_of_machine() -> u64 {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo")
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().split(' ').next()?.parse::<u64>().ok()))
        .map_or(4 << 30, |kilobytes| kilobytes * 1024);
    let group = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| read(path)?.trim().parse::<u64>().ok());
    group.map_or(machine, |limit| limit.min(machine))
}

/// Cores this process may use.
pub fn threads_of_machine() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
