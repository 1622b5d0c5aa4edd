//! What the answer to Connect means for the connection.

use tp_frames::{Packet, RawFrame, TpString, Version, tp04};

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

/// The versions a client is ready to speak, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Versions {
    /// TP04, and TP03 with servers that do not know it.
    Newest,
    /// TP04 only.
    OnlyTp04,
    /// TP03 only.
    OnlyTp03,
}

impl Versions {
    /// The version to open with.
    #[must_use]
    pub fn first(self) -> Version {
        match self {
            Self::Newest | Self::OnlyTp04 => Version::TP04,
            Self::OnlyTp03 => Version::TP03,
        }
    }

    /// Only `version`, or TP04 if this client does not know it.
    pub(crate) fn only(version: Version) -> Self {
        if version == Version::TP03 {
            Self::OnlyTp03
        } else {
            Self::OnlyTp04
        }
    }

    /// The version to try when a server does not take `version`.
    #[must_use]
    pub fn after(self, version: Version) -> Option<Version> {
        (self == Self::Newest && version == Version::TP04).then_some(Version::TP03)
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
            tp04::Okay::TYPE if theirs != self.version => self.older(Error::VersionRefused(theirs)),
            tp04::Okay::TYPE => match tp04::Okay::decode(&frame.body) {
                Ok((okay, _)) => Verdict::Accepted {
                    greeting: okay.result,
                },
                Err(error) => self.older(error.into()),
            },
            tp04::Redirect::TYPE => match tp04::Redirect::decode(&frame.body) {
                Ok((redirect, _)) => Verdict::Redirect(redirect.uri),
                Err(error) => self.older(error.into()),
            },
            tp04::Fail::TYPE => self.older(Error::from_fail(frame)),
            got if asked => self.older(Error::Unexpected {
                request: "Connect",
                got,
            }),
            _ => return None,
        };
        Some(verdict)
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
