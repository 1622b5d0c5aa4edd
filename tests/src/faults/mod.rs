//! What a server can do wrong, to test what tests servers.
//!
//! The game itself knows nothing of it: a fault works on the frames that pass between a client and
//! the game.

mod answers;
mod effects;
mod framing;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, EncodeOptions, Packet, RawFrame};

use crate::proxy::ProxiedGame;
use crate::proxy::actions::with_body;
use crate::proxy::script::Script;

/// One thing that a server does wrong.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// What the server does, in a sentence.
    pub does: &'static str,
    /// The cases of `test-client` whose rule it breaks, in either version. All others come out as
    /// they do without it.
    pub breaks: &'static [&'static str],
    script: fn() -> Script,
}

impl Fault {
    /// All of them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [framing::FAULTS, answers::FAULTS, effects::FAULTS]
            .into_iter()
            .flatten()
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|fault| fault.name == name)
    }

    /// Serves a new game with it.
    #[must_use]
    pub fn serve(&self) -> ProxiedGame {
        ProxiedGame::serve(self.script)
    }
}

/// The frame with its packet changed; as it is if it does not decode.
fn changed<P: Packet>(frame: &RawFrame, change: impl FnOnce(&mut P)) -> RawFrame {
    let Ok((mut packet, _)) = frame.decode::<P>(&DecodeOptions::default()) else {
        return frame.clone();
    };
    change(&mut packet);
    let mut body = BytesMut::new();
    let form = EncodeOptions::new(frame.header.version).padded(frame.padded);
    match packet.encode_body(form, &mut body) {
        Ok(()) => with_body(frame, body),
        Err(_) => frame.clone(),
    }
}
