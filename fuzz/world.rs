//! The world around a run: our authority and its seal, somebody else's roots, and a time that stands still.

use std::sync::OnceLock;

use domain::Timestamp;
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey as _;
use pdf::Examiner;
use pki::reading::{Anchors, FoundCertificate};
use pki::{CertificateAuthority, SealIdentity, SealOrder, TimeStampToken};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use secrecy::{ExposeSecret as _, SecretString};

/// Of every PKCS#12 file.
pub const PASSWORD: &str = "";

/// What others issued.
pub(crate) const SIGNATURE: &[u8] = include_bytes!("fixtures/signature.der");
pub(crate) const TIME_STAMP: &[u8] = include_bytes!("fixtures/time-stamp.der");
pub(crate) const OCSP: &[u8] = include_bytes!("fixtures/ocsp.der");
pub(crate) const LIST: &[u8] = include_bytes!("fixtures/list.der");
pub(crate) const SIGNER: &[u8] = include_bytes!("fixtures/signer.der");
pub(crate) const TIME_STAMPING: &[u8] = include_bytes!("fixtures/time-stamping.der");
pub(crate) const INTERMEDIATE: &[u8] = include_bytes!("fixtures/intermediate.der");
pub(crate) const RESPONDER: &[u8] = include_bytes!("fixtures/responder.der");
pub(crate) const ROOT: &[u8] = include_bytes!("fixtures/root.der");

pub struct World {
    /// When the others issued what they issued.
    pub now: Timestamp,
    pub authority: CertificateAuthority,
    /// The authority's: what a run lets it sign is new structure under a signature that holds.
    pub key: SigningKey,
    pub seal: SealIdentity,
    /// The seal's certificate, and that of the authority.
    pub own: FoundCertificate,
    pub root: FoundCertificate,
    /// The same of others.
    pub signer: FoundCertificate,
    pub intermediate: FoundCertificate,
    pub examiner: Examiner,
    /// Every certificate that is at hand.
    pub pool: Vec<FoundCertificate>,
    pub token: TimeStampToken,
    pub password: SecretString,
}

impl World {
    /// The same in every run, so that a finding can be repeated.
    pub fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(Self::new)
    }

    fn new() -> Self {
        let token = TimeStampToken::read(TIME_STAMP).expect("a token");
        let now = token.at;
        let mut random = StdRng::seed_from_u64(7);
        let authority = CertificateAuthority::create("Fuzz", now, &mut random).expect("a root");
        let order = SealOrder {
            tenant_name: "Fuzz, s.r.o.",
            slug: "fuzz",
            links: None,
        };
        let seal = authority
            .issue_seal(&order, now, &mut random)
            .expect("a seal");
        let pem = authority.private_key_pem().expect("a key");
        let key = SigningKey::from_pkcs8_pem(pem.expose_secret()).expect("a key of P-256");
        let read = |der: &[u8]| FoundCertificate::read(der).expect("a certificate");
        let roots = [ROOT, authority.certificate_der()];
        let examiner = Examiner {
            anchors: Anchors::from_der(roots),
            now,
        };
        let pool = [
            SIGNER,
            TIME_STAMPING,
            INTERMEDIATE,
            RESPONDER,
            ROOT,
            seal.certificate_der(),
            authority.certificate_der(),
        ];
        Self {
            now,
            key,
            own: read(seal.certificate_der()),
            root: read(authority.certificate_der()),
            signer: read(SIGNER),
            intermediate: read(INTERMEDIATE),
            examiner,
            pool: pool.map(read).to_vec(),
            token,
            password: SecretString::from(PASSWORD),
            authority,
            seal,
        }
    }
}
