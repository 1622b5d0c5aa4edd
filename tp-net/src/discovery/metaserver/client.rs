//! Asks a metaserver.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::Uri;

use super::super::Error;
use super::{Key, Receipt, answer, form};
use crate::model::Game;
use crate::transport::{Proxies, Proxy, Scheme, Url};

/// The metaserver that programs of Thousand Parsec asked for many years.
///
/// Nothing in this library uses it unless told to.
pub const DEFAULT_URL: &str = "http://metaserver.thousandparsec.net/";

/// Bytes of an answer that are read.
const ANSWER: u64 = 4 << 20;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A metaserver, as a client sees it. Clones share connections.
///
/// The URL is `http://HOST[:PORT][/PATH]`. Proxies are taken from the environment, as for `tp+http`
/// ([`Proxies::Environment`]), except for servers on this machine.
///
/// ```
/// use tp_net::discovery::metaserver::Metaserver;
///
/// # use tp_net::discovery::metaserver::Directory;
/// # fn ask() -> Result<(), tp_net::discovery::Error> {
/// let metaserver = Metaserver::new("http://metaserver.example/")?;
/// for game in metaserver.games()? {
///     println!("{}", game.long_name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Metaserver {
    url: Arc<str>,
    proxy: Option<Arc<str>>,
    agent: ureq::Agent,
}

