//! Refunds and disputes on the overview, with a button for each thing that a person or a bank can do.

use std::fmt::Write as _;

use domain::Timestamp;

use crate::pages::Text;
use crate::pages::overview::time;
use crate::reversal::{Dispute, DisputeStatus, Refund, RefundStatus};
use crate::session::{Money, Session, SessionStatus};

/// What can be done to a payment.
pub(super) fn buttons(session: &Session) -> String {
    let Some(intent) = session
        .payment_intent
        .as_ref()
        .filter(|_| session.status == SessionStatus::Complete)
    else {
        return String::new();
    };
    match session.money {
        Money::Arrived => {}
        Money::OnItsWay => {
            let debit = format!("/sandbox/sessions/{}", session.id);
            return [
                button(&format!("{debit}/arrive"), "Money arrives", ""),
                button(&format!("{debit}/fail"), "Debit fails", ""),
            ]
            .concat();
        }
        Money::Failed => return String::new(),
    }
    let payment = format!("/sandbox/payments/{intent}");
    let half = format!(
        r#"<input type="hidden" name="amount" value="{}">"#,
        session.total.minor / 2
    );
    [
        button(&format!("{payment}/refund"), "Refund all", ""),
        button(&format!("{payment}/refund"), "Refund half", &half),
        button(&format!("{payment}/dispute"), "Dispute", ""),
    ]
    .concat()
}

pub(super) fn table(refunds: &[Refund], disputes: &[Dispute]) -> String {
    if refunds.is_empty() && disputes.is_empty() {
        return r#"<p class="empty">Nothing was given back yet. Refund or dispute a paid session above.</p>"#
            .to_owned();
    }
    let mut html = String::from(
        "<table><thead><tr><th>Opened</th><th>What</th><th>Payment</th><th>Amount</th><th>State</th><th>Go on</th></tr></thead><tbody>",
    );
    for refund in refunds {
        let fail = match refund.status {
            RefundStatus::Succeeded => {
                button(&format!("/sandbox/refunds/{}/fail", refund.id), "Fail", "")
            }
            RefundStatus::Failed => String::new(),
        };
        let cells = ["Refund", refund.intent.as_ref(), refund.status.as_str()];
        row(
            &mut html,
            refund.created_s,
            cells,
            &refund.amount.to_string(),
            &fail,
        );
    }
    for dispute in disputes {
        let end = |end: &str, label: &str| {
            button(
                &format!("/sandbox/disputes/{}/{end}", dispute.id),
                label,
                "",
            )
        };
        let ends = match dispute.status {
            DisputeStatus::NeedsResponse => [end("win", "Win"), end("lose", "Lose")].concat(),
            DisputeStatus::Won | DisputeStatus::Lost => String::new(),
        };
        let cells = ["Dispute", dispute.intent.as_ref(), dispute.status.as_str()];
        row(
            &mut html,
            dispute.created_s,
            cells,
            &dispute.amount.to_string(),
            &ends,
        );
    }
    html.push_str("</tbody></table>");
    html
}

fn row(html: &mut String, created_s: i64, cells: [&str; 3], amount: &str, buttons: &str) {
    let [what, payment, state] = cells;
    let _ = write!(
        html,
        r#"<tr><td data-label="Opened">{}</td><td data-label="What">{what}</td><td data-label="Payment"><code>{}</code></td><td data-label="Amount" class="number">{}</td><td data-label="State"><span class="badge">{state}</span></td><td data-label="Go on">{buttons}</td></tr>"#,
        time(Timestamp::from_millis(created_s.saturating_mul(1_000))),
        Text(payment),
        Text(amount),
    );
}

fn button(action: &str, label: &str, fields: &str) -> String {
    let action = Text(action);
    format!(r#"<form method="post" action="{action}">{fields}<button>{label}</button></form>"#)
}
