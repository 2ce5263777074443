//! The awkward corpus: what the world sends, made anew or fetched by every run, is taken or refused with a reason, and
//! what is taken survives two rounds of signing in the eyes of others. See `tests/corpus`.

mod judging;
mod telling;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use pdf::{FieldKind, Ingested, Rect, Refusal, SealError, VisibleSignature, Watermark};
use serde::Serialize;

use self::judging::{Said, faults};
use crate::oracle;
use crate::world::{World, at_place, in_field, input};

/// For one file, ingest and two rounds, without optimisation and beside other tests.
const PATIENCE: Duration = Duration::from_mins(1);
/// A place on a stamp-sized page.
const SMALLEST_PT: f32 = 6.0;
/// Pages that are compared, from the first.
const COMPARED_PAGES: usize = 4;

/// What became of one file.
enum Outcome {
    Refused(Refusal),
    /// Taken, but its own certification allows no further signature.
    Certified,
    Signed(Box<Taken>),
    Failed(String),
}

struct Taken {
    ingested: Ingested,
    signed: Vec<u8>,
    fields: Vec<String>,
    places: Vec<(usize, Rect)>,
}

/// An order to `check.py`.
#[derive(Serialize)]
struct Order {
    name: String,
    original: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<PathBuf>,
    pages: Vec<PageOrder>,
}

#[derive(Serialize)]
struct PageOrder {
    number: usize,
    crop: [f32; 4],
    turn: u16,
    masks: Vec<[f32; 4]>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// Ingest and two rounds, in a thread of its own so that a file that hangs is told by name.
fn worked_on(world: &Arc<World>, bytes: Vec<u8>) -> Outcome {
    let (tell, told) = mpsc::channel();
    let world = Arc::clone(world);
    std::thread::spawn(move || {
        let outcome = std::panic::catch_unwind(|| two_rounds(&world, &bytes));
        let outcome = outcome.unwrap_or_else(|_| Outcome::Failed("the engine panicked".to_owned()));
        let _nobody_waits_any_more = tell.send(outcome);
    });
    told.recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Outcome::Failed(format!("no answer in {PATIENCE:?}")))
}

fn two_rounds(world: &World, bytes: &[u8]) -> Outcome {
    let ingested = match pdf::ingest(bytes, Watermark::None) {
        Ok(ingested) => ingested,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    let smaller = |page: &pdf::Page| page.crop_box.width.min(page.crop_box.height) < SMALLEST_PT;
    // On a page of a few pixels nothing can be seen: such a file is sealed unseen.
    let (first, second, places) = if ingested.inspected.pages.iter().any(smaller) {
        (None, None, Vec::new())
    } else {
        rounds(&ingested)
    };
    let mut signed = ingested.bytes.clone();
    let mut fields = Vec::new();
    for round in [first, second] {
        match pdf::seal(
            &signed,
            &input(round.into_iter().collect()),
            &world.seal,
            world.now,
        ) {
            Ok(sealed) => {
                signed = sealed.bytes;
                fields.extend(sealed.fields);
            }
            Err(SealError::CertifiedAgainstChanges | SealError::CertifiedAgainstNewFields) => {
                return Outcome::Certified;
            }
            Err(error) => return Outcome::Failed(format!("not sealed: {error}")),
        }
    }
    Outcome::Signed(Box::new(Taken {
        ingested,
        signed,
        fields,
        places,
    }))
}

/// The first free signature field where there is one, else a place on the first page; then a place on the last page.
fn rounds(
    ingested: &Ingested,
) -> (
    Option<VisibleSignature>,
    Option<VisibleSignature>,
    Vec<(usize, Rect)>,
) {
    let pages = &ingested.inspected.pages;
    let last = pages.len().min(COMPARED_PAGES);
    let on = |number: usize, from: f32| {
        let shown = pages[number - 1].crop_box;
        let height = (shown.height * 0.12).max(SMALLEST_PT).min(shown.height);
        let place = Rect::new(
            shown.x + shown.width * from,
            shown.y + shown.height * 0.04,
            (shown.width * 0.35).max(SMALLEST_PT).min(shown.width),
            height,
        );
        (number, place)
    };
    let second = on(last, 0.6);
    let free = ingested.inspected.fields.iter().find(|field| {
        field.kind == FieldKind::Signature
            && !field.is_signed
            && !field.read_only
            && !field.widgets.is_empty()
            && !field.name.is_empty()
    });
    let (first, mut places) = if let Some(field) = free {
        (in_field(&field.name), Vec::new())
    } else {
        let (page, rect) = on(1, 0.05);
        (at_place(page, rect), vec![(page, rect)])
    };
    places.push(second);
    (Some(first), Some(at_place(second.0, second.1)), places)
}

fn order(world: &World, name: &str, original: &Path, outcome: &Outcome) -> Order {
    let mut order = Order {
        name: name.to_owned(),
        original: original.to_owned(),
        before: None,
        after: None,
        pages: Vec::new(),
    };
    let Outcome::Signed(taken) = outcome else {
        return order;
    };
    order.before = Some(world.write(&format!("{name}.before.pdf"), &taken.ingested.bytes));
    order.after = Some(world.write(&format!("{name}.after.pdf"), &taken.signed));
    world.keep(&format!("{name}.after"), &taken.signed);
    let corners = |rect: Rect| [rect.x, rect.y, rect.width, rect.height];
    let inspected = &taken.ingested.inspected;
    for (index, page) in inspected.pages.iter().take(COMPARED_PAGES).enumerate() {
        let number = index + 1;
        let placed = taken.places.iter().filter(|(at, _)| *at == number);
        let widgets = inspected.fields.iter().flat_map(|field| &field.widgets);
        let mut masks: Vec<[f32; 4]> = placed.map(|(_, rect)| corners(*rect)).collect();
        masks.extend(
            widgets
                .filter(|widget| widget.page == number)
                .map(|widget| corners(widget.rect)),
        );
        order.pages.push(PageOrder {
            number,
            crop: corners(page.crop_box),
            turn: page.turn.degrees(),
            masks,
        });
    }
    order
}

struct Tried {
    name: String,
    outcome: Outcome,
    said: Option<Said>,
}

fn tried(files: &[PathBuf]) -> Vec<Tried> {
    let world = Arc::new(World::new());
    let mut orders = Vec::new();
    let mut tried: Vec<Tried> = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let outcome = worked_on(&world, std::fs::read(path).unwrap());
        orders.push(order(&world, &name, path, &outcome));
        tried.push(Tried {
            name,
            outcome,
            said: None,
        });
    }
    for said in asked(&world, &orders).into_iter().flatten() {
        let one = tried.iter_mut().find(|one| one.name == said.name).unwrap();
        one.said = Some(said);
    }
    tried
}

