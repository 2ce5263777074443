//! Any bytes as a CMS signature over a digest.
#![no_main]

use fuzz::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::begin(Kind::Cms), |bytes: &[u8]| {
    // The seed's own digest: past the structure there is still the signature to be judged.
    let _judged = pki::verify(bytes, &[7; 32]);
});
