//! Whoever prints an error and all that is under it reads nothing twice.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tp_frames::{
    DecodeError, DecodeOptions, EncodeError, FramingError, Packet as _, ParameterError, RawFrame,
    game,
};
use tp_net::Error;
use tp_net::transport::{ProxyError, TransportError, TunnelError, UrlError};

/// No text of a chain is in the one above it.
#[track_caller]
fn assert_nothing_twice(error: &dyn StdError) {
    let mut above = error;
    while let Some(under) = above.source() {
        let (text, part) = (above.to_string(), under.to_string());
        assert!(!text.contains(&part), "{part:?} is told twice: {text:?}");
        above = under;
    }
}

fn os() -> io::Error {
    io::Error::from_raw_os_error(2)
}

/// With an error inside that has one under it.
fn nested() -> io::Error {
    #[derive(Debug, thiserror::Error)]
    #[error("the outer")]
    struct Outer(#[source] io::Error);
    io::Error::other(Outer(os()))
}

fn malformed() -> DecodeError {
    game::Okay::decode(game::TP04, &[0]).unwrap_err()
}

fn unencodable() -> EncodeError {
    let newer = game::ObjectDesc::default();
    newer
        .encode_frame(game::TP03, 1, &mut bytes::BytesMut::new())
        .unwrap_err()
}

fn too_long() -> FramingError {
    FramingError::TooLong {
        length: 2,
        allowed: 1,
    }
}

fn proxy() -> TransportError {
    TransportError::Proxy {
        variable: "all_proxy",
        source: ProxyError::Url(UrlError::Slash),
    }
}

#[test]
fn an_error_of_a_client_tells_its_cause_once() {
    for error in [
        Error::Disconnected(Some(Arc::new(os()))),
        Error::Disconnected(Some(Arc::new(nested()))),
        Error::Unreachable {
            address: "tp://h".to_owned(),
            source: Arc::new(os()),
        },
        Error::NotGreeted {
            peer: "the server h:1".to_owned(),
            source: Arc::new(Error::Disconnected(Some(Arc::new(os())))),
        },
        Error::FateUnknown {
            request: "PostMessage",
        },
        Error::NotReconnected {
            attempts: 3,
            source: Arc::new(Error::Disconnected(Some(Arc::new(os())))),
        },
        Error::OtherGame {
            was: "one".into(),
            is: "other".into(),
        },
        Error::Framing(too_long()),
        Error::PaddingUnknown(Duration::from_secs(30)),
        too_long().into(),
        malformed().into(),
        unencodable().into(),
        UrlError::Slash.into(),
        proxy().into(),
        TransportError::NoProxy {
            proxy: "p:1".to_owned(),
            source: os(),
        }
        .into(),
        TransportError::Lookup {
            peer: "the server h:1".to_owned(),
            source: os(),
        }
        .into(),
        TransportError::Interrupted {
            peer: "the server h:1".to_owned(),
            during: "TLS handshake",
            source: nested(),
        }
        .into(),
        TransportError::Tunnel(TunnelError::NotHttp {
            peer: "the proxy p:1".to_owned(),
            text: "no".to_owned(),
        })
        .into(),
    ] {
        assert_nothing_twice(&error);
        // As streams carry them.
        assert_nothing_twice(&io::Error::other(error.clone()));
        // And yet the one line says it all.
        if let Error::Unreachable { source, .. } = &error {
            assert!(error.to_string().ends_with(&source.to_string()), "{error}");
        }
    }
}

#[cfg(feature = "tls")]
#[test]
fn an_error_of_tls_tells_its_cause_once() {
    use tp_net::transport::tls::{Identity, Trust};

    for error in [
        Trust::roots_file("/no/such/file").unwrap_err(),
        Identity::from_files("/no/such/file", "/no/such/file").unwrap_err(),
    ] {
        assert_nothing_twice(&error);
        assert_nothing_twice(&TransportError::from(error));
    }
}

#[cfg(any(feature = "zeroconf", feature = "metaserver"))]
#[test]
fn an_error_of_discovery_tells_its_cause_once() {
    use tp_net::discovery::Error;

    for error in [
        Error::from(os()),
        Error::from(nested()),
        Error::from(too_long()),
        Error::from(malformed()),
        Error::Unreachable {
            url: "http://h/".into(),
            proxy: Some("p:1".into()),
            source: Arc::new(os()),
        },
    ] {
        assert_nothing_twice(&error);
    }
    #[cfg(feature = "metaserver-server")]
    assert_nothing_twice(&tp_net::discovery::metaserver::ServerError {
        address: "h:1".to_owned(),
        source: os(),
    });
}

#[test]
fn one_question_mark_takes_what_frames_and_clients_say() {
    fn first(bytes: &[u8]) -> Result<game::Okay, Error> {
        let options = DecodeOptions::default();
        match RawFrame::split(bytes, &options)? {
            Some((raw, _)) => Ok(raw.decode(&options)?.0),
            None => Err(Error::Disconnected(None)),
        }
    }
    assert!(first(b"TP").unwrap_err().is_disconnected());
    let Error::NotTp(text) = first(b"HTTP/1.1 400 Bad Request").unwrap_err() else {
        panic!("it is no Thousand Parsec");
    };
    assert_eq!(text, "HTTP/1.1 400 Bad");
    let okay = game::Okay::default().to_frame(game::TP03, 1).unwrap();
    assert!(first(&okay).is_ok());
}

#[test]
fn an_error_of_a_server_and_of_parameters_tells_its_cause_once() {
    use tp_game::ServeError;
    use tp_net::server::{SendError, ServerError};

    let listen = || ServerError::Listen {
        address: "h:1".to_owned(),
        source: os(),
    };
    assert_nothing_twice(&listen());
    assert_nothing_twice(&ServeError::from(listen()));
    assert_nothing_twice(&ServeError::from(os()));
    assert_nothing_twice(&SendError::Encode(unencodable()));
    assert_nothing_twice(&DecodeError::from(too_long()));
    assert_nothing_twice(&"none".parse::<game::FailCode>().unwrap_err());
    assert_nothing_twice(&ParameterError::Malformed {
        index: 0,
        r#type: 1,
        source: malformed(),
    });
}
