//! The first step of a create: one unit held by the judge, or why not.

use std::time::Duration;

use client_billing::{CallError, ChargeState, Operation, Reservation, Reserved};
use domain::{ChargeId, Units};
use http_kit::{Problem, kind};

use super::outcome;
use super::receipt::Receipt;
use super::{Attempt, in_flight};

/// How long a create waits for held units to come back before it goes on without one.
const WAIT_FOR_UNITS: Duration = Duration::from_secs(1);
const WAIT_STEP: Duration = Duration::from_millis(100);
/// A repeat that meets its settled predecessor reserves anew; it cannot meet one for ever.
const MAX_RESERVATIONS: usize = 50;

/// What the reservation came to.
pub(super) enum Standing {
    Held {
        available: Units,
    },
    /// Committed before: answer as then, under that charge.
    Replay {
        charge: ChargeId,
        available: Units,
    },
    Empty,
}

impl Attempt {
    pub(super) async fn reserve(&self) -> Result<Standing, Problem> {
        let mut waited = Duration::ZERO;
        for _ in 0..MAX_RESERVATIONS {
            match self.ask_judge().await? {
                Reserved::Held { available } => return Ok(Standing::Held { available }),
                Reserved::Committed { charge, available } => {
                    return Ok(Standing::Replay { charge, available });
                }
                // Asked twice, and swept in between: this attempt is over, and nothing was sold.
                Reserved::Unsettled { charge, state } if charge == self.charge => {
                    return Err(Receipt::new(charge, state, None).on_problem(outcome::ended()));
                }
                Reserved::Unsettled { charge, .. } => self.settle_predecessor(charge).await?,
                Reserved::Expired { .. } => {
                    return Err(Problem::new(&kind::IDEMPOTENCY_EXPIRED)
                        .value(self.asked.clone())
                        .detail("Use a new Idempotency-Key, and look the old charge up at /v1/charges?idempotencyKey=."));
                }
                Reserved::Exhausted { held } if Units::ZERO < held && waited < WAIT_FOR_UNITS => {
                    tokio::time::sleep(WAIT_STEP).await;
                    waited += WAIT_STEP;
                }
                Reserved::Exhausted { .. } => return Ok(Standing::Empty),
            }
        }
        Err(in_flight())
    }

    /// A lost reply is asked again with the same charge id, and gets the same answer.
    async fn ask_judge(&self) -> Result<Reserved, Problem> {
        let reservation = Reservation {
            charge: self.charge,
            tenant: self.key.tenant,
            mode: self.key.mode,
            key: self.key.key,
            operation: Operation::Create,
            request_id: self.asked.clone(),
            idempotent: self.idempotent,
        };
        let id = &self.admitted.request_id;
        match self.state.billing.reserve(id, &reservation).await {
            Err(CallError::Unreachable { .. }) => {
                match self.state.billing.reserve(id, &reservation).await {
                    Err(cause) => Err(self.no_judge(cause).await),
                    Ok(reserved) => Ok(reserved),
                }
            }
            Err(cause) => Err(self.no_judge(cause).await),
            Ok(reserved) => Ok(reserved),
        }
    }

    /// Nothing was forwarded. With a tombstone in place nothing ever will register under this charge, so that it is as good as
    /// released, whether billing holds a unit for it or not.
    async fn no_judge(&self, cause: CallError) -> Problem {
        let state = match self.tombstone().await {
            Ok(_) => ChargeState::Released,
            Err(_) => ChargeState::InDoubt,
        };
        Receipt::new(self.charge, state, None).on_problem(
            Problem::because(&kind::UNAVAILABLE, cause)
                .detail("Try again in a moment; nothing was registered.")
                .retry_after(1),
        )
    }

    /// The request id meets a hold without an outcome: the witness knows, or the first call still runs.
    async fn settle_predecessor(&self, charge: ChargeId) -> Result<(), Problem> {
        let id = &self.admitted.request_id;
        let record = self
            .state
            .signing
            .charge(id, charge)
            .await
            .map_err(|e| Problem::because(&kind::UNAVAILABLE, e).retry_after(1))?;
        let Some(record) = record else {
            return Err(in_flight());
        };
        self.state
            .billing
            .settle(id, charge, record.verdict)
            .await
            .map_err(|e| Problem::because(&kind::UNAVAILABLE, e).retry_after(1))?;
        Ok(())
    }
}
