//! What servers do to clients.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tp_frames::bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame, game};

use crate::wire::raw;

type Serve = fn(Liar) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Something that a server does to a client.
pub(crate) struct Deceit {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// How the client reaches it.
    pub(crate) scheme: &'static str,
    /// What the client is asked to do.
    pub(crate) call: &'static str,
    pub(crate) serve: Serve,
}

macro_rules! deceit {
    ($name:literal, $what:literal, $scheme:literal, $call:literal, $serve:path) => {
        Deceit {
            name: $name,
            what: $what,
            scheme: $scheme,
            call: $call,
            serve: |liar| Box::pin($serve(liar)),
        }
    };
}

/// All of them.
pub(crate) fn all() -> Vec<Deceit> {
    vec![
        deceit!(
            "client-silence",
            "nothing is said",
            "tp",
            "connect",
            silence
        ),
        deceit!(
            "client-greeting-drip",
            "the greeting comes a byte at a time",
            "tp",
            "connect",
            greeting_drip
        ),
        deceit!(
            "client-greeting-text",
            "plain text without end for a greeting",
            "tp",
            "connect",
            greeting_text
        ),
        deceit!(
            "client-greeting-large",
            "a greeting that claims 4 GB",
            "tp",
            "connect",
            greeting_large
        ),
        deceit!(
            "client-garbage",
            "random bytes without end",
            "tp",
            "connect",
            garbage
        ),
        deceit!(
            "client-redirects",
            "redirects in a circle",
            "tp",
            "connect",
            redirects
        ),
        deceit!(
            "client-continue",
            "100 Continue without end in the tunnel's handshake",
            "tp+http",
            "connect",
            endless_continue
        ),
        deceit!(
            "client-tunnel-head",
            "an HTTP head without end",
            "tp+http",
            "connect",
            endless_head
        ),
        deceit!(
            "client-tunnel-drip",
            "an HTTP head a byte at a time",
            "tp+http",
            "connect",
            head_drip
        ),
        deceit!(
            "client-tls-drip",
            "TLS a byte at a time",
            "tps",
            "connect",
            tls_drip
        ),
        deceit!(
            "client-tls-endless",
            "a TLS handshake message without end",
            "tps",
            "connect",
            tls_endless
        ),
        deceit!(
            "client-group-empty",
            "2³²−1 frames announced, each empty",
            "tp",
            "objects",
            group_of_empty
        ),
        deceit!(
            "client-group-fails",
            "2³²−1 frames announced, each a Fail",
            "tp",
            "objects",
            group_of_fails
        ),
        deceit!(
            "client-group-large",
            "2³²−1 frames announced, each large",
            "tp",
            "objects",
            group_of_large
        ),
        deceit!(
            "client-group-drip",
            "a frame of a group at a time",
            "tp",
            "objects",
            group_drip
        ),
        deceit!(
            "client-group-nothing",
            "a group announced of which nothing comes",
            "tp",
            "objects",
            group_of_nothing
        ),
        deceit!(
            "client-group-nested",
            "a Sequence in a Sequence, and so on",
            "tp",
            "objects",
            group_nested
        ),
        deceit!(
            "client-group-short",
            "a Sequence of none",
            "tp",
            "objects",
            group_short
        ),
        deceit!(
            "client-ids-repeat",
            "lists that give the same ids again",
            "tp",
            "ids",
            ids_repeat
        ),
        deceit!(
            "client-ids-endless",
            "lists that go on and on",
            "tp",
            "ids",
            ids_endless
        ),
        deceit!(
            "client-ids-empty",
            "lists of empty pages with something left",
            "tp",
            "ids",
            ids_empty
        ),
        deceit!(
            "client-ids-drip",
            "lists of one id a page, now and then",
            "tp",
            "ids",
            ids_drip
        ),
        deceit!(
            "client-amplify",
            "designs of 130,000 tiny properties each",
            "tp",
            "designs",
            amplify
        ),
        deceit!(
            "client-descriptions",
            "objects each of a type of its own, with descriptions of 900 kB",
            "tp",
            "objects",
            descriptions
        ),
        deceit!(
            "client-large-lists",
            "a list that claims 2³²−1 entries",
            "tp",
            "object",
            large_list
        ),
        deceit!(
            "client-large-frame",
            "an answer that claims 4 GB",
            "tp",
            "object",
            large_frame
        ),
        deceit!(
            "client-answer-drip",
            "an answer a byte at a time",
            "tp",
            "object",
            answer_drip
        ),
        deceit!(
            "client-wrong-numbers",
            "answers under wrong numbers",
            "tp",
            "object",
            wrong_numbers
        ),
        deceit!(
            "client-answers-to-nothing",
            "answers to what was not asked, without end",
            "tp",
            "object",
            answers_to_nothing
        ),
        deceit!(
            "client-busy",
            "signs of life instead of an answer",
            "tp",
            "object",
            busy
        ),
        deceit!(
            "client-unasked-large",
            "1 MB messages that nobody asked for, unread",
            "tp",
            "idle",
            unasked_large
        ),
        deceit!(
            "client-unasked-small",
            "small frames that nobody asked for, unread",
            "tp",
            "idle",
            unasked_small
        ),
        deceit!(
            "client-turn-never",
            "turns that never end",
            "tp",
            "turn",
            turn_never
        ),
        deceit!(
            "client-mirror-repeat",
            "lists that repeat, for a mirror",
            "tp",
            "refresh",
            ids_repeat
        ),
        deceit!(
            "client-mirror-endless",
            "lists that go on and on, for a mirror",
            "tp",
            "refresh",
            ids_endless
        ),
        deceit!(
            "client-mirror-group",
            "2³²−1 empty frames, for a mirror",
            "tp",
            "refresh",
            group_of_empty
        ),
        deceit!(
            "client-mirror-drip",
            "a frame of a group at a time, for a mirror",
            "tp",
            "refresh",
            group_drip
        ),
        deceit!(
            "client-web-endless",
            "a metaserver's answer without end",
            "http",
            "games",
            web_endless
        ),
        deceit!(
            "client-web-drip",
            "a metaserver's answer a byte at a time",
            "http",
            "games",
            web_drip
        ),
        deceit!(
            "client-web-frames",
            "a metaserver's answer of 1 MB of tiny frames",
            "http",
            "games",
            web_frames
        ),
        deceit!(
            "client-web-redirects",
            "a metaserver that redirects in a circle",
            "http",
            "games",
            web_redirects
        ),
    ]
}

