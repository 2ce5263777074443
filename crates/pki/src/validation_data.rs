//! What proves, years later, that no certificate of a signature was revoked: gathered by asking
//! the addresses that the certificates name. Fetching is the caller's; judging is here.

use std::collections::{HashMap, VecDeque};
use std::future::Future;

use const_oid::ObjectIdentifier;
use der::{Decode, DecodePem, Encode};
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use x509_cert::Certificate;

use super::address::CertificateAddresses;
use super::chain::is_self_issued;
use super::ocsp::{OcspError, OcspRequest, OcspResponse};
use super::public_key::is_issued_by;
use super::revocation_list::{ListError, RevocationList};

/// Certificates of one signature and its time stamp; more is a circle or an attack.
const MOST_CERTIFICATES: usize = 32;
/// Certificates whose issuer promises nothing about revocation, since they live shortly or only
/// speak for it: OCSP no-check (RFC 6960), no revocation available (RFC 9608), validity assured
/// (EN 319 412-1).
const NEVER_REVOKED: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5"),
    ObjectIdentifier::new_unwrap("2.5.29.56"),
    ObjectIdentifier::new_unwrap("0.4.0.194121.2.1"),
];

/// Certificates, OCSP responses and revocation lists, each DER.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationData {
    pub certificates: Vec<Vec<u8>>,
    pub ocsp_responses: Vec<Vec<u8>>,
    pub revocation_lists: Vec<Vec<u8>>,
}

/// One call over HTTP: a POST where there is a body, else a GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub url: String,
    /// With its content type.
    pub body: Option<(&'static str, Vec<u8>)>,
}

/// Why a call brought nothing, for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct CallFailed(pub String);

/// Makes calls, with limits on time and size.
pub trait Fetch {
    fn fetch(&self, call: Call) -> impl Future<Output = Result<Vec<u8>, CallFailed>> + Send;
}

/// Why there is no complete validation data now.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    #[error("the certificate of {0} cannot be read or written")]
    Form(String, #[source] der::Error),
    #[error("the issuer of {0} is not known, and no address of its certificate answers with it")]
    NoIssuer(String),
    #[error("the certificate of {0} says nowhere whether it is revoked")]
    NoAddress(String),
    #[error("the certificate of {0} is revoked")]
    Revoked(String),
    #[error("whether the certificate of {name} is revoked could not be learned: {causes}")]
    Unanswered { name: String, causes: String },
    #[error("more than {MOST_CERTIFICATES} certificates for one signature")]
    TooMany,
}

/// The data, and until when all of it is to be taken.
#[derive(Clone, Debug)]
pub struct Gathered {
    pub data: ValidationData,
    pub good_until: Timestamp,
}

/// The revocation list of an authority that is at hand, which need not be fetched.
#[derive(Clone, Debug)]
pub struct OwnList {
    pub issuer: Certificate,
    pub list: Vec<u8>,
}

/// Who is asked about, and what is at hand before anything is fetched.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// The certificates that signed: the seal's, the time-stamping authority's.
    pub subjects: Vec<Certificate>,
    pub at_hand: Vec<Certificate>,
    pub own_list: Option<OwnList>,
}

impl Gathering {
    /// Follows every certificate up to its root and proves each but the root.
    pub async fn gather(self, fetch: &impl Fetch, now: Timestamp) -> Result<Gathered, GatherError> {
        let mut work = Work {
            at_hand: self.at_hand,
            own_list: self.own_list,
            queue: self.subjects.into(),
            lists: HashMap::new(),
            seen: Vec::new(),
            gathered: Gathered {
                data: ValidationData::default(),
                good_until: Timestamp::from_millis(i64::MAX),
            },
            now,
        };
        while let Some(certificate) = work.queue.pop_front() {
            if work.seen.contains(&certificate) {
                continue;
            }
            if MOST_CERTIFICATES <= work.seen.len() {
                return Err(GatherError::TooMany);
            }
            work.prove(&certificate, fetch).await?;
            work.seen.push(certificate);
        }
        Ok(work.gathered)
    }
}

struct Work {
    at_hand: Vec<Certificate>,
    own_list: Option<OwnList>,
    queue: VecDeque<Certificate>,
    /// By address.
    lists: HashMap<String, Vec<u8>>,
    seen: Vec<Certificate>,
    gathered: Gathered,
    now: Timestamp,
}

impl Work {
    async fn prove(
        &mut self,
        certificate: &Certificate,
        fetch: &impl Fetch,
    ) -> Result<(), GatherError> {
        let name = || certificate.tbs_certificate().subject().to_string();
        let der = certificate
            .to_der()
            .map_err(|cause| GatherError::Form(name(), cause))?;
        self.gathered.data.certificates.push(der);
        if is_self_issued(certificate) {
            return Ok(());
        }
        let addresses = CertificateAddresses::of(certificate);
        let issuer = self.issuer(certificate, &addresses, fetch).await?;
        self.queue.push_back(issuer.clone());
        if is_never_revoked(certificate) {
            return Ok(());
        }
        if let Some(own) = self.own_list.as_ref().filter(|own| own.issuer == issuer) {
            let list = RevocationList::accept(&own.list, certificate, &issuer, self.now)
                .map_err(|error| judged(name(), &error))?;
            self.take_list(list);
            return Ok(());
        }
        if addresses.ocsp.is_empty() && addresses.revocation_lists.is_empty() {
            return Err(GatherError::NoAddress(name()));
        }
        let mut causes = Vec::new();
        if self
            .by_ocsp(&addresses, (certificate, &issuer), fetch, &mut causes)
            .await?
            || self
                .by_list(&addresses, (certificate, &issuer), fetch, &mut causes)
                .await?
        {
            return Ok(());
        }
        Err(GatherError::Unanswered {
            name: name(),
            causes: causes.join("; "),
        })
    }

