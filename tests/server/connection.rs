//! One connection to the server: it can send anything, and never waits without end.

use std::io::ErrorKind;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::RawFrame;
use tp_net::transport::Stream;
use tp_tests::report::Journal;

use crate::outcome::{Outcome, Stop, ensure};
use crate::reply::Reply;
use crate::target::Account;
use tp_tests::frame::{self, Frame, Version};
use tp_tests::head_length;

/// What comes from a server.
#[derive(Debug)]
pub(crate) enum Event {
    Frame(Frame),
    /// Something else than frames.
    Text(Vec<u8>),
    /// It closed the connection, or broke it.
    Closed,
    /// Nothing, for as long as was waited.
    Silence,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For any one answer.
    pub(crate) answer: Duration,
    /// When the case has to be over.
    pub(crate) deadline: Instant,
}

/// Set when a server ends a connection, whichever of a case's.
pub(crate) type Lost = Arc<AtomicBool>;

pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    pub(crate) version: Version,
    /// Whether strings are padded, both ways.
    pub(crate) padded: bool,
    /// The number of the last request.
    pub(crate) sequence: u32,
    /// Frames that came unasked while something else was awaited.
    pub(crate) unasked: Vec<Frame>,
    number: u32,
    journal: Journal,
    patience: Patience,
    received: BytesMut,
    ended: bool,
    pub(crate) lost: Lost,
}

impl Connection {
    pub(crate) fn new(
        stream: Box<dyn Stream>,
        version: Version,
        number: u32,
        journal: Journal,
        patience: Patience,
    ) -> Self {
        journal.event(number, "connected");
        Self {
            stream,
            version,
            padded: false,
            sequence: 0,
            unasked: Vec::new(),
            number,
            journal,
            patience,
            received: BytesMut::new(),
            ended: false,
            lost: Lost::default(),
        }
    }

