//! The game that is served in a run: its answers name the numbers that its requests do, and what it
//! does stands in a book.

use std::panic::panic_any;

use tokio::time::sleep;
use tp_frames::TpString;
use tp_frames::admin::{CommandResult, CommandResultStatus, LogMessageLevel};
use tp_net::model::{
    Category, Design, IdModtime, Ids, Message, Object, ObjectKind, Order, OrderDesc,
    OrderDescParameter, OrderParams, Refusal, Resource, TimeRemaining,
};
use tp_net::server::admin::{AdminHandler, Command, Log, Value};
use tp_net::server::{Caller, ConnectReply, Handler, Login, LoginReply, Peer};

use crate::book::Book;
use crate::clock::millis;
use crate::manner::Manner;

/// How long the lists of ids are.
pub(crate) const OBJECTS: u32 = 700;

/// The one type of orders.
pub(crate) const ORDER_TYPE: u32 = 3;

/// What it takes.
#[must_use]
pub(crate) fn order_type() -> OrderDesc {
    let parameter = OrderDescParameter {
        name: "number".into(),
        r#type: OrderParams::TIME,
        ..OrderDescParameter::default()
    };
    OrderDesc {
        id: ORDER_TYPE,
        name: "Count".into(),
        parameters: vec![parameter],
        ..OrderDesc::default()
    }
}

/// What the panics of handlers say, so that they are told from others.
#[derive(Debug)]
pub(crate) struct Deliberate;

/// The game, on one of the servers.
#[derive(Debug)]
pub(crate) struct Game {
    book: Book,
    /// Which server it is, a new one after each start.
    server: u64,
    /// Where clients are sent that ask for it.
    elsewhere: Option<String>,
}

impl Game {
    /// A game whose clients are sent elsewhere if they ask for it.
    #[must_use]
    pub(crate) fn new(book: Book, server: u64, elsewhere: Option<String>) -> Self {
        Self {
            book,
            server,
            elsewhere,
        }
    }

    async fn before(&self, peer: &Peer, number: u64) -> Result<(), Refusal> {
        before(&self.book, peer, number).await
    }

    async fn after(&self, peer: &Peer, number: u64) {
        after(peer, number).await;
    }

    /// Does what a number asks to change.
    async fn change(&self, peer: &Peer, number: u64) -> Result<(), Refusal> {
        self.before(peer, number).await?;
        self.book.keep(self.server, peer.id(), number).await;
        self.after(peer, number).await;
        Ok(())
    }

    async fn look(&self, peer: &Peer, number: u64) -> Result<(), Refusal> {
        self.before(peer, number).await?;
        self.after(peer, number).await;
        Ok(())
    }
}

async fn before(book: &Book, peer: &Peer, number: u64) -> Result<(), Refusal> {
    book.open().handled += 1;
    match Manner::of(number) {
        Manner::Slow { time, after: false } => sleep(millis(time)).await,
        Manner::Refuse => {
            return Err(Refusal::no_such_thing(format!("refused {number}")));
        }
        Manner::Tell => {
            let told = book.open().tell();
            // Who does not read any more is not told.
            let _ = peer.send_time_remaining(time(told));
        }
        Manner::Panic => {
            book.open().panics += 1;
            panic_any(Deliberate);
        }
        _ => {}
    }
    Ok(())
}

async fn after(peer: &Peer, number: u64) {
    match Manner::of(number) {
        Manner::Slow { time, after: true } => sleep(millis(time)).await,
        Manner::Close => peer.close(),
        _ => {}
    }
}

/// A time whose number nothing else has.
fn time(number: u32) -> TimeRemaining {
    let started = TimeRemaining::turn_started(None).in_turn(number);
    TimeRemaining {
        time: number,
        ..started
    }
}

/// What stands for a number in a text, long if that is its manner.
fn text(what: &str, number: u64) -> TpString {
    let rest = match Manner::of(number) {
        Manner::Large => " and more".repeat(700),
        _ => String::new(),
    };
    format!("{what} {number}{rest}").into()
}

/// The number in such a text.
#[must_use]
pub(crate) fn number_in(text: &TpString) -> u64 {
    let words = text.as_str().unwrap_or_default();
    let number = words.split(' ').nth(1).and_then(|it| it.parse().ok());
    number.unwrap_or(u64::MAX)
}

