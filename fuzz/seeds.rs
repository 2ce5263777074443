//! The seeded corpus: files of our own making, those of the tests, and what others issued.

use std::fs;
use std::path::Path;

use der::Encode as _;
use domain::Timestamp;
use pdf::{
    FieldTreatment, Mark, Rect, SealInput, Target, VisibleSignature, Watermark, ingest, sample,
};
use pki::{CertId, RevocationReason, Revoked, ValidationData};

use crate::asn1::{sequence, value};
use crate::world::{
    INTERMEDIATE, LIST, OCSP, RESPONDER, ROOT, SIGNATURE, SIGNER, TIME_STAMP, TIME_STAMPING, World,
};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pdf/tests/fixtures");

/// What a target feeds on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Cms,
    Answers,
}

pub(crate) fn write(kind: Kind, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder for the seeds");
    let seeds = match kind {
        Kind::Pdf => documents(),
        Kind::Cms => signatures(),
        Kind::Answers => answers(),
    };
    for (name, bytes) in seeds {
        fs::write(folder.join(format!("seed-{name}")), bytes).expect("a seed is written");
    }
}

fn documents() -> Vec<(String, Vec<u8>)> {
    let mut seeds = vec![
        ("contract".to_owned(), sample::contract("Fuzz")),
        ("tags".to_owned(), sample::contract_without_fields("Fuzz")),
        ("small".to_owned(), small("")),
        ("small-form".to_owned(), small(FORM)),
        (
            "small-tags".to_owned(),
            small("/Rotate 90/CropBox[10 10 200 200]"),
        ),
    ];
    for entry in fs::read_dir(FIXTURES).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|kind| kind == "pdf") {
            let name = entry.file_name().to_string_lossy().into_owned();
            seeds.extend(fs::read(&path).ok().map(|bytes| (name, bytes)));
        }
    }
    for mark in [Watermark::None, Watermark::Test] {
        let taken = ingest(&small(FORM), mark).expect("our own file is taken");
        seeds.push((format!("ingested-{mark:?}"), taken.bytes.clone()));
        let once = sealed(&taken.bytes);
        let archived = archived(&once);
        seeds.push((format!("twice-{mark:?}"), sealed(&archived)));
        seeds.push((format!("sealed-{mark:?}"), once));
        seeds.push((format!("archived-{mark:?}"), archived));
    }
    seeds
}

/// In the place of page attributes: a form with one field stands in the page itself.
const FORM: &str = "/Annots[<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[9 9 99 30]/V(b)>>]";

/// A file so small that a mutation is likely to hit its structure.
fn small(page: &str) -> Vec<u8> {
    let content = "BT /F1 12 Tf 20 100 Td (_S1_ sign) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>{page}>>"
        ),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 6\n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let world = World::get();
    let input = SealInput {
        signer_name: "Fuzz".to_owned(),
        reason: None,
        signatures: vec![VisibleSignature {
            target: Target::Place {
                page: 1,
                rect: Rect::new(60.0, 60.0, 160.0, 50.0),
            },
            mark: Mark::Typed("Fuzz".to_owned()),
            caption: None,
            evidence: Some(b"evidence".to_vec()),
        }],
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::Keep,
        evidence: None,
    };
    let sealed = pdf::seal(bytes, &input, &world.seal, world.now);
    sealed.expect("our own file is sealed").bytes
}

/// With validation data and a document time stamp, though others' and of other bytes.
fn archived(bytes: &[u8]) -> Vec<u8> {
    let data = ValidationData {
        certificates: [SIGNER, TIME_STAMPING, INTERMEDIATE, RESPONDER, ROOT]
            .map(<[u8]>::to_vec)
            .to_vec(),
        ocsp_responses: vec![OCSP.to_vec()],
        revocation_lists: vec![LIST.to_vec(), list(World::get())],
    };
    let proved = pdf::add_validation_data(bytes, &data).expect("room for data");
    let stamped = pdf::add_document_time_stamp(&proved, 4096, |_digest| Ok(TIME_STAMP.to_vec()));
    stamped.expect("room for a time stamp")
}

