//! Files without their name yet, and what killed writers left of them.
//!
//! A writer holds a lock on its temporary file while it lives; the lock of a killed one is free, and the next writer in that folder removes the file.

use super::trouble::of_disk;
use crate::error::Result;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Their names begin so; no listing shows them.
const PREFIX: &str = ".sluice-";

/// Younger files are never swept: their writer may not hold its lock yet.
pub const LEFTOVER_AGE: Duration = Duration::from_secs(60);

/// Dropped before it has a name, it is gone.
#[derive(Debug)]
pub struct Temporary {
    path: PathBuf,
    file: File,
    renamed: bool,
}

impl Temporary {
    /// A new, locked file in the folder of `place`.
    pub fn beside(place: &Path) -> Result<Temporary> {
        loop {
            let path = name_beside(place);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    // A disk without locks loses the sweeping of leftovers, nothing else.
                    let _ = file.try_lock();
                    return Ok(Temporary { path, file, renamed: false });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(of_disk("write", &path, &error)),
            }
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| of_disk("write", &self.path, &error))
    }

    pub fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|error| of_disk("sync", &self.path, &error))
    }

    /// Names it, unless the name is taken (`false`).
    pub fn link(self, place: &Path) -> Result<bool> {
        match std::fs::hard_link(&self.path, place) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(of_disk("link", place, &error).hint("the disk must know hard links")),
        }
    }

    /// Names it, in place of what was there.
    pub fn rename(mut self, place: &Path) -> Result<()> {
        std::fs::rename(&self.path, place).map_err(|error| of_disk("rename to", place, &error))?;
        self.renamed = true;
        Ok(())
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A name no other temporary file of this process has.
pub fn name_beside(place: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    place.with_file_name(format!("{PREFIX}{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
}

pub fn is_name(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Removes what killed writers left in a folder. What cannot be removed stays, unseen.
pub fn sweep(folder: &Path, leftover_age: Duration) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_name(&entry.file_name().to_string_lossy())) {
        if is_leftover(&entry.path(), leftover_age) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn is_leftover(temporary: &Path, leftover_age: Duration) -> bool {
    let Ok(metadata) = temporary.symlink_metadata() else { return false };
    let changed = UNIX_EPOCH + Duration::from_secs(metadata.ctime().max(0).unsigned_abs());
    let is_old = SystemTime::now().duration_since(changed).is_ok_and(|age| age >= leftover_age);
    let is_free = metadata.is_symlink() || File::open(temporary).is_ok_and(|file| file.try_lock().is_ok());
    is_old && is_free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_writer_left_is_swept_and_a_living_one_is_not() {
        let folder = tempfile::TempDir::new().unwrap();
        let living = Temporary::beside(&folder.path().join("a")).unwrap();
        let killed = folder.path().join(".sluice-1-1");
        std::fs::write(&killed, "half").unwrap();
        std::fs::write(folder.path().join("whole.parquet"), "whole").unwrap();

        sweep(folder.path(), LEFTOVER_AGE);
        assert!(killed.exists(), "too young to know");
        sweep(folder.path(), Duration::ZERO);
        assert!(!killed.exists() && living.path.exists());

        assert!(living.link(&folder.path().join("a")).unwrap());
        assert!(!Temporary::beside(&folder.path().join("a")).unwrap().link(&folder.path().join("a")).unwrap());
        let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a", "whole.parquet"]);
    }
}
