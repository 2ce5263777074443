//! A request to open a Checkout Session: read parameter by parameter, refused where Stripe would refuse.

use domain::Timestamp;
use url::Url;

use crate::amount::Amount;
use crate::api_error::ApiError;
use crate::id::SessionId;
use crate::params::Params;
use crate::session::{IntentData, LineItem, Money, Session, SessionStatus};

/// Stripe lets a session live between half an hour and a day.
const SHORTEST_LIFE_S: i64 = 30 * 60;
const LONGEST_LIFE_S: i64 = 24 * 60 * 60;
/// A client's clock may be a little ahead of ours or behind.
const CLOCK_SKEW_S: i64 = 60;
const LINE_ITEMS: usize = 100;

impl Session {
    /// Reads a request to open a session; `expand` must have been taken before.
    pub(crate) fn from_params(mut params: Params, now: Timestamp) -> Result<Self, ApiError> {
        only_what_is_spoken(&mut params)?;
        let (line_items, total) = take_line_items(&mut params)?;
        let created_s = now.seconds();
        let session = Self {
            id: SessionId::generate(),
            created_s,
            expires_at_s: take_expiry(&mut params, created_s)?,
            status: SessionStatus::Open,
            total,
            line_items,
            client_reference_id: params.take_text("client_reference_id", 200)?,
            customer_email: take_email(&mut params, "customer_email")?,
            locale: params.take_text("locale", 10)?,
            metadata: params.take_metadata("metadata")?,
            intent_data: IntentData {
                description: params.take_text("payment_intent_data[description]", 1_000)?,
                receipt_email: take_email(&mut params, "payment_intent_data[receipt_email]")?,
                metadata: params.take_metadata("payment_intent_data[metadata]")?,
            },
            success_url: take_web_address(&mut params, "success_url")?
                .ok_or_else(|| ApiError::missing("success_url"))?,
            cancel_url: take_web_address(&mut params, "cancel_url")?,
            payer: None,
            payment_intent: None,
            money: Money::default(),
        };
        params.finish()?;
        Ok(session)
    }
}

/// Parameters of which the sandbox plays one value only: a card payment on the hosted page.
fn only_what_is_spoken(params: &mut Params) -> Result<(), ApiError> {
    let mode = params.take_one_of("mode", &["payment"])?;
    mode.ok_or_else(|| ApiError::missing("mode"))?;
    let one_valued = [
        ("ui_mode", "hosted_page"),
        ("payment_method_types[0]", "card"),
        ("billing_address_collection", "auto"),
        ("customer_creation", "if_required"),
        ("submit_type", "pay"),
        ("automatic_tax[enabled]", "false"),
        ("tax_id_collection[enabled]", "false"),
        ("invoice_creation[enabled]", "false"),
        ("allow_promotion_codes", "false"),
        ("payment_intent_data[capture_method]", "automatic_async"),
    ];
    for (name, value) in one_valued {
        params.take_one_of(name, &[value])?;
    }
    Ok(())
}

fn take_line_items(params: &mut Params) -> Result<(Vec<LineItem>, Amount), ApiError> {
    let count = params.count("line_items");
    if count == 0 {
        return Err(ApiError::missing("line_items"));
    }
    if count > LINE_ITEMS {
        return Err(ApiError::invalid(
            "line_items",
            format!("A session has up to {LINE_ITEMS} line items."),
        ));
    }
    let mut items = Vec::new();
    let mut currency: Option<String> = None;
    let mut total = Some(0_i64);
    for index in 0..count {
        let (item, its_currency) = take_line_item(params, &format!("line_items[{index}]"))?;
        let first = currency.get_or_insert_with(|| its_currency.clone());
        if *first != its_currency {
            let name = format!("line_items[{index}][price_data][currency]");
            return Err(ApiError::invalid(
                &name,
                "All line items must have the same currency.",
            ));
        }
        total = total
            .zip(item.unit_minor.checked_mul(item.quantity))
            .and_then(|(sum, more)| sum.checked_add(more));
        items.push(item);
    }
    let total =
        total.ok_or_else(|| ApiError::invalid("line_items", "The total amount is too large."))?;
    Ok((
        items,
        Amount::chargeable(total, currency.unwrap_or_default())?,
    ))
}

fn take_line_item(params: &mut Params, at: &str) -> Result<(LineItem, String), ApiError> {
    let price = format!("{at}[price_data]");
    let currency = params
        .require(&format!("{price}[currency]"))?
        .to_lowercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(ApiError::invalid(
            &format!("{price}[currency]"),
            format!("Invalid currency: {currency}."),
        ));
    }
    params.take_one_of(
        &format!("{price}[tax_behavior]"),
        &["exclusive", "inclusive", "unspecified"],
    )?;
    params.take_metadata(&format!("{price}[product_data][metadata]"))?;
    let unit = format!("{price}[unit_amount]");
    let quantity = format!("{at}[quantity]");
    let item = LineItem {
        name: params.require(&format!("{price}[product_data][name]"))?,
        description: params.take_text(&format!("{price}[product_data][description]"), 1_000)?,
        unit_minor: params
            .take_integer(&unit)?
            .ok_or_else(|| ApiError::missing(&unit))?,
        quantity: params
            .take_integer(&quantity)?
            .ok_or_else(|| ApiError::missing(&quantity))?,
    };
    if item.unit_minor < 0 {
        return Err(ApiError::invalid(&unit, "Invalid non-negative integer"));
    }
    if item.quantity < 1 {
        return Err(ApiError::invalid(
            &quantity,
            "This value must be greater than or equal to 1.",
        ));
    }
    Ok((item, currency))
}

fn take_expiry(params: &mut Params, created_s: i64) -> Result<i64, ApiError> {
    let Some(expires_at_s) = params.take_integer("expires_at")? else {
        return Ok(created_s + LONGEST_LIFE_S);
    };
    if expires_at_s < created_s + SHORTEST_LIFE_S - CLOCK_SKEW_S {
        let message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.";
        return Err(ApiError::invalid("expires_at", message));
    }
    if created_s + LONGEST_LIFE_S + CLOCK_SKEW_S < expires_at_s {
        let message =
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.";
        return Err(ApiError::invalid("expires_at", message));
    }
    Ok(expires_at_s)
}

fn take_email(params: &mut Params, name: &str) -> Result<Option<String>, ApiError> {
    match params.take_text(name, 512)? {
        Some(email) if !email.contains('@') => Err(ApiError::invalid(
            name,
            format!("Invalid email address: {email}"),
        )),
        email => Ok(email),
    }
}

/// Keeps the address as it was written: its template must come back unescaped.
fn take_web_address(params: &mut Params, name: &str) -> Result<Option<String>, ApiError> {
    let Some(address) = params.take_text(name, 5_000)? else {
        return Ok(None);
    };
    let is_web = Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let is_header_value = address.bytes().all(|byte| byte.is_ascii_graphic());
    if is_web && is_header_value {
        Ok(Some(address))
    } else {
        Err(ApiError::not_a_url(name))
    }
}
