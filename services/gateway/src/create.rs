//! A create, from the hold of one unit to the receipt: reserve -> forward -> settle.
//!
//! A unit is sold only by billing's committed row, and only signing's own verdict settles it. Whatever fails in between, this
//! file ends in one of three words to the caller: `committed`, `released`, or `in_doubt` where the witness cannot be asked now.

mod outcome;
mod receipt;
mod reserve;

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use client_billing::{CallError, ChargeState};
use client_signing::{ChargeRecord, Tombstone};
use client_tenant::KeyRecord;
use domain::{ChargeId, Units};
use http_kit::{Problem, kind};
use internal_auth::{ServiceName, Ticket, TicketKind};

use crate::api::Admitted;
use crate::failpoint;
use crate::forward::{self, Forwarder, Outgoing};
use crate::state::State;
use outcome::{Outcome, Whole};
use receipt::Receipt;
use reserve::Standing;

/// A third of a lease (30 s), so that two renewals may be lost.
const RENEW_LEASE_EVERY: Duration = Duration::from_secs(10);
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest `Idempotency-Key` (spec section 2).
const MAX_IDEMPOTENCY_KEY_CHARS: usize = 255;

/// One attempt at a create.
pub(crate) struct Attempt {
    state: Data<State>,
    forwarder: Data<Forwarder>,
    admitted: Admitted,
    key: std::sync::Arc<KeyRecord>,
    charge: ChargeId,
    /// Under what a repeat finds this attempt.
    asked: String,
    idempotent: bool,
}

/// Answers a create. It runs to its end even when the caller hangs up, so that no hold waits for a lease to lapse.
pub(crate) async fn create(
    state: Data<State>,
    forwarder: Data<Forwarder>,
    request: HttpRequest,
    body: Payload,
    admitted: Admitted,
) -> Result<HttpResponse, Problem> {
    let key = admitted
        .key
        .clone()
        .ok_or_else(|| Problem::new(&kind::UNAUTHORIZED))?;
    let idempotency_key = idempotency_key(&request)?;
    let attempt = Attempt {
        idempotent: idempotency_key.is_some(),
        asked: idempotency_key.unwrap_or_else(|| format!("gateway:{}", ChargeId::generate())),
        charge: ChargeId::generate(),
        state,
        forwarder,
        admitted,
        key,
    };
    let span = tracing::Span::current();
    let run =
        tracing::Instrument::instrument(async move { attempt.run(request, body).await }, span);
    actix_web::rt::spawn(run)
        .await
        .unwrap_or_else(|cause| Err(Problem::because(&kind::INTERNAL, cause)))
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(header) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = String::from_utf8_lossy(header.as_bytes()).into_owned();
    if key.is_empty() || MAX_IDEMPOTENCY_KEY_CHARS < key.chars().count() {
        return Err(Problem::new(&kind::INVALID_FIELD)
            .value(format!(
                "/Idempotency-Key: 1 to {MAX_IDEMPOTENCY_KEY_CHARS} characters"
            ))
            .detail(format!(
                "Send an Idempotency-Key of 1 to {MAX_IDEMPOTENCY_KEY_CHARS} characters."
            )));
    }
    Ok(Some(key))
}

impl Attempt {
    async fn run(self, request: HttpRequest, body: Payload) -> Result<HttpResponse, Problem> {
        match self.reserve().await? {
            Standing::Held { available } => {
                failpoint::pause("gateway::held").await;
                let whole = self.forward_leased(&request, body).await;
                self.settle_held(whole, available).await
            }
            Standing::Replay { charge, available } => {
                let whole = self
                    .forward(
                        &request,
                        body,
                        Ticket {
                            charge,
                            kind: TicketKind::ReplayOnly,
                        },
                    )
                    .await;
                Ok(outcome::replay(
                    &whole?,
                    Receipt::new(charge, ChargeState::Committed, Some(available)),
                ))
            }
            Standing::Empty => {
                let ticket = Ticket {
                    charge: self.charge,
                    kind: TicketKind::NoCharge,
                };
                let whole = self.forward(&request, body, ticket).await?;
                self.without_a_unit(&whole).await
            }
        }
    }

