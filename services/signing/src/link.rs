//! Links and the secrets in them: who may open what, told without a look-up. GETs of links change nothing.

use domain::{DocumentId, MasterSecret, Mode, SignatureRequestId, TenantId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::codes::CodeKeys;
use crate::confidential::RowKey;

/// What stays as it is in a path segment or a query value (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a link or the signer's page proves itself with: 256 bits that follow from what they open and the master secret, so
/// that they need no row and no GET has to make one.
#[derive(Clone)]
pub(crate) struct LinkToken([u8; 32]);

impl LinkToken {
    /// As it stands in an address.
    pub(crate) fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    /// Takes the same time wherever the difference is.
    pub(crate) fn is(&self, presented: &str) -> bool {
        let mut bytes = [0; 32];
        let readable = hex::decode_to_slice(presented, &mut bytes).is_ok();
        bool::from(self.0.ct_eq(&bytes)) && readable
    }
}

/// The keys that signing derives from the master secret. Has no `Debug`.
#[derive(Clone)]
pub(crate) struct Secrets {
    signer_token: [u8; 32],
    download: [u8; 32],
    callback: [u8; 32],
    private_keys: [u8; 32],
    rows: RowKey,
    codes: CodeKeys,
}

impl Secrets {
    pub(crate) fn new(master: &MasterSecret) -> Self {
        Self {
            signer_token: master.derive("okdokument 2026 signer token v1"),
            download: master.derive("okdokument 2026 download link v1"),
            callback: master.derive("okdokument 2026 callback secret v1"),
            private_keys: master.derive("okdokument 2026 private key wrapping v1"),
            rows: RowKey::new(master.derive("okdokument 2026 confidential rows v1")),
            codes: CodeKeys::new(master),
        }
    }

    pub(crate) fn signer_token(
        &self,
        tenant: TenantId,
        mode: Mode,
        id: &SignatureRequestId,
    ) -> LinkToken {
        // None of the three may contain a line feed, so no two triples are one text.
        let text = format!("{tenant}\n{mode}\n{id}");
        LinkToken(*blake3::keyed_hash(&self.signer_token, text.as_bytes()).as_bytes())
    }

    /// What downloads one revision of a document.
    pub(crate) fn download_key(
        &self,
        tenant: TenantId,
        mode: Mode,
        document: &DocumentId,
        revision: i32,
    ) -> LinkToken {
        let text = format!("{tenant}\n{mode}\n{document}\n{revision}");
        LinkToken(*blake3::keyed_hash(&self.download, text.as_bytes()).as_bytes())
    }

    /// What a tenant's callbacks are signed with.
    pub(crate) fn callback_secret(&self, tenant: TenantId) -> Vec<u8> {
        blake3::keyed_hash(&self.callback, tenant.to_string().as_bytes())
            .as_bytes()
            .to_vec()
    }

    /// Under which private keys are sealed at rest.
    pub(crate) const fn private_keys(&self) -> [u8; 32] {
        self.private_keys
    }

    /// Of verification codes.
    pub(crate) const fn codes(&self) -> &CodeKeys {
        &self.codes
    }

    /// Under which acts and senders' data wait for their seal.
    pub(crate) const fn rows(&self) -> &RowKey {
        &self.rows
    }
}

/// 128 random bits for a link whose id could be guessed.
pub(crate) fn new_link_key() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// The addresses we hand out, all on the API's origin.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    base: String,
}

impl Addresses {
    pub(crate) fn new(api_url: &Url) -> Self {
        Self {
            base: api_url.as_str().trim_end_matches('/').to_owned(),
        }
    }

    /// The signer's link.
    pub(crate) fn open(&self, id: &SignatureRequestId, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("{}/openDocument/{id}?k={key}", self.base),
            None => format!("{}/openDocument/{id}", self.base),
        }
    }

    /// The link as the answer to an update gives it (spec section 3).
    pub(crate) fn short(&self, id: &SignatureRequestId, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("{}/{id}?k={key}", self.base),
            None => format!("{}/{id}", self.base),
        }
    }

    pub(crate) fn download(&self, document: &DocumentId) -> String {
        format!("{}/rest/document/{document}", self.base)
    }

    /// Downloads one revision, for whoever has the link.
    pub(crate) fn shared(&self, document: &DocumentId, revision: i32, key: &LinkToken) -> String {
        let (base, key) = (&self.base, key.reveal());
        format!("{base}/downloadDocument/{document}?k={revision}-{key}")
    }

    pub(crate) fn thank_you(&self) -> String {
        format!("{}/thankYouPage.html", self.base)
    }

    /// Where anybody can check a signed file.
    pub(crate) fn verify(&self) -> String {
        format!("{}/verify", self.base)
    }

    pub(crate) fn root_certificate(&self) -> String {
        format!("{}/pki/root.crt", self.base)
    }

    pub(crate) fn revocation_list(&self) -> String {
        format!("{}/pki/root.crl", self.base)
    }
}

