//! The PDF engine and the seals, judged by other people's programs: poppler, qpdf and pyHanko.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]
#![expect(
    clippy::too_many_lines,
    clippy::format_collect,
    reason = "files are written and tables of cases told in one piece"
)]

mod corpus;
mod evidence;
mod examine;
mod field_looks;
mod forms;
mod fuzzing;
mod hostile;
mod ingest;
mod ink;
mod inspect;
mod large_bodies;
mod levels;
mod limits;
mod oracle;
mod pictures;
mod pki;
mod protected;
mod raised;
mod render;
mod rounds;
mod sealing;
mod self_check;
mod tag_places;
mod tags;
mod world;
