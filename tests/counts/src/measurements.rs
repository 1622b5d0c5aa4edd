//! Everything that is counted, with the bar of each.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use tp_frames::Packet;
use tp_frames::game::{self, TP04};
use tp_test_components::Client;

use crate::bare::{Answers, Requests};
use crate::figures::Figure;
use crate::process::{self, Subject};
use crate::subject::codec;
use crate::tools::{self, Tool};

/// What subjects run in.
#[derive(Debug)]
pub struct Programs {
    /// With the allocator of the system.
    pub plain: PathBuf,
    /// With an allocator that counts.
    pub counting: PathBuf,
}

type Count = Box<dyn Fn(&Programs) -> Vec<f64>>;

/// Counts one or more figures at once.
#[expect(missing_debug_implementations, reason = "closures have none")]
pub struct Measurement {
    figures: Vec<(String, Option<f64>)>,
    count: Count,
}

impl Measurement {
    fn new(
        name: &str,
        bar: impl Into<Option<f64>>,
        count: impl Fn(&Programs) -> f64 + 'static,
    ) -> Self {
        Self::several(&[(name, bar.into())], move |it| vec![count(it)])
    }

    fn several(
        figures: &[(&str, Option<f64>)],
        count: impl Fn(&Programs) -> Vec<f64> + 'static,
    ) -> Self {
        let figures = figures.iter().map(|(name, bar)| ((*name).to_owned(), *bar));
        Self {
            figures: figures.collect(),
            count: Box::new(count),
        }
    }

    /// Whether one of its figures has this in its name.
    #[must_use]
    pub fn is_called(&self, part: &str) -> bool {
        self.figures.iter().any(|(name, _)| name.contains(part))
    }

    /// Counts.
    #[must_use]
    pub fn count(&self, programs: &Programs) -> Vec<Figure> {
        let values = (self.count)(programs);
        let figure = |((name, bar), value): (&(String, Option<f64>), f64)| Figure {
            name: name.clone(),
            value,
            bar: *bar,
        };
        self.figures.iter().zip(values).map(figure).collect()
    }
}

/// All of them, in the order of the table.
#[must_use]
pub fn all() -> Vec<Measurement> {
    let mut all = server();
    all.extend(held_by_the_server());
    all.extend(clients());
    all.push(codec());
    all
}

/// How often a subject does its work, once and once more: the difference is counted.
#[derive(Clone, Copy)]
struct Often(usize, usize);

impl Often {
    /// What one more costs.
    fn each(self, mut count: impl FnMut(usize) -> u64) -> f64 {
        let (few, many) = (count(self.0) as f64, count(self.1) as f64);
        (many - few) / (self.1 - self.0) as f64
    }
}

fn server() -> Vec<Measurement> {
    use Tool::{Callgrind, Strace};
    let ping = game::Ping::default;
    let objects = |count: u32| game::GetObjectsByID {
        ids: (0..count).collect(),
    };
    vec![
        Measurement::new(
            "server, a Ping of 64 in a batch: instructions",
            850.0,
            move |it| answers(it, Callgrind, "of-kind", &ping(), 64) / 64.0,
        ),
        Measurement::new("server, a Ping alone: instructions", 5700.0, move |it| {
            answers(it, Callgrind, "of-kind", &ping(), 1)
        }),
        Measurement::new(
            "server, GetObjectsByID of 1, of 64 in a batch: instructions",
            3500.0,
            move |it| answers(it, Callgrind, "of-kind", &objects(1), 64) / 64.0,
        ),
        Measurement::new(
            "server, an object of 100 asked for: instructions",
            2400.0,
            move |it| answers(it, Callgrind, "of-kind", &objects(100), 1) / 100.0,
        ),
        Measurement::new(
            "server, the same, of the game's own types: instructions",
            2400.0,
            move |it| answers(it, Callgrind, "of-own-type", &objects(100), 1) / 100.0,
        ),
        Measurement::new(
            "server, a batch of 64 Pings: system calls",
            3.1,
            move |it| answers(it, Strace, "of-kind", &ping(), 64),
        ),
        // As many as have 64 KiB of answers.
        Measurement::new(
            "server, a batch of 2,600 Pings: system calls",
            3.1,
            move |it| answers(it, Strace, "of-kind", &ping(), 2600),
        ),
    ]
}

