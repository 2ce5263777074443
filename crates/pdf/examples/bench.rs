//! What the engine costs on this machine, for `make bench-engine`: medians of computing time, one JSON object on standard output.
//!
//! `bench prepare FOLDER` makes the files and the key, `bench measure FOLDER` measures, `bench peak FILE FOLDER` seals one
//! file once and tells how much memory that took at most.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a measurement that cannot be made ends the run"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use domain::{Clock as _, SystemClock, Timestamp};
use pdf::{
    Examiner, Expected, FieldTreatment, Mark, Rect, SealInput, Target, Verdict, VisibleSignature,
    Watermark,
};
use pki::reading::Anchors;
use pki::{CertificateAuthority, SealIdentity, SealOrder};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::ExposeSecret as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

const SMALL: &str = "one-page-100kB.pdf";
/// As somebody sends it.
const SENT: &str = "500-pages-10MB-sent.pdf";
/// As it is signed.
const LARGE: &str = "500-pages-10MB.pdf";
const MANY: &str = "51-signatures.pdf";
const SIGNATURES: usize = 51;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["prepare", folder] => prepare(Path::new(folder)),
        ["measure", folder] => measure(Path::new(folder)),
        ["peak", file, folder] => peak(Path::new(file), Path::new(folder)),
        _ => panic!("bench: prepare, measure or peak"),
    }
}

fn prepare(folder: &Path) {
    let mut random = StdRng::seed_from_u64(7);
    let now = SystemClock.now();
    let authority = CertificateAuthority::create("OKdokument bench", now, &mut random).unwrap();
    let order = SealOrder {
        tenant_name: "Bench, s.r.o.",
        slug: "bench",
        links: None,
    };
    let seal = authority.issue_seal(&order, now, &mut random).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    put("root.pem", authority.certificate_pem().unwrap().as_bytes());
    put("seal.pem", seal.certificate_pem().unwrap().as_bytes());
    let key = seal.private_key_pem().unwrap();
    put("seal.key", key.expose_secret().as_bytes());
    let ingested = |bytes: &[u8]| pdf::ingest(bytes, Watermark::None).unwrap().bytes;
    put(SMALL, &ingested(&document(1, 100_000, &mut random)));
    let sent = document(500, 20_000, &mut random);
    put(SENT, &sent);
    put(LARGE, &ingested(&sent));
    let mut many = ingested(&document(1, 20_000, &mut random));
    for _ in 0..SIGNATURES {
        many = pdf::seal(&many, &input(), &seal, now).unwrap().bytes;
    }
    put(MANY, &many);
}

/// Pages with so many bytes of drawing each.
fn document(pages: usize, bytes_a_page: usize, random: &mut StdRng) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let mut put = |file: &mut Vec<u8>, body: &str| {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{body}\nendobj\n", offsets.len()).into_bytes());
    };
    put(&mut file, "<</Type/Catalog/Pages 2 0 R>>");
    let kids: String = (0..pages).map(|n| format!("{} 0 R ", 4 + 2 * n)).collect();
    put(
        &mut file,
        &format!("<</Type/Pages/Kids[{kids}]/Count {pages}>>"),
    );
    put(&mut file, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    for page in 0..pages {
        put(
            &mut file,
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
                5 + 2 * page
            ),
        );
        let mut content = String::new();
        while content.len() < bytes_a_page {
            let (x, y) = (random.random_range(0..595), random.random_range(0..842));
            let word: u32 = random.random();
            content.push_str(&format!("BT /F1 9 Tf {x} {y} Td ({word}) Tj ET\n"));
        }
        put(
            &mut file,
            &format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        );
    }
    let start = file.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1);
    for offset in &offsets {
        end.push_str(&format!("{offset:010} 00000 n \n"));
    }
    let size = offsets.len() + 1;
    end.push_str(&format!(
        "trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.extend(end.into_bytes());
    file
}

fn input() -> SealInput {
    SealInput {
        signer_name: "Bench".to_owned(),
        reason: None,
        signatures: vec![VisibleSignature {
            target: Target::Place {
                page: 1,
                rect: Rect::new(60.0, 60.0, 160.0, 50.0),
            },
            mark: Mark::Typed("Anna Nováková".to_owned()),
            caption: None,
            evidence: None,
        }],
        values: Vec::new(),
        round_fields: Vec::new(),
        treatment: FieldTreatment::Keep,
        evidence: None,
    }
}

fn seal_of(folder: &Path) -> (SealIdentity, Timestamp) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let seal = SealIdentity::from_pem(&read("seal.pem"), &read("seal.key"), &read("root.pem"));
    (seal.unwrap(), SystemClock.now())
}

