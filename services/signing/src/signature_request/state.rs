//! A signature request's states and what may follow what. The table stands in ARCHITECTURE.md; a test holds it to this.

use domain::Timestamp;
use thiserror::Error;

use crate::store::requests::{Model, RequestState};

/// What an act made of a request's state. Nobody but the transitions below can make one, so that no other state can be written.
#[must_use]
pub(crate) struct Moved(RequestState);

impl Moved {
    pub(crate) const fn to(self) -> RequestState {
        self.0
    }
}

/// The act is not allowed where the request stands; told as `409 err.document.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the request is {}", .0.as_str())]
pub(crate) struct NotNow(pub(crate) RequestState);

/// What is done to a request after its registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// The page's first POST.
    Open,
    /// The signer submits; the seal follows.
    Submit,
    /// The seal is on.
    Seal,
    /// The signer declines.
    Cancel,
    /// The sender takes it back; told what it was, since what is over stays in the record as it was.
    Withdraw,
    /// Its document is deleted.
    LoseDocument,
    /// The callback has found no taker for an hour.
    FailCallback,
    /// The callback was taken after all.
    TakeCallback,
}

impl RequestState {
    pub(crate) const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Opened,
        Self::Sealing,
        Self::Signed,
        Self::Canceled,
        Self::Deleted,
        Self::CallbackFailing,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened => "opened",
            Self::Sealing => "sealing",
            Self::Signed => "signed",
            Self::Canceled => "canceled",
            Self::Deleted => "deleted",
            Self::CallbackFailing => "callback_failing",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The signer may still act, if it has not expired.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Opened)
    }

    /// The whole machine: what an act makes of a state, or that it is not allowed there.
    const fn after(self, act: Act) -> Result<Moved, NotNow> {
        use RequestState as S;
        Ok(Moved(match (act, self) {
            (Act::Open, S::Waiting) => S::Opened,
            (Act::Submit, S::Waiting | S::Opened) => S::Sealing,
            (Act::Seal, S::Sealing) | (Act::TakeCallback, S::CallbackFailing) => S::Signed,
            (Act::Cancel, S::Waiting | S::Opened) => S::Canceled,
            (
                Act::Withdraw,
                S::Waiting | S::Opened | S::Signed | S::Canceled | S::CallbackFailing,
            )
            | (Act::LoseDocument, S::Waiting | S::Opened) => S::Deleted,
            (Act::FailCallback, S::Signed) => S::CallbackFailing,
            (_, state) => return Err(NotNow(state)),
        }))
    }
}

/// The transitions: each takes the request as it was and gives it as it then is.
impl Model {
    /// The signer's page showed it for the first time.
    pub(crate) fn opened(self, now: Timestamp) -> Result<Self, NotNow> {
        let mut request = self.after(Act::Open)?;
        request.opened_at = Some(now);
        Ok(request)
    }

    /// The signer submitted in a browser of this language; the seal follows.
    pub(crate) fn submitted(self, locale: String) -> Result<Self, NotNow> {
        let mut request = self.after(Act::Submit)?;
        request.locale = Some(locale);
        Ok(request)
    }

    /// The seal is on.
    pub(crate) fn sealed(self, now: Timestamp) -> Result<Self, NotNow> {
        Ok(self.after(Act::Seal)?.over(now))
    }

    /// The signer declined in a browser of this language, for this reason.
    pub(crate) fn canceled(
        self,
        (locale, reason): (String, Option<String>),
        now: Timestamp,
    ) -> Result<Self, NotNow> {
        let mut request = self.after(Act::Cancel)?.over(now);
        request.cancel_reason = reason;
        request.locale = Some(locale);
        Ok(request)
    }

    /// The sender took it back. What had ended before keeps the time of its end.
    pub(crate) fn withdrawn(self, now: Timestamp) -> Result<Self, NotNow> {
        let ended_at = self.ended_at.unwrap_or(now);
        Ok(self.after(Act::Withdraw)?.over(ended_at))
    }

    /// Its document was deleted while it was open.
    pub(crate) fn bereft(self, now: Timestamp) -> Result<Self, NotNow> {
        Ok(self.after(Act::LoseDocument)?.over(now))
    }

    /// Its callback has found no taker for an hour.
    pub(crate) fn callback_failing(self) -> Result<Self, NotNow> {
        self.after(Act::FailCallback)
    }

    /// Its callback was taken after all.
    pub(crate) fn callback_taken(self) -> Result<Self, NotNow> {
        self.after(Act::TakeCallback)
    }

    fn after(self, act: Act) -> Result<Self, NotNow> {
        let moved = self.state().after(act)?;
        Ok(self.enter(moved))
    }

    /// What the sender gave for the signature is erased at every end.
    fn over(mut self, ended_at: Timestamp) -> Self {
        self.ended_at = Some(ended_at);
        self.sig_data = None;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of the table in ARCHITECTURE.md, by the words of its head.
    const ACTS: [(&str, Act); 8] = [
        ("opened", Act::Open),
        ("submitted", Act::Submit),
        ("sealed", Act::Seal),
        ("canceled", Act::Cancel),
        ("withdrawn", Act::Withdraw),
        ("document deleted", Act::LoseDocument),
        ("callback failing", Act::FailCallback),
        ("callback taken", Act::TakeCallback),
    ];

    fn cells(line: &str) -> Vec<&str> {
        let inner = line.trim().trim_matches('|');
        inner
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect()
    }

    #[test]
    fn the_table_of_the_architecture_page_is_the_machine() {
        let page = include_str!("../../../../ARCHITECTURE.md");
        let mut lines = page
            .lines()
            .skip_while(|line| !line.starts_with("| Request |"));
        let head = cells(lines.next().unwrap());
        assert_eq!(head[1..], ACTS.map(|(name, _)| name));
        let rows: Vec<_> = lines
            .skip(1)
            .take_while(|line| line.starts_with('|'))
            .map(cells)
            .collect();
        let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(names, RequestState::ALL.map(RequestState::as_str));
        for row in rows {
            let state = RequestState::parse(row[0]).unwrap();
            for ((name, act), told) in ACTS.into_iter().zip(&row[1..]) {
                let to = state.after(act).map(|moved| moved.to().as_str());
                assert_eq!(to.unwrap_or_default(), *told, "{} {name}", state.as_str());
            }
        }
    }

    #[test]
    fn what_is_deleted_stays_deleted_and_what_is_sealed_meanwhile_waits_for_its_seal() {
        for (_, act) in ACTS {
            let is_allowed = |state: RequestState| state.after(act).is_ok();
            assert!(!is_allowed(RequestState::Deleted), "{act:?}");
            assert_eq!(
                is_allowed(RequestState::Sealing),
                act == Act::Seal,
                "{act:?}"
            );
        }
    }
}
