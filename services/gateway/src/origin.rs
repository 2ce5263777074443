//! Where a call comes from: the connection's address, or behind proxies of ours what the outermost of them saw.

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The caller's address. The header is read from its end, where our own proxies wrote; what a caller put before it is hearsay.
pub(crate) fn of(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let headers = request.headers().get_all(FORWARDED_FOR);
    let lines: Vec<&str> = headers.filter_map(|value| value.to_str().ok()).collect();
    Some(caller(peer, &lines, trusted))
}

fn caller(peer: IpAddr, lines: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_ours = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut nearest = peer;
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_ours(nearest) {
        // A hop that is no address ends what can be believed.
        let Some(hop) = hops.next().and_then(address) else {
            break;
        };
        nearest = hop;
    }
    nearest
}

/// An address, perhaps with a port or in brackets, as some proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().ok().map(|told: std::net::SocketAddr| told.ip());
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let found: Option<IpAddr> = bare.parse().ok().or_else(with_port);
    found.map(|found| found.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        caller(peer.parse().unwrap(), lines, &trusted).to_string()
    }

    #[test]
    fn without_trusted_proxies_the_header_is_hearsay() {
        assert_eq!(told("192.0.2.9", &["198.51.100.1"], &[]), "192.0.2.9");
        assert_eq!(
            told("192.0.2.9", &["198.51.100.1"], &["10.0.0.0/8"]),
            "192.0.2.9"
        );
    }

    #[test]
    fn the_last_hop_that_is_not_ours_is_the_caller() {
        let ours = ["10.0.0.0/8", "2001:db8::/32"];
        assert_eq!(
            told("10.0.0.1", &["203.0.113.7, 198.51.100.1, 10.0.0.2"], &ours),
            "198.51.100.1",
            "what stands before it was written by the caller"
        );
        assert_eq!(
            told("10.0.0.1", &["203.0.113.7", "198.51.100.1"], &ours),
            "198.51.100.1"
        );
        assert_eq!(
            told("10.0.0.1", &["[2001:db9::1]:4711"], &ours),
            "2001:db9::1"
        );
        assert_eq!(
            told("10.0.0.1", &["::ffff:198.51.100.1"], &ours),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        let ours = ["10.0.0.0/8"];
        assert_eq!(
            told("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], &ours),
            "10.0.0.2"
        );
        assert_eq!(told("10.0.0.1", &[], &ours), "10.0.0.1");
        assert_eq!(told("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &ours), "10.0.0.3");
    }
}
