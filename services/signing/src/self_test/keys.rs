//! Whether each key that the operator brought signs, so that the signature holds by the certificate beside it.

use async_trait::async_trait;
use pki::SealIdentity;

use super::{Check, told};
use crate::desk::Desk;
use crate::sealing::SealTold;

pub(super) struct BroughtKeys;

#[async_trait]
impl Check for BroughtKeys {
    fn name(&self) -> &'static str {
        "keys"
    }

    /// What one of them does not sign would be sealed by nobody: another tenant's key never steps in.
    fn is_required(&self) -> bool {
        true
    }

    async fn run(&self, desk: &Desk) -> Result<String, String> {
        let brought = desk.authority.brought().clone();
        let now = desk.clock.now();
        // RSA takes its milliseconds, and there may be hundreds.
        let tried = move || -> Result<Vec<SealTold>, String> {
            for (tenant, seal) in brought.all() {
                let whose = whose(tenant);
                sign(seal).map_err(|why| format!("the seal of {whose} does not sign: {why}"))?;
            }
            Ok(brought.tell(now))
        };
        let seals = desk.engine.own(tried).await.map_err(told)??;
        Ok(said(&seals))
    }
}

fn whose(tenant: Option<domain::TenantId>) -> String {
    tenant.map_or_else(|| "all tenants".to_owned(), |id| id.to_string())
}

fn sign(seal: &SealIdentity) -> Result<(), String> {
    let digest: [u8; 32] = rand::random();
    let signature = pki::signature_over(&digest, seal).map_err(told)?;
    let by = pki::verify(&signature, &digest).map_err(told)?;
    if by.certificate_der == seal.certificate_der() {
        Ok(())
    } else {
        Err("its signature is by another certificate".to_owned())
    }
}

/// How many sign, and what will make trouble soon.
fn said(seals: &[SealTold]) -> String {
    if seals.is_empty() {
        return "none was brought; every tenant is sealed for by our own authority".to_owned();
    }
    let common = seals.iter().find(|seal| seal.tenant.is_none());
    let common = common.map_or_else(
        || "our own authority seals for the others".to_owned(),
        |seal| format!("{} seals for the others", seal.subject),
    );
    let own = seals.iter().filter(|seal| seal.tenant.is_some()).count();
    let warnings: String = seals
        .iter()
        .flat_map(|seal| {
            let whose = whose(seal.tenant);
            let warned = seal.warnings.iter();
            warned.map(move |why| format!("; WARNING, seal of {whose}: {why}"))
        })
        .collect();
    format!("{own} of single tenants sign, and {common}{warnings}")
}
