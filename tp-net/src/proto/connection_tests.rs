//! The connection against every order in which bytes, requests and time can come.

#![allow(clippy::arithmetic_side_effects, reason = "a test may fail")]

use super::*;
use std::num::NonZeroU32;
use tp_frames::game::SetFiltersFilter;
use tp_frames::{DecodeOptions, Encode as _, FramingError, Header, Packet, TpString, game};

const SECOND: Duration = Duration::from_secs(1);

/// A connection, what it has been told of time, and the ids given so far.
struct Rig {
    connection: Connection,
    now: Instant,
    ids: u64,
}

impl Rig {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(game::TP04, settings, now),
            now,
            ids: 0,
        }
    }

    fn ask(&mut self, outgoing: Outgoing) -> RequestId {
        let (number, place) = (self.ids, 0);
        let id = RequestId { number, place };
        self.ids += 1;
        self.connection.request(id, outgoing, self.now);
        id
    }

    fn objects(&mut self) -> RequestId {
        self.ask(Outgoing::new(game::GetObjectsByID { ids: vec![1, 2] }))
    }

    fn by_position(&mut self) -> RequestId {
        self.ask(Outgoing::new(game::GetObjectsByPos::default()))
    }

    fn time(&mut self) -> RequestId {
        self.ask(Outgoing::new(GetTimeRemaining::default()))
    }

    fn ping(&mut self) -> RequestId {
        self.ask(Outgoing::new(Ping::default()))
    }

    /// What was written since the last time.
    fn written(&mut self) -> Vec<RawFrame> {
        let mut bytes = BytesMut::from(self.connection.output());
        let count = bytes.len();
        self.connection.written(count, self.now);
        let options = DecodeOptions::default();
        std::iter::from_fn(|| RawFrame::take(&mut bytes, &options).unwrap()).collect()
    }

    /// The types of what was written since the last time.
    fn types(&mut self) -> Vec<u32> {
        self.written().iter().map(|it| it.header.r#type).collect()
    }

    fn hear<P: Packet>(&mut self, sequence: u32, packet: &P) {
        self.connection.receive(&wire(sequence, packet), self.now);
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        if self
            .connection
            .next_timeout()
            .is_some_and(|due| due <= self.now)
        {
            self.connection.handle_timeout(self.now);
        }
    }

    /// What happened since the last time, in words.
    fn events(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.connection.poll_event())
            .flat_map(|event| words(&event))
            .collect()
    }
}

fn wire<P: Packet>(sequence: u32, packet: &P) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    packet
        .encode_frame(game::TP04, sequence, &mut bytes)
        .unwrap();
    bytes.to_vec()
}

