use tp_net::{Error, blocking::Client, game};

/// A packet of the protocol as it is, and its typed answer.
pub fn exact_packet(client: &mut Client) -> Result<(), Error> {
    let time = client.request(game::GetTimeRemaining::default())?;
    println!("{} seconds", time.time);
    // One that asks for several things has several answers.
    let players = client.request_many(game::GetPlayer { ids: vec![0, 1] })?;
    println!("{players:?}");
    // What the version that was agreed on does not have is not sent.
    match client.request_many(game::GetGames::default()) {
        Ok(games) => println!("{} games", games.len()),
        Err(error) if error.is_not_in_version() => println!("{error}"),
        Err(error) => return Err(error),
    }
    Ok(())
}
