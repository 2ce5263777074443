//! The settings of text messages: which provider, how we prove who we are, and as whom we send.

use std::time::Duration;

use ::sms::{BodyTemplate, Header, ProviderConfig};

use super::validate::Judge;

/// For one call of the provider: less than the minute after which another worker would try the same message.
const TIMEOUT: Duration = Duration::from_secs(15);

impl Judge<'_> {
    /// The provider; none: text messages stay in the local outbox, or are refused where others than this machine use the server.
    pub(super) fn sms(&mut self) -> Option<ProviderConfig> {
        if self.raw.text("sms_url").is_empty() {
            if !self.raw.text("sms_header").is_empty() {
                self.wrong.push(
                    "sms_header: without sms_url nothing is sent; name the provider there"
                        .to_owned(),
                );
            }
            return None;
        }
        let url = self.url("sms_url");
        if url.as_ref().is_some_and(|url| !::sms::is_sound_url(url)) {
            self.wrong
                .push("sms_url: wants https, or http on this machine only".to_owned());
        }
        let header = self.sms_header();
        let body = BodyTemplate::parse(self.raw.text("sms_body"))
            .map_err(|why| self.wrong.push(format!("sms_body: {why}")))
            .ok();
        Some(ProviderConfig {
            url: url?,
            header,
            body: body?,
            from: self.raw.text("sms_from").to_owned(),
            timeout: TIMEOUT,
        })
    }

    /// It is a secret: what is wrong with it is told without it.
    fn sms_header(&mut self) -> Option<Header> {
        let line = self.raw.text("sms_header");
        if line.is_empty() {
            return None;
        }
        Header::parse(line)
            .map_err(|why| self.wrong.push(format!("sms_header: {why}")))
            .ok()
    }
}