impl Metaserver {
    /// The metaserver at this URL.
    ///
    /// # Errors
    ///
    /// It is no URL of a metaserver, or the environment names a proxy that cannot be used.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::within(url, TIMEOUT)
    }

    /// As [`new`](Self::new), and each request may take so long.
    fn within(url: &str, timeout: Duration) -> Result<Self, Error> {
        let refused = |reason| Error::Url { reason };
        if !url.is_ascii() {
            return Err(refused(
                "it is not ASCII; an international name has an ASCII form, with xn--",
            ));
        }
        let uri: Uri = url.parse().map_err(|_| refused("it is malformed"))?;
        let host = uri.host().unwrap_or_default();
        let place = uri.authority().map_or("", |it| it.as_str());
        let fault = match uri.scheme_str() {
            Some("https") => Some("https is not supported"),
            Some("http") if place.contains('@') => Some("it has a user"),
            // Somebody's password may have a slash.
            Some("http") if uri.path().contains('@') => Some("a / stands before an @"),
            Some("http") if uri.query().is_some() => Some("it has a query"),
            Some("http") if host.is_empty() => Some("it names no host"),
            // It would be sent to the web server, to which it means nothing.
            Some("http") if host.contains('%') => Some("addresses with zones are not supported"),
            Some("http") if place != host && uri.port_u16().is_none() => Some("its port is none"),
            Some("http") => None,
            _ => Some("it does not start with http://"),
        };
        if let Some(reason) = fault {
            return Err(refused(reason));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(3)
            .max_response_header_size(16 << 10)
            .user_agent(concat!("tp-net/", env!("CARGO_PKG_VERSION")));
        let proxy = proxy(host, uri.port_u16())?;
        let config = config.proxy(proxy.as_ref().map(for_agent).transpose()?);
        Ok(Self {
            url: url.into(),
            proxy: proxy.map(|proxy| proxy.to_string().into()),
            agent: config.build().new_agent(),
        })
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &Arc<str> {
        &self.url
    }

    /// The games it lists. Blocks the thread, for 15 seconds at most.
    ///
    /// # Errors
    ///
    /// It cannot be reached, refuses, or answers with something else.
    pub fn games(&self) -> Result<Vec<Game>, Error> {
        let url = format!("{}?action=get", self.url);
        let request = self.agent.get(url).header("Cache-Control", "no-cache");
        answer::games(&self.body(request.call())?)
    }

    /// As [`games`](Self::games), without blocking: it runs on a thread of its own, and needs no
    /// particular runtime.
    ///
    /// # Errors
    ///
    /// As [`games`](Self::games), or the system gives no thread.
    pub async fn games_async(&self) -> Result<Vec<Game>, Error> {
        let this = self.clone();
        on_a_thread(move || this.games()).await
    }

    /// Registers a game, or tells what is new about it. Blocks the thread, for 15 seconds at most.
    /// [`Publisher`](super::Publisher) does this as often as it has to be done.
    ///
    /// # Errors
    ///
    /// As [`games`](Self::games).
    pub fn update(&self, game: &Game, key: &Key) -> Result<Receipt, Error> {
        let request = self
            .agent
            .post(&*self.url)
            .content_type("application/x-www-form-urlencoded");
        answer::receipt(&self.body(request.send(form::update(game, key)))?)
    }

    /// As [`update`](Self::update), without blocking.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), or the system gives no thread.
    pub async fn update_async(&self, game: &Game, key: &Key) -> Result<Receipt, Error> {
        let (this, game, key) = (self.clone(), game.clone(), key.clone());
        on_a_thread(move || this.update(&game, &key)).await
    }

    fn body(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Vec<u8>, Error> {
        let failed = |error| self.failed(error);
        let mut response = response.map_err(failed)?;
        let body = response.body_mut().with_config().limit(ANSWER);
        let body = body.read_to_vec().map_err(failed)?;
        if !response.status().is_success() {
            return Err(answer::refused(&body).unwrap_or(Error::Status {
                url: Arc::clone(&self.url),
                status: response.status().as_u16(),
            }));
        }
        Ok(body)
    }

    fn failed(&self, error: ureq::Error) -> Error {
        let source = match error {
            ureq::Error::BodyExceedsLimit(limit) => return Error::TooLarge { limit },
            ureq::Error::Io(error) => error,
            ureq::Error::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, "it takes too long"),
            other => io::Error::other(other.to_string()),
        };
        Error::Unreachable {
            url: Arc::clone(&self.url),
            proxy: self.proxy.clone(),
            source: Arc::new(source),
        }
    }
}

/// The proxy to a web server, if there is one.
fn proxy(host: &str, port: Option<u16>) -> Result<Option<Proxy>, Error> {
    if is_here(host) {
        return Ok(None);
    }
    let refused = |_| Error::Url {
        reason: "its host is neither a name nor an address",
    };
    let url = Url::new(Scheme::TpHttp, host).map_err(refused)?;
    let port = port.unwrap_or(url.port_or_default());
    let proxy = Proxies::Environment.to(&url.with_port(port));
    proxy.map_err(|error| Error::Proxy(Arc::new(error)))
}

/// The same as the HTTP library has it.
fn for_agent(proxy: &Proxy) -> Result<ureq::Proxy, Error> {
    let place = proxy.to_string();
    let host = place.strip_suffix(&format!(":{}", proxy.port()));
    let builder = ureq::Proxy::builder(ureq::ProxyProtocol::Http)
        .host(host.unwrap_or(&place))
        .port(proxy.port());
    let builder = match proxy.login() {
        Some((user, password)) => builder.username(user).password(password),
        None => builder,
    };
    let built = builder.build();
    built.map_err(|error| io::Error::other(error.to_string()).into())
}

/// Returns `true` if the host is this machine, which no proxy reaches for us.
fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = flume::bounded(1);
    std::thread::Builder::new()
        .name("tp-metaserver".to_owned())
        // Nobody minds if the future was dropped.
        .spawn(move || drop(sender.send(work())))?;
    let ended = || io::Error::other("the thread ended");
    receiver.recv_async().await.map_err(|_| ended())?
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc;

    use super::*;

    /// Within this time whatever ends has ended, on the slowest machine.
    const WATCHDOG: Duration = Duration::from_secs(60);

    /// The URL of one who sends `start`, and then `piece` again and again, to each who asks.
    fn dripping(start: &'static str, piece: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let mut unread = socket.try_clone().unwrap();
                // What was not read would make a reset of the end.
                std::thread::spawn(move || while matches!(unread.read(&mut [0; 999]), Ok(1..)) {});
                std::thread::spawn(move || {
                    let mut sent = socket.write_all(start.as_bytes());
                    while sent.is_ok() {
                        std::thread::sleep(Duration::from_millis(1));
                        sent = socket.write_all(piece.as_bytes());
                    }
                });
            }
        });
        url
    }

    #[test]
    fn whatever_drips_every_question_ends() {
        let whole = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (what, start, piece) in [
            ("nothing", "", ""),
            ("a status by the byte", "HTTP/1.1 200 ", "x"),
            ("a header by the byte", "HTTP/1.1 200 OK\r\nA: ", "x"),
            ("not yet, without end", "", "HTTP/1.1 100 Continue\r\n\r\n"),
            ("a body by the byte", "HTTP/1.1 200 OK\r\n\r\n", "x"),
            (
                "a body that has a length",
                "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n",
                "x",
            ),
            ("chunks of a byte", whole, "1\r\nx\r\n"),
            (
                "an extension of a chunk",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                "x",
            ),
            ("a page of an error", "HTTP/1.1 404 No\r\n\r\n", "x"),
        ] {
            let url = dripping(start, piece);
            let metaserver = Metaserver::within(&url, Duration::from_millis(50)).unwrap();
            let (sender, ended) = mpsc::channel();
            std::thread::spawn(move || {
                let key = "k".into();
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .build()
                    .unwrap();
                let outcomes = [
                    metaserver.games().map(drop),
                    metaserver.update(&Game::default(), &key).map(drop),
                    runtime.block_on(metaserver.games_async()).map(drop),
                    runtime
                        .block_on(metaserver.update_async(&Game::default(), &key))
                        .map(drop),
                ];
                let _ = sender.send(outcomes);
            });
            for outcome in ended.recv_timeout(WATCHDOG).expect(what) {
                let error = outcome.expect_err(what);
                assert!(
                    matches!(error, Error::Unreachable { .. }),
                    "{what}: {error}"
                );
            }
        }
    }

    #[test]
    fn only_urls_of_web_servers_are_taken() {
        for url in [
            "http://h",
            "http://h:8080/meta/",
            "http://[::1]:80/",
            "HTTP://h/x.php",
        ] {
            assert!(Metaserver::new(url).is_ok(), "{url}");
        }
        for (url, reason) in [
            ("", "it is malformed"),
            ("h", "it does not start with http://"),
            ("tp://h", "it does not start with http://"),
            ("https://h/", "https is not supported"),
            ("http://h/?action=get", "it has a query"),
            ("http://a b/", "it is malformed"),
            ("http://:80/", "it names no host"),
            ("http://ada:s3cret@h/", "it has a user"),
            ("http://ada:s3cret/x@h/", "a / stands before an @"),
            ("http://ada:12/s3cret@h/", "a / stands before an @"),
            ("http://ada:s3cret", "its port is none"),
            ("http://ada:s3 cret@h/", "it is malformed"),
            ("ada:s3cret@h", "it "),
            ("http://b\u{fc}cher.example/", "it is not ASCII"),
            ("http://[fe80::1%25eth0]/", "with zones"),
        ] {
            let error = Metaserver::new(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(reason), "{url}: {shown}");
            assert!(!shown.contains("s3") && !shown.contains("ada"), "{shown}");
        }
    }

    #[test]
    fn this_machine_is_told_apart() {
        for host in ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"] {
            assert!(is_here(host), "{host}");
        }
        for host in ["localhost.example", "192.0.2.1", "[2001:db8::1]"] {
            assert!(!is_here(host), "{host}");
        }
    }
}
