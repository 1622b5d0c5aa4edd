//! What the answer to Connect means for the connection.

use std::fmt;

use tp_frames::game::{Fail, Okay, Redirect, VERSIONS};
use tp_frames::{DecodeOptions, Packet, RawFrame, TpString, Version};

use super::Closed;
use crate::error::Error;

/// What to do after the first answer, or the lack of one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// The server speaks this version; its greeting names it.
    Accepted {
        /// What the server says of itself.
        greeting: TpString,
    },
    /// Open a new connection and try this older version. Servers are known that do not recover
    /// on a connection that began in a version they do not like.
    Reconnect {
        /// The version to try.
        version: Version,
        /// What was wrong with the newer one.
        because: Error,
    },
    /// Open a new connection to this URL.
    Redirect(
        /// Where to.
        TpString,
    ),
    /// There is nothing left to try.
    Failed(Error),
}

/// The oldest version there is.
pub(crate) const OLDEST: Version = match VERSIONS {
    [oldest, ..] => *oldest,
    [] => Version::from_protocol(0),
};

/// The newest version there is.
const NEWEST: Version = match VERSIONS {
    [.., newest] => *newest,
    [] => OLDEST,
};

/// The versions a client is ready to speak: it opens with the newest of them, and tries older ones
/// with servers that do not know that.
///
/// ```
/// use tp_net::{Versions, game};
///
/// let versions = Versions::all();
/// assert_eq!(Some(&versions.first()), game::VERSIONS.last());
/// assert_eq!(Versions::only(game::TP03).after(game::TP03), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    oldest: Version,
    newest: Version,
}

impl Versions {
    /// All that this crate knows.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            oldest: OLDEST,
            newest: NEWEST,
        }
    }

    /// This one and no other.
    #[must_use]
    pub const fn only(version: Version) -> Self {
        Self {
            oldest: version,
            newest: version,
        }
    }

    /// This one and all that are older.
    #[must_use]
    pub const fn up_to(version: Version) -> Self {
        Self {
            oldest: OLDEST,
            newest: version,
        }
    }

    /// Returns `true` if `version` is one of them.
    #[must_use]
    pub fn contains(self, version: Version) -> bool {
        version.has(self.oldest.protocol()) && self.newest.has(version.protocol())
    }

    /// The version to open with.
    #[must_use]
    pub const fn first(self) -> Version {
        self.newest
    }

    /// The version to try when a server does not take `version`: the next older one.
    #[must_use]
    pub fn after(self, version: Version) -> Option<Version> {
        let mut older = VERSIONS.iter().rev();
        older
            .find(|older| !older.has(version.protocol()))
            .filter(|older| older.has(self.oldest.protocol()))
            .copied()
    }
}

impl fmt::Display for Versions {
    /// `TP03 and TP04`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spoken = VERSIONS.iter().filter(|version| self.contains(**version));
        for (index, version) in spoken.enumerate() {
            let and = if index == 0 { "" } else { " and " };
            write!(f, "{and}{version}")?;
        }
        Ok(())
    }
}

impl From<Version> for Versions {
    /// This one and no other.
    fn from(version: Version) -> Self {
        Self::only(version)
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self::all()
    }
}

/// Judges how a server greeted a client that opened in `version`.
#[derive(Debug, Clone, Copy)]
pub struct Negotiation {
    /// What the client is ready to speak.
    pub versions: Versions,
    /// What this connection was opened in.
    pub version: Version,
}

impl Negotiation {
    /// The server answered Connect with this frame, under the request's number or number 0. No
    /// verdict if the frame is no answer to Connect.
    #[must_use]
    pub fn answered(&self, frame: &RawFrame) -> Option<Verdict> {
        let theirs = frame.header.version;
        let asked = frame.header.sequence != 0;
        let verdict = match frame.header.r#type {
            Okay::TYPE if theirs != self.version => self.older(Error::VersionRefused(theirs)),
            Okay::TYPE => self.read(frame, |okay: Okay| Verdict::Accepted {
                greeting: okay.result,
            }),
            Redirect::TYPE => self.read(frame, |it: Redirect| Verdict::Redirect(it.uri)),
            Fail::TYPE => self.older(Error::from_fail(frame)),
            got if asked => self.unexpected(got),
            _ => return None,
        };
        Some(verdict)
    }

    fn read<P: Packet>(&self, frame: &RawFrame, judge: impl FnOnce(P) -> Verdict) -> Verdict {
        match frame.decode::<P>(&DecodeOptions::default()) {
            Ok((packet, _)) => judge(packet),
            Err(error) => self.older(error.into()),
        }
    }

    /// The server answered with a frame of this type, which is no answer to Connect.
    pub(crate) fn unexpected(&self, got: u32) -> Verdict {
        let request = "Connect";
        self.older(Error::Unexpected { request, got })
    }

    /// The connection ended before the server answered.
    #[must_use]
    pub fn ended(&self, closed: Closed) -> Verdict {
        self.older(closed.into())
    }

    /// The server let time pass without a word, or without an end to one: it is stuck.
    #[must_use]
    pub fn stuck(&self, after: std::time::Duration) -> Verdict {
        self.older(Error::Timeout(after))
    }

    /// Tries what is older, or gives up.
    pub(crate) fn older(&self, because: Error) -> Verdict {
        match self.versions.after(self.version) {
            Some(version) => Verdict::Reconnect { version, because },
            None => Verdict::Failed(because),
        }
    }
}
