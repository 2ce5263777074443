//! A record in words: what stands on the audit page, and in which order.

use audit_page::{Content, Footer, Link, Made, Row, Section, Table};
use domain::{Mode, Timestamp};
use jiff::tz::TimeZone;

use super::device::{Device, DeviceClass};
use super::record::{Event, Record};
use super::words::{self, Words};
use super::{Actor, Fact, Visit, Way};
use crate::codes::Step;
use crate::store::messages::Kind;
use crate::tenant::Tenant;

/// All that a page is made of.
pub(super) struct Told<'a> {
    pub(super) record: &'a Record,
    pub(super) tenant: &'a Tenant,
    pub(super) mode: Mode,
    /// Where anybody can check a file.
    pub(super) verify_url: String,
    pub(super) now: Timestamp,
}

struct Teller<'a> {
    words: &'static Words,
    zone: TimeZone,
    told: &'a Told<'a>,
}

/// The page's content in the tenant's language and zone.
pub(super) fn of(told: &Told<'_>) -> Content {
    let teller = Teller {
        words: words::of(&told.tenant.lang),
        zone: TimeZone::get(&told.tenant.zone).unwrap_or(TimeZone::UTC),
        told,
    };
    let words = teller.words;
    let record = told.record;
    Content {
        lang: words.lang.to_owned(),
        title: words.title.to_owned(),
        subject: record.filename.clone(),
        notice: (told.mode == Mode::Test).then(|| words.test_notice.to_owned()),
        link: Some(Link {
            url: told.verify_url.clone(),
            caption: words.verify.to_owned(),
        }),
        sections: vec![teller.document(), teller.parties()],
        table: Table {
            heading: words.timeline.to_owned(),
            columns: [teller.time_column(), words.act.to_owned()],
            rows: record
                .events
                .iter()
                .map(|event| teller.row(event))
                .collect(),
        },
        remarks: [words.remark_seal, words.remark_told, words.remark_hash]
            .map(str::to_owned)
            .to_vec(),
        footer: Footer {
            left: format!("{} · {}", words.document_id, record.document_id),
            right: words.page_of.to_owned(),
        },
        made: made(told.now),
    }
}

fn made(now: Timestamp) -> Made {
    let civil = now.to_jiff().to_zoned_datetime(TimeZone::UTC).datetime();
    let small = |part: i8| u8::try_from(part).unwrap_or(0);
    Made {
        year: u16::try_from(civil.year()).unwrap_or(0),
        month: small(civil.month()),
        day: small(civil.day()),
        hour: small(civil.hour()),
        minute: small(civil.minute()),
        second: small(civil.second()),
    }
}

