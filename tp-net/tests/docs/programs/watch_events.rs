use tp_net::{Event, client::Client};

/// Tells what happens until a turn ends, while other tasks use the same client.
pub async fn watch_events(client: Client) {
    let mut events = client.events();
    while let Some(event) = events.next().await {
        match event {
            Event::TurnTime(time) => println!("{} seconds are left", time.time),
            Event::TurnEnded(_) => break,
            Event::Missed(count) => println!("{count} events came too fast"),
            other => println!("{other:?}"),
        }
    }
}
