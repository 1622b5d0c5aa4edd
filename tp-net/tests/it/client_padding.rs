//! The padding filter, seen from the client: what it sends and reads before and after.

use std::time::Duration;

use tp_frames::game::SetFiltersFilter;
use tp_frames::{DecodeOptions, EncodeErrorKind, EncodeOptions, Packet, Parameters, game};
use tp_net::{Error, Event, Versions, blocking, polling};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{Line, Peer, fail, frame, okay, options, time_remaining, with_every_client};

/// How frames are written once an Okay has turned padding on.
const PADDED: EncodeOptions = EncodeOptions::new(game::TP04).padded(true);

const SSL: SetFiltersFilter = SetFiltersFilter::FILTER_SSL;
const PADDING: SetFiltersFilter = SetFiltersFilter::FILTER_PADDING;

/// Login("ab", "c").
const LOGIN: &[u8] = b"\0\0\0\x02ab\0\0\0\0\0\x01c\0\0\0";
const LOGIN_UNPADDED: &[u8] = b"\0\0\0\x02ab\0\0\0\x01c";

fn reply_padded<P: Packet>(line: &mut Line, packet: &P) {
    line.send_raw(&frame(PADDED, line.sequence(), packet));
}

fn expect_filters(line: &mut Line, filters: &[SetFiltersFilter]) {
    assert_eq!(line.expect::<game::SetFilters>().filters, filters);
}

#[test]
fn an_okay_pads_both_ways_on_every_client() {
    with_every_client(
        |line| {
            expect_filters(line, &[PADDING]);
            line.reply(okay("y"));
            let login = line.take();
            assert_eq!(login.header.length, 16);
            assert_eq!(&login.body[..], LOGIN);
            reply_padded(line, &okay("hello"));
            // Twice is harmless.
            expect_filters(line, &[PADDING]);
            reply_padded(line, &okay("yes"));
            // What the end of the turn is to be seen by.
            line.expect::<game::GetTimeRemaining>();
            reply_padded(line, &time_remaining(9));
            line.expect::<game::FinishedTurn>();
            let about = game::FailReference { r#type: 1, id: 2 };
            let fail = game::Fail {
                code: game::FailCode(3),
                result: "later".into(),
                references: Some(vec![about]),
            };
            reply_padded(line, &fail);
            line.expect::<game::FinishedTurn>();
            // Words without their pad.
            line.reply(okay("x"));
        },
        |client| {
            assert_eq!(ask!(*client, enable_padding()).unwrap(), "y");
            assert_eq!(ask!(*client, login("ab", "c")).unwrap(), "hello");
            assert_eq!(ask!(*client, enable_padding()).unwrap(), "yes");
            match ask!(*client, finish_turn()).unwrap_err() {
                Error::Refused(refusal) => {
                    assert_eq!(refusal.result, "later");
                    assert_eq!(refusal.references.as_ref().unwrap().len(), 1);
                }
                other => panic!("{other}"),
            }
            let error = ask!(*client, finish_turn()).unwrap_err();
            assert!(matches!(error, Error::Malformed(_)), "{error}");
        },
    );
}

#[test]
fn a_refusal_leaves_everything_as_it_was() {
    with_every_client(
        |line| {
            expect_filters(line, &[PADDING]);
            line.reply(fail(2));
            assert_eq!(&line.take().body[..], LOGIN_UNPADDED);
            line.reply(okay("hello"));
        },
        |client| {
            assert!(ask!(*client, enable_padding()).unwrap_err().is_refused());
            assert_eq!(ask!(*client, login("ab", "c")).unwrap(), "hello");
        },
    );
}

#[test]
fn a_server_that_does_not_say_whether_it_pads_is_left() {
    for api in APIS {
        let peer = Peer::greeting(|line| {
            expect_filters(line, &[PADDING]);
            line.expect_end();
        });
        let options = options().reply_timeout(Some(Duration::from_secs(1)));
        let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
        for error in [
            ask!(client, enable_padding()).unwrap_err(),
            ask!(client, ping()).unwrap_err(),
        ] {
            assert!(matches!(error, Error::PaddingUnknown(_)), "{error:?}");
            assert!(error.is_timeout() && error.is_disconnected());
        }
    }
}

#[test]
fn an_empty_list_turns_nothing_on_or_off() {
    let peer = Peer::greeting(|line| {
        expect_filters(line, &[]);
        line.reply(okay("none"));
        expect_filters(line, &[PADDING]);
        line.reply(okay("on"));
        expect_filters(line, &[]);
        reply_padded(line, &okay("still"));
        assert_eq!(&line.take().body[..], LOGIN);
        reply_padded(line, &okay("hello"));
    });
    let mut client = blocking::Client::connect(peer.address(), options()).unwrap();
    let none = game::SetFilters::default();
    assert_eq!(client.request(none.clone()).unwrap().result, "none");
    let filters = vec![PADDING];
    client.request(game::SetFilters { filters }).unwrap();
    assert_eq!(client.request(none).unwrap().result, "still");
    assert_eq!(client.login("ab", "c").unwrap(), "hello");
}

#[test]
fn what_is_asked_behind_it_waits_and_what_came_before_it_is_read_as_it_came() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetTimeRemaining>();
        let first = line.sequence();
        expect_filters(line, &[PADDING]);
        let time = game::TimeRemaining {
            turnname: Some("x".into()),
            ..time_remaining(7)
        };
        let told = game::TimeRemaining {
            turnname: Some("told".into()),
            ..time.clone()
        };
        // One write: the client may read all of it before it looks at any.
        let frames = [
            frame(game::TP04, first, &time),
            line.frame(&okay("y")),
            frame(PADDED, 0, &told),
        ];
        line.send_raw(&frames.concat());
        assert_eq!(&line.take().body[..], LOGIN);
        reply_padded(line, &okay("hello"));
    });
    let mut client = polling::Client::connect(peer.address(), options()).unwrap();
    let time = client.time_remaining().unwrap();
    let padding = client.enable_padding().unwrap();
    let login = client.login("ab", "c").unwrap();
    let time = client.wait().unwrap().redeem(&time).unwrap().unwrap();
    assert_eq!((time.time, time.turnname), (7, Some("x".into())));
    let padding = client.wait().unwrap().redeem(&padding).unwrap();
    assert_eq!(padding.unwrap(), "y");
    let login = client.wait().unwrap().redeem(&login).unwrap();
    assert_eq!(login.unwrap(), "hello");
    let told = client.next_event(Duration::ZERO).unwrap();
    let Some(Event::TurnTime(told)) = told else {
        panic!("{told:?}");
    };
    assert_eq!(told.turnname, Some("told".into()));
}

