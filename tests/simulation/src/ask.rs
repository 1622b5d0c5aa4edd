//! What clients ask, and what the answers have to say: each request carries numbers that nothing else
//! has, and its answer is to name the same.

use tp_frames::admin::{self, CommandParamInteger, CommandParams};
use tp_frames::{Parameters, game};
use tp_net::Error;
use tp_net::model::{Category, Design, Message, Order, OrderParams};

use crate::game::{OBJECTS, ORDER_TYPE, number_in, order_type};
use crate::manner::Manner;
use crate::random::Random;

/// Something that a client asks.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Ping,
    Features,
    Time,
    Ids,
    Object(u64),
    Objects(Vec<u64>),
    Resources(Vec<u64>),
    Message(u64),
    Messages(Vec<u64>),
    Post(u64, usize),
    Category(u64),
    Design(u64),
    Order(u64),
    Remove(Vec<u64>),
    /// A command of the administration.
    Command(u64),
}

/// The numbers that an answer names, each in the place of what was asked.
pub(crate) type Numbers = Vec<Result<u64, Error>>;

/// Gives out numbers that nothing else in a run has.
#[derive(Debug)]
pub(crate) struct Asking {
    random: Random,
    last: u64,
    manners: u64,
}

/// How many numbers each client has.
const EACH: u64 = 1_000_000;

impl Asking {
    /// With good manners only, unless all are allowed.
    #[must_use]
    pub(crate) fn new(random: Random, client: usize, all_manners: bool) -> Self {
        let manners = if all_manners {
            Manner::ALL
        } else {
            Manner::GOOD
        };
        Self {
            random,
            last: client as u64 * EACH,
            manners,
        }
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        // What ends a connection is rarer than the rest.
        let manner = match self.random.percent(90) {
            true => self.random.within(0, 11),
            false => self.random.within(0, self.manners - 1),
        };
        Manner::give(self.last, manner)
    }

    fn numbers(&mut self) -> Vec<u64> {
        let count = self.random.size(2, 9);
        (0..count).map(|_| self.number()).collect()
    }

    /// The next thing to ask of a game.
    pub(crate) fn next(&mut self) -> Ask {
        match self.random.within(0, 19) {
            0 => Ask::Ping,
            1 => Ask::Features,
            2 => Ask::Time,
            3 => Ask::Ids,
            4 | 5 => Ask::Object(self.number()),
            6 | 7 => Ask::Objects(self.numbers()),
            8 => Ask::Resources(self.numbers()),
            9 => Ask::Message(self.number()),
            10 => Ask::Messages(self.numbers()),
            11 | 12 => {
                let large = self.random.percent(10);
                let size = if large { 40_000 } else { 200 };
                Ask::Post(self.number(), self.random.size(0, size))
            }
            13 | 14 => Ask::Category(self.number()),
            15 => Ask::Design(self.number()),
            16 | 17 => Ask::Order(self.number()),
            _ => Ask::Remove(self.numbers()),
        }
    }

    /// The next thing to ask of an administration.
    pub(crate) fn command(&mut self) -> Ask {
        match self.random.within(0, 3) {
            0 => Ask::Ping,
            _ => Ask::Command(self.number()),
        }
    }
}

impl Ask {
    /// What an answer has to name; nothing if it names nothing that could be compared.
    #[must_use]
    pub(crate) fn numbers(&self) -> Vec<u64> {
        match self {
            Self::Ping | Self::Features | Self::Time => Vec::new(),
            Self::Ids => (0..u64::from(OBJECTS)).collect(),
            Self::Objects(numbers)
            | Self::Resources(numbers)
            | Self::Messages(numbers)
            | Self::Remove(numbers) => numbers.clone(),
            Self::Object(number)
            | Self::Message(number)
            | Self::Post(number, _)
            | Self::Category(number)
            | Self::Design(number)
            | Self::Order(number)
            | Self::Command(number) => vec![*number],
        }
    }

    /// Whether it changes something.
    #[must_use]
    pub(crate) fn is_change(&self) -> bool {
        matches!(
            self,
            Self::Post(..)
                | Self::Category(_)
                | Self::Design(_)
                | Self::Order(_)
                | Self::Remove(_)
                | Self::Command(_)
        )
    }
}

/// Ids as frames have them.
#[must_use]
pub(crate) fn ids(numbers: &[u64]) -> Vec<u32> {
    let ids = numbers.iter();
    ids.map(|it| u32::try_from(*it).unwrap_or(u32::MAX))
        .collect()
}

