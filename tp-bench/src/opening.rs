//! From a stream to a connection that is logged in, without a client.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tp_frames::game::{Connect, Fail, Login};
use tp_frames::{DecodeOptions, FramingError, Packet, RawFrame, Version};
use tp_net::client::{AsyncConnector, AsyncStream};
use tp_net::transport::Url;
use tp_net::{Error, TpString};

/// What a load calls itself when it connects.
pub(crate) const NAME: &str = concat!("tp-bench/", env!("CARGO_PKG_VERSION"));

/// A stream that is greeted and logged in.
pub(crate) struct Opened {
    pub(crate) stream: Box<dyn AsyncStream>,
    /// What came behind the last answer.
    pub(crate) received: BytesMut,
    /// The last sequence number.
    pub(crate) sequence: u32,
}

/// Who logs in.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) user: TpString,
    pub(crate) password: TpString,
}

/// Connects, and logs in if somebody is to.
pub(crate) async fn open(
    connector: &dyn AsyncConnector,
    url: &Url,
    version: Version,
    account: Option<&Account>,
    patience: Duration,
) -> Result<Opened, Error> {
    let stream = connector.open(url, patience).await;
    let stream = stream.map_err(|source| Error::Unreachable {
        address: url.to_string(),
        source: Arc::new(source),
    })?;
    let mut opened = Opened {
        stream,
        received: BytesMut::new(),
        sequence: 0,
    };
    let work = async {
        let string = NAME.into();
        opened.ask(&Connect { string }, version).await?;
        if let Some(Account { user, password }) = account.cloned() {
            let login = Login {
                username: user,
                password,
            };
            opened.ask(&login, version).await?;
        }
        Ok(opened)
    };
    let opened = timeout(patience, work).await;
    opened.unwrap_or(Err(Error::Timeout(patience)))
}

impl Opened {
    /// Asks, and waits until it is answered well.
    async fn ask(&mut self, request: &impl Packet, version: Version) -> Result<(), Error> {
        self.sequence = self.sequence.saturating_add(1);
        let mut out = BytesMut::new();
        let encoded = request.encode_frame(version, self.sequence, &mut out);
        encoded.map_err(Error::Encode)?;
        let sent = async {
            self.stream.write_all(&out).await?;
            self.stream.flush().await
        };
        sent.await.map_err(disconnected)?;
        let options = DecodeOptions::default();
        loop {
            let frame = RawFrame::take(&mut self.received, &options);
            let Some(frame) = frame.map_err(framing)? else {
                let read = self.stream.read_buf(&mut self.received).await;
                if read.map_err(disconnected)? == 0 {
                    return Err(Error::Disconnected(None));
                }
                continue;
            };
            if frame.header.sequence != self.sequence {
                // Nobody asked for it.
                continue;
            }
            if frame.header.r#type == Fail::TYPE {
                let fail = frame.decode::<Fail>(&options);
                let (fail, _) = fail.map_err(Error::Malformed)?;
                return Err(Error::Refused(fail.into()));
            }
            return Ok(());
        }
    }
}

fn disconnected(error: io::Error) -> Error {
    Error::Disconnected(Some(Arc::new(error)))
}

fn framing(error: FramingError) -> Error {
    match error {
        FramingError::NotTp(it) => Error::NotTp(TpString::from(&it.start[..])),
        error => Error::Framing(error),
    }
}
