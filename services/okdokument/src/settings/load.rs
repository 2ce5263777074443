//! Reads the settings' three sources into one table. The only place that looks at the environment.

use std::path::Path;

use toml::{Table, Value};

use super::WrongSettings;

/// The documented defaults, as `okdokument config` prints them.
pub(crate) const DEFAULTS: &str = include_str!("defaults.toml");

const PREFIX: &str = "OKD_";
/// Variables of the build and its tools that share the prefix.
const NOT_OURS: [&str; 3] = ["OKD_BIN", "OKD_CACHE", "OKD_PYHANKO"];

/// Every setting by name, with the type of its default.
pub(crate) struct Raw(Table);

impl Raw {
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        self.0
            .get(name)
            .and_then(Value::as_integer)
            .unwrap_or_default()
    }
}

/// Defaults, then the file, then the environment.
pub(crate) fn read(file: Option<&Path>) -> Result<Raw, WrongSettings> {
    let given = match file {
        None => Table::new(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|e| one(format!("--config {}: cannot be read: {e}", path.display())))?
            .parse()
            .map_err(|e: toml::de::Error| {
                one(format!("--config {}: {}", path.display(), e.message()))
            })?,
    };
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    merge(given, variables)
}

fn merge(
    given: Table,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Raw, WrongSettings> {
    let mut settings: Table = DEFAULTS
        .parse()
        .map_err(|e: toml::de::Error| one(e.message().to_owned()))?;
    let mut wrong = Vec::new();
    for (name, value) in given {
        match settings.get_mut(&name) {
            None => wrong.push(format!(
                "{name}: there is no such setting; `okdokument config` lists all"
            )),
            Some(current) if current.same_type(&value) => *current = value,
            Some(current) => wrong.push(format!(
                "{name}: wants {}, got {}",
                wanted(current),
                value.type_str()
            )),
        }
    }
    for (variable, value) in variables {
        let Some(name) = variable.strip_prefix(PREFIX).map(str::to_lowercase) else {
            continue;
        };
        if NOT_OURS.contains(&variable.as_str()) {
            continue;
        }
        match settings.get_mut(&name) {
            None => wrong.push(format!(
                "{variable}: there is no such setting; `okdokument config` lists all"
            )),
            Some(current) => match parsed(current, &value) {
                Some(value) => *current = value,
                None => wrong.push(format!(
                    "{variable}: wants {}, got {value:?}",
                    wanted(current)
                )),
            },
        }
    }
    if wrong.is_empty() {
        Ok(Raw(settings))
    } else {
        Err(WrongSettings(wrong))
    }
}

/// A variable's text as the type of the setting's default.
fn parsed(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        _ => Some(Value::String(text.to_owned())),
    }
}

fn wanted(default: &Value) -> &'static str {
    match default {
        Value::Boolean(_) => "true or false",
        Value::Integer(_) => "a whole number",
        _ => "text",
    }
}

fn one(line: String) -> WrongSettings {
    WrongSettings(vec![line])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(file: &str, variables: &[(&str, &str)]) -> Result<Raw, WrongSettings> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        merge(file.parse().unwrap(), variables)
    }

    #[test]
    fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
        let raw = merged(
            "demo = false\nlog = \"debug\"",
            &[("OKD_LOG", "trace"), ("PATH", "/bin")],
        )
        .unwrap();
        assert!(!raw.flag("demo"));
        assert_eq!(raw.text("log"), "trace");
        assert_eq!(raw.text("api_addr"), "127.0.0.1:8080");
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let Err(WrongSettings(wrong)) =
            merged("demoo = true\nrate_burst = \"x\"", &[("OKD_DEMO", "maybe")])
        else {
            panic!("taken");
        };
        assert_eq!(wrong.len(), 3);
        assert!(wrong.iter().any(|line| line.starts_with("demoo:")));
        assert!(
            wrong
                .iter()
                .any(|line| line.starts_with("rate_burst: wants a whole number"))
        );
        assert!(
            wrong
                .iter()
                .any(|line| line.starts_with("OKD_DEMO: wants true or false"))
        );
    }

    #[test]
    fn a_secret_of_digits_stays_text() {
        let raw = merged(
            "",
            &[("OKD_MASTER_SECRET", "01234567890123456789012345678901")],
        )
        .unwrap();
        assert_eq!(
            raw.text("master_secret"),
            "01234567890123456789012345678901"
        );
    }
}
