//! A metaserver that says what it is told to say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Answers each request with the next of its answers, then closes the connection.
pub(crate) struct Other {
    pub(crate) url: String,
    requests: Receiver<String>,
}

impl Other {
    pub(crate) fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/meta/", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut socket, _) = listener.accept().unwrap();
                let mut request = String::new();
                while !is_whole(&request) {
                    let mut buffer = [0; 4096];
                    let length = socket.read(&mut buffer).unwrap();
                    assert_ne!(length, 0, "{request}");
                    request.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
                }
                // Who asked may be gone already.
                let _ = sender.send(request);
                let _ = socket.write_all(&answer);
            }
        });
        Self { url, requests }
    }

    /// The next request, as it came.
    pub(crate) fn request(&self) -> String {
        self.requests.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}

/// An answer that ends where the connection does.
pub(crate) fn closed(body: &[u8]) -> Vec<u8> {
    let head = b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    [head, body].concat()
}

/// An answer that says how long it is.
pub(crate) fn counted(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An answer in pieces of seven bytes.
pub(crate) fn chunked(body: &[u8]) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n".to_vec();
    for chunk in body.chunks(7) {
        answer.extend(format!("{:X}\r\n", chunk.len()).bytes());
        answer.extend(chunk);
        answer.extend(b"\r\n");
    }
    answer.extend(b"0\r\n\r\n");
    answer
}
