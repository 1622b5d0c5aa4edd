//! Scenarios as data: how the server misbehaves, and what a client should come to.

use serde::Serialize;
use tp_frames::{Packet as _, RawFrame, game};
use tp_tests::frame::Version;
use tp_tests::proxy::actions::{Scripted, honest};
use tp_tests::proxy::script::{Flow, Script};

/// Scenarios of one topic.
pub(crate) struct Group {
    pub(crate) number: u32,
    pub(crate) name: &'static str,
    /// What the topic is, for the documentation.
    pub(crate) about: &'static str,
    pub(crate) scenarios: Vec<Scenario>,
}

/// One way to misbehave.
pub(crate) struct Scenario {
    /// The group's number, a dot, and a number that stays the same for ever.
    pub(crate) id: &'static str,
    /// A name that can be the name of a user.
    pub(crate) name: &'static str,
    /// What the server does, in a sentence.
    pub(crate) does: &'static str,
    /// What a client should come to.
    pub(crate) end: End,
    /// Where that comes from.
    pub(crate) source: &'static str,
    pub(crate) versions: &'static [Version],
    pub(crate) transport: Transport,
    /// Whether it begins only after the login, so that the name of the user can choose it.
    pub(crate) after_login: bool,
    /// Connections end in a reset instead of a close.
    pub(crate) resets: bool,
    pub(crate) script: Box<MakeScript>,
}

pub(crate) type MakeScript = dyn Fn() -> Script + Send + Sync;

/// What a client should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum End {
    /// It gets its answers, as if nothing were wrong.
    Answers,
    /// It reports what was refused, and goes on.
    Refused,
    /// It reports that the answer did not come, and goes on.
    NoAnswer,
    /// It reports that the answer makes no sense, and goes on.
    Nonsense,
    /// It reports that the connection is of no more use, and closes it.
    GivesUp,
    /// It reports why it was not let in, or that it was not, and closes the connection.
    TurnedAway,
    /// It reports that the connection was closed.
    Disconnected,
    /// It tries TP03 on a new connection.
    Older,
    /// It goes where the server sends it.
    Follows,
    /// It does not go there, and says so.
    StaysAway,
    /// It does not trust the certificate, and says so.
    Distrusts,
}

impl End {
    /// In words, for reports: `a client …`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Answers => "gets its answers, as if nothing were wrong",
            Self::Refused => "reports what was refused, and goes on",
            Self::NoAnswer => "reports that no answer came, and goes on",
            Self::Nonsense => "reports that the answer makes no sense, and goes on",
            Self::GivesUp => "reports that the connection is of no use, and closes it",
            Self::TurnedAway => "reports that it was not let in, and closes the connection",
            Self::Disconnected => "reports that the connection was closed",
            Self::Older => "tries TP03 on a new connection",
            Self::Follows => "goes where the server sends it",
            Self::StaysAway => "does not go there, and says so",
            Self::Distrusts => "does not trust the certificate, and says so",
        }
    }
}

/// What stands between the socket and the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Whatever the client begins with: frames, TLS, a tunnel through HTTP.
    Any,
    /// TLS, with this certificate.
    Tls(Certificate),
    /// What stands where TLS should: these bytes, and the end.
    NoTls(&'static [u8]),
    /// A tunnel through HTTP, opened by these bytes, sent in pieces of this size.
    Tunnel(&'static [u8], usize),
    /// A tunnel through HTTP that is refused or broken by these bytes, and closed.
    NoTunnel(&'static [u8]),
}

/// Whose certificate it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certificate {
    /// The server's own, for its own address.
    SelfSigned,
    /// Its own, but the time for it is over.
    Expired,
    /// Its own, but the time for it has not come.
    NotYet,
    /// Its own, for another host.
    OtherHost,
}

/// A scenario in both versions, on any transport, chosen by port or by the name of a user, in which
/// nothing goes wrong yet.
pub(crate) fn scenario(id: &'static str, name: &'static str) -> Scenario {
    Scenario {
        id,
        name,
        does: "",
        end: End::Answers,
        source: "",
        versions: &Version::ALL,
        transport: Transport::Any,
        after_login: true,
        resets: false,
        script: Box::new(honest),
    }
}

impl Scenario {
    /// Begins to play a connection.
    pub(crate) fn play(&self) -> Script {
        let mut script = (self.script)();
        if !self.after_login {
            return script;
        }
        Box::new(move |event, flow| match flow.is_logged_in() {
            true => script(event, flow),
            false => flow.pass(event),
        })
    }

    /// What the server does, in a sentence.
    pub(crate) fn does(mut self, does: &'static str) -> Self {
        self.does = does;
        self
    }

    /// What a client should come to, and where that comes from.
    pub(crate) fn ends(mut self, end: End, source: &'static str) -> Self {
        (self.end, self.source) = (end, source);
        self
    }

    /// It begins before the login, so that only a port or a file can choose it.
    pub(crate) fn early(mut self) -> Self {
        self.after_login = false;
        self
    }

    /// Only TP04 has what it is about.
    pub(crate) fn tp04(mut self) -> Self {
        self.versions = &[Version::Tp04];
        self
    }

    /// TP04 has no such thing any more.
    pub(crate) fn tp03(mut self) -> Self {
        self.versions = &[Version::Tp03];
        self
    }

    /// Connections end in a reset.
    pub(crate) fn resets(mut self) -> Self {
        self.resets = true;
        self
    }

    /// Through this transport only.
    pub(crate) fn through(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self.early()
    }

    /// Objects that are asked for go through `change`.
    pub(crate) fn objects(
        self,
        change: impl Fn(&RawFrame, &Flow) -> RawFrame + Copy + Send + Sync + 'static,
    ) -> Self {
        self.replies_to(game::GetObjectsByID::TYPE, move |reply, flow| {
            match reply.header.r#type {
                game::Object::TYPE => flow.send(&change(&reply, flow)),
                _ => flow.send(&reply),
            }
        })
    }
}

impl Scripted for Scenario {
    fn script(mut self, script: impl Fn() -> Script + Send + Sync + 'static) -> Self {
        self.script = Box::new(script);
        self
    }
}
