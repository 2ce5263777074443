//! The charge headers of a billable answer (spec section 2).

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use client_billing::ChargeState;
use domain::{ChargeId, Units};
use http_kit::Problem;

/// `Charge-Id`, `Charge-State`, and `Balance-Remaining` where the judge was heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receipt {
    charge: ChargeId,
    state: ChargeState,
    remaining: Option<Units>,
}

impl Receipt {
    pub(super) const fn new(
        charge: ChargeId,
        state: ChargeState,
        remaining: Option<Units>,
    ) -> Self {
        Self {
            charge,
            state,
            remaining,
        }
    }

    /// A replay bears the charge under which its answer was first given.
    pub(super) fn in_favour_of(self, first: Option<ChargeId>) -> Self {
        Self {
            charge: first.unwrap_or(self.charge),
            ..self
        }
    }

    pub(super) fn on_problem(self, problem: Problem) -> Problem {
        self.headers()
            .into_iter()
            .flatten()
            .fold(problem, |problem, (name, value)| {
                problem.header(name, &value)
            })
    }

    pub(super) fn on_answer(self, answer: &mut HttpResponse) {
        for (name, value) in self.headers().into_iter().flatten() {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
    }

    fn headers(self) -> [Option<(&'static str, String)>; 3] {
        [
            Some(("charge-id", self.charge.to_string())),
            Some(("charge-state", self.state.as_str().to_owned())),
            self.remaining
                .map(|units| ("balance-remaining", units.to_string())),
        ]
    }
}
