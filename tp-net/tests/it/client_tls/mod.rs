//! TLS, on every client.

mod drip;
#[cfg(unix)]
mod openssl;
mod redirect;
mod tls_front;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use tempfile::TempDir;
use tp_game::{Game, Serving};
use tp_net::server::Limits;
use tp_net::transport::tls::{Fault, Identity, TlsError, Trust};
use tp_net::transport::{TransportError, Url};
use tp_net::{Error, Options, admin};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::{Peer, Server, options};
use tls_front::TlsFront;

/// A certificate that a server made for itself.
pub(crate) fn identity() -> (Identity, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["game.example"]).unwrap();
    (identity, folder)
}

pub(crate) fn url(text: impl AsRef<str>) -> Url {
    text.as_ref().parse().unwrap()
}

pub(crate) fn encrypted(address: SocketAddr) -> Url {
    url(format!("tps://{address}"))
}

/// A game that takes TLS.
pub(crate) fn encrypted_game(identity: Identity) -> Serving {
    let server = tp_net::server::Server::builder();
    let server = server.listen("127.0.0.1:0").tls(identity);
    Game::new(1).serve_by(server).unwrap()
}

/// What the login is answered, or why there was none.
pub(crate) fn logged_in(api: Api, url: &Url, options: Options) -> Result<String, Error> {
    let mut client = AnyClient::connect(api, url.clone(), options)?;
    Ok(ask!(client, login("guest", "guest"))?.to_string())
}

fn tls_error(error: &Error) -> &TlsError {
    match error.transport() {
        Some(TransportError::Tls(error)) => error,
        other => panic!("{error}: {other:?}"),
    }
}

#[test]
fn a_game_is_played_through_tls_on_every_client() {
    let (identity, folder) = identity();
    let fingerprint = identity.fingerprint();
    let game = encrypted_game(identity);
    let root = folder.path().join("tls-identity.pem");
    let seen = folder.path().join("seen.txt");
    for api in APIS {
        for trust in [
            Trust::pinned([fingerprint]),
            Trust::roots_file(&root).unwrap(),
            Trust::on_first_use(&seen),
            Trust::dangerously_anyone(),
        ] {
            let options = options().trust(trust);
            let mut client =
                AnyClient::connect(api, encrypted(game.local_addr()), options).unwrap();
            ask!(client, login("guest", "guest")).unwrap();
            let ids = ask!(client, object_ids(None)).unwrap();
            assert!(ids.len() > 1);
            let ids: Vec<u32> = ids.iter().map(|id| id.id).collect();
            let objects = ask!(client, objects(ids.clone())).unwrap();
            assert_eq!(
                objects.into_iter().filter_map(Result::ok).count(),
                ids.len()
            );
        }
    }
    let seen = std::fs::read_to_string(seen).unwrap();
    assert_eq!(seen, format!("{} {fingerprint}\n", game.local_addr()));
}

#[test]
fn a_stranger_is_refused_and_the_error_says_how_to_allow_it() {
    let (this, _folder) = identity();
    let (that, _other_folder) = identity();
    let game = encrypted_game(this.clone());
    let platform_or_pin = [Trust::platform(), Trust::pinned([that.fingerprint()])];
    for api in APIS {
        for trust in &platform_or_pin {
            let options = options().trust(trust.clone());
            let error = logged_in(api, &encrypted(game.local_addr()), options).unwrap_err();
            assert!(error.is_disconnected() && !error.is_timeout());
            let Some(untrusted) = error.untrusted() else {
                // A machine without roots says that.
                assert!(matches!(tls_error(&error), TlsError::Roots(_)), "{error}");
                continue;
            };
            assert!(matches!(
                untrusted.fault,
                Fault::UnknownIssuer | Fault::NotPinned
            ));
            assert_eq!(untrusted.fingerprint, this.fingerprint());
            let text = error.to_string();
            assert!(text.contains("pin its fingerprint"), "{text}");
        }
    }
}

#[test]
fn a_changed_certificate_is_refused_on_every_client() {
    let (identity, folder) = identity();
    let game = encrypted_game(identity);
    let seen = folder.path().join("seen.txt");
    let other = "00".repeat(32);
    std::fs::write(&seen, format!("{} {other}\n", game.local_addr())).unwrap();
    for api in APIS {
        let options = options().trust(Trust::on_first_use(&seen));
        let error = logged_in(api, &encrypted(game.local_addr()), options).unwrap_err();
        let fault = &error.untrusted().unwrap().fault;
        assert!(matches!(fault, Fault::Changed { line: 1, .. }), "{fault:?}");
    }
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Where connections are taken, counted and talked to, one after the other.
fn counted(talk: impl Fn(&mut TcpStream) + Send + 'static) -> (Url, Receiver<()>) {
    let (listener, address) = listener();
    let (sender, count) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while let Ok((mut socket, _)) = listener.accept()
            && sender.send(()).is_ok()
        {
            talk(&mut socket);
        }
    });
    (encrypted(address), count)
}

