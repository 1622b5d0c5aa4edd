use std::time::Duration;

use tp_net::{Error, Event, Options, admin};

/// Runs the command of this name, which takes no parameters.
pub fn run(address: &str, name: &str) -> Result<Option<String>, Error> {
    let mut client = admin::BlockingClient::connect(address, Options::default())?;
    client.login("admin", "s3cret")?;
    let ids: Vec<u32> = client.command_ids()?.iter().map(|it| it.id).collect();
    let mut commands = client.command_descs(ids)?.into_iter().flatten();
    let Some(command) = commands.find(|it| it.name == name) else {
        return Ok(None);
    };
    let result = client.command(command.id, Vec::new())?;
    while let Some(Event::Log(line)) = client.next_event(Duration::ZERO)? {
        println!("{:?} {}", line.level, line.message);
    }
    Ok(Some(result.output.to_string()))
}
