//! The real store, driven act by act beside the model.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_billing::{Operation, Reservation};
use domain::charging::{self, Effect, Outcome};
use domain::{ApiKeyId, ChargeId, ManualClock, Mode, TenantId, Verdict};
use migrations::billing::BillingMigrator;
use store_kit::{Db, StoreUrl};
use tokio_util::sync::CancellationToken;

use super::act::{Act, Answer, Ask, Crash, Source, Step};
use super::books::{Rows, compare};
use super::crash::{die_at, drop_after};
use super::model::Model;
use super::money::{self, Money};
use super::witness::SharedWitness;
use crate::debt::DebtPolicy;
use crate::judge::Judge;
use crate::settle::Told;
use crate::store::wipe;
use crate::{charge, reserve, settle, sweeper};

/// 2026-11-24, noon.
const NOON: domain::Timestamp = domain::Timestamp::from_millis(1_795_521_600_000);

/// Why a case is refused: what the store did otherwise than the model, or which invariant it broke.
pub(super) type Found = Result<(), String>;

/// An empty store, brought up to date.
pub(super) async fn store(folder: &tempfile::TempDir) -> Db {
    let url = StoreUrl::SqliteFile(folder.path().join("billing.sqlite"));
    let db = Db::connect(&url, "billing").await.unwrap();
    db.migrate::<BillingMigrator>().await.unwrap();
    db
}

/// One case: one tenant on an empty store, and the model of it.
pub(super) struct World {
    db: Db,
    clock: ManualClock,
    judge: Judge,
    tenant: TenantId,
    model: Model,
    /// Reservations that got a unit, in that order.
    taken: Vec<Reservation>,
    money: Money,
    witness: SharedWitness,
    stop: CancellationToken,
}

impl World {
    /// Plays a case; the error says where the store went another way than the model.
    pub(super) async fn play(db: &Db, steps: &[Step]) -> Found {
        wipe::everything(db).await;
        let clock = ManualClock::at(NOON);
        let mut world = Self {
            db: db.clone(),
            judge: Judge::new(db.clone(), Arc::new(clock.clone()), DebtPolicy::default()),
            clock,
            tenant: TenantId::generate(),
            model: Model::at(NOON),
            taken: Vec::new(),
            money: Money::default(),
            witness: SharedWitness(Mutex::default()),
            stop: CancellationToken::new(),
        };
        let judging = world.judge.start(&world.stop);
        let found = world.run(steps).await;
        world.stop.cancel();
        for worker in judging {
            worker.await.unwrap();
        }
        found
    }

    async fn run(&mut self, steps: &[Step]) -> Found {
        for (at, step) in steps.iter().enumerate() {
            let done = self.step(step).await;
            done.map_err(|why| format!("step {at}, {step:?}: {why}"))?;
        }
        // Every lease runs out, and the witness ends what is left: nothing is held for ever.
        self.wait(Duration::from_mins(10));
        self.sweep(true).await?;
        self.check().await?;
        let held = self.model.held(Mode::Live) + self.model.held(Mode::Test);
        agree("what is held at the end", &held, &0)
    }

    async fn step(&mut self, step: &Step) -> Found {
        match &step.act {
            Act::Reserve(asks) => {
                let asked = self.reservations(asks);
                self.reserve(step.crash, &asked).await?;
            }
            Act::Settle(ends) => {
                let told = ends.iter().filter_map(|(nth, verdict)| {
                    let charge = self.charge(*nth)?;
                    Some((charge, *verdict))
                });
                let told: Vec<(ChargeId, Verdict)> = told.collect();
                let told = told
                    .into_iter()
                    .map(|(charge, verdict)| (charge, self.decide(charge, verdict)))
                    .collect();
                self.settle(step.crash, told).await?;
            }
            Act::Hear(answer) => self.hear(step.crash, *answer).await?,
            Act::Doubt(nth) => {
                if let Some(charge) = self.charge(*nth) {
                    self.doubt(charge).await?;
                }
            }
            Act::Renew(nth) => {
                if let Some(charge) = self.charge(*nth) {
                    let answer = charge::renew_lease(&self.db, &self.clock, charge).await;
                    let until = |leased: client_billing::Leased| leased.until;
                    let expected = self.model.renew(charge).map(until);
                    agree("a lease", &answer.ok().map(until), &expected)?;
                }
            }
            Act::Sweep { witness_answers } => self.sweep(*witness_answers).await?,
            Act::TopUp {
                source,
                units,
                days,
            } => {
                let expires_at = self.model.now.plus(Duration::from_hours(24 * days));
                let (db, model) = (&self.db, &mut self.model);
                match source {
                    Source::Purchase => {
                        let of = (self.tenant, *units, expires_at);
                        self.money.buy(db, model, of).await;
                    }
                    Source::Grant => {
                        money::grant(db, model, (self.tenant, *units, expires_at)).await;
                    }
                }
            }
            Act::Claim {
                purchase,
                kind,
                units,
            } => {
                let of = (*purchase, *kind, *units);
                self.money.claim(&self.db, &mut self.model, of).await;
            }
            Act::Withdraw(claim) => {
                self.money.withdraw(&self.db, &mut self.model, *claim).await;
            }
        }
        self.check().await?;
        self.wait(step.pause);
        Ok(())
    }

