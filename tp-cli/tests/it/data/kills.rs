//! Servers that are killed, at any moment.

use std::env;
use std::thread;
use std::time::{Duration, Instant};

use super::players::{Player, Random};
use super::{folder, serve};

/// How many kills, by a variable of this name: `TP_KILLS=500`.
const KILLS: &str = "TP_KILLS";

/// Whatever was confirmed is there after each kill, what was refused is not, and nothing is there
/// twice.
#[test]
fn what_was_confirmed_survives_every_kill() {
    let kills = env::var(KILLS).map_or(20, |kills| kills.parse().unwrap());
    let seed = env::var("TP_SEED").map_or(1, |seed| seed.parse().unwrap());
    println!("TP_SEED={seed} TP_KILLS={kills}");
    let folder = folder();
    let mut random = Random(seed);
    let mut players: Vec<Player> = Vec::new();
    let (mut slowest, mut recovered) = (Duration::ZERO, 0);
    for kill in 0..=kills {
        let start = Instant::now();
        let mut serve = serve(folder.path());
        slowest = slowest.max(start.elapsed());
        let told = serve.told("it was not ended properly: ");
        let again = told.map(|told| told.split(' ').next().unwrap().parse::<usize>());
        recovered += again.unwrap_or(Ok(0)).unwrap();
        if players.is_empty() {
            let new = |name| Player::new(name, serve.address);
            players = ["guest", "alice", "bob"].map(new).into();
        }
        let seen = players.iter().map(|player| player.turn).max().unwrap();
        for player in &mut players {
            let turn = player.check(serve.address);
            // A turn ends when all have finished it who are there, and so have seen it.
            assert!(turn <= seen + 1, "{turn}, not {seen}");
            let last = if kill == kills { usize::MAX } else { 1 };
            player.check_accounts(serve.address, last);
        }
        if kill % 50 == 0 {
            println!("{kill} kills, the slowest start took {slowest:?}");
        }
        let address = serve.address;
        thread::scope(|scope| {
            for player in &mut players {
                let mut random = Random(random.below(usize::MAX >> 32) as u64);
                scope.spawn(move || player.play(address, &mut random));
            }
            // Any moment: while they enter, or when they have been told of much.
            thread::sleep(Duration::from_micros(random.below(150_000) as u64));
            serve.program.kill();
        });
    }
    let confirmed: usize = players.iter().map(|player| player.confirmed).sum();
    let refused: usize = players.iter().map(|player| player.refused).sum();
    println!(
        "{kills} kills: {confirmed} confirmed, {refused} refused, none lost; {recovered} made again, \
         the slowest start took {slowest:?}"
    );
    // How much is done between two kills is up to the machine, and to what else it does.
    assert!(confirmed > kills, "{confirmed}");
    assert!(recovered > 0, "{recovered}");
}
