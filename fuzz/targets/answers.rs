//! Any bytes as what others answer and bring: time stamps, OCSP responses, revocation lists, certificates, PKCS#12 files.
//! The first byte says which. Where a reader looks at nothing before a signature holds, the made-up part is signed first.
#![no_main]

use fuzz::{Kind, World, certificate_of, ocsp_of, pkcs12_of, signed_by};
use libfuzzer_sys::fuzz_target;
use pki::reading::{FoundCertificate, RevocationData, TimeStamp, find_path};
use pki::{CertificateAddresses, SealIdentity, TimeStampRequest};

fuzz_target!(init: fuzz::begin(Kind::Answers), |bytes: &[u8]| {
    let Some((which, rest)) = bytes.split_first() else {
        return;
    };
    fuzz::watched(bytes, |world| match which % 9 {
        0 => token(world, rest),
        1 => response(world, rest),
        2 => revocation(world, Vec::new(), vec![rest.to_vec()]),
        3 => revocation(world, Vec::new(), vec![ocsp_of(&world.key, rest)]),
        4 => revocation(world, vec![rest.to_vec()], Vec::new()),
        5 => revocation(world, vec![signed_by(&world.key, rest)], Vec::new()),
        6 => certificate(world, rest),
        7 => certificate(world, &certificate_of(&world.key, rest)),
        _ => {
            let _opened = SealIdentity::from_pkcs12(rest, &world.password);
            let _opened = SealIdentity::from_pkcs12(&pkcs12_of(rest), &world.password);
        }
    });
});

fn token(world: &World, bytes: &[u8]) {
    if let Ok(stamp) = TimeStamp::read(bytes) {
        let _path = find_path(
            &stamp.certificate,
            &stamp.certificates,
            &world.examiner.anchors,
            stamp.at,
        );
    }
}

/// The answer to the question that the seeds' answer belongs to.
fn response(world: &World, bytes: &[u8]) {
    let info = &world.token.info;
    let digest = info.message_imprint.hashed_message.as_bytes();
    let nonce = info.nonce.as_ref().map(|nonce| nonce.as_bytes());
    let (Ok(digest), Some(Ok(nonce))) = (digest.try_into(), nonce.map(TryInto::try_into)) else {
        panic!("the seed is no answer to a question of ours");
    };
    let request = TimeStampRequest::new(digest, nonce).expect("a question");
    let _taken = request.accept(bytes, world.now);
}

fn revocation(world: &World, lists: Vec<Vec<u8>>, responses: Vec<Vec<u8>>) {
    let data = RevocationData { lists, responses };
    let _own = data.about(&world.own, &world.root, world.now, world.now);
    let _others = data.about(&world.signer, &world.intermediate, world.now, world.now);
}

fn certificate(world: &World, der: &[u8]) {
    let _read = FoundCertificate::from_pem(der);
    let Some(found) = FoundCertificate::read(der) else {
        return;
    };
    let _told = (found.facts(), found.is_weak());
    let _addresses = CertificateAddresses::of(&found.certificate);
    // As the one that signed, and as one in between.
    let _as_leaf = find_path(&found, &world.pool, &world.examiner.anchors, world.now);
    let pool = [world.pool.as_slice(), std::slice::from_ref(&found)].concat();
    let _as_issuer = find_path(&world.own, &pool, &world.examiner.anchors, world.now);
}
