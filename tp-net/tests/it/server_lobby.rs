//! Who is there, and who has finished the turn.

use std::sync::Arc;
use std::time::Duration;

use tp_net::client::Client;
use tp_net::model::{Refusal, TimeRemaining, TimeRemainingReason};
use tp_net::server::{Caller, Handler, Limits, Lobby, Login, LoginReply, Peer, Server};
use tp_net::tp_frames::TpString;
use tp_net::{Event, Options, Versions, game};

/// Has the players 1 to 9, by these names, and ends each turn when all have finished it.
#[derive(Default)]
struct Table {
    lobby: Lobby,
    ended: std::sync::Mutex<u32>,
    /// Somebody has left, and whether the turn was to end then.
    left: tokio::sync::Notify,
    /// Whether it forgets to say who has left.
    forgets: bool,
}

impl Table {
    fn end_turn(&self) {
        let mut ended = self.ended.lock().unwrap();
        self.lobby.announce(TimeRemaining::all_finished());
        *ended += 1;
        self.lobby.start_turn(*ended, Duration::from_secs(60));
    }
}

impl Handler for Table {
    type Player = u32;

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<u32>, Refusal> {
        let player = login.username.to_string().parse().unwrap();
        self.lobby.join(peer, player);
        Ok(LoginReply::okay(player, "Welcome"))
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        Ok(self.lobby.time_remaining())
    }

    async fn finish_turn(&self, by: &Caller<u32>) -> Result<TpString, Refusal> {
        if self.lobby.finish(*by.player()) {
            self.end_turn();
        }
        Ok("finished".into())
    }

    async fn disconnected(&self, peer: &Peer, _: Option<&u32>) {
        if !self.forgets && self.lobby.leave(peer) {
            self.end_turn();
        }
        self.left.notify_one();
    }
}

async fn start(table: Table) -> (Arc<Table>, Server) {
    let table = Arc::new(table);
    let starting = Server::builder().start_in_memory_shared(table.clone());
    (table, starting.await.unwrap())
}

async fn client(server: &Server, version: tp_frames::Version, player: u32) -> Client {
    let options = Options::default().versions(Versions::only(version));
    let connecting = Client::connect_with("tp://game", options, server.connector());
    let client = connecting.await.unwrap();
    client.login(player.to_string(), "").await.unwrap();
    client
}

