//! Who asks at once is judged by one transaction, and answered as if alone.

use std::sync::Arc;

use billing::{ChargeError, Judge, ReserveError};
use client_billing::{ChargeState, Reservation, Reserved, Settled};
use domain::{ChargeId, Mode, TenantId, Units, Verdict};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::house::{House, again, on_both_stores, reservation};

/// The trial: what a live account has without buying.
const TRIAL: i64 = 10;

const fn held(available: i64) -> Reserved {
    Reserved::Held {
        available: Units::new(available),
    }
}

/// A judge beside the house's own, on its store, that does not work yet: what is asked now is one batch.
async fn resting(house: &House) -> Arc<Judge> {
    let clock = Arc::new(house.clock.clone());
    Arc::new(Judge::over(&house.store, clock).await.unwrap())
}

fn ask(judge: &Arc<Judge>, asked: &Reservation) -> JoinHandle<Result<Reserved, ReserveError>> {
    let (judge, asked) = (Arc::clone(judge), asked.clone());
    telemetry::spawn("caller", async move { judge.reserve(asked).await })
}

/// Lets the judge work on what waits, in one batch, and returns the answers in the order of the callers.
async fn judged<T: Send + 'static>(judge: &Judge, callers: Vec<JoinHandle<T>>) -> Vec<T> {
    // Every caller has taken its place in the queue before the first batch is taken out of it.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    judge.start(&CancellationToken::new());
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.unwrap());
    }
    answers
}

async fn judge_at_once(
    house: &House,
    asked: &[Reservation],
) -> Vec<Result<Reserved, ReserveError>> {
    let judge = resting(house).await;
    let mut callers = Vec::new();
    for asked in asked {
        callers.push(ask(&judge, asked));
        // One after the other into the queue.
        tokio::task::yield_now().await;
    }
    judged(&judge, callers).await
}

async fn is_exact(house: &House) {
    let found = house.exactness().await;
    assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
}