    /// Forwards while keeping the lease on the hold alive.
    async fn forward_leased(
        &self,
        request: &HttpRequest,
        body: Payload,
    ) -> Result<Whole, forward::ForwardError> {
        let ticket = Ticket {
            charge: self.charge,
            kind: TicketKind::Held,
        };
        tokio::select! {
            whole = self.forward(request, body, ticket) => whole,
            never = self.keep_lease() => match never {},
        }
    }

    async fn keep_lease(&self) -> Infallible {
        let mut due = tokio::time::interval(RENEW_LEASE_EVERY);
        due.tick().await;
        loop {
            due.tick().await;
            let renewal = self
                .state
                .billing
                .renew_lease(&self.admitted.request_id, self.charge);
            // Short of the interval, so that one that hangs costs one renewal and not two.
            if !matches!(
                tokio::time::timeout(RENEWAL_TIMEOUT, renewal).await,
                Ok(Ok(_))
            ) {
                tracing::warn!(charge = %self.charge, "a lease was not renewed");
            }
        }
    }

    async fn forward(
        &self,
        request: &HttpRequest,
        body: Payload,
        ticket: Ticket,
    ) -> Result<Whole, forward::ForwardError> {
        let call = self.admitted.call(Some(ticket));
        let outgoing = Outgoing {
            service: ServiceName::Signing,
            incoming: request,
            path: None,
            call,
        };
        let answer = self
            .forwarder
            .send(outgoing, body, self.state.config.clock.now())
            .await?;
        outcome::read_whole(answer).await
    }

    async fn settle_held(
        &self,
        whole: Result<Whole, forward::ForwardError>,
        available: Units,
    ) -> Result<HttpResponse, Problem> {
        match outcome::judge(whole) {
            Outcome::Registered(whole) => {
                failpoint::pause("gateway::registered").await;
                self.settle_later(domain::Verdict::Registered);
                Ok(outcome::answer(
                    &whole,
                    Receipt::new(self.charge, ChargeState::Committed, Some(available)),
                ))
            }
            Outcome::NotRegistered(verdict, whole) => {
                let receipt = self.release(verdict).await;
                Ok(outcome::answer(
                    &whole,
                    receipt.in_favour_of(whole.first_charge),
                ))
            }
            Outcome::Unknown(problem) => self.resolve_doubt(problem, available).await,
        }
    }

    /// Before any 5xx: signing ends the charge, unless the registration had won.
    async fn resolve_doubt(
        &self,
        problem: Problem,
        available: Units,
    ) -> Result<HttpResponse, Problem> {
        match self.tombstone().await {
            Ok(record) if record.verdict.commits() => {
                self.settle_later(record.verdict);
                Ok(outcome::registered_after_all(
                    &record,
                    Receipt::new(self.charge, ChargeState::Committed, Some(available)),
                ))
            }
            Ok(record) => Err(self.release(record.verdict).await.on_problem(problem)),
            Err(error) => {
                tracing::warn!(%error, charge = %self.charge, "the witness cannot be asked; the charge is in doubt");
                if let Err(error) = self
                    .state
                    .billing
                    .doubt(&self.admitted.request_id, self.charge)
                    .await
                {
                    tracing::warn!(%error, charge = %self.charge, "the doubt was not noted; the lapsing lease will tell");
                }
                Err(Receipt::new(self.charge, ChargeState::InDoubt, None).on_problem(problem))
            }
        }
    }

    async fn tombstone(&self) -> Result<ChargeRecord, CallError> {
        let owner = Tombstone {
            tenant: self.key.tenant,
            mode: self.key.mode,
        };
        self.state
            .signing
            .tombstone(&self.admitted.request_id, self.charge, owner)
            .await
    }

