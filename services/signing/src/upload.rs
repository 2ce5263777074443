//! Stores a file as a document of its own, to be signed later. Costs nothing.

use domain::DocumentId;

use crate::desk::Desk;
use crate::idempotency::Attempt;
use crate::intake;
use crate::order::SentFile;
use crate::register::{self, CreateError, Created};
use crate::tenant::Tenant;

pub(crate) async fn upload(
    desk: &Desk,
    attempt: &Attempt,
    tenant: &Tenant,
    file: SentFile,
) -> Result<Created, CreateError> {
    let prepared = intake::prepare(desk, attempt.owner, tenant, file).await?;
    let id = DocumentId::generate();
    register::store_document(desk, attempt, (id, &prepared), desk.clock.now()).await
}
