//! The signing goes on at another device: the link that a QR code shows, and how far its signer has come there. Both devices hold
//! the same link; each proves the code to open for itself, since a pass stays in the browser that was given it.

use crate::audit;
use crate::desk::Desk;
use crate::link::Outcome;
use crate::opening::PageError;
use crate::signer::Signer;
use crate::submission::{self, Standing};

/// How the document stands, told to a page that waits for another device.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) standing: Standing,
    /// Where the waiting page's browser goes: `result` is `mobile` where the document was signed (spec section 11).
    pub(crate) result_url: String,
    /// The signer's link, as long as it opens the document for signing.
    pub(crate) link: Option<String>,
    /// Something that is held in a hand has opened this round.
    pub(crate) is_open: bool,
}

/// How far it has come elsewhere. Changes nothing. `locale` is the asking browser's, which is sent on when it is over.
pub(crate) async fn follow(
    desk: &Desk,
    mut signer: Signer,
    locale: Option<String>,
) -> Result<Followed, PageError> {
    if !signer.rules().gui_remote_qr_code_enabled {
        return Err(PageError::NoPhone);
    }
    if locale.is_some() {
        signer.request.locale = locale;
    }
    let (standing, result_url) = submission::standing(desk, &signer, Outcome::Mobile)?;
    let request = &signer.request;
    let link = desk
        .addresses
        .open(&request.id, request.link_key.as_deref());
    Ok(Followed {
        link: (standing == Standing::ToSign).then_some(link),
        is_open: audit::is_open_in_hand(desk, &signer).await?,
        standing,
        result_url,
    })
}
