//! The hosted Checkout page and what it becomes once a session is paid, expired or unknown.

use std::fmt::Write as _;

use crate::amount::Amount;
use crate::card::Decline;
use crate::pages::{Text, layout, notice};
use crate::payment::Promptness;
use crate::session::Session;

/// What stands in the card form.
pub(crate) struct CardForm {
    pub(crate) number: String,
    pub(crate) expiry: String,
    pub(crate) cvc: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) promptness: Promptness,
}

const BACK: &str = r#"<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M13 8H3m4-4L3 8l4 4"/></svg>"#;

const TEST_CARDS: &str = r#"<dl class="cards">
<div><dt>4242 4242 4242 4242</dt><dd>succeeds</dd></div>
<div><dt>4000 0000 0000 0002</dt><dd>is declined</dd></div>
<div><dt>4000 0000 0000 9995</dt><dd>has insufficient funds</dd></div>
<div><dt>4000 0000 0000 0069</dt><dd>has expired</dd></div>
<div><dt>4000 0000 0000 0127</dt><dd>wrong security code</dd></div>
<div><dt>4000 0027 6000 3184</dt><dd>asks for 3-D Secure</dd></div>
</dl>"#;

/// The bank's own question, as 3-D Secure shows it in a frame: what was typed goes along, the answer beside it.
pub(crate) fn challenge(session: &Session, form: &CardForm) -> String {
    let hidden = |name: &str, value: &str| {
        format!(
            r#"<input type="hidden" name="{name}" value="{}">"#,
            Text(value)
        )
    };
    let webhook = match form.promptness {
        Promptness::AtOnce => "at_once",
        Promptness::Late => "late",
        Promptness::ByHand => "by_hand",
    };
    let typed: String = [
        ("card_number", form.number.as_str()),
        ("card_expiry", &form.expiry),
        ("card_cvc", &form.cvc),
        ("card_name", &form.name),
        ("email", &form.email),
        ("webhook", webhook),
    ]
    .into_iter()
    .map(|(name, value)| hidden(name, value))
    .collect();
    let body = format!(
        r#"<main class="checkout">
{}
<form class="panel" method="post"><h2>3-D Secure</h2><p>The bank of this card asks whether it is you who pays.</p>{typed}
<button class="primary" name="authentication" value="passed">It is me</button>
<button name="authentication" value="failed">Fail</button></form>
</main>"#,
        summary(session),
    );
    layout("3-D Secure", &body)
}

/// The page of an open session, after a refusal with the reason.
pub(crate) fn open(session: &Session, form: &CardForm, refusal: Option<&Decline>) -> String {
    let body = format!(
        "<main class=\"checkout\">\n{}\n<form class=\"panel\" method=\"post\" novalidate>\n{}\n</form>\n</main>",
        summary(session),
        card_form(session, form, refusal),
    );
    let title = if refusal.is_some() { "Not paid" } else { "Pay" };
    layout(&format!("{title} {}", session.total), &body)
}

pub(crate) fn paid(session: &Session) -> String {
    let words = format!(
        "{} was paid with a test card. The payment is complete.",
        session.total
    );
    notice("Paid", &words, Some((&session.landing_page(), "Continue")))
}

pub(crate) fn expired(session: &Session) -> String {
    let words = "This payment page is too old, or it was closed. Nothing was charged; start again from the shop.";
    let back = session
        .cancel_url
        .as_deref()
        .map(|address| (address, "Back to the shop"));
    notice("This payment page has expired", words, back)
}

pub(crate) fn nothing_here() -> String {
    notice(
        "There is nothing here",
        "Check the address: a payment page is opened from the shop.",
        Some(("/", "Overview")),
    )
}

pub(crate) fn out_of_order(why: &str) -> String {
    notice("This did not work", why, None)
}

