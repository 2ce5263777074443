//! What the tests share: an authority, a seal, a steady hand, and files of every kind.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use domain::{Clock, SystemClock, Timestamp};
use pdf::ink::{Pointer, Sample, Stroke};
use pdf::{FieldTreatment, Ink, Mark, Rect, SealInput, Target, VisibleSignature, Watermark};
use pki::{CertificateAuthority, SealIdentity, SealOrder};
use rand::SeedableRng;
use rand::rngs::StdRng;

pub(crate) struct World {
    /// The real time: poppler judges certificates by its own clock.
    pub(crate) now: Timestamp,
    pub(crate) authority: CertificateAuthority,
    pub(crate) seal: SealIdentity,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let now = SystemClock.now();
        let authority = CertificateAuthority::create("OKdokument tests", now, &mut rng).unwrap();
        let order = SealOrder {
            tenant_name: "Žltý kôň, s.r.o.",
            slug: "zlty-kon",
            links: None,
        };
        let seal = authority.issue_seal(&order, now, &mut rng).unwrap();
        Self {
            now,
            authority,
            seal,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Leaves a file to look at where `OKD_KEEP_PDFS` names a folder.
    #[expect(clippy::unused_self, reason = "reads as what the world does")]
    pub(crate) fn keep(&self, name: &str, bytes: &[u8]) {
        if let Some(folder) = std::env::var_os("OKD_KEEP_PDFS") {
            std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), bytes).unwrap();
        }
    }

    pub(crate) fn sealed(&self, bytes: &[u8], input: &SealInput) -> Vec<u8> {
        let sealed = pdf::seal(bytes, input, &self.seal, self.now).unwrap();
        let expected = pdf::Expected::of(input, &sealed, self.seal.certificate_der());
        pdf::check_sealed(bytes, &sealed.bytes, &expected).unwrap();
        sealed.bytes
    }

    /// A file changed by qpdf, such as `--linearize`.
    pub(crate) fn by_qpdf(&self, bytes: &[u8], options: &[&str]) -> Vec<u8> {
        let from = self.write("qpdf-in.pdf", bytes);
        let to = self.path("qpdf-out.pdf");
        let done = Command::new("qpdf")
            .args(options)
            .arg(&from)
            .arg(&to)
            .output()
            .expect("qpdf runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        std::fs::read(to).unwrap()
    }
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    std::fs::read(path).unwrap()
}

pub(crate) fn ingested(bytes: &[u8]) -> Vec<u8> {
    pdf::ingest(bytes, Watermark::None).unwrap().bytes
}

pub(crate) fn input(signatures: Vec<VisibleSignature>) -> SealInput {
    SealInput {
        signer_name: "Ľubomíra Šťastná".to_owned(),
        reason: Some("I agree to the contract".to_owned()),
        signatures,
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::ReadOnly,
        evidence: None,
    }
}

pub(crate) fn in_field(name: &str) -> VisibleSignature {
    VisibleSignature {
        target: Target::Field(name.to_owned()),
        mark: Mark::Ink(autograph(Pointer::Touch)),
        caption: Some("Ľubomíra Šťastná · 24.11.2026 12:00".to_owned()),
        evidence: None,
    }
}

pub(crate) fn at_place(page: usize, rect: Rect) -> VisibleSignature {
    VisibleSignature {
        target: Target::Place { page, rect },
        mark: Mark::Ink(autograph(Pointer::Pen)),
        caption: None,
        evidence: None,
    }
}

/// A signature as a person writes one: loops, a long stroke, a dot.
pub(crate) fn autograph(pointer: Pointer) -> Ink {
    let mut at_ms = 0.0;
    let mut stroke = |length: u16, shape: &dyn Fn(f32) -> (f32, f32), pace: f32| {
        let samples = (0..=length)
            .map(|step| {
                let t = f32::from(step) / f32::from(length);
                let (x, y) = shape(t);
                at_ms += pace * (1.0 + 0.8 * (t * 17.0).sin());
                let jitter = (f32::from(step) * 12.9).sin() * 0.7;
                Sample {
                    x: x + jitter,
                    y: y + jitter * 0.6,
                    at_ms,
                    pressure: (0.25 + 0.55 * (t * 3.1).sin() + 0.15 * (t * 23.0).sin())
                        .clamp(0.05, 1.0),
                    tilt_x: 20.0,
                    tilt_y: 10.0,
                }
            })
            .collect();
        at_ms += 180.0;
        Stroke { samples, pointer }
    };
    let capital = stroke(
        46,
        &|t| {
            (
                90.0 - 60.0 * (t * 5.0).sin() * (1.0 - 0.5 * t) + 20.0 * t,
                60.0 + 130.0 * t - 60.0 * (t * 5.2).cos(),
            )
        },
        9.0,
    );
    let loops = stroke(
        120,
        &|t| {
            let turn = t * 38.0;
            let high = 26.0 + 34.0 * (t * 9.0).sin().max(0.0);
            (
                120.0 + 330.0 * t + 17.0 * turn.cos(),
                150.0 - high * turn.sin() - 12.0 * t,
            )
        },
        6.0,
    );
    let flourish = stroke(
        40,
        &|t| (560.0 - 470.0 * t, 205.0 + 22.0 * (t * 3.1).sin() - 30.0 * t),
        3.0,
    );
    let dot = stroke(2, &|t| (395.0 + t, 62.0), 12.0);
    Ink {
        strokes: vec![capital, loops, flourish, dot],
        pad_width: 640.0,
        pad_height: 260.0,
    }
}

