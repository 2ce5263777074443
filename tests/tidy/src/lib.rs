//! Rules about the repository that no compiler holds: who may import whom, how long a file may be, where rows may be
//! read. Each rule is a function from made-up or real input to a list of sentences that say what to mend, and each has a
//! test that makes it fail.
//!
//! `cargo nextest run -p tidy`

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod dead_files;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod length;
#[cfg(test)]
mod lock_files;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod names;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod stubs;
