//! Evidence of a signature: the sender's `sigData` and, where the tenant keeps it, the raw ink, encrypted to the tenant's
//! public key and bound to the revision that the signer was served.
//!
//! The container is a JWE (RFC 7516), so that an expert opens it without us. Pure: bytes in, bytes out; randomness is
//! passed in. Knows neither PDF nor store. The format is told in `docs/guides/evidence.md`.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod container;
mod content;
pub mod draw;
mod key;
mod packing;

pub use container::{Binding, Container, Header, MAX_CONTAINER_BYTES, Unopened, Unsealed, seal};
pub use content::{
    Evidence, FORMAT, Ink, Kind, Pad, Place, Pointer, SignatureNote, Stroke, VERSION,
};
pub use key::{InvalidKey, PrivateKey, PublicKey};
