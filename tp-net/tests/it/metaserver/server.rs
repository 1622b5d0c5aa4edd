//! Our metaserver over HTTP, as programs of all ages reach it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tp_net::discovery::metaserver::{Directory, Metaserver, Server};

use super::bytes::{TP03, split};

/// A metaserver of ours on threads of its own.
pub(crate) struct Running {
    server: Server,
    _runtime: Runtime,
}

impl Running {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime
            .block_on(Server::start("127.0.0.1:0", Directory::default()))
            .unwrap();
        Self {
            server,
            _runtime: runtime,
        }
    }

    pub(crate) fn metaserver(&self) -> Metaserver {
        Metaserver::new(&format!("http://{}/", self.server.local_addr())).unwrap()
    }

    /// What is answered to these bytes: head and body.
    fn answer(&self, request: &[u8]) -> (String, Vec<u8>) {
        let mut socket = TcpStream::connect(self.server.local_addr()).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        // A server that has had enough may not read to the end.
        let _ = socket.write_all(request);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let split = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..split].to_vec()).unwrap();
        (head, answer[split + 4..].to_vec())
    }
}

const CPP: &[u8] = b"GET /?action=update&sertype=tpserver-cpp&server=0.5.0&tp=0.3,0.4&key=1\
    &rule=MiniSec&rulever=0.1&objs=90&plys=4&prd=600&next=1795000000&ln=Cpp%20game&sn=tp&turn=3\
    &type0=tp&port0=6923&dns0=game.example&ip0=203.0.113.5&reqid=42 HTTP/1.0\r\n\
    User-agent: tpserver-cpp/0.5.0\r\nHost: metaserver.example\r\n\r\n";

