//! The administration of the game.

use std::fmt::{self, Write as _};
use std::time::Duration;

use tp_frames::admin::{CommandResult, LogMessageLevel};
use tp_frames::{Enumeration, TpString};
use tp_net::model::{Refusal, TimeRemaining};
use tp_net::server::admin::{AdminHandler, Command, Log, Value};
use tp_net::server::{Login, Peer};

use crate::game::changes::{DisableAccount, EndTurn, SetTurnTime};
use crate::passwords::PasswordHash;
use crate::{Game, players};

/// What administrators of a game talk to, by [`Builder::start_admin`] or
/// [`Game::serve_with_admin`]. It has one account of its own; players are no administrators.
///
/// | command | parameters | what it does |
/// |---|---|---|
/// | `status` | | tells how it goes |
/// | `turn-end` | | ends the turn now |
/// | `turn-time` | | tells how long the turn still lasts |
/// | `turn-number` | | tells which turn is played |
/// | `set-turn-time` | seconds (number) | sets how long a turn lasts at most; 0 is without end |
/// | `accounts` | | lists the players |
/// | `account-add` | name (text), password (text) | makes an account |
/// | `account-disable` | name (text) | keeps a player out, at once |
/// | `account-enable` | name (text) | lets the player in again |
/// | `get-log-level` | | tells the least important level of the log that is sent |
/// | `set-log-level` | level (text) | sets it: `debug`, `info`, `warning` or `error` |
///
/// Those that tpserver-cpp has too are called as they are there.
///
/// [`Builder::start_admin`]: tp_net::server::Builder::start_admin
#[derive(Clone)]
pub struct Admin {
    game: Game,
    name: String,
    /// Without it, nobody may.
    password: Option<PasswordHash>,
    log: Log,
}

impl Admin {
    /// Whoever has this name and password may administrate the game. Without a password, nobody may.
    /// Of the password its hash is kept, at the game's [cost](crate::Builder::password_cost), which
    /// this calculates.
    #[must_use]
    pub fn new(game: &Game, name: impl Into<String>, password: impl AsRef<str>) -> Self {
        let hash = match password.as_ref() {
            "" => None,
            password => PasswordHash::made_here(password.as_bytes(), game.passwords().cost()),
        };
        if hash.is_none() {
            tracing::warn!("nobody may administrate the game: there is no password");
        }
        Self {
            game: game.clone(),
            name: name.into(),
            password: hash,
            log: Log::new(),
        }
    }

    /// Sends this log to administrators, whatever feeds it.
    #[must_use]
    pub fn with_log(mut self, log: Log) -> Self {
        self.log = log;
        self
    }

    async fn may_enter(&self, peer: &Peer, login: &Login) -> Result<bool, Refusal> {
        // Whichever is wrong, it takes as long to find out.
        let name = is_same(players::meant(&login.username), self.name.as_bytes());
        let (passwords, password) = (self.game.passwords(), players::meant(&login.password));
        let password = passwords.is_right(self.password.clone(), password, peer);
        Ok(password.await? & name)
    }

    fn status(&self) -> String {
        let state = self.game.state();
        let mut status = format!(
            "game {}: {} accounts, {} connections, {} objects, turn {}\n",
            self.game.name(),
            state.world.players.len(),
            state.lobby.connections(),
            state.world.bodies.len(),
            state.world.turn
        );
        // Memory takes it all.
        let _ = write!(
            status,
            "{}\nlog level: {}",
            time(state.time_left()),
            self.log.level()
        );
        status
    }

    fn accounts(&self) -> String {
        let state = self.game.state();
        let accounts = state.world.players.iter().map(|(id, player)| {
            let name = player.name.printable();
            let disabled = if player.disabled { ", disabled" } else { "" };
            let connections = state.lobby.peers_of(*id).len();
            format!("{id} {name} ({connections} connections{disabled})")
        });
        accounts.collect::<Vec<_>>().join("\n")
    }

    async fn account_add(&self, name: &TpString, password: &TpString) -> CommandResult {
        let created = self.game.new_account(None, name, password).await;
        told(created, |id| format!("account {id} is made"))
    }

    async fn account_disable(&self, name: &TpString, disabled: bool) -> CommandResult {
        let Some(player) = players::named(&self.game.state().world, name) else {
            return CommandResult::failed("there is no player of this name");
        };
        let change = DisableAccount { player, disabled };
        told(self.game.change(change).await, |()| match disabled {
            true => "the account is disabled".to_owned(),
            false => "the account is enabled".to_owned(),
        })
    }

