//! A call that dies at the worst moment is asked again and costs nothing twice.

use client_billing::{ChargeState, Reserved};
use domain::{Mode, TenantId, Units, Verdict};
use fail::FailScenario;

use crate::house::{on_both_stores, reservation};

on_both_stores! {
    async fn a_reservation_whose_reply_is_lost_holds_one_unit(house: House) {
        let scenario = FailScenario::setup();
        fail::cfg("billing::reserve::committed", "1*panic->off").unwrap();
        let asked = reservation(TenantId::generate(), Mode::Live);
        assert!(house.gateway.reserve("r", &asked).await.is_err());
        assert_eq!(house.reserve(&asked).await, Reserved::Held { available: Units::new(9) });
        assert_eq!(house.exactness().await.drift, Units::ZERO);
        scenario.teardown();
    }

    async fn a_settlement_that_dies_before_its_commit_is_done_by_the_next(house: House) {
        let scenario = FailScenario::setup();
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        fail::cfg("billing::settle::before-commit", "1*panic->off").unwrap();
        assert!(house.gateway.settle("r", asked.charge, Verdict::Registered).await.is_err());
        let standing = house.gateway.standing("r", asked.tenant, Mode::Live, None).await.unwrap();
        assert_eq!(standing.held, Units::ONE);
        let settled = house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
        assert_eq!((settled.state, settled.available.count()), (ChargeState::Committed, 9));
        assert_eq!(house.exactness().await.drift, Units::ZERO);
        scenario.teardown();
    }
}
