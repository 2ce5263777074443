//! Money, for the operator: refunds with their reasons, and each day's comparison with Stripe. What billing says and does, behind the operator's password.

use actix_web::http::{Method, header};
use actix_web::web::Payload;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev};
use client_billing::{
    DayMoney, Difference, Reconciliation, Reconciliations, RefundView, RefundsView,
};
use http_kit::{Problem, kind};
use internal_auth::ServiceName;

use super::page::{html, moment};
use super::{ask, whole};
use crate::forward::{self, Forwarder};
use crate::reference::escaped;
use crate::state::State;

const PAGE: &str = "/billing";
const REFUNDS: &str = "/internal/operator/refunds";
const DAYS: &str = "/internal/operator/reconciliations";

/// What a path of the surface is about.
pub(super) enum Place {
    Page,
    /// The form of the page.
    Form,
    Refunds,
    Days,
}

impl Place {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            PAGE => Some(Self::Page),
            "/billing/refunds" => Some(Self::Form),
            "/billing/refunds.json" => Some(Self::Refunds),
            "/billing/reconciliations.json" => Some(Self::Days),
            _ => None,
        }
    }
}

/// Shows the page, or has billing do what is asked.
pub(super) async fn act(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
    place: &Place,
) -> Result<HttpResponse, Problem> {
    let allowed = match place {
        Place::Page => "GET",
        Place::Form => "POST",
        Place::Refunds | Place::Days => "GET, POST",
    };
    let method = call.0.method();
    if ![Method::GET, Method::POST].contains(method) || !allowed.contains(method.as_str()) {
        return Err(Problem::new(&kind::METHOD_NOT_ALLOWED).header("allow", allowed));
    }
    let request = call.0;
    let path = match place {
        Place::Days => DAYS,
        Place::Page | Place::Form | Place::Refunds => REFUNDS,
    };
    let mut answer = ask(state, forwarder, call, (ServiceName::Billing, path)).await?;
    match place {
        Place::Page => {
            let bytes = whole(&mut answer).await?;
            let refunds: RefundsView =
                serde_json::from_slice(&bytes).map_err(|e| Problem::because(&kind::UPSTREAM, e))?;
            let nothing = Payload::from_request(request, &mut dev::Payload::None).await;
            let nothing = nothing.map_err(|_never| Problem::new(&kind::INTERNAL))?;
            let days = (ServiceName::Billing, DAYS);
            let mut answer = ask(state, forwarder, (request, nothing), days).await?;
            let days: Reconciliations = serde_json::from_slice(&whole(&mut answer).await?)
                .map_err(|e| Problem::because(&kind::UPSTREAM, e))?;
            Ok(html(&page(&refunds, &days)))
        }
        Place::Form if answer.status().is_success() => Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, PAGE))
            .finish()),
        Place::Form | Place::Refunds | Place::Days => Ok(forward::stream_back(answer)),
    }
}

fn page(refunds: &RefundsView, days: &Reconciliations) -> String {
    let days: String = days.items.iter().map(day).collect();
    let rows: String = refunds.items.iter().map(row).collect();
    let list = if rows.is_empty() {
        "<p>No refund was ordered yet.</p>".to_owned()
    } else {
        format!(
            "<table><thead><tr><th>Purchase</th><th>Amount</th><th>State</th><th>Reason</th><th>Units taken</th><th>Debt</th></tr></thead>\
             <tbody>{rows}</tbody></table>"
        )
    };
    format!(
        "<main><h1>Billing</h1><h2>Refund a purchase</h2>{}{}<h2>Refunds</h2>{list}<h2>Days compared with Stripe</h2><ul>{days}</ul></main>",
        form("Refund all that is left", ""),
        form(
            "Refund a part",
            "<label>Minor units, tax included <input name=\"amountMinor\" type=\"number\" min=\"1\" required></label> "
        ),
    )
}

/// `more` is HTML.
fn form(act: &str, more: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/billing/refunds\"><p><label>Purchase <input name=\"purchase\" placeholder=\"pur_…\" required></label> {more}\
         <label>Reason <input name=\"reason\" maxlength=\"500\" required></label> <button>{act}</button></p></form>"
    )
}

fn row(refund: &RefundView) -> String {
    let amount = refund.amount_minor.map_or_else(
        || "all".to_owned(),
        |minor| format!("{minor} {}", refund.currency),
    );
    let refusal = refund.refusal.as_ref().map_or_else(String::new, |why| {
        format!("<small class=\"bad\">{}</small>", escaped(why))
    });
    format!(
        "<tr><td><code>{}</code><small>{} · {}</small></td><td data-of=\"Amount\">{amount}</td><td data-of=\"State\">{}{refusal}</td>\
         <td data-of=\"Reason\">{}</td><td data-of=\"Units taken\">{}</td><td data-of=\"Debt\">{}</td></tr>",
        refund.purchase,
        refund.tenant,
        moment(refund.created_at),
        refund.state.as_str(),
        escaped(&refund.reason),
        refund.units_taken,
        refund.debt,
    )
}

fn day(report: &Reconciliation) -> String {
    let money: String = report.money.iter().map(tally).collect();
    let differences: String = report.differences.iter().map(difference).collect();
    let verdict = if report.differences.is_empty() {
        "Stripe and the books say the same"
    } else {
        "Stripe and the books differ"
    };
    format!(
        "<li><strong>{}</strong>: {verdict}<small>compared {}</small>{money}{differences}</li>",
        escaped(&report.day),
        moment(report.checked_at),
    )
}

fn tally(of: &DayMoney) -> String {
    let (stripe, currency) = (&of.stripe, escaped(&of.currency));
    format!(
        "<small>{} paid, {} {currency}; {} refunds, {} {currency}; {} disputes, {} {currency} (minor units)</small>",
        stripe.paid,
        stripe.paid_minor,
        stripe.refunds,
        stripe.refunded_minor,
        stripe.disputes,
        stripe.disputed_minor,
    )
}

fn difference(one: &Difference) -> String {
    let (object, what) = (escaped(&one.object), escaped(&one.what));
    format!("<small class=\"bad\"><code>{object}</code> {what}</small>")
}
