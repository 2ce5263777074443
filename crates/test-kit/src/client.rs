//! The HTTP client of tests: follows no redirect, since where an answer sends the caller is what a test asks about.

use std::time::Duration;

/// A cold program on a busy machine may think for a while; past this it hangs.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A client for plain HTTP on loopback.
pub fn client() -> reqwest::Client {
    // Err means that another caller of this process was first, with the same provider.
    let _already = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .build()
        .expect("a client without a TLS root still speaks HTTP")
}
