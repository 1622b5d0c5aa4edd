//! How clients come in: `Connect`, `CreateAccount` and `Login`, and the answers.

use std::fmt;

use tp_frames::TpString;

/// What a `Login` says.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The account's name; clients may append `@` and the name of the game.
    pub username: TpString,
    /// The account's password.
    pub password: TpString,
}

impl fmt::Debug for Login {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// What a `CreateAccount` says.
#[derive(Clone, PartialEq, Eq)]
pub struct CreateAccount {
    /// The name of the account; clients may append `@` and the name of the game.
    pub username: TpString,
    /// Its password.
    pub password: TpString,
    /// How to reach its owner.
    pub email: TpString,
    /// What its owner has to say.
    pub comment: TpString,
}

impl fmt::Debug for CreateAccount {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateAccount")
            .field("username", &self.username)
            .field("email", &self.email)
            .field("comment", &self.comment)
            .finish_non_exhaustive()
    }
}

/// The answer to `Connect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectReply {
    /// Come in; the text names the server.
    Okay(TpString),
    /// Go there; an URL.
    Redirect(TpString),
}

impl ConnectReply {
    /// Come in.
    pub fn okay(result: impl Into<TpString>) -> Self {
        Self::Okay(result.into())
    }

    /// Go there.
    pub fn redirect(url: impl Into<TpString>) -> Self {
        Self::Redirect(url.into())
    }
}

/// The answer to `Login`.
///
/// ```
/// use tp_net::model::Refusal;
/// use tp_net::server::{Login, LoginReply};
///
/// fn login(login: &Login) -> Result<LoginReply<u32>, Refusal> {
///     match (login.username.as_str(), login.password.as_str()) {
///         (Some("ada"), Some("s3cret")) => Ok(LoginReply::okay(1, "Welcome, Ada")),
///         _ => Err(Refusal::frame("no such user, or another password")),
///     }
/// }
///
/// let ada = Login { username: "ada".into(), password: "s3cret".into() };
/// assert_eq!(login(&ada), Ok(LoginReply::okay(1, "Welcome, Ada")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginReply<P> {
    /// Come in.
    Okay {
        /// Who it is: given to every method that needs a player.
        player: P,
        /// A greeting.
        result: TpString,
    },
    /// Go there; an URL.
    Redirect(TpString),
}

impl<P> LoginReply<P> {
    /// Come in, as this player.
    pub fn okay(player: P, result: impl Into<TpString>) -> Self {
        Self::Okay {
            player,
            result: result.into(),
        }
    }

    /// Go there.
    pub fn redirect(url: impl Into<TpString>) -> Self {
        Self::Redirect(url.into())
    }
}