/// Computing time of this thread.
fn computed() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        now.tv_sec.try_into().unwrap(),
        now.tv_nsec.try_into().unwrap(),
    )
}

/// The median of so many runs, in milliseconds; some more before them warm up.
fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..=(runs + runs / 4))
        .map(|_| {
            let began = computed();
            work();
            computed().checked_sub(began).unwrap()
        })
        .skip(runs / 4 + 1)
        .collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

fn measure(folder: &Path) {
    let (seal, now) = seal_of(folder);
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let (small, sent, large, many) = (read(SMALL), read(SENT), read(LARGE), read(MANY));
    let input = input();
    let scratch = folder.join("scratch");
    let hash_and_write = || {
        std::hint::black_box(Sha256::digest(&large));
        fs::write(&scratch, &large).unwrap();
    };
    let seal_and_write = || {
        let sealed = pdf::seal_increment(&large, &input, &seal, now).unwrap();
        let mut file = File::create(&scratch).unwrap();
        file.write_all(&large).unwrap();
        file.write_all(&sealed.bytes).unwrap();
    };
    let chain = seal.chain_der().unwrap();
    let examiner = Examiner {
        anchors: Anchors::from_der(chain.iter().map(Vec::as_slice)),
        now,
    };
    let result = json!({
        "small_bytes": small.len(),
        "large_bytes": large.len(),
        "seal_small_ms": median(200, || { std::hint::black_box(pdf::seal(&small, &input, &seal, now).unwrap()); }),
        "seal_and_write_large_ms": median(25, seal_and_write),
        "hash_and_write_large_ms": median(25, hash_and_write),
        "ingest_large_ms": median(9, || { std::hint::black_box(pdf::ingest(&sent, Watermark::Test).unwrap()); }),
        "check_small_ms": median(25, checking(&small, &seal, now)),
        "check_large_ms": median(9, checking(&large, &seal, now)),
        "verify_51_ms": median(9, || verify(&many)),
        "examine_51_ms": median(9, || examine(&many, &examiner)),
    });
    println!("{result}");
}

/// What the service asks of every sealed file before anybody gets it.
fn checking(before: &[u8], seal: &SealIdentity, now: Timestamp) -> impl FnMut() {
    let input = input();
    let sealed = pdf::seal(before, &input, seal, now).unwrap();
    let expected = Expected::of(&input, &sealed, seal.certificate_der());
    move || {
        let checked = pdf::check_sealed(before, &sealed.bytes, &expected).unwrap();
        assert_eq!(checked.signatures, 1);
    }
}

fn verify(file: &[u8]) {
    let reports = pdf::verify(file).unwrap();
    assert_eq!(reports.len(), SIGNATURES);
    assert!(reports.iter().all(|report| report.signed_by.is_ok()));
}

fn examine(file: &[u8], examiner: &Examiner) {
    let examination = pdf::examine(file, examiner).unwrap();
    assert_eq!(examination.signatures.len(), SIGNATURES);
    assert_eq!(examination.verdict, Verdict::Trusted);
}

/// In a process that does nothing else.
fn peak(file: &Path, folder: &Path) {
    let (seal, now) = seal_of(folder);
    let before = memory("VmRSS");
    let bytes = fs::read(file).unwrap();
    let sealed = pdf::seal_increment(&bytes, &input(), &seal, now).unwrap();
    std::hint::black_box(&sealed);
    let grown = memory("VmHWM") - before;
    println!(
        "{}",
        json!({ "file_bytes": bytes.len(), "peak_bytes": grown })
    );
}

fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kilobytes = found.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}
