//! Free ports of loopback, below the range from which the kernel takes ports for outgoing connections.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::TcpListener;

/// Below Linux's ephemeral range (32768 and up), so that no outgoing connection takes a port between our look and its use.
const RANGE: std::ops::Range<u16> = 15_000..32_000;

/// `N` different ports on which nobody listens now.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are found: no port comes twice.
    let held: [TcpListener; N] = std::array::from_fn(|_| free_listener());
    held.map(|listener| {
        listener
            .local_addr()
            .expect("a bound listener has an address")
            .port()
    })
}

fn free_listener() -> TcpListener {
    let width = u64::from(RANGE.end - RANGE.start);
    (0..1_000)
        .find_map(|_| {
            let offset = u16::try_from(random() % width).expect("narrower than the range");
            TcpListener::bind(("127.0.0.1", RANGE.start + offset)).ok()
        })
        .expect("a free port among thousands")
}

/// Different in each process and at each call; the standard library's hash keys are random enough to spread ports.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn ports_differ_and_are_free() {
        let ports: [u16; 8] = super::free_ports();
        assert_eq!(ports.iter().collect::<HashSet<_>>().len(), 8);
        for port in ports {
            std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
        }
    }
}
