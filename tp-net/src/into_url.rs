//! Whatever becomes a URL.

use crate::error::Error;
use crate::transport::Url;

/// Where to connect to: a [`Url`], or whatever becomes one, such as text or a socket's address.
pub trait IntoUrl {
    /// The URL.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn into_url(self) -> Result<Url, Error>;
}

impl<A> IntoUrl for A
where
    A: TryInto<Url>,
    Error: From<A::Error>,
{
    fn into_url(self) -> Result<Url, Error> {
        Ok(self.try_into()?)
    }
}
