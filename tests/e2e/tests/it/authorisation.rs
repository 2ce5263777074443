//! Generated from the services' own documents: every route as nobody, with a wrong scope, and as another tenant.
//! A route that is not in the tables below, or a table line without its route, fails: the exceptions may only shrink.

use std::collections::BTreeSet;

use e2e::{Admin, Answer, Integrator};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use test_kit::Shape;

use crate::samples::pdf;
use crate::stack;

/// Routes that need no key, and why.
const OPEN: &[(&str, &str, &str)] = &[
    ("get", "/openDocument/{id}", "the signer's link"),
    ("get", "/{id}", "the short form of the signer's link"),
    (
        "get",
        "/viewDocument",
        "the page behind the link holds nothing by itself",
    ),
    ("get", "/viewDocument/{path}", "the page's script and style"),
    ("get", "/thankYouPage.html", "where a signer lands"),
    (
        "get",
        "/downloadDocument/{id}",
        "the link in a letter with a signed document too large to enclose: its key is in the address",
    ),
    (
        "get",
        "/pki/root.crt",
        "everybody must be able to check a seal",
    ),
    (
        "get",
        "/pki/root.crl",
        "everybody must be able to check a seal",
    ),
    ("get", "/verify", "anybody may have a signed file verified"),
    (
        "post",
        "/verify",
        "anybody may have a signed file verified; so often by address",
    ),
    ("post", "/stripe/webhook", "proven by Stripe's signature"),
    ("post", "/api/tenant/sign-ups", "before there is a member"),
    (
        "post",
        "/api/tenant/email-confirmations",
        "proven by the mail's token and the password",
    ),
    ("post", "/api/tenant/sessions", "the sign-in itself"),
    (
        "post",
        "/api/tenant/sessions/refresh",
        "proven by the refresh token: 401 without",
    ),
    (
        "delete",
        "/api/tenant/sessions/current",
        "a sign-out never fails",
    ),
];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Operation {
    method: String,
    path: String,
    tag: String,
}

fn operations() -> Vec<Operation> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let mut all = Vec::new();
    for service in ["tenant", "billing", "signing", "gateway"] {
        let text = std::fs::read_to_string(folder.join(format!("{service}.json")))
            .expect("make openapi writes it");
        let document: Value = serde_json::from_str(&text).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, operation)| operation.is_object())
            {
                let tag = operation["tags"][0]
                    .as_str()
                    .unwrap_or_else(|| panic!("{method} {path} has no tag"))
                    .to_owned();
                all.push(Operation {
                    method: method.clone(),
                    path: path.clone(),
                    tag,
                });
            }
        }
    }
    assert!(30 < all.len(), "the documents are there");
    all
}

impl Operation {
    fn is_open(&self) -> bool {
        OPEN.iter()
            .any(|(method, path, _)| *method == self.method && *path == self.path)
    }

    fn is_portal(&self) -> bool {
        self.path.starts_with("/api/")
    }

    fn verb(&self) -> Method {
        Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap()
    }

    /// The path with a value for each parameter.
    fn at(&self, id: &str) -> String {
        let mut path = self.path.clone();
        while let Some((before, rest)) = path.split_once('{') {
            let (_, after) = rest.split_once('}').unwrap();
            path = format!("{before}{id}{after}");
        }
        path
    }

    fn sends(&self, client: &Client, origin: &str, id: &str) -> reqwest::RequestBuilder {
        let url = format!("{origin}{}", self.at(id));
        let request = client.request(self.verb(), url).header("origin", origin);
        match self.path.as_str() {
            _ if self.method == "get" => request,
            "/JSON/upload" => request
                .header("content-type", "multipart/form-data; boundary=b")
                .body("--b--\r\n"),
            _ => request.json(&json!({})),
        }
    }
}

