//! The rules of codes as rows of their request.

use domain::{DocumentId, SignatureRequestId};
use store_kit::StoreError;

use super::keys::{CodeKeys, Meant};
use super::{Channel, Step};
use crate::rules::{CodeRule, Rules};
use crate::store::{Connection, Owner, codes};

/// Keeps the rules of codes with their request. A rule that stays as it was keeps its counters and passes; a new one has none.
pub(crate) async fn keep(
    tx: &impl Connection,
    keys: &CodeKeys,
    owner: Owner,
    (document, request): (&DocumentId, &SignatureRequestId),
    rules: &Rules,
) -> Result<(), StoreError> {
    for (step, rule) in [
        (Step::Open, &rules.open_code),
        (Step::Sign, &rules.sign_code),
    ] {
        let found = codes::find(tx, owner, request, step).await?;
        let Some(rule) = rule else {
            if found.is_some() {
                codes::remove(tx, owner, request, step).await?;
            }
            continue;
        };
        let meant = Meant {
            owner,
            request,
            step,
        };
        let row = row(keys, meant, document, rule);
        match found {
            Some(stands) if is_same(&stands, &row) => {}
            Some(_) => codes::put(tx, row).await?,
            None => codes::insert(tx, row).await?,
        }
    }
    Ok(())
}

fn row(keys: &CodeKeys, meant: Meant<'_>, document: &DocumentId, rule: &CodeRule) -> codes::Model {
    let (channel, recipient, secret) = match rule {
        CodeRule::Email(to) => (Channel::Email, Some(to.to_string()), None),
        CodeRule::Phone(to) => (Channel::Sms, Some(to.to_string()), None),
        CodeRule::Fixed(code) => {
            let hash = keys.hash(meant, code.reveal());
            (Channel::Fixed, None, Some(hash))
        }
    };
    codes::Model {
        tenant: meant.owner.tenant,
        mode: meant.owner.mode,
        signature_request: meant.request.clone(),
        step: meant.step,
        document: document.clone(),
        channel,
        recipient,
        rule: hex::encode(rand::random::<[u8; 16]>()),
        secret,
        sent_at: None,
        expires_at: None,
        attempts: 0,
        locked_until: None,
    }
}

/// Whether the rule asks for the same: of a fixed code its hash tells, of the others where they go.
fn is_same(stands: &codes::Model, new: &codes::Model) -> bool {
    stands.channel == new.channel
        && stands.recipient == new.recipient
        && (new.channel != Channel::Fixed || stands.secret == new.secret)
}
