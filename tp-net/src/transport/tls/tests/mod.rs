//! TLS between both of our sides, without sockets.

mod certificates;
mod handshake;
mod identity;
mod records;
mod seen;
mod trust;

use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};

use super::layer::Tls;
use super::{Identity, TlsError, Trust, provider};
use crate::transport::{Layer, TransportError};
use certificates::Made;

/// Moves bytes until nothing moves any more, at most `step` at a time.
fn talk(client: &mut Tls, server: &mut Tls, step: usize) -> Result<Heard, Failed> {
    let mut heard = Heard::default();
    loop {
        let to_server = some(client, step);
        let to_client = some(server, step);
        if to_server.is_empty() && to_client.is_empty() {
            return Ok(heard);
        }
        server
            .receive(&to_server, &mut heard.server)
            .map_err(|error| Failed::Server(tls(error)))?;
        client
            .receive(&to_client, &mut heard.client)
            .map_err(|error| Failed::Client(tls(error)))?;
    }
}

/// Both sides of a connection that is agreed on.
fn agreed(trust: &Trust, host: &str, mut server: Tls) -> (Tls, Tls) {
    let mut client = trust.tls(host, 6924).unwrap();
    talk(&mut client, &mut server, usize::MAX).unwrap();
    (client, server)
}

fn some(side: &mut Tls, step: usize) -> Vec<u8> {
    let output = side.output();
    let bytes = output.get(..step).unwrap_or(output).to_vec();
    side.written(bytes.len());
    bytes
}

fn tls(error: TransportError) -> TlsError {
    match error {
        TransportError::Tls(error) => error,
        other => panic!("{other}"),
    }
}

#[derive(Debug, Default, PartialEq)]
struct Heard {
    client: Vec<u8>,
    server: Vec<u8>,
}

#[derive(Debug)]
enum Failed {
    Client(TlsError),
    Server(TlsError),
}

/// What a client says of a server with this certificate.
fn judged(trust: &Trust, host: &str, made: &Made) -> Result<(), TlsError> {
    let mut client = trust.tls(host, 6924)?;
    let mut server = made.identity().tls().unwrap();
    match talk(&mut client, &mut server, usize::MAX) {
        Ok(_) => {
            assert!(client.is_ready() && server.is_ready());
            Ok(())
        }
        Err(Failed::Client(error)) => Err(error),
        Err(Failed::Server(error)) => panic!("{error}"),
    }
}

/// A server that speaks one version only; its sessions are kept with it.
fn server_config(made: &Made, version: &'static SupportedProtocolVersion) -> Arc<ServerConfig> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(made.chain(), made.private_key())
        .unwrap();
    config.ticketer = rustls::crypto::ring::Ticketer::new().unwrap();
    Arc::new(config)
}

fn server_of(config: &Arc<ServerConfig>) -> Tls {
    Tls::new(ServerConnection::new(Arc::clone(config)).unwrap().into())
}

/// What was made is for no other user.
#[cfg(unix)]
fn assert_private(made: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(made).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{}: {mode:o}", made.display());
}

#[cfg(not(unix))]
fn assert_private(_: &std::path::Path) {}
