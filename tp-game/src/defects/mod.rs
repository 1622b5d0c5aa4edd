//! The game behind a server that does one thing wrong, to test what tests servers.
//!
//! The game itself knows nothing of it: a [`Defect`] works on the frames that pass between the
//! client and the game.

mod line;
mod passage;
mod replies;
mod requests;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};

use crate::{Game, ServeError, Serving};

macro_rules! defects {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        /// One thing that a server does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Defect {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Defect {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

defects! {
    /// The first bytes of something else than this protocol are not answered.
    SilentToStrangers,
    /// A frame that claims to be too long is not answered.
    SilentOnTooLong,
    /// The reply to Connect says the other version.
    OtherVersion,
    /// The greatest bit of sequence numbers is lost.
    SequenceNumberCut,
    /// The Fail to a frame of unknown type has sequence number 0.
    UnknownFrameUnnumbered,
    /// A frame of unknown type ends the connection.
    ClosesOnUnknownFrame,
    /// A reply to GetOrderDescIDs comes after the reply to the next request.
    RepliesSwapped,
    /// Frames that nobody asked for have a number other than 0.
    UnaskedNumbered,
    /// Bytes behind the last field of a request are refused.
    RefusesTrailingBytes,
    /// Four bytes follow the last field of Board.
    TrailingGarbage,
    /// The Sequence before the Okays to RemoveMessage counts one too many.
    SequenceOneTooMany,
    /// An unknown resource is not answered.
    SilentOnUnknownResource,
    /// An unknown property is answered with an empty one.
    InventsProperties,
    /// The Fail for an unknown object has code 2.
    OtherFailCode,
    /// Fails of TP04 have no references.
    NoFailReferences,
    /// Objects come in the order of their ids, whatever the order asked for.
    SortsObjects,
    /// Components that are asked for twice come once.
    MergesComponents,
    /// ComponentIDs say that everything changed at time 0.
    NoModtimes,
    /// ResourceIDs count the ids that they hold as remaining.
    RemainingTooMany,
    /// GetOrderDescIDs takes any key.
    AnyKey,
    /// GetOrderDescIDs takes a start behind the end.
    AnyStart,
    /// GetResourceIDs is answered before Login.
    ListsBeforeLogin,
    /// A second Login is answered with Okay.
    SecondLogin,
    /// Ping is not answered.
    NoPing,
    /// Strings of messages end at their first NUL.
    StringsCutAtNul,
    /// Bodies of messages are cut to 255 bytes.
    LongBodiesCut,
    /// Orders for the end of a queue go to its start.
    AppendsInFront,
    /// RemoveCategory is answered with Okay, and removes nothing.
    KeepsCategories,
    /// What is sent after the padding filter was set is not padded.
    NoPads,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Serves a new game with a defect at any free port of this machine.
///
/// # Errors
///
/// No port, or no thread.
pub fn serve(defect: Defect) -> Result<Defective, ServeError> {
    let game = Game::new(1).serve("127.0.0.1:0")?;
    let server = game.local_addr();
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    runtime.spawn(passage::accept(listener, server, defect));
    Ok(Defective {
        address,
        runtime: Some(runtime),
        _game: game,
    })
}

/// A game being served with a defect. Dropping it ends the server.
#[derive(Debug)]
pub struct Defective {
    address: SocketAddr,
    runtime: Option<Runtime>,
    _game: Serving,
}

impl Defective {
    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Defective {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
