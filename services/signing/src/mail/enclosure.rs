//! How a document comes with a letter: as a file where that is small, else by a link that downloads this very revision and
//! needs no account. The link is as unguessable as the signer's, opens nothing else, and ends with the document.

use domain::{DocumentId, SignatureRequestId};
use store_kit::StoreError;
use url::Url;

use super::letter::Enclosure;
use crate::desk::Desk;
use crate::rules::Rules;
use crate::store::{Owner, all_tenants, documents, requests, revisions};

/// What many mail servers take at most, headers, texts and encoding included.
const MAX_MESSAGE_BYTES: u64 = 10_000_000;
/// For all of a message but the file: a text of 2,000 characters in both forms needs a tenth of it.
const BESIDE_THE_FILE: u64 = 100_000;

/// The document as it is now, for a letter.
pub(crate) fn enclose(desk: &Desk, document: &documents::Model) -> Enclosure {
    enclosed(desk, document, (document.revision, document.size_bytes))
}

/// One revision of the document, whatever came after it.
pub(crate) fn enclose_revision(
    desk: &Desk,
    document: &documents::Model,
    revision: &revisions::Model,
) -> Enclosure {
    enclosed(desk, document, (revision.number, revision.size_bytes))
}

fn enclosed(
    desk: &Desk,
    document: &documents::Model,
    (revision, size_bytes): (i32, i64),
) -> Enclosure {
    match shared_url(desk, document, revision) {
        Ok(url) if !fits(size_bytes) => Enclosure::Link {
            url,
            until: document.delete_after,
        },
        _ => Enclosure::Attached { revision },
    }
}

fn shared_url(
    desk: &Desk,
    document: &documents::Model,
    revision: i32,
) -> Result<Url, url::ParseError> {
    let owner = owner_of(document);
    let key = desk
        .secrets
        .download_key(owner.tenant, owner.mode, &document.id, revision);
    let url = desk.addresses.shared(&document.id, revision, &key);
    Url::parse(&url)
}

/// Whether a file of this size can go with a message: base64 makes four bytes of three, in lines of 76 and a line break.
fn fits(size_bytes: i64) -> bool {
    let size = u64::try_from(size_bytes).unwrap_or(0);
    let encoded = size.div_ceil(3).saturating_mul(4);
    let lines = encoded.div_ceil(76).saturating_mul(2);
    encoded
        .saturating_add(lines)
        .saturating_add(BESIDE_THE_FILE)
        <= MAX_MESSAGE_BYTES
}

const fn owner_of(document: &documents::Model) -> Owner {
    Owner {
        tenant: document.tenant,
        mode: document.mode,
    }
}

/// Where a download link leads.
pub(crate) enum Shared {
    File {
        revision: revisions::Model,
        filename: String,
    },
    /// The document was deleted; in this language.
    Gone {
        lang: String,
    },
    Unknown,
}

/// Follows a download link. `key` is what `k` says: the revision's number and the secret.
pub(crate) async fn follow(desk: &Desk, id: &str, key: &str) -> Result<Shared, StoreError> {
    let db = desk.db.reader();
    let read = key.split_once('-').and_then(|(number, secret)| {
        let number: i32 = number.parse().ok()?;
        Some((number, secret))
    });
    let (Ok(id), Some((number, secret))) = (DocumentId::parse(id), read) else {
        return Ok(Shared::Unknown);
    };
    let Some(document) = all_tenants::document(db, &id).await? else {
        return Ok(Shared::Unknown);
    };
    let owner = owner_of(&document);
    let wanted = desk
        .secrets
        .download_key(owner.tenant, owner.mode, &id, number);
    if !wanted.is(secret) {
        return Ok(Shared::Unknown);
    }
    let gone = async |request: Option<&SignatureRequestId>| {
        let request = match request {
            Some(request) => requests::find(db, owner, request).await?,
            None => None,
        };
        let rule = request.and_then(|request| Rules::stored(&request.rules).lang);
        let lang = rule.unwrap_or_else(|| "en".to_owned());
        Ok(Shared::Gone { lang })
    };
    if document.deleted_at.is_some() {
        return gone(document.current_request.as_ref()).await;
    }
    let all = revisions::of_document(db, owner.tenant, &id).await?;
    match all.into_iter().find(|revision| revision.number == number) {
        Some(revision) => Ok(Shared::File {
            revision,
            filename: document.filename,
        }),
        None => gone(document.current_request.as_ref()).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_make_too_large_a_message_goes_by_link() {
        assert!(fits(0));
        assert!(fits(7_000_000));
        assert!(!fits(7_400_000), "its base64 alone is past the limit");
        assert!(!fits(i64::MAX));
    }
}