    /// Sends bytes, whatever they are. That the server takes no more is no error here: what it
    /// says comes first.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) -> Outcome {
        self.journal
            .sent(self.number, self.version, self.padded, bytes);
        self.push(bytes)
    }

    /// Sends bytes in pieces, each in a segment of its own where the system can be made to.
    pub(crate) fn send_in_pieces(&mut self, bytes: &[u8], size: usize) -> Outcome {
        self.journal
            .event(self.number, format!("in pieces of {size}:"));
        self.journal
            .sent(self.number, self.version, self.padded, bytes);
        for piece in bytes.chunks(size.max(1)) {
            self.push(piece)?;
            // Each write is sent at once; the pause keeps the server from reading two as one.
            std::thread::sleep(Duration::from_micros(200));
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) -> Outcome {
        let until = self.until(self.patience.answer);
        let mut rest = bytes;
        while !rest.is_empty() && !self.ended {
            match self.stream.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // A server that waits for its answers to be read is in its right.
                    self.fill();
                    let left = until.saturating_duration_since(Instant::now());
                    ensure!(!left.is_zero(), "the server stopped reading");
                    self.wait(true, left);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.journal
                        .event(self.number, format!("cannot send: {error}"));
                    self.lost.store(true, Ordering::Relaxed);
                    // What it said before may still be there to read.
                    self.fill();
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends a request under the next sequence number, and gives that number.
    pub(crate) fn send(&mut self, name: &str, fields: Value) -> Outcome<u32> {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        self.send_as(self.sequence, name, fields)?;
        Ok(self.sequence)
    }

    /// Sends a request under this sequence number.
    pub(crate) fn send_as(&mut self, sequence: u32, name: &str, fields: Value) -> Outcome {
        let body = self.version.body(name, fields, self.padded)?;
        let r#type = self.version.packet(name).map_or(u32::MAX, |it| it.r#type);
        self.send_bytes(&frame::frame(
            self.version.header(),
            sequence,
            r#type,
            &body,
        ))
    }

    /// Sends a frame with any type and body under the next sequence number.
    pub(crate) fn send_raw(&mut self, r#type: u32, body: &[u8]) -> Outcome<u32> {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        let frame = frame::frame(self.version.header(), self.sequence, r#type, body);
        self.send_bytes(&frame)?;
        Ok(self.sequence)
    }

    /// Sends a request and reads its whole reply.
    pub(crate) fn ask(&mut self, name: &str, fields: Value) -> Outcome<Reply> {
        let sequence = self.send(name, fields)?;
        self.reply(name, sequence)
    }

    /// Sends a request whose reply is one frame of this name, and gives that.
    pub(crate) fn ask_one(&mut self, name: &str, fields: Value, reply: &str) -> Outcome<Frame> {
        Ok(self.ask(name, fields)?.one(reply)?.clone())
    }

    /// That a request is answered with Okay.
    pub(crate) fn okays(&mut self, name: &str, fields: Value) -> Outcome {
        self.ask_one(name, fields, "Okay").map(|_| ())
    }

    /// The Fail that answers a request.
    pub(crate) fn refusal(&mut self, name: &str, fields: Value) -> Outcome<Frame> {
        Ok(self.ask(name, fields)?.refused()?.clone())
    }

    /// That a request is refused, and the connection goes on.
    pub(crate) fn is_refused(&mut self, name: &str, fields: Value) -> Outcome {
        self.refusal(name, fields)?;
        self.still_works()
    }

    /// What a server says of the time: a reply with a string that is not its last field.
    pub(crate) fn time(&mut self) -> Outcome<Frame> {
        self.ask_one("GetTimeRemaining", Value::Null, "TimeRemaining")
    }

    /// That a request is answered with a Fail of this code.
    pub(crate) fn fails_with(&mut self, code: u32, name: &str, fields: Value) -> Outcome {
        self.ask(name, fields)?.refused_with(code)
    }

    /// Connect and its Okay.
    pub(crate) fn greet(&mut self) -> Outcome {
        self.okays("Connect", hello())
    }

    /// Login and its Okay.
    pub(crate) fn log_in(&mut self, account: &Account) -> Outcome {
        self.okays("Login", account.credentials())
    }

    /// As [`ask`](Self::ask), with any type and body.
    pub(crate) fn ask_raw(&mut self, what: &str, r#type: u32, body: &[u8]) -> Outcome<Reply> {
        let sequence = self.send_raw(r#type, body)?;
        self.reply(what, sequence)
    }

    /// Reads the whole reply to a request.
    pub(crate) fn reply(&mut self, what: &str, sequence: u32) -> Outcome<Reply> {
        let first = self.frame_of(what, sequence)?;
        if !first.is_sequence() {
            return Ok(Reply::new(what, None, vec![first]));
        }
        let count = first.first_number().unwrap_or_default();
        let mut frames = Vec::new();
        for _ in 0..count {
            frames.push(self.frame_of(what, sequence)?);
        }
        Ok(Reply::new(what, Some(count), frames))
    }

    /// The next frame with this sequence number; unasked ones are put aside, others are wrong.
    fn frame_of(&mut self, what: &str, sequence: u32) -> Outcome<Frame> {
        loop {
            let frame = self.frame(what)?;
            match frame.header.sequence {
                number if number == sequence => return Ok(frame),
                0 => self.unasked.push(frame),
                number => {
                    return Err(Stop::Fail(format!(
                        "{} came with sequence number {number} where the reply to {what}, \
                         number {sequence}, was due",
                        frame.what()
                    )));
                }
            }
        }
    }

    /// The next frame, whatever it is.
    pub(crate) fn frame(&mut self, what: &str) -> Outcome<Frame> {
        match self.next(self.patience.answer) {
            Event::Frame(frame) => Ok(frame),
            Event::Text(text) => Err(Stop::Fail(format!(
                "{what} was answered with no frame but \"{}\"",
                text.escape_ascii()
            ))),
            Event::Closed => Err(Stop::Fail(format!(
                "the server closed the connection instead of answering {what}"
            ))),
            Event::Silence => Err(Stop::Fail(format!("no answer to {what}"))),
        }
    }

    /// What comes next, if something does within the time for an answer.
    pub(crate) fn event(&mut self) -> Event {
        self.next(self.patience.answer)
    }

    /// What comes next within `time`.
    pub(crate) fn next(&mut self, time: Duration) -> Event {
        let until = self.until(time);
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            if !self.more(until) {
                return self.stalled();
            }
        }
    }

    /// Time is over: what has come is no whole frame.
    fn stalled(&mut self) -> Event {
        if self.received.is_empty() {
            self.journal.event(self.number, "nothing comes");
            return Event::Silence;
        }
        let text = self.received.split().to_vec();
        self.journal.received_text(self.number, &text);
        Event::Text(text)
    }

    /// What comes before a blank line, the line included; what follows stays.
    pub(crate) fn head(&mut self) -> Outcome<Vec<u8>> {
        let until = self.until(self.patience.answer);
        loop {
            if let Some(end) = head_length(&self.received) {
                let head = self.received.split_to(end).to_vec();
                self.journal.received_text(self.number, &head);
                return Ok(head);
            }
            if self.ended || !self.more(until) {
                // What came instead is in the report.
                self.stalled();
                return Err(Stop::Fail("no blank line comes".into()));
            }
        }
    }

    /// Everything until the server closes the connection.
    pub(crate) fn rest(&mut self) -> Outcome<Vec<u8>> {
        let until = self.until(self.patience.answer);
        while !self.ended {
            let more = self.more(until);
            ensure!(more, "the server does not close the connection");
        }
        let rest = self.received.split().to_vec();
        self.journal.received_text(self.number, &rest);
        Ok(rest)
    }

    fn take(&mut self) -> Option<Event> {
        match RawFrame::take(&mut self.received, &frame::beyond_limits(self.padded)) {
            Ok(Some(raw)) => {
                let frame = self.version.read(raw);
                self.journal.received(self.number, &frame);
                Some(Event::Frame(frame))
            }
            Ok(None) if !self.ended => None,
            // Text comes with the end, or is all that will be read of a stream out of step.
            Ok(None) if self.received.is_empty() => Some(Event::Closed),
            Ok(None) | Err(_) => {
                let text = self.received.split().to_vec();
                self.journal.received_text(self.number, &text);
                Some(Event::Text(text))
            }
        }
    }

    /// Takes what has come, or waits for it; `false` when the time is over.
    fn more(&mut self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        if !left.is_zero() && !self.fill() {
            self.wait(false, left);
        }
        !left.is_zero()
    }

    /// Takes what has come; whether there was something.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => self.end("closed by the server"),
            Ok(count) => {
                let came = buffer.get(..count).unwrap_or_default();
                self.received.extend_from_slice(came);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => self.end(&format!("broken: {error}")),
        }
        true
    }

    fn wait(&mut self, write: bool, time: Duration) {
        if let Err(error) = self.stream.wait(write, Some(time)) {
            self.end(&format!("broken: {error}"));
        }
    }

    fn end(&mut self, how: &str) {
        self.ended = true;
        self.lost.store(true, Ordering::Relaxed);
        self.journal.event(self.number, how);
    }

    fn until(&self, time: Duration) -> Instant {
        let now = Instant::now();
        let until = now.checked_add(time).unwrap_or(now);
        until.min(self.patience.deadline)
    }

    /// Ends what this side sends, where the transport can do that without closing.
    pub(crate) fn finish_sending(&mut self) {
        self.journal.event(self.number, "nothing more is sent");
        if let Some(socket) = self.stream.socket() {
            // Whoever closed first, nothing more is sent.
            let _ = socket.shutdown(Shutdown::Write);
        }
    }

    /// Whether the server has closed it by now.
    pub(crate) fn is_over(&mut self) -> bool {
        while self.fill() {}
        self.ended
    }

    /// Whether the server was seen to close it.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Closes the connection.
    pub(crate) fn close(self) {
        self.journal.event(self.number, "closed by this client");
    }

    /// That the connection still works, and that nothing was on its way: the very next frame
    /// that was asked for is the answer to a request that servers take in every state.
    pub(crate) fn still_works(&mut self) -> Outcome {
        let reply = self.ask("GetTimeRemaining", Value::Null)?;
        reply.only().map(|_| ())
    }
}

/// The fields of the Connect of this client.
pub(crate) fn hello() -> Value {
    json!({ "string": concat!("test-client ", env!("CARGO_PKG_VERSION")) })
}
