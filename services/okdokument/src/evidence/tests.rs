//! Evidence that belongs, and evidence that was moved.

use std::path::Path;
use std::process::Command;

use domain::{Clock as _, DocumentId, SignatureRequestId, SystemClock};
use evidence::{Binding, Evidence, Ink, Kind, Pad, Pointer, PublicKey, SignatureNote, Stroke};
use pdf::{FieldTreatment, Mark, SealInput, Target, VisibleSignature};
use pki::{CertificateAuthority, SealIdentity, SealOrder};
use sha2::{Digest as _, Sha256};

use super::examine::{Unbound, examine, open};
use super::*;

struct Desk {
    workers: PdfWorkers,
    folder: tempfile::TempDir,
    seal: SealIdentity,
    public: PublicKey,
    private: PrivateKey,
}

impl Desk {
    async fn new() -> Self {
        let workers = PdfWorkers::start(Settings {
            workers: 1,
            ..Settings::new(pdf_worker::Program {
                path: test_kit::pdf_worker(),
                arguments: Vec::new(),
            })
        });
        let folder = tempfile::tempdir().unwrap();
        let make = "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem && \
                    openssl pkey -in private.pem -pubout";
        let done = Command::new("sh")
            .args(["-c", make])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        let mut random = rand::rng();
        let now = SystemClock.now();
        let authority = CertificateAuthority::create("Tests", now, &mut random).unwrap();
        let order = SealOrder {
            tenant_name: "Tatra Legal",
            slug: "tatra",
            links: None,
        };
        Self {
            workers: workers.await.unwrap(),
            seal: authority.issue_seal(&order, now, &mut random).unwrap(),
            public: PublicKey::from_pem(str::from_utf8(&done.stdout).unwrap()).unwrap(),
            private: private_key(&folder.path().join("private.pem")).unwrap(),
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Seals both fields of the contract with these containers.
    fn sealed(&self, served: &[u8], containers: [Vec<u8>; 2]) -> Vec<u8> {
        let signatures = ["S1", "SO1"].into_iter().zip(containers);
        let input = SealInput {
            signer_name: "Jana Nováková".to_owned(),
            reason: None,
            signatures: signatures
                .map(|(field, container)| VisibleSignature {
                    target: Target::Field(field.to_owned()),
                    mark: Mark::Typed("Jana".to_owned()),
                    caption: None,
                    evidence: Some(container),
                })
                .collect(),
            values: Vec::new(),
            round_fields: Vec::new(),
            treatment: FieldTreatment::Keep,
            evidence: None,
        };
        let sealed = pdf::seal(served, &input, &self.seal, SystemClock.now()).unwrap();
        sealed.bytes
    }

    fn container(&self, served: &[u8], number: usize, field: &str) -> Vec<u8> {
        let evidence = Evidence {
            format: evidence::FORMAT.to_owned(),
            version: evidence::VERSION,
            document_id: DocumentId::generate(),
            signature_request_id: SignatureRequestId::generate(),
            served: Binding {
                sha256: hex::encode(Sha256::digest(served)),
                length: served.len(),
            },
            submitted_at: SystemClock.now(),
            signature: SignatureNote {
                number,
                of: 2,
                kind: Kind::Ink,
                field: Some(field.to_owned()),
                place: None,
                signer_name: "Jana Nováková".to_owned(),
                time_zone: "Europe/Bratislava".to_owned(),
                locale: "sk-SK".to_owned(),
            },
            sig_data: [("InternalDocumentID".to_owned(), "2291".to_owned())].into(),
            ink: Some(Ink {
                pad: Pad {
                    width: 300.0,
                    height: 100.0,
                },
                strokes: vec![Stroke {
                    pointer: Pointer::Pen,
                    points: vec![
                        [10.0, 10.0, 0.0, 0.4, 0.0, 0.0],
                        [60.0, 40.0, 90.0, 0.6, 0.0, 0.0],
                    ],
                }],
            }),
        };
        evidence::seal(&evidence, &self.public, &mut rand::rng()).unwrap()
    }

    /// What becomes of each signature's evidence.
    async fn judged(&self, pdf: &[u8]) -> Vec<Result<Evidence, Unbound>> {
        let file = Bytes::from(pdf.to_vec());
        let all = examine(&self.workers, &file).await.unwrap();
        all.iter()
            .map(|found| open(found, found.container.as_ref().unwrap(), &self.private))
            .collect()
    }
}

fn contract(title: &str) -> Vec<u8> {
    let made = pdf::sample::contract(title);
    pdf::ingest(&made, pdf::Watermark::None).unwrap().bytes
}

#[tokio::test]
async fn evidence_that_belongs_is_opened_drawn_and_never_written_over() {
    let desk = Desk::new().await;
    let served = contract("Belongs");
    let containers = [
        desk.container(&served, 1, "S1"),
        desk.container(&served, 2, "SO1"),
    ];
    let sealed = desk.sealed(&served, containers);
    let judged = desk.judged(&sealed).await;
    assert!(judged.iter().all(Result::is_ok), "{judged:?}");
    let file = desk.path("signed.pdf");
    fs::write(&file, &sealed).unwrap();
    let (key, out) = (desk.path("private.pem"), desk.path("found"));
    let draw = Act::Draw {
        file: file.clone(),
        key: key.clone(),
        out: out.clone(),
    };
    run_with(&desk.workers, &draw).await.unwrap();
    let mut names: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "01-S1-replay.svg",
            "01-S1.csv",
            "01-S1.svg",
            "02-SO1-replay.svg",
            "02-SO1.csv",
            "02-SO1.svg"
        ]
    );
    let again = run_with(&desk.workers, &draw).await;
    assert!(again.is_err(), "what is there is not written over");
    let decrypt = Act::Decrypt {
        file,
        key,
        out: Some(out.clone()),
    };
    run_with(&desk.workers, &decrypt).await.unwrap();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("02-SO1.json")).unwrap()).unwrap();
    assert_eq!(json["evidence"]["sigData"]["InternalDocumentID"], "2291");
    assert_eq!(json["signature"]["holds"], true);
}

