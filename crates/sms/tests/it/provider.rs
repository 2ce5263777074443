//! A real provider on loopback: it takes, fails, refuses and hangs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use sms::{BodyTemplate, Header, Provider, ProviderConfig, SendError, Text};

const MESSAGE: Text<'_> = Text {
    to: "+421905123456",
    text: "Your code is \"004711\".",
};

/// What the provider does with the next message.
#[derive(Clone, Copy)]
enum Does {
    Answer(u16),
    /// Takes it in and says nothing for as long as the connection lasts.
    Hang,
}

/// A request: its head in lower case, and its body.
type Seen = (String, serde_json::Value);

/// Serves one connection for each act.
fn provider(acts: Vec<Does>) -> (String, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap());
    let (tell, seen) = channel();
    std::thread::spawn(move || {
        for act in acts {
            let (stream, _) = listener.accept().unwrap();
            serve(stream, act, &tell);
        }
    });
    (url, seen)
}

fn serve(stream: TcpStream, act: Does, tell: &Sender<Seen>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    tell.send((head, serde_json::from_slice(&body).unwrap()))
        .unwrap();
    let mut stream = stream;
    match act {
        Does::Answer(status) => {
            let location = "location: http://127.0.0.1:1/elsewhere";
            let answer = format!(
                "HTTP/1.1 {status} x\r\n{location}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
        // Until the caller gives up and closes.
        Does::Hang => {
            let _nothing = stream.read(&mut [0; 1]);
        }
    }
}

fn sender(url: &str, timeout: Duration) -> Provider {
    Provider::new(ProviderConfig {
        url: url.parse().unwrap(),
        header: Some(Header::parse("X-Api-Key: s3cret").unwrap()),
        body: BodyTemplate::parse(r#"{"to": "{to}", "from": "{from}", "text": "{text}"}"#).unwrap(),
        from: "OKdokument".to_owned(),
        timeout,
    })
    .unwrap()
}

#[tokio::test]
async fn a_message_arrives_as_the_template_says_with_the_secret_header() {
    let (url, seen) = provider(vec![Does::Answer(202)]);
    sender(&url, Duration::from_secs(20))
        .send(&MESSAGE)
        .await
        .unwrap();
    let (head, body) = seen.recv().unwrap();
    assert!(head.starts_with("post /messages http/1.1"), "{head}");
    assert!(head.contains("x-api-key: s3cret") && head.contains("content-type: application/json"));
    assert_eq!(
        body,
        serde_json::json!({"to": "+421905123456", "from": "OKdokument", "text": "Your code is \"004711\"."})
    );
}

#[tokio::test]
async fn a_failure_is_worth_another_try_and_a_refusal_is_not() {
    let (url, _seen) = provider(vec![
        Does::Answer(500),
        Does::Answer(400),
        Does::Answer(302),
    ]);
    let provider = sender(&url, Duration::from_secs(20));
    let failed = provider.send(&MESSAGE).await.unwrap_err();
    assert!(matches!(failed, SendError::NotNow(_)) && !failed.is_final());
    let refused = provider.send(&MESSAGE).await.unwrap_err();
    assert!(matches!(refused, SendError::Refused(_)) && refused.is_final());
    // Followed, it would have carried the secret elsewhere and come back as unreachable.
    let redirected = provider.send(&MESSAGE).await.unwrap_err();
    assert!(matches!(redirected, SendError::NotNow(_)), "{redirected:?}");
}

#[tokio::test]
async fn a_provider_that_hangs_is_left_and_says_nothing_of_its_address() {
    let (url, seen) = provider(vec![Does::Hang]);
    let error = sender(&url, Duration::from_millis(300))
        .send(&MESSAGE)
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Unreachable(_)) && !error.is_final());
    let told = format!("{error:?} {error}");
    assert!(
        !told.contains("/messages") && !told.contains("s3cret"),
        "{told}"
    );
    seen.recv().unwrap();
}