    async fn end_turn(&self) -> CommandResult {
        let turn = self.game.turn();
        let why = TimeRemaining::turn_ended();
        let ended = self.game.change(EndTurn { turn, why }).await;
        told(ended, |()| format!("turn {} begins", self.game.turn()))
    }

    async fn set_turn_time(&self, seconds: u32) -> CommandResult {
        let time = Duration::from_secs(seconds.into());
        let turn_time = (!time.is_zero()).then_some(time);
        let set = self.game.change(SetTurnTime { turn_time }).await;
        told(set, |()| match seconds {
            0 => "turns last until all have finished them".to_owned(),
            seconds => format!("turns last {seconds} seconds at most"),
        })
    }

    fn set_log_level(&self, name: &TpString) -> CommandResult {
        let mut levels = LogMessageLevel::NAMED.iter();
        match levels.find(|(_, known)| *name == *known) {
            Some((level, name)) => {
                self.log.set_level(*level);
                CommandResult::okay(format!("the log level is {name}"))
            }
            None => CommandResult::failed("a level is debug, info, warning or error"),
        }
    }
}

impl AdminHandler for Admin {
    type Admin = ();

    async fn connect(&self, _: &Peer, _: TpString) -> Result<TpString, Refusal> {
        Ok(format!("administration of the game {}", self.game.name()).into())
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<(), Refusal> {
        match self.may_enter(peer, &login).await? {
            true => Ok(()),
            false => Err(players::wrong_login()),
        }
    }

    fn commands(&self) -> Vec<Command> {
        vec![
            Command::new("status", "Tells how it goes."),
            Command::new("turn-end", "Ends the turn now."),
            Command::new("turn-time", "Tells how long the turn still lasts."),
            Command::new("turn-number", "Tells which turn is played."),
            Command::new("set-turn-time", "Sets how long a turn lasts at most.")
                .integer("seconds", "How long; 0 is without end."),
            Command::new("accounts", "Lists the players."),
            Command::new("account-add", "Makes an account.")
                .string("name", "The name of the player.")
                .string("password", "The player's password."),
            Command::new("account-disable", "Keeps a player out, at once.")
                .string("name", "The name of the player."),
            Command::new("account-enable", "Lets a player in again.")
                .string("name", "The name of the player."),
            Command::new(
                "get-log-level",
                "Tells the least important level that is sent.",
            ),
            Command::new(
                "set-log-level",
                "Sets the least important level that is sent.",
            )
            .string("level", "debug, info, warning or error."),
        ]
    }

    async fn run(
        &self,
        (): &(),
        command: &str,
        values: &[Value],
    ) -> Result<CommandResult, Refusal> {
        let game = &self.game;
        Ok(match (command, values) {
            ("status", []) => CommandResult::okay(self.status()),
            ("turn-end", []) => self.end_turn().await,
            ("turn-time", []) => CommandResult::okay(time(game.state().time_left())),
            ("turn-number", []) => CommandResult::okay(format!("turn {}", game.turn())),
            ("set-turn-time", [Value::Integer(seconds)]) => self.set_turn_time(*seconds).await,
            ("accounts", []) => CommandResult::okay(self.accounts()),
            ("account-add", [Value::String(name), Value::String(password)]) => {
                self.account_add(name, password).await
            }
            ("account-disable", [Value::String(name)]) => self.account_disable(name, true).await,
            ("account-enable", [Value::String(name)]) => self.account_disable(name, false).await,
            ("get-log-level", []) => CommandResult::okay(self.log.level().to_string()),
            ("set-log-level", [Value::String(level)]) => self.set_log_level(level),
            _ => return Err(Refusal::no_such_thing("there is no such command")),
        })
    }

    fn log(&self) -> Option<&Log> {
        Some(&self.log)
    }
}

impl fmt::Debug for Admin {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("game", &self.game)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What an administrator is told of a change.
fn told<T>(change: Result<T, Refusal>, done: impl FnOnce(T) -> String) -> CommandResult {
    match change {
        Ok(answer) => CommandResult::okay(done(answer)),
        Err(refusal) => CommandResult::failed(refusal.0.result),
    }
}

/// Whether two are the same, in a time that does not tell where they differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}

fn time(left: Option<Duration>) -> String {
    match left {
        None => "the turn lasts until all have finished it".to_owned(),
        Some(left) => format!("the turn lasts {} seconds more", left.as_secs()),
    }
}
