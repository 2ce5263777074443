//! Two acts at once: exactly one wins, and the other is told which. On both shapes, the second act a little later each time, so that
//! it meets the first at different places.

use std::future::Future;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::{Admin, Answer, Integrator, Signer};
use reqwest::Method;
use serde_json::{Value, json};
use test_kit::Shape;
use tokio::time::sleep;

use crate::samples;
use crate::stack;

/// How much later the second act comes; a submission tries its seal out for longer than the first of these.
const LATER_MS: [u64; 4] = [0, 100, 300, 900];

#[tokio::test(flavor = "multi_thread")]
async fn of_two_acts_at_once_one_wins_in_one_process_on_sqlite() {
    race(Shape::OneSqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_acts_at_once_one_wins_in_four_processes_on_postgres_and_redis() {
    race(Shape::FourPostgresRedis).await;
}

async fn race(shape: Shape) {
    let stack = stack(shape).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let client = admin.integrator("test").await;
    for later in LATER_MS.map(Duration::from_millis) {
        two_submits(&client, later).await;
        cancel_against_submit(&client, later).await;
        deletion_against_submit(&client, later).await;
        withdrawal_against_submit(&client, later).await;
        two_next_rounds(&client, later).await;
        two_creates_with_one_id(&client, later).await;
        two_deletions(&client, later).await;
    }
    a_deletion_while_the_page_is_open(&client).await;
    a_submit_after_expiry(&client).await;
    stack.stop().await;
}

/// Both acts, the second a little later.
async fn at_once<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
    later: Duration,
) -> (A, B) {
    tokio::join!(first, async {
        sleep(later).await;
        second.await
    })
}

/// A request on a form whose `S1` is to be signed, its page open.
async fn opened(client: &Integrator, more: Value) -> (Value, Signer, Value) {
    let mut order = json!({
        "filedata": { "filename": "form.pdf", "content": STANDARD.encode(samples::form()) },
        "allowedFields": { "SIGNATURE": "S1" }, "sendInfoURL": "http://127.0.0.1:9/hook",
    });
    if let (Value::Object(order), Value::Object(more)) = (&mut order, more) {
        order.extend(more);
    }
    let created = client.create(&order, None).await.expect("an answer");
    assert_eq!(created.status, 200, "{created:?}");
    let signer = client.signer_of(&created.json()).await;
    let opening = signer.open().await;
    (created.json(), signer, opening)
}

/// That a loser of the page was told that it is signed, or being sealed.
fn told_that_it_is_submitted(loser: &Answer) {
    let (status, code, value) = loser.refusal();
    match status {
        409 => assert_eq!(
            (code.as_str(), value),
            ("err.document.state", json!("sealing"))
        ),
        _ => assert_eq!(
            (status, code.as_str(), value),
            (410, "err.link.ended", json!("signed"))
        ),
    }
}

fn told_that_it_ended(loser: &Answer, how: &str) {
    let told = loser.refusal();
    assert_eq!(told, (410, "err.link.ended".to_owned(), json!(how)));
}

/// The states of all callbacks of a request.
async fn callbacks(client: &Integrator, created: &Value) -> Vec<String> {
    let id = created["result"].as_str().expect("an id");
    let path = format!("/v1/callbacks?signatureRequestId={id}");
    let listed = client.get(&path).await.json();
    let states = listed["items"].as_array().expect("items").iter();
    states
        .map(|item| item["state"].as_str().expect("a state").to_owned())
        .collect()
}

async fn two_submits(client: &Integrator, later: Duration) {
    let (created, signer, opening) = opened(client, json!({})).await;
    let submit = || signer.submit(&opening, "S1");
    let (first, second) = at_once(submit(), submit(), later).await;
    let winners = [&first, &second].map(|answer| u8::from(answer.status == 202));
    assert_eq!(winners.iter().sum::<u8>(), 1, "{first:?} {second:?}");
    let loser = if first.status == 202 { &second } else { &first };
    told_that_it_is_submitted(loser);
    assert_eq!(signer.settled().await, "signed");
    assert_eq!(callbacks(client, &created).await, ["signed"]);
}

async fn cancel_against_submit(client: &Integrator, later: Duration) {
    let (created, signer, opening) = opened(client, json!({})).await;
    let (submitted, canceled) =
        at_once(signer.submit(&opening, "S1"), signer.cancel(), later).await;
    let won = match (submitted.status.as_u16(), canceled.status.as_u16()) {
        (202, _) => {
            told_that_it_is_submitted(&canceled);
            "signed"
        }
        (_, 200) => {
            told_that_it_ended(&submitted, "canceled");
            "canceled"
        }
        _ => panic!("nobody won: {submitted:?} {canceled:?}"),
    };
    assert_eq!(signer.settled().await, won);
    assert_eq!(callbacks(client, &created).await, [won]);
}

async fn deletion_against_submit(client: &Integrator, later: Duration) {
    let (_, signer, opening) = opened(client, json!({})).await;
    let path = format!("/JSON/document/{}", signer.document);
    let (submitted, deleted) = at_once(
        signer.submit(&opening, "S1"),
        client.call(Method::DELETE, &path, None),
        later,
    )
    .await;
    match (submitted.status.as_u16(), deleted.status.as_u16()) {
        (202, 409) => {
            let told = (409, "err.document.state".to_owned(), json!("sealing"));
            assert_eq!(deleted.refusal(), told);
            assert_eq!(signer.settled().await, "signed");
            assert_eq!(client.get(&path).await.status, 200);
        }
        // The seal was on before the deletion came: both are right, one after the other.
        (202, 200) => {
            let record = format!("/v1/documents/{}/audit", signer.document);
            let record = client.request(Method::GET, &record);
            let record = Answer::of(record.header("accept", "application/json")).await;
            let told = String::from_utf8_lossy(&record.body).into_owned();
            let (sealed, gone) = (told.find("\"sealed\""), told.find("\"deleted\""));
            assert!(sealed.is_some() && sealed < gone, "{told}");
        }
        (_, 200) => {
            told_that_it_ended(&submitted, "deleted");
            assert_eq!(client.get(&path).await.status, 404);
        }
        _ => panic!("nobody won: {submitted:?} {deleted:?}"),
    }
}

async fn withdrawal_against_submit(client: &Integrator, later: Duration) {
    let (created, signer, opening) = opened(client, json!({})).await;
    let path = format!(
        "/JSON/signatureRequest/{}",
        created["result"].as_str().expect("an id")
    );
    let (submitted, withdrawn) = at_once(
        signer.submit(&opening, "S1"),
        client.call(Method::DELETE, &path, None),
        later,
    )
    .await;
    match (submitted.status.as_u16(), withdrawn.status.as_u16()) {
        (202, 409) => {
            let told = (409, "err.document.state".to_owned(), json!("sealing"));
            assert_eq!(withdrawn.refusal(), told);
            assert_eq!(signer.settled().await, "signed");
        }
        (202, 200) => assert_eq!(callbacks(client, &created).await, ["signed"]),
        (_, 200) => told_that_it_ended(&submitted, "deleted"),
        _ => panic!("nobody won: {submitted:?} {withdrawn:?}"),
    }
}

async fn two_next_rounds(client: &Integrator, later: Duration) {
    let (created, signer, _) = opened(client, json!({})).await;
    assert_eq!(signer.cancel().await.status, 200);
    let next = json!({ "id": created["documentId"], "changeState": "tosign" });
    let (first, second) = at_once(
        client.create(&next, None),
        client.create(&next, None),
        later,
    )
    .await;
    let (first, second) = (first.expect("an answer"), second.expect("an answer"));
    let (winner, loser) = if first.status == 200 {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(winner.status, 200, "{winner:?}");
    let other = winner.json()["result"].clone();
    assert_eq!(
        loser.refusal(),
        (409, "err.document.state".to_owned(), other),
        "told which round is open"
    );
    assert_eq!(loser.header("charge-state"), "released");
}

async fn two_creates_with_one_id(client: &Integrator, later: Duration) {
    let id = format!("race-{}", later.as_millis());
    let order = json!({
        "filedata": { "content": STANDARD.encode(samples::pdf("Once")) }, "signatureRequestId": id,
    });
    let before = client.used().await;
    let (first, second) = at_once(
        client.create(&order, None),
        client.create(&order, None),
        later,
    )
    .await;
    let (first, second) = (first.expect("an answer"), second.expect("an answer"));
    let (winner, loser) = if first.status == 200 {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(
        (winner.status.as_u16(), winner.header("charge-state")),
        (200, "committed")
    );
    assert_eq!(
        loser.refusal(),
        (409, "err.signature.request.exists".to_owned(), json!(id))
    );
    assert_eq!(loser.header("charge-state"), "released");
    assert_eq!(client.used().await, before + 1);
}

async fn two_deletions(client: &Integrator, later: Duration) {
    let (_, signer, _) = opened(client, json!({})).await;
    let path = format!("/JSON/document/{}", signer.document);
    let delete = || client.call(Method::DELETE, &path, None);
    let (first, second) = at_once(delete(), delete(), later).await;
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404], "{first:?} {second:?}");
}

async fn a_deletion_while_the_page_is_open(client: &Integrator) {
    let (_, signer, opening) = opened(client, json!({})).await;
    let path = format!("/JSON/document/{}", signer.document);
    let deleted = client.call(Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, 200);
    told_that_it_ended(&signer.submit(&opening, "S1").await, "deleted");
    told_that_it_ended(&signer.cancel().await, "deleted");
    for (method, act) in [(Method::POST, "openings"), (Method::GET, "file")] {
        told_that_it_ended(&signer.call(method, act, &Value::Null).await, "deleted");
    }
}

/// One that comes shortly before the end, one at it, one after it: they are taken or told.
async fn a_submit_after_expiry(client: &Integrator) {
    tokio::join!(
        submit_around_the_end(client, -300),
        submit_around_the_end(client, 0),
        submit_around_the_end(client, 300),
    );
}

async fn submit_around_the_end(client: &Integrator, after_ms: i64) {
    let now = || jiff::Timestamp::now().as_millisecond();
    let ends = now() + 6_000;
    let (_, signer, opening) = opened(client, json!({ "expirationTime": ends })).await;
    let left = u64::try_from(ends + after_ms - now()).expect("the page was opened in time");
    sleep(Duration::from_millis(left)).await;
    let submitted = signer.submit(&opening, "S1").await;
    if submitted.status == 202 {
        assert!(after_ms <= 0, "taken after the end");
        assert_eq!(signer.settled().await, "signed");
    } else {
        told_that_it_ended(&submitted, "expired");
    }
}
