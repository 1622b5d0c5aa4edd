use tp_net::{Error, Options, client::Client};

pub async fn log_in(address: &str) -> Result<Client, Error> {
    let client = Client::connect(address, Options::default()).await?;
    client.login("guest", "guest").await?;
    Ok(client)
}
