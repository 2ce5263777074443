//! Whether the program that makes PDFs of office files answers, where this server has one.

use async_trait::async_trait;

use super::Check;
use crate::desk::Desk;

pub(super) struct OfficeConverter;

#[async_trait]
impl Check for OfficeConverter {
    fn name(&self) -> &'static str {
        "converter"
    }

    /// Without it Word and Excel files are refused, and everything else works.
    fn is_required(&self) -> bool {
        false
    }

    async fn run(&self, desk: &Desk) -> Result<String, String> {
        let Some(converter) = &desk.converter else {
            return Ok("none is set; Word and Excel files are refused".to_owned());
        };
        let version = converter
            .version()
            .await
            .map_err(|error| error.to_string())?;
        Ok(format!("{version} answers"))
    }
}
