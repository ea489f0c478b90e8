//! Real S3 servers, when the environment names one; else these tests say that they were skipped.
//!
//! `SLUICE_TEST_S3_ENDPOINT`: a server with conditional writes (moto: `moto_server -H 127.0.0.1 -p 5555`).
//! `SLUICE_TEST_S3_WITHOUT_CREATE`: one that ignores them (`rclone serve s3 --addr 127.0.0.1:5558 --auth-key KEY,SECRET DIR`).
//! Both need the bucket `sluice-test`; keys come from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.

use super::night::{Place, published_rows, run, shown_bytes};
use crate::error::Kind;
use crate::store::commit::Commits;
use crate::store::latest::Latest;
use crate::store::objects::{Mode, Put};
use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use std::sync::Arc;

/// Fresh prefixes on the server `variable` names; `None` when it names none.
fn place(variable: &str) -> Option<Place> {
    let Ok(endpoint) = std::env::var(variable) else {
        let skipped = format!("skipped: {variable} names no server\n");
        std::io::Write::write_all(&mut std::io::stderr(), skipped.as_bytes()).unwrap();
        return None;
    };
    let builder = AmazonS3Builder::from_env().with_endpoint(endpoint).with_allow_http(true).with_bucket_name("sluice-test");
    let server = Arc::new(builder.build().unwrap());
    let unique = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let scoped = |name: &str| Arc::new(PrefixStore::new(server.clone(), format!("{unique}/{name}")));
    Some(Place::of(scoped("work"), scoped("marts")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nights_on_s3() {
    let Some(place) = place("SLUICE_TEST_S3_ENDPOINT") else { return };
    for rows in [1000, 1000, 2000] {
        run(&place.work, &place.marts, rows, "t").await.unwrap();
        assert_eq!(published_rows(&place.marts).await, rows as u64);
    }
    assert_eq!(Commits::new(&place.marts).numbers().await.unwrap(), [1, 2]);
    let local = Place::on_disk();
    run(&local.work, &local.marts, 1000, "t").await.unwrap();
    run(&local.work, &local.marts, 2000, "t").await.unwrap();
    assert_eq!(shown_bytes(&place.marts).await, shown_bytes(&local.marts).await);

    // A slower run overwrites one file of the view: that is seen, and made good.
    let newest = Commits::new(&place.marts).latest().await.unwrap().unwrap();
    place.marts.replace("latest/sums.parquet", Bytes::from_static(b"older")).await.unwrap();
    assert!(!Latest::new(&place.marts).is_current(&newest).await.unwrap());
    Latest::new(&place.marts).refresh().await.unwrap();
    assert_eq!(shown_bytes(&place.marts).await, shown_bytes(&local.marts).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creating_on_s3_has_one_winner() {
    let Some(place) = place("SLUICE_TEST_S3_ENDPOINT") else { return };
    place.marts.require_create_only().await.unwrap();
    for round in 0..5 {
        let path = format!("race/{round}");
        let racers = (0..24).map(|racer| place.marts.0.objects.put(&path, Bytes::from(format!("{racer}")), Mode::Create));
        let results = futures::future::join_all(racers).await;
        assert_eq!(results.iter().filter(|put| matches!(put, Ok(Put::Written))).count(), 1, "{results:?}");
    }
}

/// Above 10 MiB an upload is sent in parts; below, as one object.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_to_s3_are_whole_or_not_there() {
    let Some(place) = place("SLUICE_TEST_S3_ENDPOINT") else { return };
    for (path, part, parts) in [("small", 1 << 10, 3), ("large", 4 << 20, 7)] {
        let bytes = |at: usize| Bytes::from((0..part).map(|byte| (byte * 31 + at) as u8).collect::<Vec<u8>>());
        let mut upload = place.marts.upload(path).await.unwrap();
        for at in 0..parts {
            upload.write(bytes(at)).await.unwrap();
        }
        assert_eq!(place.marts.head(path).await.unwrap(), None);
        upload.complete().await.unwrap();
        let expected: Vec<u8> = (0..parts).flat_map(bytes).collect();
        assert!(place.marts.read(path).await.unwrap() == expected);
    }
    let mut aborted = place.marts.upload("aborted").await.unwrap();
    aborted.write(Bytes::from(vec![0; 30 << 20])).await.unwrap();
    aborted.abort().await;
    assert_eq!(place.marts.head("aborted").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ignores_conditions_is_refused() {
    let Some(place) = place("SLUICE_TEST_S3_WITHOUT_CREATE") else { return };
    let refused = place.marts.require_create_only().await.unwrap_err();
    assert_eq!(refused.kind, Kind::Faulty);
    assert!(run(&place.work, &place.marts, 10, "t").await.is_err());
    assert_eq!(published_rows(&place.marts).await, 0);
}
