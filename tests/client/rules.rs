//! The rules that a client keeps whatever the server does, as data.

/// A rule that every connection of every client is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    ConnectFirst,
    OneVersion,
    NumberNotZero,
    NumbersRise,
    NumbersStep,
    Decodes,
    ClientFrame,
    NothingBehind,
    Text,
    NoNul,
    SizeLimit,
    LoginFirst,
    AloneConnect,
    AloneFilters,
    NoEmptyList,
    ReadOnly,
    PingRate,
    PingIdle,
    TunnelWaits,
    TunnelHead,
    ReadsAll,
    EndsBetweenFrames,
    EndsCleanly,
}

/// How bad it is to break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The protocol says so.
    Must,
    /// The protocol allows it, or real clients are known for it.
    Should,
}

impl Rule {
    pub(crate) const ALL: [Self; 23] = [
        Self::ConnectFirst,
        Self::OneVersion,
        Self::NumberNotZero,
        Self::NumbersRise,
        Self::NumbersStep,
        Self::Decodes,
        Self::ClientFrame,
        Self::NothingBehind,
        Self::Text,
        Self::NoNul,
        Self::SizeLimit,
        Self::LoginFirst,
        Self::AloneConnect,
        Self::AloneFilters,
        Self::NoEmptyList,
        Self::ReadOnly,
        Self::PingRate,
        Self::PingIdle,
        Self::TunnelWaits,
        Self::TunnelHead,
        Self::ReadsAll,
        Self::EndsBetweenFrames,
        Self::EndsCleanly,
    ];

    /// The rule in a sentence.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::ConnectFirst => "The first frame is Connect.",
            Self::OneVersion => "All frames of a connection are of one version.",
            Self::NumberNotZero => "No request has the sequence number 0.",
            Self::NumbersRise => "Sequence numbers rise, and begin anew only after the greatest.",
            Self::NumbersStep => "Each sequence number is one more than the last.",
            Self::Decodes => "Every frame is what the schema says.",
            Self::ClientFrame => "Every frame is one that clients send.",
            Self::NothingBehind => "Nothing is behind the last field of a frame.",
            Self::Text => "Strings are UTF-8.",
            Self::NoNul => "Strings do not end in NUL.",
            Self::SizeLimit => "No body has more than 1,048,576 bytes.",
            Self::LoginFirst => "What needs a login comes behind one.",
            Self::AloneConnect => "Nothing is sent behind Connect until it is answered.",
            Self::AloneFilters => "Nothing is sent behind SetFilters until it is answered.",
            Self::NoEmptyList => "Nobody asks for no things: servers answer that in odd ways.",
            Self::ReadOnly => "Read-only fields are 0 or empty.",
            Self::PingRate => "Pings are at least a second apart.",
            Self::PingIdle => "Pings are for idle connections: nothing else is outstanding.",
            Self::TunnelWaits => "Nothing is sent into a tunnel before the blank line has come.",
            Self::TunnelHead => "A tunnel is asked for by POST, an HTTP version and a blank line.",
            Self::ReadsAll => "The client reads what it is sent.",
            Self::EndsBetweenFrames => "A connection ends between frames, not inside of one.",
            Self::EndsCleanly => "A connection is closed, not reset.",
        }
    }

    /// Where the rule comes from.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::ConnectFirst => "schema: packet Connect",
            Self::OneVersion | Self::ClientFrame | Self::Decodes => "schema: packet Header",
            Self::NumberNotZero | Self::NumbersRise | Self::NumbersStep => {
                "protocol documentation: sequence numbers"
            }
            Self::NothingBehind => "protocol documentation: frames",
            Self::Text | Self::NoNul => "protocol documentation: strings",
            Self::SizeLimit => "protocol documentation: a body has at most 1,048,576 bytes",
            Self::LoginFirst => "schema: packet Login",
            Self::AloneConnect => "habit of servers: what follows a refused Connect is lost",
            Self::AloneFilters => "schema: packet SetFilters",
            Self::NoEmptyList => "habit of servers: a group of none, a refusal, or both",
            Self::ReadOnly => "schema: readonly fields",
            Self::PingRate | Self::PingIdle => "schema: packet Ping",
            Self::TunnelWaits => "habit of servers: what comes with the request is thrown away",
            Self::TunnelHead => "protocol documentation: HTTP tunnels",
            Self::ReadsAll => "protocol documentation: connections",
            Self::EndsBetweenFrames | Self::EndsCleanly => "protocol documentation: connections",
        }
    }

    /// How bad it is to break it.
    pub(crate) fn weight(self) -> Weight {
        match self {
            Self::NumbersStep
            | Self::Text
            | Self::NoNul
            | Self::AloneConnect
            | Self::NoEmptyList
            | Self::ReadOnly
            | Self::PingIdle
            | Self::EndsCleanly => Weight::Should,
            _ => Weight::Must,
        }
    }
}
