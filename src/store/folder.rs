//! A folder of the local disk, written so that a power cut leaves whole files: what [`super::local`] does, step by step, without async.
//!
//! Every file is written under a temporary name beside its place, synced, and then given its name by one link or rename.
//! It leaves out Windows: hard links, symbolic links and folder syncs are used as POSIX has them.

use super::objects::{Mode, ObjectInfo, Put};
use super::temporary::{self, Temporary};
use super::trouble::of_disk;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, FileType, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How much a power cut may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: names are synced as well as contents.
    Full,
    /// Names, and the content of small files ([`Folder::put`]), which are therefore read with doubt; never the content of a published file.
    /// Enough for what can be made again, at one sync per table. Folders are the owner's alone.
    PrivateCache,
}

#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    durability: Durability,
    /// Folders without leftovers of killed writers.
    swept: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    /// `root` is absolute; it may be missing, and then is empty until the first write.
    pub fn new(root: &Path, durability: Durability) -> Folder {
        Folder { root: real(root), durability, swept: Mutex::default() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where `path` lies. Symbolic links must not lead out of the folder.
    pub fn place(&self, path: &str) -> Result<PathBuf> {
        let place = self.root.join(path);
        let mut existing = place.as_path();
        while existing != self.root && !existing.exists() {
            existing = existing.parent().expect("the place lies under the root");
        }
        match existing.canonicalize() {
            Ok(real) if !real.starts_with(&self.root) => Err(leads_out(&place, &self.root)),
            _ => Ok(place),
        }
    }

    pub fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let mut found = Vec::new();
        self.walk(&self.place(prefix)?, prefix, &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn walk(&self, folder: &Path, prefix: &str, found: &mut Vec<ObjectInfo>) -> Result<()> {
        let trouble = |error: std::io::Error| of_disk("list", folder, &error);
        let entries = match std::fs::read_dir(folder) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
            entries => entries.map_err(trouble)?,
        };
        for entry in entries {
            let entry = entry.map_err(trouble)?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| Error::faulty(format!("a file name in {} is not UTF-8", folder.display())).hint("rename the file"))?;
            if temporary::is_name(&name) {
                continue;
            }
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let file_type = entry.file_type().map_err(trouble)?;
            match file_type.is_dir() {
                true => self.walk(&entry.path(), &path, found)?,
                false => found.extend(self.listed(&entry.path(), path, file_type)?),
            }
        }
        Ok(())
    }

    /// A file that vanished since its folder was read is not there; a link to a folder is refused, for its rows might be loaded twice.
    fn listed(&self, place: &Path, path: String, file_type: FileType) -> Result<Option<ObjectInfo>> {
        if file_type.is_symlink() {
            let real = place.canonicalize().map_err(|error| of_disk("follow the symbolic link", place, &error))?;
            if !real.starts_with(&self.root) {
                return Err(leads_out(place, &self.root));
            }
            if real.is_dir() {
                return Err(Error::faulty(format!("{} is a symbolic link to a folder", place.display()))
                    .hint("put the folder itself there, or point the store at it"));
            }
        }
        Ok(metadata(place)?.filter(Metadata::is_file).map(|metadata| info(path, &metadata)))
    }

    pub fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        Ok(metadata(&self.place(path)?)?.filter(Metadata::is_file).map(|metadata| info(path.to_string(), &metadata)))
    }

    pub fn open(&self, path: &str) -> Result<Option<File>> {
        let place = self.place(path)?;
        match File::open(&place) {
            Ok(file) => Ok(Some(file)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(of_disk("read", &place, &error)),
        }
    }

    pub fn put(&self, path: &str, bytes: &[u8], mode: Mode) -> Result<Put> {
        let mut temporary = self.temporary(path)?;
        temporary.write(bytes)?;
        if self.durability == Durability::Full {
            temporary.sync()?;
        }
        self.name(temporary, path, mode)
    }

    /// Syncs the temporary file and gives it its name.
    pub fn publish(&self, temporary: Temporary, path: &str) -> Result<()> {
        temporary.sync()?;
        self.name(temporary, path, Mode::Replace).map(|_| ())
    }

    fn name(&self, temporary: Temporary, path: &str, mode: Mode) -> Result<Put> {
        let place = self.place(path)?;
        let is_named = match mode {
            Mode::Create => temporary.link(&place)?,
            Mode::Replace => temporary.rename(&place).map(|()| true)?,
        };
        if !is_named {
            return Ok(Put::Existed);
        }
        self.sync_names(&place)?;
        Ok(Put::Written)
    }

    /// Links `file` (complete, durable) to `path`. `false` where the two disks cannot share a file.
    pub fn adopt(&self, file: &Path, path: &str) -> Result<bool> {
        let place = self.place(path)?;
        self.make_folder_of(&place)?;
        match std::fs::hard_link(file, &place) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(of_disk("link", file, &error)),
            Err(_) => return Ok(false),
        }
        self.sync_names(&place)?;
        Ok(true)
    }

    /// The file `from` also under the name `to`, in place of what was there.
    pub fn copy(&self, from: &str, to: &str) -> Result<()> {
        let (source, place) = (self.place(from)?, self.place(to)?);
        self.make_folder_of(&place)?;
        let mut link = temporary::name_beside(&place);
        while let Err(error) = std::fs::hard_link(&source, &link) {
            match error.kind() {
                ErrorKind::AlreadyExists => link = temporary::name_beside(&place),
                ErrorKind::NotFound => return Err(of_disk("link", &source, &error)),
                _ => return self.copy_bytes(&source, to),
            }
        }
        let renamed = std::fs::rename(&link, &place).map_err(|error| of_disk("rename to", &place, &error));
        // Renaming one link of a file over another of the same file does nothing and leaves both.
        let _ = std::fs::remove_file(&link);
        renamed?;
        self.sync_names(&place)
    }

    fn copy_bytes(&self, source: &Path, to: &str) -> Result<()> {
        let mut temporary = self.temporary(to)?;
        let mut file = File::open(source).map_err(|error| of_disk("read", source, &error))?;
        std::io::copy(&mut file, &mut temporary).map_err(|error| of_disk("copy", source, &error))?;
        self.publish(temporary, to)
    }

    /// Folders left empty go too, so that a view that was removed leaves nothing.
    pub fn delete(&self, path: &str) -> Result<()> {
        let place = self.place(path)?;
        match std::fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(of_disk("delete", &place, &error)),
            _ => {}
        }
        let folders = place.ancestors().skip(1).take_while(|folder| *folder != self.root);
        folders.take_while(|folder| std::fs::remove_dir(folder).is_ok()).for_each(drop);
        Ok(())
    }

    /// `name` becomes a symbolic link to the folder `target`, by one rename.
    pub fn point(&self, name: &str, target: &str) -> Result<()> {
        let place = self.root.join(name);
        if place.exists() && !place.is_symlink() {
            return Err(Error::faulty(format!("{} is not a symbolic link", place.display()))
                .hint("it must be Sluice's own; move what is there away"));
        }
        let link = temporary::name_beside(&place);
        std::os::unix::fs::symlink(target, &link).map_err(|error| of_disk("link", &link, &error))?;
        std::fs::rename(&link, &place).map_err(|error| of_disk("rename to", &place, &error))?;
        self.sync_names(&place)
    }

    /// A new file, which [`Folder::publish`] gives its name.
    pub fn temporary(&self, path: &str) -> Result<Temporary> {
        let place = self.place(path)?;
        self.make_folder_of(&place)?;
        let folder = place.parent().expect("a file lies in a folder");
        if self.swept.lock().expect("no holder panics").insert(folder.to_path_buf()) {
            temporary::sweep(folder, temporary::LEFTOVER_AGE);
        }
        Temporary::beside(&place)
    }

    fn make_folder_of(&self, place: &Path) -> Result<()> {
        let folder = place.parent().expect("a file lies in a folder");
        if folder.is_dir() {
            return Ok(());
        }
        // Only what is ours is closed to others: the folders above the root may hold stores for everyone.
        let mode = if self.durability == Durability::PrivateCache { 0o700 } else { 0o777 };
        let above = self.root.parent().map_or(Ok(()), std::fs::create_dir_all);
        let made = above.and_then(|()| DirBuilder::new().recursive(true).mode(mode).create(folder));
        made.map_err(|error| of_disk("make the folder", folder, &error))
    }

    /// Makes the names on the way to `place` durable, the root's own among them. A folder that did not change costs 0.1 ms.
    fn sync_names(&self, place: &Path) -> Result<()> {
        if self.durability == Durability::PrivateCache {
            return Ok(());
        }
        for folder in place.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root)) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| of_disk("sync the folder", folder, &error))?;
        }
        // The folder above may not be ours to open; then its owner has made the root durable long ago.
        let _ = self.root.parent().map(|above| File::open(above).and_then(|above| above.sync_all()));
        Ok(())
    }
}

/// The folder without symbolic links on the way; what is missing at its end is kept as written.
fn real(root: &Path) -> PathBuf {
    let existing = root.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let Some((folder, real)) = existing else { return root.to_path_buf() };
    let missing = root.strip_prefix(folder).expect("an ancestor is a prefix");
    if missing.as_os_str().is_empty() { real } else { real.join(missing) }
}

fn metadata(place: &Path) -> Result<Option<Metadata>> {
    match std::fs::metadata(place) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(of_disk("look at", place, &error)),
    }
}

fn info(path: String, metadata: &Metadata) -> ObjectInfo {
    let nanoseconds = i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec());
    let modified = metadata.modified().expect("POSIX files have a time");
    ObjectInfo { path, size: metadata.len(), etag: format!("{nanoseconds}-{}", metadata.ino()), modified }
}

fn leads_out(place: &Path, root: &Path) -> Error {
    Error::faulty(format!("{} leads out of the store's folder {} by a symbolic link", place.display(), root.display()))
        .hint("put the file itself there, or point the store at where it lies")
}