/// One id.
#[must_use]
pub(crate) fn id(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A message of this size.
#[must_use]
pub(crate) fn post(number: u64, size: usize) -> Message {
    Message::new(7, format!("post {number}")).body("x".repeat(size))
}

/// A category.
#[must_use]
pub(crate) fn category(number: u64) -> Category {
    Category {
        name: format!("category {number}").into(),
        ..Category::default()
    }
}

/// A design.
#[must_use]
pub(crate) fn design(number: u64) -> Design {
    Design::new(format!("design {number}"))
}

/// An order, to the object or queue 1.
#[must_use]
pub(crate) fn order(number: u64) -> Order {
    let turns = i32::try_from(number).unwrap_or(i32::MAX);
    let time = game::OrderParamTime { turns, maxtime: 0 };
    Order {
        queue: Some(1),
        object: Some(1),
        otype: ORDER_TYPE,
        parameters: Parameters::Values(vec![OrderParams::Time(time)]),
        ..Order::default()
    }
}

/// A command.
#[must_use]
pub(crate) fn command(number: u64) -> admin::Command {
    let intvalue = id(number);
    let value = CommandParams::Integer(CommandParamInteger { intvalue });
    admin::Command {
        ctype: 0,
        parameters: Parameters::Values(vec![value]),
    }
}

/// What the order says that was inserted; in TP03 servers do not say.
#[must_use]
pub(crate) fn number_of_order(order: Option<Order>, asked: u64) -> u64 {
    let Some(mut order) = order else { return asked };
    let known = order.decode_parameters(&order_type());
    match known.map_or(&[][..], |()| order.parameters.values()) {
        [OrderParams::Time(time)] => u64::try_from(time.turns).unwrap_or(u64::MAX),
        _ => u64::MAX,
    }
}

/// The number of each thing of a batch.
pub(crate) fn each<T>(batch: Vec<Result<T, Error>>, number: impl Fn(&T) -> u64) -> Numbers {
    let each = batch.into_iter();
    each.map(|it| it.map(|thing| number(&thing))).collect()
}

/// The number that a thing's id and text name, if they agree.
#[must_use]
pub(crate) fn both(id: u32, text: &tp_frames::TpString) -> u64 {
    let number = number_in(text);
    if number == u64::from(id) {
        number
    } else {
        u64::MAX
    }
}

/// Asks by a client: `$run!(call, what is to become of the answer)` says how the API does that.
macro_rules! ask_by {
    ($client:expr, $ask:expr, $run:ident) => {{
        use tp_net::model;
        use $crate::ask::{Ask, both, each, number_of_order};
        use $crate::game::number_in;
        match $ask {
            Ask::Ping => $run!($client.ping(), |_: bool| Vec::new()),
            Ask::Features => $run!($client.features(), |_: model::Features| Vec::new()),
            Ask::Time => $run!(
                $client.time_remaining(),
                |_: model::TimeRemaining| Vec::new()
            ),
            Ask::Ids => $run!($client.object_ids(None), |ids: Vec<model::IdModtime>| ids
                .iter()
                .map(|it| Ok(u64::from(it.id)))
                .collect()),
            Ask::Object(number) => {
                $run!(
                    $client.object($crate::ask::id(*number)),
                    |it: model::Object| vec![Ok(both(it.id, &it.name))]
                )
            }
            Ask::Objects(numbers) => $run!(
                $client.objects($crate::ask::ids(numbers)),
                |all: tp_net::BatchResult<model::Object>| each(all, |it| both(it.id, &it.name))
            ),
            Ask::Resources(numbers) => $run!(
                $client.resources($crate::ask::ids(numbers)),
                |all: tp_net::BatchResult<model::Resource>| each(all, |it| both(
                    it.id,
                    &it.singularname
                ))
            ),
            Ask::Message(number) => {
                $run!(
                    $client.message(7, $crate::ask::id(*number)),
                    |it: model::Message| vec![Ok(number_in(&it.subject))]
                )
            }
            Ask::Messages(numbers) => $run!(
                $client.messages(7, $crate::ask::ids(numbers)),
                |all: tp_net::BatchResult<model::Message>| each(all, |it| number_in(&it.subject))
            ),
            Ask::Post(number, size) => $run!(
                $client.post_message($crate::ask::post(*number, *size)),
                |text: tp_frames::TpString| vec![Ok(number_in(&text))]
            ),
            Ask::Category(number) => $run!(
                $client.add_category($crate::ask::category(*number)),
                |it: model::Category| vec![Ok(number_in(&it.name))]
            ),
            Ask::Design(number) => {
                $run!(
                    $client.add_design($crate::ask::design(*number)),
                    |it: model::Design| vec![Ok(number_in(&it.name))]
                )
            }
            Ask::Order(number) => {
                let number = *number;
                $run!(
                    $client.insert_order($crate::ask::order(number)),
                    move |it: Option<model::Order>| vec![Ok(number_of_order(it, number))]
                )
            }
            Ask::Remove(numbers) => $run!(
                $client.remove_messages(7, $crate::ask::ids(numbers)),
                |all: tp_net::BatchResult<tp_frames::TpString>| each(all, number_in)
            ),
            Ask::Command(number) => $run!(
                $client.request($crate::ask::command(*number)),
                |it: tp_frames::admin::CommandResult| vec![Ok(number_in(&it.output))]
            ),
        }
    }};
}

pub(crate) use ask_by;
