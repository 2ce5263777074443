//! Each scenario of Stripe's with its events told in every order, one of them twice and one never, some while things still
//! happen: all end in the same ledger.

use std::time::Duration;

use client_billing::Reserved;
use domain::{Mode, TenantId, Units, Verdict};
use reqwest::StatusCode;
use serde_json::Value;

use crate::house::{StoreKind, WEBHOOK_SECRET, reservation, until};
use crate::shop::{Shop, Webhooks};

/// What happens at Stripe, or here in between.
#[derive(Clone, Copy, Debug)]
enum Step {
    Decline,
    FailAuthentication,
    PassAuthentication,
    Pay,
    Debit,
    MoneyArrives,
    DebitFails,
    Expire,
    /// The buyer comes back and uses units, the ten of the trial first.
    Use(usize),
    Refund(i64),
    FailRefund,
    Dispute,
    EndDispute(&'static str),
}

struct Scenario {
    steps: &'static [Step],
    state: &'static str,
    /// Available, used, refunded, owed, bought.
    units: [i64; 5],
}

use Step::{
    Debit, DebitFails, Decline, Dispute, EndDispute, Expire, FailAuthentication, FailRefund,
    MoneyArrives, PassAuthentication, Pay, Refund, Use,
};

const NOTHING: [i64; 5] = [0; 5];
const ALL: [i64; 5] = [100, 0, 0, 0, 100];

/// Every scenario, and how it ends.
const fn scenario(name: &str) -> Scenario {
    let (steps, state, units): (&[Step], _, _) = match name.as_bytes() {
        b"paid" => (&[Pay], "paid", ALL),
        b"declined_then_paid" => (&[Decline, Pay], "paid", ALL),
        b"authenticated" => (&[FailAuthentication, PassAuthentication], "paid", ALL),
        b"delayed_paid" => (&[Debit, MoneyArrives], "paid", ALL),
        b"delayed_failed" => (&[Debit, DebitFails], "failed", NOTHING),
        b"expired" => (&[Decline, Expire], "expired", NOTHING),
        b"full_refund" => (&[Pay, Use(13), Refund(4900)], "paid", [0, 13, 97, 3, 100]),
        b"partial_refunds" => (
            &[Pay, Refund(1225), Refund(2450)],
            "paid",
            [25, 0, 75, 0, 100],
        ),
        b"partial_refund_of_used_units" => {
            (&[Pay, Use(70), Refund(2450)], "paid", [0, 70, 40, 10, 100])
        }
        b"failed_refund" => (&[Pay, Refund(2450), FailRefund], "paid", ALL),
        b"dispute_won" => (&[Pay, Dispute, EndDispute("win")], "paid", ALL),
        b"dispute_lost" => (
            &[Pay, Use(12), Dispute, EndDispute("lose")],
            "paid",
            [0, 12, 98, 2, 100],
        ),
        _ => panic!("no such scenario"),
    };
    Scenario {
        steps,
        state,
        units,
    }
}

/// One purchase on its way through a scenario.
struct Run<'s> {
    shop: &'s Shop,
    tenant: TenantId,
    purchase: String,
    page: String,
}