    fn wait(&mut self, time: Duration) {
        self.clock.advance(time);
        self.model.wait(time);
    }

    fn charge(&self, nth: usize) -> Option<ChargeId> {
        let nth = nth.checked_rem(self.taken.len())?;
        self.taken.get(nth).map(|asked| asked.charge)
    }

    fn reservations(&self, asks: &[Ask]) -> Vec<Reservation> {
        let of = |ask: &Ask| match *ask {
            Ask::New { mode, request } => Some(Reservation {
                charge: ChargeId::generate(),
                tenant: self.tenant,
                mode,
                key: ApiKeyId::generate(),
                operation: Operation::Create,
                request_id: format!("request {request}"),
                idempotent: true,
            }),
            Ask::Again { charge } => {
                let nth = charge.checked_rem(self.taken.len())?;
                self.taken.get(nth).cloned()
            }
        };
        asks.iter().filter_map(of).collect()
    }

    async fn reserve(&mut self, crash: Option<Crash>, asked: &[Reservation]) -> Found {
        if asked.is_empty() {
            return Ok(());
        }
        if let Some(crash) = crash {
            let mut after = self.model.clone();
            for asked in asked {
                after.reserve(asked);
            }
            let (db, clock, asked) = (self.db.clone(), self.clock.clone(), asked.to_vec());
            let act = Box::pin(async move {
                reserve::judge_all((&db, &clock, DebtPolicy::default()), &asked).await;
            });
            self.survive("reserve", crash, act, after).await?;
        }
        // Who got no answer asks again with the same charge id.
        let answers =
            reserve::judge_all((&self.db, &self.clock, DebtPolicy::default()), asked).await;
        let mut expected = Vec::with_capacity(asked.len());
        for asked in asked {
            expected.push(self.model.reserve(asked));
            let is_new = self.taken.iter().all(|taken| taken.charge != asked.charge);
            if is_new && self.model.holds.contains_key(&asked.charge) {
                self.taken.push(asked.clone());
            }
        }
        for (answer, expected) in answers.into_iter().zip(expected) {
            let answer = answer.map_err(|why| why.to_string());
            agree("the answer to a reservation", &answer, &Ok(expected))?;
        }
        Ok(())
    }

    /// What signing decided, if it comes first; what stands.
    fn decide(&mut self, charge: ChargeId, verdict: Verdict) -> Verdict {
        let stands = self.model.decide(charge, verdict);
        let mut witness = self.witness.0.lock().unwrap();
        witness.verdicts.insert(charge, stands);
        stands
    }

    async fn settle(&mut self, crash: Option<Crash>, told: Vec<(ChargeId, Verdict)>) -> Found {
        if told.is_empty() {
            return Ok(());
        }
        let words: Vec<Told> = told
            .iter()
            .map(|(charge, verdict)| Told {
                charge: *charge,
                verdict: *verdict,
            })
            .collect();
        if let Some(crash) = crash {
            let mut after = self.model.clone();
            for (charge, verdict) in &told {
                after.settle(*charge, self.stands(*charge, *verdict));
            }
            let (db, clock, words) = (self.db.clone(), self.clock.clone(), words.clone());
            let act = Box::pin(async move {
                settle::settle_all(&db, &clock, &words).await;
            });
            self.survive("settle", crash, act, after).await?;
        }
        let answers = settle::settle_all(&self.db, &self.clock, &words).await;
        for (charge, verdict) in &told {
            let stands = self.stands(*charge, *verdict);
            self.model.settle(*charge, stands);
        }
        for ((charge, _), answer) in told.iter().zip(answers) {
            let answer = answer
                .ok()
                .map(|settled| (settled.state, settled.available));
            let expected = self.model.settled(*charge);
            let expected = expected.map(|settled| (settled.state, settled.available));
            agree("the answer to a settlement", &answer, &expected)?;
        }
        Ok(())
    }

