//! What a server can do wrong, to test what tests servers.
//!
//! The game itself knows nothing of it: a fault works on the frames that pass between a client and
//! the game.

mod answers;
mod effects;
mod framing;

use std::sync::LazyLock;

use bytes::BytesMut;
use tokio::net::ToSocketAddrs;
use tp_frames::{DecodeOptions, EncodeOptions, Packet, RawFrame, game};

use crate::proxy::ProxiedGame;
use crate::proxy::actions::{Scripted, honest, with_body};
use crate::proxy::script::Script;

/// One thing that a server does wrong.
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// What the server does, in a sentence.
    pub does: &'static str,
    /// The cases of `test-client` whose rule it breaks, in either version. All others come out as
    /// they do without it.
    pub breaks: &'static [&'static str],
    script: Box<dyn Fn() -> Script + Send + Sync>,
}

/// Nothing, as yet.
fn fault(name: &'static str) -> Fault {
    Fault {
        name,
        does: "",
        breaks: &[],
        script: Box::new(honest),
    }
}

impl Scripted for Fault {
    fn script(mut self, script: impl Fn() -> Script + Send + Sync + 'static) -> Self {
        self.script = Box::new(script);
        self
    }
}

/// None of [`Fault::all`]: it ends the whole program that serves it.
static CRASH: LazyLock<Fault> = LazyLock::new(|| {
    fault("Crashes")
        .does("A Connect whose string is said to have 4 GiB ends the server.")
        .breaks(&["2.13"])
        .rewrites(game::Connect::TYPE, |asked| {
            if asked.body.starts_with(&[0xff; 4]) {
                eprintln!("out of memory");
                std::process::abort();
            }
            asked.clone()
        })
});

static ALL: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    let all = [framing::faults(), answers::faults(), effects::faults()];
    all.into_iter().flatten().collect()
});

impl Fault {
    /// All of them but [`crash`](Self::crash).
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ALL.iter()
    }

    /// The one that ends the program that serves it.
    #[must_use]
    pub fn crash() -> &'static Self {
        &CRASH
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all()
            .chain([Self::crash()])
            .find(|fault| fault.name == name)
    }

    /// Serves a new game with it.
    #[must_use]
    pub fn serve(&'static self, address: impl ToSocketAddrs) -> ProxiedGame {
        ProxiedGame::serve(address, &self.script)
    }

    fn does(mut self, does: &'static str) -> Self {
        self.does = does;
        self
    }

    fn breaks(mut self, cases: &'static [&'static str]) -> Self {
        self.breaks = cases;
        self
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
