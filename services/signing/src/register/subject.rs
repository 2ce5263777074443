//! The document a create is about: a new file, checked and prepared, or a stored one that may take another round.

use std::collections::BTreeSet;

use domain::{DocumentId, Timestamp};
use store_kit::StoreError;

use super::CreateError;
use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::document::Moved;
use crate::form;
use crate::intake::{self, IntakeError, Prepared, Stored};
use crate::order::{Order, Registration, Source};
use crate::round::{Misshapen, Round};
use crate::store::{Connection, Owner, documents, requests};
use crate::tenant::Tenant;
use pdf::{Inspected, Unfit};

/// The document the request will be on, looked at before anything is written.
pub(super) enum Subject {
    New {
        id: DocumentId,
        prepared: Box<Prepared>,
    },
    Stored {
        id: DocumentId,
        reopens: bool,
    },
}

impl Subject {
    pub(super) const fn id(&self) -> &DocumentId {
        match self {
            Self::New { id, .. } | Self::Stored { id, .. } => id,
        }
    }

    /// Puts a new file where it survives; a stored one is there already.
    pub(super) async fn store(&self, desk: &Desk) -> Result<Option<Stored>, CreateError> {
        match self {
            Self::New { prepared, .. } => Ok(Some(intake::store(desk, prepared).await?)),
            Self::Stored { .. } => Ok(None),
        }
    }
}

/// Checks the file or finds the document, and checks the names of fields against it.
pub(super) async fn of(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    order: &Order,
) -> Result<Subject, CreateError> {
    match &order.source {
        Source::New(file) => {
            let prepared = intake::prepare(desk, owner, tenant, file.clone()).await?;
            check(order, &prepared.inspected)?;
            Ok(Subject::New {
                id: DocumentId::generate(),
                prepared: Box::new(prepared),
            })
        }
        Source::Stored { id, reopens } => {
            if order.registration == Registration::Off {
                return Err(
                    Misshapen::new("/signatureRequestId", "off only with a new file").into(),
                );
            }
            let unknown = || CreateError::UnknownDocument(id.clone());
            let parsed = DocumentId::parse(id).map_err(|_| unknown())?;
            let document = documents::find(desk.db.reader(), owner, &parsed)
                .await?
                .ok_or_else(unknown)?;
            let current = current_request(desk.db.reader(), owner, &document).await?;
            next_round(&document, current.as_ref(), *reopens, desk.clock.now())?;
            if order.round != Round::default() || order.rules.sign_code.is_some() {
                let bytes = desk.blobs.get(&BlobKey::stored(&document.blob)).await?;
                let inspected = desk.engine.inspect(bytes).await?;
                check(order, &inspected.map_err(IntakeError::Refused)?)?;
            }
            Ok(Subject::Stored {
                id: parsed,
                reopens: *reopens,
            })
        }
    }
}

pub(super) async fn current_request(
    db: &impl Connection,
    owner: Owner,
    document: &documents::Model,
) -> Result<Option<requests::Model>, StoreError> {
    match &document.current_request {
        Some(current) => requests::find(db, owner, current).await,
        None => Ok(None),
    }
}

/// Where the document stands after the request is registered, or why it cannot be.
pub(super) fn next_round(
    document: &documents::Model,
    current: Option<&requests::Model>,
    reopens: bool,
    now: Timestamp,
) -> Result<Moved, CreateError> {
    let open = current.filter(|request| request.state().is_open() && now < request.expires_at);
    if let Some(open) = open {
        return Err(CreateError::OpenRequest(open.id.clone()));
    }
    let stage = document.stage();
    Ok(if reopens {
        stage.reopened()?
    } else {
        stage.requested()?
    })
}

/// Whether the round fits the document.
fn check(order: &Order, inspected: &Inspected) -> Result<(), CreateError> {
    check_round(&order.round, inspected)?;
    Ok(form::check_sign_code(
        inspected,
        &order.round,
        &order.rules,
    )?)
}

/// Whether the document has the fields that the round names, and they can take its values.
fn check_round(round: &Round, inspected: &Inspected) -> Result<(), CreateError> {
    let known: BTreeSet<&str> = inspected
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    if let Some(name) = round.unknown_name(&known) {
        return Err(CreateError::UnknownField(name.to_owned()));
    }
    match form::unfit(inspected, round) {
        Some((at, unfit)) => {
            let pointer = format!("/fieldConfig/{at}/value");
            Err(Misshapen::new(pointer, wanted(unfit)).into())
        }
        None => Ok(()),
    }
}

const fn wanted(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::Signature => "no value for a signature field",
        Unfit::TooLong(_) => "a text no longer than the field allows",
        Unfit::NotAState => "1 for on or 0 for off",
        Unfit::NotAnOption => "one of the field's options",
        Unfit::Unwritable(_) => "Latin, Greek or Cyrillic letters, which can be printed",
    }
}
