//! Where a table runs: a tenant of its own with its keys, the names its rows use, a receiver for its callbacks.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::{Admin, Answer};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use test_kit::{Receiver, Stack};

use super::answer::Wanted;
use super::arrivals;
use super::row::Row;
use crate::samples;

/// How long a patient row may wait: for a seal, a callback, a drain.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
pub(super) const STEP: Duration = Duration::from_millis(150);

/// Tenants beside the table's own, shared by all tables.
pub(super) struct Neighbours {
    /// A key of a tenant that has everything.
    other: String,
    /// A key of a tenant whose API is not active.
    inactive: String,
    /// A key of a tenant that may have codes sent by text message.
    texter: String,
}

impl Neighbours {
    pub(super) async fn move_in(stack: &Stack) -> Self {
        let other = Admin::with_active_api(stack, "owner@fatra.example").await;
        let idle = Admin::signed_up(stack, "owner@idle.example").await;
        let texter = Admin::with_active_api(stack, "owner@texter.example").await;
        let slug = slug_of(&texter).await;
        let mut option = stack.command(&["operator", "tenant", "set", &slug, "sms=on"]);
        let done = option.output().expect("the program runs");
        assert!(done.status.success(), "{done:?}");
        Self {
            other: other.secret("test", &[]).await,
            inactive: idle.secret("test", &[]).await,
            texter: texter.secret("test", &[]).await,
        }
    }
}

/// One table's tenant and what its rows have kept.
pub(super) struct World {
    http: Client,
    api: String,
    keys: BTreeMap<&'static str, String>,
    names: BTreeMap<String, String>,
    files: BTreeMap<&'static str, Vec<u8>>,
    bodies: BTreeMap<String, Vec<u8>>,
    receiver: Receiver,
    operator: String,
}

impl World {
    pub(super) async fn of(stack: &Stack, neighbours: &Neighbours, table: &str) -> Self {
        let admin = Admin::with_active_api(stack, &format!("owner@t{table}.example")).await;
        let mut keys = keys(&admin).await;
        keys.insert("other", neighbours.other.clone());
        keys.insert("inactive", neighbours.inactive.clone());
        keys.insert("texter", neighbours.texter.clone());
        let receiver = Receiver::start();
        let files = BTreeMap::from([
            ("plain", samples::pdf("A plain page")),
            ("form", samples::form()),
            ("tags", samples::pdf("Here signs _S1_ and here _SO1_")),
            ("alltags", samples::pdf("_S1_ _SO1_ _SC5_ _sig3_")),
            ("twice", samples::pdf("_S1_ and again _S1_")),
            ("pdf1.0", of_version("1.0")),
            ("pdf1.4", of_version("1.4")),
            ("pdf2.0", of_version("2.0")),
            ("notags", samples::pdf("_s1_ _S6_ _SIG1_ S1 _SX1_")),
            ("word", test_kit::office::docx("A Word file")),
            ("nopdf", b"hello".to_vec()),
            (
                "large",
                [b"%PDF-1.7\n".to_vec(), vec![b'x'; 10_000_000]].concat(),
            ),
        ]);
        let mut names = BTreeMap::from([
            ("api".to_owned(), stack.api().to_owned()),
            ("portal".to_owned(), stack.portal().to_owned()),
            ("hook".to_owned(), receiver.url("/hook")),
            (
                "month".to_owned(),
                jiff::Timestamp::now().strftime("%Y.%-m").to_string(),
            ),
            (
                "uuid".to_owned(),
                format!("5bd0ee7e-3b0e-4c0e-9d53-{:012x}", now()),
            ),
            ("slug".to_owned(), slug_of(&admin).await),
        ]);
        for (name, bytes) in files.iter().filter(|(name, _)| **name != "large") {
            let content = STANDARD.encode(bytes);
            names.insert(format!("{name}:base64"), content.clone());
            let lines: Vec<_> = content
                .as_bytes()
                .chunks(76)
                .map(String::from_utf8_lossy)
                .collect();
            names.insert(format!("{name}:broken"), lines.join("\\r\\n"));
            let unpadded = content.trim_end_matches('=').to_owned();
            names.insert(format!("{name}:unpadded"), unpadded);
            let file = json!({ "filename": format!("{name}.pdf"), "content": content });
            names.insert((*name).to_owned(), file.to_string());
        }
        for (name, by) in [("mouse", "mouse"), ("touch", "touch")] {
            names.insert(name.to_owned(), ink(by));
        }
        Self {
            http: test_kit::client(),
            api: stack.api().to_owned(),
            keys,
            names,
            files,
            bodies: BTreeMap::new(),
            receiver,
            operator: stack.operator().to_owned(),
        }
    }

