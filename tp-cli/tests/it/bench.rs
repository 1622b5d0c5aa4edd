//! `tp bench`: loads on the demo game, each of so many requests.

use std::net::TcpListener;

use serde_json::Value;

use crate::program::{Run, Serve, json, tp};

/// What it makes of the demo game.
fn bench(serve: &Serve, arguments: &[&str]) -> Run {
    let url = format!("tp://guest:guest@{}", serve.address);
    tp(&[&["bench", &url], arguments].concat())
}

#[test]
fn it_tells_people_what_came_of_a_load() {
    let serve = Serve::start(&[]);
    let options = ["--requests=50", "--connections=3", "--depth=4"];
    let shown = bench(
        &serve,
        &[&options[..], &["--mix", "ping:3,objects=5"]].concat(),
    )
    .fine();
    let start = format!(
        "tp://{} TP04: ping:3,objects=5\n50 requests on 3 connections, each 4 deep, in ",
        serve.address
    );
    assert!(shown.starts_with(&start), "{shown}");
    for line in [
        " requests/s\n",
        "\nsent ",
        "\n  50 %  ",
        "\n  max   ",
        "\n  ≤ ",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

#[test]
fn it_tells_programs_the_same() {
    let serve = Serve::start(&[]);
    let fingerprint = serve.told("encrypted: ").unwrap().rsplit(' ').next();
    let fingerprint = format!("--fingerprint={}", fingerprint.unwrap());
    for (scheme, version, trust) in [
        ("tp", "tp03", &[][..]),
        ("tps", "tp04", &[&*fingerprint]),
        ("tp+http", "auto", &[]),
    ] {
        let url = format!("{scheme}://guest:guest@{}", serve.address);
        let login = ["--protocol", version];
        let load = ["--requests=40", "--depth=8", "--mix=mixed", "--format=json"];
        let shown = tp(&[&["bench", &url], &login[..], &load, trust].concat()).fine();
        let [report] = &json(&shown)[..] else {
            panic!("{shown}")
        };
        assert_eq!(report["url"], url.replace("guest:guest@", ""));
        assert_eq!(
            report["version"],
            if version == "tp03" { "TP03" } else { "TP04" }
        );
        assert_eq!(report["mix"], "ping:2,turn:4,objects=10:3,ids=100");
        assert_eq!(
            (&report["requests"], &report["depth"]),
            (&40.into(), &8.into())
        );
        assert_eq!(report["failures"], Value::Array(Vec::new()));
        let latency = &report["latency"];
        assert!(
            latency["p50_us"].as_f64() <= latency["max_us"].as_f64(),
            "{report}"
        );
    }
}

#[test]
fn a_load_by_time_ends() {
    let serve = Serve::start(&[]);
    let shown = bench(&serve, &["--duration=100ms", "--format=json"]).fine();
    let [report] = &json(&shown)[..] else {
        panic!("{shown}")
    };
    assert!(report["requests"].as_u64() > Some(0), "{report}");
}

#[test]
fn a_server_that_is_none_or_refuses_is_told() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let login = |password: &str| {
        let url = format!("tp://guest:{password}@{address}");
        tp(&["bench", &url, "--requests=1"]).complaint(1)
    };
    let told = login("no");
    assert!(
        told.contains(&format!("{address} does not log in guest: refused: ")),
        "{told}"
    );
    assert!(
        told.ends_with("; check the name and the password\n"),
        "{told}"
    );

    // The game lets so many in from one address.
    let told = bench(&serve, &["--connections=300", "--requests=1"]).complaint(1);
    assert!(
        told.starts_with(&format!("error: tp://{address}: connection ")),
        "{told}"
    );
    assert!(
        told.contains(" of 300: ") && told.lines().count() == 1,
        "{told}"
    );

    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let told = tp(&["bench", &format!("tp://guest:guest@{free}"), "--requests=1"]).complaint(1);
    assert!(
        told.contains(&format!("no connection to tp://{free}: ")),
        "{told}"
    );
    let told = tp(&["bench", "gopher://guest:guest@here"]).complaint(2);
    assert!(told.contains("no such scheme: \"gopher\""), "{told}");
}

#[test]
fn what_makes_no_sense_is_told() {
    for (arguments, wanted) in [
        (&[][..], "<URL>"),
        (
            &["h"],
            "the name to log in with, --user NAME or tp://NAME@HOST, is missing",
        ),
        (
            &["h", "--mix=pong"],
            "there is no request \"pong\"; there are ping, turn, objects=N",
        ),
        (&["h", "--mix=objects=0"], "objects=0: N is from 1 to 10000"),
        (&["h", "--mix=ping:0"], "\"0\" is no weight"),
        (&["h", "--connections=0"], "0 is not in 1..=10000"),
        (&["h", "--depth=4097"], "4097 is not in 1..=4096"),
        (&["h", "--requests=0"], "0 is not in 1..=1000000000"),
        (
            &["h", "--duration=1h"],
            "it is no time, such as 500ms, 10s or 2m",
        ),
        (&["h", "--duration=61m"], "it is not from 100ms to 60m"),
        (
            &["h", "--duration=1s", "--requests=1"],
            "cannot be used with",
        ),
        (&["h", "--format=xml"], "possible values: text, json"),
    ] {
        let told = tp(&[&["bench"], arguments].concat()).complaint(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}

#[test]
fn its_help_has_examples_that_work() {
    let help = tp(&["bench", "--help"]).fine();
    let serve = Serve::start(&[]);
    let port = serve.address.port();
    let examples = help
        .lines()
        .filter_map(|line| line.strip_prefix("  tp bench "));
    let examples: Vec<&str> = examples.collect();
    assert_eq!(examples.len(), 4, "{help}");
    for example in examples {
        let example = example.split(" | ").next().unwrap();
        let example = example.replace("localhost", &format!("127.0.0.1:{port}"));
        let mut arguments: Vec<&str> = example.split(' ').collect();
        // As it is but for the time it takes.
        match arguments.iter().position(|it| *it == "--duration") {
            Some(at) => arguments[at + 1] = "100ms",
            None if arguments.contains(&"--requests") => {}
            None => arguments.push("--requests=20"),
        }
        tp(&[&["bench"], &arguments[..]].concat()).fine();
    }
}
