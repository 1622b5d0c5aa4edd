//! The first bytes of a connection.

use serde_json::json;
use tp_frames::Version as Raw;

use crate::case::{Group, case};
use crate::connection::Event;
use crate::context::{Context, NAME};
use crate::outcome::{Outcome, Stop, ensure, prefer};
use tp_tests::frame::{self, Version};

use super::turned_away;

const CONNECT: &str = "schema: packet Connect";
const HEADER: &str = "schema: packet Header";
const VERSIONS: &str = "protocol documentation: versions of the protocol";

pub(super) fn group() -> Group {
    Group {
        number: 1,
        name: "Greeting and versions",
        about: "The first frame is Connect. It tells the version; a server refuses a version that \
                it does not speak, so that the client can try another on a new connection.",
        cases: vec![
            case("1.1", "Connect is answered with Okay.", CONNECT, |cx| {
                cx.connect().map(|_| ())
            }),
            case(
                "1.2",
                "The reply to Connect is in the version that was asked.",
                VERSIONS,
                |cx| {
                    let mut connection = cx.open()?;
                    let reply = connection.ask("Connect", json!({ "string": NAME }))?;
                    let version = reply.only()?.header.version;
                    let asked = cx.version.header();
                    ensure!(version == asked, "asked in {asked}, answered in {version}");
                    Ok(())
                },
            ),
            case(
                "1.3",
                "The Okay to Connect holds a text and nothing else.",
                "schema: packet Okay",
                |cx| {
                    let mut connection = cx.open()?;
                    let reply = connection.ask("Connect", json!({ "string": NAME }))?;
                    let okay = reply.one("Okay")?;
                    ensure!(
                        okay.trailing.is_empty(),
                        "{} bytes follow the text",
                        okay.trailing.len()
                    );
                    Ok(())
                },
            ),
            case(
                "1.4",
                "Connect without a name of the client is answered.",
                CONNECT,
                |cx| {
                    let mut connection = cx.open()?;
                    connection
                        .ask("Connect", json!({ "string": "" }))?
                        .one("Okay")?;
                    Ok(())
                },
            ),
            case(
                "1.5",
                "A second Connect is refused, and the connection goes on.",
                CONNECT,
                |cx| {
                    let mut connection = cx.connect()?;
                    let again = connection.ask("Connect", json!({ "string": NAME }))?;
                    again.refused()?;
                    connection.still_works()
                },
            ),
            case(
                "1.6",
                "Who does not speak the protocol is turned away.",
                VERSIONS,
                |cx| refuses(cx, b"EHLO client.example\r\n"),
            ),
            case(
                "1.7",
                "The first bytes of an old version, TP01, are turned away.",
                VERSIONS,
                |cx| refuses(cx, b"TP01\0\0\0\0\0\0\0\0"),
            ),
            case(
                "1.8",
                "The first bytes of an old version, TP02, are turned away.",
                VERSIONS,
                |cx| refuses(cx, b"TP02\0\0\0\x01\0\0\0\x03\0\0\0\x04\0\0\0\0"),
            ),
            case(
                "1.9",
                "A version of the future is refused.",
                VERSIONS,
                |cx| refuses(cx, &hello(Raw::from_bytes([5, 0]))),
            ),
            case(
                "1.10",
                "A version number that never was is refused.",
                VERSIONS,
                |cx| refuses(cx, &hello(Raw::from_bytes(*b"99"))),
            ),
            case(
                "1.11",
                "TP04 written in four letters is no version.",
                VERSIONS,
                |cx| refuses(cx, &hello(Raw::from_bytes(*b"04"))),
            )
            .tp04(),
            case(
                "1.12",
                "An unknown version of the frame is answered, or refused with a Fail.",
                "schema: packet Header; Fail code 7",
                frame_version,
            )
            .tp04(),
            case(
                "1.13",
                "After a refusal the client is welcome in a version that the server speaks.",
                VERSIONS,
                |cx| {
                    let mut refused = cx.open()?;
                    refused.send_bytes(&hello(Raw::from_bytes([9, 0])))?;
                    turned_away(&mut refused, "Connect in version 9")?;
                    refused.close();
                    cx.still_serves()
                },
            ),
            case(
                "1.14",
                "A frame of another version in the middle is no request of this connection.",
                HEADER,
                changed,
            ),
            case(
                "1.15",
                "The refusal of an unknown version can be read by the client: its header is whole.",
                HEADER,
                |cx| {
                    let mut connection = cx.open()?;
                    connection.send_bytes(&hello(Raw::from_bytes([5, 0])))?;
                    match connection.event() {
                        Event::Frame(frame) => {
                            let problem = frame.problem.clone().unwrap_or_default();
                            ensure!(frame.is_fail(), "the answer is {}", frame.what());
                            // Whether the text in it reads depends on the version that was guessed.
                            ensure!(frame.body.len() >= 8, "the Fail is cut short: {problem}");
                            Ok(())
                        }
                        Event::Text(_) | Event::Closed => Ok(()),
                        Event::Silence => Err(Stop::Fail("no answer".into())),
                    }
                },
            ),
            case(
                "1.16",
                "A client that connects and leaves without a word disturbs nobody.",
                "protocol documentation: connections",
                |cx| {
                    for _ in 0..5 {
                        cx.open()?.close();
                    }
                    cx.still_serves()
                },
            ),
        ],
    }
}

/// A Connect under any version.
fn hello(version: Raw) -> Vec<u8> {
    frame::frame(version, 1, 3, b"\0\0\0\x04test")
}

fn refuses(cx: &mut Context<'_>, bytes: &[u8]) -> Outcome {
    let mut connection = cx.open()?;
    connection.send_bytes(bytes)?;
    turned_away(&mut connection, "it")?;
    connection.close();
    cx.still_serves()
}

fn frame_version(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.open()?;
    connection.send_bytes(&hello(Raw::from_bytes([4, 7])))?;
    match connection.event() {
        Event::Frame(frame) if frame.is_fail() => {
            let code = frame.first_number();
            prefer!(
                matches!(code, Some(0 | 7)),
                "the refusal has code {code:?} instead of 7"
            );
            Ok(())
        }
        Event::Frame(frame) if frame.name == "Okay" => Ok(()),
        Event::Frame(frame) => Err(Stop::Fail(format!("the answer is {}", frame.what()))),
        Event::Closed | Event::Text(_) => Ok(()),
        Event::Silence => Err(Stop::Fail("no answer".into())),
    }
}

fn changed(cx: &mut Context<'_>) -> Outcome {
    let mut connection = cx.connect()?;
    let other: Version = cx.version.other();
    let body = other.frame("Connect", 77, json!({ "string": "x" }))?;
    connection.send_bytes(&body)?;
    match connection.event() {
        Event::Frame(frame) if frame.is_fail() => Ok(()),
        Event::Text(_) | Event::Closed => Ok(()),
        Event::Frame(frame) => Err(Stop::Deviation(format!(
            "a frame of {} on a connection of {} was answered with {}",
            other.name(),
            cx.version.name(),
            frame.what()
        ))),
        Event::Silence => Err(Stop::Fail("no answer".into())),
    }
}
