//! Every setting of a tenant and of a key: its name, type, default and meaning, one line each. What is not here cannot be set.

use thiserror::Error;

use super::values::{Bounded, FrameHosts, Language, OfTenant, OrElse, Server, Switch, Value, Zone};

/// Days for which a document is kept.
pub(crate) type Days = Bounded<1, 3_650>;
/// Bytes of a decoded file. The largest is what a worker's memory has room for.
pub(crate) type FileBytes = Bounded<100_000, 50_000_000>;
/// Calls a second.
pub(crate) type Rate = Bounded<1, 10_000>;
/// Calls at once.
pub(crate) type Burst = Bounded<1, 100_000>;

/// Takes a setting back to its default.
const DEFAULT: &str = "default";

/// What an operator wrote cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum WrongSetting {
    #[error("{name}: there is no such setting")]
    Unknown { name: String },
    #[error("{name}: wants {wants}, got {got:?}")]
    Value {
        name: &'static str,
        wants: String,
        got: String,
    },
}

impl WrongSetting {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Unknown { name } => name,
            Self::Value { name, .. } => name,
        }
    }
}

/// A setting as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) default: String,
    pub(crate) wants: String,
    pub(crate) meaning: &'static str,
}

macro_rules! settings {
    ($(#[$doc:meta])* $struct:ident {
        $($field:ident: $type:ty = $default:expr, $name:literal, $meaning:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) struct $struct {
            $(pub(crate) $field: $type,)*
        }

        impl Default for $struct {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $struct {
            /// Takes a value over; the word `default` takes the setting back.
            pub(crate) fn set(&mut self, name: &str, text: &str) -> Result<(), WrongSetting> {
                let text = text.trim();
                match name {
                    $($name if text == DEFAULT => self.$field = $default,
                    $name => match Value::read(text) {
                        Some(value) => self.$field = value,
                        None => return Err(WrongSetting::Value {
                            name: $name,
                            wants: <$type as Value>::wants(),
                            got: text.to_owned(),
                        }),
                    },)*
                    _ => return Err(WrongSetting::Unknown { name: name.to_owned() }),
                }
                Ok(())
            }

            /// All of them, in the order of the table.
            pub(crate) fn lines(&self) -> Vec<Line> {
                let default = Self::default();
                vec![$(Line {
                    name: $name,
                    value: self.$field.write(),
                    default: default.$field.write(),
                    wants: <$type as Value>::wants(),
                    meaning: $meaning,
                },)*]
            }
        }
    };
}

settings! {
    /// A tenant's settings, defaults where none was set.
    Settings {
    language: Language = Language::SLOVAK, "language",
        "language of mail, text messages, audit pages and the signing page, where a request names none";
    zone: Zone = Zone::bratislava(), "zone",
        "the zone in which times are shown and reminders go out";
    keep_signed: Days = Days::of(domain::DEFAULT_KEEP_SIGNED_DAYS), "keep-signed-days",
        "for how many days after its signature a document is kept";
    keep_unsigned: Days = Days::of(domain::DEFAULT_KEEP_UNSIGNED_DAYS), "keep-unsigned-days",
        "for how many days after its upload, or the last `changeState`, a document is kept that nobody signed";
    max_file: FileBytes = FileBytes::of(10_000_000), "max-file-bytes",
        "the largest file, decoded";
    sms: Switch = Switch::Off, "sms",
        "whether codes may be sent by text message";
    https_callbacks: Switch = Switch::Off, "https-callbacks-only",
        "whether a callback's address must be https";
    frame_hosts: FrameHosts = FrameHosts::default(), "frame-hosts",
        "whose pages may show the signing page in a frame, beside our own";
    rate: OrElse<Rate, Server> = OrElse::of(None), "requests-per-second",
        "calls a second of each of its keys; `server` is the server's `rate_per_second`, 50 where nobody changed it";
    burst: OrElse<Burst, Server> = OrElse::of(None), "burst",
        "calls of each of its keys at once; `server` is the server's `rate_burst`, 100 where nobody changed it";
    debt_blocks: OrElse<Switch, Server> = OrElse::of(None), "debt-blocks",
        "whether nothing new is registered while units are owed; `server` is the server's `debt_blocks`, off where nobody changed it";
    purchase_pays_debt: OrElse<Switch, Server> = OrElse::of(None), "purchase-pays-debt",
        "whether a purchase pays with its units first what is owed; `server` is the server's `purchase_pays_debt`, off where nobody changed it";
    }
}

settings! {
    /// A key's settings, its tenant's where none was set.
    KeySettings {
    rate: OrElse<Rate, OfTenant> = OrElse::of(None), "requests-per-second",
        "calls a second of this key; `tenant` is what its tenant has";
    burst: OrElse<Burst, OfTenant> = OrElse::of(None), "burst",
        "calls of this key at once; `tenant` is what its tenant has";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the operator's manual, line by line.
    fn table() -> String {
        let rows = Settings::default().lines().into_iter().map(|line| {
            let Line {
                name,
                default,
                wants,
                meaning,
                ..
            } = line;
            format!("| `{name}` | `{default}` | {wants} | {meaning} |\n")
        });
        format!(
            "| Setting | Default | Takes | Meaning |\n| --- | --- | --- | --- |\n{}",
            rows.collect::<String>()
        )
    }

    #[test]
    fn the_manual_has_the_table_of_the_code() {
        let manual = include_str!("../../../../docs/operating/tenant-settings.md");
        assert!(manual.contains(&table()), "the manual wants\n{}", table());
    }

    #[test]
    fn every_default_reads_back_and_can_be_taken_back() {
        let defaults = Settings::default();
        let mut settings = defaults.clone();
        for line in defaults.lines() {
            settings.set(line.name, &line.value).unwrap();
        }
        assert_eq!(settings, defaults);
        settings.set("keep-signed-days", "90").unwrap();
        assert_ne!(settings, defaults);
        settings.set("keep-signed-days", "default").unwrap();
        assert_eq!(settings, defaults);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_changes_nothing() {
        let mut settings = Settings::default();
        for (name, text) in [
            ("language", "de"),
            ("language", ""),
            ("zone", "Europe/Bratislawa"),
            ("zone", "posixrules"),
            ("zone", "Etc/Unknown"),
            ("zone", "../../etc/passwd"),
            ("keep-signed-days", "0"),
            ("keep-unsigned-days", "3651"),
            ("keep-unsigned-days", "ten"),
            ("keep-unsigned-days", "-1"),
            ("max-file-bytes", "99999"),
            ("max-file-bytes", "50000001"),
            ("sms", "yes"),
            ("https-callbacks-only", "server"),
            ("frame-hosts", "*"),
            ("frame-hosts", "a.sk; script-src *"),
            ("frame-hosts", "'unsafe-inline'"),
            ("frame-hosts", "javascript://a.sk"),
            ("frame-hosts", "https://a.sk/path"),
            ("frame-hosts", "-a.sk"),
            ("frame-hosts", "a.sk:0"),
            ("frame-hosts", ""),
            ("requests-per-second", "0"),
            ("requests-per-second", "10001"),
            ("burst", "0"),
        ] {
            let refused = settings.set(name, text).unwrap_err();
            assert!(
                matches!(refused, WrongSetting::Value { .. }),
                "{name}={text}"
            );
            assert!(refused.to_string().starts_with(&format!("{name}: wants ")));
        }
        assert!(matches!(
            settings.set("keep-signed", "3").unwrap_err(),
            WrongSetting::Unknown { .. }
        ));
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn values_are_kept_in_one_form() {
        let mut settings = Settings::default();
        for (name, text, kept) in [
            ("language", "UK", "uk"),
            ("zone", "europe/kyiv", "Europe/Kyiv"),
            ("zone", "UTC", "UTC"),
            (
                "frame-hosts",
                "HTTPS://Crm.Example.sk *.b.sk:8443",
                "https://crm.example.sk,*.b.sk:8443",
            ),
            ("frame-hosts", "none", "none"),
            ("requests-per-second", "10", "10"),
            ("requests-per-second", "server", "server"),
            ("sms", "on", "on"),
        ] {
            settings.set(name, text).unwrap();
            let line = settings.lines().into_iter().find(|line| line.name == name);
            assert_eq!(line.unwrap().value, kept);
        }
    }
}
