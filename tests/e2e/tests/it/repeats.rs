//! Repeats under one `Idempotency-Key` meet the first call wherever it was made: at another gateway, at the same moment, before a
//! restart of everything. What a fault of ours answered is not kept.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::{Admin, Answer, Integrator};
use reqwest::Method;
use serde_json::{Value, json};
use test_kit::{Shape, Stack};

use crate::samples::pdf;
use crate::stack;

/// How long a gateway of these stacks holds a create back before it hands it on.
const HELD_BACK_MS: u64 = 800;
const PATIENCE: Duration = Duration::from_mins(1);
const STEP: Duration = Duration::from_millis(300);

fn file() -> Value {
    json!({ "filename": "contract.pdf", "content": STANDARD.encode(pdf("Contract")) })
}

/// The calls that are repeated, each with a body that is right.
#[derive(Clone, Copy, Debug)]
enum Call {
    Create,
    Upload,
    Form,
    /// Of a document that was uploaded before.
    Send,
}

const CALLS: [Call; 4] = [Call::Create, Call::Upload, Call::Form, Call::Send];

impl Call {
    async fn send(self, client: &Integrator, key: &str) -> Answer {
        let request = match self {
            Self::Create => client
                .request(Method::POST, "/JSON/signatureRequest")
                .json(&json!({ "filedata": file() })),
            Self::Upload => client
                .request(Method::POST, "/JSON/document")
                .json(&json!({ "file": file() })),
            Self::Form => {
                // A boundary of its own, as every honest retry has.
                let boundary = format!("b{}", jiff::Timestamp::now().as_nanosecond());
                let kind = format!("multipart/form-data; boundary={boundary}");
                client
                    .request(Method::POST, "/JSON/upload")
                    .header("content-type", kind)
                    .body(form(&boundary))
            }
            Self::Send => {
                let path = format!("/JSON/document/{}/send", document(client).await);
                let body = json!({ "emailTo": "jana@home.example" });
                client.request(Method::POST, &path).json(&body)
            }
        };
        Answer::of(request.header("idempotency-key", key)).await
    }

    /// Whether it is sold.
    const fn is_billable(self) -> bool {
        matches!(self, Self::Create | Self::Form)
    }

    /// Repeats until it is neither a fault nor in flight.
    async fn until_answered(self, client: &Integrator, key: &str) -> Answer {
        let mut waited = Duration::ZERO;
        loop {
            let answer = self.send(client, key).await;
            let again = 500 <= answer.status.as_u16() || is_in_flight(&answer);
            if !again {
                return answer;
            }
            assert!(waited < PATIENCE, "{self:?}: {answer:?}");
            tokio::time::sleep(STEP).await;
            waited += STEP;
        }
    }
}

/// The document that is sent: an upload under one key, so that it is there from the first call on. None while signing is away.
async fn document(client: &Integrator) -> String {
    let upload = client
        .request(Method::POST, "/JSON/document")
        .header("idempotency-key", "to be sent")
        .json(&json!({ "file": file() }));
    let answer = Answer::of(upload).await;
    if answer.status.is_success() {
        answer.json()["documentId"].as_str().unwrap().to_owned()
    } else {
        "nothing".to_owned()
    }
}

fn form(boundary: &str) -> Vec<u8> {
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"dataText\"\r\n\r\n{{}}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"contract.pdf\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&pdf("Contract"));
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

fn is_in_flight(answer: &Answer) -> bool {
    answer.status == 409 && answer.message() == "err.idempotency.in.flight"
}

fn is_replay_of(answer: &Answer, first: &Answer, call: Call) {
    assert_eq!(answer.body, first.body, "{call:?}");
    assert_eq!(answer.header("idempotent-replayed"), "true", "{call:?}");
    assert_eq!(
        answer.header("charge-id"),
        first.header("charge-id"),
        "{call:?}"
    );
    assert_eq!(answer.header("charge-state"), first.header("charge-state"));
}

