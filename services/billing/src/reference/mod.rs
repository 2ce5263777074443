//! A reference model of the ledger beside the real store: whatever happens in whatever order, both must tell the same after
//! every step. Faults in the code, one condition turned off at a time, show that the model would notice.

mod act;
mod books;
mod crash;
mod model;
mod money;
mod witness;
mod world;

use std::panic;

use fail::FailScenario;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};
use store_kit::Db;
use tokio::runtime::Runtime;

use self::act::{Step, steps};
use self::world::World;
use crate::fault;

/// Cases in the gate, and in the soak.
const CASES: u32 = 64;
const MANY_CASES: u32 = 1_500;
/// A fault must be found within so many cases, which are the same on every run.
const CASES_FOR_A_FAULT: u32 = 400;

/// A store that cases are played on, one after the other.
struct Stage {
    runtime: Runtime,
    db: Db,
    _folder: tempfile::TempDir,
    // Failpoints are the process's: one test at a time may set them.
    _scenario: FailScenario<'static>,
}

impl Stage {
    fn new() -> Self {
        let scenario = FailScenario::setup();
        panic::set_hook(Box::new(|told| {
            // Hundreds of them are what the cases are about.
            let is_wanted = told
                .payload_as_str()
                .is_some_and(|text| text.starts_with("failpoint "));
            if !is_wanted {
                eprintln!("{told}");
            }
        }));
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let db = runtime.block_on(world::store(&folder));
        Self {
            runtime,
            db,
            _folder: folder,
            _scenario: scenario,
        }
    }

    fn play(&self, steps: &[Step]) -> Result<(), TestCaseError> {
        let played = self.runtime.block_on(World::play(&self.db, steps));
        played.map_err(TestCaseError::fail)
    }

    fn search(&self, runner: &mut TestRunner) -> Result<(), TestError<Vec<Step>>> {
        runner.run(&steps(), |steps| self.play(&steps))
    }
}

fn the_store_does_as_the_model(cases: u32) {
    let stage = Stage::new();
    let config = Config {
        cases,
        // What was ever found is played first, for ever.
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(FileFailurePersistence::SourceParallel(
            "proptest-regressions",
        ))),
        max_shrink_iters: 400,
        ..Config::default()
    };
    if let Err(found) = stage.search(&mut TestRunner::new(config)) {
        panic!("{found}");
    }
}

#[test]
fn the_store_does_as_the_model_whatever_happens() {
    the_store_does_as_the_model(CASES);
}

#[test]
fn soak_the_store_does_as_the_model_whatever_happens() {
    the_store_does_as_the_model(MANY_CASES);
    println!("soak: {MANY_CASES} cases of the ledger's reference model on SQLite");
}

/// Turns one condition off and has the model look for it. What it finds is played once more without the fault, where nothing
/// is wrong with it: so it was the fault that was found, and the code that has it ran.
fn the_model_finds(name: &'static str, as_one_of: &[&str]) {
    let stage = Stage::new();
    let config = Config {
        cases: CASES_FOR_A_FAULT,
        failure_persistence: None,
        max_shrink_iters: 16,
        ..Config::default()
    };
    let same_on_every_run = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, same_on_every_run);
    fail::cfg(name, "return").unwrap();
    let Err(TestError::Fail(why, steps)) = stage.search(&mut runner) else {
        panic!("{name} was not found");
    };
    println!("{name} was found: {why}\n{steps:#?}");
    let is_it = as_one_of.iter().any(|what| why.message().contains(what));
    assert!(is_it, "{name} was found as {why}");
    fail::remove(name);
    stage.play(&steps).unwrap();
}

#[test]
fn the_model_finds_that_units_are_taken_which_are_not_available() {
    the_model_finds(
        fault::TAKES_WHAT_IS_NOT_AVAILABLE,
        &["the answer to a reservation"],
    );
}

#[test]
fn the_model_finds_that_any_4xx_settles() {
    the_model_finds(
        "client-signing::fault::settle-on-any-4xx",
        &["a charge ended", "the answer to a settlement"],
    );
}

#[test]
fn the_model_finds_that_time_frees_a_unit() {
    the_model_finds(fault::FREES_ON_A_TIMER, &["a charge ended"]);
}

#[test]
fn the_model_finds_that_a_unit_which_expired_while_it_was_held_does_not_come_back() {
    the_model_finds(fault::LOSES_WHAT_EXPIRED, &["the lots"]);
}

#[test]
fn the_model_finds_that_a_unit_comes_back_to_another_lot() {
    the_model_finds(
        fault::RELEASES_TO_ANOTHER_LOT,
        &["the lots", "the answer to a settlement"],
    );
}
