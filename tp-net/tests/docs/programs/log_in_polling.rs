use tp_net::{Error, Options, polling::Client};

pub fn log_in(address: &str) -> Result<Client, Error> {
    let mut client = Client::connect(address, Options::default())?;
    let login = client.login("guest", "guest")?; // a ticket: nothing has waited yet
    let said = client.wait_for(&login)?; // and nothing does, unless told to
    println!("{}", said.printable());
    Ok(client)
}
