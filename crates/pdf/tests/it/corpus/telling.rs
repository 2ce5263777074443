//! The report of a long run: which files there were, what became of them, why.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use pdf::report::Handling;

use super::{Outcome, Tried};

const HEAD: &str = "# Awkward files

Written by the long form of the test of the corpus (`make soak`); see [tests/corpus](../../tests/corpus/README.md). Every file was
given to the engine. What it took was signed in two rounds with visible ink, and then judged: pdfsig and pyHanko
must call both signatures whole and trusted with our root, `qpdf --check` must warn of nothing new, and pdftoppm must draw
the first four pages as before, outside of fields and signatures.
";

const OPENED_ELSEWHERE: &str = "What qpdf opens and we refuse is beyond a limit of ours, or behind a password, or signed already in a way to which nothing can be
added soundly. Of these each was tried:

- *Damaged*: an update was chained to the place where the table really is, and another one brought a whole new table. Of both,
  qpdf and pdfsig make nothing; pyHanko finds that the earlier signature covers a block of bytes that is no revision of the file
  and that what follows is no change that a signature allows. Our update would be what breaks it.
- *Two tables* (hybrid-reference files): pyHanko says of each signature in such a file, ours too, \"Settings do not permit
  validation of signatures in hybrid-reference files.\" An update does not take the second table away.
- *Encrypted in the form that nobody published* (revision 5 of the standard handler, used between PDF 1.7 and 2.0): pyHanko cannot
  read it, so nobody could say whether what we add is sound.
- *Encrypted, with pages or fields in object streams*: an update brings such an object on its own. pyHanko then compares texts in
  clear with texts still encrypted, and calls the earlier signature changed, where it made the update itself as well.

Other encrypted files with an empty password are taken, signed or not, in every cipher of the standard, and signed ones stay
encrypted.
";

/// Classes of those that we make; the others are named after the project that tests with them.
#[derive(Default)]
struct Class {
    files: usize,
    signed: usize,
    kept: usize,
    repaired: usize,
    certified: usize,
    refused: usize,
}

pub(super) fn write(tried: &[Tried]) {
    let mut classes: BTreeMap<&str, Class> = BTreeMap::new();
    let mut refusals: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in tried {
        let class = classes
            .entry(one.name.split("--").next().unwrap_or_default())
            .or_default();
        class.files += 1;
        match &one.outcome {
            Outcome::Signed(taken) => {
                class.signed += 1;
                let report = &taken.ingested.report;
                class.kept += usize::from(report.handling == Handling::Kept);
                class.repaired += usize::from(!report.repaired.is_empty());
            }
            Outcome::Certified => class.certified += 1,
            Outcome::Refused(refusal) => {
                class.refused += 1;
                let opens = one.said.as_ref().is_some_and(|said| said.opens);
                let mark = if opens { " (qpdf opens it)" } else { "" };
                refusals
                    .entry(refusal.to_string())
                    .or_default()
                    .push(format!("`{}`{mark}", one.name));
            }
            Outcome::Failed(_) => {}
        }
    }
    let mut text = HEAD.to_owned();
    let mut line = |line: String| writeln!(text, "{line}").unwrap();
    line(format!("\n{} files.\n", tried.len()));
    line("| Class | Files | Signed twice | of them repaired | of them signed before | Certified | Refused |".to_owned());
    line("| --- | ---: | ---: | ---: | ---: | ---: | ---: |".to_owned());
    for (name, class) in &classes {
        line(format!(
            "| {name} | {} | {} | {} | {} | {} | {} |",
            class.files, class.signed, class.repaired, class.kept, class.certified, class.refused
        ));
    }
    line(
        "\n*Certified*: taken, but the file's own certification allows no further signature.\n"
            .to_owned(),
    );
    line("## Refused, and why\n".to_owned());
    line(OPENED_ELSEWHERE.to_owned());
    for (reason, files) in &refusals {
        line(format!("- {reason}"));
        line(format!("  {}", files.join(", ")));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reports/awkward-files.md");
    std::fs::write(path, text).unwrap();
}
