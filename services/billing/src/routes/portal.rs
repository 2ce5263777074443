//! What the portal shows of an account: balance with lots, usage by day, the ledger.

use actix_web::get;
use actix_web::web::{Data, Json, Query};
use domain::{
    ChargeId, EntryId, LotId, Mode, PurchaseId, TenantId, Timestamp, UnitOverflow, Units,
};
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::balance::{self, Overview};
use crate::ledger::LedgerError;
use crate::permission::ReadBilling;
use crate::service::Books;
use crate::store::AccountKey;
use crate::store::entries::{Account, Entry, PostingKind};
use crate::store::lots::{Lot, LotKind};

/// Days of usage when none are asked for.
const USAGE_DAYS: u32 = 30;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(read_balance)
        .service(read_usage)
        .service(read_ledger);
}

/// One of the tenant's two accounts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfMode {
    /// `live` (the default) or `test`.
    mode: Option<Mode>,
}

fn account(tenant: TenantId, mode: Option<Mode>) -> AccountKey {
    AccountKey {
        tenant,
        mode: mode.unwrap_or(Mode::Live),
    }
}

/// An account's balance, its lots and what the last check of the books found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceView {
    mode: Mode,
    available: Units,
    held: Units,
    /// Committed and held units: used is what was reserved and not given back.
    used: Units,
    lapsed: Units,
    refunded: Units,
    /// Units that were used though their money went back.
    debt: Units,
    /// Nothing new is registered until it is paid.
    debt_blocks: bool,
    /// Whether the next purchase pays it with its units first.
    purchase_pays_debt: bool,
    purchased: Units,
    granted: Units,
    over_sold: Units,
    drift: Units,
    /// When the books were last checked to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<Timestamp>,
    /// Lots that are not expired, the first to burn first.
    lots: Vec<LotView>,
}

impl BalanceView {
    fn of(overview: Overview) -> Result<Self, UnitOverflow> {
        let Overview {
            balances,
            lots,
            debt,
            policy,
            finding,
            checked_at,
        } = overview;
        Ok(Self {
            mode: balances.mode,
            available: balances.available,
            held: balances.held,
            used: balances.held.checked_add(balances.consumed)?,
            lapsed: balances.lapsed,
            refunded: balances.refunded,
            debt,
            debt_blocks: policy.blocks && Units::ZERO < debt,
            purchase_pays_debt: policy.purchase_pays,
            purchased: balances.purchased,
            granted: balances.granted,
            over_sold: finding.as_ref().map_or(Units::ZERO, |f| f.over_sold),
            drift: finding.as_ref().map_or(Units::ZERO, |f| f.drift),
            checked_at,
            lots: lots.into_iter().map(LotView::from).collect(),
        })
    }
}

/// Units that were bought or given at once and expire at once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LotView {
    id: LotId,
    kind: LotKind,
    units: Units,
    available: Units,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<Lot> for LotView {
    fn from(lot: Lot) -> Self {
        Self {
            id: lot.id,
            kind: lot.kind,
            units: lot.units,
            available: lot.available,
            expires_at: lot.expires_at,
            created_at: lot.created_at,
        }
    }
}

/// The balance of one account.
#[utoipa::path(
    operation_id = "read_balance", tag = "portal", params(OfMode),
    responses((status = 200, body = BalanceView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/balance")]
async fn read_balance(
    caller: Caller<ReadBilling>,
    books: Data<Books>,
    query: Query<OfMode>,
) -> Result<Json<BalanceView>, Problem> {
    let account = account(caller.tenant, query.mode);
    let overview = balance::overview((&books.db, &*books.clock), books.debt, account).await?;
    Ok(Json(BalanceView::of(overview).map_err(LedgerError::from)?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UsageQuery {
    /// `live` (the default) or `test`.
    mode: Option<Mode>,
    /// How many UTC days, today included; 30 when absent.
    days: Option<u32>,
}

/// Use by day, the oldest day first.
#[derive(Serialize, ToSchema)]
struct UsageView {
    items: Vec<DayUseView>,
}

/// One UTC day's use.
#[derive(Serialize, ToSchema)]
struct DayUseView {
    /// `2026-11-24`.
    day: String,
    used: i64,
}

/// Units used on each of the last days.
#[utoipa::path(
    operation_id = "read_usage", tag = "portal", params(UsageQuery),
    responses((status = 200, body = UsageView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/usage")]
async fn read_usage(
    caller: Caller<ReadBilling>,
    books: Data<Books>,
    query: Query<UsageQuery>,
) -> Result<Json<UsageView>, Problem> {
    let days = query.days.unwrap_or(USAGE_DAYS);
    if !(1..=balance::MAX_USAGE_DAYS).contains(&days) {
        let most = balance::MAX_USAGE_DAYS;
        return Err(Problem::new(&kind::INVALID_FIELD)
            .value("days")
            .detail(format!("Ask for 1 to {most} days.")));
    }
    let account = account(caller.tenant, query.mode);
    let used = balance::usage(&books.db, &*books.clock, account, days).await?;
    Ok(Json(UsageView {
        items: used
            .into_iter()
            .map(|day| DayUseView {
                day: day.day,
                used: day.used,
            })
            .collect(),
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// `live` (the default) or `test`.
    mode: Option<Mode>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<EntryId>,
}

/// A page of the ledger, the newest entry first.
#[derive(Serialize, ToSchema)]
struct LedgerView {
    items: Vec<EntryView>,
    /// The cursor of the next page; none: this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<EntryId>,
}

/// One line of a posting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EntryView {
    id: EntryId,
    at: Timestamp,
    kind: PostingKind,
    /// What was added to the account; negative: taken from it.
    units: Units,
    account: Account,
    lot_id: LotId,
    #[serde(skip_serializing_if = "Option::is_none")]
    charge_id: Option<ChargeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_id: Option<PurchaseId>,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            kind: entry.kind,
            units: entry.units,
            account: entry.account,
            lot_id: entry.lot,
            charge_id: entry.charge,
            purchase_id: entry.purchase,
        }
    }
}

/// Every move of units, the newest first.
#[utoipa::path(
    operation_id = "read_ledger", tag = "portal", params(LedgerQuery),
    responses((status = 200, body = LedgerView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/ledger")]
async fn read_ledger(
    caller: Caller<ReadBilling>,
    books: Data<Books>,
    query: Query<LedgerQuery>,
) -> Result<Json<LedgerView>, Problem> {
    let account = account(caller.tenant, query.mode);
    let (entries, next) = balance::ledger_page(&books.db, account, query.cursor).await?;
    Ok(Json(LedgerView {
        items: entries.into_iter().map(EntryView::from).collect(),
        next,
    }))
}
