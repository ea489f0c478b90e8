//! What lies in the files: the same bytes for the same rows, and nothing outside the store's folder.

use super::night::{MARTS, Place, memory_disk, run};
use crate::error::Kind;
use crate::project::contract::SortKey;
use crate::store::table_file::{Description, Purpose};
use crate::store::work::{DATA, StoredFile, Work};
use crate::store::{Access, Creation, Store};
use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::Arc;
use url::Url;

fn rows(count: i64) -> RecordBatch {
    let every = |n: i64| (0..count).map(move |row| (row % n != 0).then_some(row));
    let words: ArrayRef = Arc::new(StringArray::from_iter(every(7).map(|row| row.map(|row| format!("word {}", row % 1000)))));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..count));
    let shares: ArrayRef = Arc::new(Float64Array::from_iter(every(3).map(|row| row.map(|row| row as f64 / 7.0))));
    let money = Decimal128Array::from_iter(every(5).map(|row| row.map(i128::from))).with_precision_and_scale(18, 4).unwrap();
    RecordBatch::try_from_iter_with_nullable([
        ("id", numbers, false),
        ("word", words, true),
        ("share", shares, true),
        ("amount", Arc::new(money) as ArrayRef, true),
    ])
    .unwrap()
}

fn mart() -> Purpose {
    Purpose::Mart(Description {
        table: "Numbers, one row per number".into(),
        columns: [("id".to_string(), "which number".to_string()), ("word".to_string(), "its word".to_string())].into(),
        sort_by: vec![SortKey { column: "id".into(), descending: false }],
    })
}

async fn written(place: &Place, batches: &[RecordBatch], fingerprint: &str) -> (StoredFile, Bytes) {
    let work = Work::new(&place.work);
    let building = work.build("marts.numbers", fingerprint).unwrap();
    let mut file = building.file(DATA, batches[0].schema(), &mart()).await.unwrap();
    for batch in batches {
        file.write(batch).await.unwrap();
    }
    let stored = building.finish(vec![file.finish().await.unwrap()], serde_json::Value::Null).await.unwrap();
    let file = stored.file(DATA).unwrap().clone();
    let bytes = place.work.read(&stored.path(&file).unwrap()).await.unwrap();
    assert_eq!((bytes.len() as u64, blake3::hash(&bytes).to_hex().to_string()), (file.bytes, file.blake3.clone()));
    (file, bytes)
}

#[tokio::test]
async fn batches_do_not_change_bytes() {
    let place = Place::in_memory();
    let all = rows(300_000);
    let cut = |sizes: &[usize]| {
        let mut start = 0;
        let mut batches = Vec::new();
        for size in sizes.iter().cycle() {
            let size = (*size).min(all.num_rows() - start);
            if size == 0 {
                return batches;
            }
            batches.push(all.slice(start, size));
            start += size;
        }
        batches
    };
    let (whole, bytes) = written(&place, std::slice::from_ref(&all), "a0").await;
    assert_eq!(whole.rows, 300_000);
    for (at, sizes) in [&[8192][..], &[8191], &[1, 7, 20_000], &[100_000, 3]].into_iter().enumerate() {
        let (file, same) = written(&place, &cut(sizes), &format!("b{at}")).await;
        assert!(bytes == same, "{sizes:?}");
        assert_eq!((file.content, file.blake3), (whole.content.clone(), whole.blake3.clone()));
    }
}

#[tokio::test]
async fn a_mart_file_says_what_it_is() {
    let (_, bytes) = written(&Place::in_memory(), &[rows(300_000)], "a0").await;
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let meta = reader.metadata();
    assert_eq!(meta.row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>(), [262_144, 37_856]);
    assert_eq!(meta.row_group(0).sorting_columns().unwrap().len(), 1);
    assert!(meta.row_group(0).column(1).statistics().is_some());
    assert_eq!(format!("{}", meta.row_group(0).column(0).compression()), "ZSTD(ZstdLevel(1))");
    assert_eq!(meta.file_metadata().created_by(), Some("sluice version 1 (build parquet-rs)"));
    let values = meta.file_metadata().key_value_metadata().unwrap();
    let description = values.iter().find(|pair| pair.key == "sluice:description").unwrap();
    assert_eq!(description.value.as_deref(), Some("Numbers, one row per number"));
    assert_eq!(reader.schema().field(1).metadata().get("description").map(String::as_str), Some("its word"));
    let read: usize = reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(read, 300_000);
}

#[tokio::test]
async fn an_empty_table_is_a_valid_file() {
    let (file, bytes) = written(&Place::in_memory(), &[rows(0)], "a0").await;
    assert_eq!(file.rows, 0);
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    assert_eq!((reader.metadata().file_metadata().num_rows(), reader.schema().fields().len()), (0, 4));
}

