//! What a shutdown finishes, by every way that clients come in.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tp_frames::{DecodeOptions, RawFrame, game};
use tp_net::server::{EndReason, Timeouts};
use tp_net::transport::AsyncLayered;
use tp_net::transport::tls::Trust;

use crate::peer::frame;
use crate::server_client::{LONG, Okay, Other, SLOW, Said, Sequence, address, said, start_with};
use crate::server_end::nobody_comes_in;

/// A client's end of a connection.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// Frames, by each way in.
async fn by_every_way(address: SocketAddr, trust: &Trust) -> Vec<(&'static str, Box<dyn Socket>)> {
    let tcp = || async { TcpStream::connect(address).await.unwrap() };
    let layer = || trust.layer("127.0.0.1", address.port()).unwrap();
    let mut ways: Vec<(_, Box<dyn Socket>)> = vec![
        ("tcp", Box::new(tcp().await)),
        ("tunnel", Box::new(tcp().await)),
        ("tls", Box::new(AsyncLayered::new(tcp().await, layer()))),
        (
            "tunnel in tls",
            Box::new(AsyncLayered::new(tcp().await, layer())),
        ),
    ];
    for (way, socket) in &mut ways {
        if way.starts_with("tunnel") {
            let post = b"POST /x HTTP/1.0\r\n\r\n";
            socket.write_all(post).await.unwrap();
            socket.flush().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
        }
    }
    ways
}

/// What is sent at the shutdown: all that is asked, and what is answered to it.
async fn shut_down(asked: &[u8], answers: &[(u32, Said)]) {
    let (identity, _folder) = crate::client_tls::identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let mut timeouts = Timeouts::default();
    timeouts.shutdown = LONG;
    let starting = start_with(|builder| builder.tls(identity).timeouts(timeouts));
    let (server, game) = starting.await;
    let (address, metrics) = (address(&server), server.metrics());
    let hello = [
        frame(game::TP04, 1, &game::Connect::default()),
        frame(game::TP04, 2, &game::Login::default()),
    ];
    let bytes = [&hello.concat(), asked].concat();
    let ways = by_every_way(address, &trust).await;
    let arrived = (bytes.len() * ways.len()) as u64;
    let mut clients = Vec::new();
    for (way, mut socket) in ways {
        socket.write_all(&bytes).await.unwrap();
        socket.flush().await.unwrap();
        clients.push((way, socket));
    }
    let end = Instant::now() + LONG;
    while metrics.bytes_received() < arrived {
        assert!(Instant::now() < end, "it all arrives: {metrics:?}");
        sleep(Duration::from_millis(2)).await;
    }
    let ending = tokio::spawn(server.shutdown());
    nobody_comes_in(address).await;
    for (way, mut socket) in clients {
        let mut received = Vec::new();
        let reading = socket.read_to_end(&mut received);
        let opening = async {
            loop {
                game.gate.notify_one();
                sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            read = timeout(LONG, reading) => drop(read.unwrap().unwrap()),
            () = opening => {}
        }
        let mut received = BytesMut::from(&received[..]);
        let options = DecodeOptions::default();
        let mut frames = Vec::new();
        while let Some(frame) = RawFrame::take(&mut received, &options).unwrap() {
            frames.push((frame.header.sequence, said(&frame)));
        }
        assert!(received.is_empty(), "{way}: a frame is cut off");
        assert_eq!(frames[..2], [(1, Okay), (2, Okay)], "{way}");
        assert!(frames[2..] == *answers, "{way}: {} frames", frames.len());
    }
    timeout(LONG, ending).await.unwrap().unwrap();
    let stopped = metrics.connections_ended();
    let stopped = stopped.filter(|it| it.0 == EndReason::Stopped);
    // Whoever came to see that nobody comes in may be one, too.
    assert!(stopped.map(|it| it.1).sum::<u64>() >= 4, "{metrics:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_answers_all_that_has_arrived_by_every_way() {
    let mut asked = frame(game::TP04, 3, &game::GetObjectsByID { ids: vec![SLOW] });
    let mut answers = vec![(3, Other(7))];
    for sequence in 4..103 {
        asked.extend(frame(game::TP04, sequence, &game::Ping {}));
        answers.push((sequence, Okay));
    }
    // And the start of another, which is none.
    asked.extend(&frame(game::TP04, 103, &game::GetObjectsByID { ids: vec![1] })[..20]);
    shut_down(&asked, &answers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_only_after_a_shutdown_has_begun_gets_whole_frames() {
    // 3 MB for each, more than is held.
    let ids = [vec![SLOW], vec![1; 499]].concat();
    let (mut asked, mut answers) = (Vec::new(), Vec::new());
    for sequence in 3..103 {
        let ids = game::GetObjectsByID { ids: ids.clone() };
        asked.extend(frame(game::TP04, sequence, &ids));
        answers.push((sequence, Sequence(500)));
        answers.extend(std::iter::repeat_n((sequence, Other(7)), 500));
    }
    shut_down(&asked, &answers).await;
}
