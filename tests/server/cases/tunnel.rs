//! The tunnel through HTTP, on the port of the frames.

use std::time::Duration;

use serde_json::json;
use tp_frames::TpStr;
use tp_net::transport::Scheme;

use crate::case::{Group, rule};
use crate::connection::{Connection, Event, hello};
use crate::context::Context;
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer, require};
use tp_tests::frame;

use super::boards::{kept, with_message_on};
use super::kinds::OBJECTS;

const TUNNEL: &str = "protocol documentation: tunnel through HTTP";
const HTTP: &str = "RFC 9112; protocol documentation: tunnel through HTTP";

pub(super) fn group() -> Group {
    Group {
        number: 25,
        name: "Tunnel through HTTP",
        about: "Where the features say so, the port of the frames takes HTTP too: a POST opens a \
                tunnel, and behind the blank line that ends the answer frames go both ways. The \
                server tells clients apart by their first bytes.",
        cases: vec![
            rule("25.1", TUNNEL)
                .says("A POST is answered with 200, and frames go both ways behind the blank line.")
                .tried_on(
                    |cx| tunnel(cx, &post()),
                    |connection| {
                        connection.greet()?;
                        connection.still_works()
                    },
                ),
            rule("25.2", TUNNEL)
                .says("A player can log in and play through a tunnel.")
                .tried_by(|cx| {
                    let mut connection = tunnelled(cx)?;
                    connection.greet()?;
                    connection.log_in(cx.first()?)?;
                    OBJECTS.get(&mut connection, 0).map(|_| ())
                }),
            rule("25.3", TUNNEL)
                .says("What the POST is for does not matter: clients make it up.")
                .tried_by(|cx| {
                    let long = format!("/{}", "x".repeat(200));
                    for path in ["/", "//double", "/a?b=c", "/0123456789ab", &long] {
                        let mut connection = tunnel(cx, &request(path, "HTTP/1.0", ""))?;
                        connection.greet()?;
                    }
                    Ok(())
                }),
            rule("25.4", HTTP)
                .says("A POST of HTTP 1.1 is answered like one of HTTP 1.0.")
                .tried_by(|cx| {
                    let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.1", ""))?;
                    connection.greet()
                }),
            rule("25.5", HTTP)
                .says("A POST that comes byte by byte is answered as if it came at once.")
                .tried_on(plain, |connection| {
                    let post = post();
                    connection.send_in_pieces(post.as_bytes(), 1)?;
                    opened(connection)?;
                    connection.greet()
                }),
            rule("25.6", HTTP)
                .says("The headers that proxies and browsers add are taken.")
                .tried_by(|cx| {
                    let more = format!(
                        "Via: 1.1 proxy.example (squid/3.5)\r\n\
                         X-Forwarded-For: 192.0.2.7, 198.51.100.1\r\n\
                         Cookie: {}\r\n\
                         Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n",
                        "c=1; ".repeat(300)
                    );
                    let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", &more))?;
                    connection.greet()
                }),
            rule("25.7", TUNNEL)
                .says("The answer says that nobody is to keep it.")
                .tried_on(plain, |connection| {
                    connection.send_bytes(post().as_bytes())?;
                    let head = opened(connection)?.to_ascii_lowercase();
                    prefer!(
                        head.contains("cache-control:") && head.contains("no-"),
                        "it says {:?}",
                        TpStr::from(&*head)
                    );
                    Ok(())
                }),
            rule("25.8", TUNNEL)
                .says("Behind the blank line nothing comes until the client has spoken.")
                .tried_on(tunnelled, |connection| {
                    match connection.next(Duration::from_millis(30)) {
                        Event::Silence => connection.greet(),
                        other => Err(Stop::Fail(format!("this came: {other:?}"))),
                    }
                }),
            rule("25.9", TUNNEL)
                .says("A frame that is sent along with the POST is answered.")
                .tried_on(plain, |connection| {
                    let hello = connection.version.frame("Connect", 1, hello())?;
                    let post = post();
                    connection.send_bytes(&[post.as_bytes(), &hello].concat())?;
                    opened(connection)?;
                    // Clients are told to wait for the blank line, because real servers drop it.
                    match connection.reply("Connect", 1) {
                        Ok(reply) => reply.one("Okay").map(|_| ()),
                        Err(Stop::Fail(why)) => Err(Stop::Deviation(why)),
                        Err(stop) => Err(stop),
                    }
                }),
            rule("25.10", TUNNEL)
                .says("Every byte comes through a tunnel as it is.")
                .alone()
                .tried_by(|cx| {
                    let mut connection = tunnelled(cx)?;
                    connection.greet()?;
                    connection.log_in(cx.first()?)?;
                    let all: Vec<u8> = (0..=255).collect();
                    let message = json!({ "subject": "Bytes", "body": frame::text(&all) });
                    with_message_on(&mut connection, message.clone(), |_, read, _| {
                        kept(&message, read)
                    })
                }),
            rule("25.11", TUNNEL)
                .says("Two tunnels have nothing to do with each other.")
                .tried_by(|cx| {
                    let post = post();
                    let (mut first, mut second) = (tunnel(cx, &post)?, tunnel(cx, &post)?);
                    first.greet()?;
                    second.greet()?;
                    first.close();
                    second.still_works()
                }),
            rule("25.12", TUNNEL)
                .says("Frames without a tunnel are answered on the same port.")
                .tried_by(|cx| {
                    let _tunnel = tunnelled(cx)?;
                    let mut connection = plain(cx)?;
                    connection.greet()
                }),
            rule("25.13", HTTP)
                .says("A GET is answered in HTTP, and opens no tunnel.")
                .tried_by(|cx| {
                    let answer = answered(cx, "GET / HTTP/1.1\r\nHost: test\r\n\r\n")?;
                    ensure!(
                        answer.starts_with("HTTP/1."),
                        "the answer is {:?}",
                        TpStr::from(&*answer)
                    );
                    Ok(())
                }),
            rule("25.14", HTTP)
                .says("The answer to HEAD has no body.")
                .tried_by(|cx| {
                    let answer = answered(cx, "HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")?;
                    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
                    prefer!(body.is_empty(), "it has {} bytes", body.len());
                    Ok(())
                }),
            rule("25.15", HTTP)
                .says("Another method is refused in HTTP, or the connection is closed.")
                .tried_by(|cx| {
                    let answer = answered(cx, "BREW / HTTP/1.1\r\nHost: test\r\n\r\n")?;
                    let status = answer.split(' ').nth(1).unwrap_or_default();
                    let refused =
                        answer.is_empty() || status.starts_with('4') || status.starts_with('5');
                    prefer!(refused, "the answer is {:?}", TpStr::from(&*answer));
                    Ok(())
                }),
            rule("25.16", HTTP)
                .says("A head without end is refused, or the connection is closed.")
                .tried_by(|cx| {
                    let mut connection = plain(cx)?;
                    let start = format!("POST / HTTP/1.0\r\nX: {}", "x".repeat(100_000));
                    connection.send_bytes(start.as_bytes())?;
                    connection.rest()?;
                    cx.still_serves()
                }),
            rule("25.17", TUNNEL)
                .says("A client that leaves within its POST disturbs nobody.")
                .tried_by(|cx| {
                    let mut connection = plain(cx)?;
                    connection.send_bytes(b"POST /abcdef HTTP/1.0\r\nContent-")?;
                    connection.close();
                    cx.still_serves()
                }),
            rule("25.18", "schema: packet Features, HTTPHere")
                .says("Where the features name no tunnel, a POST is turned away.")
                .tried_by(|cx| {
                    require!(
                        !cx.offers("HTTPHere")?,
                        "the features say that this port takes tunnels"
                    );
                    plain_scheme(cx)?;
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    connection.send_bytes(post().as_bytes())?;
                    connection.rest()?;
                    cx.still_serves()
                }),
        ],
    }
}

