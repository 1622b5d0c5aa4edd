use tp_net::{Error, blocking::Client};

/// Reads the player's own board, and empties it.
pub fn read_messages(client: &mut Client) -> Result<Vec<String>, Error> {
    let mut read = Vec::new();
    for message in client.all_messages(0)? {
        let message = message?;
        println!("turn {}: {}", message.turn, message.subject.printable());
        read.push(message.subject.to_string());
    }
    let slots: Vec<u32> = (0..).take(read.len()).collect();
    client.remove_messages(0, slots)?; // of several, none moves under another
    Ok(read)
}
