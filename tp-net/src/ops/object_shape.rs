//! The two shapes of order parameter Object in TP03, and which of them a server takes.
//!
//! As published it is the object's id. tpserver-cpp sends and demands a list of valid types behind
//! it and calls all else malformed, while others call the list malformed. So an order that has such
//! a parameter is sent in the shape that the connection is known for, and as long as no order was
//! taken in it, once more in the other shape if it is refused as malformed.

use std::collections::VecDeque;
use std::task::{Poll, Waker};

use tp_frames::{Request, Version, game};

use super::SessionHandle;
use crate::error::Error;
use crate::model::downgrade::has_descriptions;
use crate::model::{FailCode, Order};

/// What is known of the server at the other end of the connection.
#[derive(Debug, Default)]
pub(crate) struct ObjectShape {
    /// Whether it has the lists of valid types; `None` until something tells.
    listed: Option<bool>,
    /// It has taken an order in this shape.
    settled: bool,
    /// Who gives an order, in the order asked: what follows one that may have to be sent again
    /// waits, so that orders come to the server as they were given.
    turns: VecDeque<u64>,
    next_turn: u64,
    waiting: Vec<Waker>,
}

impl ObjectShape {
    /// This is another server, of which nothing is known.
    pub(super) fn forget(&mut self) {
        self.listed = None;
        self.settled = false;
    }

    /// The server has taken an order in this shape.
    fn settle(&mut self, listed: bool) {
        self.listed = Some(listed);
        self.settled = true;
    }
}

/// The right to give an order, until it is dropped.
struct Turn {
    handle: SessionHandle,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut shared = self.handle.lock();
        let shape = &mut shared.object_shape;
        shape.turns.retain(|turn| *turn != self.number);
        shape.waiting.drain(..).for_each(Waker::wake);
    }
}

impl SessionHandle {
    /// What the server answers to an order, as the last request of an operation.
    pub(super) async fn give<R>(&self, order: Order, version: Version) -> Result<R::Reply, Error>
    where
        R: Request + From<game::Order>,
    {
        if has_descriptions(version) {
            return self.last(R::from(order.into_frame(version)?)).await;
        }
        let in_shape = |listed| {
            let mut order = order.clone();
            order.set_valid_types(listed);
            Ok::<_, Error>(R::from(order.into_frame(version)?))
        };
        let turn = self.turn().await;
        let (listed, settled) = {
            let known = &self.lock().object_shape;
            // A list that says something was read somewhere.
            let mut lists = order.valid_types().flatten();
            let stated = lists.any(|types| !types.is_empty());
            (known.listed.unwrap_or(stated), known.settled)
        };
        if settled || order.valid_types().next().is_none() {
            let pending = self.begin_last(in_shape(listed)?).await?;
            drop(turn);
            return self.answer::<R>(pending).await;
        }
        let first = match self.one(in_shape(listed)?).await {
            Err(error) if is_malformed(&error) => error,
            answer => {
                if answer.is_ok() {
                    self.lock().object_shape.settle(listed);
                }
                return answer;
            }
        };
        tracing::debug!(listed = !listed, "the order is sent in the other shape");
        match self.last(in_shape(!listed)?).await {
            Ok(answer) => {
                self.lock().object_shape.settle(!listed);
                Ok(answer)
            }
            // Then it is not the shape.
            Err(second) if is_malformed(&second) => Err(first),
            Err(second) => Err(second),
        }
    }

    /// An order that came with a list goes back with it.
    pub(super) fn learn_shape<'a>(&self, read: impl IntoIterator<Item = &'a Order>) {
        // In TP04 there is a list always. An order of TP03 has an object.
        let mut old = read.into_iter().filter(|order| order.object.is_some());
        if old.any(|order| order.valid_types().flatten().next().is_some()) {
            let known = &mut self.lock().object_shape;
            known.settled &= known.listed == Some(true);
            known.listed = Some(true);
        }
    }

    /// Waits until all orders given before are sent for the last time.
    async fn turn(&self) -> Turn {
        let number = {
            let shape = &mut self.lock().object_shape;
            let number = shape.next_turn;
            shape.next_turn = number.wrapping_add(1);
            shape.turns.push_back(number);
            number
        };
        let handle = self.clone();
        let turn = Turn { handle, number };
        std::future::poll_fn(|context| {
            let shape = &mut self.lock().object_shape;
            if shape.turns.front() == Some(&number) {
                return Poll::Ready(());
            }
            shape.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
        turn
    }
}

/// Returns `true` if a server could not read the request. tpserver-cpp refuses such a probe with a
/// code that there is not.
fn is_malformed(error: &Error) -> bool {
    let refusal = error.refusal();
    refusal.is_some_and(|refusal| matches!(refusal.code, FailCode::FRAME | FailCode(u32::MAX)))
}
