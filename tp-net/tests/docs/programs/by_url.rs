use tp_net::{Error, Options, blocking::Client, transport::Url};

/// Takes `game.example`, `tp://ada:s3cret@game.example:6923/risk`, `tp+http://[2001:db8::1]:8080` …
pub fn by_url(text: &str) -> Result<Client, Error> {
    let url: Url = text.parse()?;
    let mut client = Client::connect(&url, Options::default())?;
    if let (Some(name), Some(password)) = (url.login_name(), url.password()) {
        client.login(name, password)?; // as `ada@risk`, where the URL names a game
    }
    Ok(client)
}
