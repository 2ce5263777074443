//! The seeded corpus: files of our own making and those of the tests.

use std::fs;
use std::path::Path;

use domain::{Clock, SystemClock, Timestamp};
use pdf::{
    FieldTreatment, Mark, Rect, SealInput, Target, VisibleSignature, Watermark, ingest, sample,
};
use pki::{CertificateAuthority, SealIdentity, SealOrder};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/pdf/tests/fixtures");

/// What a target feeds on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Cms,
}

/// A seal and its time.
pub fn world() -> (SealIdentity, Timestamp) {
    let mut random = StdRng::seed_from_u64(7);
    let now = SystemClock.now();
    let authority = CertificateAuthority::create("Fuzz", now, &mut random).expect("a root");
    let order = SealOrder {
        tenant_name: "Fuzz, s.r.o.",
        slug: "fuzz",
        links: None,
    };
    let seal = authority.issue_seal(&order, now, &mut random);
    (seal.expect("a seal"), now)
}

pub(crate) fn write(kind: Kind, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder for the seeds");
    let seeds = match kind {
        Kind::Pdf => documents(),
        Kind::Cms => signatures(),
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
        ("small-tags".to_owned(), small("/Rotate 90/CropBox[10 10 200 200]")),
    ];
    for entry in fs::read_dir(FIXTURES).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|kind| kind == "pdf") {
            let name = entry.file_name().to_string_lossy().into_owned();
            seeds.extend(fs::read(&path).ok().map(|bytes| (name, bytes)));
        }
    }
    for mark in [Watermark::None, Watermark::Test] {
        let taken = ingest(&sample::contract("Fuzz"), mark).expect("our own sample is taken");
        seeds.push((format!("ingested-{mark:?}"), taken.bytes.clone()));
        seeds.push((format!("sealed-{mark:?}"), sealed(&taken.bytes)));
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
    let (seal, now) = world();
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
        }],
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::Keep,
    };
    let sealed = pdf::seal(bytes, &input, &seal, now);
    sealed.expect("our own sample is sealed").bytes
}

fn signatures() -> Vec<(String, Vec<u8>)> {
    let (seal, _) = world();
    let signed = pki::signature_over(&[7; 32], &seal).expect("a signature");
    let certificate = seal.certificate_der().to_vec();
    vec![
        ("signature".to_owned(), signed),
        ("certificate".to_owned(), certificate),
    ]
}
