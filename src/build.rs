//! Names this build by what it is made of, so that a table built by other code is never taken for its own.
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    let mut files = BTreeSet::from([PathBuf::from("Cargo.lock")]);
    collect(Path::new("src"), &mut files);
    let mut hasher = DefaultHasher::new();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        // What decides rows is code, not how it is tested or shown.
        file.to_string_lossy().hash(&mut hasher);
        std::fs::read(file).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rustc-env=SLUICE_BUILD={}-{:016x}", std::env::var("CARGO_PKG_VERSION").unwrap_or_default(), hasher.finish());
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true if path.ends_with("cli") || path.ends_with("tests") => {}
            true => collect(&path, files),
            false => drop(files.insert(path)),
        }
    }
}
