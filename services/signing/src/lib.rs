//! signing

pub mod pdf;
pub mod pki;
