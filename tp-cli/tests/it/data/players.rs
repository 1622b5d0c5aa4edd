//! Players who know what they were told, and find out whether it is true.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use tp_frames::{Parameters, game};
use tp_net::blocking::Client;
use tp_net::model::{Design, Message, ObjectKind, Order, OrderParams, Vector};
use tp_net::{Error, Options};

/// SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % end
    }
}

/// What a player has made: all of it can be looked up, and nothing in it is twice the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Made {
    designs: BTreeSet<String>,
    messages: Vec<String>,
    /// Where its fleet is told to fly to, one after the other: so far that it never arrives.
    orders: Vec<i64>,
    fleet: String,
}

/// A player, over many connections.
#[derive(Debug)]
pub(super) struct Player {
    name: &'static str,
    /// What it was told to be so.
    made: Made,
    /// What is so if what was not answered was done.
    pending: Option<Made>,
    /// The accounts that it was told to have made, and one of which it does not know.
    accounts: Vec<String>,
    pending_account: Option<String>,
    /// The last turn that it was told of, which it looks at before it finishes it.
    pub(super) turn: u32,
    /// What is new has a number.
    number: usize,
    pub(super) confirmed: usize,
    pub(super) refused: usize,
}

/// As far as it can fly.
const FAR: i64 = i64::MAX / 4;

/// A connection, and what is needed to use it.
struct Table {
    client: Client,
    fleet: u32,
    queue: u32,
}

/// All things, of which each may be what the end of the server has left of it.
fn all<T>(things: Vec<Result<T, Error>>) -> Result<Vec<T>, Error> {
    things.into_iter().collect()
}

fn enter(address: SocketAddr, name: &str) -> Result<Table, Error> {
    let mut client = Client::connect(address, Options::default())?;
    client.login(name, name)?;
    let me = client.get_one::<game::Player>(0)?.id;
    let is_mine = |kind: &Option<ObjectKind>| matches!(kind, Some(ObjectKind::Fleet { owner: Some(owner), .. }) if *owner == me);
    let objects = all(client.all_objects()?)?;
    let fleet = objects.iter().find(|it| is_mine(&it.kind)).unwrap();
    let queue = fleet.order_queue.unwrap();
    Ok(Table {
        client,
        fleet: fleet.id,
        queue,
    })
}

impl Table {
    /// What is so.
    fn made(&mut self) -> Result<Made, Error> {
        let designs = all(self.client.all::<Design>()?)?.into_iter();
        let designs = designs.map(|it| it.name.to_string());
        let messages = all(self.client.all_messages(0)?)?.into_iter();
        let messages = messages.map(|it| it.subject.to_string());
        let fleet = self.client.object(self.fleet)?;
        let name = fleet.name.to_string();
        let orders = all(self.client.all_orders(fleet)?)?.into_iter();
        let orders = orders.map(|order| match order.parameters.values() {
            [OrderParams::AbsSpaceCoords(to)] => to.pos.x,
            other => panic!("{other:?}"),
        });
        Ok(Made {
            designs: designs.filter(|name| name.starts_with("made ")).collect(),
            messages: messages.filter(|it| it.starts_with("made ")).collect(),
            orders: orders.collect(),
            fleet: name,
        })
    }
}

impl Player {
    pub(super) fn new(name: &'static str, address: SocketAddr) -> Self {
        Self {
            name,
            made: enter(address, name).and_then(|mut it| it.made()).unwrap(),
            pending: None,
            accounts: Vec::new(),
            pending_account: None,
            turn: 1,
            number: 0,
            confirmed: 0,
            refused: 0,
        }
    }

    /// Checks that all it was told is so, and nothing else is but what it was not told of. Returns the
    /// turn.
    pub(super) fn check(&mut self, address: SocketAddr) -> u32 {
        let mut table = enter(address, self.name).unwrap();
        let made = table.made().unwrap();
        let may_be = self.pending.take();
        assert!(
            made == self.made || Some(&made) == may_be.as_ref(),
            "{}\nis:       {made:?}\nwas told: {:?}\nor:       {may_be:?}",
            self.name,
            self.made
        );
        self.made = made;
        if let Some(account) = self.pending_account.take()
            && is_there(address, &account)
        {
            self.accounts.push(account);
        }
        let turn = table.client.time_remaining().unwrap().turn.unwrap();
        assert!(turn >= self.turn, "{turn}, not {}", self.turn);
        self.turn = turn;
        turn
    }

