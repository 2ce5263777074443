//! Holds and settlements: exactly what is there is sold, whoever asks and however often.

use std::time::Duration;

use client_billing::{ChargeState, Reserved};
use domain::{Clock as _, Mode, TenantId, Units, Verdict};
use tokio::task::JoinSet;

use crate::house::{activated, again, on_both_stores, reservation, until};

/// The trial: what a live account has without buying.
const TRIAL: i64 = 10;

fn held(answer: &Reserved) -> bool {
    matches!(answer, Reserved::Held { .. })
}

on_both_stores! {
    async fn with_n_left_and_four_times_as_many_callers_exactly_n_are_held(house: House) {
        let tenant = TenantId::generate();
        let mut callers = JoinSet::new();
        for _ in 0..4 * TRIAL {
            let gateway = house.gateway.clone();
            let asked = reservation(tenant, Mode::Live);
            callers.spawn(async move { gateway.reserve("req_test", &asked).await.unwrap() });
        }
        let answers = callers.join_all().await;
        assert_eq!(answers.iter().filter(|answer| held(answer)).count(), 10);
        for answer in answers.iter().filter(|answer| !held(answer)) {
            assert_eq!(*answer, Reserved::Exhausted { held: Units::new(TRIAL) });
        }
        let standing = house.gateway.standing("r", tenant, Mode::Live, None).await.unwrap();
        assert_eq!((standing.available.count(), standing.held.count(), standing.used.count()), (0, 10, 10));
    }

    async fn a_lost_reply_is_asked_again_with_the_same_charge_and_holds_no_second_unit(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        let first = house.reserve(&asked).await;
        assert_eq!(first, Reserved::Held { available: Units::new(TRIAL - 1) });
        assert_eq!(house.reserve(&asked).await, first);
    }

    async fn of_many_callers_with_one_request_id_one_holds(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        let mut callers = JoinSet::new();
        for _ in 0..16 {
            let (gateway, asked) = (house.gateway.clone(), again(&first));
            callers.spawn(async move { gateway.reserve("req_test", &asked).await.unwrap() });
        }
        let answers = callers.join_all().await;
        assert_eq!(answers.iter().filter(|answer| held(answer)).count(), 1);
        assert!(answers.iter().all(|answer| held(answer) || matches!(answer, Reserved::Unsettled { .. })));
    }

    async fn settling_twice_changes_nothing_and_tells_how_it_ended(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        for _ in 0..2 {
            let settled = house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
            assert_eq!((settled.state, settled.available.count()), (ChargeState::Committed, TRIAL - 1));
        }
        let late = house.gateway.settle("r", asked.charge, Verdict::Tombstoned).await.unwrap();
        assert_eq!(late.state, ChargeState::Committed);
    }

    async fn a_request_id_meets_its_running_hold(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&first).await;
        let second = again(&first);
        let met = Reserved::Unsettled { charge: first.charge, state: ChargeState::Held };
        assert_eq!(house.reserve(&second).await, met);
        let standing = house.gateway.standing("r", first.tenant, Mode::Live, Some(&first.request_id)).await.unwrap();
        assert_eq!(standing.hold.unwrap().charge, first.charge);
    }

    async fn a_release_gives_the_unit_back_and_frees_the_request_id(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&first).await;
        let settled = house.gateway.settle("r", first.charge, Verdict::Refused).await.unwrap();
        assert_eq!((settled.state, settled.available.count()), (ChargeState::Released, TRIAL));
        assert!(held(&house.reserve(&again(&first)).await));
        // The released charge itself is ended for good.
        let met = Reserved::Unsettled { charge: first.charge, state: ChargeState::Released };
        assert_eq!(house.reserve(&first).await, met);
    }

    async fn a_commit_binds_the_request_id_for_ever(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&first).await;
        house.gateway.settle("r", first.charge, Verdict::Registered).await.unwrap();
        let replay = Reserved::Committed { charge: first.charge, available: Units::new(TRIAL - 1) };
        house.clock.advance(Duration::from_hours(24));
        assert_eq!(house.reserve(&again(&first)).await, replay);
        house.clock.advance(Duration::from_millis(1));
        assert_eq!(house.reserve(&again(&first)).await, Reserved::Expired { charge: first.charge });
    }

    async fn a_charge_of_another_account_is_refused(house: House) {
        let first = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&first).await;
        let mut stolen = reservation(TenantId::generate(), Mode::Live);
        stolen.charge = first.charge;
        assert!(house.gateway.reserve("r", &stolen).await.is_err());
    }

    async fn the_trial_is_opened_once_for_ever(house: House) {
        let tenant = TenantId::generate();
        house.tell(&activated(tenant, 1)).await;
        house.tell(&activated(tenant, 1)).await;
        house.tell(&activated(tenant, 2)).await;
        assert_eq!(house.balance(tenant, Mode::Live).await["available"], TRIAL);
        house.clock.advance(Duration::from_hours(24 * 91));
        house.tell(&activated(tenant, 3)).await;
        assert!(!held(&house.reserve(&reservation(tenant, Mode::Live)).await));
        let after = house.balance(tenant, Mode::Live).await;
        assert_eq!((after["available"].as_i64(), after["lapsed"].as_i64(), after["granted"].as_i64()), (Some(0), Some(10), Some(10)));
    }

    async fn an_expired_lot_is_not_sold_and_lapses_even_when_nobody_asks(house: House) {
        let tenant = TenantId::generate();
        house.tell(&activated(tenant, 1)).await;
        house.clock.advance(Duration::from_hours(24 * 90));
        // A read subtracts it before it is posted.
        let standing = house.gateway.standing("r", tenant, Mode::Live, None).await.unwrap();
        assert_eq!(standing.available, Units::ZERO);
        until("the lapse is posted", || async {
            let ledger = house.portal(tenant, "/api/billing/ledger?mode=live").await;
            let kinds: Vec<_> = ledger["items"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
            kinds.contains(&"lapse".into()).then_some(())
        }).await;
    }

    async fn a_release_after_expiry_goes_to_lapsed(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.set_down(true);
        house.clock.advance(Duration::from_hours(24 * 90));
        let settled = house.gateway.settle("r", asked.charge, Verdict::Refused).await.unwrap();
        assert_eq!(settled.available, Units::ZERO);
        let after = house.balance(asked.tenant, Mode::Live).await;
        assert_eq!((after["lapsed"].as_i64(), after["held"].as_i64()), (Some(10), Some(0)));
    }

    async fn a_commit_after_expiry_stands(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        house.clock.advance(Duration::from_hours(24 * 90));
        house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
        assert_eq!(house.balance(asked.tenant, Mode::Live).await["used"], 1);
    }

    async fn test_mode_has_a_thousand_each_utc_day(house: House) {
        let tenant = TenantId::generate();
        assert_eq!(house.balance(tenant, Mode::Test).await["available"], 1_000);
        house.reserve(&reservation(tenant, Mode::Test)).await;
        house.reserve(&reservation(tenant, Mode::Test)).await;
        let today = house.balance(tenant, Mode::Test).await;
        assert_eq!((today["available"].as_i64(), today["granted"].as_i64(), today["held"].as_i64()), (Some(998), Some(1_000), Some(2)));
        assert_eq!(today["lots"][0]["kind"], "test");
        house.clock.advance(Duration::from_hours(12));
        let tomorrow = house.balance(tenant, Mode::Test).await;
        assert_eq!((tomorrow["available"].as_i64(), tomorrow["lapsed"].as_i64()), (Some(1_000), Some(998)));
        house.reserve(&reservation(tenant, Mode::Test)).await;
        assert_eq!(house.balance(tenant, Mode::Test).await["available"], 999);
        assert_eq!(house.exactness().await.drift, Units::ZERO);
    }

    async fn a_lapsed_lease_is_doubt_and_the_witness_ends_it(house: House) {
        let tenant = TenantId::generate();
        let (lost, won) = (reservation(tenant, Mode::Live), reservation(tenant, Mode::Live));
        house.reserve(&lost).await;
        house.reserve(&won).await;
        house.witness.register(won.charge, tenant, Mode::Live);
        house.clock.advance(Duration::from_millis(30_001));
        until("both are settled", || async {
            let standing = house.gateway.standing("r", tenant, Mode::Live, None).await.unwrap();
            (standing.held == Units::ZERO).then_some(())
        }).await;
        assert_eq!(house.witness.record(lost.charge).unwrap().verdict, Verdict::Tombstoned);
        let balance = house.balance(tenant, Mode::Live).await;
        assert_eq!((balance["available"].as_i64(), balance["used"].as_i64()), (Some(TRIAL - 1), Some(1)));
    }

    async fn a_renewed_lease_keeps_a_hold_running(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        for _ in 0..3 {
            house.clock.advance(Duration::from_secs(29));
            let leased = house.gateway.renew_lease("r", asked.charge).await.unwrap();
            assert_eq!(leased.until, house.clock.now().plus(Duration::from_secs(30)));
        }
        assert_eq!(house.witness.tombstones_asked(), 0);
    }

    async fn a_doubted_charge_waits_for_a_witness_that_is_away(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.set_down(true);
        let doubted = house.gateway.doubt("r", asked.charge).await.unwrap();
        assert_eq!((doubted.state, doubted.available.count()), (ChargeState::InDoubt, TRIAL - 1));
        until("the witness was asked", || async { (0 < house.witness.tombstones_asked()).then_some(()) }).await;
        let standing = house.gateway.standing("r", asked.tenant, Mode::Live, None).await.unwrap();
        assert_eq!(standing.held, Units::ONE);
        house.witness.set_down(false);
        house.clock.advance(Duration::from_mins(1));
        until("it is released", || async {
            let standing = house.gateway.standing("r", asked.tenant, Mode::Live, None).await.unwrap();
            (standing.available == Units::new(TRIAL)).then_some(())
        }).await;
    }
}
