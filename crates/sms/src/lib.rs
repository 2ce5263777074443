//! Text messages over a provider's HTTP API, whichever it is: where to post, with which secret header and which JSON are
//! settings. Knows no document, no tenant and no store.

mod body;
mod provider;

pub use body::{BodyTemplate, WrongTemplate};
pub use provider::{Header, Provider, ProviderConfig, SendError, Text, WrongHeader, is_sound_url};
