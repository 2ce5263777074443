//! Signing, as far as the sweeper asks it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Mutex;

use client_signing::CallError;
use domain::{ChargeId, Verdict};

use crate::store::holds;
use crate::sweeper;

/// Signing's charge table, and the questions it was asked in this round.
#[derive(Default)]
pub(super) struct Witness {
    pub(super) answers: bool,
    pub(super) verdicts: BTreeMap<ChargeId, Verdict>,
    pub(super) asked: Vec<ChargeId>,
}

pub(super) struct SharedWitness(pub(super) Mutex<Witness>);

impl sweeper::Witness for SharedWitness {
    fn end(&self, hold: &holds::Hold) -> impl Future<Output = Result<Verdict, CallError>> + Send {
        let mut witness = self.0.lock().unwrap();
        witness.asked.push(hold.charge);
        let answer = if witness.answers {
            let first = witness.verdicts.entry(hold.charge);
            Ok(*first.or_insert(Verdict::Tombstoned))
        } else {
            Err(CallError::Refused {
                service: "signing",
                status: 503,
                code: String::new(),
            })
        };
        std::future::ready(answer)
    }
}
