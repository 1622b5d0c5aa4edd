//! A metaserver without I/O: requests in, answers out, and the time passed in.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use tp_frames::game::{Okay, Sequence};
use tp_frames::{EncodeError, Packet, TpString, Version};

use super::form::Fields;
use super::schedule::LIFETIME;
use super::{Key, page};
use crate::model::{Game, Refusal};
use crate::network::{network, site};
use crate::proto::{OLDEST, Versions};

/// The number that all frames of an answer carry, as those of old metaservers do.
const SEQUENCE: u32 = 1;

/// A request over HTTP, as far as a metaserver looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// How it is asked.
    pub method: Method,
    /// What stands behind the question mark of the URL.
    pub query: &'a str,
    /// The body, a form.
    pub body: &'a [u8],
    /// What the other side calls itself.
    pub user_agent: Option<&'a str>,
    /// Where it asks from.
    pub from: IpAddr,
    /// Whether a web page asks, by a script, a form or a picture: browsers say so by the headers
    /// `Origin`, `Referer` and all that begin with `Sec-`, and no program that runs a game sends any
    /// of these. A page may read the list, and register nothing.
    pub by_web_page: bool,
}

/// How something is asked over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// GET, and HEAD.
    Get,
    /// POST.
    Post,
    /// Anything else, which a metaserver does not do.
    Other,
}

/// An answer over HTTP. It must not be cached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status. What old programs ask for is always answered with 200, also by a Fail: they
    /// look at the frames.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// What a directory holds at most.
///
/// ```
/// use tp_net::discovery::metaserver::Limits;
///
/// let limits = Limits::default().games(20);
/// assert_eq!(limits.games, 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Games at once; 512 by default. Any more are refused until one dies, unless some owner of
    /// addresses has two games more than whoever comes: then the newest of those makes room. As one
    /// owner's count 256 addresses of IPv4, and of IPv6 a network of 48 bits.
    pub games: usize,
    /// Games at once from one address, which for IPv6 is a network of 64 bits; 16 by default.
    pub games_per_address: usize,
    /// Bytes of all values of one update; 4,096 by default.
    pub update: usize,
}

impl Limits {
    /// Sets the games at once.
    #[must_use]
    pub const fn games(mut self, limit: usize) -> Self {
        self.games = limit;
        self
    }

    /// Sets the games at once from one address.
    #[must_use]
    pub const fn games_per_address(mut self, limit: usize) -> Self {
        self.games_per_address = limit;
        self
    }

    /// Sets the bytes of all values of one update.
    #[must_use]
    pub const fn update(mut self, limit: usize) -> Self {
        self.update = limit;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            games: 512,
            games_per_address: 16,
            update: 4096,
        }
    }
}

/// Which version stands in the headers of answers; the frames are the same in both, except that
/// TP03 ones end as old metaservers' do, before the game's `mediabase`.
///
/// Metaservers sent TP03 until August 2007 and TP04 since, but the browsers of libtpproto-py take
/// TP03 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Frames {
    /// TP03 for Python programs and for who does not say what it is; TP04 for all others.
    #[default]
    ByUserAgent,
    /// This version for everybody.
    Always(
        /// The version.
        Version,
    ),
}

/// The list of a metaserver.
///
/// * A game is known by its long name, or by its short name if it has no other. Names and keys are
///   UTF-8 without control characters; an update with others is refused.
/// * The key that comes with the first update is kept; later updates must have the same.
/// * An entry dies 600 seconds after its last update. Its name and key are free then.
/// * The types of connections are `tp`, `tps`, `tp+http` and `tp+https`. A connection without name
///   and address is where the update came from. Private addresses are welcome: what is reached from
///   where is for the people who run the metaserver to know.
#[derive(Debug, Default)]
pub struct Directory {
    limits: Limits,
    frames: Frames,
    entries: BTreeMap<Vec<u8>, Entry>,
}

#[derive(Debug)]
struct Entry {
    game: Game,
    key: Key,
    from: IpAddr,
    registered: Instant,
    updated: Instant,
}

impl Entry {
    fn is_alive(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.updated) <= LIFETIME
    }
}

impl Directory {
    /// A directory with these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// The same, with these headers in its answers.
    #[must_use]
    pub fn frames(self, frames: Frames) -> Self {
        Self { frames, ..self }
    }

