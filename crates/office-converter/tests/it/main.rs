//! Real files through the real LibreOffice, in the jail.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use office_converter::{Confinement, ConvertError, Converter, Format, NotWhatItSays, Settings};
use test_kit::office;

fn settings() -> Settings {
    // LibreOffice; infra/dev/tools.sh installs it.
    let office = office_converter::find().unwrap();
    let mut settings = Settings::new(launcher(), Vec::new(), office);
    // Test machines are busy.
    settings.patience = Duration::from_secs(90);
    settings
}

fn launcher() -> PathBuf {
    env!("CARGO_BIN_EXE_office-converter").into()
}

fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap()
}

/// A program in LibreOffice's place.
fn instead(folder: &Path, script: &str) -> Settings {
    use std::os::unix::fs::PermissionsExt as _;
    // Where the jail looks for an installation: beneath the folder above the program's.
    let program = folder.join("program");
    std::fs::create_dir_all(&program).unwrap();
    let path = program.join("soffice");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    Settings {
        office: path,
        patience: Duration::from_secs(2),
        ..Settings::new(launcher(), Vec::new(), PathBuf::new())
    }
}

#[tokio::test]
async fn the_four_formats_become_pdfs() {
    let converter = Converter::new(settings());
    let (word, excel) = (
        office::docx("Zmluva Ľubomíra, Łódź, Їжак"),
        office::xlsx("Súčet"),
    );
    let doc = office::converted(&word, "docx", "doc");
    let xls = office::converted(&excel, "xlsx", "xls");
    for (format, bytes, told) in [
        (Format::Docx, &word, "Zmluva Ľubomíra, Łódź, Їжак"),
        (Format::Doc, &doc, "Zmluva Ľubomíra, Łódź, Їжак"),
        (Format::Xlsx, &excel, "Súčet"),
        (Format::Xls, &xls, "Súčet"),
    ] {
        let pdf = converter.convert(format, bytes).await.unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{format:?}");
        assert!(
            text_of(&pdf).contains(told),
            "{format:?}: {}",
            text_of(&pdf)
        );
    }
    assert!(
        converter
            .version()
            .await
            .unwrap()
            .starts_with("LibreOffice ")
    );
}

#[tokio::test]
async fn a_file_is_held_to_its_name() {
    let converter = Converter::new(settings());
    let (word, excel) = (office::docx("a"), office::xlsx("a"));
    for (format, bytes) in [
        (Format::Xlsx, word.as_slice()),
        (Format::Docx, excel.as_slice()),
        (Format::Doc, word.as_slice()),
        (
            Format::Docx,
            b"<html><script>alert(1)</script></html>".as_slice(),
        ),
        (Format::Xls, b"a;b;c".as_slice()),
    ] {
        let refused = converter.convert(format, bytes).await.unwrap_err();
        assert!(
            matches!(
                refused,
                ConvertError::NotWhatItSays(NotWhatItSays::Other(_))
            ),
            "{format:?}: {refused}"
        );
    }
}

