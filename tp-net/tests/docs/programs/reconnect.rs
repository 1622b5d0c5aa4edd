use std::time::Duration;

use tp_net::model::{Object, Order};
use tp_net::{Error, Options, Reconnect, client::Client};

/// Logs in, and again whenever the connection was cut; what only reads is then asked again.
pub async fn log_in(address: &str) -> Result<Client, Error> {
    let reconnect = Reconnect::default().longest_delay(Duration::from_secs(30));
    let client = Client::connect(address, Options::default().reconnect(reconnect)).await?;
    client.login("guest", "guest").await?;
    Ok(client)
}

/// What writes is for you to look after: was it done when the connection was cut?
pub async fn insert(client: &Client, object: &Object, order: Order) -> Result<(), Error> {
    let before = client.orders_of(object).await?.number;
    match client.insert_order(order.clone()).await {
        Err(error) if error.is_fate_unknown() => {
            if client.orders_of(object).await?.number == before {
                client.insert_order(order).await?;
            }
            Ok(())
        }
        said => said.map(drop),
    }
}
