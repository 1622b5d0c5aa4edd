//! The HTTP tunnel and proxies, on every client.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::time::Duration;

use tp_frames::game;
use tp_net::transport::{Proxies, TransportError, TunnelError, Url};
use tp_net::{Error, Options, admin, polling};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::http_proxy::HttpProxy;
use crate::peer::{PATIENCE, Peer, frame, okay, options};
use crate::proxy::Listening;

/// Every one that this build speaks.
const SCHEMES: &[&str] = match cfg!(feature = "tls") {
    true => &["tp", "tp+http", "tps", "tp+https"],
    false => &["tp", "tp+http"],
};

fn tunnelled(address: SocketAddr) -> Url {
    format!("tp+http://{address}").parse().unwrap()
}

fn direct() -> Options {
    options().proxies(Proxies::Never)
}

fn through(proxy: &HttpProxy, login: &str) -> Options {
    let proxy = format!("http://{login}{}", proxy.address());
    options().proxies(Proxies::Always(proxy.parse().unwrap()))
}

/// Why there is no connection, whenever the client says so.
fn failure(connected: Result<AnyClient, Error>) -> Error {
    match connected {
        Err(error) => error,
        Ok(mut client) => ask!(client, ping()).unwrap_err(),
    }
}

#[track_caller]
fn tunnel_error(error: &Error) -> &TunnelError {
    match error.transport() {
        Some(TransportError::Tunnel(error)) => error,
        _ => panic!("{error}"),
    }
}

#[test]
fn every_client_plays_through_proxies() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let open = HttpProxy::open();
    let closed = HttpProxy::closed();
    let plain = Url::from(game.local_addr());
    for api in APIS {
        for (proxy, login) in [(&open, ""), (&open, "eve:wrong@"), (&closed, "ada:s3cret@")] {
            for (url, taken) in [(&plain, (1, 0)), (&tunnelled(game.local_addr()), (0, 1))] {
                eprintln!("{api:?} {login} {url}");
                let mut client = AnyClient::connect(api, url, through(proxy, login)).unwrap();
                ask!(client, login("guest", "guest")).unwrap();
                assert_eq!(proxy.taken(), taken);
            }
        }
    }
}

#[test]
fn a_proxy_that_refuses_is_told_from_a_server_that_does() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let closed = HttpProxy::closed();
    let open = HttpProxy::open();
    // Nobody listens there.
    let nowhere = TcpListener::bind("127.0.0.1:0").map(|it| it.local_addr());
    let nowhere = nowhere.unwrap().unwrap();
    for api in APIS {
        for login in ["", "ada:wrong@"] {
            let url = tunnelled(game.local_addr());
            let error = failure(AnyClient::connect(api, url, through(&closed, login)));
            assert!(
                matches!(tunnel_error(&error), TunnelError::ProxyLogin { .. }),
                "{error}"
            );
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(&closed.address().to_string()), "{shown}");
            assert!(!shown.contains("wrong"), "{shown}");
            assert!(error.is_disconnected());
        }
        let error = failure(AnyClient::connect(api, nowhere, through(&open, "")));
        assert!(
            matches!(tunnel_error(&error), TunnelError::Refused { code: 502, .. }),
            "{error}"
        );
        // A proxy that is not there is no server that is not there.
        let options = options().proxies(Proxies::Always(nowhere.to_string().parse().unwrap()));
        let error = failure(AnyClient::connect(api, game.local_addr(), options));
        let no_proxy = matches!(error.transport(), Some(TransportError::NoProxy { .. }));
        assert!(no_proxy, "{error}");
        assert!(error.to_string().contains(&nowhere.to_string()), "{error}");
    }
}

/// A listener of which nobody takes connections, so that whoever connects is left waiting.
fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Takes a request and hangs up.
fn hanging_up() -> Listening {
    Listening::start(|mut client| {
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            asked.push(byte[0]);
        }
    })
}

/// Hangs up with a request unread, which resets the connection.
fn resetting() -> Listening {
    Listening::start(|client| {
        client.peek(&mut [0]).unwrap();
    })
}

