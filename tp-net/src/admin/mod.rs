//! The administration protocol: commands for a server, and its log.
//!
//! A server that can be administrated listens on a port of its own, 6925 unless told otherwise,
//! or 6926 with TLS.
//! The clients here are those of [`blocking`](crate::blocking), [`polling`](crate::polling) and
//! `client`, with other operations. After the login the server sends each line of
//! its log unasked, often between a request and its answer.

mod blocking;
#[cfg(feature = "tokio")]
mod client;
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
use crate::transport::Url;

/// Where to, and how.
fn target<A>(url: A, options: Options) -> Result<(Url, Options), Error>
where
    A: TryInto<Url>,
    Error: From<A::Error>,
{
    // The protocol has the headers of TP04 and no other version.
    let options = options.versions(Versions::only(tp_frames::admin::VERSION));
    let url = url.try_into()?;
    let port = url.scheme().admin_port();
    Ok((url.or_port(port), options))
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
        let (url, options) = target("demo.example", Options::default()).unwrap();
        assert_eq!(url.port(), Some(6925));
        assert_eq!(options.versions, Versions::only(tp_frames::admin::VERSION));
        let (url, _) = target("tps://demo.example", Options::default()).unwrap();
        assert_eq!(url.port(), Some(6926));
        let (url, _) = target("tps://demo.example:7", Options::default()).unwrap();
        assert_eq!(url.port(), Some(7));
    }
}
