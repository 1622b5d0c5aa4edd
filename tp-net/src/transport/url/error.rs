//! What can be wrong with a URL.

/// Why a URL cannot be read.
///
/// Nothing of the URL is in it but the scheme: what is wrong may be that a part of the password
/// stands where another part is looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// What stands before `://` is none of the schemes.
    #[error("no such scheme: {0:?}; there are tp, tps, tp+http and tp+https")]
    Scheme(
        /// What stands there: letters, digits, `+`, `-` and `.`.
        String,
    ),
    /// There is no host.
    #[error("the URL names no host")]
    NoHost,
    /// The host is neither a name nor an IP address.
    #[error("the host is no name, which has letters, digits, dots and -, and no IP address")]
    Host,
    /// The host is a name with other letters than those of ASCII.
    #[error(
        "the host's name is not ASCII; such a name has an ASCII form, with xn--, to be given here"
    )]
    International,
    /// A bracket is not closed, or what is in it or looks like it is no IPv6 address.
    #[error("the host is no IPv6 address; one stands in brackets, as in [::1]:6923")]
    Ipv6,
    /// The zone of an IPv6 address is no name or number of an interface, or the address needs
    /// none, as it is not link-local.
    #[error(
        "the host is an IPv6 address with a wrong zone; only addresses of fe80::/10 have one, \
         the name or number of an interface, as in [fe80::1%25eth0]"
    )]
    Zone,
    /// The port is no number from 1 to 65535.
    #[error("what stands behind the host and a colon is no port; ports are 1 to 65535")]
    Port,
    /// There is an `@`, or a password, but no user's name before it.
    #[error("the URL has no user's name before the password or the @")]
    NoUser,
    /// A slash stands before an `@`, so that it is not clear where the host is.
    #[error(
        "a / stands before an @; in a user's name or password a / is written %2F, and in a \
         game's name an @ is written %40"
    )]
    Slash,
    /// A percent sign is not followed by two hexadecimal digits.
    #[error("a % without two hexadecimal digits behind it; a % itself is written %25")]
    Escape,
    /// What percent signs stand for is not UTF-8.
    #[error("what the percent signs in the {0} stand for is not UTF-8")]
    NotUtf8(
        /// In which part of the URL.
        &'static str,
    ),
    /// There is a `?` or a `#`.
    #[error("URLs of games have no ? and no #; in names they are written %3F and %23")]
    Query,
}