    /// Whether a responder said that the certificate is good.
    async fn by_ocsp(
        &mut self,
        addresses: &CertificateAddresses,
        (certificate, issuer): (&Certificate, &Certificate),
        fetch: &impl Fetch,
        causes: &mut Vec<String>,
    ) -> Result<bool, GatherError> {
        for url in &addresses.ocsp {
            match self.ask(url, (certificate, issuer), fetch).await {
                Ok(response) => {
                    self.take_response(response);
                    return Ok(true);
                }
                Err(Unasked::Judged(OcspError::Revoked)) => {
                    return Err(GatherError::Revoked(
                        certificate.tbs_certificate().subject().to_string(),
                    ));
                }
                Err(error) => causes.push(format!("{url}: {error}")),
            }
        }
        Ok(false)
    }

    async fn ask(
        &self,
        url: &str,
        (certificate, issuer): (&Certificate, &Certificate),
        fetch: &impl Fetch,
    ) -> Result<OcspResponse, Unasked> {
        let request = OcspRequest::new(certificate, issuer)?;
        let call = Call {
            url: url.to_owned(),
            body: Some(("application/ocsp-request", request.to_der()?)),
        };
        let answer = fetch.fetch(call).await?;
        Ok(request.accept(&answer, self.now)?)
    }

    /// Whether a list was had that does not name the certificate.
    async fn by_list(
        &mut self,
        addresses: &CertificateAddresses,
        (certificate, issuer): (&Certificate, &Certificate),
        fetch: &impl Fetch,
        causes: &mut Vec<String>,
    ) -> Result<bool, GatherError> {
        for url in &addresses.revocation_lists {
            let answer = match self.list_at(url, fetch).await {
                Ok(answer) => answer,
                Err(error) => {
                    causes.push(format!("{url}: {error}"));
                    continue;
                }
            };
            match RevocationList::accept(&answer, certificate, issuer, self.now) {
                Ok(list) => {
                    self.take_list(list);
                    return Ok(true);
                }
                Err(ListError::Revoked) => {
                    return Err(GatherError::Revoked(
                        certificate.tbs_certificate().subject().to_string(),
                    ));
                }
                Err(error) => causes.push(format!("{url}: {error}")),
            }
        }
        Ok(false)
    }

    /// The list at an address, fetched once: it may be large, and some authorities sign it anew each time.
    async fn list_at(&mut self, url: &str, fetch: &impl Fetch) -> Result<Vec<u8>, CallFailed> {
        if let Some(list) = self.lists.get(url) {
            return Ok(list.clone());
        }
        let call = Call {
            url: url.to_owned(),
            body: None,
        };
        let list = fetch.fetch(call).await?;
        self.lists.insert(url.to_owned(), list.clone());
        Ok(list)
    }

    /// At hand, or where the certificate says.
    async fn issuer(
        &mut self,
        certificate: &Certificate,
        addresses: &CertificateAddresses,
        fetch: &impl Fetch,
    ) -> Result<Certificate, GatherError> {
        let at_hand = self
            .at_hand
            .iter()
            .find(|candidate| is_issued_by(certificate, candidate));
        if let Some(issuer) = at_hand {
            return Ok(issuer.clone());
        }
        for url in &addresses.issuers {
            let call = Call {
                url: url.clone(),
                body: None,
            };
            let Ok(answer) = fetch.fetch(call).await else {
                continue;
            };
            let read = Certificate::from_der(&answer).or_else(|_| Certificate::from_pem(&answer));
            if let Ok(issuer) = read
                && is_issued_by(certificate, &issuer)
            {
                self.at_hand.push(issuer.clone());
                return Ok(issuer);
            }
        }
        Err(GatherError::NoIssuer(
            certificate.tbs_certificate().subject().to_string(),
        ))
    }

    fn take_list(&mut self, list: RevocationList) {
        self.gathered.good_until = self.gathered.good_until.min(list.good_until);
        let lists = &mut self.gathered.data.revocation_lists;
        if !lists.contains(&list.der) {
            lists.push(list.der);
        }
    }

    fn take_response(&mut self, response: OcspResponse) {
        self.gathered.good_until = self.gathered.good_until.min(response.good_until);
        self.queue.extend(response.responder);
        self.gathered.data.ocsp_responses.push(response.der);
    }
}

#[derive(Debug, thiserror::Error)]
enum Unasked {
    #[error(transparent)]
    Call(#[from] CallFailed),
    #[error(transparent)]
    Judged(#[from] OcspError),
}

fn judged(name: String, error: &ListError) -> GatherError {
    match error {
        ListError::Revoked => GatherError::Revoked(name),
        other => GatherError::Unanswered {
            name,
            causes: other.to_string(),
        },
    }
}

fn is_never_revoked(certificate: &Certificate) -> bool {
    let extensions = certificate.tbs_certificate().extensions();
    extensions
        .into_iter()
        .flatten()
        .any(|extension| NEVER_REVOKED.contains(&extension.extn_id))
}
