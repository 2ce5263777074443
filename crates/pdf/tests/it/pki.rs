//! Authority, seals, keys at rest, revocation list.

use std::process::Command;

use domain::{Clock, SystemClock};
use pki::{
    CertificateAuthority, PkiError, PublicLinks, RevocationReason, Revoked, SealIdentity,
    SealOrder, SealedKey, WrappingKey,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::ExposeSecret;

use crate::world::World;

fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(arguments)
        .output()
        .expect("openssl runs");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(output.status.success(), "{told}");
    told
}

#[test]
fn a_seal_chains_to_the_root_and_says_whose_it_is() {
    let world = World::new();
    let mut rng = StdRng::seed_from_u64(1);
    let order = SealOrder {
        tenant_name: "Very long names are cut where the standard cuts them: Občianske združenie",
        slug: "oz",
        links: Some(PublicLinks {
            issuer_certificate: "http://127.0.0.1:8080/pki/root.cer".to_owned(),
            revocation_list: "http://127.0.0.1:8080/pki/root.crl".to_owned(),
        }),
    };
    let seal = world
        .authority
        .issue_seal(&order, world.now, &mut rng)
        .unwrap();
    let root = world.write(
        "root.pem",
        world.authority.certificate_pem().unwrap().as_bytes(),
    );
    let own = world.write("seal.pem", seal.certificate_pem().unwrap().as_bytes());
    let (root, own) = (root.display().to_string(), own.display().to_string());
    assert!(openssl(&["verify", "-x509_strict", "-CAfile", &root, &own]).contains("OK"));
    let told = openssl(&["x509", "-in", &own, "-noout", "-text", "-nameopt", "utf8"]);
    for part in [
        "Digital Signature, Non Repudiation",
        "electronic seal",
        "URI:http://127.0.0.1:8080/pki/root.crl",
        "CA Issuers - URI:http://127.0.0.1:8080/pki/root.cer",
        "OU=oz",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let told = openssl(&["x509", "-in", &root, "-noout", "-text"]);
    assert!(told.contains("CA:TRUE, pathlen:0") && told.contains("Certificate Sign, CRL Sign"));
}

#[test]
fn keys_at_rest_open_with_their_wrapping_key_only() {
    let world = World::new();
    let mut rng = StdRng::seed_from_u64(2);
    let wrapping = WrappingKey::new([7; 32]);
    let sealed = world.seal.sealed_key(&wrapping, &mut rng).unwrap();
    let stored = SealedKey::from_bytes(sealed.as_bytes().to_vec());
    let chain = world.seal.chain_der().unwrap();
    let open = |key: &SealedKey, wrapping: &WrappingKey| {
        SealIdentity::open(world.seal.certificate_der(), &chain, key, wrapping)
    };
    assert_eq!(
        open(&stored, &wrapping).unwrap().serial(),
        world.seal.serial()
    );
    assert!(matches!(
        open(&stored, &WrappingKey::new([8; 32])),
        Err(PkiError::Locked)
    ));
    let mut bent = stored.as_bytes().to_vec();
    *bent.last_mut().unwrap() ^= 1;
    assert!(matches!(
        open(&SealedKey::from_bytes(bent), &wrapping),
        Err(PkiError::Locked)
    ));
    // The authority's key does not pass for the seal's.
    let root_key = world.authority.sealed_key(&wrapping, &mut rng).unwrap();
    assert!(matches!(open(&root_key, &wrapping), Err(PkiError::Locked)));
    let root = CertificateAuthority::open(world.authority.certificate_der(), &root_key, &wrapping)
        .unwrap();
    assert_eq!(
        root.certificate_pem().unwrap(),
        world.authority.certificate_pem().unwrap()
    );
}

#[test]
fn pem_goes_out_and_comes_back() {
    let world = World::new();
    let key = world.seal.private_key_pem().unwrap();
    assert!(
        key.expose_secret()
            .starts_with("-----BEGIN PRIVATE KEY-----")
    );
    let back = SealIdentity::from_pem(
        &world.seal.certificate_pem().unwrap(),
        key.expose_secret(),
        &world.authority.certificate_pem().unwrap(),
    )
    .unwrap();
    assert_eq!(back.certificate_der(), world.seal.certificate_der());
    let other = world.authority.private_key_pem().unwrap();
    let mismatch = SealIdentity::from_pem(
        &world.seal.certificate_pem().unwrap(),
        other.expose_secret(),
        "",
    );
    assert!(matches!(mismatch, Err(PkiError::Mismatch)));
}

#[test]
fn the_revocation_list_is_signed_and_names_the_revoked() {
    let world = World::new();
    let root = world.write(
        "root.pem",
        world.authority.certificate_pem().unwrap().as_bytes(),
    );
    let now = SystemClock.now();
    let revoked = Revoked {
        serial: world.seal.serial(),
        at: now,
        reason: RevocationReason::KeyCompromise,
    };
    for (number, revoked, telling) in [
        (1, vec![], "No Revoked Certificates"),
        (2, vec![revoked], "Key Compromise"),
    ] {
        let list = world
            .authority
            .revocation_list(number, now, &revoked)
            .unwrap();
        let path = world.write("root.crl", &list).display().to_string();
        let told = openssl(&[
            "crl",
            "-inform",
            "DER",
            "-in",
            &path,
            "-noout",
            "-text",
            "-CAfile",
            &root.display().to_string(),
        ]);
        assert!(
            told.contains("verify OK") && told.contains(telling),
            "{told}"
        );
    }
}
