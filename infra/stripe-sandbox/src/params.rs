//! Form-encoded parameters with Stripe's bracket nesting, taken one by one so that what is left over is unknown.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::api_error::ApiError;

/// Stripe's limits on metadata.
const METADATA_KEYS: usize = 50;
const METADATA_KEY_CHARS: usize = 40;
const METADATA_VALUE_CHARS: usize = 500;

/// Parameters by their full name: `line_items[0][price_data][currency]`.
#[derive(Debug)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        let mut named = BTreeMap::new();
        let mut appended: BTreeMap<String, usize> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            let name = match name.strip_suffix("[]") {
                Some(list) => {
                    let next = appended.entry(list.to_owned()).or_default();
                    let index = *next;
                    *next += 1;
                    format!("{list}[{index}]")
                }
                None => name.into_owned(),
            };
            named.insert(name, value.into_owned());
        }
        Self(named)
    }

    /// What makes two requests the same to an idempotency key.
    pub(crate) fn fingerprint(&self, method: &str, path: &str) -> String {
        let mut hash = Sha256::new();
        for part in [method, path].into_iter().chain(
            self.0
                .iter()
                .flat_map(|(name, value)| [name.as_str(), value]),
        ) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    /// The value, if it was given; Stripe takes an empty one for absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn require(&mut self, name: &str) -> Result<String, ApiError> {
        self.take(name).ok_or_else(|| ApiError::missing(name))
    }

    /// The value, at most `chars` long.
    pub(crate) fn take_text(
        &mut self,
        name: &str,
        chars: usize,
    ) -> Result<Option<String>, ApiError> {
        match self.take(name) {
            Some(value) if value.chars().count() > chars => Err(ApiError::invalid(
                name,
                format!("Invalid string: must be at most {chars} characters"),
            )),
            value => Ok(value),
        }
    }

    pub(crate) fn take_integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        value
            .parse()
            .map(Some)
            .map_err(|_| ApiError::not_an_integer(name, &value))
    }

    /// The value, which must be one of `allowed`; absent is fine.
    pub(crate) fn take_one_of(
        &mut self,
        name: &str,
        allowed: &[&str],
    ) -> Result<Option<String>, ApiError> {
        match self.take(name) {
            Some(value) if !allowed.contains(&value.as_str()) => {
                let allowed = allowed.join(", ");
                Err(ApiError::invalid(
                    name,
                    format!("Invalid {name}: must be one of {allowed} (in this sandbox)"),
                ))
            }
            value => Ok(value),
        }
    }

    /// `name[0]`, `name[1]`, … as values.
    pub(crate) fn take_list(&mut self, name: &str) -> Vec<String> {
        (0..self.0.len())
            .map_while(|index| self.0.remove(&format!("{name}[{index}]")))
            .collect()
    }

    /// `name[0][…]`, `name[1][…]`, … : how many in a row there are.
    pub(crate) fn count(&self, name: &str) -> usize {
        let given = |index: &usize| {
            let prefix = format!("{name}[{index}]");
            self.0
                .range(prefix.clone()..)
                .next()
                .is_some_and(|(found, _)| found.starts_with(&prefix))
        };
        (0..self.0.len()).take_while(given).count()
    }

    /// `name[key]` for every key, within Stripe's limits.
    pub(crate) fn take_metadata(
        &mut self,
        name: &str,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let prefix = format!("{name}[");
        let given: Vec<String> = self
            .0
            .keys()
            .filter(|key| key.starts_with(&prefix))
            .cloned()
            .collect();
        let mut metadata = BTreeMap::new();
        for full in given {
            let Some(key) = full
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(']'))
            else {
                continue;
            };
            if key.is_empty() || key.contains(['[', ']']) {
                continue; // stays behind, so `finish` names it
            }
            if key.chars().count() > METADATA_KEY_CHARS {
                return Err(ApiError::invalid(
                    &full,
                    format!("Metadata keys have up to {METADATA_KEY_CHARS} characters"),
                ));
            }
            let key = key.to_owned();
            if let Some(value) = self.take_text(&full, METADATA_VALUE_CHARS)? {
                metadata.insert(key, value);
            }
        }
        if metadata.len() > METADATA_KEYS {
            return Err(ApiError::invalid(
                name,
                format!("Metadata has up to {METADATA_KEYS} keys"),
            ));
        }
        Ok(metadata)
    }

    /// Everything was taken, or the first that was not is unknown.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        match self.0.into_keys().next() {
            Some(name) => Err(ApiError::unknown_parameter(&name)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_may_come_escaped_and_lists_without_an_index() {
        let mut params = Params::parse(
            b"line_items%5B0%5D%5Bquantity%5D=2&expand[]=payment_intent&expand[]=customer",
        );
        assert_eq!(params.count("line_items"), 1);
        assert_eq!(
            params.take_integer("line_items[0][quantity]").unwrap(),
            Some(2)
        );
        assert_eq!(params.take_list("expand"), ["payment_intent", "customer"]);
        params.finish().unwrap();
    }

    #[test]
    fn what_nobody_took_is_unknown() {
        let mut params = Params::parse(b"mode=payment&metadata[a]=1&metadata[b][c]=2");
        params.take("mode");
        params.take_metadata("metadata").unwrap();
        assert_eq!(
            params.finish().unwrap_err().param.as_deref(),
            Some("metadata[b][c]")
        );
    }

    #[test]
    fn the_order_of_parameters_does_not_change_the_fingerprint() {
        let one = Params::parse(b"a=1&b=2").fingerprint("POST", "/v1/x");
        assert_eq!(one, Params::parse(b"b=2&a=1").fingerprint("POST", "/v1/x"));
        assert_ne!(one, Params::parse(b"a=12&b=").fingerprint("POST", "/v1/x"));
    }
}
