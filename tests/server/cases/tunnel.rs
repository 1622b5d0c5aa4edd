//! The tunnel through HTTP, on the port of the frames.

use std::time::Duration;

use serde_json::json;
use tp_net::transport::Scheme;

use crate::case::{Case, Group, case};
use crate::connection::{Connection, Event};
use crate::context::{Context, NAME, credentials};
use crate::outcome::{Outcome, Stop, ensure, prefer, require};
use tp_tests::frame;

use super::boards::{kept, with_message_on};

const TUNNEL: &str = "protocol documentation: tunnel through HTTP";
const HTTP: &str = "RFC 9112; protocol documentation: tunnel through HTTP";

pub(super) fn group() -> Group {
    Group {
        number: 25,
        name: "Tunnel through HTTP",
        about: "Where the features say so, the port of the frames takes HTTP too: a POST opens a \
                tunnel, and behind the blank line that ends the answer frames go both ways. The \
                server tells clients apart by their first bytes.",
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    vec![
        case(
            "25.1",
            "A POST is answered with 200, and frames go both ways behind the blank line.",
            TUNNEL,
            |cx| {
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", ""))?;
                cx.greet(&mut connection)?;
                connection.still_works()
            },
        ),
        case(
            "25.2",
            "A player can log in and play through a tunnel.",
            TUNNEL,
            |cx| {
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", ""))?;
                cx.greet(&mut connection)?;
                connection
                    .ask("Login", credentials(cx.first()?))?
                    .one("Okay")?;
                connection
                    .ask("GetObjectsByID", json!({ "ids": [0] }))?
                    .one("Object")?;
                Ok(())
            },
        ),
        case(
            "25.3",
            "What the POST is for does not matter: clients make it up.",
            TUNNEL,
            |cx| {
                let long = format!("/{}", "x".repeat(200));
                for path in ["/", "//double", "/a?b=c", "/0123456789ab", &long] {
                    let mut connection = tunnel(cx, &request(path, "HTTP/1.0", ""))?;
                    cx.greet(&mut connection)?;
                }
                Ok(())
            },
        ),
        case(
            "25.4",
            "A POST of HTTP 1.1 is answered like one of HTTP 1.0.",
            HTTP,
            |cx| {
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.1", ""))?;
                cx.greet(&mut connection)
            },
        ),
        case(
            "25.5",
            "A POST that comes byte by byte is answered as if it came at once.",
            HTTP,
            |cx| {
                let mut connection = plain(cx)?;
                let post = request("/abcdefghijkl", "HTTP/1.0", "");
                connection.send_in_pieces(post.as_bytes(), 1)?;
                opened(&mut connection)?;
                cx.greet(&mut connection)
            },
        ),
        case(
            "25.6",
            "The headers that proxies and browsers add are taken.",
            HTTP,
            |cx| {
                let more = format!(
                    "Via: 1.1 proxy.example (squid/3.5)\r\nX-Forwarded-For: 192.0.2.7, 198.51.100.1\r\n\
                 Cookie: {}\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n",
                    "c=1; ".repeat(300)
                );
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", &more))?;
                cx.greet(&mut connection)
            },
        ),
        case(
            "25.7",
            "The answer says that nobody is to keep it.",
            TUNNEL,
            |cx| {
                let mut connection = plain(cx)?;
                connection.send_bytes(request("/abcdefghijkl", "HTTP/1.0", "").as_bytes())?;
                let head = opened(&mut connection)?.to_ascii_lowercase();
                prefer!(
                    head.contains("cache-control:") && head.contains("no-"),
                    "it says {head:?}"
                );
                Ok(())
            },
        ),
        case(
            "25.8",
            "Behind the blank line nothing comes until the client has spoken.",
            TUNNEL,
            |cx| {
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", ""))?;
                match connection.next(Duration::from_millis(30)) {
                    Event::Silence => cx.greet(&mut connection),
                    other => Err(Stop::Fail(format!("this came: {other:?}"))),
                }
            },
        ),
        case(
            "25.9",
            "A frame that is sent along with the POST is answered.",
            TUNNEL,
            |cx| {
                let mut connection = plain(cx)?;
                let hello = cx.version.frame("Connect", 1, json!({ "string": NAME }))?;
                let post = request("/abcdefghijkl", "HTTP/1.0", "");
                connection.send_bytes(&[post.as_bytes(), &hello].concat())?;
                opened(&mut connection)?;
                // Clients are told to wait for the blank line, because real servers drop it.
                match connection.reply("Connect", 1) {
                    Ok(reply) => reply.one("Okay").map(|_| ()),
                    Err(Stop::Fail(why)) => Err(Stop::Deviation(why)),
                    Err(stop) => Err(stop),
                }
            },
        ),
        case(
            "25.10",
            "Every byte comes through a tunnel as it is.",
            TUNNEL,
            |cx| {
                let mut connection = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", ""))?;
                cx.greet(&mut connection)?;
                connection
                    .ask("Login", credentials(cx.first()?))?
                    .one("Okay")?;
                let all: Vec<u8> = (0..=255).collect();
                let message = json!({ "subject": "Bytes", "body": frame::text(&all) });
                with_message_on(&mut connection, message.clone(), |_, read, _| {
                    kept(&message, read)
                })
            },
        )
        .alone(),
        case(
            "25.11",
            "Two tunnels have nothing to do with each other.",
            TUNNEL,
            |cx| {
                let post = request("/abcdefghijkl", "HTTP/1.0", "");
                let (mut first, mut second) = (tunnel(cx, &post)?, tunnel(cx, &post)?);
                cx.greet(&mut first)?;
                cx.greet(&mut second)?;
                first.close();
                second.still_works()
            },
        ),
        case(
            "25.12",
            "Frames without a tunnel are answered on the same port.",
            TUNNEL,
            |cx| {
                let _tunnel = tunnel(cx, &request("/abcdefghijkl", "HTTP/1.0", ""))?;
                let mut connection = plain(cx)?;
                cx.greet(&mut connection)
            },
        ),
        case(
            "25.13",
            "A GET is answered in HTTP, and opens no tunnel.",
            HTTP,
            |cx| {
                let answer = answered(cx, "GET / HTTP/1.1\r\nHost: test\r\n\r\n")?;
                ensure!(answer.starts_with("HTTP/1."), "the answer is {answer:?}");
                Ok(())
            },
        ),
        case("25.14", "The answer to HEAD has no body.", HTTP, |cx| {
            let answer = answered(cx, "HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")?;
            let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
            prefer!(body.is_empty(), "it has {} bytes", body.len());
            Ok(())
        }),
        case(
            "25.15",
            "Another method is refused in HTTP, or the connection is closed.",
            HTTP,
            |cx| {
                let answer = answered(cx, "BREW / HTTP/1.1\r\nHost: test\r\n\r\n")?;
                let status = answer.split(' ').nth(1).unwrap_or_default();
                let refused =
                    answer.is_empty() || status.starts_with('4') || status.starts_with('5');
                prefer!(refused, "the answer is {answer:?}");
                Ok(())
            },
        ),
        case(
            "25.16",
            "A head without end is refused, or the connection is closed.",
            HTTP,
            |cx| {
                let mut connection = plain(cx)?;
                let start = format!("POST / HTTP/1.0\r\nX: {}", "x".repeat(100_000));
                connection.send_bytes(start.as_bytes())?;
                connection.rest()?;
                cx.still_serves()
            },
        ),
        case(
            "25.17",
            "A client that leaves within its POST disturbs nobody.",
            TUNNEL,
            |cx| {
                let mut connection = plain(cx)?;
                connection.send_bytes(b"POST /abcdef HTTP/1.0\r\nContent-")?;
                connection.close();
                cx.still_serves()
            },
        ),
        case(
            "25.18",
            "Where the features name no tunnel, a POST is turned away.",
            "schema: packet Features, HTTPHere",
            |cx| {
                require!(
                    !cx.offers("HTTPHere")?,
                    "the features say that this port takes tunnels"
                );
                plain_scheme(cx)?;
                let mut connection = cx.open_as(Scheme::Tp)?;
                connection.send_bytes(request("/abcdefghijkl", "HTTP/1.0", "").as_bytes())?;
                connection.rest()?;
                cx.still_serves()
            },
        ),
    ]
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
    ensure!(good, "the status is {status:?}");
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
