//! Any bytes as a CMS signature over a digest, with all that it brings along: certificates, time stamp, revocation data.
#![no_main]

use fuzz::Kind;
use libfuzzer_sys::fuzz_target;
use pki::reading::{MustName, RevocationData, SignedMessage, TimeStamp, find_path};

/// That of the seeds: past the structure there is still the signature to be judged.
const DIGEST: [u8; 32] = [7; 32];

fuzz_target!(init: fuzz::begin(Kind::Cms), |bytes: &[u8]| {
    fuzz::watched(bytes, |world| {
        let _ours = pki::verify(bytes, &DIGEST);
        let _digest = pki::signature_digest(bytes);
        let _stamped = pki::with_time_stamp(bytes, &world.token);
        let Ok(message) = SignedMessage::read(bytes) else {
            return;
        };
        let _judged = message.check(&DIGEST, MustName::Yes);
        let _words = (message.algorithms(), message.is_weak(), message.claimed_at());
        if let Some(Ok(stamp)) = message.time_stamp().map(TimeStamp::read) {
            let digest = stamp.digest.of(message.signature());
            let _over = stamp.is_over(&digest);
        }
        let Some(own) = message.certificate() else {
            return;
        };
        let _facts = own.facts();
        let path = find_path(own, &message.certificates, &world.examiner.anchors, world.now);
        let data = RevocationData {
            lists: message.lists.clone(),
            responses: message.responses.clone(),
        };
        for pair in path.chain.windows(2) {
            if let [lower, upper] = pair {
                let _state = data.about(lower, upper, world.now, world.now);
            }
        }
    });
});
