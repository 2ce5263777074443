//! A desk of a test's own, on SQLite and a folder, and what tests put on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::{ChargeId, Clock as _, DocumentId, ManualClock, SignatureRequestId, TenantSlug};
use internal_auth::{Ticket, TicketKind};
use serde_json::{Value, json};
use store_kit::StoreUrl;

use super::Desk;
use crate::audit::KeyUse;
use crate::idempotency::{Attempt, Operation};
use crate::order::{self, SentFile, StartState};
use crate::register::{self, Create};
use crate::store::Owner;
use crate::{intake, service, tenant, upload};

/// Everything it keeps is in `folder`, document bytes in `documents`.
pub(crate) async fn desk(folder: &Path, clock: &ManualClock) -> Arc<Desk> {
    let store = StoreUrl::SqliteFile(folder.join("signing.db"));
    desk_on(store, folder, clock).await
}

/// As [`desk`], with its rows in this store; another one on the same store is another instance.
pub(crate) async fn desk_on(store: StoreUrl, folder: &Path, clock: &ManualClock) -> Arc<Desk> {
    service::for_tests(folder, store, clock).await.desk
}

/// A file that was checked and put into the store, named by no row yet.
pub(crate) async fn prepared(desk: &Desk, owner: Owner) -> (intake::Prepared, intake::Stored) {
    let tenant = tenant::look_up(&desk.db, owner.tenant).await.unwrap();
    let file = SentFile {
        filename: None,
        start: StartState::ToSign,
        content: Bytes::from(pdf::sample::contract("Kept")),
        blob: None,
    };
    let prepared = intake::prepare(desk, owner, &tenant, file).await.unwrap();
    let stored = intake::store(desk, &prepared).await.unwrap();
    (prepared, stored)
}

/// An uploaded document.
pub(crate) async fn stored(desk: &Desk, owner: Owner) -> DocumentId {
    let (prepared, stored) = prepared(desk, owner).await;
    let attempt = attempt(owner, Operation::Upload);
    let id = DocumentId::generate();
    let tx = desk.db.begin().await.unwrap();
    let new = (&id, &prepared, &stored);
    upload::insert(&tx, &attempt, new, None, desk.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// A signature request on a new document; `more` is added to the body of its create.
pub(crate) async fn requested(desk: &Desk, owner: Owner, more: &Value) -> SignatureRequestId {
    let content = STANDARD.encode(pdf::sample::contract("Kept"));
    let mut body = json!({ "filedata": { "content": content, "filename": "contract.pdf" } });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let body = order::Body::whole(body.to_string().as_bytes()).unwrap();
    let order = order::create(body, None).unwrap();
    let mut attempt = attempt(owner, Operation::Create);
    attempt.ticket = Some(Ticket {
        charge: ChargeId::generate(),
        kind: TicketKind::Held,
    });
    let slug = TenantSlug::parse("tatra").unwrap();
    let create = Create {
        attempt: &attempt,
        slug: &slug,
        order,
    };
    let created = register::create(desk, create).await.unwrap();
    let told: Value = serde_json::from_str(&created.body).unwrap();
    SignatureRequestId::parse(told["result"].as_str().unwrap()).unwrap()
}

fn attempt(owner: Owner, operation: Operation) -> Attempt {
    Attempt {
        owner,
        by: KeyUse {
            key: domain::PublicKeyId::parse("0123456789abcdef").unwrap(),
            address: None,
        },
        operation,
        ticket: None,
        key: None,
        fingerprint: String::new(),
    }
}

/// Every file of document bytes, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = below(&folder.join("documents"));
    files.sort();
    files
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
