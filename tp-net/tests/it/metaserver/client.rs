//! Our client with the answers of all metaservers.

use tp_net::discovery::Error;
use tp_net::discovery::metaserver::Metaserver;
use tp_net::model::{FailCode, Game, GameConnection, GameParameterId};

use super::bytes::{TP03, TP04, fail, frame, game, game_body, okay, sequence, string};
use super::other::{Other, chunked, closed, counted};

/// What our client makes of a list.
fn games(answer: Vec<u8>) -> Result<Vec<Game>, Error> {
    let other = Other::start(vec![answer]);
    Metaserver::new(&other.url).unwrap().games()
}

fn names(body: &[u8]) -> Vec<String> {
    let games = games(closed(body)).unwrap();
    games
        .iter()
        .map(|game| game.long_name().to_string())
        .collect()
}

#[test]
fn a_list_is_asked_for_as_everybody_does() {
    let other = Other::start(vec![closed(&sequence(TP03, 0))]);
    assert_eq!(Metaserver::new(&other.url).unwrap().games().unwrap(), []);
    let request = other.request();
    assert!(
        request.starts_with("GET /meta/?action=get HTTP/1.1\r\n"),
        "{request}"
    );
}

#[test]
fn every_way_to_send_a_body_is_understood() {
    let body = [sequence(TP03, 1), game(TP03, "tp", "A game", 3)].concat();
    for answer in [closed(&body), counted(&body), chunked(&body)] {
        let games = games(answer).unwrap();
        let [game] = &games[..] else {
            panic!("{games:?}");
        };
        assert_eq!(
            (game.name.as_str(), game.long_name().as_str()),
            (Some("tp"), Some("A game"))
        );
        assert_eq!(game.number(GameParameterId::TURN), Some(3));
        let connection = GameConnection {
            r#type: "tp".into(),
            dns: "game.example".into(),
            ip: "203.0.113.5".into(),
            port: 6923,
        };
        assert_eq!(game.connections, [connection]);
    }
}

#[test]
fn every_form_of_a_list_is_understood() {
    for version in [TP03, TP04] {
        let (a, b) = (game(version, "a", "A", 1), game(version, "b", "B", 2));
        let two = sequence(version, 2);
        assert_eq!(
            names(&[two.clone(), a.clone(), b.clone()].concat()),
            ["A", "B"]
        );
        // Without a count, and with the empty lines of a script around.
        assert_eq!(names(&a), ["A"]);
        assert_eq!(
            names(&[b"\r\n\n", &two[..], &a, &b, b"\n"].concat()),
            ["A", "B"]
        );
        assert_eq!(names(b""), [""; 0]);
        // One that cannot be read does not hide the others.
        let broken = frame(version, 66, b"\xff\xff\xff\xff");
        assert_eq!(names(&[two.clone(), broken, b.clone()].concat()), ["B"]);
    }
}

#[test]
fn games_may_end_before_or_behind_their_media() {
    let short = game_body("a", "A", 1);
    let media = [&short[..], &string("http://media.example/")].concat();
    let ctime = [&media[..], &7_u64.to_be_bytes()].concat();
    for version in [TP03, TP04] {
        let ends = [&short, &media, &ctime].map(|body| {
            let games = games(counted(&frame(version, 66, body))).unwrap();
            (
                games[0].mediabase.as_ref().map(ToString::to_string),
                games[0].ctime,
            )
        });
        let media = Some("http://media.example/".to_owned());
        assert_eq!(
            ends,
            [(None, None), (media.clone(), None), (media, Some(7))]
        );
    }
}

#[test]
fn a_refusal_is_told_with_references_or_without() {
    for (version, references) in [(TP03, false), (TP04, true), (TP04, false)] {
        let refused = games(closed(&fail(version, 3, "Too busy.", references)));
        let Err(Error::Refused(refusal)) = refused else {
            panic!("{refused:?}");
        };
        let wanted = (FailCode::UNAVAILABLE_TEMPORARILY, Some("Too busy."));
        assert_eq!((refusal.code, refusal.result.as_str()), wanted);
    }
}