    /// Runs a row; why it does not hold, if it does not.
    pub(super) async fn hold(&mut self, row: &Row) -> Result<(), String> {
        let started = Instant::now();
        loop {
            let request: Vec<String> = row.request.iter().map(|line| self.filled(line)).collect();
            let answer: Vec<String> = row.answer.iter().map(|line| self.filled(line)).collect();
            let told = self.ask(&request).await?;
            let judged = Wanted::parse(&answer).judge(&told, &|name| {
                self.bodies.get(name).cloned().unwrap_or_default()
            });
            if judged.is_err() && row.is_patient && started.elapsed() < PATIENCE {
                tokio::time::sleep(STEP).await;
                continue;
            }
            for (name, source) in &row.keeps {
                self.keep(name, source, &told);
            }
            return judged;
        }
    }

    fn keep(&mut self, name: &str, source: &str, told: &Answer) {
        if source == "body" {
            self.bodies.insert(name.to_owned(), told.body.clone());
            return;
        }
        let json = || serde_json::from_slice::<Value>(&told.body).unwrap_or_default();
        if let Some(source) = source.strip_suffix(" code") {
            let text = json().pointer(source).map(Value::to_string);
            let code = arrivals::code_in(&text.unwrap_or_default());
            self.names.insert(name.to_owned(), code);
            return;
        }
        let value = match source.split_once(" after ") {
            Some((header, marks)) => between(told.header(header), marks).to_owned(),
            None if source.starts_with('/') => match json().pointer(source) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            },
            None => told.header(source).to_owned(),
        };
        self.names.insert(name.to_owned(), value);
    }

    /// The text with every `{name}` replaced; what no row has kept stays and is seen.
    fn filled(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let value = after
                .split_once('}')
                .and_then(|(name, tail)| Some((self.named(name)?, tail)));
            if let Some((value, tail)) = value {
                out.push_str(&value);
                rest = tail;
            } else {
                out.push('{');
                rest = after;
            }
        }
        out + rest
    }

    fn named(&self, name: &str) -> Option<String> {
        if let Some(value) = self.names.get(name) {
            return Some(value.clone());
        }
        if let Some(times) = name.strip_prefix("times ") {
            let (letter, count) = times.split_once(' ')?;
            return Some(letter.repeat(count.parse().ok()?));
        }
        // `now+60000`, `date-1`: a time, and so many milliseconds later.
        let (of, later) = name.split_at(name.find(['+', '-'])?);
        let at = if of == "now" {
            now()
        } else {
            self.names.get(of)?.parse().ok()?
        };
        Some((at + later.parse::<i64>().ok()?).to_string())
    }

    /// Sends what the lines say. A callback is no answer but is looked at like one, with the status 202.
    async fn ask(&self, lines: &[String]) -> Result<Answer, String> {
        let (method, path) = lines[0].split_once(' ').expect("> METHOD PATH");
        match method {
            "ARRIVES" => return arrivals::callback(&self.receiver, path).await,
            "LETTER" => return arrivals::letter(&self.http, &self.operator, path).await,
            _ => {}
        }
        if let Some(count) = method.strip_prefix("FLOOD-") {
            return self.flooded(count, &lines[1..], path).await;
        }
        if method == "WAIT" {
            tokio::time::sleep(Duration::from_millis(path.parse().expect("milliseconds"))).await;
            return Ok(arrivals::empty(StatusCode::OK, "waited"));
        }
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.api)
        };
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, url);
        let mut key = Some("test");
        let (mut body, mut parts) = (String::new(), Vec::new());
        for line in &lines[1..] {
            match line.split_once(": ") {
                Some(("as", who)) => key = Some(who).filter(|who| *who != "nobody"),
                Some(("part", part)) => parts.push(part),
                Some((name, value)) if !name.contains(['{', '"', '[', ' ']) => {
                    request = request.header(name, value);
                }
                _ => body.push_str(line),
            }
        }
        if let Some(key) = key {
            request = request.header("x-api-key", &self.keys[key]);
        }
        let request = self.with_body(request, body, &parts);
        Answer::try_of(request)
            .await
            .map_err(|why| format!("no answer: {why}"))
    }

    /// So many calls of this kind at once; the first that is refused for their rate.
    async fn flooded(&self, count: &str, more: &[String], call: &str) -> Result<Answer, String> {
        let (method, path) = call.split_once(' ').expect("> FLOOD-COUNT METHOD PATH");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.api));
        for (name, value) in more.iter().filter_map(|line| line.split_once(": ")) {
            request = match name {
                "as" => request.header("x-api-key", &self.keys[value]),
                name => request.header(name, value),
            };
        }
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..count.parse().expect("a count") {
            calls.spawn(Answer::try_of(request.try_clone().expect("no stream")));
        }
        while let Some(done) = calls.join_next().await {
            match done.expect("a call ends") {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => return Ok(answer),
                _ => {}
            }
        }
        Err("none was refused".to_owned())
    }

    fn with_body(&self, request: RequestBuilder, body: String, parts: &[&str]) -> RequestBuilder {
        if !parts.is_empty() {
            let (boundary, body) = self.form(parts);
            let kind = format!("multipart/form-data; boundary={boundary}");
            return request.header("content-type", kind).body(body);
        }
        match body.strip_prefix('@') {
            Some(name) => request.body(match self.bodies.get(name) {
                Some(kept) => kept.clone(),
                None => self.files[name].clone(),
            }),
            None if body.is_empty() || body == "-" => request,
            // Without a type, which is tolerated; rows that want one name it.
            None => request.body(body),
        }
    }

    /// A form of `NAME = TEXT` and `NAME FILENAME = @FILE`; its boundary differs from call to call, as clients' do.
    fn form(&self, parts: &[&str]) -> (String, Vec<u8>) {
        let boundary = format!("b{}", now());
        let mut form = Vec::new();
        for part in parts {
            let (name, content) = part.split_once(" = ").expect("part: NAME = CONTENT");
            let disposition = match name.split_once(' ') {
                Some((name, file)) => format!("name=\"{name}\"; filename=\"{file}\""),
                None => format!("name=\"{name}\""),
            };
            let head =
                format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
            form.extend_from_slice(head.as_bytes());
            match content.strip_prefix('@') {
                Some(file) => form.extend_from_slice(&self.files[file]),
                None => form.extend_from_slice(content.as_bytes()),
            }
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (boundary, form)
    }
}

