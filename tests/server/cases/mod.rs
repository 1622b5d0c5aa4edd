//! Every case. The documentation is made from this list.

mod accounts;
mod boards;
mod categories;
mod designs;
mod fails;
mod filters;
mod framing;
mod gets;
mod greeting;
mod group_replies;
mod id_lists;
mod id_queries;
mod kinds;
mod load;
mod objects;
mod order_parameters;
mod order_queues;
mod order_types;
mod orders;
mod players;
mod sequence_numbers;
mod service;
mod states;
mod strings;
mod tls;
mod tunnel;
mod turns;

use crate::case::Group;
use crate::connection::{Connection, Event};
use crate::context::Context;
use crate::outcome::{Outcome, Stop};

/// All groups, in the order of their numbers.
pub(crate) fn all() -> Vec<Group> {
    vec![
        greeting::group(),
        framing::group(),
        states::before_connect(),
        states::before_login(),
        states::after_login(),
        accounts::group(),
        service::group(),
        sequence_numbers::group(),
        group_replies::group(),
        id_lists::group(),
        id_queries::group(),
        gets::group(),
        objects::group(),
        orders::group(),
        boards::group(),
        categories::group(),
        designs::group(),
        turns::group(),
        strings::group(),
        filters::group(),
        fails::group(),
        players::group(),
        load::group(),
        tls::group(),
        tunnel::group(),
    ]
}

/// What a server may do with bytes that it cannot answer: refuse them, in words or by a Fail, or
/// close the connection. Saying nothing leaves the client waiting for ever.
fn turned_away(connection: &mut Connection, what: &str) -> Outcome {
    match connection.event() {
        Event::Text(_) | Event::Closed => Ok(()),
        Event::Frame(frame) if frame.is_fail() => Ok(()),
        Event::Frame(frame) => Err(Stop::Fail(format!(
            "{what} was answered with {}",
            frame.what()
        ))),
        Event::Silence => Err(Stop::Fail(format!(
            "{what} was neither refused nor was the connection closed"
        ))),
    }
}

/// That these bytes are turned away, and other clients still served.
fn turns_away(cx: &Context<'_>, mut connection: Connection, bytes: &[u8], what: &str) -> Outcome {
    connection.send_bytes(bytes)?;
    turned_away(&mut connection, what)?;
    connection.close();
    cx.still_serves()
}

/// Goes on after something wrong: with the connection if the server left it open, with a new one
/// if it closed it.
fn recovers(
    connection: &mut Connection,
    works: impl FnOnce(&mut Connection) -> Outcome,
) -> Outcome {
    match works(connection) {
        Err(Stop::Fail(_)) if connection.has_ended() => Ok(()),
        other => other,
    }
}
