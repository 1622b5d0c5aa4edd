//! Judges what a client does on one connection.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use tp_frames::{Direction, MAX_BODY, Packet as _, RawFrame, game};
use tp_tests::frame::{Frame, Version};
use tp_tests::proxy::script::announced;

use crate::rules::Rule;

/// Clocks and schedulers are not exact: a Ping this much early is on time.
const PING_PAUSE: Duration = Duration::from_millis(900);

/// A client that waits less for an answer is too hasty.
const OVERDUE: Duration = Duration::from_millis(250);

/// What has been seen of a client on a connection.
#[derive(Debug, Default)]
pub(crate) struct ProtocolChecker {
    /// Rules that there was an occasion to break.
    tried: BTreeSet<Rule>,
    /// The first time that each was broken.
    broken: BTreeMap<Rule, String>,
    version: Option<Version>,
    /// What it calls itself.
    name: Option<String>,
    requests: u32,
    last_number: Option<u32>,
    outstanding: BTreeMap<u32, Instant>,
    connect: Option<u32>,
    filters: Option<u32>,
    login_asked: bool,
    pinged: Option<Instant>,
    /// The number of the group that the game is giving, and how much of it is to come.
    group: Option<(u32, u32)>,
}

impl ProtocolChecker {
    /// How many requests there were.
    pub(crate) fn requests(&self) -> u32 {
        self.requests
    }

    /// The version of the first frame.
    pub(crate) fn version(&self) -> Option<Version> {
        self.version
    }

