use tp_net::{Error, Options, blocking::Client};

/// Follows a server that sends its players elsewhere, and logs in there with the same name.
pub fn redirects(address: &str) -> Result<Client, Error> {
    let mut client = Client::connect(address, Options::default().redirects(3))?;
    match client.login("guest", "guest") {
        Ok(_) => Ok(client),
        Err(Error::TooManyRedirects(url)) => {
            println!("the last one was {}", url.host());
            Err(Error::TooManyRedirects(url))
        }
        Err(error) => Err(error),
    }
}
