//! Games that are kept, while turns end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tp_frames::game::{self, TP04};
use tp_game::{Game, Opened, PasswordCost, Serving};
use tp_test_components::Client;

fn open(folder: &Path) -> Opened {
    let game = Game::builder().password_cost(PasswordCost::LEAST);
    game.open(folder).unwrap()
}

fn serve(folder: &Path) -> Serving {
    open(folder).game.serve("127.0.0.1:0").unwrap()
}

/// What a crash would leave now, which is when nothing is being written.
fn crashed(folder: &Path) -> TempDir {
    let left = tempfile::tempdir().unwrap();
    fs::copy(folder.join("game.redb"), left.path().join("game.redb")).unwrap();
    left
}

fn turn(client: &mut Client) -> u32 {
    client.ask(game::GetTimeRemaining {}).unwrap().turn.unwrap()
}

fn finish(client: &mut Client) {
    client.ask(game::FinishedTurn {}).unwrap();
}

#[test]
fn who_has_finished_the_turn_has_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let left = {
        let serving = serve(folder.path());
        let [mut alice, _bob] =
            ["alice", "bob"].map(|name| Client::login(serving.local_addr(), TP04, name));
        finish(&mut alice);
        crashed(folder.path())
    };
    let opened = open(left.path());
    assert_eq!((opened.is_new, opened.recovered), (false, 1));
    let serving = opened.game.serve("127.0.0.1:0").unwrap();
    let [mut alice, mut bob] =
        ["alice", "bob"].map(|name| Client::login(serving.local_addr(), TP04, name));
    let waiting = alice.ask(game::GetTimeRemaining {}).unwrap().waiting;
    assert_eq!(waiting, Some(vec![3]), "bob, and not alice");
    assert_eq!(turn(&mut bob), 1);
    finish(&mut bob);
    while turn(&mut bob) == 1 {}
    finish(&mut bob);
    assert_eq!(turn(&mut bob), 2, "alice has not finished this one");
}

#[test]
fn a_turn_whose_time_is_over_is_written_before_anybody_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let serving = serve(folder.path());
    let mut guest = Client::login(serving.local_addr(), TP04, "guest");
    serving
        .game()
        .set_turn_time(Some(Duration::from_millis(20)));
    while turn(&mut guest) < 3 {}
    serving.game().set_turn_time(None);
    let seen = turn(&mut guest);
    let left = crashed(folder.path());
    let game = open(left.path()).game;
    assert_eq!((game.turn(), game.turn_time()), (seen, None));
}

#[test]
fn turns_end_by_command_and_what_is_closed_changes_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path());
    assert!(opened.is_new);
    let game = opened.game;
    game.end_turn();
    game.end_turn();
    assert_eq!(game.turn(), 3);
    game.close();
    game.end_turn();
    assert_eq!(game.turn(), 3);
    drop(game);
    let opened = open(folder.path());
    assert_eq!((opened.game.turn(), opened.recovered), (3, 0));
}
