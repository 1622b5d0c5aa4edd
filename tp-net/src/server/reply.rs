//! One request's reply, on its way to the client.

use std::future::Future;

use bytes::BytesMut;
use tp_frames::game::{Frame, Okay, Redirect, Sequence};
use tp_frames::{AnyFrame, EncodeError, EncodeOptions, Packet, TpString, Version};

use super::{Answer, Peer, Quirks, SendError};
use crate::model::{Object, Order, Refusal};

/// The reply to one request. Frames are gathered and sent when there are some, and at the end.
pub(super) struct Reply<'a> {
    peer: &'a Peer,
    context: ReplyContext,
    gathered: &'a mut BytesMut,
}

/// How many bytes are gathered.
const GATHER: usize = 16 * 1024;

impl<'a> Reply<'a> {
    pub(super) fn new(
        peer: &'a Peer,
        version: Version,
        sequence: u32,
        gathered: &'a mut BytesMut,
    ) -> Self {
        gathered.clear();
        // Only what is answered here turns padding on, so it stays as it is meanwhile.
        let padded = peer.outbox().is_padded();
        Self {
            peer,
            context: ReplyContext {
                options: EncodeOptions::new(version).padded(padded),
                sequence,
                quirks: peer.quirks(),
            },
            gathered,
        }
    }

    pub(super) fn version(&self) -> Version {
        self.context.options.version
    }

    /// One frame more: what the handler answered, or the refusal in its place.
    pub(super) async fn answer<P: ReplyPayload>(
        &mut self,
        answer: Result<P, Refusal>,
    ) -> Result<(), SendError> {
        let payload = match answer {
            Ok(payload) => payload,
            Err(refusal) => return self.refuse(refusal).await,
        };
        match payload.encode(self.context, self.gathered) {
            Ok(()) => self.send_some().await,
            Err(refusal) => {
                tracing::debug!(%refusal, version = %self.version(), "cannot be said");
                self.refuse(refusal).await
            }
        }
    }

    /// A Fail.
    pub(super) async fn refuse(&mut self, refusal: Refusal) -> Result<(), SendError> {
        tracing::debug!(code = refusal.code.0, result = %refusal.result.printable(), "refused");
        if refusal.encode(self.context, self.gathered).is_err() {
            // Its own text or list was too long.
            let short = Refusal::unavailable_permanently("the refusal is too long to be sent");
            short
                .encode(self.context, self.gathered)
                .unwrap_or_default();
        }
        self.send_some().await
    }

    /// One answer for each of `of`, in this order: bare if it is one, else after a `Sequence`.
    pub(super) async fn group<I, F, A, T>(&mut self, of: I, ask: F) -> Result<(), SendError>
    where
        I: IntoIterator<IntoIter: ExactSizeIterator + Send>,
        F: Fn(I::Item) -> A,
        A: Answer<T>,
        T: ReplyPayload,
    {
        let of = of.into_iter();
        if of.len() != 1 {
            let number = u32::try_from(of.len()).unwrap_or(u32::MAX);
            self.answer(Ok(Sequence { number })).await?;
        }
        for (index, one) in of.enumerate() {
            let answer = ask(one).await;
            self.answer(answer).await?;
            if index % 64 == 63 {
                // A long group must not keep other connections from the processor.
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// A Redirect, or where the client does not know it a Fail that says the same.
    pub(super) async fn redirect(&mut self, url: TpString) -> Result<(), SendError> {
        if self.peer.quirks().redirects {
            return self.answer(Ok(Redirect { uri: url })).await;
        }
        let text = format!("the game is at {url} now");
        self.refuse(Refusal::unavailable_temporarily(text)).await
    }

    async fn send_some(&mut self) -> Result<(), SendError> {
        if self.gathered.len() < GATHER {
            return Ok(());
        }
        self.flush().await
    }

    fn take_gathered(&mut self) -> BytesMut {
        let gathered = self.gathered.split();
        let padded = self.context.options.padded;
        self.peer.trace().sent(&gathered, padded);
        gathered
    }

    /// Sends what is gathered, and pads everything after it.
    pub(super) async fn flush_and_pad(&mut self) -> Result<(), SendError> {
        let gathered = self.take_gathered();
        self.context.options = self.context.options.padded(true);
        self.peer.outbox().send_and_pad(&gathered).await
    }

    /// Sends what is gathered.
    pub(super) fn flush(&mut self) -> impl Future<Output = Result<(), SendError>> + Send {
        let gathered = self.take_gathered();
        async move {
            if gathered.is_empty() {
                return Ok(());
            }
            self.peer.outbox().send(&gathered).await
        }
    }
}

/// `Okay`, with its text.
pub(super) fn okay(result: TpString) -> Okay {
    Okay { result }
}

/// How a client wants the frames of a reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyContext {
    options: EncodeOptions,
    sequence: u32,
    quirks: Quirks,
}

/// What a reply carries: something that can be said in the version of a client.
pub(super) trait ReplyPayload: Send {
    /// Appends the frame that says it. If this client cannot be told, it gets the refusal in its
    /// place.
    fn encode(self, context: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal>;
}

fn unsayable(error: EncodeError) -> Refusal {
    Refusal::unavailable_permanently(error.to_string())
}

impl<P: Packet> ReplyPayload for P {
    fn encode(self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal> {
        to.quirks
            .encode_frame(&self, to.options, to.sequence, out)
            .map_err(unsayable)
    }
}

impl ReplyPayload for Object {
    fn encode(self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal> {
        self.into_frame(to.options.version)?.encode(to, out)
    }
}

impl ReplyPayload for Order {
    fn encode(self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal> {
        self.into_frame(to.options.version)?.encode(to, out)
    }
}

impl ReplyPayload for Refusal {
    fn encode(self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal> {
        self.into_frame(to.options.version).encode(to, out)
    }
}

/// Whatever frame a handler answers.
pub(super) struct AnyReply(pub(super) Frame);

impl ReplyPayload for AnyReply {
    fn encode(self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Refusal> {
        let Self(frame) = self;
        match frame {
            Frame::Game(game) => game.encode(to, out),
            Frame::Player(player) => player.encode(to, out),
            Frame::OrderDesc(desc) => desc.encode(to, out),
            Frame::Order(order) => order.encode(to, out),
            other => other
                .encode_frame(to.options, to.sequence, out)
                .map_err(unsayable),
        }
    }
}
