//! The administration protocol: commands for a server, and its log.
//!
//! A server that can be administrated listens on a port of its own, 6925 unless told otherwise.
//! The clients here are those of [`blocking`](crate::blocking), [`polling`](crate::polling) and
//! `client`, with other operations. After the login the server sends each line of
//! its log unasked, often between a request and its answer.

mod blocking;
#[cfg(feature = "tokio")]
mod client;
mod operations;
mod polling;

use tp_frames::{DecodeOptions, RawFrame};

pub use blocking::BlockingClient;
#[cfg(feature = "tokio")]
pub use client::{Client, Log};
pub use polling::PollingClient;
pub use tp_frames::admin as frames;

use crate::error::Error;
use crate::options::Options;
use crate::proto::Versions;
use crate::transport::{ADMIN_PORT, Address};

/// Where to, and how.
fn target<A>(address: A, options: Options) -> Result<(Address, Options), Error>
where
    A: TryInto<Address>,
    Error: From<A::Error>,
{
    // The protocol has the headers of TP04 and no other version.
    let options = options.versions(Versions::OnlyTp04);
    Ok((address.try_into()?.or_port(ADMIN_PORT), options))
}

/// The line of the log that an asynchronous frame is, if it is one.
fn log_line(frame: &RawFrame) -> Option<frames::LogMessage> {
    let line = frame.decode::<frames::LogMessage>(&DecodeOptions::default());
    line.ok().map(|(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administration_has_a_port_and_a_version_of_its_own() {
        let (address, options) = target("demo.example", Options::default()).unwrap();
        assert_eq!(address.to_string(), "demo.example:6925");
        assert_eq!(options.versions, Versions::OnlyTp04);
        let (address, _) = target("demo.example:7", Options::default()).unwrap();
        assert_eq!(address.to_string(), "demo.example:7");
    }
}
