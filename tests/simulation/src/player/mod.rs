//! Clients of every API, and what they do.

mod asynchronous;
mod polling;
mod synchronous;

use std::sync::LazyLock;

use rcgen::{CertificateParams, KeyPair, PKCS_ED25519, SerialNumber};
use tp_frames::{admin, game};
use tp_net::transport::tls::{Identity, Trust};
use tp_net::{Options, Reconnect, Versions};

pub(crate) use asynchronous::play as play_asynchronously;
pub(crate) use polling::play as play_polling;
pub(crate) use synchronous::Synchronous;

use crate::addresses::{GAME, HOST, OFFICE};
use crate::ask::Asking;
use crate::clock::{Millis, millis};
use crate::ledger::{Ledger, Terms};
use crate::network::{Network, Way};
use crate::random::Random;

/// The longest pause of a client between what it asks.
const THOUGHT: Millis = 3_000;

/// Which API a client uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Async,
    /// The polling client in an event loop.
    Polling,
    /// The same, waiting for its answers.
    Waiting,
    Blocking,
}

/// A client, and what it is going to do.
#[derive(Debug)]
pub(crate) struct Player {
    pub index: usize,
    pub api: Api,
    /// It administrates.
    pub admin: bool,
    pub url: String,
    pub options: Options,
    pub name: String,
    pub padded: bool,
    pub rounds: u64,
    pub terms: Terms,
    pub asking: Asking,
    pub random: Random,
    pub network: Network,
    pub ledger: Ledger,
}

/// The server's identity. A key of Ed25519 signs with the same number of bytes each time, and the
/// certificate has a serial number of a certain length: so that a handshake is as long as the last.
pub(crate) static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key can be made");
    let mut params = CertificateParams::new(vec![HOST.to_owned()]).expect("it is a name");
    params.serial_number = Some(SerialNumber::from(1_u64));
    let certificate = params.self_signed(&key).expect("a certificate can be made");
    Identity::from_pem(certificate.pem(), key.serialize_pem()).expect("they belong together")
});

impl Player {
    /// The client of this number, in fair weather or foul.
    pub(crate) fn new(
        index: usize,
        api: Api,
        fair: bool,
        random: &mut Random,
        network: &Network,
        ledger: &Ledger,
    ) -> Self {
        let admin = api == Api::Async && random.percent(15);
        let scheme = random.pick(&["tp", "tp", "tp+http", "tps"]);
        let port = if admin { OFFICE } else { GAME };
        let versions = match random.within(0, 4) {
            _ if admin => Versions::only(admin::VERSION),
            0 | 1 => Versions::only(game::TP03),
            2 => Versions::all(),
            _ => Versions::only(game::TP04),
        };
        let padded = !admin && versions == Versions::only(game::TP04) && random.percent(50);
        let (connect, greeting) = (random.within(5, 30) * 1000, random.within(5, 20) * 1000);
        let reply = random.within(25, 60) * 1000;
        let longest_delay = 8_000;
        let reconnects = random.percent(60);
        // What follows a redirect comes by another server.
        let redirected = !admin && random.percent(15);
        let name = match redirected {
            true => format!("sent on {index}"),
            false => format!("player {index}"),
        };
        let mut options = Options::default()
            .client_name(name.as_str())
            .versions(versions)
            .connect_timeout(millis(connect))
            .greeting_timeout(millis(greeting))
            .reply_timeout(Some(millis(reply)))
            .redirects(3)
            .unencrypted_redirects(true)
            .trust(Trust::pinned([IDENTITY.fingerprint()]));
        if random.percent(20) {
            options = options.keep_alive(Some(millis(random.within(1, 20) * 1000)));
        }
        if api == Api::Async && random.percent(30) {
            options = options.max_outstanding(random.size(4, 12));
        }
        if reconnects {
            let policy = Reconnect::default()
                .first_delay(millis(random.within(1, 2_000)))
                .longest_delay(millis(longest_delay))
                .attempts(Some(u32::try_from(random.within(2, 12)).unwrap_or(2)))
                // All chance is in the seed.
                .jitter(0.0);
            options = options.reconnect(policy);
        }
        let silence = [connect, greeting, reply, longest_delay];
        // An event loop that thinks between two rounds keeps what is outstanding waiting.
        let thinks = if api == Api::Polling { THOUGHT } else { 0 };
        let terms = Terms {
            client: index,
            api: match api {
                Api::Async => "async",
                Api::Polling => "polling",
                Api::Waiting => "polling, waiting",
                Api::Blocking => "blocking",
            },
            reconnects,
            padded,
            silence: silence
                .into_iter()
                .max()
                .filter(|_| api != Api::Waiting)
                .map(|it| it + thinks),
        };
        Self {
            index,
            api,
            admin,
            url: format!("{scheme}://{HOST}:{port}"),
            options,
            name: match random.percent(10) && !admin {
                true => format!("away {index}"),
                false => name,
            },
            padded,
            rounds: random.within(3, 14),
            terms,
            asking: Asking::new(random.fork(), index, !fair),
            random: random.fork(),
            network: network.clone(),
            ledger: ledger.clone(),
        }
    }

    /// Its way into the network.
    fn way(&self) -> Way {
        self.network.way(self.index, self.options.dialer())
    }

    /// How long it thinks before it asks again.
    fn pause(&mut self) -> Millis {
        match self.random.percent(50) {
            true => 0,
            false => self.random.within(1, THOUGHT),
        }
    }

    fn next_ask(&mut self) -> crate::ask::Ask {
        match self.admin {
            true => self.asking.command(),
            false => self.asking.next(),
        }
    }
}