#[tokio::test]
async fn evidence_of_another_document_is_told() {
    let desk = Desk::new().await;
    let (one, two) = (contract("One"), contract("Two"));
    let own = desk.container(&two, 2, "SO1");
    let sealed = desk.sealed(&two, [desk.container(&one, 1, "S1"), own]);
    let judged = desk.judged(&sealed).await;
    assert!(
        matches!(judged[0], Err(Unbound::OtherDocument(_))),
        "{judged:?}"
    );
    assert!(judged[1].is_ok());
}

#[tokio::test]
async fn evidence_of_another_signature_of_the_act_is_told() {
    let desk = Desk::new().await;
    let served = contract("Swapped");
    let swapped = [
        desk.container(&served, 2, "SO1"),
        desk.container(&served, 1, "SO1"),
    ];
    let judged = desk.judged(&desk.sealed(&served, swapped)).await;
    assert!(
        judged
            .iter()
            .all(|one| matches!(one, Err(Unbound::OtherSignature { .. })))
    );
    let renamed = [
        desk.container(&served, 1, "SO1"),
        desk.container(&served, 2, "SO1"),
    ];
    let judged = desk.judged(&desk.sealed(&served, renamed)).await;
    assert!(
        matches!(judged[0], Err(Unbound::OtherField { .. })),
        "{judged:?}"
    );
}

#[tokio::test]
async fn a_change_between_what_was_served_and_what_was_signed_is_told() {
    let desk = Desk::new().await;
    let served = contract("Changed");
    let changed = pdf_with_another_update(&served);
    let containers = [
        desk.container(&served, 1, "S1"),
        desk.container(&served, 2, "SO1"),
    ];
    let judged = desk.judged(&desk.sealed(&changed, containers)).await;
    assert!(
        judged.iter().all(|one| *one == Err(Unbound::Between)),
        "{judged:?}"
    );
}

/// An update that changes nothing but the file's length.
fn pdf_with_another_update(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let after = |word: &str| text.rsplit(word).next().unwrap().trim_start().to_owned();
    let previous = after("startxref").lines().next().unwrap().to_owned();
    let size = after("/Size");
    let size = size.split(|c: char| !c.is_ascii_digit()).next().unwrap();
    let root = after("/Root");
    let root = root.split('R').next().unwrap();
    let mut changed = bytes.to_vec();
    let table = changed.len();
    let update = format!(
        "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size {size}/Root {root}R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
    );
    changed.extend_from_slice(update.as_bytes());
    changed
}

#[tokio::test]
async fn a_wrong_key_and_a_file_without_evidence_are_told() {
    let (desk, stranger) = (Desk::new().await, Desk::new().await);
    let served = contract("Keys");
    let containers = [
        desk.container(&served, 1, "S1"),
        desk.container(&served, 2, "SO1"),
    ];
    let sealed = desk.sealed(&served, containers);
    let told = async |pdf: &[u8], key: &PrivateKey| {
        let file = Bytes::from(pdf.to_vec());
        match opened(&desk.workers, &file, key).await {
            Ok((_, refused)) => refused.unwrap_or_default(),
            Err(why) => why.to_string(),
        }
    };
    let other = told(&sealed, &stranger.private).await;
    assert!(other.contains("encrypted to another key"), "{other}");
    let none = told(&served, &desk.private).await;
    assert!(none.contains("none of the file's 0 signatures"), "{none}");
    let no_pdf = told(b"not a PDF", &desk.private).await;
    assert!(no_pdf.starts_with("The file is not a PDF"), "{no_pdf}");
    assert!(private_key(Path::new("/nonexistent/key.pem")).is_err());
}
