//! The other side of a subject: plain sockets, and whole batches in one write, so that a subject
//! finds the same in every run.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use tp_frames::bytes::BytesMut;
use tp_frames::game::{self, TP04};
use tp_frames::{DecodeOptions, Header, Packet, RawFrame};
use tp_test_components::Client;

use crate::objects;
use crate::process::Subject;

/// Sends the same requests over and over, once all before are answered.
#[derive(Debug)]
pub struct Requests {
    client: Client,
    batch: Vec<u8>,
    /// Room for the answers to them.
    received: Vec<u8>,
}

impl Requests {
    /// Logs in, to send `depth` of this request at a time.
    #[must_use]
    pub fn new(address: SocketAddr, request: &impl Packet, depth: usize) -> Self {
        let mut client = Client::login(address, TP04, "player");
        let one = request.to_frame(TP04, 7).unwrap();
        client.write(&one);
        let answer = client.answer();
        let size = |frame: &RawFrame| 16 + frame.body.len();
        let answers = depth * answer.iter().map(size).sum::<usize>();
        Self {
            client,
            batch: one.repeat(depth),
            received: vec![0; answers],
        }
    }

    /// Sends a batch and takes the answers to it.
    pub fn once(&mut self) {
        let socket = &mut self.client.socket;
        socket.write_all(&self.batch).unwrap();
        socket.read_exact(&mut self.received).unwrap();
    }
}

/// A server for one client: it answers whole batches, in one write, once the client waits.
#[derive(Debug)]
pub struct Answers {
    listener: TcpListener,
}

impl Default for Answers {
    fn default() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self { listener }
    }
}

impl Answers {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Answers until the client is gone: what comes before the first Ping one by one, and then
    /// `depth` requests at a time.
    pub fn serve(self, subject: &Subject, depth: usize) {
        let (mut stream, _) = self.listener.accept().unwrap();
        let mut received = BytesMut::new();
        let mut answers = BytesMut::new();
        let (mut pinged, mut waiting) = (false, 0);
        while let Some(request) = next(&mut stream, &mut received) {
            pinged |= request.header.r#type == game::Ping::TYPE;
            answer(&request, &mut answers);
            waiting += 1;
            if waiting == depth || !pinged {
                subject.fall_asleep();
                stream.write_all(&answers).unwrap();
                answers.clear();
                waiting = 0;
            }
        }
    }
}

/// The next request, until the client is gone.
fn next(stream: &mut TcpStream, received: &mut BytesMut) -> Option<RawFrame> {
    loop {
        let options = DecodeOptions::default();
        if let Some(request) = RawFrame::take(received, &options).unwrap() {
            return Some(request);
        }
        let mut bytes = [0; 1 << 14];
        match stream.read(&mut bytes) {
            Ok(0) | Err(_) => return None,
            Ok(count) => received.extend_from_slice(&bytes[..count]),
        }
    }
}

fn answer(request: &RawFrame, answers: &mut BytesMut) {
    match request.header.r#type {
        game::GetObjectsByID::TYPE => {
            let request_for = request.decode::<game::GetObjectsByID>(&DecodeOptions::default());
            let ids = request_for.unwrap().0.ids;
            let number = u32::try_from(ids.len()).unwrap();
            put(request, &game::Sequence { number }, answers);
            for id in ids {
                put(request, &objects::frame(id), answers);
            }
        }
        game::GetObjectDesc::TYPE => put(request, &objects::own_type(), answers),
        _ => {
            let result = "PONG!".into();
            put(request, &game::Okay { result }, answers);
        }
    }
}

fn put(request: &RawFrame, reply: &impl Packet, answers: &mut BytesMut) {
    let Header {
        version, sequence, ..
    } = request.header;
    reply.encode_frame(version, sequence, answers).unwrap();
}