#[tokio::test]
async fn the_same_night_gives_the_same_bytes_on_disk_and_in_a_bucket() {
    let (disk, bucket) = (Place::on_disk(), Place::in_memory());
    run(&disk.work, &disk.marts, 1000, "t").await.unwrap();
    run(&bucket.work, &bucket.marts, 1000, "t").await.unwrap();
    let on_disk = super::night::shown_bytes(&disk.marts).await;
    assert_eq!(on_disk.len(), 2 * MARTS.len());
    assert_eq!(on_disk, super::night::shown_bytes(&bucket.marts).await);
}

#[tokio::test]
async fn a_damaged_table_is_not_published_and_is_made_again() {
    for place in [Place::on_disk(), Place::in_memory()] {
        run(&place.work, &place.marts, 10, "t").await.unwrap();
        let damaged = place.work.list("marts.sums").await.unwrap().into_iter().find(|found| found.path.contains("/data.")).unwrap();
        let mut bytes = place.work.read(&damaged.path).await.unwrap().to_vec();
        bytes[20] ^= 1;
        place.work.replace(&damaged.path, bytes.into()).await.unwrap();
        for published in place.marts.list("_data").await.unwrap() {
            place.marts.delete(&published.path).await.unwrap();
        }
        assert_eq!(run(&place.work, &place.marts, 10, "t").await.unwrap_err().kind, Kind::Retry);
        run(&place.work, &place.marts, 10, "t").await.unwrap();
        assert_eq!(super::night::published_rows(&place.marts).await, 10);
    }
}

#[tokio::test]
async fn scans_find_what_was_written_later() {
    for name in ["plain", "with space", "顾客-äöü", "a~b#c[1]%20{d}"] {
        let folder = memory_disk();
        let url = Url::from_directory_path(folder.path().join(name)).unwrap();
        let store = Store::open(&url, Access::Write).unwrap();
        let scanned = store.object_store().unwrap();
        store.create("a/b.parquet", Bytes::from_static(b"rows")).await.unwrap();
        let found = scanned.get(&store.location("a/b.parquet").unwrap()).await.unwrap().bytes().await.unwrap();
        assert_eq!(found, Bytes::from_static(b"rows"), "{name}");
        let listed: Vec<_> = scanned.list(None).try_collect().await.unwrap();
        assert_eq!(listed.iter().map(|found| found.location.to_string()).collect::<Vec<_>>(), ["a/b.parquet"], "{name}");
    }
}

/// Published files are shared with the work store, which only its owner may enter; readers of marts are not shut out by that.
#[tokio::test]
async fn publishing_on_one_disk_copies_nothing() {
    let place = Place::on_disk();
    let commit = run(&place.work, &place.marts, 10, "t").await.unwrap();
    let (_, _, file) = commit.files().next().unwrap();
    let published = place.marts.local_path(&file.path).unwrap().metadata().unwrap();
    // In work, in `_data` and in the view.
    assert_eq!(published.nlink(), 3);
    let work = place.work.local_path("marts.sums").unwrap().metadata().unwrap();
    assert_eq!(work.permissions().mode() & 0o777, 0o700);
}

/// The last three stay, and those whose readers may still be reading.
#[tokio::test]
async fn old_views_go() {
    let place = Place::on_disk();
    for rows in 1..=6 {
        run(&place.work, &place.marts, rows, "t").await.unwrap();
    }
    let views = || async {
        let listed = place.marts.list("_views").await.unwrap();
        let numbers: BTreeSet<String> = listed.iter().map(|found| found.path[7..15].trim_start_matches('0').to_string()).collect();
        numbers.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(views().await, "1 2 3 4 5 6");
    // Views 1 to 3 were left two hours ago, when 2 to 4 were shown.
    for number in 2..=4 {
        let mark = place.marts.local_path(&format!("_views/{number:08}/_commit.json")).unwrap();
        let file = std::fs::File::options().append(true).open(mark).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(7200)).unwrap();
    }
    run(&place.work, &place.marts, 7, "t").await.unwrap();
    assert_eq!(views().await, "4 5 6 7");
}

#[tokio::test]
async fn a_table_whose_file_a_bucket_let_expire_is_not_there() {
    let place = Place::in_memory();
    run(&place.work, &place.marts, 10, "t").await.unwrap();
    for found in place.work.list("").await.unwrap().into_iter().filter(|found| found.path.contains("/data.")) {
        place.work.delete(&found.path).await.unwrap();
    }
    run(&place.work, &place.marts, 10, "t").await.unwrap();
    assert_eq!(place.work.list("").await.unwrap().iter().filter(|found| found.path.contains("/data.")).count(), MARTS.len());
}