on_both_stores! {
    async fn sixty_four_callers_on_the_last_units_get_exactly_those(house: House) {
        let tenant = TenantId::generate();
        for _ in 0..3 {
            house.reserve(&reservation(tenant, Mode::Live)).await;
        }
        let asked: Vec<_> = (0..64).map(|_| reservation(tenant, Mode::Live)).collect();
        let answers: Vec<_> = judge_at_once(&house, &asked).await.into_iter().map(Result::unwrap).collect();
        let mut got: Vec<i64> = answers.iter().filter_map(|answer| match answer {
            Reserved::Held { available } => Some(available.count()),
            _ => None,
        }).collect();
        got.sort_unstable();
        assert_eq!(got, [0, 1, 2, 3, 4, 5, 6]);
        let none = answers.iter().filter(|answer| **answer == Reserved::Exhausted { held: Units::new(TRIAL) });
        assert_eq!(none.count(), 64 - 7);
        is_exact(&house).await;
    }

    async fn one_batch_serves_many_tenants(house: House) {
        let asked: Vec<_> = (0..60)
            .flat_map(|_| { let tenant = TenantId::generate(); [reservation(tenant, Mode::Live), reservation(tenant, Mode::Test)] })
            .collect();
        let answers = judge_at_once(&house, &asked).await;
        for (asked, answer) in asked.iter().zip(answers) {
            let left = if asked.mode == Mode::Live { TRIAL - 1 } else { 999 };
            assert_eq!(answer.unwrap(), held(left));
        }
        let found = house.exactness().await;
        assert_eq!((found.over_sold, found.drift, found.accounts), (Units::ZERO, Units::ZERO, 120));
    }

    async fn of_one_request_id_in_one_batch_one_holds(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        let asked: Vec<_> = std::iter::once(first.clone()).chain((0..5).map(|_| again(&first))).collect();
        let answers: Vec<_> = judge_at_once(&house, &asked).await.into_iter().map(Result::unwrap).collect();
        let holder = answers.iter().position(|answer| *answer == held(TRIAL - 1)).unwrap();
        let met = Reserved::Unsettled { charge: asked[holder].charge, state: ChargeState::Held };
        assert_eq!(answers.iter().filter(|answer| **answer == met).count(), 5);
        is_exact(&house).await;
    }

    async fn one_charge_asked_twice_in_one_batch_holds_one_unit(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        for answer in judge_at_once(&house, &[asked.clone(), asked.clone()]).await {
            assert_eq!(answer.unwrap(), held(TRIAL - 1));
        }
        let standing = house.gateway.standing("r", asked.tenant, Mode::Live, None).await.unwrap();
        assert_eq!((standing.available.count(), standing.held.count()), (TRIAL - 1, 1));
    }

    async fn a_charge_of_another_account_fails_alone(house: House) {
        let theirs = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&theirs).await;
        let wrong = Reservation { charge: theirs.charge, ..reservation(TenantId::generate(), Mode::Live) };
        let right = reservation(wrong.tenant, Mode::Live);
        let answers = judge_at_once(&house, &[wrong, right]).await;
        assert!(matches!(answers[0], Err(ReserveError::ForeignCharge)), "{answers:?}");
        assert_eq!(answers[1].clone().unwrap(), held(TRIAL - 1));
        is_exact(&house).await;
    }

    async fn what_the_store_refuses_of_one_is_given_to_the_others(house: House) {
        let asked: Vec<_> = (0..4).map(|_| reservation(TenantId::generate(), Mode::Live)).collect();
        let refused = &asked[1];
        house.sql(&format!(
            "INSERT INTO postings (id, tenant, mode, idempotency_key, kind, at) \
             VALUES ('pst_{}', '{}', 'live', 'reserve {}', 'reserve', 0)",
            "0".repeat(32), refused.tenant, refused.charge
        )).await;
        let answers = judge_at_once(&house, &asked).await;
        for (nth, answer) in answers.into_iter().enumerate() {
            if nth == 1 {
                assert!(matches!(answer, Err(ReserveError::Ledger(_))), "{answer:?}");
            } else {
                assert_eq!(answer.unwrap(), held(TRIAL - 1));
            }
        }
        let standing = house.gateway.standing("r", refused.tenant, Mode::Live, None).await.unwrap();
        assert_eq!(standing.held, Units::ZERO);
    }

    async fn a_caller_who_stopped_waiting_has_reserved_all_the_same(house: House) {
        let gone = reservation(TenantId::generate(), Mode::Live);
        let stays = reservation(gone.tenant, Mode::Live);
        let judge = resting(&house).await;
        let left = ask(&judge, &gone);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        left.abort();
        let waits = ask(&judge, &stays);
        assert_eq!(judged(&judge, vec![waits]).await.remove(0).unwrap(), held(TRIAL - 2));
        assert_eq!(house.reserve(&gone).await, held(TRIAL - 2));
        is_exact(&house).await;
    }

    async fn verdicts_of_one_batch_end_each_its_own_charge(house: House) {
        let tenant = TenantId::generate();
        let (sold, back) = (reservation(tenant, Mode::Live), reservation(tenant, Mode::Live));
        house.reserve(&sold).await;
        house.reserve(&back).await;
        house.witness.register(sold.charge, tenant, Mode::Live);
        let judge = resting(&house).await;
        let told = [(sold.charge, Verdict::Registered), (back.charge, Verdict::Refused), (sold.charge, Verdict::Tombstoned), (ChargeId::generate(), Verdict::Free)];
        let mut callers: Vec<JoinHandle<Result<Settled, ChargeError>>> = Vec::new();
        for (charge, verdict) in told {
            let judge = Arc::clone(&judge);
            callers.push(telemetry::spawn("caller", async move { judge.settle(charge, verdict).await }));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let mut answers = judged(&judge, callers).await;
        assert!(matches!(answers.pop().unwrap(), Err(ChargeError::NotFound)));
        let states: Vec<_> = answers.into_iter().map(|answer| { let settled = answer.unwrap(); (settled.state, settled.available.count()) }).collect();
        assert_eq!(states, [(ChargeState::Committed, 9), (ChargeState::Released, 9), (ChargeState::Committed, 9)]);
        is_exact(&house).await;
    }
}
