//! Where a certificate says that its issuer and news of its revocation are found.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_AD_CA_ISSUERS, ID_AD_OCSP};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints};

/// Addresses that a certificate names, `http` ones only: RFC 5280 asks for no other, and what is
/// fetched is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateAddresses {
    pub ocsp: Vec<String>,
    pub revocation_lists: Vec<String>,
    pub issuers: Vec<String>,
}

impl CertificateAddresses {
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            ocsp: access(certificate, ID_AD_OCSP),
            issuers: access(certificate, ID_AD_CA_ISSUERS),
            revocation_lists: lists(certificate),
        }
    }
}

fn access(certificate: &Certificate, method: ObjectIdentifier) -> Vec<String> {
    certificate
        .tbs_certificate()
        .get_extension::<AuthorityInfoAccessSyntax>()
        .ok()
        .flatten()
        .map(|(_, access)| access.0)
        .into_iter()
        .flatten()
        .filter(|description| description.access_method == method)
        .filter_map(|description| url(&description.access_location))
        .collect()
}

fn lists(certificate: &Certificate) -> Vec<String> {
    certificate
        .tbs_certificate()
        .get_extension::<CrlDistributionPoints>()
        .ok()
        .flatten()
        .map(|(_, points)| points.0)
        .into_iter()
        .flatten()
        .filter_map(|point| match point.distribution_point? {
            DistributionPointName::FullName(names) => Some(names),
            DistributionPointName::NameRelativeToCRLIssuer(_) => None,
        })
        .flatten()
        .filter_map(|name| url(&name))
        .collect()
}

fn url(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(url) => {
            let url = url.as_str();
            (url.starts_with("http://") || url.starts_with("https://")).then(|| url.to_owned())
        }
        _ => None,
    }
}
