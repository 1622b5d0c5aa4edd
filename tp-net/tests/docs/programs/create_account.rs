use tp_net::{Error, Options, blocking::Client, model::Feature};

pub fn create_account(address: &str) -> Result<Client, Error> {
    let mut client = Client::connect(address, Options::default())?;
    if client.features()?.contains(Feature::ACCOUNT_CREATE) {
        client.create_account("ada", "s3cret", "ada@example.org", "")?;
    }
    client.login("ada", "s3cret")?;
    Ok(client)
}
