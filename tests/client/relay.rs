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

use crate::connection_record::{Guest, Parting};
use crate::rules::Rule;
use crate::scenario::{Scenario, Script};
use crate::script::{Act, Stage, Turn, encoded, types};
use crate::test_plan::Cast;

/// After this long without a word from either side the script gets a turn of its own.
const QUIET: Duration = Duration::from_millis(50);

/// A client that takes nothing for this long does not read.
const DEAF: Duration = Duration::from_secs(20);

/// How long a client may take to end what this side has ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// Both ends of a connection and what goes on between them.
pub(crate) struct Relay<'a> {
    cast: &'a Cast,
    /// What is played.
    scenario: &'a Scenario,
    guest: Guest,
    stage: Stage,
    script: Script,
    /// What the client has sent that is not read yet.
    received: BytesMut,
    asks_padding: Option<u32>,
    /// This side has ended it.
    over: bool,
}

impl<'a> Relay<'a> {
    pub(crate) fn new(
        cast: &'a Cast,
        scenario: &'a Scenario,
        guest: Guest,
        stage: Stage,
        received: BytesMut,
    ) -> Self {
        Self {
            cast,
            scenario,
            guest,
            stage,
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
        let (acts, play) = mpsc::unbounded_channel();
        let writer = tokio::spawn(write(
            to_client,
            play,
            self.guest.clone(),
            self.scenario.resets,
        ));
        let mut answers = BytesMut::new();
        let ended = self.converse(&mut from_client, &mut game, &mut answers, &acts);
        let ended = ended.await;
        if let Err(error) = &ended {
            self.guest.event(format!("ended: {error}"));
        }
        if self.over {
            self.guest.visit().parting = Parting::Server;
            drop(acts);
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
        acts: &mpsc::UnboundedSender<Act>,
    ) -> io::Result<()> {
        self.turn(Turn::Opened, game, acts).await?;
        self.requests(game, acts).await?;
        while !self.over {
            tokio::select! {
                came = client.read_buf(&mut self.received), if self.stage.reads() => {
                    let reset = came.is_err();
                    if let Ok(0) | Err(_) = came {
                        self.guest.visit().parting = Parting::Client;
                        // What was sent too much may be left unread, and that resets.
                        let rude = reset && !self.stage.has_misbehaved();
                        self.guest.visit().conduct.ended(self.received.len(), rude);
                        let how = if reset { "reset by the client" } else { "closed by the client" };
                        self.guest.event(how);
                        return Ok(());
                    }
                    self.requests(game, acts).await?;
                }
                came = game.read_buf(answers) => {
                    if came? == 0 {
                        acts.send(Act::Close).map_err(io::Error::other)?;
                        self.over = true;
                    }
                    while let Some(reply) = take(answers, self.stage.padded)? {
                        self.reply(reply, game, acts).await?;
                    }
                }
                () = tokio::time::sleep(QUIET) => self.turn(Turn::Quiet, game, acts).await?,
            }
        }
        Ok(())
    }

    /// Takes the requests that have come whole.
    async fn requests(
        &mut self,
        game: &mut TcpStream,
        acts: &mpsc::UnboundedSender<Act>,
    ) -> io::Result<()> {
        loop {
            let request = match take(&mut self.received, self.stage.padded) {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let bytes = self.received.split();
                    let number = self.guest.connection();
                    self.guest.journal.no_frame(number, Way::ToServer, &bytes);
                    let why = Some(error.to_string());
                    self.guest.visit().conduct.judge(Rule::Decodes, why);
                    acts.send(Act::Close).map_err(io::Error::other)?;
                    self.over = true;
                    return Ok(());
                }
            };
            self.stage.note_request(&request);
            let (number, version) = (self.guest.connection(), self.stage.version);
            self.guest.journal.request(number, version, request.clone());
            {
                let mut visit = self.guest.visit();
                visit.conduct.request(&request);
                if visit.misbehaved {
                    visit.requests_after = visit.requests_after.saturating_add(1);
                }
            }
            let request = match request.header.r#type {
                types::LOGIN => self.admitted(request),
                _ => request,
            };
            if request.header.r#type == types::SET_FILTERS {
                self.asks_padding = Some(request.header.sequence);
            }
            self.turn(Turn::Request(request), game, acts).await?;
        }
    }

    /// Whoever comes is let in; the name may ask for a scenario.
    fn admitted(&mut self, request: RawFrame) -> RawFrame {
        let login = self.stage.version.read(request.clone());
        let name = login.field("username").as_str().unwrap_or_default();
        let name = name.split('@').next().unwrap_or_default();
        if let Some(scenario) = self.cast.by_user(name) {
            self.cast.joined(scenario.name, &mut self.guest);
            let (id, name) = (scenario.id, scenario.name);
            self.guest
                .event(format!("the name of the user asks for {id} {name}"));
            self.script = scenario.play();
            self.scenario = scenario;
        }
        let [(guest, password), ..] = ACCOUNTS;
        let (user, password) = ACCOUNTS
            .into_iter()
            .find(|(user, _)| *user == name)
            .unwrap_or((guest, password));
        let fields = serde_json::json!({ "username": user, "password": password });
        let sequence = request.header.sequence;
        let made = self.stage.version.frame("Login", sequence, fields);
        let whole = made.ok().map(|bytes| BytesMut::from(bytes.as_slice()));
        whole
            .and_then(|mut bytes| take(&mut bytes, false).ok().flatten())
            .unwrap_or(request)
    }

    async fn reply(
        &mut self,
        reply: RawFrame,
        game: &mut TcpStream,
        acts: &mpsc::UnboundedSender<Act>,
    ) -> io::Result<()> {
        self.guest.visit().conduct.reply(&reply);
        let (number, r#type) = (reply.header.sequence, reply.header.r#type);
        let asked = self.stage.asked(&reply);
        self.turn(Turn::Reply(reply), game, acts).await?;
        self.stage.note_reply(asked, r#type);
        if self.asks_padding == Some(number) && r#type == types::OKAY {
            self.stage.padded = true;
        }
        Ok(())
    }

    /// Lets the script do something, and does it.
    async fn turn(
        &mut self,
        turn: Turn,
        game: &mut TcpStream,
        acts: &mpsc::UnboundedSender<Act>,
    ) -> io::Result<()> {
        (self.script)(turn, &mut self.stage);
        if self.stage.has_misbehaved() {
            let mut visit = self.guest.visit();
            visit.misbehaved = true;
            visit.unread = !self.stage.reads();
        }
        for request in self.stage.take_requests() {
            game.write_all(&encoded(&request)).await?;
        }
        for act in self.stage.take_acts() {
            match &act {
                Act::Bytes(bytes) => self.told(bytes),
                Act::Finish => self.guest.event("nothing more is sent"),
                Act::Close => {
                    self.guest.event("closed by this server");
                    self.over = true;
                }
                Act::Pause(_) => {}
            }
            if acts.send(act).is_err() {
                return Err(io::Error::other("the client takes nothing more"));
            }
        }
        Ok(())
    }

    /// Writes down what the client is sent.
    fn told(&self, bytes: &BytesMut) {
        let number = self.guest.connection();
        let mut rest = bytes.clone();
        while let Ok(Some(frame)) = take(&mut rest, self.stage.padded) {
            self.guest.visit().conduct.said(&frame);
            let frame = self.stage.version.read(frame);
            self.guest.journal.received(number, &frame);
        }
        if !rest.is_empty() {
            self.guest.journal.received_text(number, &rest);
        }
    }

    /// Reads to the end.
    async fn rest(&mut self, client: &mut (impl AsyncRead + Unpin)) {
        loop {
            self.received.clear();
            match client.read_buf(&mut self.received).await {
                Ok(0) => {
                    self.guest.visit().conduct.judge(Rule::EndsCleanly, None);
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
    mut acts: mpsc::UnboundedReceiver<Act>,
    guest: Guest,
    resets: bool,
) {
    while let Some(act) = acts.recv().await {
        let done = match act {
            Act::Bytes(bytes) => {
                let written = async {
                    client.write_all(&bytes).await?;
                    client.flush().await
                };
                match timeout(DEAF, written).await {
                    Ok(written) => {
                        guest.visit().conduct.judge(Rule::ReadsAll, None);
                        written
                    }
                    Err(_) => {
                        let how = format!("it took nothing for {} s", DEAF.as_secs());
                        guest.visit().conduct.judge(Rule::ReadsAll, Some(how));
                        return;
                    }
                }
            }
            Act::Pause(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Act::Finish => client.shutdown().await,
            Act::Close => {
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
