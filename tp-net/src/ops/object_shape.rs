//! The two shapes of order parameter Object in TP03, and which of them a server takes.
//!
//! As published it is the object's id. tpserver-cpp sends and demands a list of valid types behind
//! it and calls all else malformed, while others call the list malformed. So an order that has such
//! a parameter is sent in the shape that the connection is known for, and as long as no order was
//! taken in it, once more in the other shape if it is refused as malformed.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

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
    /// Whether to send lists, which is up to the order if nothing tells; and whether that is
    /// certain.
    pub(super) fn choose(&self, stated: bool) -> (bool, bool) {
        (self.listed.unwrap_or(stated), self.settled)
    }

    /// The server has taken an order in this shape.
    pub(super) fn settle(&mut self, listed: bool) {
        self.listed = Some(listed);
        self.settled = true;
    }

    /// An order came with a list, and is to go back with it.
    pub(super) fn came_with_list(&mut self) {
        self.settled &= self.listed == Some(true);
        self.listed = Some(true);
    }

    /// This is another server, of which nothing is known.
    pub(super) fn forget(&mut self) {
        self.listed = None;
        self.settled = false;
    }

    /// A turn to give an order, behind all others.
    pub(super) fn queue(&mut self) -> u64 {
        let turn = self.next_turn;
        self.next_turn = turn.wrapping_add(1);
        self.turns.push_back(turn);
        turn
    }

    /// Ready when all turns before this one are over.
    pub(super) fn poll_turn(&mut self, turn: u64, context: &mut Context<'_>) -> Poll<()> {
        if self.turns.front() == Some(&turn) {
            return Poll::Ready(());
        }
        self.waiting.push(context.waker().clone());
        Poll::Pending
    }

    /// A turn is over, whether it came or not.
    pub(super) fn end_turn(&mut self, turn: u64) {
        self.turns.retain(|other| *other != turn);
        self.waiting.drain(..).for_each(Waker::wake);
    }
}
