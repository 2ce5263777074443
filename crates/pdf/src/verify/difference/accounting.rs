//! The bytes of an update: objects that its table lists, the table, and nothing else.

use std::collections::HashSet;

use super::super::file::end_of_revision;
use super::super::lexer::{Lexer, is_space};
use super::super::report::ChangeKind;
use super::super::section::{Entry, Section};
use super::Step;

impl Step<'_, '_, '_> {
    /// Looks at every update between the two ends.
    pub(super) fn account(&mut self, (mut start, end): (usize, usize)) {
        let bytes = self.before.file.bytes;
        for index in self.before.index + 1..=self.after.index {
            let Some(section) = self.before.file.sections.get(index) else {
                return;
            };
            let close = end_of_revision(bytes, section)
                .filter(|close| *close > start && *close <= end && section.offset >= start);
            let Some(close) = close else {
                self.note(
                    ChangeKind::Structure,
                    false,
                    None,
                    "an update does not end with its own cross-reference section",
                );
                return;
            };
            if let Err(detail) = self.update(index, section, start) {
                self.note(ChangeKind::Hidden, false, None, &detail);
            }
            self.housekeeping(index, section);
            start = close;
        }
        let rest = bytes.get(start..end).unwrap_or_default();
        if !rest.iter().all(|byte| is_space(*byte)) {
            self.note(
                ChangeKind::Hidden,
                false,
                None,
                "bytes after the end of the file belong to no revision",
            );
        }
    }

    fn update(&self, index: usize, section: &Section, start: usize) -> Result<(), String> {
        let file = self.before.file;
        let mut at = start;
        let mut found = HashSet::new();
        loop {
            let mut lexer = Lexer::new(file.bytes, at);
            lexer.skip();
            if lexer.at >= section.offset {
                break;
            }
            let place = lexer.at;
            let object = file
                .object_at(place, index)
                .filter(|object| object.end <= section.offset)
                .ok_or_else(|| format!("at byte {place} stands something that is no object"))?;
            if object.is_ambiguous {
                return Err(format!("object {} has a key twice", object.id.0));
            }
            let listed = Entry::At {
                offset: place,
                generation: object.id.1,
            };
            if section.entries.get(&object.id.0) != Some(&listed) {
                return Err(format!(
                    "object {} at byte {place} is not in the cross-reference table",
                    object.id.0
                ));
            }
            found.insert(object.id.0);
            at = object.end;
        }
        self.entries(index, section, &found)
    }

    /// Every entry leads to an object of this very update, or where it led before.
    fn entries(&self, index: usize, section: &Section, found: &HashSet<u32>) -> Result<(), String> {
        let earlier = self.before.file.view(index.saturating_sub(1));
        for (number, entry) in &section.entries {
            let is_own = match entry {
                Entry::Free => true,
                Entry::At { offset, .. } => {
                    found.contains(number)
                        || (*offset == section.offset && section.stream == Some(*number))
                }
                Entry::In { container, .. } => found.contains(container),
            };
            if !is_own && earlier.entry(*number) != *entry {
                return Err(format!(
                    "the cross-reference table leads object {number} to where an earlier revision hid it"
                ));
            }
        }
        Ok(())
    }

    /// Object streams and cross-reference streams are how an update is written, not what it says.
    fn housekeeping(&mut self, index: usize, section: &Section) {
        let earlier = self.before.file.view(index.saturating_sub(1));
        let mut own: HashSet<u32> = section.stream.into_iter().collect();
        for entry in section.entries.values() {
            if let Entry::In { container, .. } = entry {
                own.insert(*container);
            }
        }
        for number in own {
            if earlier.entry(number) == Entry::Free {
                self.settled.insert(number);
            }
            if let Some(Entry::At { offset, .. }) = section.entries.get(&number) {
                let is_packed = section.stream != Some(number);
                if is_packed && self.before.file.packed_at(*offset, index).is_ambiguous {
                    self.note(
                        ChangeKind::Hidden,
                        false,
                        Some((number, 0)),
                        "an object stream has a key twice",
                    );
                }
            }
        }
    }
}
