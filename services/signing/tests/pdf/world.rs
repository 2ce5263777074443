//! What the tests share: an authority, a seal, a steady hand, and files of every kind.

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::{Clock, SystemClock, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use signing::pdf::ink::{Pointer, Sample, Stroke};
use signing::pdf::{
    FieldTreatment, Ink, Mark, Rect, SealInput, Target, VisibleSignature, Watermark,
};
use signing::pki::{CertificateAuthority, SealIdentity, SealOrder};

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
        let order = SealOrder { tenant_name: "Žltý kôň, s.r.o.", slug: "zlty-kon", links: None };
        let seal = authority.issue_seal(&order, now, &mut rng).unwrap();
        Self { now, authority, seal, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn sealed(&self, bytes: &[u8], input: &SealInput) -> Vec<u8> {
        signing::pdf::seal(bytes, input, &self.seal, self.now).unwrap().bytes
    }

    /// A file changed by qpdf, such as `--linearize`.
    pub(crate) fn by_qpdf(&self, bytes: &[u8], options: &[&str]) -> Vec<u8> {
        let from = self.write("qpdf-in.pdf", bytes);
        let to = self.path("qpdf-out.pdf");
        let done =
            Command::new("qpdf").args(options).arg(&from).arg(&to).output().expect("qpdf runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read(to).unwrap()
    }
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(path).unwrap()
}

pub(crate) fn ingested(bytes: &[u8]) -> Vec<u8> {
    signing::pdf::ingest(bytes, Watermark::None).unwrap().bytes
}

pub(crate) fn input(signatures: Vec<VisibleSignature>) -> SealInput {
    SealInput {
        signer_name: "Ľubomíra Šťastná".to_owned(),
        reason: Some("I agree to the contract".to_owned()),
        signatures,
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::ReadOnly,
    }
}

pub(crate) fn in_field(name: &str) -> VisibleSignature {
    VisibleSignature {
        target: Target::Field(name.to_owned()),
        mark: Mark::Ink(autograph(Pointer::Touch)),
        caption: Some("Ľubomíra Šťastná · 24.11.2026 12:00".to_owned()),
    }
}

pub(crate) fn at_place(page: usize, rect: Rect) -> VisibleSignature {
    VisibleSignature {
        target: Target::Place { page, rect },
        mark: Mark::Ink(autograph(Pointer::Pen)),
        caption: None,
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
        &|t| (90.0 - 60.0 * (t * 5.0).sin() * (1.0 - 0.5 * t) + 20.0 * t, 60.0 + 130.0 * t - 60.0 * (t * 5.2).cos()),
        9.0,
    );
    let loops = stroke(
        120,
        &|t| {
            let turn = t * 38.0;
            let high = 26.0 + 34.0 * (t * 9.0).sin().max(0.0);
            (120.0 + 330.0 * t + 17.0 * turn.cos(), 150.0 - high * turn.sin() - 12.0 * t)
        },
        6.0,
    );
    let flourish = stroke(
        40,
        &|t| (560.0 - 470.0 * t, 205.0 + 22.0 * (t * 3.1).sin() - 30.0 * t),
        3.0,
    );
    let dot = stroke(2, &|t| (395.0 + t, 62.0), 12.0);
    Ink { strokes: vec![capital, loops, flourish, dot], pad_width: 640.0, pad_height: 260.0 }
}
