//! Lists in Stripe's form: newest first, a page at a time, with cursors and filters.

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::cashier::{Cashier, expands_intent};
use crate::event::Event;
use crate::params::Params;
use crate::payment_intent::PaymentIntent;
use crate::reversal::{Dispute, Refund};
use crate::session::Session;
use crate::store::{Records, Store};

const PAGE_ROWS: i64 = 10;
const LARGEST_PAGE_ROWS: i64 = 100;

pub(crate) fn sessions(
    cashier: &Cashier,
    store: &Store,
    mut params: Params,
) -> Result<Value, ApiError> {
    let expand = expands_intent(&mut params)?;
    let intent = params.take("payment_intent");
    let status = params.take_one_of("status", &["open", "complete", "expired"])?;
    let paging = Paging::take(&mut params, "/v1/checkout/sessions")?;
    params.finish()?;
    let wanted = |session: &Session| {
        paging.created.holds(session.created_s)
            && intent.as_ref().is_none_or(|id| {
                session
                    .payment_intent
                    .as_ref()
                    .is_some_and(|of| of.as_ref() == id)
            })
            && status
                .as_ref()
                .is_none_or(|status| session.status.as_str() == status)
    };
    paging.page(&store.sessions, wanted, |session| {
        cashier.session_json(store, session, expand)
    })
}

pub(crate) fn intents(_: &Cashier, store: &Store, mut params: Params) -> Result<Value, ApiError> {
    let paging = Paging::take(&mut params, "/v1/payment_intents")?;
    params.finish()?;
    let wanted = |intent: &PaymentIntent| paging.created.holds(intent.created_s);
    paging.page(&store.intents, wanted, PaymentIntent::to_json)
}

pub(crate) fn events(_: &Cashier, store: &Store, mut params: Params) -> Result<Value, ApiError> {
    let mut kinds = params.take_list("types");
    kinds.extend(params.take("type"));
    let paging = Paging::take(&mut params, "/v1/events")?;
    params.finish()?;
    let wanted = |event: &Event| {
        paging.created.holds(event.created.seconds())
            && (kinds.is_empty() || kinds.iter().any(|kind| kind == event.kind.as_str()))
    };
    paging.page(&store.events, wanted, Event::to_json)
}

pub(crate) fn refunds(_: &Cashier, store: &Store, mut params: Params) -> Result<Value, ApiError> {
    let intent = params.take("payment_intent");
    let paging = Paging::take(&mut params, "/v1/refunds")?;
    params.finish()?;
    let wanted = |refund: &Refund| {
        paging.created.holds(refund.created_s)
            && intent
                .as_ref()
                .is_none_or(|id| refund.intent.as_ref() == id)
    };
    paging.page(&store.refunds, wanted, Refund::to_json)
}

pub(crate) fn disputes(_: &Cashier, store: &Store, mut params: Params) -> Result<Value, ApiError> {
    let intent = params.take("payment_intent");
    let paging = Paging::take(&mut params, "/v1/disputes")?;
    params.finish()?;
    let wanted = |dispute: &Dispute| {
        paging.created.holds(dispute.created_s)
            && intent
                .as_ref()
                .is_none_or(|id| dispute.intent.as_ref() == id)
    };
    paging.page(&store.disputes, wanted, Dispute::to_json)
}

/// `created`, exact or as a range, in seconds.
#[derive(Default)]
struct Created {
    exactly: Option<i64>,
    from: Option<i64>,
    after: Option<i64>,
    to: Option<i64>,
    before: Option<i64>,
}

impl Created {
    fn take(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            exactly: params.take_integer("created")?,
            from: params.take_integer("created[gte]")?,
            after: params.take_integer("created[gt]")?,
            to: params.take_integer("created[lte]")?,
            before: params.take_integer("created[lt]")?,
        })
    }

    fn holds(&self, at: i64) -> bool {
        self.exactly.is_none_or(|exactly| at == exactly)
            && self.from.is_none_or(|from| from <= at)
            && self.after.is_none_or(|after| after < at)
            && self.to.is_none_or(|to| at <= to)
            && self.before.is_none_or(|before| at < before)
    }
}

struct Paging {
    url: &'static str,
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
    created: Created,
}

impl Paging {
    fn take(params: &mut Params, url: &'static str) -> Result<Self, ApiError> {
        let limit = params.take_integer("limit")?.unwrap_or(PAGE_ROWS);
        if !(1..=LARGEST_PAGE_ROWS).contains(&limit) {
            return Err(ApiError::invalid(
                "limit",
                format!("Invalid limit: between 1 and {LARGEST_PAGE_ROWS}"),
            ));
        }
        let paging = Self {
            url,
            limit: usize::try_from(limit).unwrap_or_default(),
            starting_after: params.take("starting_after"),
            ending_before: params.take("ending_before"),
            created: Created::take(params)?,
        };
        if paging.starting_after.is_some() && paging.ending_before.is_some() {
            let message = "You can only use one of `starting_after` and `ending_before`.";
            return Err(ApiError::invalid("ending_before", message));
        }
        Ok(paging)
    }

    fn page<T>(
        &self,
        records: &Records<T>,
        wanted: impl Fn(&T) -> bool,
        to_json: impl Fn(&T) -> Value,
    ) -> Result<Value, ApiError> {
        let place = |param: &str, id: &String| {
            records
                .place(id)
                .ok_or_else(|| ApiError::no_such("object", param, id))
        };
        let all = records.all();
        let mut rows: Vec<&T>;
        let has_more;
        if let Some(id) = &self.ending_before {
            // The page just above the cursor: the oldest of what is newer, then turned round.
            let newer = all.iter().skip(place("ending_before", id)? + 1);
            rows = newer
                .filter(|record| wanted(record))
                .take(self.limit + 1)
                .collect();
            has_more = self.limit < rows.len();
            rows.truncate(self.limit);
            rows.reverse();
        } else {
            let end = self
                .starting_after
                .as_ref()
                .map_or(Ok(all.len()), |id| place("starting_after", id))?;
            rows = all
                .iter()
                .take(end)
                .rev()
                .filter(|record| wanted(record))
                .take(self.limit + 1)
                .collect();
            has_more = self.limit < rows.len();
            rows.truncate(self.limit);
        }
        let data: Vec<Value> = rows.into_iter().map(to_json).collect();
        Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": self.url }))
    }
}