fn asked(world: &World, orders: &[Order]) -> Option<Vec<Said>> {
    let python = oracle::python()?;
    let list = world.write("orders.json", &serde_json::to_vec(orders).unwrap());
    let store = oracle::trusting(world);
    let output = Command::new(python)
        .arg(corpus().join("check.py"))
        .args([
            &list,
            &world.path("root.pem"),
            Path::new(store.trim_start_matches("sql:")),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn all_faults(tried: &[Tried]) -> Vec<String> {
    tried
        .iter()
        .flat_map(|one| {
            // Nested far beyond any honest file: qpdf opens the rest of it, we do not read on.
            let is_due =
                one.name == "hostile--nesting" && matches!(one.outcome, Outcome::Refused(_));
            let wrong = match (&one.said, &one.outcome) {
                _ if is_due => Vec::new(),
                (Some(said), outcome) => faults(outcome, said),
                (None, Outcome::Failed(why)) => vec![why.clone()],
                (None, _) => Vec::new(),
            };
            wrong
                .into_iter()
                .map(|fault| format!("{}: {fault}", one.name))
        })
        .collect()
}

fn made(world: &World, classes: &str) -> Option<Vec<PathBuf>> {
    let folder = world.path("corpus");
    std::fs::create_dir(&folder).unwrap();
    oracle::made(&corpus().join("make.py"), &[&folder, Path::new(classes)])?;
    if let Some(python) = oracle::python() {
        let mut signing = Command::new(python);
        let output = signing
            .arg(corpus().join("sign.py"))
            .arg(&folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Some(pdfs_in(&folder))
}

/// The word that the names of the files must have, where not all are to be tried.
fn wanted() -> Option<String> {
    std::env::var_os("OKD_CORPUS_ONLY").map(|wanted| wanted.to_string_lossy().into_owned())
}

fn pdfs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "pdf"))
        .collect();
    if let Some(wanted) = wanted() {
        files.retain(|file| file.to_string_lossy().contains(&wanted));
    }
    files.sort();
    files
}

/// What must be refused, and why; everything else in the classes that we make must be taken.
const REFUSED: [(&str, Refusal); 16] = [
    ("encrypted--with-password", Refusal::Encrypted),
    ("forms--xfa-dynamic", Refusal::DynamicForm),
    ("forms--xfa-dynamic-needs-rendering", Refusal::DynamicForm),
    (
        "hostile--image-of-a-trillion-pixels",
        Refusal::ImageTooLarge,
    ),
    ("hostile--nesting", Refusal::Broken),
    ("hostile--object-stream-bomb", Refusal::UnpacksTooFar),
    ("not-pdf--header-and-noise", Refusal::Broken),
    ("not-pdf--header-only", Refusal::Broken),
    ("not-pdf--nothing", Refusal::NotPdf),
    ("not-pdf--web-page", Refusal::NotPdf),
    ("not-pdf--zip", Refusal::NotPdf),
    ("pages--none", Refusal::NoPages),
    (
        "signed--aes-256-object-streams",
        Refusal::SignedAndEncrypted,
    ),
    (
        "signed--encrypted-as-nobody-published",
        Refusal::SignedAndEncrypted,
    ),
    ("signed--damaged", Refusal::SignedAndDamaged),
    ("signed--hybrid", Refusal::SignedHybrid),
];

fn wrong_refusals(tried: &[Tried]) -> Vec<String> {
    let refused = |one: &Tried| match &one.outcome {
        Outcome::Refused(refusal) => Some(*refusal),
        _ => None,
    };
    tried
        .iter()
        .filter_map(|one| {
            let wanted = REFUSED.iter().find(|(name, _)| *name == one.name);
            let wanted = wanted.map(|(_, refusal)| *refusal);
            let got = refused(one);
            (got != wanted).then(|| format!("{}: {got:?} where {wanted:?} is due", one.name))
        })
        .collect()
}

#[test]
fn awkward_files_are_refused_with_a_reason_or_survive_two_rounds() {
    let world = World::new();
    let Some(files) = made(&world, "quick") else {
        return;
    };
    assert!(60 <= files.len(), "{} files", files.len());
    let tried = tried(&files);
    let wrong = [wrong_refusals(&tried), all_faults(&tried)].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With what LibreOffice makes and what others test with; writes the report.
#[test]
fn soak_every_awkward_file_is_refused_with_a_reason_or_survives_two_rounds() {
    let world = World::new();
    let Some(mut files) = made(&world, "all") else {
        return;
    };
    files.extend(pdfs_in(&oracle::samples()));
    let tried = tried(&files);
    // A part of the files is no report of all.
    if wanted().is_none() {
        telling::write(&tried);
    }
    let wrong = all_faults(&tried);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
