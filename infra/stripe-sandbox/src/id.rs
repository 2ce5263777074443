//! Identifiers in Stripe's form: a prefix that names the kind, then random letters and digits.

use std::fmt;

use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};

macro_rules! stripe_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $letters:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(String);

        impl $name {
            pub(crate) fn generate() -> Self {
                Self(format!("{}{}", $prefix, Alphanumeric.sample_string(&mut rand::rng(), $letters)))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

stripe_id!(
    /// A Checkout Session. Unguessable, since its page is opened by whoever holds the address.
    SessionId, "cs_test_", 58
);
stripe_id!(
    /// A payment intent.
    IntentId, "pi_", 24
);
stripe_id!(
    /// The charge of a payment intent that succeeded.
    ChargeId, "ch_", 24
);
stripe_id!(
    /// The card a person paid with.
    PaymentMethodId, "pm_", 24
);
stripe_id!(
    /// A refund.
    RefundId, "re_", 24
);
stripe_id!(
    /// A dispute.
    DisputeId, "du_", 24
);
stripe_id!(
    /// An event.
    EventId, "evt_", 24
);
stripe_id!(
    /// One API request; the answer carries it as `Request-Id`.
    RequestId, "req_", 14
);

/// The part of a client secret that is not the id it belongs to.
pub(crate) fn secret_suffix() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 25)
}
