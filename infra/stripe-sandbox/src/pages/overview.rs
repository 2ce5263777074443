//! The overview of the sandbox: the newest sessions, refunds, disputes and events as tables.

use std::fmt::Write as _;

use domain::Timestamp;

use crate::cashier::Overview;
use crate::event::{Delivery, Event};
use crate::pages::{Text, layout, reversals};
use crate::session::{Money, Session, SessionStatus};

pub(crate) fn render(overview: &Overview, endpoint: Option<&str>) -> String {
    let target = endpoint.map_or_else(
        || "No webhook endpoint is set: events are kept, not sent.".to_owned(),
        |url| format!("Events are delivered to <code>{}</code>.", Text(url)),
    );
    let body = format!(
        r#"<main class="board">
<h1>Stripe sandbox</h1>
<p class="quiet">The newest payments and events of this server. {target}</p>
<section class="panel" id="sessions"><h2>Checkout sessions</h2>{}</section>
<section class="panel" id="reversals"><h2>Refunds and disputes</h2>{}</section>
<section class="panel" id="events"><h2>Events</h2>{}</section>
</main>"#,
        session_table(&overview.sessions),
        reversals::table(&overview.refunds, &overview.disputes),
        event_table(&overview.events, endpoint.is_some()),
    );
    layout("Overview", &body)
}

fn session_table(sessions: &[Session]) -> String {
    if sessions.is_empty() {
        return r#"<p class="empty">No sessions yet. Buy a bundle in the portal, and its payment page appears here.</p>"#.to_owned();
    }
    let mut html = String::from(
        "<table><thead><tr><th>Opened</th><th>Item</th><th>Reference</th><th>Amount</th><th>State</th><th>Page</th><th>Give back</th></tr></thead><tbody>",
    );
    for session in sessions {
        let (class, state) = match session.status {
            SessionStatus::Open => ("waiting", "open"),
            SessionStatus::Complete => match session.money {
                Money::Arrived => ("good", "paid"),
                Money::OnItsWay => ("waiting", "debit on its way"),
                Money::Failed => ("bad", "debit failed"),
            },
            SessionStatus::Expired => ("", "expired"),
        };
        let item = session
            .line_items
            .first()
            .map_or("", |item| item.name.as_str());
        let reference = session.client_reference_id.as_deref().unwrap_or("none");
        let _ = write!(
            html,
            r#"<tr><td data-label="Opened">{}</td><td data-label="Item">{}</td><td data-label="Reference"><code>{}</code></td><td data-label="Amount" class="number">{}</td><td data-label="State"><span class="badge {class}">{state}</span></td><td data-label="Page"><a href="/c/pay/{id}" title="{id}">Open</a></td><td data-label="Give back">{}</td></tr>"#,
            time(Timestamp::from_millis(
                session.created_s.saturating_mul(1_000)
            )),
            Text(item),
            Text(reference),
            Text(&session.total),
            reversals::buttons(session),
            id = Text(&session.id),
        );
    }
    html.push_str("</tbody></table>");
    html
}

fn event_table(events: &[Event], can_send: bool) -> String {
    if events.is_empty() {
        return r#"<p class="empty">No events yet. They appear when a session is paid, declined or expires.</p>"#.to_owned();
    }
    let mut html = String::from(
        "<table><thead><tr><th>Happened</th><th>Event</th><th>About</th><th>Delivery</th><th>Tries</th><th>Last answer</th><th>Send</th></tr></thead><tbody>",
    );
    for event in events {
        let (class, delivery) = match event.delivery {
            Delivery::Held => ("", "held"),
            Delivery::Due { .. } if event.attempts == 0 => ("waiting", "waiting"),
            Delivery::Due { .. } => ("bad", "trying again"),
            Delivery::Delivered { .. } => ("good", "delivered"),
            Delivery::GivenUp => ("bad", "given up"),
        };
        let about = event.object_id();
        let _ = write!(
            html,
            r#"<tr><td data-label="Happened">{}</td><td data-label="Event" title="{id}">{}</td><td data-label="About"><code title="{}">{}</code></td><td data-label="Delivery"><span class="badge {class}">{delivery}</span></td><td data-label="Tries" class="number">{}</td><td data-label="Last answer">{}</td><td data-label="Send">{}</td></tr>"#,
            time(event.created),
            Text(event.kind.as_str()),
            Text(about),
            Text(shortened(about)),
            event.attempts,
            Text(event.last_answer.as_deref().unwrap_or("none")),
            if can_send {
                resend_button(event)
            } else {
                "no endpoint".to_owned()
            },
            id = Text(&event.id),
        );
    }
    html.push_str("</tbody></table>");
    html
}

fn resend_button(event: &Event) -> String {
    let label = if event.attempts == 0 {
        "Send"
    } else {
        "Resend"
    };
    let id = Text(&event.id);
    format!(
        r#"<form method="post" action="/sandbox/events/{id}/resend"><button aria-label="{label} {id}">{label}</button></form><form method="post" action="/sandbox/events/{id}/drop"><button aria-label="Drop {id}">Drop</button></form>"#
    )
}

/// `cs_test_a1B2…x9Y8`: enough to tell two apart, the rest is in the title.
fn shortened(id: &str) -> String {
    const KEPT: usize = 22;
    match (id.get(..12), id.get(id.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if KEPT < id.len() => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

pub(super) fn time(at: Timestamp) -> String {
    let at = at.to_jiff();
    format!(
        r#"<time datetime="{at}">{} UTC</time>"#,
        at.strftime("%-d %b %H:%M:%S")
    )
}
