//! What may happen to the ledger, drawn at random.

use std::time::Duration;

use domain::{Mode, Verdict};
use proptest::prelude::*;

use crate::store::claims::ClaimKind;

/// Request ids that are asked under, in each mode; few, so that they meet.
const REQUESTS: usize = 16;

/// One reservation of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask {
    /// A new charge under one of the request ids.
    New { mode: Mode, request: usize },
    /// The very reservation of an earlier charge again, as after a lost reply.
    Again { charge: usize },
}

/// What the gateway hears of a create.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) charge: usize,
    /// What signing decided, if it came so far.
    pub(super) decided: Option<Verdict>,
    pub(super) status: u16,
    /// Whether the answer bears the verdict: any layer of HTTP can make one that does not.
    pub(super) with_verdict: bool,
}

/// Where units come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Purchase,
    Grant,
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Reserve(Vec<Ask>),
    /// Verdicts that are told together.
    Settle(Vec<(usize, Verdict)>),
    Hear(Answer),
    Doubt(usize),
    Renew(usize),
    /// The sweeper looks; the witness answers or is away.
    Sweep {
        witness_answers: bool,
    },
    /// The money of so many units of a purchase goes back, by a refund or a dispute.
    Claim {
        purchase: usize,
        kind: ClaimKind,
        units: i64,
    },
    /// A refund failed, or a dispute was won.
    Withdraw(usize),
    /// Units come, for so many days; the same lot is told twice.
    TopUp {
        source: Source,
        units: i64,
        days: u64,
    },
}

/// How the process dies in the middle of an act.
#[derive(Clone, Copy, Debug)]
pub(super) enum Crash {
    BeforeCommit,
    /// Committed, and the answer is lost.
    Committed,
    /// Whoever asked goes away after so many turns.
    Dropped {
        turns: u8,
    },
}

/// An act, how it dies first if it does, and how long nothing happens afterwards.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) crash: Option<Crash>,
    pub(super) act: Act,
    pub(super) pause: Duration,
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        3 => Just(Verdict::Registered),
        3 => Just(Verdict::Refused),
        1 => Just(Verdict::Free),
        1 => Just(Verdict::Tombstoned),
    ]
}

fn charge() -> impl Strategy<Value = usize> {
    0..48_usize
}

fn ask() -> impl Strategy<Value = Ask> {
    let mode = prop_oneof![4 => Just(Mode::Live), 1 => Just(Mode::Test)];
    prop_oneof![
        5 => (mode, 0..REQUESTS).prop_map(|(mode, request)| Ask::New { mode, request }),
        1 => charge().prop_map(|charge| Ask::Again { charge }),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![Just(200), Just(400), Just(413), Just(502)];
    let decided = prop_oneof![3 => verdict().prop_map(Some), 1 => Just(None)];
    (charge(), decided, status, any::<bool>()).prop_map(|(charge, decided, status, heard)| Answer {
        charge,
        decided,
        status,
        with_verdict: heard,
    })
}

fn act() -> impl Strategy<Value = Act> {
    let asks = proptest::collection::vec(ask(), 1..6);
    let verdicts = proptest::collection::vec((charge(), verdict()), 1..4);
    let kind = prop_oneof![Just(ClaimKind::Refund), Just(ClaimKind::Dispute)];
    let source = prop_oneof![Just(Source::Purchase), Just(Source::Grant)];
    prop_oneof![
        8 => asks.prop_map(Act::Reserve),
        4 => verdicts.prop_map(Act::Settle),
        3 => answer().prop_map(Act::Hear),
        1 => charge().prop_map(Act::Doubt),
        1 => charge().prop_map(Act::Renew),
        2 => any::<bool>().prop_map(|witness_answers| Act::Sweep { witness_answers }),
        1 => (charge(), kind, 1..5_i64)
            .prop_map(|(purchase, kind, units)| Act::Claim { purchase, kind, units }),
        1 => charge().prop_map(Act::Withdraw),
        2 => (source, 1..4_i64, prop_oneof![1..4_u64, 1..60_u64])
            .prop_map(|(source, units, days)| Act::TopUp { source, units, days }),
    ]
}

fn crash() -> impl Strategy<Value = Option<Crash>> {
    prop_oneof![
        10 => Just(None),
        1 => Just(Some(Crash::BeforeCommit)),
        1 => Just(Some(Crash::Committed)),
        1 => (0..60_u8).prop_map(|turns| Some(Crash::Dropped { turns })),
    ]
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![
        12 => Just(Duration::from_secs(1)),
        3 => Just(Duration::from_secs(31)),
        1 => Just(Duration::from_mins(5)),
        2 => Just(Duration::from_hours(25)),
        1 => Just(Duration::from_hours(24 * 20)),
    ];
    let step = (crash(), act(), pause).prop_map(|(crash, act, pause)| Step { crash, act, pause });
    proptest::collection::vec(step, 1..32)
}