    /// What the client calls itself.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(crate) fn tried(&self) -> &BTreeSet<Rule> {
        &self.tried
    }

    pub(crate) fn broken(&self) -> &BTreeMap<Rule, String> {
        &self.broken
    }

    /// There was an occasion to break a rule, and this is how, if it was.
    pub(crate) fn judge(&mut self, rule: Rule, broken: Option<String>) {
        self.tried.insert(rule);
        if let Some(how) = broken {
            self.broken.entry(rule).or_insert(how);
        }
    }

    fn keep(&mut self, rule: Rule, kept: bool, how: impl FnOnce() -> String) {
        self.judge(rule, (!kept).then(how));
    }

    /// A frame came from the client.
    pub(crate) fn request(&mut self, raw: &RawFrame) {
        self.requests = self.requests.saturating_add(1);
        let version = Version::of(raw);
        let first = self.requests == 1;
        if first {
            self.version = version;
            let is_connect = raw.header.r#type == game::Connect::TYPE;
            self.keep(Rule::ConnectFirst, is_connect, || {
                format!("the first frame has type {}", raw.header.r#type)
            });
        } else {
            let same = version == self.version;
            self.keep(Rule::OneVersion, same, || {
                format!("a frame of {}", raw.header.version)
            });
        }
        self.number(raw.header.sequence);
        self.order(raw);
        let length = raw.body.len();
        self.keep(Rule::SizeLimit, length <= MAX_BODY, || {
            format!("a body of {length} bytes")
        });
        if let Some(version) = version
            && length <= MAX_BODY
        {
            self.body(version, &version.read(raw.clone()));
        }
        // Servers are known to leave a Ping unanswered.
        if raw.header.r#type != game::Ping::TYPE {
            let number = raw.header.sequence;
            self.outstanding.insert(number, Instant::now());
        }
    }

    fn number(&mut self, number: u32) {
        self.keep(Rule::NumberNotZero, number != 0, || "it is 0".into());
        if number == 0 {
            return;
        }
        if let Some(last) = self.last_number {
            let wraps = last > u32::MAX - 1000 && number < 1000;
            self.keep(Rule::NumbersRise, number > last || wraps, || {
                format!("{number} follows {last}")
            });
            if number > last || wraps {
                let next = last.wrapping_add(1).max(1);
                self.keep(Rule::NumbersStep, number == next, || {
                    format!("{number} follows {last}")
                });
            }
        }
        self.last_number = Some(number);
    }

    /// Whether an answer is due, and not long overdue: then the client may have given up.
    fn is_outstanding(&self, number: u32) -> bool {
        let asked = self.outstanding.get(&number);
        asked.is_some_and(|asked| asked.elapsed() < OVERDUE)
    }

    fn order(&mut self, raw: &RawFrame) {
        let (number, r#type) = (raw.header.sequence, raw.header.r#type);
        let alone = [
            (Rule::AloneConnect, self.connect),
            (Rule::AloneFilters, self.filters),
        ];
        for (rule, asked) in alone {
            if let Some(asked) = asked {
                let waiting = self.is_outstanding(asked);
                let how = || format!("frame type {type} follows at once");
                self.keep(rule, !waiting, how);
            }
        }
        match r#type {
            game::Connect::TYPE => self.connect = Some(number),
            game::SetFilters::TYPE => self.filters = Some(number),
            game::Login::TYPE => self.login_asked = true,
            game::Ping::TYPE => {
                let now = Instant::now();
                if let Some(last) = self.pinged {
                    let pause = now.saturating_duration_since(last);
                    self.keep(Rule::PingRate, pause >= PING_PAUSE, || {
                        format!("two within {} ms", pause.as_millis())
                    });
                }
                self.pinged = Some(now);
                let mut asked = self.outstanding.keys();
                let idle = !asked.any(|asked| self.is_outstanding(*asked));
                self.keep(Rule::PingIdle, idle, || "requests are outstanding".into());
            }
            game::GetFeatures::TYPE
            | game::GetTimeRemaining::TYPE
            | game::CreateAccount::TYPE
            | game::GetGames::TYPE => {}
            _ => {
                let asked = self.login_asked;
                self.keep(Rule::LoginFirst, asked, || format!("frame type {type}"));
            }
        }
    }

    fn body(&mut self, version: Version, frame: &Frame) {
        let name = frame.name;
        if let (game::Connect::TYPE, Value::String(text)) =
            (frame.header.r#type, frame.field("string"))
        {
            self.name = Some(text.clone());
        }
        let known = version.packet(name);
        let from_client = known.is_some_and(|packet| packet.direction == Direction::ToServer);
        self.keep(Rule::ClientFrame, from_client, || {
            format!("frame type {} ({name})", frame.header.r#type)
        });
        let problem = frame.problem.as_ref();
        let how = problem.map(|problem| format!("{name}: {problem}"));
        self.judge(Rule::Decodes, how);
        let behind = frame.trailing.len();
        self.keep(Rule::NothingBehind, behind == 0, || {
            format!("{behind} bytes behind {name}")
        });
        let mut strings = Strings::default();
        strings.look(&frame.fields);
        if strings.any {
            let (text, nul) = (strings.no_text, strings.nul);
            self.keep(Rule::Text, !text, || format!("a string of {name} is not"));
            self.keep(Rule::NoNul, !nul, || format!("a string of {name} does"));
        }
        for list in ["ids", "slots"] {
            if let Value::Array(list) = frame.field(list) {
                let some = !list.is_empty();
                self.keep(Rule::NoEmptyList, some, || format!("{name} lists none"));
            }
        }
        if matches!(
            frame.header.r#type,
            game::OrderInsert::TYPE | game::OrderProbe::TYPE
        ) && frame.problem.is_none()
        {
            let turns = frame.number("turns").unwrap_or_default() == 0;
            let resources = frame.list("resources").is_ok_and(Vec::is_empty);
            self.keep(Rule::ReadOnly, turns && resources, || {
                format!("turns or resources of {name} are set")
            });
        }
    }

    /// The game has answered, or begun to; what of that gets to the client does not matter here.
    pub(crate) fn reply(&mut self, raw: &RawFrame) {
        let number = raw.header.sequence;
        let left = match (raw.header.r#type, self.group) {
            (game::Sequence::TYPE, _) => announced(raw),
            (_, Some((of, left))) if of == number => left.saturating_sub(1),
            _ => 0,
        };
        self.group = (left > 0).then_some((number, left));
        if left == 0 {
            self.outstanding.remove(&number);
        }
    }

    /// The client is sent something, by the game or by a script in its place.
    pub(crate) fn said(&mut self, raw: &RawFrame) {
        if raw.header.r#type != game::Sequence::TYPE {
            self.outstanding.remove(&raw.header.sequence);
        }
    }

    /// The connection is over, with `left` bytes of a frame that never became whole.
    pub(crate) fn ended(&mut self, left: usize, reset: bool) {
        self.keep(Rule::EndsBetweenFrames, left == 0, || {
            format!("{left} bytes of a frame came last")
        });
        self.keep(Rule::EndsCleanly, !reset, || "it was reset".into());
    }
}

/// What strings of a frame are like.
#[derive(Debug, Default)]
struct Strings {
    any: bool,
    no_text: bool,
    nul: bool,
}

impl Strings {
    fn look(&mut self, value: &Value) {
        match value {
            Value::String(_) => self.any = true,
            Value::Array(list) => list.iter().for_each(|value| self.look(value)),
            Value::Object(fields) => match fields.get("hex") {
                // The form of strings that are no plain text.
                Some(Value::String(digits)) if fields.len() == 1 => {
                    self.any = true;
                    let nul = digits.ends_with("00");
                    self.nul |= nul;
                    self.no_text |= !nul;
                }
                _ => fields.values().for_each(|value| self.look(value)),
            },
            _ => {}
        }
    }
}
