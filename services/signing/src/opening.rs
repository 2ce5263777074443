//! The document as its signer opens it: the page's first POST, and the only moment that counts as *opened*.

use std::time::Duration;

use bytes::Bytes;
use domain::{DocumentId, SignatureRequestId};
use serde::Serialize;
use store_kit::StoreError;
use thiserror::Error;
use utoipa::ToSchema;

use crate::audit::{self, Actor, Fact, Visit};
use crate::blob::{BlobError, BlobKey};
use crate::codes::{self, CodeError};
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::document::Forbidden;
use crate::engine::EngineError;
use crate::form::{self, RoundField};
use crate::round::Round;
use crate::rules::Rules;
use crate::signature_request::{NotNow, RequestState};
use crate::signer::{Ended, LinkError, Signer};
use crate::store::{all_tenants, documents, requests};
use pdf::{FieldKind, Inspected, Refusal};

/// Why the document cannot be shown or acted on.
#[derive(Debug, Error)]
pub(crate) enum PageError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    NotNow(#[from] NotNow),
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The request offers no other device.
    #[error("going on at a phone is not offered")]
    NoPhone,
    /// There is no signed copy before the seal.
    #[error("the document is not signed yet")]
    NotSigned,
    /// Until the next copy may be mailed.
    #[error("copies were mailed a moment ago")]
    TooOften(Duration),
    /// The bytes are not those that the signer saw.
    #[error("the document has changed")]
    Changed,
    /// A sentence for the signer's page.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("a stored document cannot be read")]
    Unreadable(#[from] Refusal),
    #[error(transparent)]
    Stamp(#[from] crate::sealing::StampError),
    #[error("the act cannot be kept")]
    Unkept(#[from] serde_json::Error),
    #[error("the act cannot be kept")]
    Locked(#[from] Locked),
}

/// What the page shows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Opening {
    document_id: DocumentId,
    signature_request_id: SignatureRequestId,
    filename: String,
    tenant_name: String,
    lang: String,
    /// SHA-256 of the revision that is served, in hex; it comes back with the submission.
    digest: String,
    pages: usize,
    rules: PageRules,
    /// Raw ink is kept, encrypted to the tenant's key; comes back with the submission.
    keep_raw_ink: bool,
    /// The sender gave `sigData`, which goes into the signature, encrypted to the tenant's key.
    sender_data: bool,
    fields: Vec<PageField>,
    /// Names this opening: a code to sign is tried for it, and comes back with the submission.
    #[serde(rename = "opening")]
    id: String,
    /// A code confirms the signature before it is submitted.
    sign_code: bool,
}

/// The rules that the page keeps.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the wire contract"
)]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageRules {
    sign_anywhere_enabled: bool,
    mouse_signature: bool,
    gui_request_signer_name: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    gui_signer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gui_signer_date: Option<String>,
    gui_signature_number: u32,
    gui_auto_submit: bool,
    gui_one_button: bool,
    gui_open_signature: bool,
    gui_read_required: bool,
    #[serde(rename = "guiRemoteQRCodeEnabled")]
    gui_remote_qr_code_enabled: bool,
}

impl From<Rules> for PageRules {
    fn from(rules: Rules) -> Self {
        Self {
            sign_anywhere_enabled: rules.sign_anywhere_enabled,
            mouse_signature: rules.mouse_signature,
            gui_request_signer_name: rules.gui_request_signer_name,
            gui_signer_name: rules.gui_signer_name,
            gui_signer_date: rules.gui_signer_date,
            gui_signature_number: rules.gui_signature_number,
            gui_auto_submit: rules.gui_auto_submit,
            gui_one_button: rules.gui_one_button,
            gui_open_signature: rules.gui_open_signature,
            gui_read_required: rules.gui_read_required,
            gui_remote_qr_code_enabled: rules.gui_remote_qr_code_enabled,
        }
    }
}

/// A form field.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the page's contract"
)]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageField {
    name: String,
    /// `signature`, `text`, `checkbox`, `radio` or `combobox`.
    #[serde(rename = "type")]
    kind: &'static str,
    required: bool,
    signed: bool,
    read_only: bool,
    multi_line: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<PageOption>,
    widgets: Vec<PageWidget>,
}

/// What a choice or radio group can be set to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageOption {
    value: String,
    label: String,
}

/// Where a field is, in PDF points of the unrotated page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageWidget {
    /// Counts from 1.
    page: usize,
    x: f32,
    y: f32,
    width: f32,
    height: f32,
    /// Which of the field's options this one switches on.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// Opens the document for its signer.