#[test]
fn what_is_no_list_is_told() {
    let shown = |answer: Vec<u8>| games(answer).unwrap_err().to_string();
    for (answer, told) in [
        (
            closed(b"<html>\x1b[2JIt works!"),
            r#"no list of games: "<html>\u{1b}[2JIt works!""#,
        ),
        (closed(b"TP"), "is cut off"),
        (closed(&game(TP03, "a", "A", 1)[..50]), "is cut off"),
        (closed(&sequence(TP03, 2)), "announced 2 games and gave 0"),
        (
            closed(&okay(TP03, "hello")),
            "frame type 0, which is no answer",
        ),
        (
            closed(&[game(TP03, "a", "A", 1), sequence(TP03, 2)].concat()),
            "frame type 2",
        ),
        (
            closed(b"TP03\0\0\0\x01\0\0\0\x42\xff\xff\xff\xff"),
            "malformed: the frame claims",
        ),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "status 404",
        ),
        (b"not HTTP\r\n\r\n".to_vec(), "cannot be reached"),
        (Vec::new(), "cannot be reached"),
        (
            counted(&vec![b' '; (4 << 20) + 1]),
            "larger than 4194304 bytes",
        ),
    ] {
        let shown = shown(answer);
        assert!(shown.contains(told), "{shown}, not {told}");
    }
}

#[test]
fn an_update_is_a_form_without_secrets_in_its_url() {
    let other = Other::start(vec![counted(&okay(TP04, "Thanks."))]);
    let mut game = Game {
        name: "tp".into(),
        tp: vec!["0.3".into(), "0.3+".into()],
        ..Game::default()
    };
    game.set_text(GameParameterId::LN, "A game");
    let r#type = "tp+http".into();
    game.connections.push(GameConnection {
        r#type,
        port: 80,
        ..GameConnection::default()
    });
    let receipt = Metaserver::new(&other.url)
        .unwrap()
        .update(&game, &"s&cret".into())
        .unwrap();
    assert!(receipt.confirmed);
    assert_eq!(receipt.text, "Thanks.");
    let request = other.request();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /meta/ HTTP/1.1\r\n"), "{head}");
    assert!(
        head.to_lowercase()
            .contains("content-type: application/x-www-form-urlencoded"),
        "{head}"
    );
    assert_eq!(
        body,
        "action=update&key=s%26cret&tp=0.3%2C0.3%2B&server=&sertype=&rule=&rulever=\
         &ln=A+game&sn=tp&type0=tp%2Bhttp&dns0=&ip0=&port0=80"
    );
}

#[test]
fn every_answer_to_an_update_is_understood() {
    let update = |answer: Vec<u8>| {
        let other = Other::start(vec![answer]);
        let metaserver = Metaserver::new(&other.url).unwrap();
        metaserver.update(&Game::default(), &"key".into())
    };
    // The first metaservers say everything with words and status 200.
    for words in ["<html><body>Game added</body></html>", ""] {
        let receipt = update(closed(words.as_bytes())).unwrap();
        assert_eq!(
            (receipt.confirmed, receipt.text.as_str()),
            (false, Some(words))
        );
    }
    for version in [TP03, TP04] {
        assert!(update(closed(&okay(version, "Yes"))).unwrap().confirmed);
        for references in [false, true] {
            let refused = update(closed(&fail(version, 5, "Wrong key", references)));
            assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        }
    }
    let with_status = [
        &b"HTTP/1.0 403 No\r\n\r\n"[..],
        &fail(TP04, 5, "Wrong key", false),
    ]
    .concat();
    let refused = update(with_status);
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    let told = update(closed(&sequence(TP03, 1)));
    assert!(matches!(told, Err(Error::Unexpected(2))), "{told:?}");
}
