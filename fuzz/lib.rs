//! What the targets share: how a run begins, and the files it begins with.

mod seeds;

pub use seeds::{Kind, world};

/// Called once before a target's first input. Panics that the engine catches (a parser's, on hostile bytes) are no
/// finding; one that comes out of the engine is, and the fuzzer's own guard ends the run on it. Where `OKD_FUZZ_SEEDS`
/// names a folder, the corpus is put there.
pub fn begin(kind: Kind) {
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(folder) = std::env::var_os("OKD_FUZZ_SEEDS") {
        seeds::write(kind, folder.as_ref());
    }
}