impl Run<'_> {
    async fn intent(&self) -> String {
        let intents = self.shop.listed("/v1/payment_intents?limit=1").await;
        intents[0]["id"].as_str().unwrap().to_owned()
    }

    async fn newest(&self, list: &str) -> String {
        let path = format!("/v1/{list}?payment_intent={}", self.intent().await);
        let listed = self.shop.listed(&path).await;
        listed[0]["id"].as_str().unwrap().to_owned()
    }

    async fn submit(&self, form: &[(&str, &str)], wanted: StatusCode) {
        assert_eq!(self.shop.submit(&self.page, form).await, wanted, "{form:?}");
    }

    async fn by_hand(&self, path: &str, form: &[(&str, &str)]) {
        self.shop.by_hand(path, form).await;
    }

    async fn take(&self, step: Step) {
        const ASKS: (&str, &str) = ("card_number", "4000002760003184");
        let session = self.page.rsplit('/').next().unwrap();
        match step {
            Decline => {
                let form = [("attempt", "decline")];
                self.submit(&form, StatusCode::PAYMENT_REQUIRED).await;
            }
            FailAuthentication => {
                self.submit(&[ASKS], StatusCode::OK).await;
                let form = [ASKS, ("authentication", "failed")];
                self.submit(&form, StatusCode::PAYMENT_REQUIRED).await;
            }
            PassAuthentication => {
                let form = [ASKS, ("authentication", "passed")];
                self.submit(&form, StatusCode::SEE_OTHER).await;
            }
            Pay => self.submit(&[], StatusCode::SEE_OTHER).await,
            Debit => {
                let form = [("attempt", "debit")];
                self.submit(&form, StatusCode::SEE_OTHER).await;
            }
            MoneyArrives => {
                let path = format!("/sandbox/sessions/{session}/arrive");
                self.by_hand(&path, &[]).await;
            }
            DebitFails => {
                let path = format!("/sandbox/sessions/{session}/fail");
                self.by_hand(&path, &[]).await;
            }
            Expire => self.shop.expire(&self.page).await,
            Use(units) => self.use_units(units).await,
            Refund(minor) => {
                let path = format!("/sandbox/payments/{}/refund", self.intent().await);
                self.by_hand(&path, &[("amount", &minor.to_string())]).await;
            }
            FailRefund => {
                let path = format!("/sandbox/refunds/{}/fail", self.newest("refunds").await);
                self.by_hand(&path, &[]).await;
            }
            Dispute => {
                let path = format!("/sandbox/payments/{}/dispute", self.intent().await);
                self.by_hand(&path, &[]).await;
            }
            EndDispute(end) => {
                let id = self.newest("disputes").await;
                self.by_hand(&format!("/sandbox/disputes/{id}/{end}"), &[])
                    .await;
            }
        }
    }

    async fn use_units(&self, units: usize) {
        let house = &self.shop.house;
        let paid = self.shop.purchase(self.tenant, &self.purchase).await;
        assert_eq!(paid["state"], "paid");
        for _ in 0..units {
            let asked = reservation(self.tenant, Mode::Live);
            let held = house.reserve(&asked).await;
            assert!(matches!(held, Reserved::Held { .. }), "{held:?}");
            house
                .witness
                .register(asked.charge, self.tenant, Mode::Live);
            let settled = house.gateway.settle("r", asked.charge, Verdict::Registered);
            settled.await.unwrap();
        }
    }

    /// The events of this purchase that Stripe has until now, the newest first.
    async fn events(&self) -> Vec<Value> {
        let session = self.page.rsplit('/').next().unwrap();
        let listed = self.shop.listed("/v1/events?limit=100").await;
        let paid = listed.iter().find_map(|event| {
            let object = &event["data"]["object"];
            let is_ours = object["metadata"]["purchase"] == self.purchase.as_str();
            (is_ours && object["object"] == "payment_intent").then(|| object["id"].clone())
        });
        let is_ours = |event: &Value| {
            let object = &event["data"]["object"];
            object["id"] == session
                || paid.as_ref().is_some_and(|intent| {
                    [&object["id"], &object["payment_intent"]].contains(&intent)
                })
        };
        listed.into_iter().filter(is_ours).collect()
    }

    async fn tell(&self, event: &Value) {
        let (status, answer) = self.shop.send(event, WEBHOOK_SECRET).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// How it stands here, without asking Stripe.
    async fn standing(&self) -> (Value, [i64; 5]) {
        let shown = self.shop.house.balance(self.tenant, Mode::Live).await;
        let units = ["available", "used", "refunded", "debt", "purchased"]
            .map(|name| shown[name].as_i64().unwrap());
        (self.shop.listed_state(self.tenant).await, units)
    }

    async fn ends_as(&self, wanted: &Scenario, order: &str) {
        until(
            &format!("{} {:?} after {order}", wanted.state, wanted.units),
            || async {
                (self.standing().await == (wanted.state.into(), wanted.units)).then_some(())
            },
        )
        .await;
    }
}

