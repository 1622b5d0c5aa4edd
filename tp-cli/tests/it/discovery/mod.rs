//! `tp find`, `tp metaserver`, and what `tp serve` does to be found.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use serde_json::Value;
use tp_test_components::alone;

use crate::program::{Program, Run, command, json, tp};

/// A guard against hanging, not a measure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Looks with these options until what is found is as wanted; gives the games.
#[track_caller]
fn find(options: &[&str], wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let arguments = [&["find", "--format=json", "--timeout", "1"], options].concat();
        let games = json(&tp(&arguments).fine());
        if wanted(&games) {
            return games;
        }
        assert!(start.elapsed() < PATIENCE, "{games:#?}");
    }
}

/// The URL of a game that needs neither certificates nor tunnels. The services of a game are found
/// one by one, so that it may not be there at first.
fn plain_url(game: &Value) -> Option<&str> {
    let urls = game["urls"].as_array().unwrap().iter();
    let mut urls = urls.map(|url| url.as_str().unwrap());
    urls.find(|url| url.starts_with("tp://"))
}

/// What people are shown, once `wanted` is in it so often.
#[track_caller]
fn shown(options: &[&str], wanted: &str, times: usize) -> String {
    let start = Instant::now();
    loop {
        // Nobody answers on the local network more than once a second.
        let text = tp(&[&["find", "--timeout", "2"], options].concat()).stdout;
        if text.matches(wanted).count() == times {
            return text;
        }
        assert!(start.elapsed() < PATIENCE, "{text}");
    }
}

/// A `tp` that runs with these arguments.
fn start(arguments: &[&str]) -> Program {
    Program::start(&mut command(arguments))
}

/// A metaserver of this network, and its URL.
fn metaserver() -> (Program, String) {
    let mut program = start(&["metaserver", "--port", "0"]);
    let line = program.line("a web browser shows it at ");
    let url = line.rsplit(' ').next().unwrap().to_owned();
    (program, url)
}

#[test]
fn friends_find_a_game_and_enter_it() {
    alone(|| {
        let (mut metaserver, url) = metaserver();
        let asked = ["--metaserver", url.as_str()];
        assert!(
            metaserver
                .line("players find them with")
                .ends_with(&asked.join(" "))
        );
        let serve = [
            "serve",
            "--port",
            "0",
            "--name",
            "Friday's game",
            "--publish",
        ];
        let mut serve = start(&[&serve[..], &asked].concat());
        serve.line("only this machine reaches it; --listen 0.0.0.0 lets others in");
        serve.line(&format!("registered with {url}"));

        let found = find(&asked, |games| {
            games.len() == 2 && games.iter().all(|game| plain_url(game).is_some())
        });
        // Whichever was heard first is first.
        let sources: Vec<&Value> = found.iter().map(|game| &game["source"]).collect();
        assert!(sources.contains(&&"zeroconf".into()), "{sources:?}");
        assert!(sources.contains(&&url.as_str().into()), "{sources:?}");
        for game in &found {
            assert_eq!(game["name"], "Friday's game", "{game:#}");
            assert_eq!(
                (&game["short_name"], &game["turn"]),
                (&"demo".into(), &1.into()),
                "{game:#}"
            );
            let url = plain_url(game).unwrap();
            assert!(url.starts_with("tp://127.0.0.1:"), "{game:#}");
            let guest = ["objects", url, "--user", "guest"];
            let universe = tp(&guest).fine();
            assert!(universe.contains("First fleet of guest"), "{universe}");
        }
        let people = shown(&asked, "\n    tp://127.0.0.1:", 2);
        for place in ["on the local network".to_owned(), format!("at {url}")] {
            let place = format!("games {place}:\n  Friday's game: demo ");
            assert!(people.contains(&place), "{people}");
        }

        // Who ends says goodbye to the local network; a metaserver forgets by itself.
        assert_eq!(serve.ended_by("-INT"), Some(0));
        find(&[], <[Value]>::is_empty);
        find(&asked, |games| games.len() == 1);
        assert_eq!(metaserver.ended_by("-INT"), Some(0));
    });
}

#[test]
fn nothing_is_announced_unasked() {
    alone(|| {
        let (_metaserver, url) = metaserver();
        let mut serve = start(&["serve", "--port", "0"]);
        serve.line("Ctrl-C");
        let found = tp(&[
            "find",
            "--format=json",
            "--timeout",
            "2",
            "--metaserver",
            &url,
        ]);
        assert_eq!(found.fine(), "");
        let people = tp(&["find", "--timeout", "0.1"]).stdout;
        assert_eq!(people, "no games on the local network\n");
    });
}