#[tokio::test]
async fn nothing_is_fetched_and_no_file_of_the_machine_is_read() {
    let (listener, asked) = (
        TcpListener::bind("127.0.0.1:0").unwrap(),
        Arc::new(AtomicUsize::new(0)),
    );
    let base = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for _connection in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let secrets = tempfile::tempdir().unwrap();
    let secret = secrets.path().join("secret.txt");
    std::fs::write(&secret, "master_secret = swordfish").unwrap();
    let file = format!("file://{}", secret.display());
    let body = [
        "<w:p><w:r><w:t>kept</w:t></w:r></w:p>".to_owned(),
        office::linked_picture("rId7"),
        office::linked_picture("rId8"),
        office::field(&format!("INCLUDEPICTURE \"{base}/field.png\" \\d")),
        office::field(&format!("INCLUDETEXT \"{}\"", secret.display())),
        office::field(&format!("INCLUDETEXT \"{file}\"")),
        office::field(&format!("DDEAUTO soffice \"{}\" x", secret.display())),
    ]
    .concat();
    let picture = format!("{base}/linked.png");
    let template = format!("{base}/template.dotm");
    let outside = [
        ("rId7", "image", picture.as_str()),
        ("rId8", "image", file.as_str()),
        ("rId9", "attachedTemplate", template.as_str()),
    ];
    let word = office::docx_of(&body, &outside, &[]);
    let converter = Converter::new(settings());
    let pdf = converter.convert(Format::Docx, &word).await.unwrap();
    let text = text_of(&pdf);
    assert!(text.contains("kept"), "{text}");
    assert!(!text.contains("swordfish"), "{text}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "somebody called out");
}

#[tokio::test]
async fn a_macro_in_the_file_does_not_keep_it_from_being_read() {
    let project = (
        "word/vbaProject.bin".to_owned(),
        b"\xd0\xcf\x11\xe0 no project".to_vec(),
    );
    let body = "<w:p><w:r><w:t>with a macro</w:t></w:r></w:p>";
    let word = office::docx_of(body, &[], &[project]);
    let converter = Converter::new(settings());
    let pdf = converter.convert(Format::Docx, &word).await.unwrap();
    assert!(text_of(&pdf).contains("with a macro"));
}

#[tokio::test]
async fn a_bomb_costs_its_sender_a_refusal() {
    let converter = Converter::new(settings());
    let mut told = office::docx("a");
    // What the archive says of the size of its last file, in the directory: four gigabytes.
    let at = told
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .unwrap();
    told[at + 24..at + 28].copy_from_slice(&[0xff; 4]);
    let refused = converter.convert(Format::Docx, &told).await.unwrap_err();
    assert!(
        matches!(refused, ConvertError::NotWhatItSays(NotWhatItSays::Bomb)),
        "{refused}"
    );
}

#[tokio::test]
async fn one_that_hangs_is_ended_with_all_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let marks = tempfile::tempdir().unwrap();
    let mark = format!("{}", 600_000 + u32::from(rand_port()));
    let settings = instead(folder.path(), &format!("sleep {mark} &\nsleep {mark}"));
    drop(marks);
    let converter = Converter::new(settings);
    let started = Instant::now();
    let refused = converter
        .convert(Format::Docx, &office::docx("a"))
        .await
        .unwrap_err();
    assert!(matches!(refused, ConvertError::TooSlow(_)), "{refused}");
    assert!(started.elapsed() < Duration::from_secs(20));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let left = Command::new("pgrep")
        .args(["-f", &format!("sleep {mark}")])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&left.stdout),
        "",
        "somebody is left"
    );
}

/// A number that no other run uses at the same time.
fn rand_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test]
async fn one_that_always_hangs_is_left_alone_for_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = instead(folder.path(), "sleep 60");
    settings.patience = Duration::from_millis(200);
    let converter = Converter::new(settings);
    let word = office::docx("a");
    for _ in 0..5 {
        let refused = converter.convert(Format::Docx, &word).await.unwrap_err();
        assert!(matches!(refused, ConvertError::TooSlow(_)), "{refused}");
    }
    let refused = converter.convert(Format::Docx, &word).await.unwrap_err();
    assert!(matches!(refused, ConvertError::OutOfOrder(_)), "{refused}");
    assert!(!refused.is_of_the_file());
}

#[tokio::test]
async fn one_that_eats_memory_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let greedy = "exec /usr/bin/python3 -c 'x = bytearray(6 * 1024 ** 3)'";
    let mut settings = instead(folder.path(), greedy);
    settings.patience = Duration::from_mins(1);
    let converter = Converter::new(settings);
    let refused = converter
        .convert(Format::Docx, &office::docx("a"))
        .await
        .unwrap_err();
    assert!(refused.is_of_the_file(), "{refused}");
}

#[tokio::test]
async fn the_jail_has_all_its_walls_here() {
    let converter = Converter::new(settings());
    assert_eq!(
        converter.confinement().await.unwrap(),
        Confinement::Complete
    );
}

#[tokio::test]
async fn the_jail_shows_neither_our_environment_nor_our_files() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = tempfile::tempdir().unwrap();
    let secret = secrets.path().join("secret.txt");
    std::fs::write(&secret, "swordfish").unwrap();
    let script = format!(
        "{{ env; cat {} 2>&1; cat /proc/$PPID/environ 2>&1; }} > out/in.pdf",
        secret.display()
    );
    let mut settings = instead(folder.path(), &script);
    settings.patience = Duration::from_secs(20);
    let converter = Converter::new(settings);
    let seen = converter
        .convert(Format::Docx, &office::docx("a"))
        .await
        .unwrap();
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("HOME="), "{seen}");
    assert!(
        !seen.contains("swordfish") && !seen.contains("CARGO"),
        "{seen}"
    );
}