/// A file with a plain cross-reference table over the given objects, numbered from 1; the first
/// is the catalog. What no library would write.
pub(crate) fn raw(objects: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let table = bytes.len();
    let count = objects.len() + 1;
    let entries: Vec<String> = offsets
        .iter()
        .map(|offset| format!("{offset:010} 00000 n \n"))
        .collect();
    let entries = entries.concat();
    let tail = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{entries}\
         trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    );
    bytes.extend_from_slice(tail.as_bytes());
    bytes
}

/// One blank page whose boxes, rotation and resources all come from its ancestors.
pub(crate) fn minimal(above: &str) -> Vec<u8> {
    raw(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        &format!("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]/Resources<<>>{above}>>"),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        "<</Length 30>>\nstream\n0.9 0.95 1 rg 20 20 99 99 re f\nendstream",
    ])
}

/// A form with one field of every kind; its form dictionary stands in the catalog itself.
pub(crate) fn form() -> Vec<u8> {
    let widget = "/Type/Annot/Subtype/Widget/F 4/P 3 0 R";
    raw(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 6 0 R 9 0 R 10 0 R 12 0 R 15 0 R]\
         /NeedAppearances true/DA(/Helv 0 Tf 0 g)>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 400 500]>>",
        "<</Type/Page/Parent 2 0 R/Annots 13 0 R>>",
        &format!("<<{widget}/FT/Sig/T(S1)/Rect[40 60 190 110]>>"),
        &format!(
            "<<{widget}/FT/Tx/T(TFname)/Ff 2/Rect[40 440 240 462]/MK<</BC[0.6]/BG[0.97]>>/MaxLen 40>>"
        ),
        &format!("<<{widget}/FT/Btn/T(CBagree)/Rect[40 400 56 416]/MK<</BC[0.4]>>>>"),
        &format!(
            "<<{widget}/Parent 9 0 R/Rect[40 360 56 376]/AS/Off/AP<</N<</red 14 0 R/Off 14 0 R>>>>>>"
        ),
        &format!(
            "<<{widget}/Parent 9 0 R/Rect[70 360 86 376]/AS/Off/AP<</N<</blue 14 0 R/Off 14 0 R>>>>>>"
        ),
        "<</FT/Btn/T(Rcolour)/Ff 49152/Kids[7 0 R 8 0 R]>>",
        "<</T(company)/Kids[11 0 R]>>",
        &format!(
            "<<{widget}/Parent 10 0 R/FT/Ch/T(country)/Ff 131072/Opt[[(SK)(Slovakia)][(CZ)(Czechia)]]/Rect[40 320 160 338]>>"
        ),
        &format!(
            "<<{widget}/FT/Tx/T(note)/Ff 4096/Rect[40 220 240 300]/DA(/Helv 9 Tf 0 0 0.6 rg)/Q 0/V(as it was)>>"
        ),
        "[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R 11 0 R 12 0 R 15 0 R]",
        "<</Type/XObject/Subtype/Form/BBox[0 0 16 16]/Length 20>>\nstream\n2 2 12 12 re S      \nendstream",
        &format!("<<{widget}/FT/Sig/T(SO1)/Rect[220 60 370 110]>>"),
    ])
}

/// The file with more objects appended as an update of its own, unsigned.
pub(crate) fn extended(file: &[u8], objects: &[(usize, &str)]) -> Vec<u8> {
    let text = String::from_utf8_lossy(file).into_owned();
    let number_after = |key: &str| -> usize {
        let (_, rest) = text.rsplit_once(key).unwrap();
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        rest.get(..end).unwrap().parse().unwrap()
    };
    let (previous, size, root) = (
        number_after("startxref"),
        number_after("/Size"),
        number_after("/Root"),
    );
    let mut bytes = file.to_vec();
    let mut table = String::new();
    for (number, object) in objects {
        let offset = bytes.len();
        let _infallible = write!(table, "{number} 1\n{offset:010} 00000 n \n");
        bytes.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let most = objects.iter().map(|(number, _)| number + 1).max();
    let size = size.max(most.unwrap_or(0));
    let at = bytes.len();
    let tail = format!(
        "xref\n{table}trailer\n<</Size {size}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{at}\n%%EOF\n"
    );
    bytes.extend_from_slice(tail.as_bytes());
    bytes
}
