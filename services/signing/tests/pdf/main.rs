//! The PDF engine and the seals, judged by other people's programs: poppler, qpdf and pyHanko.

mod forms;
mod ingest;
mod ink;
mod inspect;
mod oracle;
mod pki;
mod sealing;
mod world;