fn summary(session: &Session) -> String {
    let mut html = String::from("<div class=\"summary\">");
    if let Some(address) = &session.cancel_url {
        let _ = write!(
            html,
            r#"<a class="back" href="{}">{BACK}Back</a>"#,
            Text(address)
        );
    }
    let _ = write!(
        html,
        r#"<h1>Pay OKdokument</h1><p class="total number">{}</p><ul class="bill">"#,
        Text(&session.total)
    );
    for item in &session.line_items {
        let price = |minor| Amount {
            minor,
            currency: session.total.currency.clone(),
        };
        let _ = write!(html, "<li><div><b>{}</b>", Text(&item.name));
        if let Some(description) = &item.description {
            let _ = write!(
                html,
                r#"<span class="quiet small">{}</span>"#,
                Text(description)
            );
        }
        if item.quantity != 1 {
            let each = Text(price(item.unit_minor));
            let _ = write!(
                html,
                r#"<span class="quiet small number">{} × {each}</span>"#,
                item.quantity
            );
        }
        let sum = Text(price(item.unit_minor.saturating_mul(item.quantity)));
        let _ = write!(html, r#"</div><span class="number">{sum}</span></li>"#);
    }
    let _ = write!(
        html,
        r#"<li class="sum"><span>Total due</span><span class="number">{}</span></li></ul></div>"#,
        Text(&session.total)
    );
    html
}

fn card_form(session: &Session, form: &CardForm, refusal: Option<&Decline>) -> String {
    let code = refusal.map_or("", |decline| decline.code.as_str());
    let said = refusal.map_or_else(String::new, |decline| {
        format!(
            r#"<p class="said" role="alert" id="said"><b>Not paid</b>{}</p>"#,
            Text(&decline.message)
        )
    });
    let wrong = |codes: &[&str]| {
        if codes.contains(&code) {
            r#" aria-invalid="true" aria-describedby="said""#
        } else {
            ""
        }
    };
    let checked = |promptness| {
        if form.promptness == promptness {
            " checked"
        } else {
            ""
        }
    };
    format!(
        r#"<h2>Pay with a card</h2>
{said}
<div class="field"><label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="off" placeholder="you@example.com" value="{email}"></div>
<div class="field"><label for="card_number">Card number</label>
<input id="card_number" name="card_number" inputmode="numeric" autocomplete="off" maxlength="23" value="{number}"{number_wrong}></div>
<div class="pair">
<div class="field"><label for="card_expiry">Expiry date</label>
<input id="card_expiry" name="card_expiry" inputmode="numeric" autocomplete="off" maxlength="9" placeholder="MM / YY" value="{expiry}"{expiry_wrong}></div>
<div class="field"><label for="card_cvc">Security code</label>
<input id="card_cvc" name="card_cvc" inputmode="numeric" autocomplete="off" maxlength="4" value="{cvc}"{cvc_wrong}></div>
</div>
<div class="field"><label for="card_name">Name on the card</label>
<input id="card_name" name="card_name" autocomplete="off" placeholder="Optional" value="{name}"></div>
<button class="primary" name="attempt" value="pay">Pay {total}</button>
<button name="attempt" value="decline">Try a card that is declined</button>
<button name="attempt" value="debit">Pay by bank debit, which takes days</button>
<details{opened}><summary>Sandbox options</summary>
<fieldset><legend class="small quiet">The webhook that says “paid” is sent</legend>
<label class="choice"><input type="radio" name="webhook" value="at_once"{at_once}>at once</label>
<label class="choice"><input type="radio" name="webhook" value="late"{late}>15 seconds late</label>
<label class="choice"><input type="radio" name="webhook" value="by_hand"{by_hand}>not before I send it from the overview</label>
</fieldset>
{TEST_CARDS}</details>"#,
        email = Text(&form.email),
        number = Text(&form.number),
        number_wrong = wrong(&["incorrect_number", "card_declined"]),
        expiry = Text(&form.expiry),
        expiry_wrong = wrong(&[
            "invalid_expiry_month",
            "invalid_expiry_year",
            "expired_card"
        ]),
        cvc = Text(&form.cvc),
        cvc_wrong = wrong(&["invalid_cvc", "incorrect_cvc"]),
        name = Text(&form.name),
        total = Text(&session.total),
        opened = if form.promptness == Promptness::AtOnce {
            ""
        } else {
            " open"
        },
        at_once = checked(Promptness::AtOnce),
        late = checked(Promptness::Late),
        by_hand = checked(Promptness::ByHand),
    )
}
