//! What the gateway asks of `billing`, and the words it asks in. The words are `billing`'s own: its routes use these types.

mod operator;

pub use domain::Operation;
use domain::{ApiKeyId, ChargeId, Mode, TenantId, Timestamp, Units, Verdict};
pub use operator::{
    DayMoney, Difference, ReconcileIn, Reconciliation, Reconciliations, RefundIn, RefundState,
    RefundView, RefundsView, Tally,
};
use serde::{Deserialize, Serialize};
pub use service_client::{CallError, Transport};
use utoipa::ToSchema;

/// Asks for one unit to be held.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The attempt's own id: a lost reply is asked again with the same.
    pub charge: ChargeId,
    pub tenant: TenantId,
    pub mode: Mode,
    pub key: ApiKeyId,
    pub operation: Operation,
    /// The caller's `Idempotency-Key`, else the gateway's own request id; up to 255 characters.
    pub request_id: String,
    /// Whether `request_id` is the caller's: only then can it come again.
    pub idempotent: bool,
}

/// The judge's answer to a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "answer",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Reserved {
    /// One unit is held under the asked charge.
    Held { available: Units },
    /// The request id was committed before, inside the replay window: forward as replay only, under `charge`.
    Committed { charge: ChargeId, available: Units },
    /// The request id meets a hold without a verdict yet, or this very charge was released before (`state` says which):
    /// ask the witness, settle, and come again with a new charge.
    Unsettled {
        charge: ChargeId,
        state: ChargeState,
    },
    /// The request id was committed before the replay window.
    Expired { charge: ChargeId },
    /// Nothing is available; `held` units may come back.
    Exhausted { held: Units },
}

/// What became of a charge, as clients read it in `Charge-State`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeState {
    Held,
    InDoubt,
    Committed,
    Released,
}

impl ChargeState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::InDoubt => "in_doubt",
            Self::Committed => "committed",
            Self::Released => "released",
        }
    }
}

/// The witness's word on a charge.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Settlement {
    pub verdict: Verdict,
}

/// A charge after an act on it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    pub state: ChargeState,
    /// The balance after this charge's outcome.
    pub available: Units,
}

/// An account's balance.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    pub available: Units,
    pub held: Units,
    /// Held, in doubt and committed units: what was ever used.
    pub used: Units,
    /// Units that were used though their money went back.
    #[serde(default)]
    pub debt: Units,
    /// Debt stands in the way: nothing new is registered, whatever is available.
    #[serde(default)]
    pub debt_blocks: bool,
    /// Whether the next purchase pays the debt with its units first.
    #[serde(default)]
    pub purchase_pays_debt: bool,
    /// A hold that lives under the asked request id.
    pub hold: Option<LiveHold>,
}

/// A hold that a request id meets.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveHold {
    pub charge: ChargeId,
    pub state: ChargeState,
}

/// How long a lease on a hold runs on after it was renewed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leased {
    pub until: Timestamp,
}

/// What the last complete check of the books found, over all accounts; both numbers are zero, or there is an alarm.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exactness {
    /// Units that were registered without being paid for.
    pub over_sold: Units,
    /// Units by which two views of the books differ.
    pub drift: Units,
    /// None: no check was complete yet.
    pub checked_at: Option<Timestamp>,
    pub accounts: i64,
}

/// The service answers, and so does its store.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Health {
    pub service: String,
    pub version: String,
}

/// An acknowledgement without content.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {}

/// Calls `billing`.
#[derive(Clone)]
pub struct BillingClient(Transport);

impl BillingClient {
    pub const fn new(transport: Transport) -> Self {
        Self(transport)
    }

    pub async fn reserve(
        &self,
        request_id: &str,
        reservation: &Reservation,
    ) -> Result<Reserved, CallError> {
        self.0
            .post(request_id, "/internal/reservations", reservation)
            .await
    }

    pub async fn settle(
        &self,
        request_id: &str,
        charge: ChargeId,
        verdict: Verdict,
    ) -> Result<Settled, CallError> {
        self.0
            .post(
                request_id,
                &format!("/internal/charges/{charge}/settlement"),
                &Settlement { verdict },
            )
            .await
    }

    /// Says that nobody knows what became of the charge; the sweeper will ask the witness.
    pub async fn doubt(&self, request_id: &str, charge: ChargeId) -> Result<Settled, CallError> {
        self.0
            .post(
                request_id,
                &format!("/internal/charges/{charge}/doubt"),
                &(),
            )
            .await
    }

    /// Keeps a hold from falling into doubt while a body still streams.
    pub async fn renew_lease(
        &self,
        request_id: &str,
        charge: ChargeId,
    ) -> Result<Leased, CallError> {
        self.0
            .post(
                request_id,
                &format!("/internal/charges/{charge}/lease"),
                &(),
            )
            .await
    }

    /// Whether the books are exact.
    pub async fn exactness(&self, request_id: &str) -> Result<Exactness, CallError> {
        self.0.get(request_id, "/internal/exactness").await
    }

    /// The balance, with the hold under `asked` (an operation's request id) where there is one.
    pub async fn standing(
        &self,
        request_id: &str,
        tenant: TenantId,
        mode: Mode,
        asked: Option<&str>,
    ) -> Result<Standing, CallError> {
        let path = format!("/internal/balances/{tenant}/{mode}");
        let asked = asked
            .map(|id| format!("?requestId={}", encoded(id)))
            .unwrap_or_default();
        self.0.get(request_id, &format!("{path}{asked}")).await
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
