//! How connections begin, and how those end that do not speak the protocol.

use bytes::BytesMut;
use tokio::time::timeout;
use tp_frames::{Header, Packet, RawFrame, game};

use crate::peer::frame;
use crate::server_client::{
    Client, Fail, LONG, Okay, Other, Sequence, address, said, start, start_limited,
};

fn frames(bytes: &[u8]) -> Vec<RawFrame> {
    let mut bytes = BytesMut::from(bytes);
    let options = tp_frames::DecodeOptions::default();
    std::iter::from_fn(|| RawFrame::take(&mut bytes, &options).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_something_else_is_told_so_in_plain_text() {
    let (server, _) = start().await;
    for (start, word) in [
        (&b"SSH-2.0-x\r\n"[..], "Thousand Parsec"),
        (b"T\0", "Thousand Parsec"),
        (b"TP01\0\0\0\0\0\0\0\0", "TP03 and TP04; please upgrade"),
        (b"TP02\0\0\0\x01\0\0\0\x03\0\0\0\0", "please upgrade"),
    ] {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(start);
        let text = String::from_utf8(client.rest()).unwrap();
        assert!(text.contains(word) && text.ends_with('\n'), "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_versions_are_refused_and_the_connection_ends() {
    let (server, _) = start().await;
    for (start, version) in [
        (&b"TP04"[..], game::TP03),
        (b"TPxx", game::TP03),
        (b"TP\x05\x00", game::TP04),
        (b"TP\x02\x00", game::TP04),
    ] {
        let mut client = Client::open(address(&server), game::TP04);
        client.write(start);
        client.write(b"\0\0\0\x01\0\0\0\x03\0\0\0\x05\0\0\0\x01x");
        let frames = frames(&client.rest());
        assert_eq!(frames.len(), 1);
        assert_eq!(
            (frames[0].header.version, frames[0].header.sequence),
            (version, 0)
        );
        assert_eq!(said(&frames[0]), Fail(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_on_one_port() {
    let (server, _) = start().await;
    let mut old = Client::tp03(address(&server));
    let mut new = Client::tp04(address(&server));
    assert_eq!(old.ask(&game::Ping {}), Okay);
    assert_eq!(new.ask(&game::Ping {}), Okay);
    // Any frame version of TP04 is TP04.
    let mut newer = Client::open(address(&server), game::TP04);
    newer.write(b"TP\x04\x09\0\0\0\x07\0\0\0\x03\0\0\0\x04\0\0\0\0");
    assert_eq!(newer.packet::<game::Okay>().0, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_for_the_whole_connection() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    client.sequence = 40;
    client.version = game::TP03;
    client.send(&game::Ping {});
    client.version = game::TP04;
    let (sequence, fail) = client.packet::<game::Fail>();
    assert_eq!((sequence, fail.code), (41, game::FailCode::PROTOCOL));
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_has_a_greatest_size() {
    let (server, _) = start_limited(|it| it.frame = 100).await;
    let string = "x".repeat(96);
    let mut client = Client::open(address(&server), game::TP03);
    assert_eq!(
        client.ask(&game::Connect {
            string: string.into()
        }),
        Okay
    );
    client.write_header(9, game::Ping::TYPE, 101);
    // Judged by the header: the body need not come.
    let (sequence, fail) = client.packet::<game::Fail>();
    assert_eq!((sequence, fail.code), (9, game::FailCode::PROTOCOL));
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_may_come_one_by_one() {
    let (server, _) = start().await;
    let connect = game::Connect {
        string: "slow".into(),
    };
    let connect = frame(game::TP04, 1, &connect);
    let ping = frame(game::TP04, 2, &game::Ping {});
    let mut client = Client::open(address(&server), game::TP04);
    for byte in [connect, ping].concat() {
        client.write(&[byte]);
    }
    assert_eq!(client.reply(1), Okay);
    assert_eq!(client.reply(2), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_said_is_lost_when_a_client_is_turned_away() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server));
    let sequence = client.send(&game::GetObjectsByID { ids: vec![1; 5000] });
    let nonsense = Header {
        version: game::TP03,
        sequence: 9,
        r#type: 27,
        length: 0,
    };
    client.write(&nonsense.to_bytes());
    // These find nobody who wants them.
    client.write(&[b'x'; 100_000]);
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    assert_eq!(client.reply(sequence), Sequence(5000));
    for _ in 0..5000 {
        assert_eq!(client.reply(sequence), Other(7));
    }
    assert_eq!(client.reply(9), Fail(0));
    client.ended();
}
