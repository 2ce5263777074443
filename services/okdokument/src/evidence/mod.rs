//! `okdokument evidence …`: for an expert with a signed PDF and the private key. Offline: no server, no store, no network.
//!
//! The file is a stranger's as much as any upload: a jailed worker reads it. The private key stays in this process.

mod examine;
mod output;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Subcommand;
use evidence::PrivateKey;
use pdf_worker::{Confinement, PdfWorkers, Settings};

use crate::pdf_workers;
use examine::{Found, examine};

/// A signed file is small beside this; what is larger is not read into memory.
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Of the one worker: a file that was sealed with less is read with this.
const WORKER_MEMORY_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Generous for an RSA key of 8192 bits in PEM.
const MAX_KEY_BYTES: u64 = 64 * 1024;

#[derive(Subcommand)]
pub(crate) enum Act {
    /// Says which signatures carry evidence, to which key it is encrypted and whether it belongs to this document.
    List { file: PathBuf },
    /// Decrypts the evidence and writes it as JSON.
    Decrypt {
        file: PathBuf,
        /// The private key of the activation, in PEM.
        #[arg(long)]
        key: PathBuf,
        /// A folder for one JSON file a signature; standard output when left out.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Draws the raw ink: a picture, a replay in true time and a table for each signature.
    Draw {
        file: PathBuf,
        /// The private key of the activation, in PEM.
        #[arg(long)]
        key: PathBuf,
        /// The folder to write into.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
}

pub(crate) async fn run(act: &Act) -> Result<(), Box<dyn Error>> {
    let workers = PdfWorkers::start(Settings {
        workers: 1,
        memory_bytes: WORKER_MEMORY_BYTES,
        ..Settings::new(pdf_workers::program())
    })
    .await?;
    if let Confinement::Incomplete { missing } = workers.confinement() {
        let told = "okdokument: the file is read in a jail that is not complete here: without";
        writeln!(std::io::stderr(), "{told} {missing}")?;
    }
    run_with(&workers, act).await
}

async fn run_with(workers: &PdfWorkers, act: &Act) -> Result<(), Box<dyn Error>> {
    match act {
        Act::List { file } => list(workers, &read(file)?).await,
        Act::Decrypt { file, key, out } => {
            let found = opened(workers, &read(file)?, &private_key(key)?).await?;
            decrypt(found, out.as_deref())
        }
        Act::Draw { file, key, out } => {
            let found = opened(workers, &read(file)?, &private_key(key)?).await?;
            draw(found, out)
        }
    }
}

async fn list(workers: &PdfWorkers, bytes: &Bytes) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    for found in examine(workers, bytes).await? {
        writeln!(out, "{}", output::line(&found))?;
    }
    Ok(())
}

fn decrypt((opened, refused): AllOpened, out: Option<&Path>) -> Result<(), Box<dyn Error>> {
    match out {
        None => {
            let all: Vec<_> = opened.iter().map(output::json).collect();
            writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&all)?)?;
        }
        Some(folder) => {
            for one in &opened {
                let json = serde_json::to_string_pretty(&output::json(one))?;
                keep(folder, &format!("{}.json", output::stem(one)), &json)?;
            }
        }
    }
    refused.map_or(Ok(()), |why| Err(why.into()))
}

fn draw((opened, refused): AllOpened, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut drawn = 0;
    for one in &opened {
        let stem = output::stem(one);
        let made = [
            (
                format!("{stem}.svg"),
                evidence::draw::picture(&one.evidence),
            ),
            (
                format!("{stem}-replay.svg"),
                evidence::draw::replay(&one.evidence),
            ),
            (format!("{stem}.csv"), evidence::draw::table(&one.evidence)),
        ];
        for (name, content) in made {
            if let Some(content) = content {
                keep(folder, &name, &content)?;
                drawn += 1;
            }
        }
    }
    if let Some(why) = refused {
        return Err(why.into());
    }
    if drawn == 0 {
        return Err("the evidence holds no raw ink: the tenant did not keep it, or nothing was drawn by hand".into());
    }
    Ok(())
}

/// A signature's evidence, decrypted and found to belong here.
struct Opened {
    number: usize,
    found: Found,
    evidence: evidence::Evidence,
}

/// What opens and belongs to the document; and why something did not.
type AllOpened = (Vec<Opened>, Option<String>);

/// Fails where there is nothing to open at all.
async fn opened(
    workers: &PdfWorkers,
    bytes: &Bytes,
    key: &PrivateKey,
) -> Result<AllOpened, Box<dyn Error>> {
    let all = examine(workers, bytes).await?;
    let count = all.len();
    let (mut opened, mut refused) = (Vec::new(), Vec::new());
    for (number, found) in (1_usize..).zip(all) {
        let Some(container) = &found.container else {
            continue;
        };
        match examine::open(&found, container, key) {
            Ok(evidence) => opened.push(Opened {
                number,
                found,
                evidence,
            }),
            Err(why) => refused.push(format!("signature {number} ({}): {why}", found.field)),
        }
    }
    if opened.is_empty() && refused.is_empty() {
        return Err(format!("none of the file's {count} signatures carries evidence").into());
    }
    Ok((opened, (!refused.is_empty()).then(|| refused.join("; "))))
}

fn read(file: &Path) -> Result<Bytes, Box<dyn Error>> {
    Ok(within(file, MAX_FILE_BYTES)?.into())
}

fn private_key(file: &Path) -> Result<PrivateKey, Box<dyn Error>> {
    let pem = zeroize::Zeroizing::new(within(file, MAX_KEY_BYTES)?);
    let pem = std::str::from_utf8(&pem).map_err(|_| evidence::InvalidKey::Private)?;
    PrivateKey::from_pem(pem).map_err(|why| format!("{}: {why}", file.display()).into())
}

fn within(path: &Path, most: u64) -> Result<Vec<u8>, Box<dyn Error>> {
    let failed = |why: std::io::Error| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| most < length) {
        return Err(format!("{}: it has more than {most} bytes", path.display()).into());
    }
    Ok(bytes)
}

/// Writes for its owner only: what was decrypted may be biometric data. Never over a file that is there.
fn keep(folder: &Path, name: &str, content: &str) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name);
    let failed = |why: std::io::Error| format!("{}: {why}", path.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(failed)?;
    file.write_all(content.as_bytes()).map_err(failed)?;
    Ok(writeln!(std::io::stdout(), "{}", path.display())?)
}