    /// The games that are alive, by name.
    pub fn games(&self, now: Instant) -> impl Iterator<Item = &Game> {
        let alive = self
            .entries
            .values()
            .filter(move |entry| entry.is_alive(now));
        alive.map(|entry| &entry.game)
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request<'_>, now: Instant) -> Response {
        self.entries.retain(|_, entry| entry.is_alive(now));
        if request.method == Method::Other {
            return Response {
                status: 405,
                content_type: "text/plain; charset=utf-8",
                body: Bytes::from_static(b"A metaserver knows GET and POST.\n"),
            };
        }
        let fields = Fields::read(request.query, request.body);
        let action = fields.get("action");
        if action.is_none() && request.method == Method::Get {
            let games = self.games(now).collect::<Vec<_>>();
            return Response {
                status: 200,
                content_type: "text/html; charset=utf-8",
                body: page::page(&games).into(),
            };
        }
        let version = self.version(request.user_agent);
        let mut body = BytesMut::new();
        let outcome = match action {
            Some("get") => Ok(self.list(now, version, &mut body)),
            Some("update") if request.by_web_page => {
                let words = "A web page registers no games; programs that run them do.";
                Err(Refusal::permission_denied(words))
            }
            Some("update") => self.update(&fields, request.from, now).map(|()| {
                let words = "Registered. Come again within 10 minutes.";
                let result = words.into();
                Okay { result }.encode_frame(version, SEQUENCE, &mut body)
            }),
            _ => Err(Refusal::frame("The actions are get and update.")),
        };
        let encoded = outcome.unwrap_or_else(|refusal| {
            tracing::debug!(from = %request.from, %refusal, "refused");
            let fail = refusal.into_frame(version);
            fail.encode_frame(version, SEQUENCE, &mut body)
        });
        if let Err(error) = encoded {
            // Cannot be: updates are smaller than frames.
            tracing::error!(%error, "cannot answer");
        }
        Response {
            status: 200,
            content_type: "application/octet-stream",
            body: body.freeze(),
        }
    }

    fn update(&mut self, fields: &Fields<'_>, from: IpAddr, now: Instant) -> Result<(), Refusal> {
        if fields.len() > self.limits.update {
            let limit = self.limits.update;
            return Err(Refusal::frame(format!(
                "An update has at most {limit} bytes."
            )));
        }
        let (game, key) = fields.game(from)?;
        let name = game.long_name().as_bytes().to_vec();
        let from = network(from);
        if let Some(entry) = self.entries.get_mut(&name) {
            if !entry.key.matches(&key) {
                let words = "This game is registered with another key.";
                return Err(Refusal::permission_denied(words));
            }
            (entry.game, entry.from, entry.updated) = (game, from, now);
            return Ok(());
        }
        let here = self.entries.values().filter(|entry| entry.from == from);
        if here.count() >= self.limits.games_per_address {
            let words = "Too many games are registered from this address.";
            return Err(Refusal::unavailable_temporarily(words));
        }
        if self.entries.len() >= self.limits.games && !self.make_room(from) {
            return Err(Refusal::unavailable_temporarily("The metaserver is full."));
        }
        tracing::info!(%from, name = %game.long_name().printable(), "a new game");
        self.entries.insert(
            name,
            Entry {
                game,
                key,
                from,
                registered: now,
                updated: now,
            },
        );
        Ok(())
    }

    /// Removes the newest game of the owner who has most, if that is more than `from` will have.
    fn make_room(&mut self, from: IpAddr) -> bool {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for entry in self.entries.values() {
            let count = counts.entry(site(entry.from)).or_default();
            *count = count.saturating_add(1);
        }
        let here = counts.get(&site(from)).copied().unwrap_or_default();
        let Some((greediest, most)) = counts.into_iter().max_by_key(|(site, most)| (*most, *site))
        else {
            return false;
        };
        if most <= here.saturating_add(1) {
            return false;
        }
        let theirs = self.entries.iter();
        let theirs = theirs.filter(|(_, entry)| site(entry.from) == greediest);
        let newest = theirs.max_by_key(|(_, entry)| entry.registered);
        let newest = newest.map(|(name, _)| name.clone());
        newest.is_some_and(|name| self.entries.remove(&name).is_some())
    }

    /// The version for who calls itself so.
    fn version(&self, user_agent: Option<&str>) -> Version {
        let python = || user_agent.is_none_or(|agent| agent.starts_with("Python"));
        match self.frames {
            Frames::ByUserAgent if python() => OLDEST,
            Frames::ByUserAgent => Versions::all().first(),
            Frames::Always(version) => version,
        }
    }

    fn list(&self, now: Instant, version: Version, body: &mut BytesMut) -> Result<(), EncodeError> {
        let number = u32::try_from(self.games(now).count()).unwrap_or(u32::MAX);
        Sequence { number }.encode_frame(version, SEQUENCE, body)?;
        // Old browsers want the frame to end before this in TP03.
        let mediabase = version.has(4).then(TpString::new);
        self.games(now).try_for_each(|game| {
            let game = Game {
                mediabase: mediabase.clone(),
                ctime: None,
                ..game.clone()
            };
            game.encode_frame(version, SEQUENCE, body)
        })
    }
}
