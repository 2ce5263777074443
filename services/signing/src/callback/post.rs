//! One callback on its way to a receiver for whom nobody vouches: a POST that ends in time and goes nowhere else.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};
use thiserror::Error;

use super::reach::{Checked, Lookup, OutOfReach, Reach};

/// Why a receiver did not take a callback. `Display` goes to the integrator.
#[derive(Debug, Error)]
pub(super) enum SendError {
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
    #[error("the receiver does not answer in time")]
    Slow(#[source] reqwest::Error),
    #[error("the receiver cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the receiver answered {0}")]
    Refused(u16),
}

impl From<reqwest::Error> for SendError {
    fn from(error: reqwest::Error) -> Self {
        // The address may hold the receiver's own secrets.
        let error = error.without_url();
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(found) = cause {
            if let Some(reason) = found.downcast_ref::<OutOfReach>() {
                return Self::OutOfReach(*reason);
            }
            cause = found.source();
        }
        if error.is_timeout() {
            Self::Slow(error)
        } else {
            Self::Unreachable(error)
        }
    }
}

/// What is sent.
pub(super) struct Signed {
    pub(super) id: String,
    /// Epoch seconds.
    pub(super) at: i64,
    pub(super) signature: String,
    pub(super) body: String,
}

/// Sends, with limits to where and how long.
pub(super) struct Post {
    http: reqwest::Client,
    reach: Reach,
}

impl Post {
    /// `timeout` is for the whole of one try, the looking up of the name included.
    pub(super) fn new(
        reach: Reach,
        lookup: Arc<dyn Lookup>,
        timeout: Duration,
    ) -> Result<Self, reqwest::Error> {
        // Installed once a process; a second call only finds it there.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let checked = Checked {
            lookup,
            private: reach.private,
        };
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("OKdokument")
            .no_proxy()
            .dns_resolver(Arc::new(checked))
            .build()?;
        Ok(Self { http, reach })
    }

    /// Taken is what was answered with 2xx. The answer's body is nobody's business, and is not read.
    pub(super) async fn send(&self, destination: &str, signed: Signed) -> Result<(), SendError> {
        let url = self.reach.check(destination)?;
        let answer = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .header(HEADER_WEBHOOK_ID, signed.id)
            .header(HEADER_WEBHOOK_TIMESTAMP, signed.at.to_string())
            .header(HEADER_WEBHOOK_SIGNATURE, signed.signature)
            .body(signed.body)
            .send()
            .await?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::Refused(answer.status().as_u16()))
        }
    }
}

