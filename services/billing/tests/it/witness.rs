//! Signing's charge table, as far as billing asks it: one verdict a charge, the first wins.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpResponse, HttpServer, get, post};
use client_signing::{ChargeIds, ChargeRecord, ChargeVerdict, Tombstone, Verdicts};
use domain::{ChargeId, DocumentId, Mode, SignatureRequestId, TenantId, Timestamp, Verdict};
use serde::Deserialize;
use url::Url;

#[derive(Default)]
struct State {
    charges: Mutex<BTreeMap<ChargeId, ChargeRecord>>,
    down: AtomicBool,
    asked: AtomicUsize,
}

/// A running witness.
pub(crate) struct Witness {
    pub(crate) url: Url,
    state: Arc<State>,
}

impl Witness {
    pub(crate) fn start() -> Self {
        let state = Arc::new(State::default());
        let data = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                // Before `find`, whose path it matches too.
                .service(registered)
                .service(find)
                .service(find_by_request)
                .service(tombstone)
                .service(verdicts_of)
        })
        .workers(1)
        // As signing, which waits for the heads of its peers.
        .client_request_timeout(Duration::ZERO)
        .disable_signals()
        .bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap();
        let url = Url::parse(&format!("http://{}", server.addrs()[0])).unwrap();
        telemetry::spawn("witness", server.run());
        Self { url, state }
    }

    /// Registers the charge, unless it has a verdict already; returns the one that stands.
    pub(crate) fn register(&self, charge: ChargeId, tenant: TenantId, mode: Mode) -> Verdict {
        self.decide(charge, Tombstone { tenant, mode }, Verdict::Registered)
    }

    /// Gives a verdict, unless there is one already; returns the one that stands.
    pub(crate) fn decide(&self, charge: ChargeId, owner: Tombstone, verdict: Verdict) -> Verdict {
        let mut charges = self.state.charges.lock().unwrap();
        charges
            .entry(charge)
            .or_insert_with(|| {
                let mut record = record(charge, owner, verdict);
                if verdict.commits() {
                    record.signature_request_id = Some(SignatureRequestId::generate());
                    record.document_id = Some(DocumentId::generate());
                    record.url = Some(format!("https://sign.example/openDocument/{charge}"));
                }
                record
            })
            .verdict
    }

    /// How many charges are registered.
    pub(crate) fn registered(&self) -> usize {
        let charges = self.state.charges.lock().unwrap();
        charges
            .values()
            .filter(|record| record.verdict.commits())
            .count()
    }

    pub(crate) fn record(&self, charge: ChargeId) -> Option<ChargeRecord> {
        self.state.charges.lock().unwrap().get(&charge).cloned()
    }

    /// From now on every question fails, or is answered again.
    pub(crate) fn set_down(&self, down: bool) {
        self.state.down.store(down, Ordering::SeqCst);
    }

    /// How often it was asked to tombstone.
    pub(crate) fn tombstones_asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }
}

fn record(charge: ChargeId, owner: Tombstone, verdict: Verdict) -> ChargeRecord {
    ChargeRecord {
        charge,
        tenant: owner.tenant,
        mode: owner.mode,
        verdict,
        at: Timestamp::from_millis(0),
        signature_request_id: None,
        document_id: None,
        url: None,
        answer: None,
    }
}

fn unavailable() -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(serde_json::json!({"code": "err.unavailable"}))
}

#[get("/internal/charges/registered")]
async fn registered(state: Data<State>, page: Query<Page>) -> HttpResponse {
    if state.down.load(Ordering::SeqCst) {
        return unavailable();
    }
    let charges = state.charges.lock().unwrap();
    let verdicts = charges
        .values()
        .filter(|r| {
            r.verdict == Verdict::Registered && page.after.is_none_or(|after| after < r.charge)
        })
        .take(page.limit)
        .map(told)
        .collect();
    HttpResponse::Ok().json(Verdicts { verdicts })
}

#[derive(Deserialize)]
struct Page {
    after: Option<ChargeId>,
    limit: usize,
}

fn told(record: &ChargeRecord) -> ChargeVerdict {
    ChargeVerdict {
        charge: record.charge,
        tenant: record.tenant,
        mode: record.mode,
        verdict: record.verdict,
    }
}

#[get("/internal/charges/{id}")]
async fn find(state: Data<State>, id: Path<ChargeId>) -> HttpResponse {
    if state.down.load(Ordering::SeqCst) {
        return unavailable();
    }
    match state.charges.lock().unwrap().get(&id) {
        Some(record) => HttpResponse::Ok().json(record),
        None => HttpResponse::NotFound().finish(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByRequest {
    tenant: TenantId,
    mode: Mode,
    signature_request_id: SignatureRequestId,
}

#[get("/internal/charges")]
async fn find_by_request(state: Data<State>, asked: Query<ByRequest>) -> HttpResponse {
    if state.down.load(Ordering::SeqCst) {
        return unavailable();
    }
    let charges = state.charges.lock().unwrap();
    let found = charges.values().find(|record| {
        record.tenant == asked.tenant
            && record.mode == asked.mode
            && record.signature_request_id.as_ref() == Some(&asked.signature_request_id)
    });
    match found {
        Some(record) => HttpResponse::Ok().json(record),
        None => HttpResponse::NotFound().finish(),
    }
}

#[post("/internal/charges/{id}/tombstone")]
async fn tombstone(state: Data<State>, id: Path<ChargeId>, owner: Json<Tombstone>) -> HttpResponse {
    state.asked.fetch_add(1, Ordering::SeqCst);
    if state.down.load(Ordering::SeqCst) {
        return unavailable();
    }
    let mut charges = state.charges.lock().unwrap();
    let record = charges
        .entry(*id)
        .or_insert_with(|| record(*id, *owner, Verdict::Tombstoned));
    HttpResponse::Ok().json(record)
}

#[post("/internal/charges/verdicts")]
async fn verdicts_of(state: Data<State>, asked: Json<ChargeIds>) -> HttpResponse {
    if state.down.load(Ordering::SeqCst) {
        return unavailable();
    }
    let charges = state.charges.lock().unwrap();
    let verdicts = asked
        .charges
        .iter()
        .filter_map(|charge| charges.get(charge))
        .map(told)
        .collect();
    HttpResponse::Ok().json(Verdicts { verdicts })
}