#[test]
fn a_game_that_is_started_again_needs_its_key() {
    alone(|| {
        let (_metaserver, url) = metaserver();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let serve = [
            "serve",
            "--port",
            "0",
            "--metaserver",
            &url,
            "--host",
            "game.example",
        ];
        let with_key = [&serve[..], &["--key-file", file.to_str().unwrap()]].concat();
        start(&with_key).line("registered with ");
        // It stays the key when an editor saves it with a byte-order mark.
        let key = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("\u{feff}{key}\r\n")).unwrap();
        start(&with_key).line("registered with ");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let refused = start(&serve).complaint("warning: ");
        assert!(
            refused.starts_with("warning: not registered: ") && refused.contains("another key"),
            "{refused}"
        );
        let games = find(&["--metaserver", &url], |games| games.len() == 1);
        assert!(
            plain_url(&games[0])
                .unwrap()
                .starts_with("tp://game.example:"),
            "{games:?}"
        );
    });
}

#[test]
fn a_place_that_cannot_be_looked_at_is_told_beside_what_is_found() {
    alone(|| {
        let nowhere = "http://127.0.0.1:1/";
        let Run {
            stdout,
            stderr,
            code,
        } = tp(&["find", "--timeout", "0.1", "--metaserver", nowhere]);
        let nothing = "no games on the local network\n";
        assert_eq!((code, stdout.as_str()), (Some(1), nothing));
        assert!(
            stderr.starts_with("error: the metaserver at http://127.0.0.1:1/ cannot be reached: "),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    });
}

#[test]
fn wrong_inputs_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let here = "http://127.0.0.1:1/";
    for (arguments, code, told) in [
        (
            &["find", "--timeout", "0"][..],
            2,
            "it is not from 0.1 to 3600",
        ),
        (
            &["find", "--timeout", "soon"],
            2,
            "it is no number of seconds",
        ),
        (
            &["find", "--timeout", "NaN"],
            2,
            "it is not from 0.1 to 3600",
        ),
        (
            &["find", "--metaserver", "tp://here"],
            2,
            "it does not start with http://",
        ),
        (
            &["find", "--metaserver", "https://here/"],
            2,
            "https is not supported",
        ),
        (
            &["find", "--metaserver", "http://h/?action=get"],
            2,
            "it has a query; give http://HOST",
        ),
        (
            &["metaserver", "--port", &port],
            1,
            "the metaserver does not start: cannot listen on",
        ),
        (&["metaserver", "--listen", "here"], 2, "invalid IP address"),
        (&["metaserver", "--frames", "tp02"], 2, "auto, tp03, tp04"),
        (
            &["serve", "--host", "game.example"],
            2,
            "--metaserver <URL>",
        ),
        (
            &["serve", "--port", "0", "--metaserver", "here"],
            2,
            "this is no URL of a metaserver: ",
        ),
        (
            &[
                "serve",
                "--port=0",
                "--metaserver",
                here,
                "--host=fe80::1%eth0",
            ],
            2,
            "a zone means nothing to players elsewhere",
        ),
        (
            &[
                "serve",
                "--port=0",
                "--metaserver",
                here,
                "--host=b\u{fc}cher",
            ],
            2,
            "the host's name is not ASCII",
        ),
        (
            &[
                "serve",
                "--port",
                "0",
                "--metaserver",
                here,
                "--key-file",
                "/nowhere/key",
            ],
            2,
            "the key in /nowhere/key: ",
        ),
        (
            &[
                "serve",
                "--port",
                "0",
                "--metaserver",
                here,
                "--key-file",
                empty.to_str().unwrap(),
            ],
            2,
            "the file is empty",
        ),
        (
            &[
                "serve",
                "--port",
                "0",
                "--metaserver",
                here,
                "--key-file",
                "/dev/zero",
            ],
            2,
            "the key in /dev/zero: this is too long for one",
        ),
    ] {
        // Shown if it fails.
        println!("{arguments:?}");
        let stderr = tp(arguments).complaint(code);
        assert!(
            stderr.starts_with("error: ") && stderr.contains(told),
            "{stderr}"
        );
    }
}
