//! The padding filter, seen from the server.
#![cfg(feature = "tokio")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod server_client;

use bytes::BytesMut;
use server_client::{Client, Fail, Okay, QUEUE, SAY, address, said, start};
use tp_frames::tp04::{FeaturesFeature, SetFiltersFilter};
use tp_frames::{DecodeOptions, Packet, Parameters, tp03, tp04};
use tp_net::model::TimeRemaining;

const PADDING: SetFiltersFilter = SetFiltersFilter::FILTER_PADDING;

async fn set(client: &mut Client, filters: &[SetFiltersFilter]) -> server_client::Said {
    let filters = filters.to_vec();
    client.ask(&tp04::SetFilters { filters }).await
}

async fn send_padded<P: Packet>(client: &mut Client, packet: &P) {
    client.sequence += 1;
    let mut out = BytesMut::new();
    packet
        .encode_frame_padded(client.sequence, &mut out)
        .unwrap();
    client.write(&out).await;
}

/// The next frame, which must be a `P`, read strictly as padded.
async fn padded<P: Packet>(client: &mut Client) -> P {
    let mut frame = client.frame().await.unwrap();
    frame.padded = true;
    let strict = DecodeOptions::new().strict(true);
    frame.decode::<P>(&strict).unwrap().0
}

#[tokio::test]
async fn padding_is_offered_in_tp04() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server)).await;
    client.send(&tp04::GetFeatures {}).await;
    let (_, features) = client.packet::<tp04::Features>().await;
    let padding = FeaturesFeature::FILTER_PADDING;
    assert!(features.features.contains(&padding));
    let mut old = Client::tp03(address(&server)).await;
    old.send(&tp03::GetFeatures {}).await;
    let features = old.packet::<tp03::Features>().await.1.features;
    assert!(features.iter().all(|feature| feature.0 != padding.0));
}

#[tokio::test]
async fn the_okay_is_the_last_frame_without_pads() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server)).await;
    client
        .send(&tp04::SetFilters {
            filters: vec![PADDING],
        })
        .await;
    let (_, okay) = client.packet::<tp04::Okay>().await;
    assert!(
        !okay.result.len().is_multiple_of(4),
        "so that pads would show"
    );

    send_padded(&mut client, &tp04::Ping {}).await;
    assert_eq!(padded::<tp04::Okay>(&mut client).await.result, "PONG!");
    let text = tp04::OrderParamString {
        maxlength: 9,
        string: "hello".into(),
    };
    let values = [tp04::OrderParams::String(text)];
    let insert = tp04::OrderInsert {
        id: QUEUE,
        otype: SAY,
        parameters: Parameters::encode(&values).unwrap(),
        ..Default::default()
    };
    send_padded(&mut client, &insert).await;
    let order = padded::<tp04::Order>(&mut client).await;
    assert_eq!(order.parameters.decode([7].into_iter()).values, values);

    // What it did not ask for is padded as well.
    let peer = game.peers.lock().unwrap()[0].clone();
    peer.send_time_remaining(TimeRemaining::default()).unwrap();
    peer.send(&tp04::Okay { result: "a".into() }).unwrap();
    padded::<tp04::TimeRemaining>(&mut client).await;
    assert_eq!(padded::<tp04::Okay>(&mut client).await.result, "a");

    // It stays on, and twice is harmless.
    for filters in [vec![], vec![PADDING], vec![PADDING, PADDING]] {
        send_padded(&mut client, &tp04::SetFilters { filters }).await;
        padded::<tp04::Okay>(&mut client).await;
    }
    // Missing pads are a malformed frame, and no more than that.
    let message = tp04::PostMessage {
        subject: "a".into(),
        ..Default::default()
    };
    client.send(&message).await;
    assert_eq!(padded::<tp04::Fail>(&mut client).await.code.0, 1);
    send_padded(&mut client, &tp04::Ping {}).await;
    padded::<tp04::Okay>(&mut client).await;
}

#[tokio::test]
async fn other_filters_change_nothing() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server)).await;
    let ssl = SetFiltersFilter::FILTER_SSL;
    for filters in [vec![ssl], vec![PADDING, ssl], vec![SetFiltersFilter(9)]] {
        assert_eq!(set(&mut client, &filters).await, Fail(2));
    }
    // It is told which.
    let filters = vec![PADDING, ssl];
    client.send(&tp04::SetFilters { filters }).await;
    let (_, fail) = client.packet::<tp04::Fail>().await;
    let words = fail.result.to_string();
    assert!(words.contains(&ssl.to_string()), "{words}");
    assert_eq!(set(&mut client, &[]).await, Okay);
    client.send(&tp04::Ping {}).await;
    let (_, pong) = client.packet::<tp04::Okay>().await;
    assert_eq!(pong.result, "PONG!");
}

#[tokio::test]
async fn it_needs_a_connection() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server)).await;
    assert_eq!(set(&mut client, &[PADDING]).await, Fail(0));
    assert_eq!(client.ask(&tp04::Connect::default()).await, Okay);
    assert_eq!(set(&mut client, &[PADDING]).await, Okay);
    let login = tp04::Login {
        username: "ab".into(),
        password: "c".into(),
    };
    send_padded(&mut client, &login).await;
    let frame = client.frame().await.unwrap();
    assert_eq!(said(&frame), Okay);
    assert_eq!(&frame.body[..], b"\0\0\0\x07Welcome\0");
}
