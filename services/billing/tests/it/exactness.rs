//! The check of the books finds what is wrong, and says when it last looked.

use std::time::Duration;

use client_billing::ChargeState;
use domain::{Mode, TenantId, Units, Verdict};

use crate::house::{on_both_stores, reservation};

on_both_stores! {
    async fn exact_books_are_shown_as_exact(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
        let found = house.exactness().await;
        assert_eq!((found.over_sold, found.drift, found.accounts), (Units::ZERO, Units::ZERO, 1));
        let shown = house.balance(asked.tenant, Mode::Live).await;
        assert_eq!((shown["overSold"].as_i64(), shown["drift"].as_i64()), (Some(0), Some(0)));
        assert_eq!(shown["checkedAt"].as_i64(), found.checked_at.map(domain::Timestamp::millis));
    }

    async fn empty_books_are_checked_too(house: House) {
        assert_eq!(house.exactness().await.accounts, 0);
        assert!(house.balance(TenantId::generate(), Mode::Live).await["checkedAt"].is_i64());
    }

    async fn a_registered_charge_that_nobody_knows_is_posted_as_used_and_owed_once(house: House) {
        let stranger = reservation(TenantId::generate(), Mode::Live);
        house.witness.register(stranger.charge, stranger.tenant, stranger.mode);
        for _ in 0..2 {
            let found = house.exactness().await;
            assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
            let shown = house.balance(stranger.tenant, Mode::Live).await;
            let units = ["available", "used", "granted", "debt"].map(|name| shown[name].as_i64());
            assert_eq!(units, [Some(0), Some(1), Some(1), Some(1)]);
        }
        // Its caller's repeat meets it as it meets any other committed charge.
        let told = house.gateway.settle("r", stranger.charge, Verdict::Registered).await.unwrap();
        assert_eq!(told.state, ChargeState::Committed);
    }

    async fn a_registered_charge_whose_unit_was_given_back_is_over_sold(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.gateway.settle("r", asked.charge, Verdict::Refused).await.unwrap();
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        assert_eq!(house.exactness().await.over_sold, Units::ONE);
        assert_eq!(house.balance(asked.tenant, Mode::Live).await["overSold"], 1);
    }

    async fn a_committed_charge_that_nobody_registered_is_drift(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
        assert_eq!(house.exactness().await.drift, Units::ONE);
    }

    async fn a_changed_balance_is_drift(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.sql("UPDATE accounts SET available = available + 1").await;
        assert!(Units::ZERO < house.exactness().await.drift);
    }

    async fn a_released_charge_that_was_registered_is_found(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.gateway.settle("r", asked.charge, Verdict::Refused).await.unwrap();
        assert_eq!(house.exactness().await.over_sold, Units::ZERO);
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        assert_eq!(house.exactness().await.over_sold, Units::ONE);
    }

    async fn what_was_proven_is_read_again_at_night_and_not_before(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        house.witness.register(asked.charge, asked.tenant, asked.mode);
        house.gateway.settle("r", asked.charge, Verdict::Registered).await.unwrap();
        for _ in 0..4 {
            assert_eq!(house.exactness().await.drift, Units::ZERO);
            house.clock.advance(Duration::from_mins(11));
        }
        assert_eq!(house.exactness().await.drift, Units::ZERO);
        assert!(0 < house.count("SELECT count(*) AS n FROM proven_sums").await);
        let entered = "UPDATE entries SET units = units - 1 WHERE account = 'granted'";
        house.sql(entered).await;
        let later = reservation(asked.tenant, Mode::Live);
        house.reserve(&later).await;
        assert_eq!(house.exactness().await.drift, Units::ZERO, "what is new fits what was proven");
        house.clock.advance(Duration::from_hours(13));
        assert!(Units::ZERO < house.exactness().await.drift, "the day's proof begins with the first entry");
    }

    async fn what_is_wrong_in_new_entries_is_found_on_top_of_what_was_proven(house: House) {
        let asked = reservation(TenantId::generate(), Mode::Live);
        house.reserve(&asked).await;
        for _ in 0..4 {
            assert_eq!(house.exactness().await.drift, Units::ZERO);
            house.clock.advance(Duration::from_mins(11));
        }
        house.sql("UPDATE accounts SET available = available + 1, granted = granted + 1").await;
        assert_eq!(house.exactness().await.drift, Units::new(2));
        house.sql("UPDATE accounts SET available = available - 1, granted = granted - 1").await;
        assert_eq!(house.exactness().await.drift, Units::ZERO);
    }

    async fn without_its_witness_a_check_is_not_complete(house: House) {
        house.reserve(&reservation(TenantId::generate(), Mode::Live)).await;
        let before = house.exactness().await.checked_at;
        house.witness.set_down(true);
        house.clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(house.gateway.exactness("r").await.unwrap().checked_at, before);
    }
}
