//! The code of the guide on callbacks, as whoever reads it would copy it: each snippet takes a genuine callback and nothing else.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standardwebhooks::Webhook;

const GUIDE: &str = include_str!("../../../../docs/guides/callbacks.md");
const ID: &str = "evt_019ab7c2f1b07d4ea0c1f0e2d3c4b5a6";
const BODY: &str = r#"{"state":"signed","id":"y7Ki_u1m","signatureRequestId":"Zmluva č. 1"}"#;
const SECRET: [u8; 32] = [7; 32];
/// Older than the guide lets pass.
const OLD_SECONDS: i64 = 301 + 30;

/// A callback as its receiver has it.
struct Told {
    at: i64,
    signature: String,
    body: String,
    key: Vec<u8>,
}

impl Told {
    fn sent(seconds_ago: i64) -> Self {
        let at = jiff::Timestamp::now().as_second() - seconds_ago;
        let webhook = Webhook::from_bytes(SECRET.to_vec()).unwrap();
        Self {
            at,
            signature: webhook.sign(ID, at, BODY.as_bytes()).unwrap(),
            body: BODY.to_owned(),
            key: SECRET.to_vec(),
        }
    }

    /// What a receiver may meet, and whether it is to be taken.
    fn all() -> Vec<(&'static str, Self, bool)> {
        let genuine = Self::sent(0);
        let beside_another = Self {
            signature: format!("v1,{} {}", STANDARD.encode([1; 32]), genuine.signature),
            ..Self::sent(0)
        };
        let altered = Self {
            body: BODY.replace("signed", "canceled"),
            ..Self::sent(0)
        };
        let other_secret = Self {
            key: vec![8; 32],
            ..Self::sent(0)
        };
        vec![
            ("genuine", genuine, true),
            ("signed with two keys", beside_another, true),
            ("an altered body", altered, false),
            ("a wrong secret", other_secret, false),
            ("an old timestamp", Self::sent(OLD_SECONDS), false),
        ]
    }
}

/// The code below the line that begins so.
fn snippet(label: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("\n{label}")).unwrap();
    let (_, code) = rest.split_once("```\n").unwrap();
    code.split_once("```").unwrap().0
}

/// A program in a folder of its own, told of the callback by its surroundings.
fn run(folder: &Path, told: &Told, program: &str, file: (&str, String)) -> Output {
    std::fs::write(folder.join(file.0), file.1).unwrap();
    std::fs::write(folder.join("body.json"), &told.body).unwrap();
    let mut command = Command::new(program);
    command.arg(file.0).current_dir(folder);
    command.env("BODY", &told.body);
    command.env("KEY", STANDARD.encode(&told.key));
    command.env("webhook_id", ID);
    command.env("webhook_timestamp", told.at.to_string());
    command.env("webhook_signature", &told.signature);
    command.output().unwrap()
}

fn each_is_judged_rightly(program: &str, name: &str, code: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (what, told, is_taken) in Told::all() {
        let done = run(folder.path(), &told, program, (name, code.to_owned()));
        let said = String::from_utf8_lossy(&done.stdout);
        let wanted = if is_taken { "genuine" } else { "forged" };
        assert_eq!(said.trim(), wanted, "{what}: {done:?}");
    }
}

#[test]
fn the_python_of_the_guide_takes_a_genuine_callback_alone() {
    let main = r#"
import os
headers = {name: os.environ[name.replace("-", "_")] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
taken = is_ours(headers, os.environb[b"BODY"], base64.b64decode(os.environ["KEY"]))
print("genuine" if taken else "forged")
"#;
    each_is_judged_rightly(
        "python3",
        "verify.py",
        &(snippet("Python:").to_owned() + main),
    );
}

#[test]
fn the_javascript_of_the_guide_takes_a_genuine_callback_alone() {
    let main = r#"
const env = process.env;
const headers = {"webhook-id": env.webhook_id, "webhook-timestamp": env.webhook_timestamp, "webhook-signature": env.webhook_signature};
console.log(isOurs(headers, env.BODY, Buffer.from(env.KEY, "base64")) ? "genuine" : "forged");
"#;
    each_is_judged_rightly(
        "node",
        "verify.mjs",
        &(snippet("JavaScript:").to_owned() + main),
    );
}

#[test]
fn the_php_of_the_guide_takes_a_genuine_callback_alone() {
    let main = r"
$env = getenv();
$taken = is_ours($env['webhook_id'], $env['webhook_timestamp'], $env['webhook_signature'], $env['BODY'], base64_decode($env['KEY']));
echo $taken ? 'genuine' : 'forged';
";
    let code = format!("<?php\n{}{main}", snippet("PHP:"));
    each_is_judged_rightly("php", "verify.php", &code);
}

#[test]
fn the_shell_lines_of_the_guide_take_a_genuine_callback_alone() {
    // In the place of our server, whose answer has this form.
    let server = "curl() { printf '{\"secret\":\"whsec_%s\"}' \"$KEY\"; }\n";
    let code = server.to_owned() + snippet("Bash, curl and OpenSSL");
    each_is_judged_rightly("bash", "verify.sh", &code);
}
