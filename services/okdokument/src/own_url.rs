//! URLs that this program writes itself.

use std::net::SocketAddr;

use url::Url;

/// Where a server of this process listens.
pub(crate) fn local_url(addr: SocketAddr) -> Url {
    parsed(&format!("http://{addr}"))
}

/// A URL that we wrote ourselves.
pub(crate) fn parsed(text: &str) -> Url {
    #[expect(
        clippy::expect_used,
        reason = "scheme, host and port come from a socket address"
    )]
    Url::parse(text).expect("an address of ours is a URL")
}
