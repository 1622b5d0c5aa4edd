//! An HTTP proxy as they are: it takes CONNECT and requests for other servers, and counts them.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use crate::peer::PATIENCE;
use crate::proxy::Listening;

/// What it asks of those who come, if they are to say who they are: `ada` and `s3cret`.
const CREDENTIALS: &str = "Proxy-Authorization: Basic YWRhOnMzY3JldA==";

pub(crate) struct HttpProxy {
    listening: Listening,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    closed: bool,
    connects: AtomicU32,
    posts: AtomicU32,
}

impl HttpProxy {
    /// One that lets everybody through.
    pub(crate) fn open() -> Self {
        Self::start(false)
    }

    /// One that wants name and password.
    pub(crate) fn closed() -> Self {
        Self::start(true)
    }

    fn start(closed: bool) -> Self {
        let shared = Arc::new(Shared {
            closed,
            ..Shared::default()
        });
        let accepting = Arc::clone(&shared);
        let listening = Listening::start(move |client| {
            let shared = Arc::clone(&accepting);
            std::thread::spawn(move || shared.serve(client));
        });
        Self { listening, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    /// How many CONNECT and how many POST requests were let through since the last time.
    pub(crate) fn taken(&self) -> (u32, u32) {
        let Shared {
            connects, posts, ..
        } = &*self.shared;
        (connects.swap(0, SeqCst), posts.swap(0, SeqCst))
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream) {
        client.set_nodelay(true).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        let Some(head) = read_head(&mut client) else {
            return;
        };
        let (line, headers) = head.split_once("\r\n").unwrap();
        if self.closed && !headers.lines().any(|header| header == CREDENTIALS) {
            answer(&mut client, "407 Proxy Authentication Required");
            return;
        }
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (place, path) = match target.strip_prefix("http://") {
            Some(rest) => rest.split_at(rest.find('/').unwrap()),
            None => (target, ""),
        };
        let Ok(mut server) = TcpStream::connect(place) else {
            answer(&mut client, "502 Bad Gateway");
            return;
        };
        server.set_nodelay(true).unwrap();
        match method {
            "CONNECT" => {
                self.connects.fetch_add(1, SeqCst);
                let yes = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n";
                client.write_all(yes).unwrap();
            }
            "POST" => {
                self.posts.fetch_add(1, SeqCst);
                // What is for the proxy stays with it.
                let kept = headers
                    .lines()
                    .filter(|header| !header.starts_with("Proxy-"));
                let kept: String = kept.map(|header| format!("{header}\r\n")).collect();
                let request = format!("POST {path} HTTP/1.1\r\nVia: 1.1 test\r\n{kept}\r\n");
                server.write_all(request.as_bytes()).unwrap();
            }
            _ => {
                answer(&mut client, "405 Method Not Allowed");
                return;
            }
        }
        let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
        std::thread::spawn(move || pass_on(back.0, back.1));
        pass_on(client, server);
    }
}

/// The head without the blank line; nothing if the client hangs up.
fn read_head(client: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // Byte by byte, so that nothing of what follows is taken.
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    head.truncate(head.len() - 4);
    String::from_utf8(head).ok()
}

fn answer(client: &mut TcpStream, status: &str) {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.write_all(answer.as_bytes()).unwrap();
}

/// Until either end is gone.
fn pass_on(mut from: TcpStream, mut to: TcpStream) {
    from.set_read_timeout(None).unwrap();
    // An error is an end too.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
