//! A signer: whoever holds the token of a link. Which document and request it opens, and whether it still does.

use domain::{DocumentId, SignatureRequestId, Timestamp};
use store_kit::StoreError;
use thiserror::Error;

use crate::desk::Desk;
use crate::link::{self, Outcome, Returning};
use crate::rules::{LANGUAGES, Rules};
use crate::store::requests::RequestState;
use crate::store::{Owner, all_tenants, documents, requests};
use crate::tenant::{self, Tenant};

/// How a link came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Expired,
    Deleted,
    Canceled,
    Signed,
}

impl Ended {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Canceled => "canceled",
            Self::Signed => "signed",
        }
    }
}

/// Why a link opens nothing.
#[derive(Debug, Error)]
pub(crate) enum LinkError {
    #[error("the link is not valid")]
    Invalid,
    #[error("the link has ended: {}", .0.as_str())]
    Ended(Ended),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The bearer of a link, with what it opens.
#[derive(Debug)]
pub(crate) struct Signer {
    pub(crate) owner: Owner,
    pub(crate) document: documents::Model,
    pub(crate) request: requests::Model,
}

/// Who holds this token. Every round of the document has its own; all are compared, each in constant time.
pub(crate) async fn identify(
    desk: &Desk,
    document: &str,
    token: &str,
) -> Result<Signer, LinkError> {
    let id = DocumentId::parse(document).map_err(|_| LinkError::Invalid)?;
    let db = desk.db.reader();
    let document = all_tenants::document(db, &id)
        .await?
        .ok_or(LinkError::Invalid)?;
    let owner = Owner {
        tenant: document.tenant,
        mode: document.mode,
    };
    let rounds = requests::of_document(db, owner, &id).await?;
    let holds = |request: &requests::Model| {
        desk.secrets
            .signer_token(owner.tenant, owner.mode, &request.id)
            .is(token)
    };
    let request = rounds.into_iter().find(holds).ok_or(LinkError::Invalid)?;
    Ok(Signer {
        owner,
        document,
        request,
    })
}

impl Signer {
    /// How the link has ended, if it has. One that is being sealed has not: its signer waits for the seal.
    pub(crate) fn ended(&self, now: Timestamp) -> Option<Ended> {
        if self.document.deleted_at.is_some() {
            return Some(Ended::Deleted);
        }
        match self.request.state() {
            RequestState::Deleted => Some(Ended::Deleted),
            RequestState::Signed | RequestState::CallbackFailing => Some(Ended::Signed),
            RequestState::Canceled => Some(Ended::Canceled),
            RequestState::Waiting | RequestState::Opened => {
                (self.request.expires_at <= now).then_some(Ended::Expired)
            }
            RequestState::Sealing => None,
        }
    }

    pub(crate) fn rules(&self) -> Rules {
        Rules::stored(&self.request.rules)
    }

    pub(crate) async fn tenant(&self, desk: &Desk) -> Result<Tenant, StoreError> {
        tenant::look_up(&desk.db, self.owner.tenant).await
    }

    /// Where the browser goes afterwards.
    pub(crate) fn result_url(&self, desk: &Desk, outcome: Outcome, at: Timestamp) -> String {
        let thank_you = desk.addresses.thank_you();
        link::result_url(
            self.request.result_url.as_deref().unwrap_or(&thank_you),
            &Returning {
                filename: &self.document.filename,
                document: &self.document.id,
                locale: self.request.locale.as_deref().unwrap_or_default(),
                outcome,
                at,
            },
        )
    }
}

/// What a link leads to.
pub(crate) enum Destination {
    /// The page, with the token in the fragment.
    Page(String),
    Ended {
        how: Ended,
        lang: String,
        /// Whose pages may frame the one that says so.
        frames: Vec<String>,
    },
    Unknown,
}

/// Follows a link. Changes nothing: mail scanners follow links too.
pub(crate) async fn follow(
    desk: &Desk,
    id: &str,
    key: Option<&str>,
) -> Result<Destination, StoreError> {
    let Ok(id) = SignatureRequestId::parse(id) else {
        return Ok(Destination::Unknown);
    };
    let db = desk.db.reader();
    let Some(request) = all_tenants::request_of_link(db, &id, key).await? else {
        return Ok(Destination::Unknown);
    };
    let Some(document) = all_tenants::document(db, &request.document).await? else {
        return Ok(Destination::Unknown);
    };
    let owner = Owner {
        tenant: request.tenant,
        mode: request.mode,
    };
    let signer = Signer {
        owner,
        document,
        request,
    };
    if let Some(how) = signer.ended(desk.clock.now()) {
        let tenant = signer.tenant(desk).await?;
        return Ok(Destination::Ended {
            how,
            frames: tenant.frame_hosts().to_vec(),
            lang: signer.rules().lang.unwrap_or(tenant.lang),
        });
    }
    let token = desk
        .secrets
        .signer_token(owner.tenant, owner.mode, &signer.request.id);
    Ok(Destination::Page(link::view(&signer.document.id, &token)))
}

/// Whose pages may frame those of a document; nobody's for a document that is unknown.
pub(crate) async fn frames_of(
    desk: &Desk,
    document: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let Some(id) = document.and_then(|text| DocumentId::parse(text).ok()) else {
        return Ok(Vec::new());
    };
    let Some(document) = all_tenants::document(desk.db.reader(), &id).await? else {
        return Ok(Vec::new());
    };
    let tenant = tenant::look_up(&desk.db, document.tenant).await?;
    Ok(tenant.frame_hosts().to_vec())
}

/// The first language of a browser's list that we speak.
pub(crate) fn language_of(accept_language: &str) -> Option<&'static str> {
    accept_language.split(',').find_map(|one| {
        let tag = one
            .split(';')
            .next()
            .unwrap_or(one)
            .trim()
            .to_ascii_lowercase();
        let primary = tag.split('-').next().unwrap_or(&tag).to_owned();
        LANGUAGES.into_iter().find(|lang| *lang == primary)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_is_taken() {
        assert_eq!(language_of("de-AT,de;q=0.9,cs;q=0.8,en;q=0.7"), Some("cs"));
        assert_eq!(language_of("fr"), None);
    }
}