#[tokio::test]
async fn an_incomplete_or_torn_table_is_not_there() {
    let place = Place::on_disk();
    let work = Work::new(&place.work);
    let build = || async {
        let building = work.build("a.b/c", "f0").unwrap();
        let mut file = building.file(DATA, rows(5).schema(), &Purpose::Work).await.unwrap();
        file.write(&rows(5)).await.unwrap();
        (building, file.finish().await.unwrap())
    };
    let (building, file) = build().await;
    assert_eq!(work.find("a.b/c", "f0").await.unwrap(), None);
    let stored = building.finish(vec![file], serde_json::Value::Null).await.unwrap();
    assert_eq!(work.find("a.b/c", "f0").await.unwrap().as_ref(), Some(&stored));

    // A second run made it at the same time: the first is used by both, and the second's file goes.
    let (building, file) = build().await;
    assert_eq!(building.finish(vec![file], serde_json::Value::Null).await.unwrap(), stored);
    assert_eq!(place.work.list("a.b.c/f0").await.unwrap().len(), 2);

    // A power cut took the file, or what `meta.json` says.
    let data = place.work.local_path(&stored.path(&stored.files[0]).unwrap()).unwrap();
    std::fs::write(&data, b"PAR1").unwrap();
    assert_eq!(work.find("a.b/c", "f0").await.unwrap(), None);
    std::fs::write(place.work.local_path("a.b.c/f0/meta.json").unwrap(), b"\0\0\0\0").unwrap();
    assert_eq!(work.find("a.b/c", "f0").await.unwrap(), None);
    let (building, file) = build().await;
    let again = building.finish(vec![file], serde_json::Value::Null).await.unwrap();
    assert_eq!(work.find("a.b/c", "f0").await.unwrap(), Some(again));
}

#[tokio::test]
async fn names_that_climb_are_refused() {
    let place = Place::on_disk();
    for path in ["../a", "a/../../b", "/etc/passwd", "a//b", "", ".", "a\\b", "a\0b"] {
        assert_eq!(place.marts.read(path).await.unwrap_err().kind, Kind::Faulty, "{path}");
        assert_eq!(place.marts.create(path, Bytes::new()).await.unwrap_err().kind, Kind::Faulty, "{path}");
    }
    for (table, fingerprint) in [("a.../b", "f"), ("a b", "f"), ("a", "../f"), ("", "f")] {
        assert_eq!(Work::new(&place.work).find(table, fingerprint).await.unwrap_err().kind, Kind::Faulty, "{table}");
    }
}

#[tokio::test]
async fn symbolic_links_do_not_lead_out() {
    let (inside, outside) = (memory_disk(), memory_disk());
    std::fs::write(outside.path().join("secret.csv"), "a").unwrap();
    std::fs::write(inside.path().join("real.csv"), "a").unwrap();
    let store = Store::open(&Url::from_directory_path(inside.path()).unwrap(), Access::Write).unwrap();
    symlink("real.csv", inside.path().join("alias.csv")).unwrap();
    let listed: Vec<String> = store.list("").await.unwrap().into_iter().map(|found| found.path).collect();
    assert_eq!(listed, ["alias.csv", "real.csv"]);

    symlink(outside.path(), inside.path().join("out")).unwrap();
    symlink(outside.path().join("secret.csv"), inside.path().join("out.csv")).unwrap();
    for path in ["out/secret.csv", "out.csv"] {
        assert_eq!(store.read(path).await.unwrap_err().kind, Kind::Faulty, "{path}");
        assert_eq!(store.replace(path, Bytes::new()).await.unwrap_err().kind, Kind::Faulty, "{path}");
    }
    assert_eq!(store.list("").await.unwrap_err().kind, Kind::Faulty);
}

#[tokio::test]
async fn a_store_opened_for_reading_writes_nothing() {
    let folder = memory_disk();
    let url = Url::from_directory_path(folder.path().join("none")).unwrap();
    let store = Store::open(&url, Access::Read).unwrap();
    assert_eq!(store.list("").await.unwrap(), []);
    assert_eq!(store.read_opt("a").await.unwrap(), None);
    assert_eq!(store.create("a", Bytes::new()).await.unwrap_err().kind, Kind::Faulty);
    assert!(!folder.path().join("none").exists());
}

async fn check_create(store: &Store) {
    assert_eq!(store.create("a/b.json", Bytes::from_static(b"1")).await.unwrap(), Creation::Created);
    // Our own bytes are our own write, whose answer may have been lost.
    assert_eq!(store.create("a/b.json", Bytes::from_static(b"1")).await.unwrap(), Creation::Created);
    let theirs = Creation::Existed(Bytes::from_static(b"1"));
    assert_eq!(store.create("a/b.json", Bytes::from_static(b"2")).await.unwrap(), theirs);
    assert_eq!(store.read("a/b.json").await.unwrap(), Bytes::from_static(b"1"));
    store.replace("a/b.json", Bytes::from_static(b"22")).await.unwrap();
    let listed = store.list("a").await.unwrap();
    assert_eq!((listed.len(), listed[0].path.as_str(), listed[0].size), (1, "a/b.json", 2));
    assert_eq!(store.head("a/b.json").await.unwrap().as_ref(), listed.first());
    store.delete("a/b.json").await.unwrap();
    store.delete("a/b.json").await.unwrap();
    assert_eq!(store.list("").await.unwrap(), []);
    store.require_create_only().await.unwrap();
    store.require_create_only().await.unwrap();
}

#[tokio::test]
async fn creating_is_exact() {
    check_create(&Place::on_disk().marts).await;
    check_create(&Place::in_memory().marts).await;
}
