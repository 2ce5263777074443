//! A desk of a test's own, on SQLite and a folder, and what tests put on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use domain::{Clock as _, DocumentId, ManualClock};
use store_kit::StoreUrl;

use super::Desk;
use crate::audit::KeyUse;
use crate::idempotency::{Attempt, Operation};
use crate::order::{SentFile, StartState};
use crate::store::Owner;
use crate::{intake, service, tenant, upload};

/// Everything it keeps is in `folder`, document bytes in `documents`.
pub(crate) async fn desk(folder: &Path, clock: &ManualClock) -> Arc<Desk> {
    let store = StoreUrl::SqliteFile(folder.join("signing.db"));
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
    let attempt = Attempt {
        owner,
        by: KeyUse {
            key: domain::PublicKeyId::parse("0123456789abcdef").unwrap(),
            address: None,
        },
        operation: Operation::Upload,
        ticket: None,
        key: None,
        fingerprint: String::new(),
    };
    let id = DocumentId::generate();
    let tx = desk.db.begin().await.unwrap();
    let new = (&id, &prepared, &stored);
    upload::insert(&tx, &attempt, new, None, desk.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
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
