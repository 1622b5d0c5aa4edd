//! From the bytes of a file to text.

use crate::diagnostic::{Code, Diagnostics, Findings};
use crate::source::{Source, Span};

impl Source {
    /// Takes over the bytes of a schema file. `name` is what diagnostics call it, a path as a
    /// rule. A byte-order mark is dropped.
    ///
    /// # Errors
    ///
    /// One diagnostic if the bytes are not UTF-8.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Self, Diagnostics> {
        let mut bytes = bytes.into();
        // XML readers count a byte-order mark in some positions and not in others.
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
                // The lossy text has the same bytes up to the first bad one.
                let source = Self::from_text(name, String::from_utf8_lossy(bytes).into_owned());
                let span = Span::of(valid, '\u{FFFD}'.len_utf8());
                let mut found = Findings::default();
                found
                    .report(Code::NotUtf8, span, "this file is not UTF-8")
                    .label("not UTF-8 from here")
                    .help(match utf16 {
                        true => "it looks like UTF-16: save it as UTF-8",
                        false => "save it as UTF-8",
                    });
                Err(found.into_diagnostics(&source))
            }
        }
    }
}