/// What every client says of a URL through a proxy, or without one.
#[track_caller]
fn assert_told(url: &str, proxies: &Proxies, wanted: &str) -> Vec<Error> {
    let mut errors = Vec::new();
    for api in APIS {
        let options = options()
            .proxies(proxies.clone())
            .connect_timeout(Duration::from_millis(300));
        let url: Url = url.parse().unwrap();
        let error = failure(AnyClient::connect(api, url.clone(), options.clone()));
        let told = error.to_string();
        assert!(told.starts_with(wanted), "{api:?} {url}: {told}");
        assert!(error.is_disconnected(), "{error}");
        errors.push(error);
        let error = match api {
            Api::Blocking => admin::BlockingClient::connect(url, options).unwrap_err(),
            Api::Polling => {
                let mut client = admin::PollingClient::connect(url, options).unwrap();
                let ticket = client.login("root", "s3cret").unwrap();
                let mut answer = client.client().wait().unwrap();
                answer.redeem(&ticket).unwrap().unwrap_err()
            }
            Api::Async => tokio::runtime::Runtime::new()
                .unwrap()
                .block_on(admin::Client::connect(url, options))
                .unwrap_err(),
        };
        let told = error.to_string();
        assert!(
            told.starts_with(wanted),
            "{api:?} of administration: {told}"
        );
    }
    errors
}

#[test]
fn a_proxy_that_is_silent_or_hangs_up_is_named() {
    let (_listener, address) = silent();
    let ending = [hanging_up(), resetting()];
    for scheme in SCHEMES {
        let url = format!("{scheme}://game.example:7");
        let what = match *scheme {
            "tp+http" => "HTTP tunnel's set-up",
            _ => "proxy's set-up",
        };
        let proxy = Proxies::Always(address.to_string().parse().unwrap());
        let wanted = format!("the proxy {address} is silent during the {what}: ");
        for error in assert_told(&url, &proxy, &wanted) {
            assert!(error.is_timeout(), "{error}");
        }
        for ending in &ending {
            let address = ending.address;
            let proxy = Proxies::Always(address.to_string().parse().unwrap());
            let wanted = format!("the proxy {address} ended the connection during the {what}: ");
            assert_told(&url, &proxy, &wanted);
        }
    }
}

#[test]
fn a_server_that_is_silent_or_hangs_up_is_named() {
    let (_listener, address) = silent();
    let url = format!("tp+http://{address}");
    let wanted = format!("the server {address} is silent during the HTTP tunnel's set-up: ");
    assert_told(&url, &Proxies::Never, &wanted);
    for ending in [hanging_up(), resetting()] {
        let address = ending.address;
        let url = format!("tp+http://{address}");
        let wanted = format!("the server {address} ended the connection during the HTTP tunnel's");
        assert_told(&url, &Proxies::Never, &wanted);
    }
    // Whoever takes the connection and then says nothing, or resets it.
    let resetting = resetting();
    let address = resetting.address;
    let wanted = format!("the server {address} takes the connection and does not greet: ");
    assert_told(&format!("tp://{address}"), &Proxies::Never, &wanted);
}

/// As soon as there is a tunnel, either may be who is silent.
#[test]
fn who_does_not_greet_is_named_with_the_proxy_on_the_way() {
    let proxy = Listening::start(|mut client| {
        let _ = client.read(&mut [0; 1024]);
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        let _ = client.read(&mut [0; 1024]);
    });
    let address = proxy.address;
    let proxies = Proxies::Always(address.to_string().parse().unwrap());
    for scheme in ["tp", "tp+http"] {
        let wanted = format!(
            "the server game.example:7 behind the proxy {address} takes the connection and does \
             not greet: "
        );
        assert_told(&format!("{scheme}://game.example:7"), &proxies, &wanted);
    }
}

#[cfg(feature = "tls")]
#[test]
fn where_nobody_knows_which_of_the_two_it_was_both_are_named() {
    let proxy = Listening::start(|mut client| {
        let mut asked = [0; 1024];
        let _ = client.read(&mut asked);
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        // What TLS says first, so that hanging up resets nothing.
        let _ = client.read(&mut asked);
    });
    let address = proxy.address;
    let proxies = Proxies::Always(address.to_string().parse().unwrap());
    for scheme in ["tps", "tp+https"] {
        let wanted = format!(
            "the server game.example:7 behind the proxy {address} ended the connection during \
             the TLS handshake: "
        );
        assert_told(&format!("{scheme}://game.example:7"), &proxies, &wanted);
    }
}

