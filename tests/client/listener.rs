//! What a client goes through before frames: TLS, a tunnel, or neither.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tp_frames::TpStr;
use tp_net::client::AsyncStream;
use tp_net::transport::AsyncLayered;
use tp_tests::head_length;
use tp_tests::report::Way;

use crate::connection_record::Recorder;
use crate::rules::Rule;
use crate::scenario::{Certificate, Transport};
use crate::test_plan::TestPlan;

/// How long a client may take to get through.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client that sends before it may does so within this time.
const HASTE: Duration = Duration::from_millis(20);

/// More than the head of any request.
const HEAD: usize = 16 * 1024;

/// What opens a tunnel where nothing is to go wrong.
const OPEN: &[u8] = b"HTTP/1.0 200 OK\r\nCache-Control: no-cache, private\r\n\
    Pragma: no-cache\r\nContent-Type: application/octet-stream\r\n\r\n";

/// A client that got through.
pub(crate) struct Accepted {
    pub(crate) stream: Box<dyn AsyncStream>,
    /// What it sent before it may.
    pub(crate) received: BytesMut,
}

/// Accepts a client by this transport; `None` if it did not get through.
pub(crate) async fn accept(
    mut socket: TcpStream,
    transport: Transport,
    plan: &TestPlan,
    recorder: &Recorder,
) -> io::Result<Option<Accepted>> {
    let mut start = [0; 4];
    let came = timeout(PATIENCE, first(&socket, &mut start)).await??;
    if came == 0 {
        recorder.event("closed by the client, without a word");
        return Ok(None);
    }
    let (tls, http) = (start[0] == 0x16, start == *b"POST");
    match transport {
        Transport::Any if http => tunnel(socket, OPEN, OPEN.len(), recorder).await,
        Transport::Tunnel(answer, pieces) if http => {
            recorder.record().misbehaved = true;
            tunnel(socket, answer, pieces, recorder).await
        }
        Transport::NoTunnel(answer) if http => {
            recorder.record().misbehaved = true;
            let through = tunnel(socket, answer, answer.len(), recorder).await?;
            if let Some(mut accepted) = through {
                recorder.record().kept_out = true;
                recorder.event("closed by this server");
                accepted.stream.shutdown().await?;
                linger(&mut accepted.stream).await;
            }
            Ok(None)
        }
        Transport::Any if tls => encrypted(socket, Certificate::SelfSigned, plan, recorder).await,
        Transport::Tls(certificate) if tls => {
            recorder.record().misbehaved = true;
            encrypted(socket, certificate, plan, recorder).await
        }
        Transport::NoTls(answer) if tls => {
            recorder.event("a TLS handshake begins");
            recorder.record().misbehaved = true;
            recorder.record().kept_out = true;
            recorder
                .journal
                .received_text(recorder.connection(), answer);
            socket.write_all(answer).await?;
            socket.shutdown().await?;
            linger(&mut socket).await;
            Ok(None)
        }
        Transport::Any => Ok(Some(Accepted {
            stream: Box::new(socket),
            received: BytesMut::new(),
        })),
        Transport::Tunnel(..) | Transport::NoTunnel(_) => {
            recorder.event("this place is for tunnels: tp+http://");
            Ok(None)
        }
        Transport::Tls(_) | Transport::NoTls(_) => {
            recorder.event("this place is for TLS: tps://");
            Ok(None)
        }
    }
}

/// Looks at the first bytes without taking them.
async fn first(socket: &TcpStream, start: &mut [u8; 4]) -> io::Result<usize> {
    loop {
        let count = socket.peek(start).await?;
        // Frames and tunnels begin with more; less is the start of nothing.
        if count == 0 || count >= start.len() {
            return Ok(count);
        }
        let mut more = [0; 5];
        sleep(Duration::from_millis(5)).await;
        if socket.peek(&mut more).await? == count && start[0] == 0x16 {
            return Ok(count);
        }
    }
}

async fn encrypted(
    socket: TcpStream,
    certificate: Certificate,
    plan: &TestPlan,
    recorder: &Recorder,
) -> io::Result<Option<Accepted>> {
    let layer = plan
        .identity(certificate)
        .layer()
        .map_err(io::Error::other)?;
    let mut stream = AsyncLayered::new(socket, layer);
    match timeout(PATIENCE, stream.handshake()).await? {
        Ok(()) => {
            recorder.event("TLS");
            Ok(Some(Accepted {
                stream: Box::new(stream),
                received: BytesMut::new(),
            }))
        }
        Err(error) => {
            recorder.event(format!("no TLS: {error}"));
            recorder.record().kept_out = true;
            Ok(None)
        }
    }
}

/// Opens a tunnel by this answer, sent in pieces.
async fn tunnel(
    mut socket: TcpStream,
    answer: &[u8],
    pieces: usize,
    recorder: &Recorder,
) -> io::Result<Option<Accepted>> {
    let mut received = BytesMut::new();
    let head = loop {
        if let Some(length) = head_length(&received) {
            break received.split_to(length);
        }
        let came = timeout(PATIENCE, socket.read_buf(&mut received)).await??;
        if came == 0 || received.len() > HEAD {
            let how = Some("no blank line came".to_owned());
            recorder.judge(Rule::TunnelHead, how);
            return Ok(None);
        }
    };
    recorder
        .journal
        .no_frame(recorder.connection(), Way::ToServer, &head);
    let line = (*head)
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let good = line.starts_with("POST ") && line.contains(" HTTP/1.");
    let how = (!good).then(|| format!("it asks {:?}", TpStr::from(line.trim_end())));
    recorder.judge(Rule::TunnelHead, how);
    // Whoever is too eager shows it now.
    if let Ok(came) = timeout(HASTE, socket.read_buf(&mut received)).await {
        came?;
    }
    let how =
        (!received.is_empty()).then(|| format!("{} bytes came before the answer", received.len()));
    recorder.judge(Rule::TunnelWaits, how);
    recorder
        .journal
        .received_text(recorder.connection(), answer);
    socket.set_nodelay(true)?;
    for piece in answer.chunks(pieces.max(1)) {
        socket.write_all(piece).await?;
        if piece.len() < answer.len() {
            // So that pieces travel alone.
            sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(Some(Accepted {
        stream: Box::new(socket),
        received,
    }))
}

/// Reads what still comes, so that what was said is not lost in a reset.
async fn linger(stream: &mut (impl tokio::io::AsyncRead + Unpin)) {
    let mut rest = BytesMut::new();
    let all = async {
        while let Ok(1..) = stream.read_buf(&mut rest).await {
            rest.clear();
        }
    };
    let _ = timeout(Duration::from_secs(5), all).await;
}
