//! Reading other people's signatures: CMS, time stamps, certificate paths, revocation data.
//!
//! Nothing is fetched: what is not in the file or among the trusted roots is not known.

mod ber;
mod facts;
mod message;
mod parts;
mod path;
mod revocation;
mod sha1_rsa;
mod stamp;
mod tlv;

pub use facts::{CertificateFacts, Revocation, RevocationSource, Trust, TrustProblem};
pub use message::{DigestName, FoundCertificate, MustName, ReadError, SignedMessage, Wrong};
pub use path::{Anchors, Path, find_path};
pub use revocation::RevocationData;
pub use stamp::TimeStamp;