pub(crate) async fn open(desk: &Desk, signer: Signer, visit: Visit) -> Result<Opening, PageError> {
    let signer = note_opened(desk, signer, &Actor::Signer(visit)).await?;
    let inspected = inspect(desk, &signer.document).await?;
    let tenant = signer.tenant(desk).await?;
    let rules = signer.rules();
    let round = Round::stored(&signer.request.round);
    let fields = form::fields(&inspected, &round)
        .iter()
        .map(page_field)
        .collect();
    let keep_raw_ink = tenant.keeps_raw_ink();
    let of = (&signer.request.id, signer.document.sha256.as_str());
    Ok(Opening {
        id: desk.secrets.codes().opening(signer.owner, of),
        sign_code: codes::is_asked_to_sign(desk, &signer).await?,
        lang: rules.lang.clone().unwrap_or(tenant.lang),
        document_id: signer.document.id,
        signature_request_id: signer.request.id,
        filename: signer.document.filename,
        tenant_name: tenant.name,
        digest: signer.document.sha256,
        pages: inspected.pages.len(),
        rules: rules.into(),
        keep_raw_ink,
        sender_data: signer.request.sig_data.is_some(),
        fields,
    })
}

/// A link that has not ended and a document that nothing is being done to.
pub(crate) fn check_open(desk: &Desk, signer: &Signer) -> Result<(), PageError> {
    if let Some(how) = signer.ended(desk.clock.now()) {
        return Err(LinkError::Ended(how).into());
    }
    signer.document.stage().submitted()?;
    Ok(())
}

async fn note_opened(desk: &Desk, mut signer: Signer, by: &Actor) -> Result<Signer, PageError> {
    check_open(desk, &signer)?;
    let is_first = signer.request.state() == RequestState::Waiting;
    if !is_first && !audit::is_new_visit(desk, &signer, by).await? {
        return Ok(signer);
    }
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let found = requests::lock(&*tx, signer.owner, &signer.request.id).await?;
    let mut request = found.ok_or(LinkError::Ended(Ended::Deleted))?;
    if request.state() == RequestState::Waiting {
        request = request.opened(now)?;
        requests::put(&*tx, request.clone()).await?;
    }
    if request.state() == RequestState::Opened {
        let fact = Fact::Opened {
            sha256: signer.document.sha256.clone(),
        };
        let about = (&request.document, Some(&request.id));
        audit::note(&*tx, signer.owner, about, (by, &fact), now).await?;
        tx.commit().await?;
    }
    signer.request = request;
    check_open(desk, &signer)?;
    Ok(signer)
}

/// What is in the current revision.
pub(crate) async fn inspect(
    desk: &Desk,
    document: &documents::Model,
) -> Result<Inspected, PageError> {
    let bytes = served(desk, document).await?;
    Ok(desk.engine.inspect(bytes).await??)
}

/// The bytes that the signer sees. Whoever deletes a document takes its bytes away after his commit, so that a signer who was let
/// in before it hears of the deletion.
pub(crate) async fn served(desk: &Desk, document: &documents::Model) -> Result<Bytes, PageError> {
    let key = BlobKey::stored(&document.blob);
    if let Some(bytes) = desk.blobs.find(&key).await? {
        return Ok(bytes);
    }
    check_kept(desk, document).await?;
    Ok(desk.blobs.get(&key).await?)
}

/// That the document was not deleted meanwhile.
pub(crate) async fn check_kept(desk: &Desk, document: &documents::Model) -> Result<(), PageError> {
    let row = all_tenants::document(desk.db.reader(), &document.id).await?;
    if row.is_none_or(|row| row.deleted_at.is_some()) {
        return Err(LinkError::Ended(Ended::Deleted).into());
    }
    Ok(())
}

fn page_field(of_round: &RoundField<'_>) -> PageField {
    let field = of_round.field;
    PageField {
        name: field.name.clone(),
        kind: match field.kind {
            FieldKind::Signature => "signature",
            FieldKind::Text => "text",
            // Check boxes of several states exclude each other, as radio buttons do.
            FieldKind::CheckBox if field.options.is_empty() => "checkbox",
            FieldKind::CheckBox | FieldKind::Radio => "radio",
            FieldKind::ComboBox | FieldKind::ListBox => "combobox",
        },
        required: of_round.required,
        signed: field.is_signed,
        read_only: of_round.read_only,
        multi_line: field.multi_line,
        max_length: field.max_length,
        value: of_round.value.clone(),
        options: field
            .options
            .iter()
            .map(|option| PageOption {
                value: option.value.clone(),
                label: option.label.clone(),
            })
            .collect(),
        widgets: field
            .widgets
            .iter()
            .map(|widget| PageWidget {
                page: widget.page,
                x: widget.rect.x,
                y: widget.rect.y,
                width: widget.rect.width,
                height: widget.rect.height,
                state: widget.state.clone(),
            })
            .collect(),
    }
}
