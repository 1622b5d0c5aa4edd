//! The padding filter, seen from the server.

use tp_frames::game::{FeaturesFeature, SetFiltersFilter};
use tp_frames::{DecodeOptions, EncodeOptions, Packet, Parameters, game};
use tp_net::model::TimeRemaining;

use crate::peer::{frame, okay};
use crate::server_client::{Client, Fail, Okay, QUEUE, SAY, Said, address, said, start};

const PADDING: SetFiltersFilter = SetFiltersFilter::FILTER_PADDING;

fn set(client: &mut Client, filters: &[SetFiltersFilter]) -> Said {
    let filters = filters.to_vec();
    client.ask(&game::SetFilters { filters })
}

fn send_padded<P: Packet>(client: &mut Client, packet: &P) {
    client.sequence += 1;
    let padded = EncodeOptions::new(client.version).padded(true);
    let bytes = frame(padded, client.sequence, packet);
    client.write(&bytes);
}

/// The next frame, which must be a `P`, read strictly as padded.
fn padded<P: Packet>(client: &mut Client) -> P {
    let mut frame = client.frame().unwrap();
    frame.padded = true;
    let strict = DecodeOptions::new().strict(true);
    frame.decode::<P>(&strict).unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn padding_is_offered_in_tp04() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    client.send(&game::GetFeatures {});
    let (_, features) = client.packet::<game::Features>();
    let padding = FeaturesFeature::FILTER_PADDING;
    assert!(features.features.contains(&padding));
    let mut old = Client::tp03(address(&server));
    old.send(&game::GetFeatures {});
    let features = old.packet::<game::Features>().1.features;
    assert!(features.iter().all(|feature| feature.0 != padding.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_okay_is_the_last_frame_without_pads() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server));
    client.send(&game::SetFilters {
        filters: vec![PADDING],
    });
    let (_, last) = client.packet::<game::Okay>();
    assert!(
        !last.result.len().is_multiple_of(4),
        "so that pads would show"
    );

    send_padded(&mut client, &game::Ping {});
    assert_eq!(padded::<game::Okay>(&mut client).result, "PONG!");
    let text = game::OrderParamString {
        maxlength: 9,
        string: "hello".into(),
    };
    let values = [game::OrderParams::String(text)];
    let insert = game::OrderInsert {
        id: QUEUE,
        otype: SAY,
        parameters: Parameters::Values(values.to_vec()),
        ..Default::default()
    };
    send_padded(&mut client, &insert);
    let order = padded::<game::Order>(&mut client);
    assert_eq!(order.parameters.decode([7].into_iter()).values, values);

    // What it did not ask for is padded as well.
    let peer = game.peers.lock().unwrap()[0].clone();
    peer.send_time_remaining(TimeRemaining::default()).unwrap();
    peer.send(&okay("a")).unwrap();
    padded::<TimeRemaining>(&mut client);
    assert_eq!(padded::<game::Okay>(&mut client).result, "a");

    // It stays on, and twice is harmless.
    for filters in [vec![], vec![PADDING], vec![PADDING, PADDING]] {
        send_padded(&mut client, &game::SetFilters { filters });
        padded::<game::Okay>(&mut client);
    }
    // Missing pads are a malformed frame, and no more than that.
    let message = game::PostMessage {
        subject: "a".into(),
        ..Default::default()
    };
    client.send(&message);
    assert_eq!(padded::<game::Fail>(&mut client).code.0, 1);
    send_padded(&mut client, &game::Ping {});
    padded::<game::Okay>(&mut client);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_filters_change_nothing() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    let ssl = SetFiltersFilter::FILTER_SSL;
    for filters in [vec![ssl], vec![PADDING, ssl], vec![SetFiltersFilter(9)]] {
        assert_eq!(set(&mut client, &filters), Fail(2));
    }
    // It is told which.
    let filters = vec![PADDING, ssl];
    client.send(&game::SetFilters { filters });
    let (_, fail) = client.packet::<game::Fail>();
    let words = fail.result.to_string();
    assert!(words.contains(&ssl.to_string()), "{words}");
    assert_eq!(set(&mut client, &[]), Okay);
    client.send(&game::Ping {});
    let (_, pong) = client.packet::<game::Okay>();
    assert_eq!(pong.result, "PONG!");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_a_connection() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), game::TP04);
    assert_eq!(set(&mut client, &[PADDING]), Fail(0));
    assert_eq!(client.ask(&game::Connect::default()), Okay);
    assert_eq!(set(&mut client, &[PADDING]), Okay);
    let login = game::Login {
        username: "ab".into(),
        password: "c".into(),
    };
    send_padded(&mut client, &login);
    let frame = client.frame().unwrap();
    assert_eq!(said(&frame), Okay);
    assert_eq!(&frame.body[..], b"\0\0\0\x07Welcome\0");
}
