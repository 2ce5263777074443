//! The rule of charges as a table: what an operation's outcome does to the unit. The code asks it and the guide prints it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Verdict;

/// A billable operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Registration of a signature request.
    Create,
}

/// How far an operation came, as far as anybody heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused before it began.
    TurnedAway,
    /// It runs: its body is on its way to signing.
    Begun,
    /// Signing's verdict on it.
    Decided(Verdict),
    /// No verdict was heard, whatever the status says.
    Unheard,
}

impl Outcome {
    /// Only a verdict decides: an answer without one says nothing of its charge.
    pub fn heard(verdict: Option<Verdict>) -> Self {
        verdict.map_or(Self::Unheard, Self::Decided)
    }
}

/// What becomes of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is held, or stays held until there is a verdict.
    Hold,
    /// The held unit is spent for good.
    Commit,
    /// The held unit goes back to its lot.
    Release,
    /// No unit is touched.
    Free,
}

impl Effect {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Commit => "commit",
            Self::Release => "release",
            Self::Free => "free",
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Rule {
    pub operation: Operation,
    pub outcome: Outcome,
    pub effect: Effect,
    /// The outcome as a caller meets it.
    pub met_as: &'static str,
    /// What `Charge-State` says then; nothing where there is no charge.
    pub charge_state: Option<&'static str>,
}

const fn create(
    outcome: Outcome,
    effect: Effect,
    charge_state: Option<&'static str>,
    met_as: &'static str,
) -> Rule {
    Rule {
        operation: Operation::Create,
        outcome,
        effect,
        met_as,
        charge_state,
    }
}

/// The whole rule for what is billable. Every operation that is not in it is free.
pub const RULES: [Rule; 7] = [
    create(
        Outcome::TurnedAway,
        Effect::Free,
        None,
        "refused before it began: 401, 402, 403, 429; 413 or 415 by its head alone; 409 where its key is in flight or expired",
    ),
    create(Outcome::Begun, Effect::Hold, Some("held"), "still running"),
    create(
        Outcome::Decided(Verdict::Registered),
        Effect::Commit,
        Some("committed"),
        "registered: 200",
    ),
    create(
        Outcome::Decided(Verdict::Refused),
        Effect::Release,
        Some("released"),
        "refused by what is in it: 400, 404, 409, 413, 415, 422; or a repeat, answered as the first time",
    ),
    create(
        Outcome::Decided(Verdict::Free),
        Effect::Release,
        Some("released"),
        "stored with `\"signatureRequestId\": \"off\"`: 200",
    ),
    create(
        Outcome::Decided(Verdict::Tombstoned),
        Effect::Release,
        Some("released"),
        "ended before it registered anything: 5xx",
    ),
    create(
        Outcome::Unheard,
        Effect::Hold,
        Some("in_doubt"),
        "nobody heard how it ended: 5xx, a lost connection, a status without a verdict",
    ),
];

/// What an outcome does to the operation's unit.
pub fn effect(operation: Operation, outcome: Outcome) -> Effect {
    RULES
        .iter()
        .find(|rule| rule.operation == operation && rule.outcome == outcome)
        // Not in the table, not billed: there is no other way to be free.
        .map_or(Effect::Free, |rule| rule.effect)
}

/// The table as the guide prints it.
pub fn printed() -> String {
    let head =
        "| Operation | What happened | Its unit | `Charge-State` |\n| --- | --- | --- | --- |\n";
    let line = |rule: &Rule| {
        let Operation::Create = rule.operation;
        let state = rule
            .charge_state
            .map_or_else(String::new, |state| format!(" `{state}`"));
        let (met_as, effect) = (rule.met_as, rule.effect.as_str());
        format!("| create | {met_as} | {effect} |{state} |\n")
    };
    let lines: Vec<String> = RULES.iter().map(line).collect();
    let others = "| any other | whatever happened | free | |\n";
    [head, &lines.concat(), others].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_ends_a_charge_and_only_a_registration_spends_its_unit() {
        for verdict in Verdict::ALL {
            let effect = effect(Operation::Create, Outcome::Decided(verdict));
            let registered = verdict == Verdict::Registered;
            let expected = if registered {
                Effect::Commit
            } else {
                Effect::Release
            };
            assert_eq!(effect, expected, "{verdict}");
            assert_eq!(verdict.commits(), registered, "{verdict}");
        }
    }

    #[test]
    fn without_a_verdict_a_unit_stays_held() {
        let unheard = effect(Operation::Create, Outcome::heard(None));
        assert_eq!(unheard, Effect::Hold);
    }

    #[test]
    fn no_outcome_has_two_lines() {
        for (at, rule) in RULES.iter().enumerate() {
            let first = RULES
                .iter()
                .position(|r| (r.operation, r.outcome) == (rule.operation, rule.outcome));
            assert_eq!(first, Some(at), "{rule:?}");
        }
    }

    #[test]
    fn the_guide_prints_the_table() {
        let guide = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/guides/charges-and-receipts.md"
        );
        let guide = std::fs::read_to_string(guide).unwrap();
        assert!(
            guide.contains(&printed()),
            "put this table into the guide:\n{}",
            printed()
        );
    }
}
