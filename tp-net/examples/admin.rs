//! Administers a server: lists its commands, or runs one, and then follows the log.
//!
//! ```text
//! cargo run -- serve --admin
//! export TP_PASSWORD=$(cat ~/.local/state/tp/admin-password)
//! cargo run -p tp-net --example admin -- localhost admin turn-end
//! ```

use std::env;
use std::error::Error;
use std::time::Duration;

use tp_net::admin::BlockingClient;
use tp_net::admin::frames::{CommandDesc, CommandParams};
use tp_net::{BatchResult, Event, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(server), Some(user)) = (words.next(), words.next()) else {
        return Err("say where the server is, who you are, and perhaps a command".into());
    };
    let mut client = BlockingClient::connect(server.as_str(), Options::default())?;
    let password = env::var("TP_PASSWORD").map_err(|error| format!("TP_PASSWORD: {error}"))?;
    client.login(user.as_str(), password.as_str())?;
    let ids: Vec<u32> = client.command_ids()?.iter().map(|it| it.id).collect();
    let descs: BatchResult<CommandDesc> = client.command_descs(ids)?;
    let descs = descs.into_iter().collect::<Result<Vec<_>, _>>()?;
    let Some(name) = words.next() else {
        for desc in &descs {
            println!("{}: {}", desc.name.printable(), desc.help.printable());
        }
        return follow(client);
    };
    let desc = descs.iter().find(|it| it.name == name.as_str());
    let desc = desc.ok_or("there is no such command")?;
    // What is a number, the description says; 1 is its type.
    let values = desc
        .command_params_types()
        .zip(words)
        .map(|(r#type, word)| {
            let number = word.parse::<u32>().ok().filter(|_| r#type == 1);
            number.map_or_else(|| CommandParams::from(word), CommandParams::from)
        });
    let values: Vec<CommandParams> = values.collect();
    let result = client.command(desc.id, values)?;
    println!("{}: {}", result.status, result.output.printable());
    follow(client)
}

/// Prints the log until the connection is over.
fn follow(mut client: BlockingClient) -> Result<(), Box<dyn Error>> {
    loop {
        if let Some(Event::Log(line)) = client.next_event(Duration::from_secs(60))? {
            let message = line.message.printable();
            println!("{} {}: {message}", line.timestamp, line.level);
        }
    }
}
