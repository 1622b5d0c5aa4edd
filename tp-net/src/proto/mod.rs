//! One connection as a state machine, without socket, clock or runtime.
//!
//! ```text
//!                  request()                       output() / written()
//!   operations ───────────────►┌──────────────────┐──────────────────────► socket
//!                              │    Connection    │
//!   events     ◄───────────────└──────────────────┘◄────────────────────── socket
//!                 poll_event()    ▲            │        receive()
//!                                 │            ▼        end_of_input()
//!                     handle_timeout()    next_timeout()
//! ```
//!
//! A request goes through these states:
//!
//! ```text
//!            an exclusive request is out,
//!            or enough bytes wait
//!   unsent ──────────────┐
//!     │  ▲───────────────┘
//!     │ sequence number
//!     ▼
//!   waiting ── Sequence(n), n > 0 ──► group ── n-th frame ──────────► complete: Group
//!     │                                 └───── a later answer ──────► complete: Incomplete
//!     ├─ Sequence(0) ───────────────────────────────────────────────► complete: Group
//!     ├─ Sequence(n), n more than was asked for ────────────────────► complete: TooMany
//!     ├─ any other frame ───────────────────────────────────────────► complete: Single
//!     ├─ a later answer, or a pause, if servers may stay silent ────► complete: Silent
//!     ├─ `reply_timeout` passes (also in a group) ───────────────────► complete: TimedOut
//!     └─ the connection ends (also in a group) ─────────────────────► complete: Closed,
//!                                                 or NotSent if part of it was not written
//! ```
//!
//! Each request is completed exactly once, and then all of its answer is one event. A frame that belongs to no outstanding request is
//! [noise](Event::Stray); one with sequence number 0 is [asynchronous](Event::Asynchronous).
//!
//! # What a client goes through
//!
//! A client has one such connection after another. What is asked before it is ready waits until it
//! is, and what is outstanding when it is over is answered with the error that ended it.
//!
//! ```text
//!   opening ──────────────► greeting ───────────────────► ready
//!   ▲ ▲  │     connected       │  │     Okay to Connect     │  │
//!   │ │  │                     │  │                         │  │
//!   │ │  │ nobody is there     │  │ nothing left to try     │  │ disconnected
//!   │ │  ├─────────────────────┼──┴─────────────────────────┼──┘
//!   │ │  │                     │                            │
//!   │ └──┼─────────────────────┴────────────────────────────┘
//!   │    │      older version, redirect       redirect from Login
//!   │    │
//!   │    ├───────► over
//!   │    │
//!   │    │ it was ready once, and is to connect again
//!   │    ▼
//!   └── away
//!        after a pause
//! ```

mod answer;
mod connection;
mod event;
mod framing;
mod negotiation;
mod pending;
mod request;
mod sequence;
mod settings;
mod unsent;
mod writes;

pub(crate) use answer::Frames;
pub use answer::{Answer, Completion};
pub use connection::Connection;
pub use event::{Closed, Event};
#[cfg(any(feature = "tokio", feature = "metaserver"))]
pub(crate) use negotiation::OLDEST;
pub use negotiation::{Negotiation, Verdict, Versions};
pub(crate) use request::filters;
pub use request::{Outgoing, RequestId};
pub use settings::Settings;
pub use unsent::Unsent;
