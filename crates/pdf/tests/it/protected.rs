//! Files that are signed and encrypted with an empty password: signed again, everything new is encrypted as the rest is.

use pdf::report::Handling;
use pdf::{
    After, Appended, Expected, Rect, Refusal, SealError, Verdict, Watermark, check_sealed, sample,
};
use pki::ValidationData;

use crate::examine::examine;
use crate::oracle;
use crate::world::{World, at_place, extended, in_field, ingested, input};

/// Every way of the standard but the one that nobody published, by qpdf's options.
const CIPHERS: [(&str, &[&str]); 5] = [
    (
        "rc4-40",
        &["--allow-weak-crypto", "--encrypt", "", "owner", "40", "--"],
    ),
    (
        "rc4-128",
        &[
            "--allow-weak-crypto",
            "--encrypt",
            "",
            "owner",
            "128",
            "--use-aes=n",
            "--",
        ],
    ),
    (
        "aes-128",
        &[
            "--allow-weak-crypto",
            "--encrypt",
            "",
            "owner",
            "128",
            "--use-aes=y",
            "--",
        ],
    ),
    (
        "aes-128-clear-metadata",
        &[
            "--allow-weak-crypto",
            "--encrypt",
            "",
            "owner",
            "128",
            "--use-aes=y",
            "--cleartext-metadata",
            "--",
        ],
    ),
    ("aes-256", &["--encrypt", "", "owner", "256", "--"]),
];

fn contract(world: &World, options: &[&str]) -> Vec<u8> {
    world.by_qpdf(&ingested(&sample::contract("Service agreement")), options)
}

#[test]
fn a_signed_file_stays_encrypted_and_both_signatures_hold_for_everybody() {
    let world = World::new();
    for (name, options) in CIPHERS {
        let first = world.sealed(&contract(&world, options), &input(vec![in_field("S1")]));
        let taken = pdf::ingest(&first, Watermark::None).unwrap();
        assert_eq!(taken.report.handling, Handling::Kept, "{name}");
        assert!(taken.report.file.is_encrypted, "{name}");
        assert!(taken.report.repaired.is_empty(), "{name}");
        assert!(taken.bytes == first, "{name} was touched");

        let second = input(vec![at_place(1, Rect::new(330.0, 260.0, 180.0, 60.0))]);
        let both = world.sealed(&first, &second);
        world.keep(&format!("protected-{name}"), &both);
        let added = &both[first.len()..];
        assert!(has(added, b"/Encrypt "), "{name}: no key for the update");
        assert!(!has(added, b"(Helvetica"), "{name}");
        assert!(
            !has(added, b"I agree to the contract"),
            "{name}: a text stands in clear"
        );

        let reports = pdf::verify(&both).unwrap();
        assert_eq!(reports.len(), 2, "{name}");
        assert!(reports.iter().all(|one| one.signed_by.is_ok()), "{name}");
        let told = examine(&world, &both, &[]);
        assert_eq!(told.verdict, Verdict::Trusted, "{name}: {told:?}");
        let after: Vec<After> = told.signatures.iter().map(|one| one.after).collect();
        assert_eq!(after, [After::ChangedAsAllowed, After::Unchanged], "{name}");
        assert_eq!(
            told.signatures[0].reason.as_deref(),
            Some("I agree to the contract")
        );

        oracle::qpdf_is_content(&world, &both);
        for verdict in oracle::pdfsig(&world, &both).into_iter().flatten() {
            let wanted = ("Signature is Valid.", "Certificate is Trusted.");
            assert_eq!((verdict.0.as_str(), verdict.1.as_str()), wanted, "{name}");
        }
        let verdicts = oracle::pyhanko(&world, &both, &[]).unwrap_or_default();
        assert!(
            verdicts.iter().all(|one| one.bottom_line && one.trusted),
            "{name}: {verdicts:?}"
        );
    }
}

