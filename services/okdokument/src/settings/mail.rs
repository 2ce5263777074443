//! The settings of mail: which server, how we prove who we are, and as whom we send.

use std::path::Path;

use ::mail::{Address, Server, SmtpConfig};
use secrecy::SecretString;

use super::seals::read_roots;
use super::validate::Judge;

impl Judge<'_> {
    /// The mail server; none: letters stay in the local outbox.
    pub(super) fn mail(&mut self) -> Option<SmtpConfig> {
        let url = self.raw.text("mail_url");
        if url.is_empty() {
            for name in ["mail_password_file", "mail_from", "mail_roots"] {
                if !self.raw.text(name).is_empty() {
                    self.wrong.push(format!(
                        "{name}: without mail_url nothing is sent; name the mail server there"
                    ));
                }
            }
            return None;
        }
        let password = self.mail_password();
        // The address may hold a password: it is never told.
        let server = Server::parse(url, password)
            .map_err(|why| self.wrong.push(format!("mail_url: {why}")))
            .ok();
        let from = self.mail_from();
        let roots = self.mail_roots();
        Some(SmtpConfig {
            server: server?,
            from: from?,
            roots,
        })
    }

    fn mail_password(&mut self) -> Option<SecretString> {
        let path = self.raw.text("mail_password_file");
        if path.is_empty() {
            return None;
        }
        match std::fs::read_to_string(path) {
            Ok(text) if !text.trim().is_empty() => {
                Some(text.trim_end_matches(['\r', '\n']).to_owned().into())
            }
            Ok(_) => {
                self.wrong
                    .push("mail_password_file: the file is empty".to_owned());
                None
            }
            Err(why) => {
                self.wrong
                    .push(format!("mail_password_file: cannot be read: {why}"));
                None
            }
        }
    }

    fn mail_from(&mut self) -> Option<Address> {
        let text = self.raw.text("mail_from");
        Address::parse(text)
            .map_err(|_| {
                self.wrong.push(format!(
                    "mail_from: wants the address that letters come from, such as documents@example.com, got {text:?}"
                ));
            })
            .ok()
    }

    fn mail_roots(&mut self) -> Vec<Vec<u8>> {
        let path = self.raw.text("mail_roots");
        if path.is_empty() {
            return Vec::new();
        }
        match read_roots(Path::new(path)) {
            Ok(roots) if !roots.is_empty() => roots,
            Ok(_) => {
                self.wrong
                    .push("mail_roots: the file holds no certificate".to_owned());
                Vec::new()
            }
            Err(why) => {
                self.wrong.push(format!("mail_roots: {why}"));
                Vec::new()
            }
        }
    }
}
