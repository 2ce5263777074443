//! Each job gives the engine's own answer; refusals come typed.

use bytes::Bytes;
use pdf::render::RenderError;
use pdf::{Refusal, Watermark};
use pdf_worker::jobs::{Ingest, Inspect, PlaceTags, Render};

use crate::workers;

#[tokio::test]
async fn a_worker_prepares_a_file_as_the_engine_does() {
    let workers = workers().await;
    let sent = pdf::sample::contract("In a worker");
    let expected = pdf::ingest(&sent, Watermark::Test).unwrap();
    let job = Ingest {
        mark: Watermark::Test,
        with_tags: false,
    };
    let (readied, bytes) = workers.ingest(job, sent.into()).await.unwrap().unwrap();
    assert_eq!(readied.ingested.inspected, expected.inspected);
    assert!(bytes == expected.bytes);
    let inspected = workers.run(Inspect, vec![bytes]).await.unwrap().answer;
    assert_eq!(inspected.unwrap(), expected.inspected);
}

#[tokio::test]
async fn a_worker_finds_tags() {
    let workers = workers().await;
    let sent = pdf::sample::contract_without_fields("Tags");
    let tagged = workers.run(PlaceTags, vec![sent.clone().into()]).await;
    let tagged = tagged.unwrap();
    let expected = pdf::place_tags(&sent).unwrap();
    assert_eq!(tagged.answer.unwrap().fields, expected.fields);
    assert!(tagged.files == [Bytes::from(expected.bytes)]);
}

#[tokio::test]
async fn a_worker_draws_a_page_as_the_engine_does() {
    let workers = workers().await;
    let sent = pdf::sample::contract("Žltý kôň");
    let expected = pdf::render::page_picture(sent.clone(), 1, 640).unwrap();
    let page = |page| Render { page, width: 640 };
    let drawn = workers.render(page(1), sent.clone().into()).await.unwrap();
    assert!(drawn.unwrap() == expected.png);
    let missing = workers.render(page(2), sent.into()).await.unwrap();
    assert_eq!(missing, Err(RenderError::NoSuchPage { page: 2, pages: 1 }));
}

#[tokio::test]
async fn a_refusal_comes_back_typed() {
    let workers = workers().await;
    let text = Bytes::from_static(b"no PDF at all");
    let refused = workers.run(Inspect, vec![text]).await.unwrap().answer;
    assert_eq!(refused, Err(Refusal::NotPdf));
}

#[tokio::test]
async fn the_self_test_passes_where_the_walls_stand() {
    let workers = workers().await;
    assert_eq!(workers.confinement(), pdf_worker::Confinement::Complete);
    workers.self_test().await.unwrap();
}
