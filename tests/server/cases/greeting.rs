//! The first bytes of a connection.

use serde_json::json;
use tp_frames::Version as Raw;

use crate::case::{Group, rule};
use crate::connection::{Connection, Event, hello};
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer};
use tp_tests::frame::{self, Version};

use super::turns_away;

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
            rule("1.1", CONNECT)
                .says("Connect is answered with Okay.")
                .tried_by(|cx| cx.connect().map(|_| ())),
            rule("1.2", VERSIONS)
                .says("The reply to Connect is in the version that was asked.")
                .tried_by_stranger(|connection| {
                    let reply = connection.ask("Connect", hello())?;
                    let version = reply.only()?.header.version;
                    let asked = connection.version.header();
                    ensure!(version == asked, "asked in {asked}, answered in {version}");
                    Ok(())
                }),
            rule("1.3", "schema: packet Okay")
                .says("The Okay to Connect holds a text and nothing else.")
                .tried_by_stranger(|connection| {
                    let okay = connection.ask_one("Connect", hello(), "Okay")?;
                    let behind = okay.trailing.len();
                    ensure!(behind == 0, "{behind} bytes follow the text");
                    Ok(())
                }),
            rule("1.4", CONNECT)
                .says("Connect without a name of the client is answered.")
                .tried_by_stranger(|connection| {
                    connection.okays("Connect", json!({ "string": "" }))
                }),
            rule("1.5", CONNECT)
                .says("A second Connect is refused, and the connection goes on.")
                .tried_by_guest(|connection| connection.is_refused("Connect", hello())),
            rule("1.6", VERSIONS)
                .says("Who does not speak the protocol is turned away.")
                .tried_by(|cx| refuses(cx, b"EHLO client.example\r\n")),
            rule("1.7", VERSIONS)
                .says("The first bytes of an old version, TP01, are turned away.")
                .tried_by(|cx| refuses(cx, b"TP01\0\0\0\0\0\0\0\0")),
            rule("1.8", VERSIONS)
                .says("The first bytes of an old version, TP02, are turned away.")
                .tried_by(|cx| refuses(cx, b"TP02\0\0\0\x01\0\0\0\x03\0\0\0\x04\0\0\0\0")),
            rule("1.9", VERSIONS)
                .says("A version of the future is refused.")
                .tried_by(|cx| refuses(cx, &connect_in(Raw::from_bytes([5, 0])))),
            rule("1.10", VERSIONS)
                .says("A version number that never was is refused.")
                .tried_by(|cx| refuses(cx, &connect_in(Raw::from_bytes(*b"99")))),
            rule("1.11", VERSIONS)
                .says("TP04 written in four letters is no version.")
                .tp04()
                .tried_by(|cx| refuses(cx, &connect_in(Raw::from_bytes(*b"04")))),
            rule("1.12", "schema: packet Header; Fail code 7")
                .says("An unknown version of the frame is answered, or refused with a Fail.")
                .tp04()
                .tried_by_stranger(frame_version),
            rule("1.13", VERSIONS)
                .says("After a refusal the client is welcome in a version that the server speaks.")
                .tried_by(|cx| {
                    let hello = connect_in(Raw::from_bytes([9, 0]));
                    turns_away(cx, cx.open()?, &hello, "Connect in version 9")
                }),
            rule("1.14", HEADER)
                .says("A frame of another version in the middle is no request of this connection.")
                .tried_by_guest(changed),
            rule("1.15", HEADER)
                .says(
                    "The refusal of an unknown version can be read by the client: its header is \
                     whole.",
                )
                .tried_by_stranger(|connection| {
                    connection.send_bytes(&connect_in(Raw::from_bytes([5, 0])))?;
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
                }),
            rule("1.16", "protocol documentation: connections")
                .says("A client that connects and leaves without a word disturbs nobody.")
                .tried_by(|cx| {
                    for _ in 0..5 {
                        cx.open()?.close();
                    }
                    cx.still_serves()
                }),
        ],
    }
}

/// A Connect under any version.
fn connect_in(version: Raw) -> Vec<u8> {
    frame::frame(version, 1, 3, b"\0\0\0\x04test")
}

fn refuses(cx: &mut Context<'_>, bytes: &[u8]) -> Outcome {
    turns_away(cx, cx.open()?, bytes, "it")
}

fn frame_version(connection: &mut Connection) -> Outcome {
    connection.send_bytes(&connect_in(Raw::from_bytes([4, 7])))?;
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

fn changed(connection: &mut Connection) -> Outcome {
    let other: Version = connection.version.other();
    let body = other.frame("Connect", 77, json!({ "string": "x" }))?;
    connection.send_bytes(&body)?;
    match connection.event() {
        Event::Frame(frame) if frame.is_fail() => Ok(()),
        Event::Text(_) | Event::Closed => Ok(()),
        Event::Frame(frame) => Err(Stop::Deviation(format!(
            "a frame of {} on a connection of {} was answered with {}",
            other.name(),
            connection.version.name(),
            frame.what()
        ))),
        Event::Silence => Err(Stop::Fail("no answer".into())),
    }
}
