//! Which addresses may be called: those of others on the internet, unless the operator says otherwise.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

/// Where callbacks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// To loopback and private addresses too: right for one machine, wrong for a server of many tenants.
    pub(crate) private: bool,
    pub(crate) https_only: bool,
}

/// Why no callback goes to an address. `Display` is a sentence for whoever gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum OutOfReach {
    #[error("private addresses are not called")]
    Private,
    #[error("only https is called")]
    Plain,
    #[error("the address is not a URL")]
    Url,
}

impl Reach {
    /// What the URL itself tells, without looking a name up.
    pub(crate) fn check(self, url: &str) -> Result<Url, OutOfReach> {
        let url = Url::parse(url).map_err(|_| OutOfReach::Url)?;
        if !(url.scheme() == "https" || (url.scheme() == "http" && !self.https_only)) {
            return Err(OutOfReach::Plain);
        }
        if !self.private && names_private_address(&url) {
            return Err(OutOfReach::Private);
        }
        Ok(url)
    }
}

/// A host that is an address is not looked up, so no resolver sees it; and `localhost` is this machine whatever a
/// resolver says (RFC 6761, 6.3).
fn names_private_address(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => true,
    }
}

/// Whether an address is somebody's on the internet: not this machine, not its network, not a special range.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

/// The IANA IPv4 Special-Purpose Address Registry, and what is reserved.
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let assigned = (a, b, c) == (192, 0, 0);
    let relays = (a, b, c) == (192, 88, 99);
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_unspecified()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.is_documentation()
        || shared
        || assigned
        || relays
        || benchmark
        || a == 0
        || a >= 240)
}

/// Of IPv6 only `2000::/3` is in use: that leaves out loopback, link-local, `fc00::/7`, and `64:ff9b::/96`, which a
/// translator makes IPv4 of. Within it `2002::/16` and `2001::/32` carry IPv4 addresses, the rest of `2001::/23` is for
/// protocols, and `2001:db8::/32` and `3fff::/20` are for documentation.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [first, second, ..] = v6.segments();
    first & 0xe000 == 0x2000
        && first != 0x2002
        && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        && !(first == 0x3fff && second < 0x1000)
}

/// Finds the addresses of a name.
#[async_trait]
pub(super) trait Lookup: Send + Sync {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// As this machine looks names up.
pub(super) struct System;

#[async_trait]
impl Lookup for System {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|found| found.ip()).collect())
    }
}

/// Resolves to what may be called only. The connection is made to the very addresses that were checked, so that no second
/// answer can slip in.
pub(super) struct Checked {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) private: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, private) = (Arc::clone(&self.lookup), self.private);
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| private || is_public(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(
                    Box::new(OutOfReach::Private) as Box<dyn std::error::Error + Send + Sync>
                );
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for private in [
            "127.0.0.1",
            "127.255.255.254",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.192",
            "192.88.99.1",
            "198.18.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "2001:20::1",
            "2001:db8::1",
            "3fff::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "185.1.2.3",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