async fn client_of(stack: &Stack) -> Integrator {
    let admin = Admin::with_active_api(stack, "owner@tatra.example").await;
    admin.integrator("test").await
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_meet_the_first_call_across_gateways_and_restarts_in_four_processes_on_postgres_and_redis()
 {
    let held = format!("gateway::held=return({HELD_BACK_MS})");
    let mut stack = stack(Shape::FourPostgresRedis)
        .setting("FAILPOINTS", &held)
        .start()
        .await;
    let here = client_of(&stack).await;
    let there = here.at(&stack.another_gateway().await);

    let mut firsts = Vec::new();
    for call in CALLS {
        let key = format!("{call:?}");
        let first = call.send(&here, &key).await;
        assert!(first.status.is_success(), "{call:?}: {first:?}");
        is_replay_of(&call.send(&there, &key).await, &first, call);
        firsts.push((call, key, first));
    }
    the_same_moment(&here, &there).await;
    one_in_flight(&here, &there).await;

    for name in ["gateway", "signing", "billing", "tenant"] {
        stack.restart(name).await;
    }
    for (call, key, first) in &firsts {
        is_replay_of(&call.until_answered(&here, key).await, first, *call);
        is_replay_of(&call.until_answered(&there, key).await, first, *call);
    }
    a_fault_is_not_kept(&mut stack, &here).await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_meet_the_first_call_across_a_restart_in_one_process_on_sqlite() {
    let mut stack = stack(Shape::OneSqlite).start().await;
    let client = client_of(&stack).await;
    let mut firsts = Vec::new();
    for call in CALLS {
        let key = format!("{call:?}");
        let first = call.send(&client, &key).await;
        assert!(first.status.is_success(), "{call:?}: {first:?}");
        firsts.push((call, key, first));
    }
    stack.restart("okdokument").await;
    for (call, key, first) in &firsts {
        is_replay_of(&call.until_answered(&client, key).await, first, *call);
    }
    assert_eq!(client.used().await, 2, "a create, and one as a form");
    stack.stop().await;
}

/// Twins at both gateways at once: one is the first, the other is that one's answer or is told to wait.
async fn the_same_moment(here: &Integrator, there: &Integrator) {
    let before = here.used().await;
    for call in CALLS {
        let key = format!("twins {call:?}");
        let (one, other) = tokio::join!(call.send(here, &key), call.send(there, &key));
        let first = |answer: &Answer| {
            answer.status.is_success() && !answer.headers.contains_key("idempotent-replayed")
        };
        let firsts = [&one, &other].map(|answer| u8::from(first(answer)));
        assert_eq!(firsts.iter().sum::<u8>(), 1, "{call:?}: {one:?} {other:?}");
        let (first, second) = if first(&one) {
            (one, other)
        } else {
            (other, one)
        };
        if is_in_flight(&second) {
            assert!(!second.header("retry-after").is_empty(), "{second:?}");
        } else {
            is_replay_of(&second, &first, call);
        }
        is_replay_of(&call.until_answered(there, &key).await, &first, call);
    }
    assert_eq!(here.used().await, before + 2, "a create, and one as a form");
}

/// The second call comes while the first is held back for certain.
async fn one_in_flight(here: &Integrator, there: &Integrator) {
    for call in [Call::Create, Call::Form] {
        let key = format!("in flight {call:?}");
        let (first, second) = tokio::join!(call.send(here, &key), async {
            tokio::time::sleep(Duration::from_millis(HELD_BACK_MS / 2)).await;
            let path = "/v1/charges?idempotencyKey=".to_owned() + &key.replace(' ', "%20");
            let charge = there.get(&path).await.json();
            assert_eq!(charge["chargeState"], "held", "still running: {charge}");
            call.send(there, &key).await
        });
        assert!(is_in_flight(&second), "{call:?}: {second:?}");
        assert!(!second.header("retry-after").is_empty(), "{second:?}");
        assert_eq!(first.status, 200, "{first:?}");
        is_replay_of(&call.until_answered(there, &key).await, &first, call);
    }
}

/// Signing is away: what is answered then stands for nothing, and the same key succeeds once it is back.
async fn a_fault_is_not_kept(stack: &mut Stack, client: &Integrator) {
    let before = client.used().await;
    stack.kill("signing");
    for call in CALLS {
        let fault = call.send(client, &format!("fault {call:?}")).await;
        let status = fault.status.as_u16();
        assert!(matches!(status, 502..=504), "{call:?}: {fault:?}");
        if call.is_billable() {
            let state = fault.header("charge-state");
            assert!(matches!(state, "released" | "in_doubt"), "{fault:?}");
        }
    }
    stack.restart("signing").await;
    for call in CALLS {
        let key = format!("fault {call:?}");
        let answer = call.until_answered(client, &key).await;
        assert!(answer.status.is_success(), "{call:?}: {answer:?}");
        assert_eq!(answer.header("idempotent-replayed"), "", "{call:?}");
    }
    assert_eq!(
        client.used().await,
        before + 2,
        "a create, and one as a form"
    );
}