#[test]
fn every_exception_still_has_its_route() {
    let known: BTreeSet<(String, String)> = operations()
        .into_iter()
        .map(|o| (o.method, o.path))
        .collect();
    for (method, path, why) in OPEN {
        assert!(
            known.contains(&((*method).to_owned(), (*path).to_owned())),
            "{method} {path} ({why}) is no route any more"
        );
    }
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let stack = stack(Shape::OneSqlite).start().await;
    let client = test_kit::client();
    for operation in operations() {
        let origin = if operation.is_portal() {
            stack.portal()
        } else {
            stack.api()
        };
        let answer = operation.sends(&client, origin, "x").send().await.unwrap();
        let status = answer.status().as_u16();
        match operation.tag.as_str() {
            "internal" | "operator" => assert!(
                status == 404 || status == 405,
                "{operation:?} is reachable: {status}"
            ),
            "page" => assert!(
                operation.is_open() || matches!(status, 401 | 404),
                "{operation:?}: {status}"
            ),
            _ if operation.is_open() => {}
            _ => assert_eq!(status, 401, "{operation:?}"),
        }
        if matches!(operation.tag.as_str(), "internal" | "operator") {
            let by_portal = operation
                .sends(&client, stack.portal(), "x")
                .send()
                .await
                .unwrap();
            assert!(
                !by_portal.status().is_success()
                    || by_portal.headers()["content-type"] == "text/html; charset=utf-8"
            );
        }
    }
    stack.stop().await;
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused_everywhere() {
    let stack = stack(Shape::OneSqlite).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let client = test_kit::client();
    let reads_usage = admin.secret("test", &["usage:read"]).await;
    let reads_documents = admin.secret("test", &["documents:read"]).await;
    for operation in operations()
        .iter()
        .filter(|o| o.tag == "public" && !o.is_open())
    {
        let about_usage =
            operation.path == "/JSON/counter" || operation.path.starts_with("/v1/charges");
        let wrong = if about_usage {
            &reads_documents
        } else {
            &reads_usage
        };
        let answer = operation
            .sends(&client, stack.api(), "x")
            .header("x-api-key", wrong)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{operation:?}");
    }
    stack.stop().await;
}

#[tokio::test]
async fn another_tenants_thing_is_not_told_from_a_missing_one() {
    let stack = stack(Shape::OneSqlite).start().await;
    let owner = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let stranger = Admin::with_active_api(&stack, "stranger@fatra.example").await;
    let theirs = Things::of(&owner).await;
    let (client, key) = (test_kit::client(), stranger.secret("live", &[]).await);
    let mut asked = 0;
    for operation in operations()
        .iter()
        .filter(|o| o.path.contains('{') && !o.is_open())
    {
        if !matches!(operation.tag.as_str(), "public" | "portal") {
            continue;
        }
        let (id, missing) = theirs.id_for(&operation.path);
        let mut told = Vec::new();
        for id in [id, missing] {
            let answer = if operation.is_portal() {
                stranger
                    .try_call(
                        operation.verb(),
                        &format!("{}{}", operation.at(id), operation.query()),
                        &operation.body(),
                    )
                    .await
            } else {
                let request = operation
                    .sends(&client, stack.api(), id)
                    .header("x-api-key", &key);
                Answer::of(request.json(&operation.body())).await
            };
            told.push((answer.status, without_what_differs(&answer, id)));
        }
        assert_eq!(told[0], told[1], "{operation:?}");
        assert!(
            matches!(told[0].0.as_u16(), 400 | 404),
            "{operation:?}: {:?}",
            told[0]
        );
        asked += 1;
    }
    assert!(8 <= asked, "the routes with ids were asked");
    still_there(&owner, &theirs).await;
    stack.stop().await;
}

impl Operation {
    fn query(&self) -> &'static str {
        if self.method == "get" {
            "?mode=live"
        } else {
            ""
        }
    }

    /// A body that is right, so that only the id decides.
    fn body(&self) -> Value {
        if self.path.ends_with("/rotations") {
            json!({ "overlapSeconds": 60 })
        } else if self.path.starts_with("/JSON/signatureRequest/") {
            json!({ "sendInfoURL": "http://127.0.0.1:9/x" })
        } else if self.path.ends_with("/send") {
            json!({ "emailTo": "somebody@example.com" })
        } else {
            json!({})
        }
    }
}

/// One of each, of one tenant.
struct Things {
    document: String,
    signature_request: String,
    charge: String,
    key: String,
    purchase: String,
    callback: String,
}

impl Things {
    async fn of(owner: &Admin) -> Self {
        let client = owner.integrator("live").await;
        let mut contract = Integrator::create_body(&pdf("Contract"));
        contract["sendInfoURL"] = "http://127.0.0.1:9/hook".into();
        let declined = client.create(&contract, None).await.unwrap().json();
        client.decline(&declined).await;
        let callbacks = client.get("/v1/callbacks").await.json();
        let created = client
            .create(&Integrator::create_body(&pdf("Contract")), None)
            .await
            .unwrap();
        let body = created.json();
        let keys = owner.get("/api/tenant/api-keys?mode=live").await;
        owner.buy(100).await;
        let purchases = owner.get("/api/billing/purchases").await;
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        Self {
            document: text(&body["documentId"]),
            signature_request: text(&body["result"]),
            charge: created.header("charge-id").to_owned(),
            key: text(&keys["items"][0]["id"]),
            purchase: text(&purchases["items"][0]["id"]),
            callback: text(&callbacks["items"][0]["id"]),
        }
    }

    /// Theirs, and one that nobody has.
    fn id_for(&self, path: &str) -> (&str, &'static str) {
        if path.contains("/document") {
            (&self.document, "y7Ki_u1mrUwijfb-o_S1JiphSsoXya8iypH380F")
        } else if path.contains("signatureRequest") || path.contains("signature-request") {
            (
                &self.signature_request,
                "5bd0ee7e-3b0e-4c0e-9d53-6f1c6a1f0001",
            )
        } else if path.contains("/charges") {
            (&self.charge, "chg_0190a0a0a0a07000800000000000beef")
        } else if path.contains("/api-keys") {
            (&self.key, "key_0190a0a0a0a07000800000000000beef")
        } else if path.contains("/purchases") {
            (&self.purchase, "pur_0190a0a0a0a07000800000000000beef")
        } else if path.contains("/callbacks") {
            (&self.callback, "evt_0190a0a0a0a07000800000000000beef")
        } else {
            panic!("{path}: say in `id_for` whose id this is")
        }
    }
}

/// The answer less the id that was asked for and the call's own id.
fn without_what_differs(answer: &Answer, id: &str) -> String {
    let request = answer.header("x-request-id").to_owned();
    String::from_utf8_lossy(&answer.body)
        .replace(id, "ID")
        .replace(&request, "REQUEST")
}

async fn still_there(owner: &Admin, theirs: &Things) {
    let client = owner.integrator("live").await;
    assert_eq!(
        client
            .get(&format!("/JSON/document/{}", theirs.document))
            .await
            .status,
        200
    );
    let keys = owner.get("/api/tenant/api-keys?mode=live").await;
    let mine = keys["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["id"] == theirs.key.as_str())
        .unwrap();
    assert_eq!(mine["state"], "active");
}
