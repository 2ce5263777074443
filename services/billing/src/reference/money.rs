//! Units that come for money or for nothing, and money that goes back. Everything is told twice, as events are.

use domain::{Currency, MemberId, Mode, PurchaseId, TenantId, Timestamp, Units};
use store_kit::Db;

use super::model::Model;
use crate::store::claims::{Claim, ClaimKind};
use crate::store::lots::{LotKind, NewLot};
use crate::store::purchases::{Purchase, PurchaseState};
use crate::store::{AccountKey, accounts};
use crate::{claim, lot};

/// What a unit costs: a claim's money is a whole number of units.
const UNIT_MINOR: i64 = 100;

/// Purchases of a tenant, and what was claimed back of them.
#[derive(Default)]
pub(super) struct Money {
    purchases: Vec<Purchase>,
    claims: Vec<Claim>,
}

impl Money {
    pub(super) async fn buy(
        &mut self,
        db: &Db,
        model: &mut Model,
        (tenant, units, expires_at): (TenantId, i64, Timestamp),
    ) {
        let purchase = paid(tenant, units, model.now);
        let paid = (Units::new(units), expires_at);
        let account = live(tenant);
        let origin = lot::purchase_origin(purchase.id);
        for _ in 0..2 {
            let tx = db.begin().await.unwrap();
            accounts::lock(&*tx, account).await.unwrap();
            lot::open_purchased(&tx, account, purchase.id, paid, model.now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let key = (Mode::Live, origin.clone());
            model.open(key, units, 30, Some(expires_at));
        }
        self.purchases.push(purchase);
    }

    pub(super) async fn claim(
        &mut self,
        db: &Db,
        model: &mut Model,
        (purchase, kind, units): (usize, ClaimKind, i64),
    ) {
        let Some(nth) = purchase.checked_rem(self.purchases.len()) else {
            return;
        };
        let purchase = self.stirred(nth);
        self.claims.push(Claim {
            id: format!("claim {}", self.claims.len()),
            tenant: purchase.tenant,
            purchase: purchase.id,
            kind,
            amount_minor: units * UNIT_MINOR,
            currency: purchase.currency.as_str().to_owned(),
            status: "in force".to_owned(),
            in_force: true,
            created_at: model.now,
            changed_at: model.now,
        });
        self.tell(db, model, &purchase).await;
    }

    pub(super) async fn withdraw(&mut self, db: &Db, model: &mut Model, claim: usize) {
        let Some(nth) = claim.checked_rem(self.claims.len()) else {
            return;
        };
        let claim = &mut self.claims[nth];
        (claim.in_force, claim.status) = (false, "withdrawn".to_owned());
        let of = claim.purchase;
        let nth = self.purchases.iter().position(|of_all| of_all.id == of);
        let purchase = self.stirred(nth.unwrap());
        self.tell(db, model, &purchase).await;
    }

    /// Each look at Stripe has a generation of its own.
    fn stirred(&mut self, nth: usize) -> Purchase {
        self.purchases[nth].generation += 1;
        self.purchases[nth].clone()
    }

    async fn tell(&self, db: &Db, model: &mut Model, purchase: &Purchase) {
        let told: Vec<Claim> = self
            .claims
            .iter()
            .filter(|claim| claim.purchase == purchase.id)
            .cloned()
            .collect();
        for _ in 0..2 {
            let tx = db.begin().await.unwrap();
            claim::bring_up_to_date(&tx, purchase, purchase.price_minor, &told, model.now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let gone = told.iter().filter(|claim| claim.in_force);
        let gone: i64 = gone.map(|claim| claim.amount_minor / UNIT_MINOR).sum();
        model.reclaim(Mode::Live, &lot::purchase_origin(purchase.id), gone);
    }
}

/// The operator gives units.
pub(super) async fn grant(
    db: &Db,
    model: &mut Model,
    (tenant, units, expires_at): (TenantId, i64, Timestamp),
) {
    let account = live(tenant);
    let origin = format!("grant {}", PurchaseId::generate());
    for _ in 0..2 {
        let given = NewLot {
            kind: LotKind::Grant,
            origin: origin.clone(),
            units: Units::new(units),
            priority: 20,
            expires_at: Some(expires_at),
        };
        let tx = db.begin().await.unwrap();
        accounts::lock(&*tx, account).await.unwrap();
        lot::open(&tx, account, given, None, model.now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let key = (Mode::Live, origin.clone());
        model.open(key, units, 20, Some(expires_at));
    }
}

const fn live(tenant: TenantId) -> AccountKey {
    AccountKey {
        tenant,
        mode: Mode::Live,
    }
}

fn paid(tenant: TenantId, units: i64, now: Timestamp) -> Purchase {
    Purchase {
        id: PurchaseId::generate(),
        tenant,
        member: MemberId::generate(),
        bundle: "of the model".to_owned(),
        price_list: "of the model".to_owned(),
        units: Units::new(units),
        validity_months: 12,
        price_minor: units * UNIT_MINOR,
        currency: Currency::Eur,
        livemode: false,
        state: PurchaseState::Paid,
        generation: 1,
        session: None,
        payment_intent: None,
        checkout_url: None,
        amount_total: None,
        amount_tax: None,
        review: None,
        created_at: now,
        paid_at: Some(now),
        ask_at: None,
        asked: 0,
    }
}
