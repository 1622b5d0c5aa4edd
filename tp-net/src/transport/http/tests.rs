//! The tunnel byte by byte, and where the environment leads.

use super::proxy::in_environment;
use super::*;
use crate::transport::{Layer, ProxyError, TransportError, TunnelError, Url};

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn proxy(text: &str) -> Proxy {
    text.parse().unwrap()
}

fn text(tunnel: &Tunnel) -> &str {
    std::str::from_utf8(tunnel.output()).unwrap()
}

/// What a tunnel makes of an answer that comes in pieces and then ends.
fn answered(answer: &[u8], piece: usize) -> Result<(bool, Vec<u8>), TunnelError> {
    let mut tunnel = Tunnel::post(&url("tp+http://h"), None);
    let mut above = Vec::new();
    let pieces = answer.chunks(piece);
    let outcome = pieces
        .map(|piece| tunnel.receive(piece, &mut above))
        .find(Result::is_err)
        .unwrap_or_else(|| tunnel.end_of_input());
    match outcome {
        Ok(()) => Ok((tunnel.is_ready(), above)),
        Err(TransportError::Tunnel(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_request_is_that_of_the_protocol() {
    let tunnel = Tunnel::post(&url("tp+http://ada:s3cret@h:99/game"), None);
    let request = text(&tunnel);
    let (line, headers) = request.split_once("\r\n").unwrap();
    let name = line
        .strip_prefix("POST /")
        .unwrap()
        .strip_suffix(" HTTP/1.0")
        .unwrap();
    assert_eq!(name.len(), 12);
    assert!(
        name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{name}"
    );
    assert_eq!(
        headers,
        format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\
             Host: h:99\r\nUser-Agent: tp-net/{}\r\nAccept: */*\r\n\r\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    let other = Tunnel::post(&url("tp+http://h:99"), None);
    assert_ne!(text(&other), request, "no name is used twice");
}

#[test]
fn through_a_proxy_the_request_names_the_server() {
    let tunnel = Tunnel::post(&url("tp+http://[::1]"), Some(&proxy("p")));
    assert!(
        text(&tunnel).starts_with("POST http://[::1]/"),
        "{}",
        text(&tunnel)
    );
    let tunnel = Tunnel::connect(&url("tp+https://u@h/game"), &proxy("ada:s3%63ret@p:8"));
    assert_eq!(
        text(&tunnel),
        format!(
            "CONNECT h:443 HTTP/1.0\r\nHost: h:443\r\nUser-Agent: tp-net/{}\r\n\
             Proxy-Authorization: Basic YWRhOnMzY3JldA==\r\n\r\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    let shown = format!("{tunnel:?} {:?}", Proxies::Always(proxy("ada:s3cret@p:8")));
    assert!(
        !shown.contains("YWRh") && !shown.contains("s3cret"),
        "{shown}"
    );
    let tunnel = Tunnel::post(&url("tp+http://h"), Some(&proxy("ada:s3cret@p:8")));
    let header = "\r\nProxy-Authorization: Basic YWRhOnMzY3JldA==\r\n\r\n";
    assert!(text(&tunnel).ends_with(header), "{}", text(&tunnel));
}

#[test]
fn a_zone_is_told_to_nobody() {
    let url = |scheme: &str| url(&format!("{scheme}://[fe80::1%25eth0]:99"));
    for (request, peer) in [
        (Tunnel::post(&url("tp+http"), None), "the server"),
        (
            Tunnel::post(&url("tp+http"), Some(&proxy("p"))),
            "the proxy",
        ),
        (Tunnel::connect(&url("tp"), &proxy("p")), "the proxy"),
        (Tunnel::connect(&url("tps"), &proxy("p")), "the proxy"),
    ] {
        let said = text(&request);
        assert!(said.contains("\r\nHost: [fe80::1]:99\r\n"), "{said}");
        assert!(!said.contains("eth0") && !said.contains('%'), "{said}");
        assert!(request.peer().starts_with(peer), "{}", request.peer());
    }
    // On this machine it is what leads there.
    let route = route(&url("tp+http"), &Proxies::Never).unwrap();
    assert_eq!(route.host, "fe80::1%eth0");
    assert_eq!(route.server, "the server [fe80::1%25eth0]:99");
}

#[test]
fn every_kind_of_yes_is_understood_and_what_follows_is_kept() {
    for head in [
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200\r\nA: b\r\n\r\n",
        "HTTP/1.0 200 OK\nCache-Control: no-cache, private\nContent-Type: application/binary\n\n",
        // Its status line has no end.
        "HTTP/1.0 200 OKCache-Control: no-cache, private\nContent-Type: application/binary\n\n",
        "HTTP/1.1 200  Connection established\r\nodd one\r\n: none\r\nA : b\r\n c\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "\r\nHTTP/1.0 204 \u{fc}\r\n\r\n",
    ] {
        let behind = b"TP\x04\0 and a blank line\r\n\r\n";
        let answer = [head.as_bytes(), behind].concat();
        for piece in [1, 2, 3, 7, answer.len()] {
            assert_eq!(
                answered(&answer, piece),
                Ok((true, behind.to_vec())),
                "{head:?} by {piece}"
            );
        }
        // Nothing is sent before the blank line is there.
        let part = head.len().saturating_sub(1);
        let part = head.as_bytes().get(..part).unwrap_or_default();
        assert_eq!(answered(part, 1), Ok((false, Vec::new())), "{head:?}");
    }
}

#[test]
fn an_answer_that_can_be_read_in_two_ways_is_refused() {
    for head in [
        "HTTP/1.0 200 OK\r\nA: b\n\r\n",
        "HTTP/1.0 200 OK\nA: b\r\n\r\n",
        "HTTP/1.0 200 OK\r\nA: b\r\n\n",
        "HTTP/1.0 200 OK\r\nA: b\rC: d\r\n\r\n",
        "HTTP/1.0 200 OK\r\nA: b\r\r\n\r\n",
        "HTTP/1.0 200 OK\r\nA: b\0c\r\n\r\n",
        "HTTP/1.0 200 OK\r\nA\u{b}: b\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nA: b\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\ncontent-length: 4\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length : 4\r\n\r\n",
    ] {
        for piece in [1, 7, head.len()] {
            let error = answered(head.as_bytes(), piece).expect_err(head);
            assert!(error.to_string().contains("HTTP/1."), "{error}");
        }
    }
    // What is no tunnel is told as what it is.
    let refused = answered(b"HTTP/1.0 404 No\r\nA: b\n\r\n", 1);
    assert!(
        matches!(refused, Err(TunnelError::Refused { .. })),
        "{refused:?}"
    );
}

#[test]
fn nothing_is_taken_from_above_before_there_is_a_tunnel() {
    let mut tunnel = Tunnel::post(&url("tp+http://h"), None);
    let request = tunnel.output().len();
    assert_eq!(tunnel.send(b"frames").unwrap(), 0);
    tunnel.written(request);
    assert_eq!(tunnel.output(), b"");
    tunnel
        .receive(b"HTTP/1.0 200 OK\r\n\r\n", &mut Vec::new())
        .unwrap();
    assert_eq!(tunnel.send(b"frames").unwrap(), 6);
    tunnel.written(2);
    assert_eq!(tunnel.output(), b"ames");
    // What waits has a limit.
    let much = vec![0; 10 << 20];
    let taken = tunnel.send(&much).unwrap();
    assert!(taken < 1 << 20, "{taken}");
    assert_eq!(tunnel.send(&much).unwrap(), 0);
}

#[test]
fn every_kind_of_no_has_its_error() {
    let peer = || "the server h".to_owned();
    let refused = |code, status: &str| TunnelError::Refused {
        peer: peer(),
        code,
        status: status.into(),
    };
    let elsewhere = |location: Option<&str>| TunnelError::Elsewhere {
        peer: peer(),
        status: "HTTP/1.1 302 Found".into(),
        location: location.map(str::to_owned),
    };
    let not_http = |text: &str| TunnelError::NotHttp {
        peer: peer(),
        text: text.into(),
    };
    let login = TunnelError::ProxyLogin {
        peer: peer(),
        status: "HTTP/1.1 407 Proxy Authentication Required".into(),
    };
    let lost = "HTTP/1.0 404 N\u{f6}t Found";
    let switching = "HTTP/1.1 101 Switching Protocols";
    let found = "HTTP/1.1 302 Found\r\nLOCATION";
    let html = "http://login.example/";
    let words = "You are not running the correct protocol";
    for (answer, wanted) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", login),
        (&format!("{found}: {html}\x1b[2J\r\n\r\n"), elsewhere(None)),
        (&format!("{found}: {html}\r\n\r\n"), elsewhere(Some(html))),
        (&format!("{lost}\r\n\r\n<html>"), refused(404, lost)),
        (&format!("{switching}\r\n\r\n"), refused(101, switching)),
        (&format!("{words}\nat all\n"), not_http(words)),
        ("220 smtp.example", not_http("220 smtp.example")),
        ("\x1b[2J\u{7}", not_http("\\u{1b}")),
    ] {
        assert_eq!(answered(answer.as_bytes(), 1), Err(wanted), "{answer:?}");
    }
}

#[test]
fn what_a_peer_said_is_escaped_once() {
    let said = "Say \"hi\", \u{fc}\u{202e}";
    let shown = "Say \\\"hi\\\", \u{fc}\\u{202e}";
    for (answer, wanted) in [
        (
            format!("HTTP/1.1 407 {said}\r\n\r\n"),
            format!("answered \"HTTP/1.1 407 {shown}\"; they"),
        ),
        (
            format!("HTTP/1.1 503 {said}\r\n\r\n"),
            format!("answered \"HTTP/1.1 503 {shown}\""),
        ),
        (
            format!("HTTP/1.1 302 {said}\r\nLocation: tp://\u{fc}\r\n\r\n"),
            format!("elsewhere, to tp://\u{fc}, and it answered \"HTTP/1.1 302 {shown}\""),
        ),
        (format!("{said}\r\n"), format!("it sent \"{shown}\"")),
    ] {
        let error = answered(answer.as_bytes(), answer.len()).unwrap_err();
        assert!(error.to_string().contains(&wanted), "{error}");
    }
}

#[test]
fn an_answer_without_end_is_given_up() {
    for endless in ["A: b\r\n".to_owned(), "x".repeat(100)] {
        let answer = "HTTP/1.1 200 OK\r\n".to_owned() + &endless.repeat(10_000);
        for piece in [1000, answer.len()] {
            let error = answered(answer.as_bytes(), piece).unwrap_err();
            assert!(matches!(error, TunnelError::TooLong { .. }), "{error}");
        }
    }
}

#[test]
fn proxies_are_read_and_hide_their_passwords() {
    for (text, shown) in [
        ("http://p:8080", "p:8080"),
        ("HTTP://p/", "p:80"),
        ("p:3128", "p:3128"),
        (" ada:s3cret@[::1]:8 ", "[::1]:8"),
    ] {
        assert_eq!(proxy(text).to_string(), shown);
    }
    let error = |text: &str| text.parse::<Proxy>().unwrap_err();
    assert_eq!(
        error("socks5://ada:s3cret@p"),
        ProxyError::Scheme("socks5".into())
    );
    for broken in [
        "ada:s3cret@",
        "ada:s3cret@p:x",
        "ada:s3cr%et@p",
        "ada:s3cret/x@p:8",
        "ada:12/s3cret@p",
        "ada:s3cret://x@p",
        "ada:s3cret",
    ] {
        for scheme in ["", "http://", "socks5://"] {
            let error = error(&format!("{scheme}{broken}"));
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("s3cr") && !shown.contains("ada"), "{shown}");
        }
    }
}

/// What these variables say about a server.
fn environment(variables: &str, to: &str) -> Option<String> {
    let get = |name: &str| {
        let mut all = variables.split(' ').filter_map(|it| it.split_once('='));
        all.find_map(|(it, value)| (it == name).then(|| value.to_owned()))
    };
    let found = in_environment(&url(to), get).unwrap();
    found.map(|proxy| proxy.to_string())
}

#[test]
fn the_environment_leads_as_it_leads_curl() {
    let all = "http_proxy=http://a:1 https_proxy=http://b:2 all_proxy=http://c:3 \
        no_proxy=direct.example,10.0.0.0/8,h:81";
    let in_cgi = "HTTP_PROXY=a:1 REQUEST_METHOD=GET";
    let small_in_cgi = "http_proxy=a:1 REQUEST_METHOD=GET";
    for (variables, to, proxy) in [
        ("", "tp+http://h", None),
        (all, "tp+http://h", Some("a:1")),
        (all, "http://h", Some("a:1")),
        (all, "tp+https://h", Some("b:2")),
        (all, "tp://h", None),
        (all, "tps://h", None),
        (all, "tp+http://www.direct.example", None),
        (all, "tp+https://10.1.2.3", None),
        (all, "tp+http://h:81", None),
        ("all_proxy=c:3", "tp+http://h", Some("c:3")),
        ("ALL_PROXY=c:3", "tp+https://h", Some("c:3")),
        ("HTTPS_PROXY=b:2", "tp+https://h", Some("b:2")),
        ("HTTP_PROXY=a:1", "tp+http://h", Some("a:1")),
        ("HTTP_PROXY=a:1 http_proxy=d:4", "http://h", Some("d:4")),
        (in_cgi, "tp+http://h", None),
        (small_in_cgi, "tp+http://h", Some("a:1")),
        ("HTTP_PROXY=a:1 NO_PROXY=*", "tp+http://h", None),
        ("http_proxy= all_proxy=c:3", "tp+http://h", None),
        (
            "http_proxy=a:1 no_proxy=fe80::/10",
            "tp+http://[fe80::1%25eth0]",
            None,
        ),
    ] {
        let found = environment(variables, to);
        assert_eq!(found.as_deref(), proxy, "{to} by {variables:?}");
    }
}

#[test]
fn international_names_of_the_environment_are_refused_with_the_reason() {
    let proxy = "b\u{fc}cher.example:3128";
    for (variables, variable) in [
        (&[("http_proxy", proxy)][..], "http_proxy"),
        (&[("all_proxy", proxy)], "all_proxy"),
        (
            &[("http_proxy", "p"), ("no_proxy", "a,b\u{fc}cher.example")],
            "no_proxy",
        ),
    ] {
        let get = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let error = in_environment(&url("tp+http://h"), get).unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.contains(variable) && shown.contains("xn--"),
            "{shown}"
        );
    }
}

#[test]
fn a_variable_that_cannot_be_used_is_named() {
    for (variable, value, why) in [
        ("all_proxy", "socks5://ada:s3cret@p", "socks5"),
        ("all_proxy", "ada:s3cret/x@p", "%2F"),
        ("http_proxy", "http://ada:s3cret/x@p:3128", "%2F"),
        ("http_proxy", "http://ada:s3cret?@p:3128", "%3F"),
        ("https_proxy", "http://ada:12/s3cret@p:3128", "%2F"),
        ("HTTPS_PROXY", "http://ada:s3cret@p:3128:", "address"),
    ] {
        let get = |name: &str| (name == variable).then(|| value.to_owned());
        let to = match variable.eq_ignore_ascii_case("https_proxy") {
            true => "tp+https://h",
            false => "tp+http://h",
        };
        let error = in_environment(&url(to), get).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(&variable.to_lowercase()) && shown.contains(why),
            "{shown}"
        );
        assert!(
            !shown.contains("s3cret") && !shown.contains("ada"),
            "{shown}"
        );
    }
}
