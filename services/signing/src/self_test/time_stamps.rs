//! Whether the time-stamping authority answers, by a real request.

use async_trait::async_trait;

use super::{Check, told};
use crate::desk::Desk;

pub(super) struct TimeStampingAuthority;

#[async_trait]
impl Check for TimeStampingAuthority {
    fn name(&self) -> &'static str {
        "time stamps"
    }

    /// It is another's server and comes back: until then seals wait, and everything else works.
    fn is_required(&self) -> bool {
        false
    }

    async fn run(&self, desk: &Desk) -> Result<String, String> {
        let level = desk.levels.reached();
        match desk.levels.try_time_stamp(rand::random()).await {
            None => Ok(format!("no authority is set; seals are made at {level}")),
            Some(Ok(by)) => Ok(format!("{by} answers; seals are made at {level}")),
            Some(Err(error)) => Err(format!(
                "{}; seals wait, and are tried again until it works",
                told(error)
            )),
        }
    }
}
