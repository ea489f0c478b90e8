//! The project folder on disk: nothing outside of it is read, nothing that is no plain file, and no file past its limit.

use super::text::TextFile;
use crate::error::{Error, Place, Result};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of one YAML file.
pub const YAML_LIMIT: u64 = 1 << 20;
/// Bytes of one SQL file.
pub const SQL_LIMIT: u64 = 256 << 10;
/// Bytes of one file of reference rows: they are edited by people.
pub const ROWS_LIMIT: u64 = 8 << 20;

pub struct Folder {
    /// Absolute, without symbolic links.
    pub root: PathBuf,
}

/// A name in a folder.
pub struct Listed {
    pub name: String,
    /// Relative to the project folder, with `/`.
    pub path: String,
    pub is_folder: bool,
}

impl Folder {
    pub fn open(root: &Path) -> Result<Folder> {
        match root.canonicalize() {
            Ok(canonical) if canonical.is_dir() => Ok(Folder { root: canonical }),
            Ok(_) => Err(Error::faulty(format!("`{}` is not a folder", root.display()))),
            Err(cause) => Err(Error::faulty(format!("the project folder `{}` cannot be opened", root.display())).because(cause)),
        }
    }

    /// The folders and files of a folder by name, without hidden files, notes (`.md`) and what editors leave behind.
    pub fn list(&self, path: &str) -> Result<Vec<Listed>> {
        let broken = |cause| cannot(path, "listed", &cause);
        self.inside(path)?;
        let mut listed = Vec::new();
        for entry in fs::read_dir(self.root.join(path)).map_err(broken)? {
            let name = entry.map_err(broken)?.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.ends_with('~') || name.ends_with(".md") {
                continue;
            }
            let path = format!("{path}/{name}");
            let is_folder = self.inside(&path)?.is_dir();
            listed.push(Listed { name, path, is_folder });
        }
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    pub fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    pub fn read(&self, path: &str, limit: u64) -> Result<TextFile> {
        let metadata = self.inside(path)?;
        if !metadata.is_file() {
            return Err(Error::faulty(format!("`{path}` is not a plain file")).at(Place::file(path)));
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize);
        let broken = |cause| cannot(path, "read", &cause);
        // One byte past the limit tells a file that is too long, whatever its metadata says.
        File::open(self.root.join(path)).map_err(broken)?.take(limit + 1).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 > limit {
            return Err(Error::faulty(format!("`{path}` is longer than {} kB, the limit of its kind", limit >> 10)).at(Place::file(path)));
        }
        TextFile::new(path, bytes)
    }

    /// What a path leads to; a symbolic link must not lead out of the project. The folder it lies in was looked at when it was listed.
    fn inside(&self, path: &str) -> Result<fs::Metadata> {
        let full = self.root.join(path);
        let broken = |cause| cannot(path, "read", &cause);
        let metadata = fs::symlink_metadata(&full).map_err(broken)?;
        if !metadata.is_symlink() {
            return Ok(metadata);
        }
        if !full.canonicalize().map_err(broken)?.starts_with(&self.root) {
            let error = Error::faulty(format!("`{path}` leads out of the project folder")).at(Place::file(path));
            return Err(error.hint("copy it into the project"));
        }
        fs::metadata(&full).map_err(broken)
    }
}

fn cannot(path: &str, done: &str, cause: &std::io::Error) -> Error {
    Error::faulty(format!("`{path}` cannot be {done}")).at(Place::file(path)).because(cause)
}
