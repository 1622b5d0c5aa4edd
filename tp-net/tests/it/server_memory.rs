//! What all connections hold in memory together, and who leaves when that is too much. How many bytes
//! that are by an allocator that counts, `tests/library/server_memory.rs` says.

use std::io::Write;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tp_frames::game;
use tp_net::server::{EndReason, Metrics};

use crate::peer::frame;
use crate::server_client::{Client, LONG, Okay, Other, Sequence, address, start_limited};

const MIB: usize = 1 << 20;

/// Waits until something holds, for as long as a test may.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(2)).await;
    }
}

fn ended(metrics: &Metrics, reason: EndReason) -> u64 {
    let mut ended = metrics.connections_ended();
    ended.find(|it| it.0 == reason).unwrap().1
}

/// It is told in a Fail that it took most of the memory, and nothing else.
#[track_caller]
fn took_most(client: &mut Client) {
    let (sequence, fail) = client.packet::<game::Fail>();
    assert_eq!(sequence, 0);
    let text = fail.result.as_str().unwrap();
    assert!(text.contains("took most of"), "{text}");
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_most_of_a_frame_and_stops_leaves_first() {
    let (server, _) = start_limited(|it| it.memory = 5 * MIB / 2).await;
    let metrics = server.metrics();
    let mut neighbour = Client::tp04(address(&server));
    let mut begun = Vec::new();
    for size in [900_000, 400_000, 300_000] {
        let mut client = Client::tp04(address(&server));
        client.write_header(9, 1, 1_000_000);
        client.write(&vec![0; size]);
        begun.push(client);
        let held: usize = begun
            .iter()
            .zip([900_000, 400_000, 300_000])
            .map(|it| it.1)
            .sum();
        until("it is counted", || metrics.memory() >= held).await;
    }
    assert_eq!(ended(&metrics, EndReason::Memory), 0);
    // One more is too much, and it is not the last that leaves but who holds most.
    let mut last = Client::tp04(address(&server));
    last.write_header(9, 1, 1_000_000);
    last.write(&vec![0; 450_000]);
    took_most(&mut begun[0]);
    until("it is free", || metrics.memory() <= 5 * MIB / 2).await;
    assert_eq!(neighbour.ask(&game::Ping {}), Okay);
    until("one has gone", || ended(&metrics, EndReason::Memory) == 1).await;
    drop((begun, last));
    until("all of it is free", || metrics.memory() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_answered_no_further_once_memory_is_short() {
    let (server, game) = start_limited(|it| it.memory = 8 * MIB).await;
    let metrics = server.metrics();
    let asked = || {
        game.objects_asked
            .load(std::sync::atomic::Ordering::Relaxed)
    };
    let mut neighbour = Client::tp04(address(&server));
    let request = game::GetObjectsByID { ids: vec![1; 2000] };
    let mut deaf = Vec::new();
    for _ in 0..20 {
        let mut client = Client::tp03(address(&server));
        let requests = (1..=50).map(|sequence| frame(client.version, sequence, &request));
        let requests: Vec<u8> = requests.flatten().collect();
        client.socket.set_nonblocking(true).unwrap();
        // As much as goes in; the system holds some, too.
        let _ = client.socket.write(&requests);
        client.socket.set_nonblocking(false).unwrap();
        deaf.push(client);
    }
    let mut before = usize::MAX;
    until("it stops", || {
        std::thread::sleep(Duration::from_millis(100));
        std::mem::replace(&mut before, asked()) == asked()
    })
    .await;
    let held = metrics.memory();
    assert!((1..=8 * MIB).contains(&held), "{held} bytes");
    assert_eq!(
        ended(&metrics, EndReason::Memory),
        0,
        "who waits need not leave"
    );
    assert_eq!(neighbour.ask(&request), Sequence(2000));
    // Who reads gets all of what it has asked.
    let mut reader = deaf.remove(0);
    assert_eq!(reader.reply(1), Sequence(2000));
    for _ in 0..2000 {
        assert_eq!(reader.reply(1), Other(7));
    }
    drop((deaf, reader, neighbour));
    until("all of it is free", || metrics.memory() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_large_request_makes_is_bounded_and_counted() {
    let (server, _) = start_limited(|_| {}).await;
    let metrics = server.metrics();
    let mut client = Client::tp04(address(&server));
    // 200,000 empty strings would take 24 bytes each.
    let mut design = game::AddDesign::default();
    let empty = || game::DesignProperty::default();
    design.properties.resize_with(100_000, empty);
    let crate::server_client::Fail(code) = client.ask(&design) else {
        panic!("it is refused");
    };
    assert_eq!(code, 1);
    // As many ids as a frame has are fine.
    let waiting = client.send(&game::GetObjectsByID {
        ids: [vec![crate::server_client::SLOW], vec![1; 200_000]].concat(),
    });
    until("it is counted", || metrics.memory() >= 800_000).await;
    drop(client);
    let _ = waiting;
}
