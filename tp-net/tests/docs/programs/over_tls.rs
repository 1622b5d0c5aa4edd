use std::path::Path;

use tp_net::{Error, Options, blocking::Client, transport::tls::Trust};

/// Takes `tps://game.example`. The first certificate seen there is the server's from then on.
pub fn over_tls(url: &str, known_servers: &Path) -> Result<Client, Error> {
    let options = Options::default().trust(Trust::on_first_use(known_servers));
    Client::connect(url, options)
}
