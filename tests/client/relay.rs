//! One connection: between the client and the game, with a script in the middle.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tp_frames::{DecodeLimits, DecodeOptions, RawFrame};
use tp_game::ACCOUNTS;
use tp_tests::report::Way;

use crate::connection_record::{EndedBy, Recorder};
use crate::rules::Rule;
use crate::scenario::{Scenario, Script};
use crate::script::{Action, Event, Flow, encoded, types};
use crate::test_plan::TestPlan;

/// After this long without a word from either side the script gets an event of its own.
const QUIET: Duration = Duration::from_millis(50);

/// A client that takes nothing for this long does not read.
const DEAF: Duration = Duration::from_secs(20);

/// How long a client may take to end what this side has ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// Both ends of a connection and what goes on between them.
pub(crate) struct Relay<'a> {
    plan: &'a TestPlan,
    /// What is played.
    scenario: &'a Scenario,
    recorder: Recorder,
    flow: Flow,
    script: Script,
    /// What the client has sent that is not read yet.
    received: BytesMut,
    asks_padding: Option<u32>,
    /// This side has ended it.
    over: bool,
}

impl<'a> Relay<'a> {
    pub(crate) fn new(
        plan: &'a TestPlan,
        scenario: &'a Scenario,
        recorder: Recorder,
        flow: Flow,
        received: BytesMut,
    ) -> Self {
        Self {
            plan,
            scenario,
            recorder,
            flow,
            script: scenario.play(),
            received,
            asks_padding: None,
            over: false,
        }
    }

    /// Plays until one side ends it.
    pub(crate) async fn play(
        mut self,
        client: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        mut game: TcpStream,
    ) {
        let (mut from_client, to_client) = tokio::io::split(client);
        let (actions, play) = mpsc::unbounded_channel();
        let writer = tokio::spawn(write(
            to_client,
            play,
            self.recorder.clone(),
            self.scenario.resets,
        ));
        let mut answers = BytesMut::new();
        let ended = self.converse(&mut from_client, &mut game, &mut answers, &actions);
        let ended = ended.await;
        if let Err(error) = &ended {
            self.recorder.event(format!("ended: {error}"));
        }
        if self.over {
            self.recorder.record().ended_by = EndedBy::Server;
            drop(actions);
            // What is on its way is still sent; what the client does then is still of interest.
            let _ = writer.await;
            if !self.scenario.resets {
                let _ = timeout(FAREWELL, self.rest(&mut from_client)).await;
            }
        } else {
            writer.abort();
        }
    }

    async fn converse(
        &mut self,
        client: &mut (impl AsyncRead + Unpin),
        game: &mut TcpStream,
        answers: &mut BytesMut,
        actions: &mpsc::UnboundedSender<Action>,
    ) -> io::Result<()> {
        self.event(Event::Opened, game, actions).await?;
        self.requests(game, actions).await?;
        while !self.over {
            tokio::select! {
                came = client.read_buf(&mut self.received), if self.flow.reads() => {
                    let reset = came.is_err();
                    if let Ok(0) | Err(_) = came {
                        self.recorder.record().ended_by = EndedBy::Client;
                        // What was sent too much may be left unread, and that resets.
                        let rude = reset && !self.flow.has_misbehaved();
                        self.recorder.record().checker.ended(self.received.len(), rude);
                        let how = if reset { "reset by the client" } else { "closed by the client" };
                        self.recorder.event(how);
                        return Ok(());
                    }
                    self.requests(game, actions).await?;
                }
                came = game.read_buf(answers) => {
                    if came? == 0 {
                        actions.send(Action::Close).map_err(io::Error::other)?;
                        self.over = true;
                    }
                    while let Some(reply) = take(answers, self.flow.padded)? {
                        self.reply(reply, game, actions).await?;
                    }
                }
                () = tokio::time::sleep(QUIET) => self.event(Event::Quiet, game, actions).await?,
            }
        }
        Ok(())
    }

