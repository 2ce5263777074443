//! Evidence of one signature, and a key pair made by OpenSSL.

use std::path::Path;
use std::process::Command;

use domain::{DocumentId, SignatureRequestId, Timestamp};
use evidence::{
    Binding, Evidence, FORMAT, Ink, Kind, Pad, Pointer, PrivateKey, PublicKey, SignatureNote,
    Stroke, VERSION,
};

/// A pair in `private.pem` and `public.pem`.
pub(crate) fn pair(folder: &Path) -> (PublicKey, PrivateKey) {
    let run = |arguments: &[&str]| {
        let done = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    run(&[
        "genpkey",
        "-quiet",
        "-algorithm",
        "RSA",
        "-pkeyopt",
        "rsa_keygen_bits:3072",
        "-out",
        "private.pem",
    ]);
    run(&[
        "pkey",
        "-in",
        "private.pem",
        "-pubout",
        "-out",
        "public.pem",
    ]);
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (
        PublicKey::from_pem(&text("public.pem")).unwrap(),
        PrivateKey::from_pem(&text("private.pem")).unwrap(),
    )
}

pub(crate) fn evidence() -> Evidence {
    let wave = |from: u16| {
        (0..60)
            .map(|at| {
                let t = f32::from(from + at);
                [
                    20.0 + 4.0 * f32::from(at),
                    60.0 + 30.0 * (t / 7.0).sin(),
                    t * 8.25,
                    0.3 + 0.005 * f32::from(at),
                    12.0,
                    -3.0,
                ]
            })
            .collect()
    };
    Evidence {
        format: FORMAT.to_owned(),
        version: VERSION,
        document_id: DocumentId::generate(),
        signature_request_id: SignatureRequestId::generate(),
        served: Binding {
            sha256: "ab".repeat(32),
            length: 12_345,
        },
        submitted_at: Timestamp::from_millis(1_795_512_345_678),
        signature: SignatureNote {
            number: 1,
            of: 2,
            kind: Kind::Ink,
            field: Some("S1".to_owned()),
            place: None,
            signer_name: "Ľubomíra <Šťastná> & syn".to_owned(),
            time_zone: "Europe/Bratislava".to_owned(),
            locale: "sk-SK".to_owned(),
        },
        sig_data: [("RecipientEmail".to_owned(), "jana@example.com".to_owned())].into(),
        ink: Some(Ink {
            pad: Pad {
                width: 300.0,
                height: 120.0,
            },
            strokes: vec![
                Stroke {
                    pointer: Pointer::Pen,
                    points: wave(0),
                },
                Stroke {
                    pointer: Pointer::Pen,
                    points: wave(80),
                },
            ],
        }),
    }
}
