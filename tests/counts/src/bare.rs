//! The other side of a subject: plain sockets, and whole batches in one write, so that a subject
//! finds the same in every run.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use tp_frames::bytes::BytesMut;
use tp_frames::game::{self, TP04};
use tp_frames::{DecodeOptions, Packet, RawFrame};
use tp_test_components::Client;

use crate::objects::{planet_desc, planet_frame};
use crate::process::Subject;

/// Sends the same requests over and over, once all before are answered.
#[derive(Debug)]
pub struct Requests {
    client: Client,
    batch: Vec<u8>,
    /// How many bytes answer them.
    answers: usize,
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
            answers,
            received: vec![0; answers],
        }
    }

    /// Sends a batch and takes the answers to it.
    pub fn once(&mut self) {
        let socket = &mut self.client.socket;
        if self.answers < 100_000 {
            socket.write_all(&self.batch).unwrap();
            socket.read_exact(&mut self.received).unwrap();
            return;
        }
        // More than the buffers of sockets hold: read beside.
        let mut writing = socket.try_clone().unwrap();
        let batch = &self.batch;
        std::thread::scope(|scope| {
            scope.spawn(move || writing.write_all(batch).unwrap());
            socket.read_exact(&mut self.received).unwrap();
        });
    }
}

/// A server that answers from a list, for one client.
#[derive(Debug)]
pub struct Answers {
    listener: TcpListener,
    stream: Option<TcpStream>,
    received: BytesMut,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").unwrap(),
            stream: None,
            received: BytesMut::new(),
        }
    }
}

impl Answers {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Answers until the client is gone: the first requests one by one, from the first Ping or
    /// request for objects on by `depth` at a time.
    pub fn serve(mut self, subject: &Subject, depth: usize) {
        self.stream = Some(self.listener.accept().unwrap().0);
        let mut measured = false;
        let mut waiting = 0;
        let mut out = BytesMut::new();
        while let Some(request) = self.request() {
            measured |= matches!(
                request.header.r#type,
                game::Ping::TYPE | game::GetObjectsByID::TYPE
            );
            answer(&request, &mut out);
            waiting += 1;
            if waiting == depth || !measured {
                subject.fall_asleep();
                let stream = self.stream.as_mut().unwrap();
                stream.write_all(&out).unwrap();
                out.clear();
                waiting = 0;
            }
        }
    }

    fn request(&mut self) -> Option<RawFrame> {
        let stream = self.stream.as_mut()?;
        loop {
            let options = DecodeOptions::default();
            if let Some(request) = RawFrame::take(&mut self.received, &options).unwrap() {
                return Some(request);
            }
            let mut bytes = [0; 1 << 16];
            match stream.read(&mut bytes) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.received.extend_from_slice(&bytes[..count]),
            }
        }
    }
}

fn answer(request: &RawFrame, out: &mut BytesMut) {
    let options = DecodeOptions::default();
    let sequence = request.header.sequence;
    let version = request.header.version;
    fn put(packet: &impl Packet, version: tp_frames::Version, sequence: u32, out: &mut BytesMut) {
        packet.encode_frame(version, sequence, out).unwrap();
    }
    let mut say = |packet: &dyn Fn(&mut BytesMut)| packet(out);
    match request.header.r#type {
        game::GetObjectsByID::TYPE => {
            let ids = request
                .decode::<game::GetObjectsByID>(&options)
                .unwrap()
                .0
                .ids;
            let number = u32::try_from(ids.len()).unwrap();
            say(&|out| {
                if number != 1 {
                    put(&game::Sequence { number }, version, sequence, out);
                }
                for id in &ids {
                    put(&planet_frame(*id), version, sequence, out);
                }
            });
        }
        game::GetObjectDesc::TYPE => {
            say(&|out| put(&planet_desc(), version, sequence, out));
        }
        _ => {
            let okay = game::Okay {
                result: "PONG!".into(),
            };
            say(&|out| put(&okay, version, sequence, out));
        }
    }
}