/// The beginning of a URL that says whom it calls.
pub(super) fn origin(destination: &str) -> &str {
    let authority = destination.find("://").map_or(0, |scheme| scheme + 3);
    let rest = destination.get(authority..).unwrap_or_default();
    let end = rest
        .find(['/', '?', '#'])
        .map_or(destination.len(), |end| authority + end + 1);
    destination.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io;
    use std::net::{IpAddr, TcpListener};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);
    const OPEN: Reach = Reach {
        private: true,
        https_only: false,
    };
    const GUARDED: Reach = Reach {
        private: false,
        https_only: false,
    };

    /// Counts who connects to it, and answers nobody.
    struct Trap {
        port: u16,
        caught: Arc<AtomicUsize>,
    }

    impl Trap {
        fn set() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let caught = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&caught);
            std::thread::spawn(move || {
                for _connection in listener.incoming() {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            });
            Self { port, caught }
        }

        fn caught(&self) -> usize {
            self.caught.load(Ordering::SeqCst)
        }
    }

    /// Answers one after another, the last for ever.
    struct Rebinding {
        answers: Mutex<VecDeque<Vec<IpAddr>>>,
        asked: AtomicUsize,
    }

    impl Rebinding {
        fn with(answers: &[&[&str]]) -> Arc<Self> {
            let answers = answers
                .iter()
                .map(|answer| answer.iter().map(|one| one.parse().unwrap()).collect());
            Arc::new(Self {
                answers: Mutex::new(answers.collect()),
                asked: AtomicUsize::new(0),
            })
        }
    }

    #[async_trait::async_trait]
    impl Lookup for Rebinding {
        async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let mut answers = self.answers.lock().unwrap();
            let answer = answers.pop_front().unwrap_or_default();
            if answers.is_empty() {
                answers.push_back(answer.clone());
            }
            Ok(answer)
        }
    }

    fn signed() -> Signed {
        Signed {
            id: "evt_1".to_owned(),
            at: 1,
            signature: "v1,x".to_owned(),
            body: "{}".to_owned(),
        }
    }

    fn guarded(lookup: Arc<dyn Lookup>) -> Post {
        Post::new(GUARDED, lookup, PATIENCE).unwrap()
    }

    #[tokio::test]
    async fn no_notation_of_a_private_address_is_called() {
        let trap = Trap::set();
        let post = guarded(Arc::new(super::super::reach::System));
        for host in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "017700000001",
            "127%2e0.0.1",
            "１２７.0.0.1",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "10.0.0.1",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "api.localhost",
            "example.com@127.0.0.1",
            "example.com:80@127.0.0.1",
            "example.com%00@127.0.0.1",
        ] {
            let url = format!("http://{host}:{}/hook", trap.port);
            let refused = post.send(&url, signed()).await.unwrap_err();
            let is_private = matches!(refused, SendError::OutOfReach(OutOfReach::Private));
            assert!(is_private, "{url}: {refused:?}");
        }
        assert_eq!(trap.caught(), 0);
    }

    #[tokio::test]
    async fn a_name_that_leads_to_private_addresses_only_is_not_called() {
        let trap = Trap::set();
        for private in [
            "127.0.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "10.0.0.1",
            "169.254.169.254",
            "fd00:ec2::254",
        ] {
            let post = guarded(Rebinding::with(&[&[private, "127.0.0.1"]]));
            let url = format!("http://hook.example:{}/", trap.port);
            let refused = post.send(&url, signed()).await.unwrap_err();
            let is_private = matches!(refused, SendError::OutOfReach(OutOfReach::Private));
            assert!(is_private, "{private}: {refused:?}");
        }
        assert_eq!(trap.caught(), 0);
    }

    #[tokio::test]
    async fn of_a_name_that_answers_anew_each_time_only_checked_addresses_are_left() {
        let lookup = Rebinding::with(&[&["1.1.1.1", "127.0.0.1"], &["127.0.0.1"]]);
        let checked = Checked {
            lookup: Arc::clone(&lookup) as Arc<dyn Lookup>,
            private: false,
        };
        let ask = || reqwest::dns::Resolve::resolve(&checked, "rebind.example".parse().unwrap());
        let first: Vec<IpAddr> = ask().await.unwrap().map(|found| found.ip()).collect();
        assert_eq!(first, ["1.1.1.1".parse::<IpAddr>().unwrap()]);
        assert!(ask().await.is_err(), "the second answer is private");

        let trap = Trap::set();
        let post = guarded(Arc::clone(&lookup) as Arc<dyn Lookup>);
        let url = format!("http://rebind.example:{}/", trap.port);
        post.send(&url, signed()).await.unwrap_err();
        assert_eq!(trap.caught(), 0);
    }

    #[tokio::test]
    async fn what_is_connected_to_is_what_was_looked_up_and_nothing_is_looked_up_twice() {
        let receiver = test_kit::Receiver::start();
        let at = receiver.url("").rsplit(':').next().unwrap().to_owned();
        // Nobody else knows the name.
        let lookup = Rebinding::with(&[&["127.0.0.1"], &["192.0.2.1"]]);
        let told = Arc::clone(&lookup) as Arc<dyn Lookup>;
        let post = Post::new(OPEN, told, PATIENCE).unwrap();
        let url = format!("http://hook.invalid:{at}/hook");
        post.send(&url, signed()).await.unwrap();
        assert_eq!(receiver.callbacks().len(), 1);
        assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn https_alone_is_called_where_the_operator_says_so() {
        let strict = Reach {
            private: false,
            https_only: true,
        };
        assert_eq!(
            strict.check("http://shop.example/hook"),
            Err(OutOfReach::Plain)
        );
        assert!(strict.check("https://shop.example/hook").is_ok());
        assert!(GUARDED.check("http://shop.example/hook").is_ok());
        assert_eq!(GUARDED.check("nowhere"), Err(OutOfReach::Url));
    }

    #[test]
    fn a_receiver_is_known_by_the_beginning_of_its_address() {
        for (url, begins) in [
            ("https://shop.example/hook?x=/", "https://shop.example/"),
            ("https://shop.example:8443/a", "https://shop.example:8443/"),
            ("https://shop.example?x=1", "https://shop.example?"),
            ("https://shop.example", "https://shop.example"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(origin(url), begins);
        }
    }
}
