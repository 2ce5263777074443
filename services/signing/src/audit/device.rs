//! What a browser says of itself, brought down to what an audit record needs: kind of device, browser, system. The text itself is
//! not kept: it can single a person out, and proves no more.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DeviceClass {
    Computer,
    Phone,
    Tablet,
    Unknown,
}

/// A device as its `User-Agent` describes it (RFC 9110, section 10.1.5): told by the signer's side, not proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Device {
    pub(crate) class: DeviceClass,
    /// Name and first number, such as `Firefox 132`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) browser: Option<String>,
    /// Such as `Android 15`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) system: Option<String>,
}

/// Tokens of browsers; the first that is found decides, since most also name those they descend from.
const BROWSERS: [(&str, &str); 12] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

impl Device {
    pub(crate) fn of(user_agent: &str) -> Self {
        let browser = BROWSERS.into_iter().find_map(|(token, name)| {
            let number = number_after(user_agent, token)?;
            Some(match number.as_str() {
                "" => name.to_owned(),
                number => format!("{name} {number}"),
            })
        });
        Self {
            class: class(user_agent),
            browser,
            system: system(user_agent),
        }
    }

    /// Whether it is held in a hand, as far as it tells.
    pub(crate) const fn is_held(&self) -> bool {
        matches!(self.class, DeviceClass::Phone | DeviceClass::Tablet)
    }
}

fn class(agent: &str) -> DeviceClass {
    let has = |token| agent.contains(token);
    if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        DeviceClass::Tablet
    } else if has("iPhone") || has("iPod") || has("Mobile") {
        DeviceClass::Phone
    } else if has("Windows NT") || has("Macintosh") || has("X11") || has("CrOS") {
        DeviceClass::Computer
    } else {
        DeviceClass::Unknown
    }
}

fn system(agent: &str) -> Option<String> {
    let with_number = |name: &str, token: &str| {
        let number = number_after(agent, token)?;
        Some(format!("{name} {number}").trim_end().to_owned())
    };
    if let Some(found) = with_number("Android", "Android ") {
        return Some(found);
    }
    if agent.contains("iPhone") || agent.contains("iPad") || agent.contains("iPod") {
        return with_number("iOS", " OS ").or(Some("iOS".to_owned()));
    }
    // Browsers freeze these numbers, so none is told.
    [
        ("CrOS", "ChromeOS"),
        ("Windows NT", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find(|(token, _)| agent.contains(token))
    .map(|(_, name)| name.to_owned())
}

/// The whole number that stands after a token.
fn number_after(agent: &str, token: &str) -> Option<String> {
    const MAX_DIGITS: usize = 5;
    let (_, rest) = agent.split_once(token)?;
    let digits = rest.chars().take_while(char::is_ascii_digit);
    Some(digits.take(MAX_DIGITS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(agent: &str) -> (DeviceClass, String, String) {
        let device = Device::of(agent);
        (
            device.class,
            device.browser.unwrap_or_default(),
            device.system.unwrap_or_default(),
        )
    }

    #[test]
    fn common_browsers_are_told_apart() {
        use DeviceClass::{Computer, Phone, Tablet};
        for (agent, class, browser, system) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                Computer,
                "Edge 131",
                "Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                Computer,
                "Firefox 132",
                "Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                Phone,
                "Safari 18",
                "iOS 18",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                Phone,
                "Chrome 131",
                "Android 15",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Safari/537.36",
                Tablet,
                "Samsung Internet 26",
                "Android 14",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                Computer,
                "Safari 18",
                "macOS",
            ),
        ] {
            assert_eq!(
                told(agent),
                (class, browser.to_owned(), system.to_owned()),
                "{agent}"
            );
        }
    }

    #[test]
    fn nonsense_is_an_unknown_device_without_its_text() {
        let hostile = "curl/8 <script>alert(1)</script>";
        assert_eq!(
            told(hostile),
            (DeviceClass::Unknown, String::new(), String::new())
        );
        assert_eq!(
            told(""),
            (DeviceClass::Unknown, String::new(), String::new())
        );
    }
}
