//! Money, for the operator: refunds, and what each day's comparison with Stripe found.

use std::error::Error;
use std::io::{self, Write};

use clap::Subcommand;
use client_billing::{
    ReconcileIn, Reconciliation, RefundIn, RefundState, RefundView, RefundsView, Tally,
};
use domain::PurchaseId;
use reqwest::Method;
use thiserror::Error;

use super::{Server, ask, tell};

const REFUNDS: &str = "/billing/refunds.json";
const DAYS: &str = "/billing/reconciliations.json";

#[derive(Subcommand)]
pub(crate) enum RefundCommand {
    /// Gives money of a purchase back through Stripe; units that are left of it are taken.
    Order {
        /// The purchase, pur_…, as the portal shows it.
        purchase: PurchaseId,
        /// Who asked for it, and why; kept with the refund.
        #[arg(long)]
        reason: String,
        /// How much, in minor units (1225 is 12.25) and with tax; all that is left of the payment when left out.
        #[arg(long)]
        amount_minor: Option<i64>,
        #[command(flatten)]
        server: Server,
    },
    /// Prints the newest refunds and how far each has come.
    List {
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Error)]
#[error("Stripe refused the refund, and nothing was changed: {0}")]
struct Refused(String);

#[derive(Debug, Error)]
#[error("Stripe and the books differ in {0} places")]
struct Differs(usize);

/// Fails where the two differ, so that a script hears of it.
pub(super) async fn reconcile(server: &Server, day: Option<String>) -> Result<(), Box<dyn Error>> {
    let report: Reconciliation = tell(server, (Method::POST, DAYS), &ReconcileIn { day }).await?;
    report_lines(&report, &mut io::stdout())?;
    match report.differences.len() {
        0 => Ok(()),
        differences => Err(Differs(differences).into()),
    }
}

fn report_lines(report: &Reconciliation, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {} purchases brought up to date, {} objects of others",
        report.day, report.purchases, report.foreign
    )?;
    for money in &report.money {
        tally("Stripe", &money.currency, &money.stripe, out)?;
        tally("books ", &money.currency, &money.books, out)?;
    }
    for one in &report.differences {
        writeln!(out, "  differs: {} {}", one.object, one.what)?;
    }
    Ok(())
}

fn tally(side: &str, currency: &str, of: &Tally, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "  {side}  paid {} = {} {currency}, refunds {} = {} {currency}, disputes {} = {} {currency}",
        of.paid, of.paid_minor, of.refunds, of.refunded_minor, of.disputes, of.disputed_minor
    )
}

pub(super) async fn refund(command: RefundCommand) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    match command {
        RefundCommand::Order {
            purchase,
            reason,
            amount_minor,
            server,
        } => {
            let wanted = RefundIn {
                purchase,
                amount_minor,
                reason,
            };
            let made: RefundView = tell(&server, (Method::POST, REFUNDS), &wanted).await?;
            line(&made, &mut out)?;
            if made.state == RefundState::Refused {
                return Err(Refused(made.refusal.unwrap_or_default()).into());
            }
        }
        RefundCommand::List { server } => {
            let shown: RefundsView = ask(&server, REFUNDS).await?;
            for refund in &shown.items {
                line(refund, &mut out)?;
            }
        }
    }
    Ok(())
}

fn line(refund: &RefundView, out: &mut impl Write) -> io::Result<()> {
    let amount = refund.amount_minor.map_or_else(
        || "all".to_owned(),
        |minor| format!("{minor} {}", refund.currency),
    );
    writeln!(
        out,
        "{}  {}  {}  {amount}  {}  units taken {}, debt {}  {:?}",
        refund.id,
        refund.state.as_str(),
        refund.purchase,
        refund.created_at.to_jiff(),
        refund.units_taken,
        refund.debt,
        refund.reason,
    )?;
    match (&refund.state, &refund.refusal) {
        (RefundState::Asked, _) => {
            writeln!(
                out,
                "  Stripe has not answered; it is asked again by itself."
            )
        }
        (_, Some(why)) => writeln!(out, "  {why}"),
        _ => Ok(()),
    }
}
