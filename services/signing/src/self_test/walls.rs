//! Whether a worker is as jailed as it should be on this machine.

use async_trait::async_trait;
use pdf_worker::Confinement;

use super::Check;
use crate::desk::Desk;

pub(super) struct WallsOfTheJail;

#[async_trait]
impl Check for WallsOfTheJail {
    fn name(&self) -> &'static str {
        "jail"
    }

    /// Where a system lacks a wall, that is said, and the operator decides.
    fn is_required(&self) -> bool {
        false
    }

    async fn run(&self, desk: &Desk) -> Result<String, String> {
        let workers = &desk.engine.workers;
        if let Confinement::Incomplete { missing } = workers.confinement() {
            return Err(format!(
                "workers run in an incomplete jail: without {missing}"
            ));
        }
        workers
            .self_test()
            .await
            .map_err(|fault| fault.to_string())?;
        Ok("a worker can read no file, use no network and start no process".to_owned())
    }
}