/// A page whose file says that it is of this version.
fn of_version(version: &str) -> Vec<u8> {
    let mut file = samples::pdf("A page of some version");
    file[5..8].copy_from_slice(version.as_bytes());
    file
}

async fn slug_of(admin: &Admin) -> String {
    let me = admin.get("/api/tenant/me").await;
    me["tenant"]["slug"].as_str().expect("a slug").to_owned()
}

async fn keys(admin: &Admin) -> BTreeMap<&'static str, String> {
    let mut keys = BTreeMap::from([
        ("test", admin.secret("test", &[]).await),
        ("live", admin.secret("live", &[]).await),
        ("reader", admin.secret("test", &["documents:read"]).await),
        ("accountant", admin.secret("test", &["usage:read"]).await),
        ("nonsense", "nonsense".to_owned()),
    ]);
    let order = json!({ "name": "revoked", "mode": "test" });
    let made = admin
        .try_call(Method::POST, "/api/tenant/api-keys", &order)
        .await
        .json();
    let id = made["key"]["id"].as_str().expect("an id");
    let path = format!("/api/tenant/api-keys/{id}");
    let revoked = admin.try_call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(revoked.status, 204);
    let secret = made["secret"].as_str().expect("shown once").to_owned();
    keys.insert("malformed", secret.replacen("okd_test", "okd_live", 1));
    keys.insert("revoked", secret);
    keys
}

/// What stands in a header behind a mark, `MARK` or `MARK until END`.
fn between<'h>(header: &'h str, marks: &str) -> &'h str {
    let (mark, end) = marks.split_once(" until ").unwrap_or((marks, "\n"));
    let (_, rest) = header.split_once(mark).unwrap_or_default();
    rest.split(end).next().unwrap_or_default()
}

/// Epoch milliseconds, as the running program counts them.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A signature as the page sends it, without the place where it stands.
fn ink(pointer: &str) -> String {
    let points: Vec<Value> = (0..30)
        .map(|at| {
            let x = f64::from(at);
            json!([
                10.0 + x * 3.0,
                40.0 + (x / 4.0).sin() * 20.0,
                x * 8.0,
                0.5,
                0,
                0
            ])
        })
        .collect();
    format!(
        r#""kind":"ink","pad":{{"width":300,"height":100}},"strokes":[{{"pointer":"{pointer}","points":{}}}]"#,
        Value::from(points)
    )
}