fn words(event: &Event) -> Vec<String> {
    vec![match event {
        Event::Answered { request, answer } => {
            let number = request.number;
            let frames = answer.frames().iter();
            let frames = frames.map(|frame| format!("{number}: type {}", frame.header.r#type));
            let end = format!("{number}: {:?}", answer.completion());
            return frames.chain([end]).collect();
        }
        Event::Asynchronous(frame) => format!("asynchronous type {}", frame.header.r#type),
        Event::Stray(frame) => format!("stray {}", frame.header.sequence),
        Event::Closed(closed) => format!("{closed:?}"),
    }]
}

fn okay() -> Okay {
    Okay {
        result: "fine".into(),
    }
}

fn remaining() -> game::TimeRemaining {
    game::TimeRemaining {
        time: 0,
        reason: Some(game::TimeRemainingReason::REQUESTED),
        turn: Some(0),
        turnname: Some("".into()),
        waiting: Some(vec![]),
    }
}

fn object() -> game::Object {
    game::Object {
        desc: Some("".into()),
        parent: Some(0),
        ..Default::default()
    }
}

fn group(number: u32) -> game::Sequence {
    game::Sequence { number }
}

#[test]
fn the_wrap_skips_zero_and_what_still_waits() {
    let first_sequence = NonZeroU32::MAX;
    let mut rig = Rig::with(Settings {
        first_sequence,
        ..Settings::default()
    });
    let ids = [rig.time(), rig.time()];
    let sent: Vec<_> = rig.written().iter().map(|it| it.header.sequence).collect();
    assert_eq!(sent, [u32::MAX, 1]);
    rig.hear(1, &okay());
    rig.hear(u32::MAX, &okay());
    let answers = [ids[1], ids[0]]
        .map(|RequestId { number, .. }| [format!("{number}: type 0"), format!("{number}: Single")]);
    assert_eq!(rig.events(), answers.concat());
}

/// One conversation with everything in it, cut at every byte and at every two.
#[test]
fn every_chunking_of_a_conversation_gives_the_same_events() {
    let mut bytes = Vec::new();
    bytes.extend(wire(0, &remaining()));
    bytes.extend(wire(1, &group(2)));
    bytes.extend(wire(1, &object()));
    bytes.extend(wire(0, &remaining()));
    bytes.extend(wire(1, &game::Fail::default()));
    bytes.extend(wire(2, &okay()));
    bytes.extend(wire(2, &okay()));
    bytes.extend(wire(77, &okay()));
    bytes.extend(wire(3, &group(0)));
    let talk = |chunks: &[&[u8]]| {
        let mut rig = Rig::new();
        rig.objects();
        rig.time();
        rig.objects();
        for chunk in chunks {
            rig.connection.receive(chunk, rig.now);
        }
        rig.connection.end_of_input();
        rig.events()
    };
    let whole = talk(&[&bytes]);
    assert_eq!(
        whole,
        [
            "asynchronous type 15",
            "asynchronous type 15",
            "0: type 7",
            "0: type 1",
            "0: Group { count: 2 }",
            "1: type 0",
            "1: Single",
            "stray 2",
            "stray 77",
            "2: Group { count: 0 }",
            "Ended",
        ]
    );
    for size in 1..bytes.len() {
        let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(talk(&chunks), whole, "chunks of {size}");
    }
    for cut in 0..bytes.len() {
        let (head, tail) = bytes.split_at(cut);
        assert_eq!(talk(&[head, tail]), whole, "cut at {cut}");
    }
}

#[test]
fn a_group_of_one_is_a_group() {
    let mut rig = Rig::new();
    rig.objects();
    rig.hear(1, &group(1));
    assert!(rig.events().is_empty());
    rig.hear(1, &object());
    assert_eq!(rig.events(), ["0: type 7", "0: Group { count: 1 }"]);
}

#[test]
fn a_later_answer_ends_a_group_that_was_cut_short() {
    let mut rig = Rig::new();
    rig.objects();
    rig.time();
    rig.hear(1, &group(2));
    rig.hear(1, &game::Fail::default());
    rig.hear(2, &okay());
    let cut = "0: Incomplete { announced: 2, got: 1 }";
    assert_eq!(rig.events(), ["0: type 1", cut, "1: type 0", "1: Single"]);
    rig.hear(1, &object());
    assert_eq!(rig.events(), ["stray 1"]);
}

#[test]
fn a_quiet_group_is_nudged_once_and_then_known_to_be_cut() {
    let mut rig = Rig::new();
    rig.objects();
    rig.written();
    rig.hear(1, &group(2));
    rig.wait(SECOND / 2);
    assert!(rig.written().is_empty());
    rig.wait(SECOND / 2);
    assert_eq!(rig.types(), [GetTimeRemaining::TYPE]);
    rig.wait(SECOND * 2);
    assert!(rig.written().is_empty());
    rig.hear(2, &remaining());
    assert_eq!(rig.events(), ["0: Incomplete { announced: 2, got: 0 }"]);
    assert_eq!(rig.connection.outstanding(), 0);
}

#[test]
fn answers_out_of_order_find_their_requests() {
    let mut rig = Rig::new();
    rig.time();
    rig.time();
    rig.time();
    for sequence in [3, 1, 2] {
        rig.hear(sequence, &okay());
    }
    let ends: Vec<_> = rig
        .events()
        .into_iter()
        .filter(|it| it.ends_with("Single"))
        .collect();
    assert_eq!(ends, ["2: Single", "0: Single", "1: Single"]);
}

#[test]
fn a_silent_ping_blocks_nothing() {
    let mut rig = Rig::new();
    rig.ping();
    rig.ping();
    rig.time();
    assert_eq!(rig.written().len(), 3);
    rig.hear(3, &okay());
    assert_eq!(
        rig.events(),
        ["0: Silent", "1: Silent", "2: type 0", "2: Single"]
    );
}

#[test]
fn a_ping_with_nothing_behind_it_is_given_up_early() {
    let mut rig = Rig::new();
    rig.ping();
    rig.written();
    rig.wait(SECOND * 4);
    assert!(rig.events().is_empty());
    rig.wait(SECOND);
    assert_eq!(rig.events(), ["0: Silent"]);
}

#[test]
fn keep_alive_pings_only_when_idle_and_needs_no_answer() {
    let keep_alive = Some(SECOND * 10);
    let mut rig = Rig::with(Settings {
        keep_alive,
        ..Settings::default()
    });
    rig.time();
    rig.written();
    rig.wait(SECOND * 20);
    assert!(rig.written().is_empty(), "not idle");
    rig.hear(1, &okay());
    rig.events();
    rig.wait(SECOND * 9);
    assert!(rig.written().is_empty(), "too early");
    rig.wait(SECOND);
    assert_eq!(rig.types(), [Ping::TYPE]);
    let mut pings = 0;
    for _ in 0..60 {
        rig.wait(SECOND);
        pings += rig.written().len();
    }
    assert_eq!(pings, 6, "one each ten seconds, answered or not");
    assert!(rig.events().is_empty(), "a silent server is alive");
}

#[test]
fn patience_lasts_as_long_as_answers_come() {
    let mut rig = Rig::new();
    rig.time();
    rig.time();
    rig.time();
    rig.written();
    rig.wait(SECOND * 20);
    rig.hear(1, &okay());
    rig.wait(SECOND * 20);
    assert_eq!(rig.events(), ["0: type 0", "0: Single"]);
    rig.wait(SECOND * 10);
    assert_eq!(
        rig.events(),
        ["1: TimedOut { after: 50s }", "2: TimedOut { after: 50s }"]
    );
    rig.hear(2, &okay());
    assert_eq!(rig.events(), ["stray 2"]);
    rig.time();
    rig.hear(4, &okay());
    assert_eq!(
        rig.events(),
        ["3: type 0", "3: Single"],
        "the connection is still good"
    );
}

#[test]
fn nothing_is_sent_behind_a_request_that_wants_to_be_alone() {
    let mut rig = Rig::new();
    rig.time();
    rig.ask(Outgoing::new(game::Login::default()));
    rig.time();
    assert_eq!(rig.types(), [GetTimeRemaining::TYPE, game::Login::TYPE]);
    rig.hear(1, &okay());
    assert!(rig.written().is_empty());
    rig.hear(2, &okay());
    assert_eq!(rig.types(), [GetTimeRemaining::TYPE]);
}

#[test]
fn ten_thousand_pings_wait_unencoded_when_the_peer_stops_reading() {
    let mut rig = Rig::new();
    for _ in 0..10_000 {
        rig.ping();
    }
    assert!(rig.connection.output().len() <= OUTPUT_TARGET + Header::SIZE);
    let mut sent = 0;
    while !rig.connection.output().is_empty() {
        sent += rig.written().len();
    }
    assert_eq!(sent, 10_000);
    for sequence in 1..=10_000 {
        rig.hear(sequence, &okay());
    }
    let events = rig.events();
    assert_eq!(events.len(), 20_000);
    assert_eq!(events[19_999], "9999: Single");
}

/// What frames take in memory of which one is asked for with `by_position`.
const FRAME: usize = size_of::<RawFrame>();

#[test]
fn an_answer_too_large_is_given_up_and_the_rest_is_noise() {
    let answer_bytes = 2 * FRAME + object().encoded_len(game::TP04);
    let mut rig = Rig::with(Settings {
        answer_bytes,
        ..Settings::default()
    });
    rig.by_position();
    rig.time();
    rig.hear(1, &group(1000));
    for _ in 0..3 {
        rig.hear(1, &object());
    }
    rig.hear(2, &okay());
    let too_large = format!("0: TooLarge {{ limit: {answer_bytes} }}");
    assert_eq!(
        rig.events(),
        ["0: type 7", &too_large, "stray 1", "1: type 0", "1: Single"]
    );
}

#[test]
fn one_frame_alone_may_be_too_large() {
    let mut rig = Rig::with(Settings {
        answer_bytes: FRAME,
        ..Settings::default()
    });
    rig.time();
    rig.hear(1, &okay());
    let too_large = format!("0: TooLarge {{ limit: {FRAME} }}");
    assert_eq!(rig.events(), [too_large]);
}

#[test]
fn a_group_of_empty_frames_has_an_end_too() {
    let answer_bytes = 5 * FRAME;
    let mut rig = Rig::with(Settings {
        answer_bytes,
        ..Settings::default()
    });
    rig.by_position();
    rig.hear(1, &group(1000));
    for _ in 0..7 {
        rig.hear(1, &Ping {});
    }
    let too_large = format!("0: TooLarge {{ limit: {answer_bytes} }}");
    let events = rig.events();
    assert_eq!(events[..5], ["0: type 27"; 5]);
    assert_eq!(events[5..], [&too_large, "stray 1"]);
}

#[test]
fn what_comes_between_the_frames_of_a_group_counts_as_it_shares_their_memory() {
    let answer_bytes = 4000;
    let mut rig = Rig::with(Settings {
        answer_bytes,
        ..Settings::default()
    });
    rig.by_position();
    rig.hear(1, &group(1000));
    rig.hear(1, &Ping {});
    for sequence in [0, 77] {
        rig.hear(
            sequence,
            &Okay {
                result: "x".repeat(2000).as_str().into(),
            },
        );
    }
    rig.hear(1, &Ping {});
    let events = rig.events();
    assert_eq!(events[..2], ["asynchronous type 0", "stray 77"]);
    assert_eq!(events[2..], ["0: type 27", "0: TooLarge { limit: 4000 }"]);
}

#[test]
fn a_group_is_no_longer_than_what_was_asked() {
    let many = |count: u32| {
        Outgoing::new(game::GetObjectsByID {
            ids: (0..count).collect(),
        })
    };
    let slots = |count: u32| {
        Outgoing::new(game::GetMessage {
            id: 7,
            slots: (0..count).collect(),
        })
    };
    let position = || Outgoing::new(game::GetObjectsByPos::default());
    let any = Settings::default().answer_frames;
    for (request, most) in [
        (many(1), 1),
        (many(4096), 4096),
        (slots(1), 1),
        (slots(300), 300),
        // Who names none may mean all.
        (many(0), any),
        (position(), any),
        (Outgoing::new(game::GetGames::default()), any),
        (Outgoing::new(GetTimeRemaining::default()), 1),
        (Outgoing::new(game::AddCategory::default()), 1),
    ] {
        for (announced, fits) in [(most, true), (most + 1, false), (u32::MAX, false)] {
            let mut rig = Rig::new();
            rig.ask(request.clone());
            rig.hear(1, &group(announced));
            let told = format!("0: TooMany {{ announced: {announced}, most: {most} }}");
            let expected = if fits { vec![] } else { vec![told] };
            assert_eq!(rig.events(), expected, "{request:?}");
            // Whatever comes of it is thrown away, and the connection goes on.
            if !fits {
                rig.time();
                rig.hear(1, &object());
                rig.hear(2, &okay());
                assert_eq!(rig.events(), ["stray 1", "1: type 0", "1: Single"]);
            }
        }
    }
}

#[test]
fn unknown_frame_types_are_answers_like_any_other() {
    let mut rig = Rig::new();
    rig.time();
    let header = Header {
        version: game::TP04,
        sequence: 1,
        r#type: 9999,
        length: 3,
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend(b"new");
    rig.connection.receive(&bytes, rig.now);
    let Some(Event::Answered { answer, .. }) = rig.connection.poll_event() else {
        panic!()
    };
    assert_eq!(&answer.frames()[0].body[..], b"new");
}

#[test]
fn the_end_completes_what_was_sent_and_hands_back_the_rest() {
    let mut rig = Rig::new();
    rig.ask(Outgoing::new(game::Login::default()));
    let kept = rig.time();
    rig.written();
    rig.connection.receive(b"TP\x04", rig.now);
    rig.connection.end_of_input();
    assert_eq!(rig.events(), ["0: Closed", "EndedInsideFrame"]);
    let unsent: Vec<_> = rig.connection.take_unsent().map(|(id, _)| id).collect();
    assert_eq!(unsent, [kept]);
    rig.time();
    assert_eq!(rig.events(), ["2: NotSent"]);
    assert_eq!(rig.connection.next_timeout(), None);
}

#[test]
fn half_a_frame_is_as_good_as_none() {
    let mut rig = Rig::new();
    rig.time();
    rig.time();
    let first = rig.connection.output().len() / 2;
    for (written, end) in [
        (0, ["0: NotSent", "1: NotSent", "Ended"]),
        (first - 1, ["0: NotSent", "1: NotSent", "Ended"]),
        (first, ["0: Closed", "1: NotSent", "Ended"]),
        (2 * first - 1, ["0: Closed", "1: NotSent", "Ended"]),
        (2 * first, ["0: Closed", "1: Closed", "Ended"]),
    ] {
        let mut rig = Rig::new();
        rig.time();
        rig.time();
        rig.connection.written(written, rig.now);
        rig.connection.end_of_input();
        assert_eq!(rig.events(), end, "{written}");
    }
}

#[test]
fn words_end_the_connection_and_are_shown() {
    for pause in [true, false] {
        let mut rig = Rig::new();
        rig.time();
        rig.written();
        rig.connection.receive(b"<html>", rig.now);
        assert!(rig.events().is_empty());
        if pause {
            rig.wait(SECOND);
        } else {
            rig.connection.end_of_input();
        }
        let words = format!("{:?}", Closed::NotTp(TpString::from("<html>")));
        assert_eq!(rig.events(), ["0: Closed".to_owned(), words]);
    }
}

#[test]
fn a_body_too_long_ends_the_connection() {
    let mut rig = Rig::new();
    let header = Header {
        version: game::TP04,
        sequence: 0,
        r#type: 1,
        length: u32::MAX,
    };
    rig.connection.receive(&header.to_bytes(), rig.now);
    let too_long = FramingError::TooLong {
        length: u32::MAX,
        allowed: tp_frames::MAX_BODY,
    };
    assert_eq!(
        rig.connection.poll_event(),
        Some(Event::Closed(Closed::Framing(too_long)))
    );
}

#[test]
fn what_was_not_sent_can_be_withdrawn() {
    let mut rig = Rig::new();
    let login = rig.ask(Outgoing::new(game::Login::default()));
    let time = rig.time();
    assert!(rig.connection.withdraw(time));
    assert!(!rig.connection.withdraw(login));
    rig.hear(1, &okay());
    assert_eq!(rig.written().len(), 1);
}

#[test]
fn of_an_answer_that_nobody_wants_only_the_end_is_kept() {
    for withdrawn_after in 0..2 {
        let mut rig = Rig::new();
        let objects = rig.objects();
        rig.hear(1, &group(2));
        for number in 0..2 {
            if number == withdrawn_after {
                assert!(!rig.connection.withdraw(objects));
            }
            rig.hear(1, &object());
        }
        assert_eq!(rig.events(), ["0: Group { count: 2 }"]);
    }
}

fn filters(filters: &[SetFiltersFilter]) -> Outgoing {
    let filters = filters.to_vec();
    Outgoing::new(game::SetFilters { filters })
}

#[test]
fn an_okay_that_nobody_waits_for_any_more_pads_all_the_same() {
    let mut rig = Rig::new();
    let asked = rig.ask(filters(&[SetFiltersFilter::FILTER_PADDING]));
    assert!(!rig.connection.withdraw(asked));
    rig.written();
    rig.wait(SECOND * 29);
    rig.hear(1, &okay());
    assert!(rig.connection.is_padded());
    rig.ask(Outgoing::new(game::Login {
        username: "ab".into(),
        password: "c".into(),
    }));
    let padded = b"\0\0\0\x02ab\0\0\0\0\0\x01c\0\0\0";
    assert!(rig.connection.output().ends_with(padded));
}

#[test]
fn what_is_asked_later_gives_no_time_to_what_was_asked() {
    let mut rig = Rig::new();
    rig.objects();
    rig.written();
    for _ in 0..3 {
        rig.wait(SECOND * 9);
        rig.objects();
        rig.written();
    }
    rig.wait(SECOND * 3);
    assert_eq!(rig.events(), ["0: TimedOut { after: 30s }"]);
    rig.wait(SECOND * 9);
    assert_eq!(rig.events(), ["1: TimedOut { after: 30s }"]);
}

#[test]
fn who_takes_a_request_bit_by_bit_is_not_late_with_its_answer() {
    let mut rig = Rig::new();
    rig.objects();
    while !rig.connection.output().is_empty() {
        rig.wait(SECOND * 29);
        rig.connection.written(1, rig.now);
    }
    rig.wait(SECOND * 29);
    assert!(rig.events().is_empty());
    rig.wait(SECOND);
    assert_eq!(rig.events(), ["0: TimedOut { after: 30s }"]);
}

#[test]
fn nothing_is_sent_where_nobody_knows_whether_it_is_to_be_padded() {
    let mut rig = Rig::new();
    rig.ask(filters(&[SetFiltersFilter::FILTER_PADDING]));
    rig.ping();
    assert_eq!(rig.types(), [game::SetFilters::TYPE]);
    rig.wait(SECOND * 30);
    let closed = "PaddingUnknown { after: 30s }";
    assert_eq!(rig.events(), ["0: Closed", closed]);
    rig.hear(1, &okay());
    assert!(rig.connection.output().is_empty());
    assert_eq!(rig.connection.take_unsent().len(), 1);
}

#[test]
fn an_okay_to_other_filters_pads_nothing() {
    let mut rig = Rig::new();
    rig.ask(filters(&[]));
    rig.ask(filters(&[SetFiltersFilter::FILTER_SSL]));
    rig.hear(1, &okay());
    rig.hear(2, &okay());
    assert!(!rig.connection.is_padded());
}