    /// Off the hot path: the verdict stands in signing, so that a settlement lost here is found by billing's sweeper.
    fn settle_later(&self, verdict: domain::Verdict) {
        let (billing, charge, id) = (
            self.state.billing.clone(),
            self.charge,
            self.admitted.request_id.clone(),
        );
        telemetry::spawn("settle a charge", async move {
            failpoint::pause("gateway::before_settlement").await;
            if let Err(error) = billing.settle(&id, charge, verdict).await {
                tracing::warn!(%error, %charge, "a charge was not settled; the lapsing lease will have it swept");
            }
        });
    }

    async fn release(&self, verdict: domain::Verdict) -> Receipt {
        match self
            .state
            .billing
            .settle(&self.admitted.request_id, self.charge, verdict)
            .await
        {
            Ok(settled) => Receipt::new(self.charge, settled.state, Some(settled.available)),
            Err(error) => {
                // The verdict is final, so that the word stands though billing will only hear it from its sweeper.
                tracing::warn!(%error, charge = %self.charge, "a release was not settled; the lapsing lease will have it swept");
                Receipt::new(self.charge, ChargeState::Released, None)
            }
        }
    }

    /// The call went on without a unit. Where it would have registered, the judge has the last word.
    async fn without_a_unit(&self, whole: &Whole) -> Result<HttpResponse, Problem> {
        if !whole.would_register {
            return Ok(outcome::without_charge(whole));
        }
        let KeyRecord { tenant, mode, .. } = *self.key;
        let standing = self
            .state
            .billing
            .standing(&self.admitted.request_id, tenant, mode, Some(&self.asked))
            .await
            .map_err(|e| Problem::because(&kind::UNAVAILABLE, e).retry_after(1))?;
        if standing.hold.is_some() {
            return Err(in_flight());
        }
        if standing.debt_blocks {
            return Err(self.owing(&standing));
        }
        if Units::ZERO < standing.available || Units::ZERO < standing.held {
            return Err(Problem::new(&kind::UNAVAILABLE)
                .detail("The last signature requests are being decided; try again in a moment.")
                .retry_after(1));
        }
        tracing::info!(%tenant, %mode, available = %standing.available, held = %standing.held, charge = %self.charge, "402: nothing is left");
        let portal = self.billing_page();
        Err(Problem::new(&kind::EXHAUSTED)
            .value(standing.available.count())
            .detail(format!("Buy signature requests at {portal} and send the call again; the same Idempotency-Key may be used."))
            .header("balance-remaining", &standing.available.to_string()))
    }

    /// The tenant owes units, and its operator lets nothing new be registered before they are paid.
    fn owing(&self, standing: &client_billing::Standing) -> Problem {
        let (tenant, debt) = (self.key.tenant, standing.debt);
        tracing::info!(%tenant, %debt, charge = %self.charge, "402: debt stands in the way");
        let mend = if standing.purchase_pays_debt {
            let portal = self.billing_page();
            format!("Buy at least as many at {portal}: a purchase pays them first.")
        } else {
            "Ask the operator of this server how to pay for them.".to_owned()
        };
        Problem::new(&kind::DEBT)
            .value(debt.count())
            .detail(format!(
                "{debt} signature requests were used whose payment went back. {mend} Then send the same call again; the same Idempotency-Key may be used."
            ))
            .header("balance-remaining", &standing.available.to_string())
    }

    fn billing_page(&self) -> String {
        let page = self.state.config.portal_url.join("billing");
        page.map(String::from).unwrap_or_default()
    }
}

fn in_flight() -> Problem {
    Problem::new(&kind::IDEMPOTENCY_IN_FLIGHT)
        .detail("The first call with this Idempotency-Key is not decided yet; send it again in a moment.")
        .retry_after(1)
}