/// A connection of a client that is lied to.
pub(crate) struct Liar {
    pub(crate) stream: TcpStream,
    pub(crate) sent: Arc<AtomicU64>,
    received: BytesMut,
}

/// How long between one byte, or frame, and the next.
const PAUSE: Duration = Duration::from_millis(100);

impl Liar {
    pub(crate) fn new(stream: TcpStream, sent: Arc<AtomicU64>) -> Self {
        Self {
            stream,
            sent,
            received: BytesMut::new(),
        }
    }

    async fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.stream.write(bytes).await?;
            self.sent.fetch_add(count as u64, Relaxed);
            bytes = &bytes[count..];
        }
        Ok(())
    }

    async fn send_for_ever(&mut self, bytes: &[u8]) -> io::Result<()> {
        // In pieces that are worth a call.
        let bytes = bytes.repeat(65_536 / bytes.len() + 1);
        loop {
            self.send(&bytes).await?;
        }
    }

    async fn drip(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes.iter().cycle() {
            self.send(&[*byte]).await?;
            sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn frame(&mut self, to: &RawFrame, packet: &impl Packet) -> io::Result<()> {
        let mut out = BytesMut::new();
        let (version, sequence) = (to.header.version, to.header.sequence);
        let encoded = packet.encode_frame(version, sequence, &mut out);
        encoded.map_err(io::Error::other)?;
        self.send(&out).await
    }

    /// What the client asks next.
    async fn receive(&mut self) -> io::Result<RawFrame> {
        loop {
            let taken = RawFrame::take(&mut self.received, &DecodeOptions::default());
            if let Some(frame) = taken.map_err(io::Error::other)? {
                return Ok(frame);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The first request that is not of the kind that every server answers; those are.
    async fn request(&mut self) -> io::Result<RawFrame> {
        loop {
            let request = self.receive().await?;
            match request.header.r#type {
                game::Connect::TYPE | game::Login::TYPE | game::Ping::TYPE => {
                    self.frame(&request, &okay()).await?;
                }
                game::GetFeatures::TYPE => {
                    let features = game::Features::default();
                    self.frame(&request, &features).await?;
                }
                game::GetTimeRemaining::TYPE => self.frame(&request, &turn()).await?,
                _ => return Ok(request),
            }
        }
    }

    /// The first request for things. There are lists of a few ids for what was asked before.
    async fn request_for_things(&mut self) -> io::Result<RawFrame> {
        loop {
            let request = self.request().await?;
            if !asks_for_ids(&request) {
                return Ok(request);
            }
            let list = page(&[1, 2, 3, 4, 5], 0);
            self.answer_ids(&request, list).await?;
        }
    }

    /// An answer of the type that is right for the request.
    async fn answer_ids(&mut self, request: &RawFrame, list: game::ObjectIDs) -> io::Result<()> {
        let mut out = BytesMut::new();
        let encoded = list.encode_frame(request.header.version, 0, &mut out);
        encoded.map_err(io::Error::other)?;
        let body = &out[16..];
        // Lists of all kinds have one shape.
        let r#type = match request.header.r#type {
            game::GetObjectIDs::TYPE => game::ObjectIDs::TYPE,
            game::GetDesignIDs::TYPE => game::DesignIDs::TYPE,
            game::GetBoardIDs::TYPE => game::BoardIDs::TYPE,
            game::GetOrderDescIDs::TYPE => game::OrderDescIDs::TYPE,
            game::GetObjectDescIDs::TYPE => game::ObjectDescIDs::TYPE,
            game::GetOrderQueueIDs::TYPE => game::OrderQueueIDs::TYPE,
            game::GetResourceIDs::TYPE => game::ResourceIDs::TYPE,
            game::GetPlayerIDs::TYPE => game::PlayerIDs::TYPE,
            game::GetCategoryIDs::TYPE => game::CategoryIDs::TYPE,
            game::GetComponentIDs::TYPE => game::ComponentIDs::TYPE,
            _ => game::PropertyIDs::TYPE,
        };
        let header = request.header;
        let length = body.len() as u32;
        let frame = raw(header.version, header.sequence, r#type, length, body);
        self.send(&frame).await
    }

    /// Announces so many frames.
    async fn announce(&mut self, to: &RawFrame, number: u32) -> io::Result<()> {
        self.frame(to, &game::Sequence { number }).await
    }
}

fn asks_for_ids(request: &RawFrame) -> bool {
    [
        game::GetObjectIDs::TYPE,
        game::GetDesignIDs::TYPE,
        game::GetBoardIDs::TYPE,
        game::GetOrderDescIDs::TYPE,
        game::GetObjectDescIDs::TYPE,
        game::GetOrderQueueIDs::TYPE,
        game::GetResourceIDs::TYPE,
        game::GetPlayerIDs::TYPE,
        game::GetCategoryIDs::TYPE,
        game::GetComponentIDs::TYPE,
        game::GetPropertyIDs::TYPE,
    ]
    .contains(&request.header.r#type)
}

fn okay() -> game::Okay {
    game::Okay {
        result: "a server".into(),
    }
}

fn turn() -> game::TimeRemaining {
    game::TimeRemaining {
        time: 3_600,
        reason: Some(game::TimeRemainingReason::REQUESTED),
        turn: Some(1),
        turnname: Some("".into()),
        waiting: Some(Vec::new()),
    }
}

fn page(ids: &[u32], remaining: u32) -> game::ObjectIDs {
    let modtimes = ids.iter().map(|id| game::IDSequenceModtime {
        id: *id,
        modtime: 1,
    });
    game::ObjectIDs {
        key: 1.into(),
        remaining: remaining.into(),
        modtimes: modtimes.collect(),
        from: Some(None.into()),
    }
}

/// Without end: the client ends it.
async fn nothing(mut liar: Liar) -> io::Result<()> {
    while liar.stream.read_buf(&mut liar.received).await? > 0 {
        liar.received.clear();
    }
    Ok(())
}

async fn silence(liar: Liar) -> io::Result<()> {
    nothing(liar).await
}

async fn greeting_drip(mut liar: Liar) -> io::Result<()> {
    let connect = liar.receive().await?;
    let header = connect.header;
    let frame = raw(header.version, header.sequence, 0, 10_000, &[0; 10_000]);
    liar.drip(&frame).await
}

async fn greeting_text(mut liar: Liar) -> io::Result<()> {
    liar.send_for_ever(b"come in, come in, ").await
}

async fn greeting_large(mut liar: Liar) -> io::Result<()> {
    let header = liar.receive().await?.header;
    liar.send(&raw(header.version, header.sequence, 0, u32::MAX, b""))
        .await?;
    liar.send_for_ever(&[b'x'; 1_024]).await
}

async fn garbage(mut liar: Liar) -> io::Result<()> {
    liar.send_for_ever(&[0x9e, 0x37, 0x79, 0xb9, 0x7f]).await
}

async fn redirects(mut liar: Liar) -> io::Result<()> {
    let connect = liar.receive().await?;
    let place = format!("tp://{}", liar.stream.local_addr()?);
    liar.frame(&connect, &game::Redirect { uri: place.into() })
        .await?;
    nothing(liar).await
}

async fn endless_continue(mut liar: Liar) -> io::Result<()> {
    liar.send_for_ever(b"HTTP/1.1 100 Continue\r\n\r\n").await
}

async fn endless_head(mut liar: Liar) -> io::Result<()> {
    liar.send(b"HTTP/1.1 200 OK\r\n").await?;
    liar.send_for_ever(b"X: y\r\n").await
}

async fn head_drip(mut liar: Liar) -> io::Result<()> {
    liar.drip(b"HTTP/1.1 100 Continue\r\n\r\n").await
}

async fn tls_drip(mut liar: Liar) -> io::Result<()> {
    let mut record = vec![22, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc];
    record.resize(0x4000, 0);
    liar.drip(&record).await
}

async fn tls_endless(mut liar: Liar) -> io::Result<()> {
    // A message of 16 MB, record after record.
    let mut record = vec![22, 3, 3, 0x40, 0];
    record.extend([2, 0xff, 0xff, 0xff]);
    record.resize(0x4005, 0);
    liar.send(&record).await?;
    record[5..9].fill(0);
    liar.send_for_ever(&record).await
}

async fn group(mut liar: Liar, r#type: u32, body: &[u8]) -> io::Result<()> {
    let request = liar.request_for_things().await?;
    liar.announce(&request, u32::MAX).await?;
    let (header, length) = (request.header, body.len() as u32);
    let frame = raw(header.version, header.sequence, r#type, length, body);
    liar.send_for_ever(&frame).await
}

async fn group_of_empty(liar: Liar) -> io::Result<()> {
    group(liar, game::Object::TYPE, b"").await
}

async fn group_of_fails(liar: Liar) -> io::Result<()> {
    group(
        liar,
        game::Fail::TYPE,
        &[0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
    )
    .await
}

async fn group_of_large(liar: Liar) -> io::Result<()> {
    group(liar, game::Object::TYPE, &vec![0; 1_000_000]).await
}

async fn group_drip(mut liar: Liar) -> io::Result<()> {
    let request = liar.request_for_things().await?;
    liar.announce(&request, u32::MAX).await?;
    let header = request.header;
    let frame = raw(
        header.version,
        header.sequence,
        game::Fail::TYPE,
        8,
        &[0, 0, 0, 5, 0, 0, 0, 0],
    );
    loop {
        liar.send(&frame).await?;
        sleep(PAUSE).await;
    }
}

async fn group_of_nothing(mut liar: Liar) -> io::Result<()> {
    let request = liar.request_for_things().await?;
    liar.announce(&request, 5).await?;
    nothing(liar).await
}

async fn group_nested(mut liar: Liar) -> io::Result<()> {
    let request = liar.request_for_things().await?;
    loop {
        liar.announce(&request, u32::MAX).await?;
    }
}

async fn group_short(mut liar: Liar) -> io::Result<()> {
    loop {
        let request = liar.request_for_things().await?;
        liar.announce(&request, 0).await?;
    }
}

async fn ids_repeat(mut liar: Liar) -> io::Result<()> {
    loop {
        let request = liar.request().await?;
        liar.answer_ids(&request, page(&[1, 2, 3, 4, 5], 1_000))
            .await?;
    }
}

async fn ids_endless(mut liar: Liar) -> io::Result<()> {
    let mut next = 0_u32;
    loop {
        let request = liar.request().await?;
        let ids: Vec<u32> = (next..next + 60_000).collect();
        next += 60_000;
        liar.answer_ids(&request, page(&ids, 4_000_000_000)).await?;
    }
}

async fn ids_empty(mut liar: Liar) -> io::Result<()> {
    loop {
        let request = liar.request().await?;
        liar.answer_ids(&request, page(&[], 1_000)).await?;
    }
}

async fn ids_drip(mut liar: Liar) -> io::Result<()> {
    for id in 0.. {
        let request = liar.request().await?;
        sleep(PAUSE).await;
        liar.answer_ids(&request, page(&[id], 4_000_000_000))
            .await?;
    }
    Ok(())
}

async fn amplify(mut liar: Liar) -> io::Result<()> {
    let property = game::DesignProperty {
        propertyid: 1,
        displaystring: "".into(),
    };
    loop {
        let request = liar.request_for_things().await?;
        let number = (request.body.len() / 4).saturating_sub(1) as u32;
        liar.announce(&request, number).await?;
        for id in 0..number {
            let design = game::Design {
                id: id.into(),
                properties: vec![property.clone(); 130_000],
                ..game::Design::default()
            };
            liar.frame(&request, &design).await?;
        }
    }
}

async fn descriptions(mut liar: Liar) -> io::Result<()> {
    let ids: Vec<u32> = (1..=200).collect();
    loop {
        let request = liar.request().await?;
        if asks_for_ids(&request) {
            liar.answer_ids(&request, page(&ids, 0)).await?;
            continue;
        }
        let (asked, _) = request.body.as_chunks::<4>();
        let asked = asked.iter().skip(1).map(|id| u32::from_be_bytes(*id));
        liar.announce(&request, asked.len() as u32).await?;
        for id in asked {
            if request.header.r#type == game::GetObjectDesc::TYPE {
                let desc = game::ObjectDesc {
                    id,
                    description: "x".repeat(900_000).into(),
                    ..game::ObjectDesc::default()
                };
                liar.frame(&request, &desc).await?;
            } else {
                let object = game::Object {
                    id,
                    otype: 1_000 + id,
                    desc: Some("".into()),
                    parent: Some(0),
                    ..game::Object::default()
                };
                liar.frame(&request, &object).await?;
            }
        }
    }
}

async fn large_list(mut liar: Liar) -> io::Result<()> {
    let request = liar.request_for_things().await?;
    let header = request.header;
    // Id, type and an empty name; all else says that there is as much as can be.
    let mut body = vec![0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    body.resize(1_000_000, 0xff);
    let frame = raw(
        header.version,
        header.sequence,
        game::Object::TYPE,
        1_000_000,
        &body,
    );
    liar.send(&frame).await?;
    nothing(liar).await
}

async fn large_frame(mut liar: Liar) -> io::Result<()> {
    let header = liar.request_for_things().await?.header;
    liar.send(&raw(
        header.version,
        header.sequence,
        game::Object::TYPE,
        u32::MAX,
        b"",
    ))
    .await?;
    liar.send_for_ever(&[0; 1_024]).await
}

async fn answer_drip(mut liar: Liar) -> io::Result<()> {
    let header = liar.request_for_things().await?.header;
    let frame = raw(
        header.version,
        header.sequence,
        game::Object::TYPE,
        500_000,
        &[0; 500_000],
    );
    liar.drip(&frame).await
}

async fn wrong_numbers(mut liar: Liar) -> io::Result<()> {
    loop {
        let mut request = liar.request_for_things().await?;
        request.header.sequence += 1;
        liar.frame(&request, &okay()).await?;
    }
}

async fn answers_to_nothing(mut liar: Liar) -> io::Result<()> {
    let header = liar.request_for_things().await?.header;
    let frame = raw(header.version, 77_777, game::Okay::TYPE, 4, &[0; 4]);
    liar.send_for_ever(&frame).await
}

/// As often as a client may take it for life.
async fn busy(mut liar: Liar) -> io::Result<()> {
    let mut request = liar.request_for_things().await?;
    request.header.sequence = 0;
    loop {
        liar.frame(&request, &turn()).await?;
        sleep(PAUSE).await;
    }
}

async fn unasked_large(liar: Liar) -> io::Result<()> {
    // What takes more memory than it has bytes.
    let property = game::DesignProperty {
        propertyid: 1,
        displaystring: "".into(),
    };
    let design = game::Design {
        properties: vec![property; 130_000],
        ..game::Design::default()
    };
    unasked(liar, &design).await
}

async fn unasked_small(liar: Liar) -> io::Result<()> {
    unasked(liar, &turn()).await
}

/// The same over and over, from the login on.
async fn unasked(mut liar: Liar, packet: &impl Packet) -> io::Result<()> {
    let mut login = liar.receive().await?;
    while login.header.r#type != game::Login::TYPE {
        liar.frame(&login, &okay()).await?;
        login = liar.receive().await?;
    }
    liar.frame(&login, &okay()).await?;
    let mut out = BytesMut::new();
    let encoded = packet.encode_frame(login.header.version, 0, &mut out);
    encoded.map_err(io::Error::other)?;
    liar.send_for_ever(&out).await
}

async fn turn_never(mut liar: Liar) -> io::Result<()> {
    loop {
        let request = liar.request().await?;
        liar.frame(&request, &okay()).await?;
    }
}

async fn web_endless(mut liar: Liar) -> io::Result<()> {
    liar.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")
        .await?;
    liar.send_for_ever(&[b'T'; 1_024]).await
}

async fn web_drip(mut liar: Liar) -> io::Result<()> {
    liar.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        .await?;
    liar.drip(b"TP04").await
}

/// As many Fails, or games with nothing in them, as go into what a client reads.
async fn web_frames(mut liar: Liar) -> io::Result<()> {
    let frame = raw(game::TP04, 0, game::Sequence::TYPE, 4, &[0, 0, 0, 1]);
    let body = frame.repeat(1_000_000 / frame.len());
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    liar.send(head.as_bytes()).await?;
    liar.send(&body).await?;
    nothing(liar).await
}

async fn web_redirects(mut liar: Liar) -> io::Result<()> {
    let place = liar.stream.local_addr()?;
    let head =
        format!("HTTP/1.1 302 Found\r\nLocation: http://{place}/\r\nContent-Length: 0\r\n\r\n");
    loop {
        if liar.stream.read_buf(&mut liar.received).await? == 0 {
            return Ok(());
        }
        liar.send(head.as_bytes()).await?;
    }
}
