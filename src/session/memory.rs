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

/// Bytes this process may have: the machine's memory, or the least of the limits of its cgroups (v2 and v1) and those above them.
pub fn memory_of_machine() -> u64 {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo")
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().split(' ').next()?.parse::<u64>().ok()))
        .map_or(4 << 30, |kilobytes| kilobytes * 1024);
    let groups = read("/proc/self/cgroup").unwrap_or_default();
    let limits = groups.lines().flat_map(limit_files).filter_map(|file| read(&file)?.trim().parse::<u64>().ok());
    limits.fold(machine, u64::min)
}

/// The files that may hold the limit of one line of `/proc/self/cgroup`, from its own group up to the root.
fn limit_files(line: &str) -> Vec<String> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, group) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (root, file) = match controllers {
        "" => ("/sys/fs/cgroup", "memory.max"),
        names if names.split(',').any(|name| name == "memory") => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
        _ => return Vec::new(),
    };
    let groups = std::path::Path::new(group).ancestors().map(|group| group.to_string_lossy().trim_end_matches('/').to_string());
    groups.map(|group| format!("{root}{group}/{file}")).collect()
}

/// Cores this process may use.
pub fn threads_of_machine() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::limit_files;

    #[test]
    fn limits_are_looked_for_up_to_the_root() {
        assert_eq!(limit_files("0::/a/b"), ["/sys/fs/cgroup/a/b/memory.max", "/sys/fs/cgroup/a/memory.max", "/sys/fs/cgroup/memory.max"]);
        assert_eq!(limit_files("4:memory:/"), ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]);
        assert!(limit_files("3:cpu,cpuacct:/a").is_empty());
    }
}
