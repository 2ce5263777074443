//! Mail as a technique: addresses that can be sent to, messages, the one template, and a transport over SMTP. Knows no
//! document, no tenant and no store.

mod address;
mod message;
mod smtp;
mod template;

pub use address::{Address, InvalidAddress};
pub use message::{Attachment, Message};
pub use smtp::{SendError, Server, SetUpError, Smtp, SmtpConfig, WrongServer};
pub use template::{Block, Letter, Rendered};
