//! Every service's document as a file, and the public contract gathered from them.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, PathItem};

/// Operations with this tag are for integrators.
const PUBLIC_TAG: &str = "public";

const INTRODUCTION: &str = "Sell nothing twice, sign everything once: register a signature request with a PDF, send the signer the link, \
get a callback, download the sealed file. Authenticate with an API key in the header `x-api-key`. Every refusal names a stable code; \
each code has its page under `/docs/errors/`. Creates and uploads may carry an `Idempotency-Key`; every billable answer carries \
`Charge-Id`, `Charge-State` and `Balance-Remaining`.";

/// Writes `tenant.json`, `billing.json`, `signing.json`, `gateway.json` and `public.json`.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let documents = [
        ("tenant", tenant::openapi()),
        ("billing", billing::openapi()),
        ("signing", signing::openapi()),
        ("gateway", gateway::openapi::document()),
        ("public", public()),
    ];
    for (name, document) in documents {
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, format!("{}\n", document.to_pretty_json()?))?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    Ok(())
}

/// What integrators may call, from every service's document.
pub(crate) fn public() -> OpenApi {
    let mut gathered = signing::openapi();
    gathered.merge(billing::openapi());
    gathered.merge(gateway::openapi::document());
    gathered.info = InfoBuilder::new()
        .title("OKdokument API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(INTRODUCTION))
        .build();
    gathered.paths.paths.retain(|_, item| is_public(item));
    keep_used_schemas(&mut gathered);
    let components = gathered.components.get_or_insert_default();
    components.security_schemes.insert(
        "apiKey".to_owned(),
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key"))).into(),
    );
    gathered
}

fn is_public(item: &PathItem) -> bool {
    [&item.get, &item.post, &item.put, &item.patch, &item.delete]
        .into_iter()
        .flatten()
        .any(|operation| operation.tags.iter().flatten().any(|tag| tag == PUBLIC_TAG))
}

/// Drops the schemas that no public operation speaks of, and those that only they speak of.
fn keep_used_schemas(document: &mut OpenApi) {
    let Some(components) = document.components.as_mut() else {
        return;
    };
    let mut used = BTreeSet::new();
    let mut unread = references(&document.paths);
    while let Some(name) = unread.pop() {
        if used.insert(name.clone()) {
            unread.extend(
                components
                    .schemas
                    .get(&name)
                    .map(references)
                    .unwrap_or_default(),
            );
        }
    }
    components.schemas.retain(|name, _| used.contains(name));
}

/// The schemas that a part of a document refers to.
fn references(part: &impl Serialize) -> Vec<String> {
    const PREFIX: &str = "\"#/components/schemas/";
    let text = serde_json::to_string(part).unwrap_or_default();
    text.split(PREFIX)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_contract_speaks_of_nothing_internal() {
        let text = serde_json::to_string(&public()).unwrap();
        for internal in ["/internal/", "/api/tenant", "/stripe/webhook", "KeyRecord"] {
            assert!(!text.contains(internal), "{internal}");
        }
        assert!(
            text.contains("/JSON/signatureRequest")
                && text.contains("/JSON/counter")
                && text.contains("/v1/charges")
        );
    }

    #[test]
    fn every_reference_has_its_schema() {
        let document = public();
        let known: BTreeSet<_> = document
            .components
            .as_ref()
            .unwrap()
            .schemas
            .keys()
            .cloned()
            .collect();
        for name in references(&document) {
            assert!(known.contains(&name), "{name}");
        }
    }
}
