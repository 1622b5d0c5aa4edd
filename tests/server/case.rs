//! Cases as data: what is tried, by which rule, and how.

use crate::context::Context;
use crate::outcome::Outcome;
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
    /// The group's number, a dot, and a number that stays the same for ever.
    pub(crate) id: String,
    /// The rule, in a sentence.
    pub(crate) rule: String,
    /// Where the rule comes from.
    pub(crate) source: &'static str,
    pub(crate) versions: &'static [Version],
    /// Whether it changes what others look at, and so is run alone.
    pub(crate) alone: bool,
    pub(crate) run: Box<Run>,
}

pub(crate) type Run = dyn Fn(&mut Context<'_>) -> Outcome + Send + Sync;

/// A case for both versions.
pub(crate) fn case(
    id: impl Into<String>,
    rule: impl Into<String>,
    source: &'static str,
    run: impl Fn(&mut Context<'_>) -> Outcome + Send + Sync + 'static,
) -> Case {
    Case {
        id: id.into(),
        rule: rule.into(),
        source,
        versions: &Version::ALL,
        alone: false,
        run: Box::new(run),
    }
}

impl Case {
    /// It is about a packet, which older versions may not have.
    pub(crate) fn about(self, packet: &PacketInfo) -> Self {
        match packet.is_in(game::TP03) {
            true => self,
            false => self.tp04(),
        }
    }

    /// Only TP04 has what it is about.
    pub(crate) fn tp04(self) -> Self {
        Self {
            versions: &[Version::Tp04],
            ..self
        }
    }

    /// Only TP03 has what it is about.
    pub(crate) fn tp03(self) -> Self {
        Self {
            versions: &[Version::Tp03],
            ..self
        }
    }

    /// It changes what others look at.
    pub(crate) fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }
}
