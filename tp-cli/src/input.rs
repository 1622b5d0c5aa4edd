//! Text from files and from standard input, which may have no end.

use std::io::{self, Read};

use crate::failure::Failure;

/// What is there to read, if it has fewer bytes than `limit`; `what` it is to be is told if not.
pub(crate) fn text(from: impl Read, limit: u64, what: &str) -> io::Result<String> {
    let mut text = String::new();
    from.take(limit).read_to_string(&mut text)?;
    match u64::try_from(text.len()) == Ok(limit) {
        true => Err(io::Error::other(format!("this is too long for {what}"))),
        false => Ok(text),
    }
}

/// The same of standard input.
pub(crate) fn piped(limit: u64, what: &str) -> Result<String, Failure> {
    let text = text(io::stdin().lock(), limit, what);
    text.map_err(|error| Failure::misuse(format_args!("cannot read standard input: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_refused_and_not_cut() {
        assert_eq!(text(&b"abc"[..], 4, "one").unwrap(), "abc");
        for endless in [&b"abcd"[..], b"abcde"] {
            let error = text(endless, 4, "one").unwrap_err();
            assert_eq!(error.to_string(), "this is too long for one");
        }
    }
}
