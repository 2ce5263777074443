//! Money as a whole number of minor units and its currency.

use thiserror::Error;

/// Not a currency we sell in.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("we do not sell in this currency")]
pub struct UnknownCurrency;

/// A currency we sell in (ISO 4217, lower case as Stripe writes it).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Currency {
    Eur,
}

impl Currency {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eur => "eur",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownCurrency> {
        match text {
            "eur" => Ok(Self::Eur),
            _ => Err(UnknownCurrency),
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
crate::id::text_newtype!(Currency, UnknownCurrency);

/// An amount: 49 EUR is `{ minor: 4900, currency: eur }`.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub struct Money {
    /// Cents.
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn eur(minor: i64) -> Self {
        Self {
            minor,
            currency: Currency::Eur,
        }
    }
}
