use tp_net::{Error, Options, blocking::Client};

pub fn log_in(address: &str) -> Result<Client, Error> {
    let options = Options::default().client_name("lookout/1.0");
    let mut client = Client::connect(address, options)?;
    println!("{}: {}", client.version()?, client.greeting().printable());
    let said = client.login("guest", "guest")?;
    println!("{}", said.printable());
    Ok(client)
}
