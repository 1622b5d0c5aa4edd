//! Ping and objects: our server beside a bare loop and redis.

use tp_bench::Ask;
use tp_tests::plot::{Panel, Plot};
use tp_tests::table::{Table, median, number};

use crate::effort::Effort;
use crate::page::Measured;
use crate::subject::{Sample, Subject};

const CONNECTIONS: [usize; 2] = [1, 50];
const DEPTHS: [usize; 4] = [1, 16, 64, 256];

/// A row: how it is asked, and what each subject took in each round.
struct Row {
    name: String,
    scheme: &'static str,
    connections: usize,
    depth: usize,
    ask: Ask,
    game: Vec<Sample>,
    bare: Vec<Sample>,
    redis: Vec<Sample>,
}

fn rows(ask: Ask, scheme: &'static str, connections: &[usize], depths: &[usize]) -> Vec<Row> {
    let over = if scheme == "tps" { ", TLS" } else { "" };
    let all = connections.iter().flat_map(|connections| {
        depths.iter().map(move |depth| Row {
            name: format!("{connections} × {depth}{over}"),
            scheme,
            connections: *connections,
            depth: *depth,
            ask,
            game: Vec::new(),
            bare: Vec::new(),
            redis: Vec::new(),
        })
    });
    all.collect()
}

/// Measures all rows in turn, round after round.
async fn measure(rows: &mut [Row], with_redis: bool, effort: Effort) {
    let redis = if with_redis { Subject::redis() } else { None };
    let mut subjects: Vec<(&str, Ask, Subject, Subject)> = Vec::new();
    for row in &*rows {
        let (scheme, ask) = (row.scheme, row.ask);
        if !subjects.iter().any(|it| (it.0, it.1) == (scheme, ask)) {
            let (game, bare) = (Subject::game(scheme, ask), Subject::bare(scheme, ask));
            subjects.push((scheme, ask, game, bare));
        }
    }
    for _ in 0..effort.rounds {
        for row in &mut *rows {
            let (connections, depth) = (row.connections, row.depth);
            let mut subjects = subjects.iter();
            let all = subjects.find(|it| (it.0, it.1) == (row.scheme, row.ask));
            let (_, _, game, bare) = all.unwrap();
            row.game.push(game.load(connections, depth, effort).await);
            row.bare.push(bare.load(connections, depth, effort).await);
            if let Some(redis) = redis.as_ref().filter(|_| row.scheme == "tp") {
                row.redis.push(redis.load(connections, depth, effort).await);
            }
        }
    }
}

fn told(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> String {
    match samples {
        [] => "–".to_owned(),
        _ => number(median(samples.iter().map(value))),
    }
}

/// The median of what one took by what another took beside it.
fn ratio(ours: &[Sample], others: &[Sample]) -> String {
    match others {
        [] => "–".to_owned(),
        _ => {
            let rounds = ours.iter().zip(others);
            number(median(
                rounds.map(|(our, other)| our.server_us() / other.server_us()),
            ))
        }
    }
}

/// What a request costs the server without TLS, for each number of connections.
fn plot(title: &str, name: &'static str, rows: &[Row]) -> Plot {
    let panels = CONNECTIONS.map(|connections| {
        let shown = |row: &&Row| row.scheme == "tp" && row.connections == connections;
        let curve = |samples: fn(&Row) -> &[Sample]| {
            let rows = rows.iter().filter(shown);
            let rows = rows.filter(|row| !samples(row).is_empty());
            let point = |row: &Row| {
                let cost = median(samples(row).iter().map(Sample::server_us));
                (row.depth as f64, cost)
            };
            rows.map(point).collect::<Vec<_>>()
        };
        let curves = [
            ("tp-net", curve(|row| &row.game)),
            ("bare loop", curve(|row| &row.bare)),
            ("redis", curve(|row| &row.redis)),
        ];
        let s = if connections == 1 { "" } else { "s" };
        let title = format!("{connections} connection{s}: µs a request");
        let curves = curves.into_iter().filter(|(_, points)| !points.is_empty());
        Panel::new(title, curves)
    });
    Plot::new(name, title, "requests at once on each", &panels)
}

/// Ping.
pub(crate) async fn ping(effort: Effort) -> Measured {
    let mut rows: Vec<Row> = ["tp", "tps"]
        .into_iter()
        .flat_map(|scheme| rows(Ask::Ping, scheme, &CONNECTIONS, &DEPTHS))
        .collect();
    measure(&mut rows, true, effort).await;
    let mut table = Table::new([
        "connections × at once",
        "requests/s",
        "server µs",
        "bare loop µs",
        "redis µs",
        "to bare",
        "to redis",
        "load generator µs",
    ]);
    for row in &rows {
        table.row([
            row.name.clone(),
            told(&row.game, Sample::rate),
            told(&row.game, Sample::server_us),
            told(&row.bare, Sample::server_us),
            told(&row.redis, Sample::server_us),
            ratio(&row.game, &row.bare),
            ratio(&row.game, &row.redis),
            told(&row.game, Sample::driver_us),
        ]);
    }
    let title = "Ping: CPU time of the server";
    Measured {
        table: table.markdown(),
        plots: vec![plot(title, "ping", &rows)],
    }
}

/// `GetObjectsByID` of one object, and of a hundred.
pub(crate) async fn objects(effort: Effort) -> Measured {
    let (one, hundred) = (Ask::Objects(1), Ask::Objects(100));
    let mut all = rows(one, "tp", &CONNECTIONS, &DEPTHS);
    all.extend(rows(hundred, "tp", &[1], &[1, 16, 64]));
    all.extend(rows(one, "tps", &CONNECTIONS, &[1, 64]));
    measure(&mut all, false, effort).await;
    let mut table = Table::new([
        "asked for, connections × at once",
        "requests/s",
        "server µs",
        "µs an object",
        "bare loop µs",
        "to bare",
        "load generator µs",
    ]);
    for row in &mut all {
        let Ask::Objects(number) = row.ask else {
            continue;
        };
        let s = if number == 1 { "" } else { "s" };
        row.name = format!("{number} object{s}, {}", row.name);
        table.row([
            row.name.clone(),
            told(&row.game, Sample::rate),
            told(&row.game, Sample::server_us),
            told(&row.game, |it| it.server_us() / f64::from(number)),
            told(&row.bare, Sample::server_us),
            ratio(&row.game, &row.bare),
            told(&row.game, Sample::driver_us),
        ]);
    }
    let title = "GetObjectsByID of one object: CPU time of the server";
    all.retain(|row| row.ask == one);
    Measured {
        table: table.markdown(),
        plots: vec![plot(title, "objects", &all)],
    }
}
