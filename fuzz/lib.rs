//! What the targets share: how a run begins, the world they live in, and the files they begin with.

mod asn1;
mod seeds;
mod world;

pub use asn1::{certificate_of, ocsp_of, pkcs12_of, signed_by};
pub use seeds::Kind;
pub use world::{PASSWORD, World};

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::OnceLock;

use rustix::time::{ClockId, clock_gettime};

/// Seconds of processor time that a run may take. Time on the clock says little where several targets share a machine;
/// the fuzzer's own limit on it is for what never ends.
const MOST_SECONDS: i64 = 10;

thread_local! {
    /// What the last panic said, and where it was.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}
/// Where the bytes of the run under way are kept: a stack that overflows leaves no other trace.
static UNDER_WAY: OnceLock<PathBuf> = OnceLock::new();

/// Called once before a target's first input. Where `OKD_FUZZ_SEEDS` names a folder, the corpus is put there; where
/// `OKD_FUZZ_UNDER_WAY` names a file, the input of each run is.
pub fn begin(kind: Kind) {
    // The fuzzer's own hook ends the run on every panic, on those too that the engine answers for at its border, where
    // it calls parsers of others.
    std::panic::set_hook(Box::new(|panic| {
        let said = format!("{panic}\n{}", Backtrace::force_capture());
        LAST_PANIC.with_borrow_mut(|last| *last = said);
    }));
    if let Some(folder) = std::env::var_os("OKD_FUZZ_SEEDS") {
        seeds::write(kind, folder.as_ref());
    }
    if let Some(file) = std::env::var_os("OKD_FUZZ_UNDER_WAY") {
        UNDER_WAY.get_or_init(|| file.into());
    }
}

/// One run on `bytes`. A panic that comes out of it is a finding, told and then ended upon; one that the engine turned
/// into a refusal is none.
pub fn watched(bytes: &[u8], run: impl FnOnce(&'static World)) {
    if let Some(file) = UNDER_WAY.get() {
        std::fs::write(file, bytes).expect("the input under way can be kept");
    }
    let world = World::get();
    let began = seconds();
    if catch_unwind(AssertUnwindSafe(|| run(world))).is_err() {
        LAST_PANIC.with_borrow(|said| eprintln!("PANIC {said}"));
        std::process::abort();
    }
    let took = seconds() - began;
    if took >= MOST_SECONDS {
        eprintln!("HANG {took} s");
        std::process::abort();
    }
}

/// Processor time of this thread.
fn seconds() -> i64 {
    clock_gettime(ClockId::ThreadCPUTime).tv_sec
}
