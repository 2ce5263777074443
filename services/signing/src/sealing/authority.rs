//! The certificate authority of this installation and the seals it issues, kept in the store so that all instances share them.

use std::time::Duration;

use domain::{TenantId, Timestamp};
use store_kit::{Db, StoreError};
use thiserror::Error;
use url::Url;

use super::credentials::BroughtSeals;
use crate::link::{Addresses, Secrets};
use crate::store::seals;
use crate::tenant::Tenant;
use pki::{
    CertificateAuthority, OwnList, PkiError, PublicLinks, Revoked, SealIdentity, SealOrder,
    SealedKey, WrappingKey,
};

const ROOT: &str = "root";
/// Who stands in the root certificate.
const OPERATOR: &str = "OKdokument";
/// A seal that ends sooner is replaced: what is signed today must be checkable for a while.
const RENEW_BEFORE: Duration = Duration::from_hours(30 * 24);

/// Why there is no certificate.
#[derive(Debug, Error)]
pub(crate) enum AuthorityError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a certificate or key could not be made or opened")]
    Pki(#[from] PkiError),
    #[error("the stored authority is gone")]
    Lost,
}

/// The authority, opened.
#[derive(Clone)]
pub(crate) struct Authority {
    ca: CertificateAuthority,
    wrapping: WrappingKey,
    links: Option<PublicLinks>,
    brought: BroughtSeals,
}

impl Authority {
    /// Opens the stored authority, or makes one: of instances that start at once the first decides.
    pub(crate) async fn open(
        db: &Db,
        secrets: &Secrets,
        api_url: &Url,
        now: Timestamp,
    ) -> Result<Self, AuthorityError> {
        let wrapping = WrappingKey::new(secrets.private_keys());
        if seals::find_authority(db.reader(), ROOT).await?.is_none() {
            let row = new_root(&wrapping, now)?;
            let tx = db.begin().await?;
            seals::offer_authority(&*tx, row).await?;
            tx.commit().await?;
        }
        let row = seals::find_authority(db.reader(), ROOT)
            .await?
            .ok_or(AuthorityError::Lost)?;
        let key = SealedKey::from_bytes(row.sealed_key);
        let ca = CertificateAuthority::open(&row.certificate, &key, &wrapping)?;
        Ok(Self {
            ca,
            wrapping,
            links: public_links(api_url),
            brought: BroughtSeals::default(),
        })
    }

    /// With seals that the operator brought, which go before our own.
    pub(crate) fn with(self, brought: BroughtSeals) -> Self {
        Self { brought, ..self }
    }

    pub(crate) const fn brought(&self) -> &BroughtSeals {
        &self.brought
    }

    pub(crate) fn root_der(&self) -> Vec<u8> {
        self.ca.certificate_der().to_vec()
    }

    /// A seal of nobody, to try the authority's key with; it is kept nowhere.
    pub(crate) fn trial_seal(&self, now: Timestamp) -> Result<SealIdentity, PkiError> {
        let order = SealOrder {
            tenant_name: "Self-test",
            slug: "self-test",
            links: None,
        };
        self.ca.issue_seal(&order, now, &mut rand::rng())
    }

    /// The revocation list as of now; its number grows with the clock.
    pub(crate) async fn revocation_list(
        &self,
        db: &Db,
        now: Timestamp,
    ) -> Result<Vec<u8>, AuthorityError> {
        let revoked: Vec<Revoked> = seals::revoked(db.reader()).await?;
        let number = u64::try_from(now.seconds()).unwrap_or(0);
        Ok(self.ca.revocation_list(number, now, &revoked)?)
    }

    /// The list and who signed it, for a document that shall bear it.
    pub(crate) async fn own_list(
        &self,
        db: &Db,
        now: Timestamp,
    ) -> Result<OwnList, AuthorityError> {
        Ok(OwnList {
            issuer: self.ca.certificate().clone(),
            list: self.revocation_list(db, now).await?,
        })
    }

    /// The tenant's seal: what the operator brought, else ours, issued at its first use and renewed before it ends or
    /// when it was revoked.
    pub(crate) async fn seal_of(
        &self,
        db: &Db,
        tenant: TenantId,
        told: &Tenant,
        now: Timestamp,
    ) -> Result<SealIdentity, AuthorityError> {
        if let Some(brought) = self.brought.of(tenant) {
            return Ok(brought.clone());
        }
        let newest = seals::newest(db.reader(), tenant).await?;
        let generation = match newest {
            Some(row) if row.revoked_at.is_none() && now.plus(RENEW_BEFORE) < row.ends_at => {
                return self.opened(row);
            }
            Some(row) => row.generation.saturating_add(1),
            None => 1,
        };
        let row = self.new_seal((tenant, told), generation, now)?;
        let tx = db.begin().await?;
        seals::offer(&*tx, row).await?;
        tx.commit().await?;
        let row = seals::newest(db.reader(), tenant)
            .await?
            .ok_or(AuthorityError::Lost)?;
        self.opened(row)
    }

    fn opened(&self, row: seals::Model) -> Result<SealIdentity, AuthorityError> {
        let key = SealedKey::from_bytes(row.sealed_key);
        Ok(SealIdentity::open(
            &row.certificate,
            &[self.root_der()],
            &key,
            &self.wrapping,
        )?)
    }

    fn new_seal(
        &self,
        (tenant, told): (TenantId, &Tenant),
        generation: i32,
        now: Timestamp,
    ) -> Result<seals::Model, AuthorityError> {
        let tenant_text = tenant.to_string();
        let or_id = |text: &str| {
            if text.is_empty() {
                tenant_text.clone()
            } else {
                text.to_owned()
            }
        };
        let (name, slug) = (or_id(&told.name), or_id(&told.slug));
        let order = SealOrder {
            tenant_name: &name,
            slug: &slug,
            links: self.links.clone(),
        };
        let mut random = rand::rng();
        let seal = self.ca.issue_seal(&order, now, &mut random)?;
        Ok(seals::Model {
            tenant,
            generation,
            serial: seal.serial(),
            certificate: seal.certificate_der().to_vec(),
            sealed_key: seal
                .sealed_key(&self.wrapping, &mut random)?
                .as_bytes()
                .to_vec(),
            ends_at: seal.not_after(),
            made_at: now,
            revoked_at: None,
            revocation_reason: None,
        })
    }
}

fn new_root(wrapping: &WrappingKey, now: Timestamp) -> Result<seals::authority::Model, PkiError> {
    let mut random = rand::rng();
    let ca = CertificateAuthority::create(OPERATOR, now, &mut random)?;
    Ok(seals::authority::Model {
        name: ROOT.to_owned(),
        certificate: ca.certificate_der().to_vec(),
        sealed_key: ca.sealed_key(wrapping, &mut random)?.as_bytes().to_vec(),
        made_at: now,
    })
}

/// Addresses in a certificate are for readers anywhere: a loopback one would only make them wait.
fn public_links(api_url: &Url) -> Option<PublicLinks> {
    let is_loopback = match api_url.host()? {
        url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        url::Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        url::Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    };
    let addresses = Addresses::new(api_url);
    (!is_loopback).then(|| PublicLinks {
        issuer_certificate: addresses.root_certificate(),
        revocation_list: addresses.revocation_list(),
    })
}
