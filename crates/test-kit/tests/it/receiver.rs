//! The receiver of callbacks.

use std::time::Duration;

use test_kit::{Receiver, client};

#[tokio::test]
async fn a_receiver_collects_what_arrives_and_refuses_on_demand() {
    let receiver = Receiver::start();
    receiver.refuse_next(1);
    let post = || {
        client()
            .post(receiver.url("/told?id=7"))
            .body(r#"{"state":"signed"}"#)
            .send()
    };
    assert_eq!(post().await.expect("answered").status(), 503);
    assert_eq!(post().await.expect("answered").status(), 200);

    let callbacks = receiver.wait_for(2, Duration::from_secs(5)).await;
    let last = callbacks.last().expect("two arrived");
    assert_eq!(
        (last.method.as_str(), last.target.as_str()),
        ("POST", "/told?id=7")
    );
    assert_eq!(last.json()["state"], "signed");
    assert_eq!(last.headers["content-length"], "18");
}