    /// Takes the requests that have come whole.
    async fn requests(
        &mut self,
        game: &mut TcpStream,
        actions: &mpsc::UnboundedSender<Action>,
    ) -> io::Result<()> {
        loop {
            let request = match take(&mut self.received, self.flow.padded) {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let bytes = self.received.split();
                    let number = self.recorder.connection();
                    self.recorder
                        .journal
                        .no_frame(number, Way::ToServer, &bytes);
                    let why = Some(error.to_string());
                    self.recorder.record().checker.judge(Rule::Decodes, why);
                    actions.send(Action::Close).map_err(io::Error::other)?;
                    self.over = true;
                    return Ok(());
                }
            };
            self.flow.note_request(&request);
            let (number, version) = (self.recorder.connection(), self.flow.version);
            self.recorder
                .journal
                .request(number, version, request.clone());
            {
                let mut record = self.recorder.record();
                record.checker.request(&request);
                if record.misbehaved {
                    record.requests_after = record.requests_after.saturating_add(1);
                }
            }
            let request = match request.header.r#type {
                types::LOGIN => self.admitted(request),
                _ => request,
            };
            if request.header.r#type == types::SET_FILTERS {
                self.asks_padding = Some(request.header.sequence);
            }
            self.event(Event::Request(request), game, actions).await?;
        }
    }

    /// Whoever comes is let in; the name may ask for a scenario.
    fn admitted(&mut self, request: RawFrame) -> RawFrame {
        let login = self.flow.version.read(request.clone());
        let name = login.field("username").as_str().unwrap_or_default();
        let name = name.split('@').next().unwrap_or_default();
        if let Some(scenario) = self.plan.by_user(name) {
            self.plan.joined(scenario.name, &mut self.recorder);
            let (id, name) = (scenario.id, scenario.name);
            self.recorder
                .event(format!("the name of the user asks for {id} {name}"));
            self.script = scenario.play();
            self.scenario = scenario;
        }
        let [(recorder, password), ..] = ACCOUNTS;
        let (user, password) = ACCOUNTS
            .into_iter()
            .find(|(user, _)| *user == name)
            .unwrap_or((recorder, password));
        let fields = serde_json::json!({ "username": user, "password": password });
        let sequence = request.header.sequence;
        let made = self.flow.version.frame("Login", sequence, fields);
        let whole = made.ok().map(|bytes| BytesMut::from(bytes.as_slice()));
        whole
            .and_then(|mut bytes| take(&mut bytes, false).ok().flatten())
            .unwrap_or(request)
    }

    async fn reply(
        &mut self,
        reply: RawFrame,
        game: &mut TcpStream,
        actions: &mpsc::UnboundedSender<Action>,
    ) -> io::Result<()> {
        self.recorder.record().checker.reply(&reply);
        let (number, r#type) = (reply.header.sequence, reply.header.r#type);
        let asked = self.flow.asked(&reply);
        self.event(Event::Reply(reply), game, actions).await?;
        self.flow.note_reply(asked, r#type);
        if self.asks_padding == Some(number) && r#type == types::OKAY {
            self.flow.padded = true;
        }
        Ok(())
    }

    /// Lets the script do something, and does it.
    async fn event(
        &mut self,
        event: Event,
        game: &mut TcpStream,
        actions: &mpsc::UnboundedSender<Action>,
    ) -> io::Result<()> {
        (self.script)(event, &mut self.flow);
        if self.flow.has_misbehaved() {
            let mut record = self.recorder.record();
            record.misbehaved = true;
            record.unread = !self.flow.reads();
        }
        for request in self.flow.take_requests() {
            game.write_all(&encoded(&request)).await?;
        }
        for act in self.flow.take_actions() {
            match &act {
                Action::Bytes(bytes) => self.told(bytes),
                Action::Finish => self.recorder.event("nothing more is sent"),
                Action::Close => {
                    self.recorder.event("closed by this server");
                    self.over = true;
                }
                Action::Pause(_) => {}
            }
            if actions.send(act).is_err() {
                return Err(io::Error::other("the client takes nothing more"));
            }
        }
        Ok(())
    }

    /// Writes down what the client is sent.
    fn told(&self, bytes: &BytesMut) {
        let number = self.recorder.connection();
        let mut rest = bytes.clone();
        while let Ok(Some(frame)) = take(&mut rest, self.flow.padded) {
            self.recorder.record().checker.said(&frame);
            let frame = self.flow.version.read(frame);
            self.recorder.journal.received(number, &frame);
        }
        if !rest.is_empty() {
            self.recorder.journal.received_text(number, &rest);
        }
    }

    /// Reads to the end.
    async fn rest(&mut self, client: &mut (impl AsyncRead + Unpin)) {
        loop {
            self.received.clear();
            match client.read_buf(&mut self.received).await {
                Ok(0) => {
                    self.recorder
                        .record()
                        .checker
                        .judge(Rule::EndsCleanly, None);
                    return;
                }
                Ok(_) => {}
                // Whoever was reset has nothing to end.
                Err(_) => return,
            }
        }
    }
}

/// Does to the client what is to be done.
async fn write(
    mut client: impl AsyncWrite + Unpin,
    mut actions: mpsc::UnboundedReceiver<Action>,
    recorder: Recorder,
    resets: bool,
) {
    while let Some(act) = actions.recv().await {
        let done = match act {
            Action::Bytes(bytes) => {
                let written = async {
                    client.write_all(&bytes).await?;
                    client.flush().await
                };
                match timeout(DEAF, written).await {
                    Ok(written) => {
                        recorder.record().checker.judge(Rule::ReadsAll, None);
                        written
                    }
                    Err(_) => {
                        let how = format!("it took nothing for {} s", DEAF.as_secs());
                        recorder.record().checker.judge(Rule::ReadsAll, Some(how));
                        return;
                    }
                }
            }
            Action::Pause(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Action::Finish => client.shutdown().await,
            Action::Close => {
                if !resets {
                    let _ = client.shutdown().await;
                }
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
}

/// Takes a frame; one with a body much beyond the limit is still taken, to be judged.
fn take(received: &mut BytesMut, padded: bool) -> io::Result<Option<RawFrame>> {
    let mut limits = DecodeLimits::default();
    limits.frame = limits.frame.saturating_mul(4);
    let options = DecodeOptions::default().limits(limits).padded(padded);
    RawFrame::take(received, &options).map_err(io::Error::other)
}
