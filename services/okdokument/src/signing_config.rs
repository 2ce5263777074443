//! What signing is told, for serving and for trying it.

use std::error::Error;
use std::sync::Arc;

use domain::SystemClock;
use signing::UnsentTexts;
use url::Url;

use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::{seals, trusted_roots};

/// The service's configuration by the settings; `api_url` is where signers find us.
pub(crate) fn of(
    settings: &Settings,
    secrets: &Secrets,
    api_url: &Url,
) -> Result<signing::Config, Box<dyn Error>> {
    Ok(signing::Config {
        addr: settings.signing_addr,
        store: settings.signing_store.clone(),
        migrate: settings.migrate_at_start,
        master: secrets.master.clone(),
        clock: Arc::new(SystemClock),
        api_url: api_url.clone(),
        pdf_workers: settings.pdf_workers.clone(),
        blobs: settings.data_dir.join("documents"),
        allow_private_callbacks: settings.allow_private_callbacks,
        https_only_callbacks: settings.https_only_callbacks,
        converter: converter(settings),
        signed_uploads: settings.signed_uploads,
        mail: settings.mail.clone(),
        sms: settings.sms.clone(),
        unsent_texts: if settings.is_public() {
            UnsentTexts::Refused
        } else {
            UnsentTexts::Kept
        },
        seals: seals::config(settings)?,
        trusted_roots: trusted_roots::read(settings.trusted_roots.as_deref())?,
    })
}

/// How office files become PDFs: this very program closes the walls before it becomes `LibreOffice`.
pub(crate) fn converter(settings: &Settings) -> Option<office_converter::Settings> {
    let office = settings.converter.clone()?;
    let launcher = crate::pdf_workers::this_program();
    let arguments = vec![crate::OFFICE_CONVERTER.to_owned()];
    Some(office_converter::Settings::new(launcher, arguments, office))
}
