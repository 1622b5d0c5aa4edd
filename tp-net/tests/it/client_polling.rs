//! The polling client.

use std::time::{Duration, Instant};

use tokio::runtime;
use tp_net::model::Refusal;
use tp_net::polling::{Answer, Answers, Client, Ticket};
use tp_net::server::{self, Handler, LoginReply, Server};
use tp_net::{Error, game, tp_frames::TpString};

use crate::peer::{PATIENCE, Peer, okay, options, player, time_remaining, turn_remaining};

/// Polls until there is an answer, as a program would that has other things to do.
fn poll(client: &mut Client) -> Answer {
    let started = Instant::now();
    loop {
        if let Some(answer) = client.poll() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "no answer");
        std::thread::yield_now();
    }
}

/// Polls until there is an answer, which must be the one to this.
#[track_caller]
fn polled<T: 'static>(client: &mut Client, ticket: &Ticket<T>) -> Result<T, Error> {
    poll(client).redeem(ticket).expect("in the order asked")
}

/// Waits for the next answer, which must be the one to this.
#[track_caller]
fn waited<T: 'static>(client: &mut Client, ticket: &Ticket<T>) -> Result<T, Error> {
    let mut answer = client.wait().unwrap();
    answer.redeem(ticket).expect("in the order asked")
}

#[test]
fn a_session_by_polling() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetTimeRemaining>(turn_remaining(5));
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let connected = client.connected().unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let time = client.time_remaining().unwrap();
    assert_eq!(client.outstanding(), 3);
    let mut answer = poll(&mut client);
    assert!(answer.redeem(&time).is_none(), "in the order asked");
    assert_eq!(answer.redeem(&connected).unwrap().unwrap(), game::TP04);
    assert!(answer.redeem(&connected).is_none(), "once");
    assert_eq!(polled(&mut client, &login).unwrap(), "welcome");
    assert_eq!(waited(&mut client, &time).unwrap().turn, Some(5));
    assert!(client.poll().is_none());
    assert!(matches!(client.wait(), Err(Error::NothingOutstanding)));
}

