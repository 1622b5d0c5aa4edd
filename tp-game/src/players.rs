//! Players and their accounts.

use std::collections::BTreeMap;

use tp_frames::{TpString, printable, reference};
use tp_net::model::{self, FailReference, IdModtime, Ids, MessageReference, Refusal, Vector};

use crate::body::{Fleet, Kind};
use crate::passwords::PasswordHash;
use crate::world::{Player, World, listed};
use crate::{boards, designs, limits, resources};

const RACES: [&str; 4] = ["Terrans", "Martians", "Rigellians", "Hive"];
/// Most players of a game.
const MOST: usize = limits::ACCOUNTS;

/// The race of a player.
pub(crate) fn race(id: u32) -> &'static str {
    let race = (id as usize).checked_rem(RACES.len());
    let race = race.and_then(|race| RACES.get(race)).copied();
    race.unwrap_or_default()
}

/// What a client means by a text: old ones count a trailing NUL.
pub(crate) fn meant(text: &TpString) -> &[u8] {
    let bytes = text.as_bytes();
    bytes.strip_suffix(b"\0").unwrap_or(bytes)
}

/// Whom a client means: the name without the game behind an `@`. Names are the same if their bytes
/// are.
fn account(username: &TpString) -> &[u8] {
    let mut parts = meant(username).split(|byte| *byte == b'@');
    parts.next().unwrap_or_default()
}

/// The name that a new account gets; what else is in a game is told of by it, so no two may look
/// the same because of what cannot be seen in them.
fn new_name(username: &TpString) -> Result<TpString, Refusal> {
    let bytes = account(username);
    let Ok(name) = std::str::from_utf8(bytes) else {
        return Err(Refusal::frame("a name is UTF-8, and this one is not"));
    };
    if !name.split(' ').all(|word| !word.is_empty()) {
        let text = "a name has one blank between words, and none at its ends";
        return Err(Refusal::frame(text));
    }
    let has_other_blanks = name.contains(|it: char| it.is_whitespace() && it != ' ');
    if has_other_blanks || printable(name).to_string() != name {
        let text = "a name has only characters that can be seen";
        return Err(Refusal::frame(text));
    }
    Ok(name.into())
}

/// The password of a new account.
pub(crate) fn new_password(password: &TpString) -> Result<&[u8], Refusal> {
    match meant(password) {
        [] => Err(Refusal::frame("an account needs a name and a password")),
        password if password.len() > 100 => {
            Err(Refusal::frame("a name or password has at most 100 bytes"))
        }
        password => Ok(password),
    }
}

/// The player with this name, and what is kept of the password.
pub(crate) fn credentials(world: &World, username: &TpString) -> Option<(u32, PasswordHash)> {
    let id = named(world, username)?;
    Some((id, world.players.get(&id)?.password.clone()))
}

/// Refuses a player whom an administrator keeps out.
pub(crate) fn admit(world: &World, player: u32) -> Result<(), Refusal> {
    match world.players.get(&player) {
        Some(player) if player.disabled => {
            Err(Refusal::permission_denied("this account is disabled"))
        }
        Some(_) => Ok(()),
        None => Err(wrong_login()),
    }
}

/// Whichever is wrong.
pub(crate) fn wrong_login() -> Refusal {
    Refusal::permission_denied("wrong name or password")
}

/// The player with this name.
pub(crate) fn named(world: &World, username: &TpString) -> Option<u32> {
    world.names.get(account(username)).copied()
}

pub(crate) fn name(world: &World, player: u32) -> TpString {
    world
        .players
        .get(&player)
        .map(|player| player.name.clone())
        .unwrap_or_default()
}

/// A free planet, its system and its place: in a system without other players if there is one.
fn home(world: &World) -> Option<(u32, u32, Vector)> {
    let home = world.bodies.get(&world.index.home()?)?;
    Some((home.id, home.parent, home.position))
}

/// The name of a new player, and the home: a planet, its system and its place.
pub(crate) fn vacancy(
    world: &World,
    username: &TpString,
) -> Result<(TpString, (u32, u32, Vector)), Refusal> {
    if account(username).is_empty() {
        return Err(Refusal::frame("an account needs a name and a password"));
    }
    if account(username).len() > 100 {
        return Err(Refusal::frame("a name or password has at most 100 bytes"));
    }
    let name = new_name(username)?;
    if world.names.contains_key(name.as_bytes()) {
        return Err(Refusal::permission_denied("this name is taken"));
    }
    if world.players.len() >= MOST {
        let text = format!("a game has at most {MOST} accounts");
        return Err(Refusal::unavailable_permanently(text));
    }
    match home(world) {
        Some(home) => Ok((name, home)),
        None => Err(Refusal::unavailable_permanently("every planet is taken")),
    }
}

/// A new player with a home planet and a fleet.
pub(crate) fn create(
    world: &mut World,
    username: &TpString,
    password: PasswordHash,
) -> Result<u32, Refusal> {
    let (name, (home, system, position)) = vacancy(world, username)?;
    let last = world.players.last_key_value();
    let id = last.map_or(1, |(last, _)| last.saturating_add(1));
    let race = race(id);
    let modtime = world.clock.tick();
    world.names.insert(name.as_bytes().to_vec(), id);
    world.players.insert(
        id,
        Player {
            name: name.clone(),
            password,
            race,
            disabled: false,
            modtime,
        },
    );
    world.give(home, id);
    if let Some(planet) = world.planet_mut(home) {
        planet.population = 1000;
        for resource in resources::IDS {
            let stock = planet.stock.entry(resource).or_default();
            stock.stored = stock.stored.saturating_add(1000);
        }
    }
    world.touch(home);
    let ships = BTreeMap::from([(designs::SCOUT, 2), (designs::FRIGATE, 1)]);
    world.place(
        system,
        format!("First fleet of {name}"),
        position,
        100,
        |queue| {
            Kind::Fleet(Fleet {
                owner: Some(id),
                ships,
                throttle: 100,
                queue,
                ..Fleet::default()
            })
        },
    );
    boards::create_for(world, id, &name);
    let news = format!("{name} enters the game");
    let about = vec![
        MessageReference::player(id),
        MessageReference::new(reference::PLAYER_ACTION, reference::player_action::JOINED),
    ];
    let text = format!("{name} leads the {race}.");
    boards::tell(world, boards::PUBLIC, news, text, about);
    Ok(id)
}

/// The player that a player asks for: 0 is the one who asks.
pub(crate) fn shown(world: &World, asking: u32, id: u32) -> Result<model::Player, Refusal> {
    let id = if id == 0 { asking } else { id };
    let player = world.players.get(&id).ok_or_else(|| {
        Refusal::no_such_thing("there is no such player").about(FailReference::player(id))
    })?;
    Ok(model::Player {
        id,
        name: player.name.clone(),
        race: player.race.into(),
        modtime: Some(player.modtime),
    })
}

/// The players, or those who came later than that.
pub(crate) fn ids(world: &World, since: Option<u64>) -> Ids {
    let players = world.players.iter();
    let listed = players.map(|(id, player)| listed(*id, player.modtime));
    // None changes, so those who came last have the highest numbers.
    let late = |player: &IdModtime| since.is_none_or(|since| player.modtime > since);
    let mut ids: Vec<_> = listed.rev().take_while(late).collect();
    ids.reverse();
    ids.into()
}