#[test]
fn a_name_that_is_unknown_is_told_from_a_server_that_is_not_there() {
    for scheme in SCHEMES {
        let url = format!("{scheme}://nowhere.invalid:7");
        let wanted = "the name of the server nowhere.invalid:7 cannot be looked up: ";
        for error in assert_told(&url, &Proxies::Never, wanted) {
            let lookup = matches!(error.transport(), Some(TransportError::Lookup { .. }));
            assert!(lookup, "{error:?}");
        }
        let proxy = Proxies::Always("ada:s3cret@nowhere.invalid:8".parse().unwrap());
        let url = format!("{scheme}://game.example:7");
        let wanted = "the name of the proxy nowhere.invalid:8 cannot be looked up: ";
        for error in assert_told(&url, &proxy, wanted) {
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }
}

#[test]
fn a_server_without_a_tunnel_is_shown_as_what_it_is() {
    for api in APIS {
        let peer = Peer::start(|server| {
            let mut line = server.accept();
            line.send_raw(b"You are not running the correct protocol\n");
            line.close();
        });
        let error = failure(AnyClient::connect(api, tunnelled(peer.address()), direct()));
        let TunnelError::NotHttp { text, .. } = tunnel_error(&error) else {
            panic!("{error}");
        };
        assert_eq!(text, "You are not running the correct protocol");
    }
}

#[test]
fn a_tunnel_has_the_time_of_a_connection() {
    for api in APIS {
        let peer = Peer::start(|server| {
            let mut line = server.accept();
            line.send_raw(b"HTTP/1.0 200 OK\r\n");
            line.read_to_end();
        });
        let options = direct().connect_timeout(Duration::from_millis(300));
        let error = failure(AnyClient::connect(api, tunnelled(peer.address()), options));
        assert!(error.is_timeout(), "{error}");
    }
}

/// One thread is both sides, so that whoever waits for the other waits for ever.
#[test]
fn the_polling_client_never_waits_for_a_tunnel() {
    let (done, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        let any = ([127, 0, 0, 1], 0);
        let server = TcpListener::bind(SocketAddr::from(any)).unwrap();
        let url = tunnelled(server.local_addr().unwrap());
        stall_at_every_byte(&server, url, direct(), b"POST /");
        let proxy = TcpListener::bind(SocketAddr::from(any)).unwrap();
        let address = proxy.local_addr().unwrap().to_string();
        let through = options().proxies(Proxies::Always(address.parse().unwrap()));
        let url = "tp://game.example:7".parse().unwrap();
        stall_at_every_byte(&proxy, url, through, b"CONNECT game.example:7 ");
        done.send(()).unwrap();
    });
    let waited = waiting.recv_timeout(PATIENCE * 3);
    assert_eq!(waited, Ok(()), "the client waits, or the test has failed");
}

fn stall_at_every_byte(listener: &TcpListener, url: Url, options: Options, asked: &[u8]) {
    listener.set_nonblocking(true).unwrap();
    let long = Duration::from_secs(3600);
    let options = options.connect_timeout(long).greeting_timeout(long);
    let client = &mut polling::Client::connect(url, options).unwrap();
    let connected = client.connected().unwrap();
    let mut server = loop {
        assert!(client.poll().is_none());
        match listener.accept() {
            Ok((socket, _)) => break socket,
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    };
    server.set_nonblocking(true).unwrap();
    server.set_nodelay(true).unwrap();
    let request = read_until(&mut server, client, |said| said.ends_with(b"\r\n\r\n"));
    assert!(request.starts_with(asked));
    let head = b"HTTP/1.1 200 OK\r\nVia: 1.1 somebody\r\n\r\n";
    for byte in head {
        // Not a byte is said before the head is whole.
        assert_eq!(
            server.read(&mut [0]).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        server.write_all(&[*byte]).unwrap();
        for _ in 0..10 {
            assert!(client.poll().is_none());
            assert!(client.error().is_none());
        }
    }
    let header = tp_frames::Header::SIZE;
    let connect = read_until(&mut server, client, |said| said.len() > header);
    assert!(connect.starts_with(b"TP"));
    let hello = frame(game::TP04, 1, &okay("hello"));
    server.write_all(&hello).unwrap();
    let mut answer = loop {
        if let Some(answer) = client.poll() {
            break answer;
        }
    };
    assert_eq!(answer.redeem(&connected).unwrap().unwrap(), game::TP04);
}

/// What the client sends while it is polled, until that is enough.
fn read_until(
    server: &mut std::net::TcpStream,
    client: &mut polling::Client,
    is_enough: impl Fn(&[u8]) -> bool,
) -> Vec<u8> {
    let mut said = Vec::new();
    while !is_enough(&said) {
        assert!(client.poll().is_none());
        let mut buffer = [0; 1024];
        match server.read(&mut buffer) {
            Ok(count) => said.extend_from_slice(&buffer[..count]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    said
}
