//! Cases as data: what is tried, by which rule, and how.

use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Step as _};
use tp_frames::{PacketInfo, game};
use tp_tests::frame::Version;

/// Cases of one topic.
pub(crate) struct Group {
    pub(crate) number: u32,
    pub(crate) name: &'static str,
    /// What the topic is, for the documentation.
    pub(crate) about: &'static str,
    pub(crate) cases: Vec<Case>,
}

/// One rule, and how it is tried.
pub(crate) struct Case {
    pub(crate) rule: Rule,
    pub(crate) run: Box<Run>,
}

pub(crate) type Run = dyn Fn(&mut Context<'_>) -> Outcome + Send + Sync;

/// What a server is to do.
pub(crate) struct Rule {
    /// The group's number, a dot, and a number that stays the same for ever.
    pub(crate) id: String,
    /// The rule, in a sentence.
    pub(crate) text: String,
    /// Where the rule comes from.
    pub(crate) source: &'static str,
    pub(crate) versions: &'static [Version],
    /// Whether what tries it changes what others look at, and so is run alone.
    pub(crate) alone: bool,
}

/// A rule of both versions.
pub(crate) fn rule(id: impl Into<String>, source: &'static str) -> Rule {
    Rule {
        id: id.into(),
        text: String::new(),
        source,
        versions: &Version::ALL,
        alone: false,
    }
}

impl Rule {
    pub(crate) fn says(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// It is about a packet, which older versions may not have.
    pub(crate) fn about(self, packet: &PacketInfo) -> Self {
        match packet.is_in(game::TP03) {
            true => self,
            false => self.tp04(),
        }
    }

    /// Only TP04 has what it is about.
    pub(crate) fn tp04(mut self) -> Self {
        self.versions = &[Version::Tp04];
        self
    }

    /// Only TP03 has what it is about.
    pub(crate) fn tp03(mut self) -> Self {
        self.versions = &[Version::Tp03];
        self
    }

    /// What tries it changes what others look at.
    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Tried in whatever way.
    pub(crate) fn tried_by(
        self,
        run: impl Fn(&mut Context<'_>) -> Outcome + Send + Sync + 'static,
    ) -> Case {
        let run = Box::new(run);
        Case { rule: self, run }
    }

    /// Tried on a connection that is opened like this.
    pub(crate) fn tried_on(
        self,
        open: impl Fn(&Context<'_>) -> Outcome<Connection> + Send + Sync + 'static,
        run: impl Fn(&mut Connection) -> Outcome + Send + Sync + 'static,
    ) -> Case {
        self.tried_by(move |cx| run(&mut open(cx)?))
    }

    /// Tried on a connection of the first player.
    pub(crate) fn tried_by_player(
        self,
        run: impl Fn(&mut Connection) -> Outcome + Send + Sync + 'static,
    ) -> Case {
        self.tried_on(|cx| cx.login().needed("6.1"), run)
    }

    /// Tried on a connection on which Connect was answered, and no more.
    pub(crate) fn tried_by_guest(
        self,
        run: impl Fn(&mut Connection) -> Outcome + Send + Sync + 'static,
    ) -> Case {
        self.tried_on(|cx| cx.connect().needed("1.1"), run)
    }

    /// Tried on a connection on which nothing was said.
    pub(crate) fn tried_by_stranger(
        self,
        run: impl Fn(&mut Connection) -> Outcome + Send + Sync + 'static,
    ) -> Case {
        self.tried_on(|cx| cx.open(), run)
    }
}
