//! Identify, authorise, gate: who calls, whether they may, and whether they may now.

use std::net::IpAddr;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use client_tenant::{KeyRecord, KeyUse};
use domain::Clock as _;
use http_kit::{Problem, kind};
use ipnet::IpNet;

use super::{Access, Admitted, Route, caller_of, request_id};
use crate::counters::{Account, Admission, Counters as _, Rate};
use crate::forward;
use crate::key_ring::KeyError;
use crate::origin;
use crate::state::State;

/// The rate a call was admitted under, told in the `RateLimit` headers; none on open routes and while the counters are away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    rate: Rate,
    remaining: u32,
}

/// Lets a call in or says why not.
pub(super) async fn admit(
    state: &State,
    request: &HttpRequest,
    route: &'static Route,
) -> Result<(Admitted, Option<Told>), Problem> {
    let request_id = request_id(request);
    let address = origin::of(request, &state.config.trusted_proxies);
    let mut admitted = Admitted {
        route,
        request_id,
        caller: internal_auth::Caller::Nobody,
        address: address.map(|ip| ip.to_string()),
        key: None,
    };
    if route.access == Access::OpenAtARate {
        by_address(state, address)?;
    }
    if matches!(route.access, Access::Open | Access::OpenAtARate) {
        return Ok((admitted, None));
    }
    let presented = forward::text(request.headers(), "x-api-key").ok_or_else(unauthorized)?;
    let key = state
        .keys
        .identify(&admitted.request_id, presented, state.config.clock.now())
        .await?;
    if !address_allowed(&key.allow_list, address) {
        return Err(Problem::new(&kind::FORBIDDEN)
            .value(admitted.address.clone().unwrap_or_default())
            .detail(
                "Call from an address on the key's allow list, or extend the list in the portal.",
            ));
    }
    admitted.caller = caller_of(route.access, Some(&key))?;
    let told = gate(state, &key).await?;
    note_use(state, &key, admitted.address.as_deref());
    admitted.key = Some(key);
    Ok((admitted, told))
}

/// Public work, so often a minute for each address, counted by this gateway.
fn by_address(state: &State, address: Option<IpAddr>) -> Result<(), Problem> {
    let per_minute = state.config.limits.verifications_per_minute;
    let now = state.config.clock.now();
    match state.addresses.admit(address, per_minute, now) {
        Ok(()) => Ok(()),
        Err(wait) => Err(Problem::new(&kind::RATE_LIMITED)
            .detail(format!(
                "Wait a little: {per_minute} files a minute are verified for one address; with an API key it is more."
            ))
            .retry_after(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))),
    }
}

async fn gate(state: &State, key: &KeyRecord) -> Result<Option<Told>, Problem> {
    let limits = state.config.limits;
    let per_second = key.rate_per_second.unwrap_or(limits.rate_per_second);
    let rate = Rate {
        per_second,
        // What was set counts as it is; the server's own burst is never less than what a second allows.
        burst: key.burst.unwrap_or(limits.burst.max(per_second)),
    };
    let account = Account {
        tenant: key.tenant,
        mode: key.mode,
    };
    let now = state.config.clock.now();
    let admission = match state.counters.admit(account, key.key, rate, now).await {
        Ok(admission) => Ok(admission),
        Err(error) => {
            metrics::counter!("gateway_counters_unreachable_total").increment(1);
            tracing::warn!(%error, "a rate is counted by this gateway alone");
            state.local_rates.admit(account, key.key, rate, now).await
        }
    };
    match admission {
        Ok(Admission::Admitted { remaining }) => Ok(Some(Told { rate, remaining })),
        Ok(Admission::Refused { retry_after }) => {
            let seconds = u32::try_from(retry_after.as_secs())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let problem = Problem::new(&kind::RATE_LIMITED)
                .detail(format!(
                    "Slow down to {per_second} calls a second, or ask for a higher limit."
                ))
                .retry_after(seconds);
            Err(tell_problem(problem, Some(Told { rate, remaining: 0 })))
        }
        // A rate is no promise: the judge still counts units.
        Err(_) => Ok(None),
    }
}

fn address_allowed(allow_list: &[String], address: Option<IpAddr>) -> bool {
    allow_list.is_empty()
        || address.is_some_and(|ip| {
            allow_list.iter().any(|entry| {
                entry.parse::<IpNet>().map_or_else(
                    |_| entry.parse::<IpAddr>() == Ok(ip),
                    |net| net.contains(&ip),
                )
            })
        })
}

fn note_use(state: &State, key: &KeyRecord, address: Option<&str>) {
    let seen = KeyUse {
        key: key.key,
        at: state.config.clock.now(),
        address: address.unwrap_or_default().to_owned(),
    };
    let mut uses = state
        .uses
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    match uses.iter_mut().find(|earlier| earlier.key == seen.key) {
        Some(earlier) => *earlier = seen,
        None => uses.push(seen),
    }
}

/// One body for a key that is missing, malformed, unknown, revoked or expired.
pub(super) fn unauthorized() -> Problem {
    Problem::new(&kind::UNAUTHORIZED)
        .detail("Send a valid API key in the header x-api-key; keys are issued in the portal.")
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Invalid => unauthorized(),
            KeyError::ApiNotActive => {
                Self::new(&kind::API_NOT_ACTIVE).detail("Activate the API in the portal first.")
            }
            KeyError::Unknown(_) => Self::because(&kind::UNAVAILABLE, error)
                .detail("The key cannot be checked at the moment; try again.")
                .retry_after(1),
        }
    }
}

/// Adds `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
pub(super) fn tell(mut answer: HttpResponse, told: Option<Told>) -> HttpResponse {
    if let Some(told) = told {
        for (name, value) in headers(told) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
    }
    answer
}

pub(super) fn tell_problem(problem: Problem, told: Option<Told>) -> Problem {
    told.map(headers)
        .into_iter()
        .flatten()
        .fold(problem, |problem, (name, value)| {
            problem.header(name, &value)
        })
}

fn headers(Told { rate, remaining }: Told) -> [(&'static str, String); 2] {
    [
        ("ratelimit", format!("\"key\";r={remaining};t=1")),
        (
            "ratelimit-policy",
            format!("\"key\";q={};w=1;burst={}", rate.per_second, rate.burst),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allow_list_takes_addresses_and_ranges() {
        let list = ["10.0.0.0/8".to_owned(), "2001:db8::1".to_owned()];
        let allowed = |ip: &str| address_allowed(&list, Some(ip.parse().unwrap()));
        assert!(allowed("10.1.2.3"));
        assert!(allowed("2001:db8::1"));
        assert!(!allowed("11.0.0.1"));
        assert!(!address_allowed(&list, None));
        assert!(address_allowed(&[], None));
    }
}
