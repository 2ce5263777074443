//! The worker program that a signing service of a test starts.

use std::path::PathBuf;

/// The path of the program `pdf-worker`, as the build of the whole workspace puts it beside the tests.
///
/// # Panics
///
/// Where it was not built.
pub fn pdf_worker() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let built = test
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("pdf-worker"))
        .find(|path| path.is_file());
    built.unwrap_or_else(|| {
        panic!(
            "the program pdf-worker is not built, and without it no PDF is worked on: \
             run `cargo build --package pdf-worker`, or build the workspace with --bins"
        )
    })
}
