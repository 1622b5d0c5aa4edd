//! Everything that is counted, with the bar of each.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use tp_frames::{Packet, game};

use crate::bare::{Answers, Requests};
use crate::figures::Figure;
use crate::process::{self, Subject};
use crate::tools::Tool;

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
    figures: Vec<(&'static str, Option<f64>)>,
    count: Count,
}

impl Measurement {
    fn new(
        name: &'static str,
        bar: impl Into<Option<f64>>,
        count: impl Fn(&Programs) -> f64 + 'static,
    ) -> Self {
        Self::several(vec![(name, bar.into())], move |it| vec![count(it)])
    }

    fn several(
        figures: Vec<(&'static str, Option<f64>)>,
        count: impl Fn(&Programs) -> Vec<f64> + 'static,
    ) -> Self {
        let count = Box::new(count);
        Self { figures, count }
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
        let figure = |((name, bar), value): (&(&str, Option<f64>), f64)| Figure {
            name: (*name).to_owned(),
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
    Often(20, 100).each(|batches| {
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
    let figures = vec![
        (
            "server, a connection only accepted: bytes held",
            Some(3.5 * 1024.0),
        ),
        ("server, an idle player: bytes held", Some(3.0 * 1024.0)),
        (
            "server, a player after 1,000 Pings at once, to an idle one: bytes held",
            Some(1.05),
        ),
    ];
    vec![Measurement::several(figures, |programs| {
        let mut server = Subject::start(Command::new(&programs.counting), &["server", "of-kind"]);
        let address = server.line().parse().unwrap();
        let mut held = || {
            server.fall_asleep();
            server.ask().parse().unwrap()
        };
        let connections = Often(100, 400);
        let mut accepted = Vec::new();
        let accepted = connections.each(|count| {
            accepted.resize_with(count, || TcpStream::connect(address).unwrap());
            held()
        });
        let mut players = Vec::new();
        let ping = game::Ping::default();
        let idle = connections.each(|count| {
            players.resize_with(count, || Requests::new(address, &ping, 1000));
            held()
        });
        let mut bursts = players.iter_mut();
        let left = connections.each(|count| {
            let more = count - (connections.1 - bursts.len());
            bursts.by_ref().take(more).for_each(Requests::once);
            held()
        });
        drop(players);
        server.finish();
        vec![accepted, idle, (idle + left) / idle]
    })]
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
            vec![
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
                let answers = Answers::default();
                let address = answers.address().to_string();
                let arguments = ["objects", &address, "10"];
                let subject = Subject::start(Command::new(&it.counting), &arguments);
                answers.serve(&subject, 1);
                said(subject, 1000.0)
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
            vec![
                ("an object read from the body of a frame: allocations", None),
                ("an object read from the body of a frame: bytes held", None),
            ],
            |it| {
                let subject = Subject::start(Command::new(&it.counting), &["object", "1000"]);
                said(subject, 1000.0)
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

/// The two lines that a subject says of its memory, for each of what it has made.
fn said(mut subject: Subject, count: f64) -> Vec<f64> {
    let mut number = || subject.line().parse::<f64>().unwrap() / count;
    let said = vec![number(), number()];
    subject.finish();
    said
}
