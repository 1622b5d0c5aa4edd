//! How time and memory grow, with players, ids and objects.

use tp_bench::{Ask, Load};
use tp_tests::plot::{Panel, Plot};
use tp_tests::process::Process;
use tp_tests::table::{Table, count, median, number};

use crate::child::Fetched;
use crate::effort::Effort;
use crate::page::Measured;
use crate::subject::options;

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * 1024.0;

fn sizes(sizes: &[usize], effort: Effort) -> Vec<usize> {
    let most = sizes.last().unwrap() / effort.shrink;
    sizes.iter().copied().filter(|size| *size <= most).collect()
}

fn points(sizes: &[usize], values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    sizes.iter().map(|size| *size as f64).zip(values).collect()
}

/// A server with so many objects, and where it is.
fn server(objects: usize) -> (Process, String) {
    let server = Process::child(&["game", &objects.to_string()]);
    let url = format!("tp://{}", server.line());
    (server, url)
}

fn load(url: &str, connections: usize) -> Load {
    let load = Load::new(url).unwrap().options(options());
    load.login("ada", "lovelace").connections(connections)
}

/// Players who are there and ask nothing, before and after each of them has asked much.
pub(crate) async fn players(effort: Effort) -> Measured {
    let sizes = sizes(&[10, 100, 1_000, 9_800], effort);
    let mut table = Table::new([
        "players",
        "server memory, MiB",
        "KiB a player",
        "after a burst, KiB a player",
        "server CPU of all logins, s",
        "µs a login",
    ]);
    let (mut memory, mut cpu) = (Vec::new(), Vec::new());
    for players in &sizes {
        let (server, url) = server(1_000);
        // Whatever a server has once and for all, it has now.
        let first = load(&url, 1).depth(64).requests(1_000).run().await;
        assert_eq!(first.unwrap().failed(), 0);
        let (before, started) = (server.memory(), server.cpu());
        let load = load(&url, *players).depth(64).requests_each(64 * 4);
        let mut ready = load.connect().await.unwrap();
        let (idle, logins) = (server.memory(), server.cpu() - started);
        let report = ready.run().await;
        assert_eq!((report.failed(), ready.connections()), (0, *players));
        let after = server.memory();
        let number_of = *players as f64;
        let each = |memory: u64| memory.saturating_sub(before) as f64 / number_of / KIB;
        let took = logins.as_secs_f64();
        table.row([
            count(*players),
            number(idle as f64 / MIB),
            number(each(idle)),
            number(each(after)),
            number(took),
            number(took * 1e6 / number_of),
        ]);
        memory.push(idle.saturating_sub(before) as f64 / MIB);
        cpu.push(took);
    }
    let panels = [
        Panel::new(
            "memory of all of them, MiB",
            [("idle", points(&sizes, memory))],
        ),
        Panel::new(
            "server CPU of their logins, s",
            [("logins", points(&sizes, cpu))],
        ),
    ];
    let title = "Players who are there and ask nothing";
    Measured {
        table: table.markdown(),
        plots: vec![Plot::new("players", title, "players", &panels)],
    }
}

/// Players who all ask for the time of the turn at once, again and again.
pub(crate) async fn turns(effort: Effort) -> Measured {
    let sizes = sizes(&[10, 100, 1_000], effort);
    let mut table = Table::new([
        "players who poll",
        "polls/s",
        "half are answered within, ms",
        "99 % within, ms",
        "all within, ms",
        "server µs a poll",
    ]);
    let mut columns: [Vec<f64>; 4] = Default::default();
    for players in &sizes {
        let (server, url) = server(10);
        let load = load(&url, *players)
            .mix(Ask::Turn)
            .duration(effort.time * 2);
        let mut ready = load.connect().await.unwrap();
        let mut rounds = Vec::new();
        for _ in 0..effort.rounds {
            let before = server.cpu();
            let report = ready.run().await;
            assert_eq!(report.failed(), 0);
            let cpu = (server.cpu() - before).as_secs_f64() * 1e6 / report.requests as f64;
            rounds.push((report, cpu));
        }
        let of = |value: fn(&tp_bench::Report) -> f64| {
            median(rounds.iter().map(|(report, _)| value(report)))
        };
        let latency = [
            of(|it| it.latency.p50_us / 1e3),
            of(|it| it.latency.p99_us / 1e3),
            of(|it| it.latency.max_us / 1e3),
        ];
        let cpu = median(rounds.iter().map(|(_, cpu)| *cpu));
        table.row([
            count(*players),
            number(of(|it| it.requests_per_second)),
            number(latency[0]),
            number(latency[1]),
            number(latency[2]),
            number(cpu),
        ]);
        for (column, value) in columns
            .iter_mut()
            .zip([latency[0], latency[1], latency[2], cpu])
        {
            column.push(value);
        }
    }
    let [half, most, all, cpu] = columns.map(|column| points(&sizes, column));
    let panels = [
        Panel::new(
            "answered within, ms",
            [("half", half), ("99 %", most), ("all", all)],
        ),
        Panel::new("server CPU a poll, µs", [("server", cpu)]),
    ];
    let title = "Players who all poll for the end of the turn at once";
    Measured {
        table: table.markdown(),
        plots: vec![Plot::new("turns", title, "players", &panels)],
    }
}