/// Label and value in one line.
fn pair(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

impl Teller<'_> {
    fn time_column(&self) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        self.words.time.replace("{zone}", zone)
    }

    fn local(&self, at: Timestamp) -> String {
        let zoned = at.to_jiff().to_zoned_datetime(self.zone.clone());
        zoned.strftime(self.words.date).to_string()
    }

    fn document(&self) -> Section {
        let (words, record) = (self.words, self.told.record);
        let mut rows = vec![
            (words.filename.to_owned(), record.filename.clone()),
            (words.document_id.to_owned(), record.document_id.to_string()),
            (words.original.to_owned(), record.original_sha256.clone()),
        ];
        let first = record.events.iter().find_map(|event| match &event.fact {
            Fact::Uploaded { sha256, .. } => Some(sha256.clone()),
            _ => None,
        });
        rows.extend(first.map(|first| (words.first.to_owned(), first)));
        rows.push((words.newest.to_owned(), record.sha256.clone()));
        Section {
            heading: words.document.to_owned(),
            rows,
        }
    }

    fn parties(&self) -> Section {
        let words = self.words;
        let mut rows = vec![(words.sender.to_owned(), self.told.tenant.name.clone())];
        for event in &self.told.record.events {
            let name = match &event.fact {
                Fact::Submitted { signer_name, .. } => signer_name.as_str(),
                Fact::Canceled { .. } => "",
                _ => continue,
            };
            let name = if name.is_empty() { words.unnamed } else { name };
            rows.push((words.signer.to_owned(), name.to_owned()));
        }
        Section {
            heading: words.parties.to_owned(),
            rows,
        }
    }

    fn row(&self, event: &Event) -> Row {
        let mut details = self.facts(&event.fact);
        if let Some(request) = &event.signature_request_id
            && matches!(event.fact, Fact::Registered { .. })
        {
            details.insert(0, pair(self.words.request, request.as_str()));
        }
        details.extend(self.actor(&event.actor, &event.fact));
        let utc = event.at.to_jiff().strftime("%Y-%m-%d %H:%M:%S UTC");
        Row {
            when: self.local(event.at),
            when_utc: utc.to_string(),
            act: self.act(&event.fact).to_owned(),
            details,
        }
    }

    const fn act(&self, fact: &Fact) -> &'static str {
        match fact {
            Fact::Uploaded { .. } => self.words.uploaded,
            Fact::Registered { .. } => self.words.registered,
            Fact::CodeSent { .. } => self.words.code_sent,
            Fact::CodeWrong { .. } => self.words.code_wrong,
            Fact::CodeLocked { .. } => self.words.code_locked,
            Fact::CodeVerified { .. } => self.words.code_verified,
            Fact::Opened { .. } => self.words.opened,
            Fact::Submitted { .. } => self.words.submitted,
            Fact::Canceled { .. } => self.words.canceled,
            Fact::Sealed { .. } => self.words.sealed,
            Fact::CopyRequested { .. } => self.words.copy_requested,
            Fact::CallbackTaken { .. } => self.words.callback_taken,
            Fact::CallbackFailing { .. } => self.words.callback_failing,
            Fact::CallbackGivenUp { .. } => self.words.callback_given_up,
            Fact::MessageKept { .. } => self.words.message_kept,
            Fact::MessageSent { .. } => self.words.message_sent,
            Fact::MessageFailing { .. } => self.words.message_failing,
            Fact::MessageFailed { .. } => self.words.message_failed,
            Fact::Withdrawn => self.words.withdrawn,
            Fact::Deleted => self.words.deleted,
        }
    }

    fn facts(&self, fact: &Fact) -> Vec<String> {
        let words = self.words;
        match fact {
            Fact::Uploaded {
                filename,
                converted_by,
                ..
            } => {
                let program = converted_by.as_deref();
                let program = program.map(|program| pair(words.converted_by, program));
                std::iter::once(filename.clone()).chain(program).collect()
            }
            Fact::Registered { expires_at } => {
                vec![pair(words.valid_until, &self.local(*expires_at))]
            }
            Fact::CodeSent { .. }
            | Fact::CodeWrong { .. }
            | Fact::CodeLocked { .. }
            | Fact::CodeVerified { .. } => self.of_code(fact).into_iter().collect(),
            Fact::Opened { sha256 } => vec![pair(words.fingerprint, sha256)],
            Fact::Submitted {
                sha256,
                signer_name,
                ways,
                signatures,
                ..
            } => {
                let name = (!signer_name.is_empty()).then(|| pair(words.name, signer_name));
                let ways: Vec<&str> = ways.iter().map(|way| self.way(*way)).collect();
                let ways = (!ways.is_empty()).then(|| pair(words.signed_with, &ways.join(", ")));
                let count = Some(pair(words.signatures, &signatures.to_string()));
                let act = joined([name, ways, count].into_iter().flatten());
                vec![act, pair(words.fingerprint, sha256)]
            }
            Fact::Canceled { reason } => reason
                .iter()
                .map(|reason| pair(words.reason, reason))
                .collect(),
            Fact::Sealed {
                sha256,
                certificate,
                level,
                ..
            } => {
                let level = level.as_ref().map(|level| pair(words.level, level));
                let serial = certificate.as_ref();
                let serial = serial.map(|serial| pair(words.certificate, serial));
                let hash = pair(words.fingerprint, sha256);
                std::iter::once(hash).chain(level).chain(serial).collect()
            }
            Fact::CopyRequested { to } => vec![pair(words.recipient, to)],
            Fact::CallbackTaken { tries }
            | Fact::CallbackFailing { tries }
            | Fact::CallbackGivenUp { tries } => vec![pair(words.tries, &tries.to_string())],
            Fact::MessageKept { kind, to, .. } | Fact::MessageSent { kind, to, .. } => {
                vec![self.message(*kind, to)]
            }
            Fact::MessageFailing {
                kind, to, reason, ..
            }
            | Fact::MessageFailed {
                kind, to, reason, ..
            } => vec![self.message(*kind, to), pair(words.reason, reason)],
            Fact::Withdrawn | Fact::Deleted => Vec::new(),
        }
    }

    /// What became of a code; nothing where the fact is about something else.
    fn of_code(&self, fact: &Fact) -> Option<String> {
        let words = self.words;
        Some(match fact {
            Fact::CodeSent { step, to, .. } => self.code(*step, Some(pair(words.sent_to, to))),
            Fact::CodeWrong { step } => self.code(*step, None),
            Fact::CodeLocked { step, until } => {
                let until = pair(words.locked_until, &self.local(*until));
                self.code(*step, Some(until))
            }
            Fact::CodeVerified { step, to, .. } => {
                let sent = to.as_ref().map(|to| pair(words.sent_to, to));
                let told = || words.code_of_sender.to_owned();
                self.code(*step, Some(sent.unwrap_or_else(told)))
            }
            _ => return None,
        })
    }

    /// What kind of message, and to whom.
    fn message(&self, kind: Kind, to: &str) -> String {
        let name = crate::mail::kind_name(self.words.lang, kind).to_owned();
        joined([name, pair(self.words.recipient, to)].into_iter())
    }

    /// What a code was asked before, and what else there is to say of it.
    fn code(&self, step: Step, more: Option<String>) -> String {
        let before = match step {
            Step::Open => self.words.code_to_open,
            Step::Sign => self.words.code_to_sign,
        };
        joined(std::iter::once(before.to_owned()).chain(more))
    }

    const fn way(&self, way: Way) -> &'static str {
        match way {
            Way::Mouse => self.words.mouse,
            Way::Finger => self.words.finger,
            Way::Pen => self.words.pen,
            Way::Typed => self.words.typed,
        }
    }

    fn actor(&self, actor: &Actor, fact: &Fact) -> Vec<String> {
        let words = self.words;
        match actor {
            Actor::Key(key) => {
                let key_line = pair(words.key, key.key.as_str());
                let address = key.address.as_ref();
                let address = address.map(|address| pair(words.address, address));
                vec![joined(std::iter::once(key_line).chain(address))]
            }
            Actor::Signer(visit) => vec![self.visit(visit)],
            // Of seals and callbacks it goes without saying.
            Actor::Service if matches!(fact, Fact::Deleted) => vec![words.by_service.to_owned()],
            Actor::Service => Vec::new(),
        }
    }

    fn visit(&self, visit: &Visit) -> String {
        let words = self.words;
        let named = |label, value: &Option<String>| {
            let value = value.as_deref().filter(|value| !value.is_empty());
            value.map(|value| pair(label, value))
        };
        let parts = [
            named(words.address, &visit.address),
            self.device(&visit.device),
            named(words.language, &visit.language),
            named(words.zone, &visit.zone),
        ];
        joined(parts.into_iter().flatten())
    }

    fn device(&self, device: &Device) -> Option<String> {
        let class = match device.class {
            DeviceClass::Computer => Some(self.words.computer),
            DeviceClass::Phone => Some(self.words.phone),
            DeviceClass::Tablet => Some(self.words.tablet),
            DeviceClass::Unknown => None,
        };
        let parts: Vec<&str> = [class, device.browser.as_deref(), device.system.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        (!parts.is_empty()).then(|| pair(self.words.device, &parts.join(", ")))
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" · ")
}
