//! A store's URL becomes [`Objects`]. URLs say where; who may is said by the environment alone (`AWS_*`, `GOOGLE_*`, `AZURE_*`).

use super::Access;
use super::bucket::Bucket;
use super::folder::Durability;
use super::local::LocalFolder;
use super::objects::Objects;
use super::redact::redact;
use crate::error::{Error, Result};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Location;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, Result as Answer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// The URL as it may be shown: without user, password, query and fragment.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let is_azure_container = url.password().is_none() && matches!(url.scheme(), "az" | "abfs" | "abfss");
    if !is_azure_container {
        // Fails only for URLs that cannot hold them.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
    }
    url.set_query(None);
    url.set_fragment(None);
    redact(url.as_str().trim_end_matches('/'))
}

pub fn open(url: &Url, access: Access) -> Result<Arc<dyn Objects>> {
    without_secrets(url)?;
    let bucket = url.host_str().unwrap_or_default();
    let store: Answer<Arc<dyn ObjectStore>> = match url.scheme() {
        "file" => return folder(url, access),
        _ if bucket.is_empty() => return Err(Error::faulty(format!("{} names no bucket", shown(url)))),
        "s3" | "s3a" => AmazonS3Builder::from_env().with_bucket_name(bucket).build().map(|store| Arc::new(store) as _),
        "gs" => GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).build().map(|store| Arc::new(store) as _),
        "az" | "abfs" | "abfss" => MicrosoftAzureBuilder::from_env().with_url(url.as_str()).build().map(|store| Arc::new(store) as _),
        scheme => {
            return Err(Error::faulty(format!("{} is not a store: `{scheme}://` is unknown", shown(url)))
                .hint("stores are file:///folder, s3://bucket/path, gs://bucket/path, az://container/path"));
        }
    };
    let store = store.map_err(|error| {
        Error::faulty(format!("cannot open {}", shown(url)))
            .because(redact(&error.to_string()))
            .hint("credentials and endpoints come from the environment (AWS_*, GOOGLE_*, AZURE_*)")
    })?;
    Ok(Arc::new(Bucket::new(Arc::new(PrefixStore::new(store, base(url)?)), shown(url))))
}

fn without_secrets(url: &Url) -> Result<()> {
    let is_azure_container = matches!(url.scheme(), "az" | "abfs" | "abfss") && url.password().is_none();
    let carried = [
        ("a user or password", (!url.username().is_empty() && !is_azure_container) || url.password().is_some()),
        ("a query", url.query().is_some()),
        ("a fragment", url.fragment().is_some()),
    ];
    match carried.iter().find(|(_, is_there)| *is_there) {
        Some((what, _)) => Err(Error::faulty(format!("the store URL {} carries {what}", shown(url)))
            .hint("a store URL says only where; credentials come from the environment")),
        None => Ok(()),
    }
}

fn folder(url: &Url, access: Access) -> Result<Arc<dyn Objects>> {
    let root = local_root(url)?;
    let durability = if access == Access::WriteCache { Durability::PrivateCache } else { Durability::Full };
    Ok(Arc::new(LocalFolder::new(&root, durability)))
}

fn local_root(url: &Url) -> Result<PathBuf> {
    let root = url.to_file_path().ok().filter(|root| root.is_absolute());
    let root = root.ok_or_else(|| Error::faulty(format!("{} is not a folder of this machine", shown(url))).hint("write file:///folder"))?;
    if root.is_file() {
        return Err(Error::faulty(format!("{} is a file, not a folder", root.display())));
    }
    if root == Path::new("/") {
        return Err(Error::faulty("a store cannot be the whole disk").hint("name a folder: file:///folder"));
    }
    Ok(root)
}

fn base(url: &Url) -> Result<Location> {
    Location::from_url_path(url.path()).map_err(|error| Error::faulty(format!("{} is not a path in a store", shown(url))).because(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[track_caller]
    fn check_refused(url: &str, expected: &str) {
        let error = open(&Url::parse(url).unwrap(), Access::Read).unwrap_err();
        assert_eq!((error.kind, error.sentence.as_str()), (Kind::Faulty, expected));
        assert!(!error.to_string().contains("SECRET"), "{error}");
    }

    #[test]
    fn urls_with_secrets_are_refused_without_repeating_them() {
        check_refused("s3://me:SECRET@bucket/a", "the store URL s3://bucket/a carries a user or password");
        check_refused("s3://SECRET@bucket/a", "the store URL s3://bucket/a carries a user or password");
        check_refused("az://box:SECRET@account/a", "the store URL az://account/a carries a user or password");
        check_refused("gs://bucket/a?sig=SECRET", "the store URL gs://bucket/a carries a query");
        check_refused("file:///data#SECRET", "the store URL file:///data carries a fragment");
    }

    #[test]
    fn unknown_places_are_refused() {
        check_refused("ftp://host/a", "ftp://host/a is not a store: `ftp://` is unknown");
        check_refused("s3:///a", "s3:///a names no bucket");
        check_refused("file:///", "a store cannot be the whole disk");
        check_refused("file://host/a", "file://host/a is not a folder of this machine");
    }
}
