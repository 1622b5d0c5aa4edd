//! TLS on the port of the protocol, and what goes on inside of it.

use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tp_frames::{DecodeOptions, Packet, RawFrame, game};
use tp_net::Options;
use tp_net::model::Feature;
use tp_net::server::{Server, ServerError, Timeouts, Transport};
use tp_net::transport::tls::Trust;
use tp_net::transport::{AsyncLayered, Proxies};

use crate::client_tls::identity;
use crate::peer::frame;
use crate::server_client::{Client, LONG, Okay, Shallow, address, start, start_with};
use crate::server_http::curl;

/// A server that takes everything, and whom a client trusts to be it.
async fn start_secure() -> (Server, Arc<Shallow>, Trust) {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let (server, game) = start_with(|builder| builder.tls(identity)).await;
    (server, game, trust)
}

/// A bare TLS connection.
async fn open(server: &Server, trust: &Trust) -> AsyncLayered<TcpStream> {
    let address = address(server);
    let layer = trust
        .layer(&address.ip().to_string(), address.port())
        .unwrap();
    let socket = TcpStream::connect(address).await.unwrap();
    let mut secure = AsyncLayered::new(socket, layer);
    timeout(LONG, secure.handshake()).await.unwrap().unwrap();
    secure
}

fn connect_frame() -> Vec<u8> {
    frame(game::TP04, 1, &game::Connect::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_port_takes_everything() {
    let (server, game, trust) = start_secure().await;
    let options = || {
        Options::default()
            .trust(trust.clone())
            .proxies(Proxies::Never)
    };
    for (scheme, encrypted) in [
        ("tp", false),
        ("tps", true),
        ("tp+http", false),
        ("tp+https", true),
    ] {
        let url = format!("{scheme}://{}", address(&server));
        let client = tp_net::client::Client::connect(url, options())
            .await
            .unwrap();
        client.login("ada", "").await.unwrap();
        let features = client.features().await.unwrap();
        assert!(features.contains(Feature::SECURE_HERE), "{scheme}");
        let peer = game.peers.lock().unwrap().last().unwrap().clone();
        assert_eq!(peer.is_encrypted(), encrypted, "{scheme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_and_the_page_are_inside_too() {
    let (server, _, trust) = start_secure().await;
    let mut secure = open(&server, &trust).await;
    let request = [&b"POST /x HTTP/1.0\r\n\r\n"[..], &connect_frame()].concat();
    secure.write_all(&request).await.unwrap();
    secure.flush().await.unwrap();
    let mut received = BytesMut::new();
    let blank_line = loop {
        assert_ne!(secure.read_buf(&mut received).await.unwrap(), 0);
        if let Some(at) = received.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
    };
    assert!(received.starts_with(b"HTTP/1.0 200 OK\r\n"));
    let _ = received.split_to(blank_line + 4);
    let frame = loop {
        if let Some(frame) = RawFrame::take(&mut received, &DecodeOptions::default()).unwrap() {
            break frame;
        }
        assert_ne!(secure.read_buf(&mut received).await.unwrap(), 0);
    };
    assert_eq!(frame.header.r#type, game::Okay::TYPE);

    let mut secure = open(&server, &trust).await;
    secure
        .write_all(b"GET / HTTP/1.0\r\nHost: h\r\n\r\n")
        .await
        .unwrap();
    let mut page = String::new();
    secure.read_to_string(&mut page).await.unwrap();
    assert!(page.contains(">tps://h:443<"), "{page}");
}

#[test]
fn curl_gets_the_page_through_tls() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, _, _) = runtime.block_on(start_secure());
    let address = address(&server);
    if let Some(page) = curl(&["--insecure", "--fail", &format!("https://{address}/")]) {
        assert!(page.contains(&format!(">tps://{address}<")), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_can_take_tls_only() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let builder = Server::builder().tls(identity);
    let builder = builder.listen_for("127.0.0.1:0", [Transport::Tls]);
    let server = builder.start(Shallow::default()).await.unwrap();
    for start in [&connect_frame()[..], b"GET / HTTP/1.0\r\n\r\n"] {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(start);
        let told = String::from_utf8(client.rest()).unwrap();
        assert!(told.contains("tps://"), "{told}");
    }
    let url = format!("tps://{}", address(&server));
    let options = Options::default().trust(trust);
    let client = tp_net::client::Client::connect(url, options).await.unwrap();
    let features = client.features().await.unwrap();
    assert!(features.contains(Feature::SECURE_HERE));
    assert!(!features.contains(Feature::HTTP_HERE));
    // Without a certificate there is nothing to be.
    let nobody = Server::builder().listen_for("127.0.0.1:0", [Transport::Tls]);
    let nobody = nobody.start(Shallow::default()).await;
    assert!(matches!(nobody, Err(ServerError::NoIdentity)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_certificate_there_is_an_alert() {
    let (server, _) = start().await;
    let trust = Trust::dangerously_anyone();
    let layer = trust.layer("localhost", 1).unwrap();
    let socket = TcpStream::connect(address(&server)).await.unwrap();
    let mut secure = AsyncLayered::new(socket, layer);
    let error = timeout(LONG, secure.handshake())
        .await
        .unwrap()
        .unwrap_err();
    assert!(error.to_string().contains("the peer ends TLS"), "{error}");
}

/// The first bytes of a handshake of `length` bytes.
fn hello(length: [u8; 3]) -> Vec<u8> {
    let mut start = b"\x16\x03\x01\x40\0\x01".to_vec();
    start.extend(length);
    start
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_handshake_takes_a_short_time_and_delays_nobody() {
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Duration::from_secs(2);
    let (server, _) = start_with(|builder| builder.tls(identity().0).timeouts(timeouts)).await;
    let mut hanging = Vec::new();
    for _ in 0..200 {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(&hello([0, 1, 0]));
        hanging.push(client);
    }
    let mut client = Client::tp04(address(&server));
    assert_eq!(client.ask(&game::Ping {}), Okay);
    for mut client in hanging {
        client.rest();
    }
    // Who speaks frames has all the time.
    assert_eq!(client.ask(&game::Ping {}), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_without_end_is_cut_off() {
    let (server, _) = start_with(|builder| builder.tls(identity().0)).await;
    let mut client = Client::open(address(&server), game::TP04);
    let mut record = hello([0xff, 0xff, 0xff]);
    record.resize(5 + 0x4000, 0);
    let mut written: usize = 0;
    // The system takes some too, so the end is seen a while later.
    let error = loop {
        match client.socket.write(&record) {
            Ok(count) => written += count,
            Err(error) => break error,
        }
        assert!(written < 100 << 20, "the server takes it all");
    };
    assert_ne!(
        error.kind(),
        ErrorKind::WouldBlock,
        "it neither reads nor ends"
    );
}
