//! The secret between a game and a metaserver.

use std::fmt;
use std::io;

use super::super::Error;

/// What proves to a metaserver that an update comes from the game that registered first.
///
/// A metaserver keeps the key it sees first, and refuses updates of that game with another one.
/// So keep the key where a restarted server finds it; with a new one its game is refused until the
/// old entry has died, which takes ten minutes. The key is as secret as the connection to the
/// metaserver, which is not encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A new key: 32 hexadecimal digits that nobody guesses.
    ///
    /// # Errors
    ///
    /// The system gives no random numbers.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self(bytes.map(|byte| format!("{byte:02x}")).concat()))
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in a time that tells nothing about where keys differ.
    pub(super) fn matches(&self, other: &Self) -> bool {
        let pairs = self.0.bytes().zip(other.0.bytes());
        let differences = pairs.fold(0, |all, (one, other)| all | (one ^ other));
        self.0.len() == other.0.len() && differences == 0
    }
}

impl<T: Into<String>> From<T> for Key {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Key {
    /// Not the key itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_random_and_hidden() {
        let (one, other) = (Key::random().unwrap(), Key::random().unwrap());
        assert_eq!(one.as_str().len(), 32);
        assert_ne!(one, other);
        assert!(!format!("{one:?}").contains(one.as_str()));
    }

    #[test]
    fn only_the_same_key_matches() {
        let key = Key::from("secret");
        assert!(key.matches(&"secret".into()));
        for other in ["", "secre", "secrets", "Secret", "secreT"] {
            assert!(!key.matches(&other.into()), "{other}");
        }
    }
}