impl Handler for Game {
    /// Whom the client names itself.
    type Player = TpString;

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![order_type()]
    }

    async fn connect(&self, peer: &Peer, client: TpString) -> Result<ConnectReply, Refusal> {
        if let Some(elsewhere) = &self.elsewhere
            && client.as_str().is_some_and(|it| it.starts_with("sent on"))
        {
            return Ok(ConnectReply::redirect(elsewhere.as_str()));
        }
        self.book.open().connected(self.server, peer.id());
        Ok(ConnectReply::okay("the simulated game"))
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<TpString>, Refusal> {
        let name = login.username;
        if let Some(elsewhere) = &self.elsewhere
            && name.as_str().is_some_and(|it| it.starts_with("away"))
        {
            return Ok(LoginReply::redirect(elsewhere.as_str()));
        }
        self.book.open().logged_in(self.server, peer.id());
        Ok(LoginReply::okay(name.clone(), name))
    }

    async fn disconnected(&self, peer: &Peer, player: Option<&TpString>) {
        let mut book = self.book.open();
        book.disconnected(self.server, peer.id(), player.is_some());
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        let told = self.book.open().tell();
        Ok(time(told))
    }

    async fn object_ids(&self, _: &Caller<TpString>, _: Option<u64>) -> Result<Ids, Refusal> {
        let all = 0..OBJECTS;
        Ok(all.map(|id| IdModtime { id, modtime: 1 }).collect())
    }

    async fn object(&self, caller: &Caller<TpString>, id: u32) -> Result<Object, Refusal> {
        self.look(caller.peer(), id.into()).await?;
        let name = text("object", id.into());
        Ok(Object::new(id, name, ObjectKind::Galaxy))
    }

    async fn insert_order(
        &self,
        caller: &Caller<TpString>,
        order: Order,
    ) -> Result<Order, Refusal> {
        let number = match order.parameters.values() {
            [OrderParams::Time(time)] => u64::try_from(time.turns).unwrap_or(u64::MAX),
            _ => u64::MAX,
        };
        self.change(caller.peer(), number).await?;
        Ok(order)
    }

    async fn message(
        &self,
        caller: &Caller<TpString>,
        board: u32,
        slot: u32,
    ) -> Result<Message, Refusal> {
        self.look(caller.peer(), slot.into()).await?;
        Ok(Message::new(board, text("message", slot.into())))
    }

    async fn post_message(
        &self,
        caller: &Caller<TpString>,
        message: Message,
    ) -> Result<TpString, Refusal> {
        let number = number_in(&message.subject);
        self.change(caller.peer(), number).await?;
        Ok(text("posted", number))
    }

    async fn remove_message(
        &self,
        caller: &Caller<TpString>,
        _: u32,
        slot: u32,
    ) -> Result<TpString, Refusal> {
        self.change(caller.peer(), slot.into()).await?;
        Ok(text("removed", slot.into()))
    }

    async fn resource(&self, caller: &Caller<TpString>, id: u32) -> Result<Resource, Refusal> {
        self.look(caller.peer(), id.into()).await?;
        Ok(Resource {
            id,
            singularname: text("resource", id.into()),
            ..Resource::default()
        })
    }

    async fn add_category(
        &self,
        caller: &Caller<TpString>,
        category: Category,
    ) -> Result<Category, Refusal> {
        self.change(caller.peer(), number_in(&category.name))
            .await?;
        Ok(category)
    }

    async fn add_design(
        &self,
        caller: &Caller<TpString>,
        design: Design,
    ) -> Result<Design, Refusal> {
        self.change(caller.peer(), number_in(&design.name)).await?;
        Ok(design)
    }
}

/// The administration of a run.
#[derive(Debug)]
pub(crate) struct Office {
    book: Book,
    server: u64,
    log: Log,
}

impl Office {
    /// Its commands stand in this book, too.
    #[must_use]
    pub(crate) fn new(book: Book, server: u64) -> Self {
        Self {
            book,
            server,
            log: Log::new(),
        }
    }
}

impl AdminHandler for Office {
    type Admin = ();

    async fn connect(&self, peer: &Peer, _: TpString) -> Result<TpString, Refusal> {
        self.book.open().connected(self.server, peer.id());
        Ok("the simulated office".into())
    }

    async fn login(&self, peer: &Peer, _: Login) -> Result<(), Refusal> {
        self.book.open().logged_in(self.server, peer.id());
        Ok(())
    }

    fn commands(&self) -> Vec<Command> {
        vec![Command::new("count", "Counts.").integer("number", "Which one.")]
    }

    async fn run(&self, (): &(), _: &str, values: &[Value]) -> Result<CommandResult, Refusal> {
        let [Value::Integer(number)] = values else {
            return Err(Refusal::frame("there is one number"));
        };
        let number = u64::from(*number);
        match Manner::of(number) {
            Manner::Slow { time, .. } => sleep(millis(time)).await,
            Manner::Refuse => {
                return Err(Refusal::no_such_thing(format!("refused {number}")));
            }
            Manner::Tell => self.log.send(LogMessageLevel::INFO, "a number is counted"),
            Manner::Panic => {
                self.book.open().panics += 1;
                panic_any(Deliberate);
            }
            _ => {}
        }
        self.book.open().handled += 1;
        self.book.keep(self.server, 0, number).await;
        Ok(CommandResult {
            status: CommandResultStatus::OK,
            output: text("counted", number),
        })
    }

    fn log(&self) -> Option<&Log> {
        Some(&self.log)
    }

    async fn disconnected(&self, peer: &Peer, admin: Option<&()>) {
        let mut book = self.book.open();
        book.disconnected(self.server, peer.id(), admin.is_some());
    }
}