/// What a server does for a batch of requests.
fn answers(it: &Programs, tool: Tool, objects: &str, request: &impl Packet, depth: usize) -> f64 {
    // What differs from run to run before the first batch weighs little against so many.
    let more = if depth == 1 { 200 } else { 100 };
    Often(20, more).each(|batches| {
        process::count(tool, &it.plain, &["server", objects], |mut subject| {
            let address = subject.line().parse().unwrap();
            let mut requests = Requests::new(address, request, depth);
            for _ in 0..batches {
                subject.fall_asleep();
                requests.once();
            }
            subject.fall_asleep();
            subject.finish();
        })
    })
}

fn held_by_the_server() -> Vec<Measurement> {
    let accepted = "server, a connection only accepted: bytes held";
    let waiting = "server, a player whose answer waits, and a Ping behind it: bytes held";
    let players = [
        ("server, an idle player: bytes held", Some(3.0 * 1024.0)),
        (
            "server, a player after 1,000 Pings at once, to idle: bytes held",
            Some(1.05),
        ),
    ];
    vec![
        Measurement::new(accepted, 3.5 * 1024.0, |programs| {
            let mut server = Held::start(programs);
            let mut connections = Vec::new();
            let each = CONNECTIONS.each(|count| {
                let connect = || TcpStream::connect(server.address).unwrap();
                connections.resize_with(count, connect);
                server.bytes()
            });
            server.subject.finish();
            each
        }),
        Measurement::several(&players, |programs| {
            let mut server = Held::start(programs);
            let ping = game::Ping::default();
            let mut players = Vec::new();
            let idle = CONNECTIONS.each(|count| {
                let log_in = || Requests::new(server.address, &ping, 1000);
                players.resize_with(count, log_in);
                server.bytes()
            });
            let mut done = 0;
            let left = CONNECTIONS.each(|count| {
                players[done..count].iter_mut().for_each(Requests::once);
                done = count;
                server.bytes()
            });
            server.subject.finish();
            vec![idle, (idle + left) / idle]
        }),
        // Whoever polls for long holds no buffer meanwhile, nor for what comes then.
        Measurement::new(waiting, None, |programs| {
            let mut server = Held::start(programs);
            let never = game::GetBoards { ids: vec![0] };
            let mut players = Vec::new();
            let each = CONNECTIONS.each(|count| {
                let done = players.len();
                let ask = || {
                    let mut client = Client::login(server.address, TP04, "player");
                    client.send(&never);
                    client
                };
                players.resize_with(count, ask);
                server.subject.fall_asleep();
                for client in &mut players[done..] {
                    client.send(&game::Ping::default());
                }
                server.bytes()
            });
            server.subject.finish();
            each
        }),
    ]
}

/// Few enough for the files that a process may have open.
const CONNECTIONS: Often = Often(100, 400);

/// A server that says how much it holds.
struct Held {
    subject: Subject,
    address: SocketAddr,
}

impl Held {
    fn start(programs: &Programs) -> Self {
        let command = Command::new(&programs.counting);
        let mut subject = Subject::start(command, &["server", "of-kind"]);
        let address = subject.line().parse().unwrap();
        Self { subject, address }
    }

    fn bytes(&mut self) -> u64 {
        self.subject.fall_asleep();
        self.subject.ask().parse().unwrap()
    }
}

