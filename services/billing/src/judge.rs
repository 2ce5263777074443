//! The judge as a value: who asks at once is answered by one transaction, reservations and settlements apart.

use std::sync::Arc;

use client_billing::{Reservation, Reserved, Settled};
use domain::{ChargeId, Clock, Verdict};
use migrations::billing::BillingMigrator;
use store_kit::{Db, StoreError, StoreUrl};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::batch::Queue;
use crate::charge::ChargeError;
use crate::debt::DebtPolicy;
use crate::reserve::{self, ReserveError};
use crate::service::SCHEMA;
use crate::settle::{self, Told};

/// Reserves and settles, in batches that form while the last one is at work.
pub struct Judge {
    db: Db,
    clock: Arc<dyn Clock>,
    debt: DebtPolicy,
    reservations: Queue<Reservation, Result<Reserved, ReserveError>>,
    settlements: Queue<Told, Result<Settled, ChargeError>>,
}

impl Judge {
    /// The judge over a store of its own, brought up to date: billing without its HTTP, as measurements want it.
    pub async fn over(store: &StoreUrl, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let db = Db::connect(store, SCHEMA).await?;
        db.migrate::<BillingMigrator>().await?;
        Ok(Self::new(db, clock, DebtPolicy::default()))
    }

    pub(crate) fn new(db: Db, clock: Arc<dyn Clock>, debt: DebtPolicy) -> Self {
        Self {
            db,
            clock,
            debt,
            reservations: Queue::new(),
            settlements: Queue::new(),
        }
    }

    /// Works until `stop`, and then on what waits already.
    pub fn start(&self, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let (db, clock, debt) = (self.db.clone(), Arc::clone(&self.clock), self.debt);
        let reservations = self
            .reservations
            .start("reservations", stop.clone(), move |asked| {
                let (db, clock) = (db.clone(), Arc::clone(&clock));
                async move { reserve::judge_all((&db, &*clock, debt), &asked).await }
            });
        let (db, clock) = (self.db.clone(), Arc::clone(&self.clock));
        let settlements = self
            .settlements
            .start("settlements", stop.clone(), move |told| {
                let (db, clock) = (db.clone(), Arc::clone(&clock));
                async move { settle::settle_all(&db, &*clock, &told).await }
            });
        vec![reservations, settlements]
    }

    /// Holds one unit, or says what stands in the way. A caller that stops waiting has reserved all the same.
    pub async fn reserve(&self, asked: Reservation) -> Result<Reserved, ReserveError> {
        reserve::check(&asked)?;
        self.reservations.ask(asked).await?
    }

    /// Ends a charge by the witness's word. A second call changes nothing and tells how it ended.
    pub async fn settle(&self, charge: ChargeId, verdict: Verdict) -> Result<Settled, ChargeError> {
        self.settlements.ask(Told { charge, verdict }).await?
    }
}
