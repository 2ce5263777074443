use der::asn1::Null;

use super::*;

/// A file of one encrypted part, whose key is derived with `algorithm`.
fn file(mac_iterations: u32, algorithm: &AlgorithmIdentifierOwned) -> Vec<u8> {
    let kind = ID_DATA;
    let encrypted = EncryptedData {
        version: 0,
        content: EncryptedContent {
            kind,
            algorithm: algorithm.clone(),
            content: Some(OctetString::new([7; 32]).unwrap()),
        },
    };
    let part = ContentInfo {
        kind: ID_ENCRYPTED_DATA,
        content: Any::encode_from(&encrypted).unwrap(),
    };
    let safe = vec![part].to_der().unwrap();
    let request = Derivation {
        salt: &[7; 8],
        iterations: 1,
    };
    let mut once = Secret {
        password: "",
        rounds_left: 1,
    };
    let key = request.derive::<Sha1>(&mut once, Purpose::Mac, 20).unwrap();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&safe);
    let mac = MacData {
        digest: DigestInfo {
            algorithm: AlgorithmIdentifierOwned {
                oid: ID_SHA_1,
                parameters: Some(Any::from(Null)),
            },
            digest: OctetString::new(mac.finalize().into_bytes().to_vec()).unwrap(),
        },
        salt: OctetString::new([7; 8]).unwrap(),
        iterations: mac_iterations,
    };
    let content = Any::encode_from(&OctetString::new(safe).unwrap()).unwrap();
    let pfx = Pfx {
        version: 3,
        contents: ContentInfo { kind, content },
        mac: Some(mac),
    };
    pfx.to_der().unwrap()
}

fn pbes2(iterations: u32) -> AlgorithmIdentifierOwned {
    let scheme =
        pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, &[7; 8], [7; 16]);
    let parameters = Any::encode_from(&scheme.unwrap()).unwrap();
    AlgorithmIdentifierOwned {
        oid: PBES2,
        parameters: Some(parameters),
    }
}

fn refusal(file: &[u8]) -> Pkcs12Error {
    open(file, "").err().unwrap()
}

#[test]
fn more_rounds_than_a_start_can_wait_for_are_not_begun() {
    assert!(matches!(
        refusal(&file(1, &pbes2(2))),
        Pkcs12Error::Password
    ));
    let endless = file(1, &pbes2(100_000_000));
    assert!(matches!(refusal(&endless), Pkcs12Error::Rounds));
    let endless = file(u32::MAX, &pbes2(2));
    assert!(matches!(refusal(&endless), Pkcs12Error::Rounds));
}