#[test]
fn filters_that_no_client_has_are_refused_before_anything_is_sent() {
    with_every_client(
        |line| {
            line.expect_end();
        },
        |client| {
            for filters in [
                vec![SSL],
                vec![PADDING, SSL],
                vec![SSL, PADDING],
                vec![SetFiltersFilter(9)],
            ] {
                let error = ask!(*client, request(game::SetFilters { filters })).unwrap_err();
                assert!(matches!(error, Error::Unsupported(_)), "{error}");
                assert!(error.to_string().contains("filters"), "{error}");
            }
        },
    );
}

#[test]
fn other_filters_and_other_versions_are_refused_here() {
    let peer = Peer::start(|server| {
        let mut line = server.accept();
        line.greet_in(game::TP03);
        line.expect_end();
    });
    let options = options().versions(Versions::only(game::TP03));
    let mut client = blocking::Client::connect(peer.address(), options).unwrap();
    let error = client.enable_padding().unwrap_err();
    assert!(matches!(error, Error::NotInVersion { .. }), "{error}");
    let filters = vec![SSL];
    client.request(game::SetFilters { filters }).unwrap_err();
}

#[test]
fn parameters_that_came_unpadded_are_not_sent_padded() {
    let peer = Peer::greeting(|line| {
        expect_filters(line, &[PADDING]);
        line.reply(okay("y"));
        let sent = line.take();
        assert!(sent.padded || sent.body.ends_with(b"\0\0\0\x01a\0\0\0"));
        let (order, _) = game::OrderInsert::decode_with(
            game::TP04,
            &sent.body,
            &DecodeOptions::new().padded(true),
        )
        .unwrap();
        reply_padded(line, &game::Order::from(order));
    });
    let mut client = blocking::Client::connect(peer.address(), options()).unwrap();
    client.enable_padding().unwrap();
    let name = game::OrderParamString {
        maxlength: 9,
        string: "a".into(),
    };
    let values = vec![game::OrderParams::String(name)];
    let unpadded = Parameters::encode(game::TP04, &values).unwrap();
    let unpadded = Parameters::from_bytes(game::TP04, unpadded);
    let insert = |parameters| game::OrderInsert {
        parameters,
        ..Default::default()
    };
    let error = client.request(insert(unpadded)).unwrap_err();
    assert!(
        matches!(&error, Error::Encode(error) if error.kind() == EncodeErrorKind::Padding),
        "{error}"
    );
    match client.request(insert(values.clone().into())).unwrap() {
        game::OrderInsertReply::Order(order) => {
            assert!(matches!(order.parameters, Parameters::Bytes { form, .. } if form.padded));
            assert_eq!(order.parameters.decode([7].into_iter()).values, values);
        }
        other => panic!("{other:?}"),
    }
}