fn ended(table: &Table) -> u32 {
    *table.ended.lock().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_turn_ends_once_when_all_who_are_there_have_finished() {
    for version in game::VERSIONS {
        let (table, server) = start(Table::default()).await;
        let ada = client(&server, *version, 1).await;
        let again = client(&server, *version, 1).await;
        let bob = client(&server, *version, 2).await;
        assert_eq!(table.lobby.connections(), 3);
        assert_eq!(table.lobby.waiting(), [1, 2]);
        ada.finish_turn().await.unwrap();
        again.finish_turn().await.unwrap();
        assert_eq!((ended(&table), table.lobby.waiting()), (0, vec![2]));
        bob.finish_turn().await.unwrap();
        assert_eq!((ended(&table), table.lobby.waiting()), (1, vec![1, 2]));

        // Who has left is not waited for.
        bob.finish_turn().await.unwrap();
        ada.disconnect();
        table.left.notified().await;
        assert_eq!(ended(&table), 1, "she is there by the other connection");
        again.disconnect();
        table.left.notified().await;
        assert_eq!((ended(&table), table.lobby.waiting()), (2, vec![2]));
        // Nobody is no reason.
        bob.disconnect();
        table.left.notified().await;
        assert_eq!((ended(&table), table.lobby.connections()), (2, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn that_a_turn_is_to_end_is_told_once() {
    let (table, server) = start(Table::default()).await;
    let ada = client(&server, game::TP04, 1).await;
    assert!(table.lobby.finish(1));
    assert!(!table.lobby.finish(1));
    assert!(table.lobby.waiting().is_empty());
    table.lobby.start_turn(7, None);
    assert_eq!(table.lobby.waiting(), [1]);
    assert!(table.lobby.finish(1));
    drop(ada);
}

#[tokio::test(start_paused = true)]
async fn who_is_gone_is_forgotten_whether_somebody_says_so_or_not() {
    let table = Table {
        forgets: true,
        ..Table::default()
    };
    let (table, server) = start(table).await;
    let ada = client(&server, game::TP04, 1).await;
    let bob = client(&server, game::TP04, 2).await;
    ada.disconnect();
    table.left.notified().await;
    assert_eq!(table.lobby.waiting(), [2]);
    bob.finish_turn().await.unwrap();
    assert_eq!(ended(&table), 1);
}

#[tokio::test(start_paused = true)]
async fn everybody_is_told_in_every_version() {
    let (_, server) = start(Table::default()).await;
    let old = client(&server, game::TP03, 1).await;
    let new = client(&server, game::TP04, 2).await;
    let (mut to_old, mut to_new) = (old.events(), new.events());
    let unknown = new.time_remaining().await.unwrap();
    assert_eq!((unknown.time, unknown.turn), (u32::MAX, Some(0)));
    assert_eq!(unknown.waiting, Some(vec![1, 2]));
    old.finish_turn().await.unwrap();
    new.finish_turn().await.unwrap();
    let ended = TimeRemaining {
        time: 0,
        reason: Some(TimeRemainingReason::ALL_FINISHED),
        turn: Some(0),
        turnname: Some("Turn 0".into()),
        waiting: Some(vec![]),
    };
    let started = TimeRemaining {
        time: 60,
        reason: Some(TimeRemainingReason::TIMER_STARTED),
        turn: Some(1),
        turnname: Some("Turn 1".into()),
        waiting: Some(vec![1, 2]),
    };
    let times = |event: Option<Event>| event.unwrap().time_remaining().cloned().unwrap();
    for said in [ended, started] {
        assert_eq!(times(to_new.next().await), said);
        let unsaid = TimeRemaining {
            time: said.time,
            ..TimeRemaining::default()
        };
        assert_eq!(times(to_old.next().await), unsaid, "all that TP03 can say");
    }
    // Who asks is told how long the turn still lasts.
    tokio::time::sleep(Duration::from_millis(20_500)).await;
    let left = new.time_remaining().await.unwrap();
    assert_eq!((left.time, left.turn), (40, Some(1)));
    assert_eq!(left.reason, Some(TimeRemainingReason::REQUESTED));
    assert_eq!(old.time_remaining().await.unwrap().time, 40);
}

#[test]
fn each_time_is_said_rightly() {
    use TimeRemainingReason as Reason;
    let second = Duration::from_secs(1);
    for (said, time, reason) in [
        (TimeRemaining::left(second), 1, Reason::REQUESTED),
        (TimeRemaining::left(None), u32::MAX, Reason::REQUESTED),
        (TimeRemaining::left(second / 9), 1, Reason::REQUESTED),
        (
            TimeRemaining::left(Duration::MAX),
            u32::MAX - 1,
            Reason::REQUESTED,
        ),
        (
            TimeRemaining::turn_started(second * 2),
            2,
            Reason::TIMER_STARTED,
        ),
        (
            TimeRemaining::turn_started(None),
            u32::MAX,
            Reason::TIMER_STARTED,
        ),
        (
            TimeRemaining::turn_ends_in(second),
            1,
            Reason::TIMER_WARNING,
        ),
        (
            TimeRemaining::enough_finished(second),
            1,
            Reason::THRESHOLD_FINISHED_TIMER_STARTED,
        ),
        (TimeRemaining::all_finished(), 0, Reason::ALL_FINISHED),
        (TimeRemaining::turn_ended(), 0, Reason::END_OF_TURN_STARTED),
    ] {
        assert_eq!((said.time, said.reason), (time, Some(reason)));
        let whole = said.in_turn(3).waiting_for([4, 5]);
        assert_eq!(whole.turn, Some(3));
        assert_eq!(whole.turnname.unwrap(), "Turn 3");
        assert_eq!(whole.waiting, Some(vec![4, 5]));
    }
}

#[tokio::test(start_paused = true)]
async fn of_many_who_are_waited_for_some_are_named() {
    let table = Arc::new(Table::default());
    let limits = Limits::default().connections_per_address(300);
    let starting = Server::builder().limits(limits);
    let server = starting.start_in_memory_shared(table.clone()).await;
    let server = server.unwrap();
    let mut clients = Vec::new();
    for player in 0..300 {
        clients.push(client(&server, game::TP04, player).await);
    }
    assert_eq!(table.lobby.waiting().len(), 300);
    let named = clients[0].time_remaining().await.unwrap().waiting;
    assert_eq!(named, Some((0..256).collect()));
    for one in &clients {
        assert_eq!(ended(&table), 0);
        one.finish_turn().await.unwrap();
    }
    assert_eq!(ended(&table), 1);
}