#[test]
fn a_thousand_operations_before_the_first_poll_come_back_in_order() {
    let peer = Peer::playing(|line| {
        for _ in 0..1000 {
            let asked = line.expect::<game::GetPlayer>();
            line.reply(player(asked.ids[0]));
        }
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let tickets: Vec<_> = (0..1000).map(|id| client.players([id]).unwrap()).collect();
    polled(&mut client, &login).unwrap();
    for (id, ticket) in (0..).zip(tickets) {
        let players = polled(&mut client, &ticket).unwrap();
        assert_eq!(players[0].as_ref().unwrap().id, id);
    }
}

#[test]
fn nothing_comes_before_the_oldest_answer() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetPlayer>();
        let first = line.sequence();
        line.answer::<game::GetPlayer>(player(2));
        // The client says when it has seen that.
        line.expect::<game::GetFeatures>();
        line.reply_to(first, player(1));
        line.reply(game::Features::default());
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let first = client.players([1]).unwrap();
    let second = client.players([2]).unwrap();
    for _ in 0..3 {
        let early = client.wait_timeout(Duration::from_millis(30));
        assert!(early.unwrap().is_none());
    }
    assert_eq!(client.outstanding(), 2);
    let third = client.features().unwrap();
    for (ticket, id) in [(first, 1), (second, 2)] {
        let players = polled(&mut client, &ticket).unwrap();
        assert_eq!(players[0].as_ref().unwrap().id, id);
    }
    polled(&mut client, &third).unwrap();
}

#[test]
fn one_answer_is_waited_for_and_the_others_stay_in_their_order() {
    let peer = Peer::playing(|line| {
        for _ in 0..4 {
            let asked = line.expect::<game::GetPlayer>();
            line.reply(player(asked.ids[0]));
        }
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let tickets: Vec<_> = (0..4).map(|id| client.player(id).unwrap()).collect();
    assert_eq!(client.wait_for(&tickets[2]).unwrap().id, 2);
    assert_eq!(client.outstanding(), 4);
    let again = client.wait_for(&tickets[2]).unwrap_err();
    assert!(matches!(again, Error::NothingOutstanding), "{again}");
    waited(&mut client, &login).unwrap();
    for id in [0, 1, 3] {
        let player = waited(&mut client, &tickets[id]).unwrap();
        assert_eq!(player.id, id as u32);
    }
    // A ticket of another kind, as another client may have.
    let features = client.features().unwrap();
    let mut other = Client::connect(peer.address(), options()).unwrap();
    for _ in 0..=features.id() {
        other.time_remaining().unwrap();
    }
    let wrong = other.wait_for(&features).unwrap_err();
    assert!(matches!(wrong, Error::NothingOutstanding), "{wrong}");
    assert_eq!(
        other.outstanding() as u64,
        features.id() + 1,
        "none is lost"
    );
}

#[test]
fn answers_are_of_one_type_to_match_on() {
    #[derive(Debug, PartialEq)]
    enum Got {
        Login(bool),
        Player(u32),
    }
    let peer = Peer::playing(|line| {
        for _ in 0..3 {
            let asked = line.expect::<game::GetPlayer>();
            line.reply(player(asked.ids[0]));
        }
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let mut answers = Answers::new();
    answers.add(client.login("ada", "s3cret").unwrap(), |said| {
        Got::Login(said.is_ok())
    });
    let got = |player: Result<game::Player, Error>| Got::Player(player.unwrap().id);
    answers.add(client.player(1).unwrap(), got);
    let left = client.player(2).unwrap();
    let third = client.player(3).unwrap();
    answers.add(third, got);
    assert_eq!(answers.wait(&mut client).unwrap(), Got::Login(true));
    let started = Instant::now();
    let polled = loop {
        if let Some(got) = answers.poll(&mut client) {
            break got;
        }
        assert!(started.elapsed() < PATIENCE);
    };
    assert_eq!(polled, Got::Player(1));
    // What somebody else has taken does not come.
    assert_eq!(answers.len(), 1);
    client.wait_for(&third).unwrap();
    let nothing = answers.wait(&mut client).unwrap_err();
    assert!(matches!(nothing, Error::NothingOutstanding), "{nothing}");
    assert_eq!(waited(&mut client, &left).unwrap().id, 2);
}

#[test]
fn too_many_operations_are_handed_back() {
    let peer = Peer::greeting(|line| {
        for _ in 0..2 {
            line.answer::<game::GetTimeRemaining>(time_remaining(0));
        }
    });
    let options = options().max_outstanding(2);
    let mut client = Client::connect(peer.address(), options).unwrap();
    let first = client.time_remaining().unwrap();
    let second = client.time_remaining().unwrap();
    let full = client
        .request(game::GetPlayer { ids: vec![4] })
        .unwrap_err();
    assert_eq!(full.limit(), 2);
    assert_eq!(full.into_request().ids, [4]);
    let full = client.messages(3, [1, 2]).unwrap_err();
    assert_eq!(full.into_request(), (3, vec![1, 2]));
    let full = client.login("ada", "s3cret").unwrap_err();
    assert!(!format!("{full:?} {full}").contains("s3cret"));
    polled(&mut client, &first).unwrap();
    polled(&mut client, &second).unwrap();
}

#[test]
fn a_refusal_is_an_answer_and_so_is_the_end() {
    let peer = Peer::greeting(|line| {
        line.answer::<game::Login>(game::Fail::default());
        line.expect::<game::GetFeatures>();
        line.close();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let features = client.features().unwrap();
    let games = client.games().unwrap();
    assert!(polled(&mut client, &login).unwrap_err().is_refused());
    assert!(
        polled(&mut client, &features)
            .unwrap_err()
            .is_disconnected()
    );
    assert!(waited(&mut client, &games).unwrap_err().is_disconnected());
    let late = client.ping().unwrap();
    assert!(waited(&mut client, &late).unwrap_err().is_disconnected());
    assert!(client.error().is_some_and(|error| error.is_disconnected()));
}

#[test]
fn no_connection_is_the_answer_to_everything_asked() {
    let peer = Peer::start(|_| ());
    let address = peer.address();
    drop(peer);
    let mut client = Client::connect(address, options()).unwrap();
    let connected = client.connected().unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let error = polled(&mut client, &connected).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(polled(&mut client, &login).unwrap_err().is_disconnected());
}

#[test]
fn polling_never_blocks_while_the_server_stalls_at_every_byte_of_its_greeting() {
    let (told, tell) = std::sync::mpsc::channel();
    let peer = Peer::start(move |server| {
        let mut line = server.accept();
        line.expect::<game::Connect>();
        let greeting = line.frame(&okay("hello"));
        for byte in greeting {
            // Not before the client has polled again.
            tell.recv_timeout(PATIENCE).unwrap();
            line.send_raw(&[byte]);
        }
        line.let_in();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let started = Instant::now();
    loop {
        let before = Instant::now();
        let answer = client.poll();
        assert!(before.elapsed() < Duration::from_secs(2), "poll blocks");
        // The script may be at its end already.
        let _ = told.send(());
        if let Some(mut answer) = answer {
            answer.redeem(&login).unwrap().unwrap();
            break;
        }
        assert!(started.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

#[test]
fn writing_waits_for_reading_before_it_and_reading_for_writing() {
    let peer = Peer::greeting(|line| {
        // The list is not whole: what changes things has to wait.
        line.expect::<game::GetObjectIDs>();
        let half = |remaining: u32| game::IDSequence {
            remaining: remaining.into(),
            modtimes: vec![game::IDSequenceModtime {
                id: remaining,
                modtime: 0,
            }],
            ..Default::default()
        };
        line.reply(game::ObjectIDs::from(half(1)));
        line.answer::<game::GetObjectIDs>(game::ObjectIDs::from(half(0)));
        line.expect::<game::PostMessage>();
        // What was asked behind comes at once, though this is not answered yet.
        let post = line.sequence();
        line.expect::<game::GetMessage>();
        line.reply_to(post, game::Okay::default());
        line.reply(game::Message::default());
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let read = client.object_ids(None).unwrap();
    let write = client
        .post_message(tp_net::model::Message::default())
        .unwrap();
    let read_again = client.messages(0, [0]).unwrap();
    polled(&mut client, &read).unwrap();
    polled(&mut client, &write).unwrap();
    polled(&mut client, &read_again).unwrap();
}

#[test]
fn an_event_loop_has_what_it_needs() {
    let (greet, greeting) = std::sync::mpsc::channel();
    let peer = Peer::start(move |server| {
        let mut line = server.accept();
        // Not before the client has been looked at.
        greeting.recv().unwrap();
        line.greet();
        line.expect_end();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let connected = client.connected().unwrap();
    let started = Instant::now();
    while client.socket().is_none() {
        assert!(!client.wants_read());
        assert!(client.next_timeout().unwrap() <= Duration::from_millis(10));
        assert!(client.poll().is_none());
        assert!(started.elapsed() < PATIENCE);
    }
    assert!(client.wants_read());
    let within = client.next_timeout().unwrap();
    assert!(
        within <= Duration::from_secs(5),
        "the greeting is waited for: {within:?}"
    );
    greet.send(()).unwrap();
    waited(&mut client, &connected).unwrap();
    assert!(!client.wants_write());
    assert_eq!(client.next_timeout(), None);
    client.disconnect();
    assert!(client.socket().is_none());
}

#[test]
fn an_idle_client_changes_its_api_and_a_busy_one_does_not() {
    let peer = Peer::greeting(|line| {
        for _ in 0..3 {
            line.answer::<game::GetTimeRemaining>(time_remaining(0));
        }
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let time = client.time_remaining().unwrap();
    let busy = client.into_blocking().unwrap_err();
    assert!(busy.to_string().contains("1 operations"), "{busy}");
    let mut client = busy.into_client();
    waited(&mut client, &time).unwrap();
    let mut client = client.into_blocking().unwrap();
    client.time_remaining().unwrap();
    let mut client = client.into_polling();
    let time = client.time_remaining().unwrap();
    waited(&mut client, &time).unwrap();
}

#[test]
fn closing_answers_everything() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetTimeRemaining>();
        line.expect::<game::Login>();
        line.expect_end();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let time = client.time_remaining().unwrap();
    let login = client.login("a", "b").unwrap();
    let early = client.wait_timeout(Duration::from_millis(50));
    assert!(early.unwrap().is_none());
    client.disconnect();
    let error = waited(&mut client, &time).unwrap_err();
    assert!(matches!(error, Error::Closed), "{error}");
    waited(&mut client, &login).unwrap_err();
}

/// Sends on to itself whoever logs in as `away`.
struct Elsewhere;

impl Handler for Elsewhere {
    type Player = ();

    async fn login(
        &self,
        _: &server::Peer,
        login: server::Login,
    ) -> Result<LoginReply<()>, Refusal> {
        match login.username == "away" {
            true => Ok(LoginReply::redirect("tp://elsewhere")),
            false => Ok(LoginReply::okay((), TpString::new())),
        }
    }
}

/// Lets the server in memory and a polling client take turns; the client's only when an event loop
/// without a socket to watch would give it one. Returns how many turns that took.
fn take_turns(name: &str, mut done: impl FnMut(&mut Client) -> bool) -> usize {
    let runtime = runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.unwrap();
    let starting = Server::builder().start_in_memory(Elsewhere);
    let server = runtime.block_on(starting).unwrap();
    let options = options().redirects(1);
    let mut client = Client::connect_with("tp://game", options, server.connector()).unwrap();
    client.login(name, "").unwrap();
    client.ping().unwrap();
    for turn in 0..100 {
        if done(&mut client) {
            return turn;
        }
        assert_ne!(client.next_timeout(), None, "nothing would wake it");
        runtime.block_on(async {
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
        });
    }
    panic!("it is not done in 100 turns");
}

#[test]
fn an_event_loop_hears_that_another_connection_is_due() {
    let mut dues = 0;
    let turns = take_turns("away", |client| {
        client.poll();
        // There is no answer yet, so it is for the connection.
        let is_due = client.next_timeout() == Some(Duration::ZERO);
        dues += usize::from(is_due && client.outstanding() == 2);
        client.outstanding() == 0
    });
    assert!(turns < 20, "{turns}");
    assert!(
        dues > 0,
        "nothing but the time limit of an answer would wake it"
    );
}

#[test]
fn an_event_loop_hears_of_an_answer_that_came_with_an_event() {
    let mut answers = 0;
    take_turns("ada", |client| {
        // Whatever comes is read here.
        assert_eq!(client.next_event(Duration::ZERO).unwrap(), None);
        if client.next_timeout() == Some(Duration::ZERO) {
            answers += usize::from(client.poll().is_some());
        }
        client.outstanding() == 0
    });
    assert_eq!(answers, 2);
}