#[test]
fn who_speaks_no_tls_is_not_asked_again_in_an_older_version() {
    for (said, text) in [
        (
            &b"You are not running the correct protocol\n"[..],
            "does not speak TLS; it sent \"You are not running the correct protocol\"; is",
        ),
        // Hung up in the middle of a line.
        (
            b"Come back",
            "does not speak TLS; it sent \"Come back\"; is",
        ),
        (b"", " ended the connection during the TLS handshake: "),
        // A fatal alert, handshake_failure.
        (
            b"\x15\x03\x03\x00\x02\x02\x28",
            "no method of encryption that both know",
        ),
    ] {
        for api in APIS {
            let (url, count) = counted(|socket| {
                let _ = socket.read(&mut [0; 512]);
                let _ = socket.write_all(said);
            });
            let error = logged_in(api, &url, options()).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
            assert!(error.transport().is_some() && error.is_disconnected());
            assert_eq!(count.try_iter().count(), 1, "{error}");
        }
    }
}

#[test]
fn a_full_server_is_heard_whichever_way_one_comes() {
    let (identity, _folder) = identity();
    let mut limits = Limits::default();
    limits.connections = 0;
    let server = tp_net::server::Server::builder();
    let server = server.listen("127.0.0.1:0").tls(identity).limits(limits);
    let game = Game::new(1).serve_by(server).unwrap();
    for scheme in ["tp", "tps", "tp+http", "tp+https"] {
        let url: Url = format!("{scheme}://{}", game.local_addr()).parse().unwrap();
        for api in APIS {
            let error = logged_in(api, &url, options()).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains("\"This server is full, please"),
                "{api:?} {scheme}: {told}"
            );
        }
    }
}

/// What came is told even if the peer does not hang up, and the line has no end.
#[test]
fn a_peer_that_says_a_few_words_and_waits_is_heard() {
    for api in APIS {
        let (url, _count) = counted(|socket| {
            socket.write_all(b"Who is there?").unwrap();
            let _ = socket.read_to_end(&mut Vec::new());
        });
        let options = options().connect_timeout(Duration::from_millis(300));
        let told = logged_in(api, &url, options).unwrap_err().to_string();
        assert!(told.contains("it sent \"Who is there?\""), "{told}");
    }
}

/// Agrees on TLS, and then sends a record that nobody can decrypt.
fn spoil(socket: &mut TcpStream, identity: &Identity) {
    let mut layer = identity.layer().unwrap();
    let mut buffer = [0; 4096];
    while !layer.is_ready() {
        let count = socket.read(&mut buffer).unwrap();
        layer.receive(&buffer[..count], &mut Vec::new()).unwrap();
        let output = layer.output().to_vec();
        socket.write_all(&output).unwrap();
        layer.written(output.len());
    }
    socket.write_all(b"\x17\x03\x03\x00\x05wrong").unwrap();
    let _ = socket.read_to_end(&mut Vec::new());
}

#[test]
fn tls_that_breaks_before_the_greeting_is_not_tried_again_in_an_older_version() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    for api in APIS {
        let identity = identity.clone();
        let (url, count) = counted(move |socket| spoil(socket, &identity));
        let error = logged_in(api, &url, options().trust(trust.clone())).unwrap_err();
        assert!(
            matches!(tls_error(&error), TlsError::Protocol(_)),
            "{error}"
        );
        assert_eq!(count.try_iter().count(), 1, "{error}");
    }
}

#[test]
fn a_silent_peer_costs_the_time_to_connect_and_no_more() {
    for api in APIS {
        // The system accepts, and nobody answers.
        let (_listener, address) = listener();
        let options = options().connect_timeout(Duration::from_millis(100));
        let error = logged_in(api, &encrypted(address), options).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(
            error.to_string().starts_with(&format!(
                "the server {address} is silent during the TLS handshake"
            )),
            "{error}"
        );
    }
}

#[test]
fn administration_goes_through_tls_too() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let script = |server: &mut Server| {
        let mut line = server.accept();
        line.greet();
        line.let_in();
    };

    let peer = Peer::start(script);
    let front = TlsFront::start(identity.clone(), peer.address());
    let options = options().trust(trust);
    let mut client =
        admin::BlockingClient::connect(encrypted(front.address()), options.clone()).unwrap();
    client.login("root", "s3cret").unwrap();
    drop(peer);

    let peer = Peer::start(script);
    let front = TlsFront::start(identity.clone(), peer.address());
    let mut client =
        admin::PollingClient::connect(encrypted(front.address()), options.clone()).unwrap();
    let ticket = client.login("root", "s3cret").unwrap();
    client
        .client()
        .wait()
        .unwrap()
        .redeem(&ticket)
        .unwrap()
        .unwrap();
    drop(peer);

    let peer = Peer::start(script);
    let front = TlsFront::start(identity, peer.address());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = admin::Client::connect(encrypted(front.address()), options)
            .await
            .unwrap();
        client.login("root", "s3cret").await.unwrap();
    });
}