/// The page with the token in its fragment, which no server and no referrer ever sees.
pub(crate) fn view(document: &DocumentId, token: &LinkToken) -> String {
    format!("/viewDocument?id={document}#s={}", token.reveal())
}

/// What happened in the browser, as the result URL tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Close,
    /// Signed, on another device than the one whose browser is told.
    Mobile,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Close => "close",
            Self::Mobile => "mobile",
        }
    }
}

/// What the result URL tells (spec section 11).
pub(crate) struct Returning<'a> {
    pub(crate) filename: &'a str,
    pub(crate) document: &'a DocumentId,
    pub(crate) locale: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) at: domain::Timestamp,
}

/// Adds our parameters to what the URL has already; its own query and fragment stay.
pub(crate) fn result_url(target: &str, told: &Returning<'_>) -> String {
    let name = told
        .filename
        .rsplit_once('.')
        .map_or(told.filename, |(stem, _)| stem);
    let at = told.at.millis().to_string();
    let parameters = [
        ("name", name),
        ("docid", told.document.as_str()),
        ("lang", told.locale),
        ("result", told.outcome.as_str()),
        ("ts", &at),
    ];
    let added = parameters
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
        .join("&");
    let (address, fragment) = match target.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{joint}{added}{fragment}")
}

/// The name under which a document goes out as a file: a document that was sent without a name has none but its id.
pub(crate) fn pdf_name(filename: &str) -> String {
    if filename.to_ascii_lowercase().ends_with(".pdf") {
        filename.to_owned()
    } else {
        format!("{filename}.pdf")
    }
}

/// A file name for a header: RFC 6266's extended form.
pub(crate) fn content_disposition(filename: &str) -> String {
    format!(
        "attachment; filename*=UTF-8''{}",
        utf8_percent_encode(filename, RESERVED)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn returning(document: &DocumentId) -> Returning<'_> {
        Returning {
            filename: "zmluva č. 1.pdf",
            document,
            locale: "sk-SK",
            outcome: Outcome::Success,
            at: Timestamp::from_millis(7),
        }
    }

    #[test]
    fn a_result_url_keeps_its_own_query_and_fragment() {
        let document = DocumentId::new([0; 39]);
        let url = result_url("https://a.sk/x?y=1#z", &returning(&document));
        let stem = "name=zmluva%20%C4%8D.%201&docid=";
        assert_eq!(
            url,
            format!("https://a.sk/x?y=1&{stem}{document}&lang=sk-SK&result=success&ts=7#z")
        );
        assert!(
            result_url("https://a.sk/x", &returning(&document)).starts_with("https://a.sk/x?name=")
        );
    }

    #[test]
    fn a_download_link_is_of_one_revision() {
        let master = MasterSecret::new("m".repeat(32).into()).unwrap();
        let secrets = Secrets::new(&master);
        let (tenant, document) = (TenantId::generate(), DocumentId::new([0; 39]));
        let key = |revision| secrets.download_key(tenant, Mode::Live, &document, revision);
        assert!(key(2).is(&key(2).reveal()));
        assert!(!key(2).is(&key(3).reveal()));
        let addresses = Addresses::new(&"https://okd.example".parse().unwrap());
        let url = addresses.shared(&document, 2, &key(2));
        let secret = url.split_once("?k=2-").unwrap().1;
        assert!(key(2).is(secret), "{url}");
    }

    #[test]
    fn a_token_opens_one_request_of_one_mode() {
        let master = MasterSecret::new("m".repeat(32).into()).unwrap();
        let secrets = Secrets::new(&master);
        let (tenant, id) = (TenantId::generate(), SignatureRequestId::generate());
        let token = secrets.signer_token(tenant, Mode::Live, &id);
        assert!(
            secrets
                .signer_token(tenant, Mode::Live, &id)
                .is(&token.reveal())
        );
        assert!(
            !secrets
                .signer_token(tenant, Mode::Test, &id)
                .is(&token.reveal())
        );
        assert!(!token.is(""));
        assert!(!token.is(&"0".repeat(64)));
    }
}