/// What one fetched, what that cost the server, and what the server holds while the client stays.
fn fetch_all(what: &str, objects: usize) -> (Fetched, f64, u64) {
    let (server, url) = server(objects);
    // Whatever the first connection makes once and for all, this one makes.
    Process::child(&["fetch", "nothing", &url]).line();
    let (cpu, memory) = (server.cpu(), server.memory());
    let client = Process::child(&["fetch", what, &url]);
    let fetched: Fetched = serde_json::from_str(&client.line()).unwrap();
    assert_eq!(fetched.number, objects);
    let cpu = (server.cpu() - cpu).as_secs_f64();
    (fetched, cpu, server.memory().saturating_sub(memory))
}

/// One client that fetches everything, from worlds of different sizes.
fn fetched(what: &str, thing: &str, sizes: &[usize], effort: Effort) -> (String, [Panel; 2]) {
    let mut table = Table::new([
        &*format!("{thing}s"),
        "time, s",
        "client CPU, s",
        "server CPU, s",
        "client CPU µs each",
        "server CPU µs each",
        "client memory, bytes each",
        "server memory, MiB",
    ]);
    let mut columns: [Vec<f64>; 5] = Default::default();
    for size in sizes {
        let rounds: Vec<_> = (0..effort.rounds.min(3))
            .map(|_| fetch_all(what, *size))
            .collect();
        let of = |value: fn(&(Fetched, f64, u64)) -> f64| median(rounds.iter().map(value));
        let values = [
            of(|it| it.0.seconds),
            of(|it| it.0.cpu.as_secs_f64()),
            of(|it| it.1),
            of(|it| it.0.memory as f64),
            of(|it| it.2 as f64),
        ];
        let [seconds, client, server, held, kept] = values;
        let each = *size as f64;
        table.row([
            count(*size),
            number3(seconds),
            number3(client),
            number3(server),
            number(client * 1e6 / each),
            number(server * 1e6 / each),
            number(held / each),
            number(kept / MIB),
        ]);
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let [seconds, client, server, held, kept] = columns;
    let in_mib = |bytes: Vec<f64>| points(sizes, bytes.into_iter().map(|it| it / MIB));
    let panels = [
        Panel::new(
            "time, s",
            [
                ("from first to last", points(sizes, seconds)),
                ("client CPU", points(sizes, client)),
                ("server CPU", points(sizes, server)),
            ],
        ),
        Panel::new(
            "memory, MiB",
            [("client", in_mib(held)), ("server", in_mib(kept))],
        ),
    ];
    (table.markdown(), panels)
}

/// Seconds with a thousandth.
fn number3(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// A client that reads the whole list of ids.
pub(crate) fn ids(effort: Effort) -> Measured {
    let sizes = sizes(&[1_000, 10_000, 100_000, 1_000_000], effort);
    let (table, panels) = fetched("ids", "id", &sizes, effort);
    Measured {
        table,
        plots: vec![Plot::new("ids", "One client reads all ids", "ids", &panels)],
    }
}

/// A client that fetches all objects.
pub(crate) fn fetch(effort: Effort) -> Measured {
    let sizes = sizes(&[100, 1_000, 10_000, 100_000], effort);
    let (table, panels) = fetched("objects", "object", &sizes, effort);
    Measured {
        table,
        plots: vec![Plot::new(
            "fetch",
            "One client fetches all objects",
            "objects",
            &panels,
        )],
    }
}
