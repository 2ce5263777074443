//! What every use case works with: the store, the clock, keys derived from the master secret, and who is told of changes.

use std::sync::Arc;

use domain::{Clock, Pepper, Timestamp};
use internal_auth::ServiceName;
use internal_auth::portal_session::AccessTokens;
use store_kit::Db;
use tokio::sync::Notify;
use url::Url;

use crate::passwords::Passwords;
use crate::tokens::AddressHasher;

pub(crate) struct Context {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) portal_url: Url,
    pub(crate) passwords: Passwords,
    pub(crate) addresses: AddressHasher,
    pub(crate) access: AccessTokens,
    pub(crate) pepper: Pepper,
    /// Who gets an event of every change of a tenant.
    pub(crate) subscribers: Vec<ServiceName>,
    /// Whether mail leaves; else it stays in the local outbox.
    pub(crate) mail_leaves: bool,
    /// Tells the outbox worker that there is something new.
    pub(crate) wake: Arc<Notify>,
}

impl Context {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
