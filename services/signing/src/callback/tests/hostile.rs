//! Receivers as the world has them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
    BufReader,
};
use tokio::net::{TcpListener, TcpStream};

/// What a receiver does with a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Takes,
    Answers(u16),
    Hangs,
    Closes,
    /// To where it would be taken.
    Redirects,
    /// A byte of the head now and then.
    Drips,
    /// Success, and a body without end.
    NeverEnds,
    HasHugeHead,
}

impl Manner {
    pub(super) const ALL: [Self; 10] = [
        Self::Takes,
        Self::Answers(500),
        Self::Answers(404),
        Self::Answers(410),
        Self::Hangs,
        Self::Closes,
        Self::Redirects,
        Self::Drips,
        Self::NeverEnds,
        Self::HasHugeHead,
    ];

    /// Whether what it answers is a success.
    pub(super) const fn takes(self) -> bool {
        matches!(self, Self::Takes | Self::NeverEnds)
    }
}

/// A callback as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// `webhook-id`.
    pub(super) id: String,
    pub(super) body: Vec<u8>,
}

pub(super) struct Hostile {
    pub(super) manner: Manner,
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    is_healed: AtomicBool,
}

impl Hostile {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        drop(telemetry::spawn("a hostile receiver", async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = Arc::clone(&served);
                drop(telemetry::spawn("a connection", async move {
                    // Whoever hangs up ends the connection, not the receiver.
                    let _hung_up = serve(stream, manner, &served).await;
                }));
            }
        }));
        Self {
            manner,
            port,
            shared,
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// From now on it takes everything.
    pub(super) fn heal(&self) {
        self.shared.is_healed.store(true, Ordering::SeqCst);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, manner: Manner, shared: &Shared) -> std::io::Result<()> {
    const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let (read, mut write) = stream.into_split();
    let mut requests = BufReader::new(read);
    while let Some(seen) = request(&mut requests).await? {
        shared.seen.lock().unwrap().push(seen);
        if shared.is_healed.load(Ordering::SeqCst) {
            write.write_all(TAKEN).await?;
            continue;
        }
        match manner {
            Manner::Takes => write.write_all(TAKEN).await?,
            Manner::Answers(status) => {
                let answer = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n");
                write.write_all(answer.as_bytes()).await?;
            }
            Manner::Hangs => std::future::pending().await,
            Manner::Closes => return Ok(()),
            Manner::Redirects => {
                let head =
                    "HTTP/1.1 307 Elsewhere\r\nlocation: /taken-there\r\ncontent-length: 0\r\n\r\n";
                write.write_all(head.as_bytes()).await?;
            }
            Manner::Drips => {
                write.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ").await?;
                drip(&mut write).await?;
            }
            Manner::NeverEnds => {
                write.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                write.write_all(&[b'x'; 100]).await?;
                drip(&mut write).await?;
            }
            Manner::HasHugeHead => {
                write.write_all(b"HTTP/1.1 200 OK\r\nx-huge: ").await?;
                write.write_all(&vec![b'x'; 2 * 1024 * 1024]).await?;
                write.write_all(TAKEN).await?;
            }
        }
    }
    Ok(())
}

async fn drip(write: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        write.write_all(b"x").await?;
    }
}

/// The next request of a connection; none: its other end closed it.
async fn request(requests: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Seen>> {
    let (mut id, mut length) = (String::new(), 0);
    let mut is_first = true;
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() && !is_first {
            break;
        }
        is_first = false;
        if let Some((name, value)) = line.split_once(": ") {
            match name {
                "webhook-id" => value.clone_into(&mut id),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
    }
    let mut body = vec![0; length];
    requests.read_exact(&mut body).await?;
    Ok(Some(Seen { id, body }))
}