/// The request of most cases.
fn post() -> String {
    request("/abcdefghijkl", "HTTP/1.0", "")
}

fn request(path: &str, version: &str, more: &str) -> String {
    format!(
        "POST {path} {version}\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 0\r\n{more}\r\n"
    )
}

fn plain_scheme(cx: &Context<'_>) -> Outcome {
    let plain = !cx.target.url.scheme().is_encrypted();
    require!(plain, "tunnels are tried on a port that is not encrypted");
    Ok(())
}

/// A connection without anything around frames, to a port that takes tunnels.
fn plain(cx: &Context<'_>) -> Outcome<Connection> {
    plain_scheme(cx)?;
    let offers = cx.offers("HTTPHere")?;
    require!(
        offers,
        "the features do not say that this port takes tunnels"
    );
    cx.open_as(Scheme::Tp)
}

/// A connection in a tunnel, where something else is tried.
fn tunnelled(cx: &Context<'_>) -> Outcome<Connection> {
    tunnel(cx, &post()).needed("25.1")
}

/// A connection on which this request opened a tunnel.
fn tunnel(cx: &Context<'_>, request: &str) -> Outcome<Connection> {
    let mut connection = plain(cx)?;
    connection.send_bytes(request.as_bytes())?;
    opened(&mut connection)?;
    Ok(connection)
}

/// The head of the answer that opens a tunnel.
fn opened(connection: &mut Connection) -> Outcome<String> {
    let head = connection.head()?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let status = head.lines().next().unwrap_or_default();
    let good = status.starts_with("HTTP/1.") && status.split(' ').nth(1) == Some("200");
    ensure!(good, "the status is {:?}", TpStr::from(status));
    Ok(head)
}

/// The whole answer to a request that opens no tunnel.
fn answered(cx: &Context<'_>, request: &str) -> Outcome<String> {
    let mut connection = plain(cx)?;
    connection.send_bytes(request.as_bytes())?;
    let rest = connection.rest()?;
    cx.still_serves()?;
    Ok(String::from_utf8_lossy(&rest).into_owned())
}
