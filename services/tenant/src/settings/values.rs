//! The types of settings: each is read from what an operator writes, and cannot hold what makes no sense.

use std::marker::PhantomData;

use jiff::tz::TimeZone;

/// Pages that one tenant may allow to frame its signing page.
const MAX_FRAME_HOSTS: usize = 20;
const NOTHING: &str = "none";

/// A value of a setting. What [`Value::write`] gives, [`Value::read`] takes.
pub(crate) trait Value: Sized {
    /// What an operator may write, as the end of a sentence.
    fn wants() -> String;
    fn read(text: &str) -> Option<Self>;
    fn write(&self) -> String;
}

/// A language of mail and pages, in two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language(&'static str);

impl Language {
    /// What a tenant has that chose none (spec section 4).
    pub(super) const SLOVAK: Self = Self("sk");

    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Value for Language {
    fn wants() -> String {
        format!("one of {}", domain::LANGUAGES.join(" "))
    }

    fn read(text: &str) -> Option<Self> {
        domain::LANGUAGES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(text))
            .map(Self)
    }

    fn write(&self) -> String {
        self.0.to_owned()
    }
}

/// A time zone that the zone database knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone(String);

impl Zone {
    pub(super) fn bratislava() -> Self {
        Self("Europe/Bratislava".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Zone {
    fn wants() -> String {
        "a time zone by its IANA name, such as Europe/Bratislava".to_owned()
    }

    /// The database also knows files that are no places, such as `posixrules`: a zone has a region, or is UTC.
    fn read(text: &str) -> Option<Self> {
        let zone = TimeZone::get(text).ok().filter(|zone| !zone.is_unknown())?;
        let name = zone.iana_name()?;
        (name.contains('/') || name == "UTC").then(|| Self(name.to_owned()))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

/// A whole number within bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounded<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// A number of our own code.
    pub(super) const fn of(number: u32) -> Self {
        assert!(MIN <= number && number <= MAX, "a default is within bounds");
        Self(number)
    }

    pub(crate) const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Value for Bounded<MIN, MAX> {
    fn wants() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(text: &str) -> Option<Self> {
        let number = text.parse().ok()?;
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}

/// Whose value counts where there is none.
pub(crate) trait Whose {
    const WORD: &'static str;
}

/// The server's own setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Server;

impl Whose for Server {
    const WORD: &'static str = "server";
}

/// The setting of the key's tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OfTenant;

impl Whose for OfTenant {
    const WORD: &'static str = "tenant";
}

/// A value, or that of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OrElse<T, W>(Option<T>, PhantomData<W>);

impl<T, W> OrElse<T, W> {
    pub(super) const fn of(own: Option<T>) -> Self {
        Self(own, PhantomData)
    }

    pub(crate) fn own(self) -> Option<T> {
        self.0
    }
}

impl<T: Value, W: Whose> Value for OrElse<T, W> {
    fn wants() -> String {
        format!(
            "{}, or {word} for the {word}'s own",
            T::wants(),
            word = W::WORD
        )
    }

    fn read(text: &str) -> Option<Self> {
        if text == W::WORD {
            return Some(Self::of(None));
        }
        T::read(text).map(|own| Self::of(Some(own)))
    }

    fn write(&self) -> String {
        self.0.as_ref().map_or_else(|| W::WORD.to_owned(), T::write)
    }
}

/// Something that a tenant has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl Value for Switch {
    fn wants() -> String {
        "on or off".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "on" => Some(Self::On),
            "off" => Some(Self::Off),
            _ => None,
        }
    }

    fn write(&self) -> String {
        if self.is_on() { "on" } else { "off" }.to_owned()
    }
}

/// A host whose pages may frame the signing page: a host source of the Content Security Policy (CSP level 3, section 2.3.1),
/// `https://crm.example.sk`, `crm.example.sk:8443` or `*.example.sk`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FrameHost(String);

impl FrameHost {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let address = ["https://", "http://"]
            .into_iter()
            .find_map(|scheme| text.strip_prefix(scheme))
            .unwrap_or(&text);
        let (host, port) = address
            .rsplit_once(':')
            .map_or((address, None), |(host, port)| (host, Some(port)));
        // A star alone would let everybody in.
        let named = host.strip_prefix("*.").unwrap_or(host);
        let is_host = named.len() <= 253 && named.split('.').all(is_label);
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
        (is_host && is_port).then_some(Self(text))
    }
}

/// One part of a host name (RFC 1123 section 2.1).
fn is_label(label: &str) -> bool {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The hosts that may frame the signing page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameHosts(Vec<FrameHost>);

impl FrameHosts {
    pub(crate) fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(|host| host.0.clone()).collect()
    }
}

impl Value for FrameHosts {
    fn wants() -> String {
        format!(
            "up to {MAX_FRAME_HOSTS} hosts such as https://crm.example.sk or *.example.sk, joined by commas, or {NOTHING}"
        )
    }

    fn read(text: &str) -> Option<Self> {
        if text == NOTHING {
            return Some(Self::default());
        }
        let hosts: Vec<_> = text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(FrameHost::parse)
            .collect::<Option<_>>()?;
        (1..=MAX_FRAME_HOSTS)
            .contains(&hosts.len())
            .then_some(Self(hosts))
    }

    fn write(&self) -> String {
        if self.0.is_empty() {
            return NOTHING.to_owned();
        }
        self.to_texts().join(",")
    }
}
