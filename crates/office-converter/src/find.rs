//! Where LibreOffice is.

use std::path::{Path, PathBuf};

/// Where packages put it.
const USUAL: [&str; 5] = [
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/usr/local/bin/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
];

/// The first that is there.
pub fn find() -> Option<PathBuf> {
    let usual = USUAL.iter().map(Path::new);
    usual
        .into_iter()
        .find(|path| path.is_file())
        .map(Path::to_owned)
}
