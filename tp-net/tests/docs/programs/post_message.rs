use tp_net::model::{Message, MessageReference};
use tp_net::{Error, blocking::Client};

/// Says something to all who read a board.
pub fn post_message(client: &mut Client, board: u32, planet: u32) -> Result<(), Error> {
    let message = Message::new(board, "For sale")
        .body("One planet, hardly used.")
        .about(MessageReference::object(planet));
    client.post_message(message)?;
    Ok(())
}
