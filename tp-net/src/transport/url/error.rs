//! What can be wrong with a URL.

/// Why a URL cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// What stands before `://` is none of the schemes.
    #[error("no such scheme: {0:?}; there are tp, tps, tp+http and tp+https")]
    Scheme(
        /// What stands there.
        String,
    ),
    /// There is no host.
    #[error("the URL names no host")]
    NoHost,
    /// The host is neither a name nor an IP address.
    #[error("{0:?} is no name of a host")]
    Host(
        /// What stands in its place.
        String,
    ),
    /// A bracket is not closed, or what is in it or looks like it is no IPv6 address.
    #[error("{0:?} is no IPv6 address")]
    Ipv6(
        /// What stands in its place.
        String,
    ),
    /// The port is no number from 1 to 65535.
    #[error("{0:?} is no port; ports are 1 to 65535")]
    Port(
        /// What stands in its place.
        String,
    ),
    /// There is an `@`, or a password, but no user's name before it.
    #[error("the URL has no user's name before the password or the @")]
    NoUser,
    /// A percent sign is not followed by two hexadecimal digits.
    #[error("a % without two hexadecimal digits behind it; a % itself is written %25")]
    Escape,
    /// What percent signs stand for is not UTF-8.
    #[error("what the percent signs of {0:?} stand for is not UTF-8")]
    NotUtf8(
        /// The user's name or the game, as written; nothing for a password.
        String,
    ),
    /// There is a `?` or a `#`.
    #[error("URLs of games have no ? and no #; in names they are written %3F and %23")]
    Query,
}