#[test]
fn validation_data_of_a_protected_file_is_found_again() {
    let world = World::new();
    for (name, options) in CIPHERS {
        let before = contract(&world, options);
        let act = input(vec![in_field("S1")]);
        let sealed = pdf::seal(&before, &act, &world.seal, world.now).unwrap();
        let data = ValidationData {
            certificates: vec![world.authority.certificate_der().to_vec()],
            ..ValidationData::default()
        };
        let proved = pdf::add_validation_data(&sealed.bytes, &data).unwrap();
        let mut expected = Expected::of(&act, &sealed, world.seal.certificate_der());
        expected.raised.proof = Some(Appended {
            at: sealed.bytes.len(),
            what: data.clone(),
        });
        check_sealed(&before, &proved, &expected).unwrap();
        assert_eq!(pdf::add_validation_data(&proved, &data).unwrap(), proved);
        oracle::qpdf_is_content(&world, &proved);
        let told = examine(&world, &proved, &[]);
        assert_eq!(told.verdict, Verdict::Trusted, "{name}: {told:?}");
    }
}

#[test]
fn a_change_of_a_protected_file_is_seen_whoever_holds_the_key() {
    let world = World::new();
    for (name, options) in CIPHERS {
        let signed = world.sealed(&contract(&world, options), &input(vec![in_field("S1")]));
        let page = number_of(&signed, b"/Contents ");
        let body = "<</Length 9>>\nstream\n0 0 9 9 re\nendstream";
        let dropped = extended(&signed, &[(page, body)]);
        let refused = pdf::examine(
            &dropped,
            &pdf::Examiner {
                anchors: pki::reading::Anchors::from_der(std::iter::empty()),
                now: world.now,
            },
        );
        assert_eq!(refused.unwrap_err(), Refusal::Encrypted, "{name}");

        let kept = with_key_of(&signed, &dropped);
        let told = examine(&world, &kept, &[]);
        assert_eq!(told.verdict, Verdict::Broken, "{name}");
        assert_eq!(told.signatures[0].after, After::Changed, "{name}");
    }
}

#[test]
fn nothing_is_added_to_a_file_whose_encryption_others_cannot_read() {
    let world = World::new();
    let signed = world.sealed(
        &ingested(&sample::contract("Service agreement")),
        &input(vec![in_field("S1")]),
    );
    let unpublished = ["--encrypt", "", "owner", "256", "--force-R5", "--"];
    let protected = world.by_qpdf(&signed, &unpublished);
    let refused = pdf::ingest(&protected, Watermark::None).unwrap_err();
    assert_eq!(refused, Refusal::SignedAndEncrypted);
    let packed = [
        "--object-streams=generate",
        "--encrypt",
        "",
        "owner",
        "256",
        "--",
    ];
    let packed = world.sealed(&contract(&world, &packed), &input(vec![in_field("S1")]));
    let refused = pdf::ingest(&packed, Watermark::None).unwrap_err();
    assert_eq!(refused, Refusal::SignedAndEncrypted);
    let act = input(vec![in_field("SO1")]);
    let refused = pdf::seal(&protected, &act, &world.seal, world.now).unwrap_err();
    assert!(matches!(refused, SealError::Refused(Refusal::Encrypted)));
}

fn has(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// The object that the first such entry refers to.
fn number_of(file: &[u8], entry: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file).into_owned();
    let entry = std::str::from_utf8(entry).unwrap();
    text.split(entry)
        .skip(1)
        .find_map(|rest| {
            let (number, rest) = rest.split_once(' ')?;
            rest.starts_with("0 R").then(|| number.parse().ok())?
        })
        .unwrap()
}

/// The update's trailer with what the trailer before it says of the encryption.
fn with_key_of(file: &[u8], updated: &[u8]) -> Vec<u8> {
    let at = file
        .windows(8)
        .rposition(|window| window == b"/Encrypt")
        .unwrap();
    let end = file[at..].windows(2).position(|two| two == b" R").unwrap();
    let key = &file[at..at + end + 2];
    let id_at = file
        .windows(4)
        .rposition(|window| window == b"/ID[")
        .unwrap();
    let id_end = file[id_at..].iter().position(|byte| *byte == b']').unwrap();
    let id = &file[id_at..=id_at + id_end];
    let root = updated
        .windows(5)
        .rposition(|window| window == b"/Root")
        .unwrap();
    let (before, after) = updated.split_at(root);
    [before, key, id, after].concat()
}
