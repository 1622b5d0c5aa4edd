//! One connection, from its first byte to its last.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tp_frames::{DecodeLimits, DecodeOptions};
use tracing::Instrument;

use super::outbox::Outbox;
use super::peer::Client;
use super::reader::{End, Reader, total_room};
use super::stop::Stopping;
use super::worker::Worker;
use super::{Caller, Handler, Limits, Peer, Timeouts};
use crate::proto::Versions;

/// What all connections of a server share.
pub(super) struct Shared<H> {
    pub(super) handler: Arc<H>,
    pub(super) versions: Versions,
    pub(super) limits: Limits,
    pub(super) timeouts: Timeouts,
    pub(super) stopping: Stopping,
    pub(super) last_id: AtomicU64,
}

/// Serves a client that speaks frames and has sent some bytes already, until its connection ends.
pub(super) async fn serve<H: Handler>(
    shared: &Shared<H>,
    socket: impl AsyncRead + AsyncWrite + Send + 'static,
    received: BytesMut,
    client: Client,
) {
    let (mut from_client, to_client) = tokio::io::split(socket);
    let outbox = Arc::new(Outbox::new(shared.limits.bytes_sent));
    let peer = Peer::new(client, Arc::clone(&outbox));
    let caller: Arc<OnceLock<Caller<H::Player>>> = Arc::default();
    let (to_worker, requests) = mpsc::channel(shared.limits.requests.max(1));
    let mut limits = DecodeLimits::default();
    limits.frame = shared.limits.frame;
    let options = DecodeOptions::new().limits(limits);

    let (handler, whom) = (Arc::clone(&shared.handler), Arc::clone(&caller));
    let worker = Worker::new(handler, peer.clone(), whom, options, shared.limits);
    // A task of its own: a handler that panics takes down nothing else.
    let working = tokio::spawn(worker.work(requests).in_current_span());
    let ending = Ending {
        outbox: &outbox,
        working: working.abort_handle(),
    };

    let reading = async {
        let reader = Reader {
            versions: shared.versions,
            limits: &shared.limits,
            timeouts: &shared.timeouts,
            options: &options,
            outbox: &outbox,
            worker: to_worker,
            room: Arc::new(Semaphore::new(total_room(&shared.limits))),
            version: None,
        };
        let stopping = shared.stopping.clone();
        let read = reader.read_from(&mut from_client, received, client.deadline, stopping);
        let end = tokio::select! {
            end = read => end,
            // The handler or the worker wants no more.
            () = outbox.ended() => End::Unwanted,
        };
        tracing::debug!(?end, "reading ended");
        if end == End::Broken {
            outbox.close();
        }
        // The sender to the worker is gone: it finishes what it has.
        let mut stopping = shared.stopping.clone();
        tokio::select! {
            worked = working => if let Err(error) = worked
                && error.is_panic() {
                    tracing::error!("the handler panicked");
                },
            // Whoever dropped the server wants it to end now.
            () = stopping.now() => outbox.close(),
        }
        outbox.finish();
        end
    };
    let writing = async {
        if let Err(error) = outbox.write_to(to_client, shared.timeouts.write).await {
            tracing::debug!(%error, "writing ended");
        }
        outbox.close();
    };
    let (end, ()) = tokio::join!(reading, writing);
    if end != End::Closed && end != End::Broken {
        linger(&mut from_client).await;
    }
    drop(ending);
    shared
        .handler
        .disconnected(&peer, caller.get().map(Caller::player))
        .await;
    tracing::debug!("ended");
}

/// Takes what the client still sends, for a moment: bytes left unread would make the system reset
/// the connection, and the client might lose what it was sent last.
pub(super) async fn linger(from_client: &mut (impl AsyncRead + Unpin)) {
    let mut nothing = [0; 4096];
    let rest = async {
        for _ in 0..64 {
            if !matches!(from_client.read(&mut nothing).await, Ok(1..)) {
                break;
            }
        }
    };
    // A client that neither sends nor closes has lost its right to be waited for.
    let _ = timeout(Duration::from_millis(500), rest).await;
}

/// Ends everything that belongs to a connection, however that ends.
struct Ending<'a> {
    outbox: &'a Outbox,
    working: tokio::task::AbortHandle,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.working.abort();
        self.outbox.close();
    }
}
