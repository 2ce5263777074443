//! What every use case has at hand: the store, the blobs, the clock, the secrets.

#[cfg(test)]
pub(crate) mod own;

use std::sync::{Arc, OnceLock};

use domain::Clock;
use office_converter::Converter;
use store_kit::Db;
use tokio::sync::Notify;

use crate::blob::Blobs;
use crate::callback::Reach;
use crate::engine::Engine;
use crate::intake::SignedUploads;
use crate::link::{Addresses, Secrets};
use crate::picture::Pictures;
use crate::sealing::{Authority, Levels};
use crate::self_test::SelfTests;
use crate::service::UnsentTexts;

/// The service's own things, shared by all calls and workers.
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) secrets: Secrets,
    pub(crate) addresses: Addresses,
    pub(crate) engine: Engine,
    pub(crate) authority: Authority,
    pub(crate) levels: Levels,
    pub(crate) pictures: Pictures,
    /// What makes PDFs of office files, where this server has it.
    pub(crate) converter: Option<Converter>,
    /// Roots that verification trusts beside our own, DER.
    pub(crate) trusted_roots: Vec<Vec<u8>>,
    pub(crate) signed_uploads: SignedUploads,
    /// Where callbacks may go.
    pub(crate) reach: Reach,
    pub(crate) self_tests: SelfTests,
    /// The mail server; none: letters stay in the local outbox.
    pub(crate) mail: Option<::mail::Smtp>,
    /// The provider of text messages.
    pub(crate) sms: Option<::sms::Provider>,
    /// What becomes of them without one.
    pub(crate) unsent_texts: UnsentTexts,
    pub(crate) sealer: Wake,
    pub(crate) caller: Wake,
    pub(crate) page_maker: Wake,
    pub(crate) poster: Wake,
    pub(crate) texter: Wake,
}

impl Desk {
    /// Letters and text messages were written: they go at once.
    pub(crate) fn wake_messengers(&self) {
        self.poster.now();
        self.texter.now();
    }
}

/// Wakes a worker that is made after the desk it works at. A hint that may be lost: workers also look by themselves.
#[derive(Default)]
pub(crate) struct Wake(OnceLock<Arc<Notify>>);

impl Wake {
    pub(crate) fn connect(&self, worker: Arc<Notify>) {
        self.0.get_or_init(|| worker);
    }

    pub(crate) fn now(&self) {
        if let Some(worker) = self.0.get() {
            worker.notify_one();
        }
    }
}
