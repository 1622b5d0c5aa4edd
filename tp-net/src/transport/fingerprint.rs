//! What a certificate is recognised by.

use std::fmt;
use std::str::FromStr;

/// The SHA-256 of a certificate: what it is recognised by, among people too.
///
/// Written as `openssl x509 -noout -fingerprint -sha256` and browsers show it; read with or
/// without colons, in any case.
///
/// ```
/// use tp_net::transport::tls::Fingerprint;
///
/// let text = "3f:5a:".repeat(15) + "3F5A";
/// let fingerprint: Fingerprint = text.parse()?;
/// assert!(fingerprint.to_string().starts_with("3F:5A:3F:5A:"));
/// # Ok::<(), tp_net::transport::tls::FingerprintError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; Self::BYTES]);

/// A fingerprint is written wrongly. What stands in its place is not told: where a URL stands by
/// mistake, so does a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no SHA-256 fingerprint, which has 64 hexadecimal digits")]
#[non_exhaustive]
pub struct FingerprintError;

impl Fingerprint {
    const BYTES: usize = 32;

    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
        let mut bytes = [0; Self::BYTES];
        for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl From<[u8; Self::BYTES]> for Fingerprint {
    fn from(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits = text.trim_ascii();
        let digits = match digits.split_at_checked(7) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("sha256:") => rest,
            _ => digits,
        };
        let digits: Option<Vec<u32>> = digits
            .chars()
            .filter(|character| *character != ':')
            .map(|character| character.to_digit(16))
            .collect();
        let digits = digits.ok_or(FingerprintError)?;
        let bytes: Option<Vec<u8>> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => u8::try_from(high << 4 | low).ok(),
                _ => None,
            })
            .collect();
        let bytes = bytes.ok_or(FingerprintError)?;
        bytes.try_into().map(Self).map_err(|_| FingerprintError)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