    /// Checks that its accounts can be used, the last only if there are many.
    pub(super) fn check_accounts(&self, address: SocketAddr, last: usize) {
        let known = self.accounts.iter().rev().take(last);
        for account in known {
            assert!(is_there(address, account), "{account} is lost");
        }
    }

    /// Asks for anything until the connection breaks.
    pub(super) fn play(&mut self, address: SocketAddr, random: &mut Random) {
        if let Ok(mut table) = enter(address, self.name) {
            while self.ask(&mut table, random).is_some() {}
        }
    }

    /// Asks for anything; nothing if the connection breaks.
    fn ask(&mut self, table: &mut Table, random: &mut Random) -> Option<()> {
        self.number += 1;
        let new = format!("made {} {}", self.name, self.number);
        let client = &mut table.client;
        let mut then = self.made.clone();
        let what = random.below(16);
        let full = |count: usize| count >= 20;
        let answer = match what {
            0..4 if !full(then.designs.len()) => {
                then.designs.insert(new.clone());
                self.pending = Some(then);
                client.add_design(Design::new(new).category(1)).map(drop)
            }
            0..4 => {
                let designs = client.all::<Design>().ok()?.into_iter();
                let mut designs = designs.map(Result::unwrap);
                let mine = designs.find(|it| then.designs.contains(&it.name.to_string()))?;
                then.designs.remove(&mine.name.to_string());
                self.pending = Some(then);
                client.remove_design(mine.id.get().unwrap()).map(drop)
            }
            4..7 if !full(then.messages.len()) => {
                then.messages.push(new.clone());
                self.pending = Some(then);
                client.post_message(Message::new(0, new)).map(drop)
            }
            4..7 => {
                let at = random.below(then.messages.len());
                let messages = client.all_messages(0).ok()?.into_iter();
                let mut messages = messages.map(Result::unwrap);
                let slot = messages.position(|it| it.subject == *then.messages[at]);
                then.messages.remove(at);
                self.pending = Some(then);
                client
                    .remove_message(0, u32::try_from(slot.unwrap()).unwrap())
                    .map(drop)
            }
            7..10 if !full(then.orders.len()) => {
                let x = FAR + i64::try_from(self.number).unwrap();
                then.orders.push(x);
                self.pending = Some(then);
                client.insert_order(flight(table.queue, x)).map(drop)
            }
            7..10 => {
                let at = random.below(then.orders.len());
                then.orders.remove(at);
                self.pending = Some(then);
                client
                    .remove_order(table.queue, u32::try_from(at).unwrap())
                    .map(drop)
            }
            10 | 11 => {
                then.fleet.clone_from(&new);
                self.pending = Some(then);
                let mut fleet = client.object(table.fleet).ok()?;
                fleet.name = new.into();
                client.modify_object(fleet).map(drop)
            }
            12 if self.accounts.len() < 4 => {
                self.pending_account = Some(new.clone());
                let answer = client.create_account(&*new, "s3cret", "", "").map(drop);
                if answer.is_ok() {
                    self.accounts.push(new);
                }
                if answer.is_ok() || matches!(answer, Err(Error::Refused(_))) {
                    self.pending_account = None;
                }
                answer
            }
            _ => {
                self.turn = client.time_remaining().ok()?.turn?;
                client.finish_turn().map(drop)
            }
        };
        match answer {
            Ok(()) => {
                self.confirmed += 1;
                self.made = self.pending.take().unwrap_or_else(|| self.made.clone());
                Some(())
            }
            Err(Error::Refused(_)) => {
                self.refused += 1;
                self.pending = None;
                Some(())
            }
            Err(_) => None,
        }
    }
}

/// Whether an account can be used.
fn is_there(address: SocketAddr, account: &str) -> bool {
    let mut client = Client::connect(address, Options::default()).unwrap();
    match client.login(account, "s3cret") {
        Ok(_) => true,
        Err(Error::Refused(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

/// An order to fly there.
fn flight(queue: u32, x: i64) -> Order {
    let to = game::OrderParamAbsSpaceCoords {
        pos: Vector::new(x, 0, 0).into(),
    };
    Order {
        queue: Some(queue),
        otype: 1001,
        parameters: Parameters::Values(vec![OrderParams::AbsSpaceCoords(to)]),
        ..Order::default()
    }
}
