//! What the schemas say of packets, to be looked up while a program runs.

use core::fmt;

use super::{Field, Version};

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From a client to the server.
    ToServer,
    /// From the server to a client.
    ToClient,
    /// Either way.
    Either,
}

impl fmt::Display for Direction {
    /// `client to server`, as the packets' pages say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ToServer => "client to server",
            Self::ToClient => "server to client",
            Self::Either => "either way",
        })
    }
}

/// A packet that travels as a frame.
///
/// ```
/// use tp_frames::game;
///
/// let board = game::PACKETS.iter().find(|packet| packet.name == "GetBoards");
/// let board = board.expect("the game has boards");
/// assert_eq!(board.r#type, 16);
/// assert!(board.is_in(game::TP03));
/// let fields: Vec<_> = board.fields.iter().map(|field| field.name()).collect();
/// assert_eq!(fields, ["ids"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacketInfo {
    /// The name in the schema.
    pub name: &'static str,
    /// The number in the frame's header.
    pub r#type: u32,
    /// Which way it goes.
    pub direction: Direction,
    /// The first version of the protocol that has it.
    pub since: Version,
    /// The last version of the protocol that has it; `None` if the newest one does.
    pub until: Option<Version>,
    /// The fewest bytes of its body, in any version.
    pub min_size: usize,
    /// Its fields in the order of the newest version; of a group whose width varies, the members.
    pub fields: &'static [&'static Field],
    /// What a server answers, if it is a request.
    pub reply: Option<ReplyInfo>,
    /// How its parameters are read, if it has any.
    pub parameters: Option<ParametersInfo>,
    /// The packet whose ids it lists.
    pub ids_of: Option<&'static str>,
}

impl PacketInfo {
    /// Returns `true` if that version of the protocol has this packet.
    #[inline]
    #[must_use]
    pub fn is_in(&self, version: Version) -> bool {
        let until = self.until.map_or(u8::MAX, Version::protocol);
        version.has(self.since.protocol()) && version.protocol() <= until
    }

    /// Returns `true` if one of its fields [is secret](Field::is_secret), so that its bytes are not
    /// to be shown as they are.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        self.fields.iter().any(|field| field.is_secret())
    }
}

/// Whether an answer is one frame or a counted group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplySequence {
    /// Always one frame.
    Never,
    /// One frame, or a `Sequence` frame and as many as it says.
    Maybe,
    /// Always a `Sequence` frame first.
    Always,
}

/// What a server answers to a request; `Fail` may answer any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyInfo {
    /// The frame types of the answer.
    pub types: &'static [u32],
    /// Whether a `Sequence` frame may come first.
    pub sequence: ReplySequence,
    /// Whether servers are known that do not answer at all.
    pub may_stay_silent: bool,
}

/// How the parameters at the end of a packet are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParametersInfo {
    /// The field that holds them.
    pub field: &'static str,
    /// The set of their shapes.
    pub set: &'static str,
    /// The field that says which description they have.
    pub typefield: &'static str,
    /// The packet that describes them; `None` where `typefield` is the type of the one parameter
    /// itself.
    pub description: Option<&'static str>,
    /// The first version in which `description` is needed; `None` if all are.
    pub described_since: Option<u8>,
}

impl ParametersInfo {
    /// For generated code.
    #[must_use]
    pub const fn new(
        field: &'static str,
        set: &'static str,
        typefield: &'static str,
        description: Option<&'static str>,
        described_since: Option<u8>,
    ) -> Self {
        Self {
            field,
            set,
            typefield,
            description,
            described_since,
        }
    }

    /// The packet that describes them in that version.
    #[must_use]
    pub fn description_in(&self, version: Version) -> Option<&'static str> {
        let needed = self.described_since.is_none_or(|since| version.has(since));
        self.description.filter(|_| needed)
    }
}