/// Every order of `of` things.
fn orders(of: usize) -> Vec<Vec<usize>> {
    (0..of).fold(vec![Vec::new()], |shorter, next| {
        let insert = |order: &Vec<usize>| {
            let longer = (0..=order.len()).map(|place| {
                let mut longer = order.clone();
                longer.insert(place, next);
                longer
            });
            longer.collect::<Vec<_>>()
        };
        shorter.iter().flat_map(insert).collect()
    })
}

async fn begin(shop: &Shop) -> Run<'_> {
    let tenant = TenantId::generate();
    let (purchase, page) = shop.buy(tenant).await;
    Run {
        shop,
        tenant,
        purchase,
        page,
    }
}

/// The `nth` telling: one event twice, at once and again at the end; one never, in all tellings but every so many.
async fn tell_all(run: &Run<'_>, events: &[Value], order: &[usize], nth: usize) -> bool {
    let dropped = nth % (order.len() + 1);
    let doubled = (nth / 2) % order.len();
    for (place, event) in order.iter().enumerate() {
        if place == dropped {
            continue;
        }
        run.tell(&events[*event]).await;
        if place == doubled {
            run.tell(&events[*event]).await;
        }
    }
    if doubled != dropped {
        run.tell(&events[order[doubled]]).await;
    }
    dropped < order.len() && order.len() == 1
}

async fn every_order_ends_in_the_same_ledger(kind: StoreKind, name: &str, each: usize) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let wanted = scenario(name);
    let first = begin(&shop).await;
    for step in wanted.steps {
        first.take(*step).await;
    }
    let count = first.events().await.len();
    assert!(0 < count, "Stripe tells of it");
    let mut all = vec![first];
    for (nth, order) in orders(count)
        .iter()
        .enumerate()
        .filter(|(nth, _)| nth % each == 0)
    {
        let run = begin(&shop).await;
        for step in wanted.steps {
            run.take(*step).await;
            // Some hear of each thing before the next happens.
            if let Some(newest) = run.events().await.first().filter(|_| nth % 3 == 1) {
                run.tell(newest).await;
            }
        }
        let events = run.events().await;
        assert_eq!(events.len(), count);
        let is_unheard = tell_all(&run, &events, order, nth).await;
        if !is_unheard {
            run.ends_as(&wanted, &format!("{order:?}")).await;
        }
        all.push(run);
    }
    // What nobody told of is found by looking.
    shop.house.clock.advance(Duration::from_hours(24));
    for run in &all {
        run.ends_as(&wanted, "a day").await;
    }
    let found = shop.house.exactness().await;
    assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
}

/// Every order where there are up to 24. Of those of a dispute, which has 120 or 720, each seventh; all of them in the soak. On
/// `PostgreSQL`, which costs more, fewer.
macro_rules! each_scenario {
    ($($name:ident: $sqlite:literal $postgres:literal)*) => {
        mod on_sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            super::every_order_ends_in_the_same_ledger(super::StoreKind::Sqlite, stringify!($name), $sqlite).await;
        })* }
        mod on_postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            super::every_order_ends_in_the_same_ledger(super::StoreKind::Postgres, stringify!($name), $postgres).await;
        })* }
    };
}
each_scenario! {
    paid: 1 1
    declined_then_paid: 1 1
    authenticated: 1 1
    delayed_paid: 1 7
    delayed_failed: 1 7
    expired: 1 1
    full_refund: 1 1
    partial_refunds: 1 7
    partial_refund_of_used_units: 1 1
    failed_refund: 1 7
    dispute_won: 7 37
    dispute_lost: 7 37
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_every_order_of_a_dispute_ends_in_the_same_ledger() {
    for name in ["dispute_won", "dispute_lost"] {
        every_order_ends_in_the_same_ledger(StoreKind::Sqlite, name, 1).await;
    }
}
