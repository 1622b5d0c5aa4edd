//! What came of an attack.

use std::sync::Mutex;
use std::thread;

use serde::Serialize;
use tp_tests::table::{Table, count, number};

const MIB: f64 = 1024.0 * 1024.0;

/// What came of an attack.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) attack: String,
    /// Connections that were open at once.
    pub(crate) connections: u64,
    /// Bytes that the attacker sent.
    pub(crate) sent: u64,
    /// Bytes of memory of what was attacked: at rest, at most, and after.
    pub(crate) memory: [u64; 3],
    /// How many more than at rest are allowed.
    pub(crate) bound: u64,
    /// The neighbour's latency, 50 and 99 of 100, in milliseconds: at rest and under attack.
    pub(crate) neighbour: Option<[[f64; 2]; 2]>,
    /// How it ended.
    pub(crate) ended: String,
    /// After so many seconds.
    pub(crate) seconds: f64,
    /// What does not hold.
    pub(crate) broken: Vec<String>,
}

impl Row {
    /// Bytes of memory more than at rest, at most.
    pub(crate) fn growth(&self) -> u64 {
        self.memory[1].saturating_sub(self.memory[0])
    }

    /// Notes a growth of memory beyond its bound.
    pub(crate) fn judge_memory(&mut self) {
        if self.growth() > self.bound {
            let (has, may) = (mib(self.growth()), mib(self.bound));
            self.broken
                .push(format!("{has} MiB more memory, not {may}"));
        }
    }

    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

/// Makes a row of each case, so many at once, and tells of each as soon as it is there.
pub(crate) fn all<C: Send>(
    cases: Vec<C>,
    at_once: usize,
    json: bool,
    one: impl Fn(C) -> Row + Sync,
) -> Vec<Row> {
    let cases = Mutex::new(cases.into_iter().enumerate());
    let rows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let next = cases.lock().unwrap().next();
                    let Some((number, case)) = next else {
                        return;
                    };
                    let row = one(case);
                    match json {
                        true => println!("{}", row.json()),
                        false => eprintln!("{:>7.1} s  {}", row.seconds, row.attack),
                    }
                    rows.lock().unwrap().push((number, row));
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap();
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

pub(crate) fn mib(bytes: u64) -> String {
    number(bytes as f64 / MIB)
}

/// All of them, for people.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = Table::new([
        "attack",
        "connections",
        "MiB sent",
        "memory before, MiB",
        "peak",
        "after",
        "may grow by",
        "neighbour p99, ms: rest",
        "attack",
        "s",
        "ended",
        "verdict",
    ]);
    for row in rows {
        let latency = |when: usize| match row.neighbour {
            Some(latency) => number(latency[when][1]),
            None => "–".to_owned(),
        };
        table.row([
            row.attack.clone(),
            count(row.connections as usize),
            mib(row.sent),
            mib(row.memory[0]),
            mib(row.memory[1]),
            mib(row.memory[2]),
            mib(row.bound),
            latency(0),
            latency(1),
            number(row.seconds),
            row.ended.replace(['|', '\n'], " "),
            match row.broken.is_empty() {
                true => "holds".to_owned(),
                false => format!("FAILS: {}", row.broken.join("; ")),
            },
        ]);
    }
    table.markdown()
}
