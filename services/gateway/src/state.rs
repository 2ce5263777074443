//! What every handler of the gateway shares.

use std::sync::{Arc, Mutex};

use client_billing::BillingClient;
use client_signing::SigningClient;
use client_tenant::{KeyUse, TenantClient};
use internal_auth::Minter;

use crate::addresses::Addresses;
use crate::config::Config;
use crate::counters::{Counters, InProcess};
use crate::forward::Services;
use crate::key_ring::KeyRing;
use crate::portal::Doors;

/// One gateway's state; cheap to clone, one for all worker threads.
#[derive(Clone)]
pub(crate) struct State {
    pub config: Arc<Config>,
    pub keys: Arc<KeyRing>,
    pub counters: Arc<dyn Counters>,
    /// Counts rates while `counters` cannot be reached: each gateway by itself, which is more than none.
    pub local_rates: Arc<InProcess>,
    /// Calls of the public routes that are work, by address.
    pub addresses: Arc<Addresses>,
    pub tenant: TenantClient,
    pub billing: BillingClient,
    pub signing: SigningClient,
    pub minter: Minter,
    pub services: Services,
    pub http: reqwest::Client,
    pub doors: Arc<Doors>,
    /// Uses of keys since the last flush to tenant.
    pub uses: Arc<Mutex<Vec<KeyUse>>>,
}
