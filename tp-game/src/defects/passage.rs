//! The way of bytes between clients and the game, with a defect on it.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tp_frames::RawFrame;

use super::Defect;
use super::line::{Line, Passed};

/// Lets clients through to the game for ever.
pub(super) async fn accept(listener: TcpListener, server: SocketAddr, defect: Defect) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(async move {
            if let Err(error) = pass(client, server, defect).await {
                tracing::debug!(%error, "a connection with a defect broke");
            }
        });
    }
}

type Shared<T> = Arc<Mutex<T>>;
type ToClient = Arc<tokio::sync::Mutex<OwnedWriteHalf>>;

async fn pass(client: TcpStream, server: SocketAddr, defect: Defect) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_client = Arc::new(tokio::sync::Mutex::new(to_client));
    let line = Arc::new(Mutex::new(Line::new(defect)));
    // Two ways of their own: a client that sends much before it reads must not stop both.
    tokio::select! {
        ended = requests(from_client, to_server, Arc::clone(&to_client), Arc::clone(&line)) => ended,
        ended = replies(from_server, to_client, line) => ended,
    }
}

fn locked(line: &Shared<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends when the connection is to be closed; when only the client has ended, never.
async fn requests(
    mut from_client: OwnedReadHalf,
    mut to_server: OwnedWriteHalf,
    to_client: ToClient,
    line: Shared<Line>,
) -> io::Result<()> {
    let mut received = BytesMut::new();
    loop {
        let ended = from_client.read_buf(&mut received).await? == 0;
        loop {
            let Some(passed) = locked(&line).requested(&mut received) else {
                break;
            };
            match passed {
                Passed::On(bytes) => to_server.write_all(&bytes).await?,
                Passed::Back(bytes) => to_client.lock().await.write_all(&bytes).await?,
                Passed::Close => return Ok(()),
            }
        }
        if ended {
            to_server.write_all(&received).await?;
            to_server.shutdown().await?;
            return std::future::pending().await;
        }
    }
}

/// Ends with the server's side.
async fn replies(
    mut from_server: OwnedReadHalf,
    to_client: ToClient,
    line: Shared<Line>,
) -> io::Result<()> {
    let mut received = BytesMut::new();
    while from_server.read_buf(&mut received).await? > 0 {
        let bytes = replied(&mut received, &line);
        to_client.lock().await.write_all(&bytes).await?;
    }
    to_client.lock().await.shutdown().await
}

fn replied(received: &mut BytesMut, line: &Shared<Line>) -> BytesMut {
    let mut bytes = BytesMut::new();
    let mut line = locked(line);
    while !line.strange {
        match RawFrame::take(received, &line.options()) {
            Ok(Some(frame)) => line.replied(frame, &mut bytes),
            Ok(None) => return bytes,
            // Words, not frames.
            Err(_) => line.strange = true,
        }
    }
    bytes.unsplit(received.split());
    bytes
}
