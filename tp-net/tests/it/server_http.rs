//! HTTP on the port of the protocol: the tunnel, the page, and those who want neither.

use std::process::Command;
use std::time::Duration;

use tp_frames::game;
use tp_frames::game::FeaturesFeature;
use tp_net::server::{Server, ServerError, Transport};

use crate::peer::frame;
use crate::server_client::{
    Client, Okay, Shallow, address, start, start_limited, start_timed, start_with,
};

/// Everything the server says to these bytes, until it hangs up.
fn answer(server: &Server, request: &[u8]) -> String {
    let mut client = Client::open(address(server), game::TP04);
    client.write(request);
    String::from_utf8(client.rest()).unwrap()
}

/// Head and body.
#[track_caller]
fn split(response: &str) -> (&str, &str) {
    response.split_once("\r\n\r\n").expect("a blank line")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page() {
    let (server, _) = start_with(|builder| builder.name("Deep <Space>")).await;
    let response = answer(
        &server,
        b"GET / HTTP/1.1\r\nHost: game.example:7000\r\n\r\n",
    );
    let (head, page) = split(&response);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        head.contains(&format!("\r\nContent-Length: {}\r\n", page.len())),
        "{head}"
    );
    assert!(head.ends_with("\r\nConnection: close"), "{head}");
    for words in [
        "Deep &lt;Space&gt;",
        "tp://game.example:7000",
        "TP03 and TP04",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let only_head = answer(
        &server,
        b"HEAD / HTTP/1.1\r\nHost: game.example:7000\r\n\r\n",
    );
    assert_eq!(split(&only_head), (head, ""));
}

/// What curl prints, or nothing if there is none.
pub(crate) fn curl(arguments: &[&str]) -> Option<String> {
    let output = Command::new(tp_test_components::program("curl")?)
        .args(["-sS", "--noproxy", "*", "--max-time", "20"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn curl_gets_the_page() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (server, _) = runtime.block_on(start());
    let address = address(&server);
    let url = format!("http://{address}/");
    let Some(page) = curl(&["--fail", &url]) else {
        return;
    };
    assert!(page.contains(&format!("tp://{address}<")), "{page}");
    assert!(page.ends_with("</html>\n"), "{page}");
    let only_code = ["-o", "/dev/null", "-w", "%{http_code}"];
    let status = curl(&[&only_code[..], &["-X", "DELETE", &url]].concat());
    assert_eq!(status.unwrap(), "405");
    let head = curl(&["-I", &url]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_becomes_a_tunnel_and_loses_nothing() {
    let (server, _) = start().await;
    let connect = frame(game::TP04, 1, &game::Connect::default());
    let ping = frame(game::TP04, 2, &game::Ping {});
    for head in [
        "POST /a1B2c3D4e5F6 HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 0\r\nHost: h:7\r\nAccept: */*\r\n\r\n",
        "POST //x HTTP/1.0\r\n\r\n",
        "POST http://h:7/x HTTP/1.1\r\nHost: h:7\r\nVia: 1.0 proxy\r\n\r\n",
    ] {
        for pieces in [1, usize::MAX] {
            let mut client = Client::open(address(&server), game::TP04);
            let request = [head.as_bytes(), &connect, &ping].concat();
            for piece in request.chunks(pieces.min(request.len())) {
                client.write(piece);
            }
            let head = client.http_head();
            assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
            assert!(
                head.contains("\r\nCache-Control: no-store, no-cache"),
                "{head}"
            );
            assert_eq!(client.reply(1), Okay);
            assert_eq!(client.reply(2), Okay);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn features_tell_what_the_port_takes() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), game::TP04);
    client.send(&game::GetFeatures {});
    let (_, features) = client.packet::<game::Features>();
    assert!(features.features.contains(&FeaturesFeature::HTTP_HERE));
    let (server, _) = start_with_only(&[Transport::Tcp]).await;
    let mut client = Client::open(address(&server), game::TP04);
    client.send(&game::GetFeatures {});
    let (_, features) = client.packet::<game::Features>();
    assert!(!features.features.contains(&FeaturesFeature::HTTP_HERE));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_said_so() {
    let (server, _) = start().await;
    let long = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(100_000));
    for (request, status) in [
        ("PUT / HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
        ("GET / HTTP/3.0\r\n\r\n", "505 HTTP Version Not Supported"),
        ("GET\x20\x20\x20\r\n\r\n", "400 Bad Request"),
        (&long, "431 Request Header Fields Too Large"),
    ] {
        let response = answer(&server, request.as_bytes());
        let (head, body) = split(&response);
        assert_eq!(
            head.lines().next(),
            Some(format!("HTTP/1.1 {status}").as_str())
        );
        assert_eq!(body.trim(), status);
        assert!(!head.to_lowercase().contains("access-control"), "{head}");
    }
}

/// All that a browser can be made to send to this port by a page of any origin, with frames in it
/// wherever there is room.
fn of_web_pages() -> Vec<(&'static str, Vec<u8>)> {
    let frames = [
        frame(game::TP04, 1, &game::Connect::default()),
        frame(game::TP04, 2, &game::Login::default()),
    ]
    .concat();
    let with_frames = |head: String| [head.as_bytes(), &frames].concat();
    let length = frames.len();
    let post = |headers: &str| with_frames(format!("POST / HTTP/1.1\r\nHost: h\r\n{headers}\r\n"));
    let page = "Origin: http://evil.example\r\nReferer: http://evil.example/\r\n";
    vec![
        // Whichever of its headers are left, by a policy or an old browser.
        ("403", post(page)),
        ("403", post("Origin: null\r\n")),
        ("403", post("Referer: http://evil.example/\r\n")),
        (
            "403",
            post("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"),
        ),
        // A name that leads here since a moment ago.
        (
            "403",
            post("Origin: http://h\r\nSec-Fetch-Site: same-origin\r\n"),
        ),
        // None of them: a form's fields and a script's stream.
        (
            "413",
            post(&format!(
                "Content-Type: text/plain\r\nContent-Length: {length}\r\n"
            )),
        ),
        ("501", post("Transfer-Encoding: chunked\r\n")),
        // What asks first whether it may.
        (
            "405",
            with_frames(format!(
                "OPTIONS / HTTP/1.1\r\nHost: h\r\n{page}Access-Control-Request-Method: TP04\r\n\r\n"
            )),
        ),
        (
            "405",
            with_frames("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n".into()),
        ),
        // A page, and no more.
        (
            "200",
            with_frames(format!(
                "GET / HTTP/1.1\r\nHost: h\r\n{page}Connection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )),
        ),
        (
            "200",
            with_frames("GET / HTTP/1.1\r\nHost: h\r\nSec-Fetch-Site: none\r\n\r\n".into()),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_can_look_and_not_play() {
    let (server, game) = start().await;
    for (status, request) in of_web_pages() {
        let response = answer(&server, &request);
        let shown = request.escape_ascii();
        // One answer of HTTP, and no frame behind it.
        assert_eq!(response.get(9..12), Some(status), "{shown}");
        assert_eq!(response.matches("HTTP/1.1").count(), 1, "{shown}");
        let (head, body) = split(&response);
        let length = format!("\r\nContent-Length: {}\r\n", body.len());
        assert!(head.contains(&length), "{shown}: {response}");
        for safe in ["nosniff", "default-src 'none'", "frame-ancestors 'none'"] {
            assert!(head.contains(safe), "{head}");
        }
        assert!(!head.to_lowercase().contains("access-control"), "{head}");
        if status == "403" {
            assert!(body.contains("Web pages cannot play here"), "{body}");
        }
    }
    // Where there is no HTTP, it is no frames.
    let (plain, _) = start_with_only(&[Transport::Tcp]).await;
    for (_, request) in of_web_pages() {
        let told = answer(&plain, &request);
        let shown = request.escape_ascii();
        assert!(told.starts_with("This server speaks"), "{shown}: {told}");
        assert_eq!(told.lines().count(), 1, "{shown}: {told}");
    }
    // A method that looks like a frame: what follows is no header, as a path has no control characters.
    for method in ["TP01", "TP03", "TP04"] {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(format!("{method} /!!!!!!! HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes());
        client.write(&of_web_pages()[0].1);
        let told = client.rest();
        // One Fail, or a line of text, and the end.
        match told.first_chunk::<16>() {
            Some([b'T', b'P', _, _, _, _, _, _, 0, 0, 0, 1, length @ ..]) => {
                let length = u32::from_be_bytes(*length) as usize;
                assert_eq!(told.len(), 16 + length, "{}", told.escape_ascii());
            }
            _ => assert!(told.is_ascii(), "{}", told.escape_ascii()),
        }
    }
    assert!(game.peers.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_be_as_long_as_the_limit() {
    let (server, _) = start_limited(|it| it.http_head = 100).await;
    for (length, status) in [(100, "200"), (101, "431")] {
        let start = "GET / HTTP/1.0\r\nX: ";
        let request = format!("{start}{:x<1$}\r\n\r\n", "", length - start.len() - 4);
        assert_eq!(request.len(), length);
        let response = answer(&server, request.as_bytes());
        assert_eq!(response.get(9..12), Some(status), "{length}");
    }
}

async fn start_with_only(transports: &[Transport]) -> (Server, std::sync::Arc<Shallow>) {
    let game = std::sync::Arc::new(Shallow::default());
    let builder = Server::builder().listen_for("127.0.0.1:0", transports.iter().copied());
    let server = builder.start_shared(std::sync::Arc::clone(&game)).await;
    (server.unwrap(), game)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_can_take_less() {
    let (server, _) = start_with_only(&[Transport::Http]).await;
    assert!(answer(&server, b"GET / HTTP/1.0\r\n\r\n").contains("tp+http://"));
    let told = answer(&server, b"TP04");
    assert!(told.contains("tp+http://"), "{told}");
    let (server, _) = start_with_only(&[Transport::Tcp]).await;
    let told = answer(&server, b"GET / HTTP/1.0\r\n\r\n");
    assert!(
        told.starts_with("This server speaks Thousand Parsec"),
        "{told}"
    );
    let nothing = Server::builder().listen_for("127.0.0.1:0", []);
    let nothing = nothing.start(Shallow::default()).await;
    assert!(matches!(nothing, Err(ServerError::NoTransport)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_slow_to_begin_has_one_time_for_all_of_it() {
    let (server, _) = start_timed(|it| it.handshake = Duration::from_millis(300)).await;
    for start in [
        &b""[..],
        b"P",
        b"POST /x HTTP/1.0\r\nA: ",
        b"POST /x HTTP/1.0\r\n\r\n",
        b"\x16",
    ] {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(start);
        // The end comes by itself.
        client.rest();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_an_address_that_can_be_reached() {
    let builder = Server::builder().listen("0.0.0.0:0");
    let server = builder.start(Shallow::default()).await.unwrap();
    let port = address(&server).port();
    let mut client = Client::open(([127, 0, 0, 1], port).into(), game::TP04);
    client.write(b"GET / HTTP/1.0\r\n\r\n");
    let page = String::from_utf8(client.rest()).unwrap();
    let place = format!(">tp://127.0.0.1:{port}<");
    assert!(page.contains(&place), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_hang_delay_nobody() {
    let (server, _) = start().await;
    let mut hanging = Vec::new();
    for start in [&b"POST /x HTTP/1.0\r\nA: "[..], b"GE", b"\x16", b"TP"] {
        for _ in 0..50 {
            let mut client = Client::open(address(&server), game::TP04);
            client.write(start);
            hanging.push(client);
        }
    }
    let mut client = Client::tp04(address(&server));
    assert_eq!(client.ask(&game::Ping {}), Okay);
    assert!(answer(&server, b"GET / HTTP/1.0\r\n\r\n").contains("</html>"));
}
