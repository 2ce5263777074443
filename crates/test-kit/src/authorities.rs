//! Somebody else's certificate authorities, as real servers: root, intermediate, signers with OCSP, and a time-stamping
//! authority with a revocation list. Certomancer speaks for all of them.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::process::Process;
use crate::scratch::Scratch;

const PATIENCE: Duration = Duration::from_mins(1);
/// The label of the root.
const ROOT: &str = "trust-anchor";
/// Of every PKCS#12 file.
pub const PKCS12_PASSWORD: &str = "correct horse";

/// Running servers. Dropping them kills them.
pub struct Authorities {
    process: Process,
    port: u16,
    // Last: the folder goes after the process that works in it.
    scratch: Scratch,
}

/// Whose certificate seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    Rsa,
    P256,
    P384,
    /// Revoked long ago; responder and list say so.
    Revoked,
}

impl Credential {
    const ALL: [Self; 4] = [Self::Rsa, Self::P256, Self::P384, Self::Revoked];

    const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "signer-rsa",
            Self::P256 => "signer-p256",
            Self::P384 => "signer-p384",
            Self::Revoked => "signer-revoked",
        }
    }
}

impl Authorities {
    /// Fresh keys, fresh certificates.
    pub async fn start() -> Self {
        let scratch = Scratch::new("authorities");
        let [port] = crate::free_ports();
        let folder = scratch.path().to_owned();
        make_keys(&folder);
        let config = CONFIG
            .replace("@port@", &port.to_string())
            .replace("@end@", &year_in(3).to_string());
        std::fs::write(folder.join("certomancer.yml"), config).expect("our own folder is writable");
        let process = launch(&scratch, port).await;
        let made = Self {
            process,
            port,
            scratch,
        };
        for credential in Credential::ALL {
            made.make_pkcs12(credential);
        }
        made
    }

    /// Where RFC 3161 requests go.
    pub fn time_stamp_url(&self) -> String {
        format!("http://127.0.0.1:{}/test/tsa/tsa", self.port)
    }

    /// The root of all, PEM.
    pub fn root_pem(&self) -> PathBuf {
        let path = self.scratch.path().join("root.crt");
        self.summon(ROOT, &path);
        path
    }

    /// A certificate by its label, PEM.
    pub fn certificate_pem(&self, label: &str) -> PathBuf {
        let path = self.scratch.path().join(format!("{label}.crt"));
        self.summon(label, &path);
        path
    }

    /// A file with key, certificate and the intermediate authority's certificate.
    pub fn pkcs12(&self, credential: Credential) -> PathBuf {
        self.scratch
            .path()
            .join(format!("{}.p12", credential.name()))
    }

    /// `kill -9`: nobody answers any more.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts them again on the same port, with the same keys.
    pub async fn restart(&mut self) {
        self.process.kill();
        self.process = launch(&self.scratch, self.port).await;
    }

    fn summon(&self, label: &str, to: &std::path::Path) {
        let mut command = certomancer(&self.scratch);
        command.args(["summon", "test", label]).arg(to);
        run(command);
    }

    fn make_pkcs12(&self, credential: Credential) {
        let folder = self.scratch.path();
        let name = credential.name();
        let own = self.certificate_pem(name);
        let intermediate = self.certificate_pem("interm");
        let mut command = Command::new("openssl");
        command.args(["pkcs12", "-export", "-passout"]);
        command.arg(format!("pass:{PKCS12_PASSWORD}"));
        command
            .arg("-inkey")
            .arg(folder.join(format!("{name}.pem")));
        command
            .arg("-in")
            .arg(own)
            .arg("-certfile")
            .arg(intermediate);
        command.arg("-out").arg(self.pkcs12(credential));
        run(command);
    }
}

/// The program in the venv that the installer of the test tools makes.
fn certomancer(scratch: &Scratch) -> Command {
    let cache = std::env::var_os("OKD_CACHE")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/okdokument")));
    let program = cache
        .expect("there is a home folder")
        .join("tools/certomancer/bin/certomancer");
    let mut command = Command::new(program);
    command
        .arg("--config")
        .arg(scratch.path().join("certomancer.yml"));
    command
}

async fn launch(scratch: &Scratch, port: u16) -> Process {
    let mut command = certomancer(scratch);
    command.args(["animate", "--no-web-ui", "--port", &port.to_string()]);
    let log = scratch.path().join("authorities.log");
    let mut process = Process::start(command, scratch, &log);
    process
        .until(PATIENCE, |_| {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await
        .unwrap_or_else(|error| panic!("certomancer {error}"));
    process
}

/// The year, so many years from now.
fn year_in(years: u64) -> u64 {
    const SECONDS_A_YEAR: u64 = 31_556_952;
    #[expect(
        clippy::disallowed_methods,
        reason = "certificates are made for the time of the programs that judge them"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    1970 + since.expect("the clock is past 1970").as_secs() / SECONDS_A_YEAR + years
}

fn make_keys(folder: &std::path::Path) {
    let elliptic = |curve: &str| vec!["EC".to_owned(), format!("ec_paramgen_curve:{curve}")];
    let rsa = || vec!["RSA".to_owned(), "rsa_keygen_bits:2048".to_owned()];
    for (name, kind) in [
        (ROOT, elliptic("P-256")),
        ("interm", rsa()),
        ("interm-ocsp", elliptic("P-256")),
        ("tsa", rsa()),
        ("signer-rsa", rsa()),
        ("signer-p256", elliptic("P-256")),
        ("signer-p384", elliptic("P-384")),
        ("signer-revoked", elliptic("P-256")),
    ] {
        let mut command = Command::new("openssl");
        command.args([
            "genpkey",
            "-algorithm",
            &kind[0],
            "-pkeyopt",
            &kind[1],
            "-out",
        ]);
        command.arg(folder.join(format!("{name}.pem")));
        run(command);
    }
}

fn run(mut command: Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Root -> intermediate -> signers, root -> time-stamping authority.
const CONFIG: &str = include_str!("authorities.yml");
