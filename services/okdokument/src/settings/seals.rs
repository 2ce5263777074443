//! The settings of seals: whose certificate, to which level, and on which files.

use std::path::{Path, PathBuf};

use signing::{Level, LevelConfig, SealFiles, SignedUploads, TimeStampConfig};

use super::validate::Judge;

impl Judge<'_> {
    pub(super) fn seal_files(&mut self) -> SealFiles {
        let password = self.raw.text("seal_file_password");
        let common = self.path("seal_file");
        if common.is_none() && !password.is_empty() {
            self.wrong
                .push("seal_file_password: without seal_file there is nothing to open".to_owned());
        }
        SealFiles {
            common: common.map(|path| (path, password.into())),
            by_tenant: self.path("seal_folder"),
        }
    }

    pub(super) fn levels(&mut self) -> LevelConfig {
        let Some(url) = self.url("time_stamp_url") else {
            return LevelConfig::default();
        };
        let text = self.raw.text("time_stamp_level");
        let level = text.parse().ok().filter(|level| Level::BT <= *level);
        if level.is_none() {
            self.wrong.push(format!(
                "time_stamp_level: wants B-T, B-LT or B-LTA, got {text:?}"
            ));
        }
        let credentials = self.raw.text("time_stamp_credentials");
        LevelConfig {
            level: level.unwrap_or_default(),
            time_stamps: Some(TimeStampConfig {
                url,
                credentials: (!credentials.is_empty()).then(|| credentials.into()),
                roots: self.roots(),
            }),
        }
    }

    pub(super) fn signed_uploads(&mut self) -> SignedUploads {
        let text = self.raw.text("signed_uploads");
        text.parse().unwrap_or_else(|()| {
            self.wrong.push(format!(
                "signed_uploads: wants co-sign or refuse, got {text:?}"
            ));
            SignedUploads::default()
        })
    }

    fn roots(&mut self) -> Vec<Vec<u8>> {
        let Some(path) = self.path("time_stamp_roots") else {
            return Vec::new();
        };
        match read_roots(&path) {
            Ok(roots) if !roots.is_empty() => roots,
            Ok(_) => {
                self.wrong
                    .push("time_stamp_roots: the file holds no certificate".to_owned());
                Vec::new()
            }
            Err(why) => {
                self.wrong.push(format!("time_stamp_roots: {why}"));
                Vec::new()
            }
        }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        match self.raw.text(name) {
            "" => None,
            given => Some(PathBuf::from(given)),
        }
    }
}

pub(super) fn read_roots(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    pki::certificates_from_pem(&pem).map_err(|error| error.to_string())
}
