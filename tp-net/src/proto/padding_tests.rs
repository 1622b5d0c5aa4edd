//! Padding, where the connection alone decides.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use tp_frames::Packet;
use tp_frames::game;

use super::*;
use crate::proto::{Connection, Settings};

const LOGIN: &[u8] = b"\0\0\0\x02ab\0\0\0\0\0\x01c\0\0\0";

fn filters(filters: &[SetFiltersFilter]) -> Outgoing {
    let filters = filters.to_vec();
    Outgoing::new(SetFilters { filters })
}

fn login() -> Outgoing {
    let login = Login {
        username: "ab".into(),
        password: "c".into(),
    };
    Outgoing::new(login)
}

fn connection(now: Instant) -> Connection {
    Connection::new(game::TP04, Settings::default(), now)
}

fn take_output(connection: &mut Connection, now: Instant) -> Vec<u8> {
    let bytes = connection.output().to_vec();
    connection.written(bytes.len(), now);
    bytes
}

fn okay(sequence: u32) -> BytesMut {
    let mut bytes = BytesMut::new();
    let okay = game::Okay::default();
    Packet::encode_frame(&okay, game::TP04, sequence, &mut bytes).unwrap();
    bytes
}

#[test]
fn whatever_is_asked_behind_it_waits_for_the_answer() {
    let now = Instant::now();
    let mut connection = connection(now);
    connection.request(
        RequestId(0),
        filters(&[SetFiltersFilter::FILTER_PADDING]),
        now,
    );
    connection.request(RequestId(1), login(), now);
    assert_eq!(take_output(&mut connection, now).len(), 16 + 8);
    assert!(!connection.is_padded());
    connection.receive(&okay(1), now);
    assert!(connection.is_padded());
    assert!(take_output(&mut connection, now).ends_with(LOGIN));
}

#[test]
fn an_okay_that_nobody_waits_for_any_more_counts_all_the_same() {
    let now = Instant::now();
    let mut connection = connection(now);
    connection.request(
        RequestId(0),
        filters(&[SetFiltersFilter::FILTER_PADDING]),
        now,
    );
    take_output(&mut connection, now);
    let late = now + Duration::from_secs(60);
    connection.handle_timeout(late);
    assert_eq!(connection.outstanding(), 0);
    connection.receive(&okay(1), late);
    assert!(connection.is_padded());
    connection.request(RequestId(1), login(), late);
    assert!(take_output(&mut connection, late).ends_with(LOGIN));
}

#[test]
fn an_okay_to_other_filters_pads_nothing() {
    let now = Instant::now();
    let mut connection = connection(now);
    connection.request(RequestId(0), filters(&[]), now);
    connection.request(RequestId(1), filters(&[SetFiltersFilter::FILTER_SSL]), now);
    connection.receive(&okay(1), now);
    connection.receive(&okay(2), now);
    assert!(!connection.is_padded());
}
