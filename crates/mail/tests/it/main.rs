//! Letters handed to a real mail server.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

use std::time::Duration;

use domain::Timestamp;
use mail::{Address, Attachment, Block, Letter, Message, SendError, Server, Smtp, SmtpConfig};
use serde_json::json;
use test_kit::{MAIL_PASSWORD, MAIL_USER, MailSecurity, MailServer};

const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the server, with a login where it wants one.
fn client(server: &MailServer, password: &str) -> Smtp {
    let url = server.url();
    let password = url.contains('@').then(|| password.to_owned().into());
    trusting(
        Server::parse(&url, password).unwrap(),
        vec![server.root_der()],
    )
}

fn trusting(server: Server, roots: Vec<Vec<u8>>) -> Smtp {
    let from = Address::parse("documents@okd.example").unwrap();
    Smtp::new(SmtpConfig {
        server,
        from,
        roots,
    })
    .unwrap()
}

fn letter(to: &str) -> Message {
    let rendered = Letter {
        lang: "sk".to_owned(),
        subject: String::new(),
        blocks: vec![Block::Text("Žltý kôň & <b>pes</b>".to_owned())],
        footer: "OKdokument".to_owned(),
    }
    .render();
    Message {
        id: "evt_1".to_owned(),
        to: Address::parse(to).unwrap(),
        reply_to: Some(Address::parse("jozef@dlhé-mesto.sk").unwrap()),
        sender_name: Some("Novák, Jozef".to_owned()),
        subject: "Podpíšte: Zmluva č. 1.pdf".to_owned(),
        text: rendered.text,
        html: rendered.html,
        attachments: vec![Attachment {
            filename: "Zmluva č. 1.pdf".to_owned(),
            media_type: "application/pdf",
            bytes: (0..=255).collect(),
        }],
        at: Timestamp::from_millis(1_764_000_000_000),
    }
}

async fn arrives(security: MailSecurity) {
    let server = MailServer::start(security).await;
    let sent = client(&server, MAIL_PASSWORD)
        .send(&letter("jana@example.sk"))
        .await;
    sent.unwrap();
    let taken = &server.wait_for(1, PATIENCE).await[0];
    let is_clear = security == MailSecurity::Clear;
    assert_eq!(taken["encrypted"], !is_clear, "{taken}");
    let user = if is_clear {
        json!(null)
    } else {
        json!(MAIL_USER)
    };
    assert_eq!(taken["user"], user);
    assert_eq!(taken["envelopeFrom"], "documents@okd.example");
    assert_eq!(taken["envelopeTo"], json!(["jana@example.sk"]));
    let headers = &taken["headers"];
    assert_eq!(headers["Subject"], "Podpíšte: Zmluva č. 1.pdf");
    assert_eq!(headers["From"], "\"Novák, Jozef\" <documents@okd.example>");
    assert_eq!(headers["Reply-To"], "jozef@xn--dlh-mesto-d4a.sk");
    assert_eq!(headers["Message-ID"], "<evt_1@okd.example>");
    assert!(
        taken["text"]
            .as_str()
            .unwrap()
            .starts_with("Žltý kôň & <b>pes</b>")
    );
    assert!(
        taken["html"]
            .as_str()
            .unwrap()
            .contains("Žltý kôň &amp; &lt;b&gt;pes&lt;/b&gt;")
    );
    let [file] = &taken["attachments"].as_array().unwrap()[..] else {
        panic!("one file")
    };
    assert_eq!(
        (&file["filename"], &file["type"]),
        (&json!("Zmluva č. 1.pdf"), &json!("application/pdf"))
    );
    assert!(
        file["content"]
            .as_str()
            .unwrap()
            .starts_with("AAECAwQFBgcICQ")
    );
}

#[tokio::test]
async fn a_letter_arrives_over_tls() {
    arrives(MailSecurity::Tls).await;
}

#[tokio::test]
async fn a_letter_arrives_after_starttls() {
    arrives(MailSecurity::StartTls).await;
}

#[tokio::test]
async fn a_letter_arrives_in_clear_on_this_machine() {
    arrives(MailSecurity::Clear).await;
}

#[tokio::test]
async fn a_wrong_password_is_no_fault_of_the_letter() {
    for security in [MailSecurity::Tls, MailSecurity::StartTls] {
        let server = MailServer::start(security).await;
        let error = client(&server, "wrong")
            .send(&letter("jana@example.sk"))
            .await
            .unwrap_err();
        assert!(
            matches!(error, SendError::Login(_)) && !error.is_final(),
            "{error}"
        );
        assert!(!error.to_string().contains("wrong"), "{error}");
        assert!(server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_letter_that_is_put_off_is_taken_later() {
    let server = MailServer::start(MailSecurity::StartTls).await;
    let client = client(&server, MAIL_PASSWORD);
    let error = client.send(&letter("busy@example.sk")).await.unwrap_err();
    assert!(
        matches!(&error, SendError::NotNow(why) if why.contains("come back later")),
        "{error}"
    );
    assert!(!error.is_final());
    client.send(&letter("busy@example.sk")).await.unwrap();
    assert_eq!(server.wait_for(1, PATIENCE).await.len(), 1);
}

#[tokio::test]
async fn a_letter_that_is_refused_is_refused_for_good() {
    let server = MailServer::start(MailSecurity::StartTls).await;
    let error = client(&server, MAIL_PASSWORD)
        .send(&letter("unknown@example.sk"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, SendError::Refused(why) if why.contains("no such mailbox")),
        "{error}"
    );
    assert!(error.is_final());
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_again() {
    let mut server = MailServer::start(MailSecurity::Clear).await;
    let client = client(&server, MAIL_PASSWORD);
    server.kill();
    let error = client.send(&letter("jana@example.sk")).await.unwrap_err();
    assert!(
        matches!(error, SendError::Unreachable(_)) && !error.is_final(),
        "{error}"
    );
    server.restart().await;
    client.send(&letter("jana@example.sk")).await.unwrap();
}

#[tokio::test]
async fn nothing_is_said_to_a_server_without_starttls_or_with_a_certificate_that_nobody_vouches_for()
 {
    let clear = MailServer::start(MailSecurity::Clear).await;
    let url = clear.url().replace("smtp+clear://", "smtp://");
    let error = trusting(Server::parse(&url, None).unwrap(), Vec::new())
        .send(&letter("jana@example.sk"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::NoTls) && !error.is_final(),
        "{error}"
    );
    assert!(clear.taken().is_empty());
    let server = MailServer::start(MailSecurity::Tls).await;
    let stranger = Server::parse(&server.url(), Some(MAIL_PASSWORD.to_owned().into())).unwrap();
    let error = trusting(stranger, Vec::new())
        .send(&letter("jana@example.sk"))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Unreachable(_)), "{error}");
    assert!(server.taken().is_empty());
}
