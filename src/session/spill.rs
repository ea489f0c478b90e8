//! The folder of spill files: rows in the clear, so it is the owner's alone and lives as long as its process.

use crate::error::{Error, Result};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// `<base>/<process>-<count>`, removed at the end. What a killed process left is removed by the next.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn under(base: &Path) -> Result<Scratch> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        remove_abandoned(base);
        let folder = base.join(format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let make = || DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        // A process that ends may take the empty base away between the making of the two.
        let made = make().or_else(|_| make()).or_else(|_| make());
        made.map_err(|error| Error::retry(format!("the folder for spill files cannot be made in {}", base.display())).because(error))?;
        Ok(Scratch(folder))
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing depends on it: the next process tries again.
        let _ = std::fs::remove_dir_all(&self.0);
        if let Some(base) = self.0.parent() {
            let _ = std::fs::remove_dir(base);
        }
    }
}

fn remove_abandoned(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.split('-').next().and_then(|process| process.parse::<u32>().ok());
        if owner.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
