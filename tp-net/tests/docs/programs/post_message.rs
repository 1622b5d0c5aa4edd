use tp_net::{Error, blocking::Client, model::Message};

/// Says something to all, on a board that all read.
pub fn post_message(client: &mut Client, board: u32) -> Result<(), Error> {
    let message = Message::new(board, "Peace", "Let us trade instead.");
    println!("{}", client.post_message(message)?);
    Ok(())
}