#[test]
fn the_requests_of_old_programs_are_answered() {
    let running = Running::start();
    let (head, body) = running.answer(CPP);
    assert!(
        head.starts_with("HTTP/1.0 200 OK") && head.contains("cache-control: no-store"),
        "{head}"
    );
    assert_eq!(split(&body)[0].1, 0);

    let form = "action=update&name=Py+game&tp=0.3&server=1&sertype=tpserver-py&rule=m&rulever=1\
        &key=k&type0=tp&dns0=&ip0=198.51.100.9&port0=6923";
    let post = |form: &str| {
        format!(
            "POST / HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nHost: metaserver.example\r\nUser-Agent: Python-urllib/1.17\r\n\
             Accept: */*\r\n\r\n{form}",
            form.len()
        )
    };
    assert_eq!(split(&running.answer(post(form).as_bytes()).1)[0].1, 0);

    let (_, list) = running.answer(post("action=get").as_bytes());
    let frames = split(&list);
    let kinds: Vec<_> = frames
        .iter()
        .map(|(version, r#type, _)| (version, *r#type))
        .collect();
    assert_eq!(kinds, [(TP03, 2), (TP03, 66), (TP03, 66)]);

    let ours = running.metaserver().games().unwrap();
    let names: Vec<_> = ours
        .iter()
        .map(|game| game.long_name().to_string())
        .collect();
    assert_eq!(names, ["Cpp game", "Py game"]);
}

#[test]
fn a_browser_gets_a_page() {
    let running = Running::start();
    running.answer(CPP);
    let (head, body) =
        running.answer(b"GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: Mozilla/5.0\r\n\r\n");
    assert!(
        head.contains("content-type: text/html") && head.contains("default-src 'none'"),
        "{head}"
    );
    assert!(String::from_utf8(body).unwrap().contains("Cpp game"));
    let (head, body) = running.answer(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(
        head.starts_with("HTTP/1.1 200") && body.is_empty(),
        "{head}"
    );
    let (head, _) = running.answer(b"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 405"), "{head}");
}

#[test]
fn a_web_page_registers_no_game() {
    let running = Running::start();
    let update = "action=update&key=k&ln=Evil&type0=tp&port0=1";
    let post = |header: &str| {
        let length = update.len();
        format!(
            "POST / HTTP/1.1\r\nHost: h\r\n{header}\r\nContent-Length: {length}\r\n\r\n{update}"
        )
    };
    let get = |header: &str, query: &str| {
        format!("GET /?{query} HTTP/1.1\r\nHost: h\r\n{header}\r\n\r\n")
    };
    for header in [
        "Origin: null",
        "Referer: http://evil.example/",
        "Sec-Fetch-Dest: image",
    ] {
        for request in [post(header), get(header, update)] {
            let (_, body) = running.answer(request.as_bytes());
            let words = b"A web page registers no games";
            let is_told = body.windows(words.len()).any(|it| it == words);
            assert!(is_told, "{request}: {}", body.escape_ascii());
        }
        let (_, list) = running.answer(get(header, "action=get").as_bytes());
        assert_eq!(split(&list).len(), 1, "an empty list");
    }
    let (_, body) = running.answer(post("Accept: */*").as_bytes());
    assert_eq!(split(&body)[0].1, 0);
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let running = Running::start();
    for headers in [
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a\r\nA : b\r\n",
        "Host: a\r\nA: b\r\n c\r\n",
        "Host: a\r\nA: b\0\r\n",
        "Host: a\r\nno colon\r\n",
        "Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "Host: a\r\nContent-Length: +1\r\n",
        "Host: a\r\nTransfer-Encoding: identity\r\n",
    ] {
        let request = format!("POST / HTTP/1.1\r\n{headers}\r\n0\r\n\r\n");
        let (head, _) = running.answer(request.as_bytes());
        assert!(head.starts_with("HTTP/1.1 400"), "{headers:?}: {head}");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let running = Running::start();
    let header = [
        &b"GET / HTTP/1.1\r\nHost: h\r\nX: "[..],
        &vec![b'x'; 1 << 16],
        b"\r\n\r\n",
    ]
    .concat();
    let (head, _) = running.answer(&header);
    assert!(head.starts_with("HTTP/1.1 431"), "{head}");
    let body = [
        &b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n"[..],
        &vec![b'x'; 1 << 16],
    ]
    .concat();
    let (head, _) = running.answer(&body);
    assert!(head.starts_with("HTTP/1.1 413"), "{head}");
    let (head, _) = running.answer(b"TP03\0\0\0\x01\0\0\0\x03\0\0\0\0\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert!(running.metaserver().games().is_ok());
}

async fn connect(from: &str, to: SocketAddr) -> tokio::net::TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(from.parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

#[tokio::test]
async fn a_flood_from_one_address_delays_nobody_else() {
    let server = Server::start("127.0.0.1:0", Directory::default())
        .await
        .unwrap();
    let address = server.local_addr();
    let mut silent = Vec::new();
    for _ in 0..32 {
        let mut socket = connect("127.0.0.2:0", address).await;
        socket.write_all(b"GET / HT").await.unwrap();
        silent.push(socket);
    }
    let mut many = connect("127.0.0.2:0", address).await;
    // Closed at once, with or without a word of TCP.
    assert_eq!(many.read(&mut [0; 1]).await.unwrap_or(0), 0);
    // And not because it was slow, as the others are.
    let waits = silent[0].try_read(&mut [0; 1]);
    assert!(waits.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));

    let mut other = connect("127.0.0.3:0", address).await;
    other.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    let mut page = String::new();
    other.read_to_string(&mut page).await.unwrap();
    assert!(page.starts_with("HTTP/1.0 200"), "{page}");
}

/// Time is the test's: it does not pass while anything else happens, so nobody has waited.
#[tokio::test(start_paused = true)]
async fn slow_requests_of_many_addresses_keep_nobody_out() {
    let server = Server::start("127.0.0.1:0", Directory::default())
        .await
        .unwrap();
    let address = server.local_addr();
    let start = tokio::time::Instant::now();
    let mut silent = Vec::new();
    let slow = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\naction";
    for host in 10..50 {
        for _ in 0..32 {
            let mut socket = connect(&format!("127.0.0.{host}:0"), address).await;
            socket.write_all(slow).await.unwrap();
            silent.push(socket);
        }
        let mut honest = connect("127.0.0.3:0", address).await;
        honest.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let mut page = String::new();
        honest.read_to_string(&mut page).await.unwrap();
        assert!(page.starts_with("HTTP/1.0 200"), "{host}: {page}");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    let mut open = 0;
    for socket in &silent {
        let read = socket.try_read(&mut [0; 1]);
        if read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
            open += 1;
        }
    }
    assert!((200..=256).contains(&open), "{open} are still there");
}

/// Time is the test's: it passes when nothing else happens.
#[tokio::test(start_paused = true)]
async fn who_is_slow_is_hung_up_on() {
    let server = Server::start("127.0.0.1:0", Directory::default())
        .await
        .unwrap();
    let start = tokio::time::Instant::now();
    for (sent, least, most) in [
        ("GET / HTTP/1.1\r\nHost:", 10, 11),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\naction",
            30,
            31,
        ),
    ] {
        let before = start.elapsed();
        let mut socket = connect("127.0.0.1:0", server.local_addr()).await;
        socket.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A reset is an end as well.
        let _ = socket.read_to_end(&mut answer).await;
        let took = (start.elapsed() - before).as_secs();
        assert!((least..=most).contains(&took), "{sent:?} took {took} s");
    }
}

#[test]
fn a_taken_address_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let runtime = Runtime::new().unwrap();
    let error = runtime
        .block_on(Server::start(&*address, Directory::default()))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot listen on {address}: ")),
        "{error}"
    );
}
