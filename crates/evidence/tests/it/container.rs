//! What a container holds against, and for whom it opens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use evidence::{Container, InvalidKey, PrivateKey, PublicKey, Unopened};

use crate::sample;

fn rng() -> impl rand::CryptoRng {
    rand::rng()
}

#[test]
fn evidence_comes_out_as_it_went_in_and_shows_nothing_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let (public, private) = sample::pair(folder.path());
    let evidence = sample::evidence();
    let sealed = evidence::seal(&evidence, &public, &mut rng()).unwrap();
    let container = Container::parse(&sealed).unwrap();
    assert_eq!(container.header().kid, private.id());
    assert_eq!(container.header().served, evidence.served);
    assert_eq!(container.open(&private).unwrap(), evidence);
    let header = str::from_utf8(&sealed).unwrap().split('.').next().unwrap();
    let header = URL_SAFE_NO_PAD.decode(header).unwrap();
    for secret in ["jana@example.com", "Europe/Bratislava"] {
        assert!(!String::from_utf8_lossy(&sealed).contains(secret));
        assert!(!String::from_utf8_lossy(&header).contains(secret));
    }
}

#[test]
fn another_key_is_told_apart_from_a_changed_container() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (public, private) = sample::pair(one.path());
    let (_, stranger) = sample::pair(two.path());
    let sealed = evidence::seal(&sample::evidence(), &public, &mut rng()).unwrap();
    let refused = Container::parse(&sealed).unwrap().open(&stranger);
    assert!(
        matches!(refused, Err(Unopened::OtherKey { .. })),
        "{refused:?}"
    );
    // Each part in turn, the protected header among them.
    for part in 0..5 {
        let mut parts: Vec<Vec<u8>> = str::from_utf8(&sealed)
            .unwrap()
            .split('.')
            .map(|text| URL_SAFE_NO_PAD.decode(text).unwrap())
            .collect();
        if part == 0 {
            let moved = String::from_utf8(parts[0].clone()).unwrap();
            parts[0] = moved
                .replace(&"ab".repeat(32), &"cd".repeat(32))
                .into_bytes();
        } else {
            parts[part][3] ^= 1;
        }
        let texts: Vec<_> = parts
            .iter()
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .collect();
        let changed = Container::parse(texts.join(".").as_bytes()).unwrap();
        let refused = changed.open(&private);
        assert!(
            matches!(refused, Err(Unopened::Tampered)),
            "part {part}: {refused:?}"
        );
    }
}

#[test]
fn what_is_no_container_or_no_key_is_refused() {
    for wrong in ["", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.AA.AA.AA.AA"] {
        let refused = Container::parse(wrong.as_bytes());
        assert!(matches!(refused, Err(Unopened::NotAContainer)), "{wrong}");
    }
    assert_eq!(
        PublicKey::from_pem("hello").unwrap_err(),
        InvalidKey::Public
    );
    let told = |pem| PrivateKey::from_pem(pem).err();
    assert_eq!(told("hello"), Some(InvalidKey::Private));
    assert_eq!(
        told("-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        Some(InvalidKey::Protected)
    );
}
