//! Whole sessions: requests and replies find each other, groups are counted, descriptions and
//! filters take effect.

use std::collections::BTreeMap;

use tp_frames::{DecodeOptions, Packet as _, RawFrame, Version, game};
use tp_net::{Options, Versions, polling};
use tp_tests::{Protocol, from_hex};

use super::expected::{Follower, WantedFrame};
use super::pcap::{Connection, port};
use super::traffic::{Random, Recorder, Said, Way, carry, cut, frames};
use super::tshark::{Item, Tshark, in_stream};

/// What a client and the demo game say to each other; requests go out before others are answered.
fn played(version: Version, padded: bool) -> Vec<Said> {
    let server = tp_game::serve("127.0.0.1:0").unwrap();
    let recorder = Recorder::start(server.local_addr());
    let options = Options::default().versions(Versions::only(version));
    let mut client = polling::Client::connect(recorder.address, options).unwrap();
    client.login("guest", "guest").unwrap();
    if padded {
        client.enable_padding().unwrap();
    }
    while client.outstanding() > 0 {
        client.wait().unwrap();
    }
    // All at once: the answers come behind one another.
    client.features().unwrap();
    client.time_remaining().unwrap();
    client.games().unwrap();
    client.object_ids(None).unwrap();
    client.order_desc_ids(None).unwrap();
    client.order_descs([0, 1, 2, 3, 99]).unwrap();
    if version.has(4) {
        client.object_descs([0, 1, 2, 3, 4]).unwrap();
        client.order_queues([1, 2]).unwrap();
        client.player_ids(None).unwrap();
    }
    client.objects([0, 1, 2, 3, 4, 5, 99]).unwrap();
    client.orders(1, [0]).unwrap();
    client.boards([0]).unwrap();
    client.messages(0, [0]).unwrap();
    client.resources([0, 1]).unwrap();
    client.players([0, 1]).unwrap();
    client.categories([0, 1]).unwrap();
    client.designs([0, 1]).unwrap();
    client.components([0, 1]).unwrap();
    client.properties([0, 1]).unwrap();
    client.finish_turn().unwrap();
    client.ping().unwrap();
    while client.outstanding() > 0 {
        client.wait().unwrap();
    }
    client.disconnect();
    let said = recorder.finish();
    server.shutdown();
    said
}

/// A made-up session of the golden vectors, sent over loopback.
fn told(protocol: &str) -> Vec<Said> {
    let path = format!(
        "{}/vectors/session-{protocol}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let script: Vec<_> = lines
        .filter_map(|(way, hex)| match way {
            "C>S" => Some(Said::to_server(&from_hex(hex))),
            "S>C" => Some(Said::to_client(&from_hex(hex))),
            _ => None,
        })
        .collect();
    carry(&script)
}

/// What must be shown of each frame, in the order in which they are complete, when all of them
/// were seen before.
fn wanted(protocol: &'static Protocol, said: &[Said]) -> Vec<(Way, u32, WantedFrame)> {
    let mut follower = Follower::new(protocol);
    follow(&mut follower, said);
    follow(&mut follower.again(), said)
}

fn follow(follower: &mut Follower, said: &[Said]) -> Vec<(Way, u32, WantedFrame)> {
    let protocol = follower.protocol;
    let mut padding = None;
    let mut padded = false;
    let next = |(way, received): (Way, RawFrame)| {
        let header = received.header;
        let wanted = if padded {
            let options = DecodeOptions::default().padded(true);
            let decoded = (protocol.decode)(header.r#type, &received.body, &options).unwrap();
            let mut wanted = follower.frame(&decoded.frame, None, decoded.trailing);
            // Read by the test of padded parameters.
            wanted.open = true;
            wanted
        } else {
            follower.next(received.clone())
        };
        match (protocol.name, &*wanted.packet) {
            ("tp04", "SetFilters") => {
                let (asked, _) = game::SetFilters::decode(game::TP04, &received.body).unwrap();
                let wants = game::SetFiltersFilter::FILTER_PADDING;
                padding = asked.filters.contains(&wants).then_some(header.sequence);
            }
            ("tp04", "Okay") if padding == Some(header.sequence) => padded = true,
            _ => {}
        }
        (way, header.sequence, wanted)
    };
    frames(said).into_iter().map(next).collect()
}

/// Frames made up from `wanted` link to one another as their numbers say.
fn check_links(wanted: &[(Way, u32, WantedFrame)], items: &[&Item]) {
    let mut requests: BTreeMap<u32, &Item> = BTreeMap::new();
    let mut groups: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let mut first: BTreeMap<u32, u32> = BTreeMap::new();
    let mut linked = 0;
    for ((way, sequence, frame), item) in wanted.iter().zip(items) {
        let number = |name| item.get(name).map(|it| it.parse::<u32>().unwrap());
        if *way == Way::ToServer {
            requests.insert(*sequence, item);
            groups.remove(sequence);
            first.remove(sequence);
            continue;
        }
        let request = requests.get(sequence).filter(|_| *sequence != 0);
        assert_eq!(
            number("tp.request_in"),
            request.map(|it| it.packet),
            "{item:?}"
        );
        let Some(request) = request else {
            continue;
        };
        linked += 1;
        let milliseconds = f64::from(item.packet - request.packet) / 1000.0;
        let time: f64 = item.get("tp.response_time").unwrap().parse().unwrap();
        assert!((time - milliseconds).abs() < 1e-6, "{time} {milliseconds}");
        let earliest = *first.entry(*sequence).or_insert(item.packet);
        let response: u32 = request.get("tp.response_in").unwrap().parse().unwrap();
        assert_eq!(response, earliest, "{request:?}");
        if frame.packet == "Sequence" {
            let count = number("tp.sequence.number").unwrap();
            groups.insert(*sequence, (0, count));
            assert_eq!(number("tp.group_count"), Some(count));
        } else if let Some((seen, count)) = groups.get_mut(sequence) {
            *seen += 1;
            assert_eq!(number("tp.group_number"), Some(*seen), "{item:?}");
            assert_eq!(number("tp.group_count"), Some(*count), "{item:?}");
            if seen == count {
                assert_eq!(number("tp.group_end_in"), Some(item.packet), "{item:?}");
            }
        } else {
            assert_eq!(number("tp.group_number"), None, "{item:?}");
        }
    }
    assert!(linked > 10, "a session of some length");
}

#[test]
fn sessions_are_followed() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut random = Random(2);
    let sessions = [
        ("tp03", played(game::TP03, false)),
        ("tp04", played(game::TP04, false)),
        ("tp04", played(game::TP04, true)),
        ("tp03", told("tp03")),
        ("tp04", told("tp04")),
        ("admin", told("admin")),
    ];
    let mut connections = Vec::new();
    let mut all = Vec::new();
    for (name, said) in &sessions {
        for segments in [said.clone(), cut(said, &mut random)] {
            all.push(wanted(Protocol::named(name), &segments));
            let port = port(name);
            connections.push(Connection { port, segments });
        }
    }
    let items = tshark.read(&connections);
    for (stream, wanted) in all.iter().enumerate() {
        let items = in_stream(&items, stream);
        for ((way, sequence, frame), item) in wanted.iter().zip(&items) {
            assert_eq!(item.to_client, *way == Way::ToClient, "{}", item.title);
            assert_eq!(item.get("tp.sequence"), Some(&*sequence.to_string()));
            frame.check(item);
        }
        assert_eq!(items.len(), wanted.len());
        check_links(wanted, &items);
    }
}
