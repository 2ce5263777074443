//! Ends doubt: a lapsed lease makes a hold doubtful, and the witness's word, a tombstone if need be, ends it.

use std::future::Future;
use std::time::Duration;

use client_signing::{CallError, SigningClient, Tombstone};
use domain::{Clock, Verdict};
use store_kit::{Db, StoreError, outbox};
use thiserror::Error;

use crate::charge::ChargeError;
use crate::fault;
use crate::judge::Judge;
use crate::ledger::LedgerError;
use crate::lot;
use crate::service::Books;
use crate::store::holds::Hold;
use crate::store::{accounts, all_tenants};

/// Holds asked about in one round.
const BATCH: u64 = 100;
/// Accounts whose expired lots are posted in one round.
const LAPSE_BATCH: u64 = 50;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Why a round ended early; the next one goes on.
#[derive(Debug, Error)]
pub(crate) enum SweepError {
    #[error("the witness did not answer")]
    Witness(#[from] CallError),
    #[error(transparent)]
    Charge(#[from] ChargeError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who ends what is in doubt.
pub(crate) trait Witness: Sync {
    /// The verdict that stands on a charge; a tombstone where there was none.
    fn end(&self, hold: &Hold) -> impl Future<Output = Result<Verdict, CallError>> + Send;
}

impl Witness for SigningClient {
    async fn end(&self, hold: &Hold) -> Result<Verdict, CallError> {
        let owner = Tombstone {
            tenant: hold.tenant,
            mode: hold.mode,
        };
        let request_id = format!("req_sweep_{}", hold.charge);
        let record = self.tombstone(&request_id, hold.charge, owner).await?;
        Ok(record.verdict)
    }
}

/// One round over everything that is due.
pub(crate) async fn sweep(books: &Books) -> Result<(), SweepError> {
    sweep_over(&books.db, &*books.clock, &books.judge, &books.witness).await
}

/// [`sweep`], by its parts.
pub(crate) async fn sweep_over(
    db: &Db,
    clock: &dyn Clock,
    judge: &Judge,
    witness: &impl Witness,
) -> Result<(), SweepError> {
    doubt_lapsed(db, clock).await?;
    lapse_expired(db, clock).await?;
    let outcome = ask_the_witness(db, clock, judge, witness).await;
    let doubtful = all_tenants::in_doubt(db.reader()).await?;
    #[expect(clippy::cast_precision_loss, reason = "a gauge needs no 53rd bit")]
    metrics::gauge!("quota_holds_in_doubt").set(doubtful as f64);
    outcome
}

async fn doubt_lapsed(db: &Db, clock: &dyn Clock) -> Result<(), StoreError> {
    let now = clock.now();
    if !all_tenants::has_lapsed_lease(db.reader(), now).await? {
        return Ok(());
    }
    let tx = db.begin().await?;
    let doubted = all_tenants::doubt_lapsed(&*tx, now).await?;
    tx.commit().await?;
    tracing::warn!(doubted, "leases lapsed; the witness will be asked");
    Ok(())
}

/// Posts what expired, for accounts that nobody reads or reserves on.
async fn lapse_expired(db: &Db, clock: &dyn Clock) -> Result<(), LedgerError> {
    let due = all_tenants::with_expired_lots(db.reader(), clock.now(), LAPSE_BATCH).await?;
    for account in due {
        let tx = db.begin().await?;
        accounts::lock(&*tx, account).await?;
        lot::lapse_expired(&tx, account, clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Stops at the first question without an answer: an unreachable witness is not asked a hundred times.
async fn ask_the_witness(
    db: &Db,
    clock: &dyn Clock,
    judge: &Judge,
    witness: &impl Witness,
) -> Result<(), SweepError> {
    for hold in all_tenants::to_ask(db.reader(), clock.now(), BATCH).await? {
        if claim(db, clock, &hold).await? {
            resolve(judge, witness, &hold).await?;
        }
    }
    Ok(())
}

/// Taking the question puts off the next one, so that neither a crash nor a dead witness makes a storm.
async fn claim(db: &Db, clock: &dyn Clock, hold: &Hold) -> Result<bool, StoreError> {
    let wait = outbox::back_off(hold.asked, FIRST_WAIT, LONGEST_WAIT, spread(hold));
    let tx = db.begin().await?;
    let claimed = all_tenants::claim_question(&*tx, hold, clock.now().plus(wait)).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Different for each charge, without a random source.
fn spread(hold: &Hold) -> u8 {
    hold.charge
        .to_string()
        .bytes()
        .fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
}

async fn resolve(judge: &Judge, witness: &impl Witness, hold: &Hold) -> Result<(), SweepError> {
    let verdict = if fault::is_on(fault::FREES_ON_A_TIMER) {
        Verdict::Tombstoned
    } else {
        witness.end(hold).await?
    };
    let settled = judge.settle(hold.charge, verdict).await?;
    tracing::info!(
        charge = %hold.charge, tenant = %hold.tenant, %verdict, state = settled.state.as_str(),
        "a doubtful charge is settled"
    );
    Ok(())
}