fn clients() -> Vec<Measurement> {
    use Tool::{Callgrind, Strace};
    vec![
        Measurement::new("blocking client, a Ping: system calls", 2.05, |it| {
            asks(it, Strace, "blocking", 1)
        }),
        Measurement::new("blocking client, a Ping: instructions", None, |it| {
            asks(it, Callgrind, "blocking", 1)
        }),
        Measurement::new(
            "asynchronous client, a Ping of 64 at once: instructions",
            2900.0,
            |it| asks(it, Callgrind, "asynchronous", 64) / 64.0,
        ),
        Measurement::new(
            "polling client, a Ping of 64 at once: instructions",
            3300.0,
            |it| asks(it, Callgrind, "polling", 64) / 64.0,
        ),
        Measurement::new(
            "asynchronous client, an object of 100 asked for: instructions",
            5000.0,
            |it| asks(it, Callgrind, "objects", 1) / 100.0,
        ),
        Measurement::several(
            &[
                (
                    "asynchronous client, an object of 100 asked for: allocations",
                    Some(7.0),
                ),
                (
                    "asynchronous client, an object of 100 asked for: bytes held",
                    Some(700.0),
                ),
            ],
            |it| {
                allocated(Often(10, 40), |count| {
                    let answers = Answers::default();
                    let address = answers.address().to_string();
                    let arguments = ["objects", &address, &count.to_string()];
                    let subject = Subject::start(Command::new(&it.counting), &arguments);
                    answers.serve(&subject, 1);
                    subject
                })
                .map(|it| it / 100.0)
                .to_vec()
            },
        ),
        Measurement::new(
            "an object read from the body of a frame: instructions",
            None,
            |it| {
                Often(500, 2500).each(|count| {
                    let arguments = ["object", &count.to_string()];
                    process::count(Callgrind, &it.plain, &arguments, Subject::finish)
                })
            },
        ),
        Measurement::several(
            &[
                ("an object read from the body of a frame: allocations", None),
                ("an object read from the body of a frame: bytes held", None),
            ],
            |it| {
                allocated(Often(500, 2500), |count| {
                    let arguments = ["object", &count.to_string()];
                    Subject::start(Command::new(&it.counting), &arguments)
                })
                .to_vec()
            },
        ),
    ]
}

/// What a client does for a batch of requests.
fn asks(it: &Programs, tool: Tool, client: &str, depth: usize) -> f64 {
    Often(20, 100).each(|batches| {
        let answers = Answers::default();
        let (address, batches) = (answers.address().to_string(), batches.to_string());
        let mut arguments = vec![client, &address, &batches];
        let wanted = depth.to_string();
        if depth > 1 {
            arguments.push(&wanted);
        }
        process::count(tool, &it.plain, &arguments, |subject| {
            answers.serve(&subject, depth);
            subject.finish();
        })
    })
}

/// The allocations and bytes that one more takes, which are the last lines that a subject says.
fn allocated(often: Often, start: impl Fn(usize) -> Subject) -> [f64; 2] {
    let mut bytes = Vec::new();
    let allocations = often.each(|count| {
        let mut subject = start(count);
        let mut number = || subject.line().parse::<u64>().unwrap();
        let allocations = number();
        bytes.push(number());
        subject.finish();
        allocations
    });
    let mut bytes = bytes.into_iter();
    [allocations, often.each(|_| bytes.next().unwrap())]
}

/// Generated code, to what is written by hand for the same bytes.
fn codec() -> Measurement {
    let name = |row: &&str| format!("{row}, to by hand: instructions");
    let names: Vec<String> = codec::ROWS.iter().map(name).collect();
    let figures: Vec<_> = names.iter().map(|it| (it.as_str(), Some(1.15))).collect();
    Measurement::several(&figures, |it| {
        let command = |file: &Path| tools::calls_of("codec::measured", &it.plain, file);
        let parts = tools::parts(&process::report(command, &["codec"], Subject::finish));
        assert_eq!(parts.len(), codec::ROWS.len() * 2, "a part for each call");
        let (pairs, _) = parts.as_chunks();
        let ratio = |[generated, by_hand]: &[u64; 2]| *generated as f64 / *by_hand as f64;
        pairs.iter().map(ratio).collect()
    })
}