    /// The witness's own word: whoever tells another one is wrong, and the model does not listen.
    fn stands(&self, charge: ChargeId, told: Verdict) -> Verdict {
        self.model.witness.get(&charge).copied().unwrap_or(told)
    }

    /// What the gateway does with an answer: the very code that reads it, and the very table.
    async fn hear(&mut self, crash: Option<Crash>, answer: Answer) -> Found {
        let Some(charge) = self.charge(answer.charge) else {
            return Ok(());
        };
        if let Some(verdict) = answer.decided {
            self.decide(charge, verdict);
        }
        let stands = self.model.witness.get(&charge).copied();
        let heard = client_signing::heard(answer.status, stands.filter(|_| answer.with_verdict));
        match (charging::effect(Operation::Create, heard), heard) {
            (Effect::Commit | Effect::Release, Outcome::Decided(verdict)) => {
                self.settle(crash, vec![(charge, verdict)]).await
            }
            _ => self.doubt(charge).await,
        }
    }

    async fn doubt(&mut self, charge: ChargeId) -> Found {
        let answer = charge::doubt(&self.db, &self.clock, charge).await;
        self.model.doubt(charge);
        let told = |settled: client_billing::Settled| (settled.state, settled.available);
        let expected = self.model.settled(charge).map(told);
        agree("the answer to a doubt", &answer.ok().map(told), &expected)
    }

    async fn sweep(&mut self, witness_answers: bool) -> Found {
        {
            let mut witness = self.witness.0.lock().unwrap();
            witness.answers = witness_answers;
            witness.asked.clear();
        }
        self.model.doubt_lapsed();
        let due: Vec<ChargeId> = self.model.to_ask().collect();
        let done = sweeper::sweep_over(&self.db, &self.clock, &self.judge, &self.witness).await;
        let asked = std::mem::take(&mut self.witness.0.lock().unwrap().asked);
        for charge in &asked {
            if witness_answers {
                let verdict = self.decide(*charge, Verdict::Tombstoned);
                self.model.settle(*charge, verdict);
            } else if let Some(hold) = self.model.holds.get_mut(charge) {
                // The longest wait between two questions is a minute.
                hold.quiet_until = self.model.now.plus(Duration::from_mins(1));
            }
        }
        let unasked = due.iter().find(|charge| !asked.contains(charge));
        self.check().await?;
        if witness_answers {
            agree("a doubtful charge that nobody asked about", &unasked, &None)?;
            agree("a sweep", &done.map_err(|why| why.to_string()), &Ok(()))?;
        }
        Ok(())
    }

    /// Lets an act die, and looks at what it left: all of it or nothing.
    async fn survive(
        &mut self,
        of: &str,
        crash: Crash,
        act: Pin<Box<dyn Future<Output = ()> + Send>>,
        after: Model,
    ) -> Found {
        match crash {
            Crash::BeforeCommit => {
                die_at(&format!("billing::{of}::before-commit"), act).await;
            }
            Crash::Committed => {
                if die_at(&format!("billing::{of}::committed"), act).await {
                    self.model = after;
                }
            }
            Crash::Dropped { turns } => {
                drop_after(turns, act).await;
                // What the store still does for it is done once it lets in another writer.
                let turn = self.db.begin().await.unwrap();
                turn.rollback().await.unwrap();
                let rows = Rows::read(&self.db, &after).await;
                if compare(&rows, &after).is_ok() {
                    self.model = after;
                }
            }
        }
        self.check()
            .await
            .map_err(|why| format!("after {crash:?}: {why}"))
    }

    async fn check(&self) -> Found {
        compare(&Rows::read(&self.db, &self.model).await, &self.model)
    }
}

pub(super) fn agree<T: std::fmt::Debug + PartialEq>(what: &str, store: &T, model: &T) -> Found {
    if store == model {
        return Ok(());
    }
    Err(format!(
        "{what}: the store says {store:?}, the model {model:?}"
    ))
}
