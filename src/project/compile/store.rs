//! Stores: a path of the project or a URL -> a URL that holds no secret.

use super::fill::{Filled, Values};
use super::pipeline::Surroundings;
use crate::project::pipeline::StoreUrl;
use crate::project::reader::Reader;
use crate::project::text::names_a_secret;
use crate::project::yaml::{Entry, Node};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use url::Url;

/// Stores that are written to; the others are only read.
const WRITTEN: [&str; 2] = ["work", "marts"];
const SCHEMES: [&str; 5] = ["file", "s3", "gs", "az", "https"];

/// What is wrong with a text that should name a store: the sentence and what to do.
type Fault = (String, &'static str);

impl Reader<'_> {
    pub(super) fn stores(&mut self, root: &Node, params: &BTreeMap<String, Filled>, around: &Surroundings) -> BTreeMap<String, StoreUrl> {
        let mut stores = BTreeMap::new();
        let Some(declared) = root.entry("stores") else { return stores };
        for entry in declared.value.entries() {
            if let Some(url) = self.store(entry, params, around) {
                stores.insert(entry.key.clone(), StoreUrl { place: self.file.place(entry.key_span), url });
            }
        }
        for name in WRITTEN.iter().filter(|name| declared.value.entry(name).is_none()) {
            let error = self.error(declared.key_span, format!("there is no store `{name}`"));
            self.push(error.hint(format!("add `{name}: out/{name}`, a folder of its own")));
        }
        self.apart(declared, &stores);
        stores
    }

    fn store(&mut self, entry: &Entry, params: &BTreeMap<String, Filled>, around: &Surroundings) -> Option<Url> {
        let filled = self.fill(&entry.value, Values { environment: Some(around.environment), params: Some(params) })?;
        let is_written = WRITTEN.contains(&entry.key.as_str());
        let url = if filled.text.contains("://") { remote(&filled.text, is_written) } else { local(&filled, is_written, around.root) };
        url.map_err(|(sentence, hint)| {
            let error = self.error(entry.value.span, format!("store `{}` {sentence}", entry.key));
            self.push(error.hint(hint));
        })
        .ok()
    }

    /// `clean` of one store must not reach into the other.
    fn apart(&mut self, declared: &Entry, stores: &BTreeMap<String, StoreUrl>) {
        let [Some(work), Some(marts)] = WRITTEN.map(|name| stores.get(name).map(|store| store.url.as_str())) else { return };
        if work.starts_with(marts) || marts.starts_with(work) {
            let span = declared.value.entry("marts").map_or(declared.key_span, |entry| entry.value.span);
            self.fault(span, "`work` and `marts` lie in each other; each needs a place of its own");
        }
    }
}

fn remote(written: &str, is_written: bool) -> Result<Url, Fault> {
    let not_a_url = |_| ("is not a URL".to_string(), "write `scheme://bucket/prefix`, or a path relative to the project folder");
    let mut url = Url::parse(written).map_err(not_a_url)?;
    if !url.username().is_empty() || url.password().is_some() || url.query_pairs().any(|(name, _)| names_a_secret(&name)) {
        return Err((
            "holds a secret".to_string(),
            "secrets come from the environment's usual chains, never from YAML; change it if this file was shared",
        ));
    }
    if !SCHEMES.contains(&url.scheme()) {
        return Err((format!("cannot be a `{}` URL", url.scheme()), "`file`, `s3`, `gs`, `az` are known, and `https` for reading"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(("has something behind `?` or `#`".to_string(), "a store is a bucket or host and a prefix"));
    }
    if url.scheme() == "https" && is_written {
        return Err(("cannot be written to".to_string(), "`https` is for reading only"));
    }
    if url.scheme() == "file" && url.host_str().is_some() {
        return Err(("names a host".to_string(), "write three slashes and the path: `file:///folder`"));
    }
    if url.scheme() != "file" && url.host_str().is_none_or(str::is_empty) {
        return Err(("names no bucket or host".to_string(), "write `scheme://bucket/prefix`"));
    }
    if written.split(['/', '\\']).any(|segment| segment == "..") {
        return Err(("climbs with `..`".to_string(), "write the path it leads to"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// A path of the project folder as a `file` URL. A path that leads out of it to where we write must be the word of the one who starts the run.
fn local(filled: &Filled, is_written: bool, root: &Path) -> Result<Url, Fault> {
    let path = Path::new(&filled.text);
    if filled.text.trim().is_empty() {
        return Err(("is an empty path".to_string(), "write a folder relative to the project folder, or a URL"));
    }
    if filled.text.contains('\\') {
        return Err(("has a `\\` in its path".to_string(), "write `/` between folders"));
    }
    if path.is_absolute() && !filled.by_operator {
        return Err(("is an absolute path".to_string(), "write it relative to the project folder, or as a `file:///` URL"));
    }
    if is_written && !filled.by_operator && path.components().any(|part| part == Component::ParentDir) {
        return Err(("climbs out of the project folder".to_string(), "a `file:///` URL, the environment or `--param` may lead elsewhere"));
    }
    Url::from_directory_path(without_dots(&root.join(path)))
        .map_err(|()| ("is no path".to_string(), "write a folder relative to the project folder"))
}

/// The path without `.` and `..`, by its words alone: it need not exist yet.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            _ => plain.push(part),
        }
    }
    plain
}
