//! The revisions of a file that were signed, and what every update after the first of them changed.

use std::collections::BTreeSet;

use super::difference::{State, Step};
use super::examine::Found;
use super::file::{File, View, end_of_revision};
use super::report::LaterChange;
use super::rules::Rules;
use super::value::Id;

/// The revisions that were signed, and the steps between them.
pub(super) struct History {
    /// Ends of signed revisions, ascending, each with its view and the changes up to the next.
    pub(super) revisions: Vec<Revision>,
    pub(super) last: State,
}

pub(super) struct Revision {
    pub(super) end: usize,
    pub(super) index: usize,
    /// The signatures that it shows, each with its field.
    pub(super) shown: Vec<(String, Id)>,
    /// Up to the next signed revision, or to the end of the file.
    pub(super) changes: Vec<LaterChange>,
}

impl History {
    pub(super) fn of(file: &File<'_>, found: &[Found]) -> Self {
        let ends: BTreeSet<usize> = found
            .iter()
            .filter_map(|one| Some(one.covered.as_ref().ok()?.end))
            .collect();
        let mut revisions: Vec<Revision> = ends
            .into_iter()
            .filter_map(|end| {
                Some(Revision {
                    end,
                    index: file.revision_ending_at(end)?,
                    shown: Vec::new(),
                    changes: Vec::new(),
                })
            })
            .collect();
        // A later end with an earlier table would be a file that goes back on itself.
        revisions.dedup_by(|later, earlier| later.index <= earlier.index);
        let Some(first) = revisions.first() else {
            return Self {
                revisions,
                last: State::of(file.last()),
            };
        };
        let mut state = State::of(file.view(first.index));
        let newest = file.sections.len().saturating_sub(1);
        for position in 0..revisions.len() {
            let (index, end) = match revisions.get(position) {
                Some(revision) => (revision.index, revision.end),
                None => break,
            };
            let (next_index, next_end) = revisions
                .get(position + 1)
                .map_or((newest, file.bytes.len()), |next| (next.index, next.end));
            let before = file.view(index);
            if let Some(revision) = revisions.get_mut(position) {
                revision.shown = state
                    .tree
                    .signatures(before)
                    .into_iter()
                    .filter_map(|(node, id, _keys)| Some((node.name.clone(), id?)))
                    .collect();
            }
            if next_index == index && next_end == end {
                continue;
            }
            let (changes, next) = between(file, state, (index, next_index), (end, next_end));
            if let Some(revision) = revisions.get_mut(position) {
                revision.changes = changes;
            }
            state = next;
        }
        Self {
            revisions,
            last: state,
        }
    }

    /// What came after the revision that ends at `end`; none where that is no revision.
    pub(super) fn after(&self, end: usize) -> Option<Vec<LaterChange>> {
        let position = self
            .revisions
            .iter()
            .position(|revision| revision.end == end)?;
        let mut changes: Vec<LaterChange> = Vec::new();
        for change in self
            .revisions
            .iter()
            .skip(position)
            .flat_map(|revision| &revision.changes)
        {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
        Some(changes)
    }
}

/// What the updates between two revisions changed, each judged on its own: what one of them added,
/// the next may have left without use.
pub(super) fn between(
    file: &File<'_>,
    mut state: State,
    (index, next_index): (usize, usize),
    (end, next_end): (usize, usize),
) -> (Vec<LaterChange>, State) {
    let mut all = Vec::new();
    let (mut from, mut start) = (index, end);
    loop {
        let closes = file
            .sections
            .get(from + 1)
            .filter(|_| from + 1 < next_index)
            .and_then(|section| end_of_revision(file.bytes, section));
        // One that does not close in order is judged together with all that follow it.
        let (to, stop) = closes.map_or((next_index, next_end), |close| (from + 1, close));
        let (before, after) = (file.view(from), file.view(to));
        let rules = rules_of(before, &state);
        let (changes, next) = Step::judge((before, after), &state, &rules, (start, stop));
        all.extend(changes);
        state = next;
        (from, start) = (to, stop);
        if to == next_index {
            break;
        }
    }
    (all, state)
}

/// The rules that the signatures of a revision set for what comes after it.
pub(super) fn rules_of(view: View<'_, '_>, state: &State) -> Rules {
    let mut rules = Rules::default();
    for (_node, _id, keys) in state.tree.signatures(view) {
        rules.add(view, &keys);
    }
    rules
}