fn list(world: &World) -> Vec<u8> {
    let revoked = Revoked {
        serial: "0badc0de".to_owned(),
        at: world.now,
        reason: RevocationReason::Superseded,
    };
    let list = world.authority.revocation_list(3, world.now, &[revoked]);
    list.expect("a list")
}

fn signatures() -> Vec<(String, Vec<u8>)> {
    let ours = pki::signature_over(&[7; 32], &World::get().seal).expect("a signature");
    vec![
        ("ours".to_owned(), ours),
        ("signature".to_owned(), SIGNATURE.to_vec()),
        ("time-stamp".to_owned(), TIME_STAMP.to_vec()),
    ]
}

/// Each behind the byte that says which reader it is for; see `targets/answers.rs`.
fn answers() -> Vec<(String, Vec<u8>)> {
    let world = World::get();
    let granted = sequence(&[&[0x02, 1, 0]]);
    let list = list(world);
    let own = world.seal.certificate_der();
    let pem = world.seal.certificate_pem().expect("PEM");
    let seeds: Vec<(u8, &str, Vec<u8>)> = vec![
        (0, "time-stamp", TIME_STAMP.to_vec()),
        (1, "answer", sequence(&[&granted, TIME_STAMP])),
        (2, "ocsp", OCSP.to_vec()),
        (3, "ocsp-inside", response_data(world)),
        (4, "list-of-others", LIST.to_vec()),
        (4, "list", list.clone()),
        (5, "list-inside", content_of(&list)),
        (6, "certificate", own.to_vec()),
        (6, "pem", pem.into_bytes()),
        (6, "signer", SIGNER.to_vec()),
        (6, "time-stamping", TIME_STAMPING.to_vec()),
        (6, "intermediate", INTERMEDIATE.to_vec()),
        (6, "responder", RESPONDER.to_vec()),
        (6, "root", ROOT.to_vec()),
        (7, "certificate-inside", content_of(own)),
        (
            7,
            "authority-inside",
            content_of(world.authority.certificate_der()),
        ),
        (8, "pkcs12", include_bytes!("fixtures/aes.p12").to_vec()),
        (8, "pkcs12-old", include_bytes!("fixtures/des.p12").to_vec()),
        (
            8,
            "pkcs12-inside",
            safe_of(include_bytes!("fixtures/aes.p12")),
        ),
        (
            8,
            "pkcs12-old-inside",
            safe_of(include_bytes!("fixtures/des.p12")),
        ),
        (
            8,
            "pkcs12-plain-inside",
            safe_of(include_bytes!("fixtures/plain.p12")),
        ),
    ];
    let named = seeds.into_iter();
    named
        .map(|(which, name, bytes)| (name.to_owned(), [vec![which], bytes].concat()))
        .collect()
}

/// What is signed of something that X.509 signs.
fn content_of(signed: &[u8]) -> Vec<u8> {
    let signed: pki::Signed = der::Decode::from_der(signed).expect("something signed");
    signed.content.to_der().expect("what was read")
}

/// `ResponseData` that calls our seal good.
fn response_data(world: &World) -> Vec<u8> {
    let (own, root) = (&world.own.certificate, &world.root.certificate);
    let named = CertId::of(own, root).and_then(|id| Ok(id.to_der()?));
    let at = |shift: i64| {
        let moment = Timestamp::from_millis(world.now.millis() + shift * 1000).to_jiff();
        value(
            0x18,
            &[moment.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()],
        )
    };
    let next = value(0xa0, &[&at(3600)]);
    let single = sequence(&[&named.expect("a name"), &[0x80, 0], &at(-60), &next]);
    let responder = value(0xa2, &[&value(0x04, &[&[7; 20]])]);
    sequence(&[&responder, &at(-60), &sequence(&[&single])])
}

/// The `AuthenticatedSafe` of a PKCS#12 file: its first octet string.
fn safe_of(file: &[u8]) -> Vec<u8> {
    let outer: Vec<der::Any> = der::Decode::from_der(file).expect("a sequence");
    let info: Vec<der::Any> = outer[1].decode_as().expect("a sequence");
    let safe: der::asn1::OctetString = der::Decode::from_der(info[1].value()).expect("a string");
    safe.as_bytes().to_vec()
}
