//! Whatever is asked side by side and in whatever order, the books balance after every step.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_billing::{Reservation, Reserved};
use client_signing::Tombstone;
use domain::{ChargeId, Mode, TenantId, Units, Verdict};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::task::JoinSet;

use crate::house::{House, StoreKind, again, reservation, until};

/// Cases on each store; a failing one is made small and printed whole.
const CASES: u32 = 8;

#[derive(Clone, Copy, Debug)]
enum Act {
    /// A create, under one of a few request ids.
    Reserve {
        request: usize,
    },
    /// The verdict on one of the charges so far, told to billing.
    Settle {
        charge: usize,
        verdict: Verdict,
    },
    /// The verdict is given and billing is not told.
    Decide {
        charge: usize,
        verdict: Verdict,
    },
    Doubt {
        charge: usize,
    },
    Renew {
        charge: usize,
    },
}

/// Acts that happen side by side, and how long nothing happens afterwards.
#[derive(Clone, Debug)]
struct Step {
    acts: Vec<Act>,
    pause: Duration,
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        3 => Just(Verdict::Registered),
        2 => Just(Verdict::Refused),
        1 => Just(Verdict::Free),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0..6_usize).prop_map(|request| Act::Reserve { request }),
        4 => (any::<usize>(), verdict()).prop_map(|(charge, verdict)| Act::Settle { charge, verdict }),
        2 => (any::<usize>(), verdict()).prop_map(|(charge, verdict)| Act::Decide { charge, verdict }),
        1 => any::<usize>().prop_map(|charge| Act::Doubt { charge }),
        1 => any::<usize>().prop_map(|charge| Act::Renew { charge }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let pause = prop_oneof![
        6 => Just(Duration::from_secs(1)),
        2 => Just(Duration::from_secs(31)),
        1 => Just(Duration::from_hours(25)),
        1 => Just(Duration::from_hours(24 * 45)),
    ];
    (proptest::collection::vec(act(), 1..12), pause).prop_map(|(acts, pause)| Step { acts, pause })
}

/// What one case works on.
struct Case {
    house: House,
    tenant: TenantId,
    mode: Mode,
    requests: Vec<Reservation>,
    charges: Mutex<BTreeSet<ChargeId>>,
}

impl Case {
    async fn act(&self, act: Act) {
        let owner = Tombstone {
            tenant: self.tenant,
            mode: self.mode,
        };
        match act {
            Act::Reserve { request } => {
                let asked = again(&self.requests[request]);
                if let Reserved::Held { .. } = self.house.reserve(&asked).await {
                    self.charges.lock().unwrap().insert(asked.charge);
                }
            }
            Act::Settle { charge, verdict } => {
                if let Some(charge) = self.charge(charge) {
                    let told = self.house.witness.decide(charge, owner, verdict);
                    self.house.gateway.settle("r", charge, told).await.unwrap();
                }
            }
            Act::Decide { charge, verdict } => {
                if let Some(charge) = self.charge(charge) {
                    self.house.witness.decide(charge, owner, verdict);
                }
            }
            Act::Doubt { charge } => {
                if let Some(charge) = self.charge(charge) {
                    self.house.gateway.doubt("r", charge).await.unwrap();
                }
            }
            Act::Renew { charge } => {
                if let Some(charge) = self.charge(charge) {
                    self.house.gateway.renew_lease("r", charge).await.unwrap();
                }
            }
        }
    }

    fn charge(&self, nth: usize) -> Option<ChargeId> {
        let charges = self.charges.lock().unwrap();
        let nth = nth.checked_rem(charges.len())?;
        charges.iter().nth(nth).copied()
    }

    /// available + held + consumed + lapsed + refunded = purchased + granted, as anybody reads it.
    async fn assert_balanced(&self) {
        let shown = self.house.balance(self.tenant, self.mode).await;
        let of = |name: &str| shown[name].as_i64().unwrap();
        let inside = of("available") + of("used") + of("lapsed") + of("refunded");
        assert_eq!(inside, of("purchased") + of("granted"), "{shown}");
        assert!(0 <= of("available") && 0 <= of("held"), "{shown}");
    }
}

async fn play(kind: StoreKind, mode: Mode, steps: Vec<Step>) {
    let house = House::on(kind).await;
    let tenant = TenantId::generate();
    let case = Arc::new(Case {
        house,
        tenant,
        mode,
        requests: (0..6).map(|_| reservation(tenant, mode)).collect(),
        charges: Mutex::default(),
    });
    for step in steps {
        let mut acting = JoinSet::new();
        for act in step.acts {
            let case = Arc::clone(&case);
            acting.spawn(async move { case.act(act).await });
        }
        acting.join_all().await;
        case.assert_balanced().await;
        case.house.clock.advance(step.pause);
    }
    // Every lease lapses, and the witness ends what is left.
    case.house.clock.advance(Duration::from_mins(2));
    until("everything is settled", || async {
        let standing = case
            .house
            .gateway
            .standing("r", tenant, mode, None)
            .await
            .unwrap();
        (standing.held == Units::ZERO).then_some(())
    })
    .await;
    case.assert_balanced().await;
    let used = case.house.balance(tenant, mode).await["used"].as_u64();
    assert_eq!(used, u64::try_from(case.house.witness.registered()).ok());
    let found = case.house.exactness().await;
    assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
}

fn the_books_balance_on(kind: StoreKind) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: CASES,
        max_shrink_iters: 24,
        ..Config::default()
    };
    let steps = (
        proptest::collection::vec(step(), 1..6),
        prop_oneof![3 => Just(Mode::Live), 1 => Just(Mode::Test)],
    );
    TestRunner::new(config)
        .run(&steps, |(steps, mode)| {
            runtime.block_on(play(kind, mode, steps));
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_books_balance_after_any_interleaving_on_sqlite() {
    the_books_balance_on(StoreKind::Sqlite);
}

#[test]
fn the_books_balance_after_any_interleaving_on_postgres() {
    the_books_balance_on(StoreKind::Postgres);
}
