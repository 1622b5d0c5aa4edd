//! Commands that look into a game and play it, as processes against the demo game, in both versions.

use std::process::Stdio;

use serde_json::Value;

use crate::program::{Run, Serve, command, json, tp};

const VERSIONS: [&str; 2] = ["tp03", "tp04"];

/// What a command makes of the demo game, as guest.
fn play(serve: &Serve, command: &str, arguments: &[&str]) -> Run {
    let url = format!("tp://guest@{}", serve.address);
    tp(&[&[command, &url], arguments].concat())
}

/// The same as lines of JSON.
fn lines(serve: &Serve, command: &str, arguments: &[&str]) -> Vec<Value> {
    json(&play(serve, command, &[arguments, &["--format=json"]].concat()).fine())
}

/// The id of the guest's fleet.
fn fleet(serve: &Serve) -> String {
    let fleets = lines(serve, "objects", &["--type=fleet", "--owner=me"]);
    fleets[0]["id"].to_string()
}

#[test]
fn every_list_is_there_for_people_and_for_programs() {
    let serve = Serve::start(&[]);
    for version in VERSIONS {
        let protocol = ["--protocol", version];
        for (command, heads, key) in [
            ("players", "Id  Name   Race", "race"),
            ("resources", "Id  Name   Unit", "weight"),
            ("boards", " Id  Name ", "messages"),
            ("designs", "Id  Name ", "components"),
            ("components", "Id  Name ", "requirements"),
            ("properties", "Id  Name ", "rank"),
            ("categories", "Id  Name ", "description"),
        ] {
            let shown = play(&serve, command, &protocol).fine();
            assert!(shown.starts_with(heads), "{command}: {shown}");
            let listed = lines(&serve, command, &protocol);
            // Each has a row, and one is above them.
            assert_eq!(
                listed.len() + 1,
                shown.lines().count(),
                "{command}: {shown}"
            );
            assert!(listed.iter().all(|it| !it[key].is_null()), "{listed:?}");
            let id = listed[0]["id"].to_string();
            let one = lines(&serve, command, &[&protocol[..], &[&id]].concat());
            assert_eq!(one, listed[..1]);
            let told = play(&serve, command, &[&protocol[..], &["4000"]].concat()).complaint(1);
            assert!(told.contains(" refuses: "), "{command}: {told}");
        }
    }
}

#[test]
fn a_server_tells_who_asks_without_a_login_what_it_is() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let shown = tp(&["info", &address]).fine();
    for line in [
        "Speaks    TP04, TP03\n",
        "Greeting  tp-game ",
        "Features  KeepAlive",
        "Game      demo",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let told = json(&tp(&["info", &address, "--format=json"]).fine());
    assert_eq!(told[0]["versions"], serde_json::json!(["TP04", "TP03"]));
    let pongs = [
        "ping",
        &address,
        "--count=3",
        "--interval=100ms",
        "--format=json",
    ];
    let pongs = json(&tp(&pongs).fine());
    assert_eq!(pongs.len(), 3);
    assert!(
        pongs
            .iter()
            .all(|it| it["answered"] == true && it["seconds"].is_f64())
    );
}

#[test]
fn orders_are_checked_given_listed_and_removed() {
    for version in VERSIONS {
        let serve = Serve::start(&[]);
        let fleet = fleet(&serve);
        let order = |arguments: &[&str]| {
            let start = [&fleet, "--protocol", version];
            play(&serve, "order", &[&start[..], arguments].concat())
        };
        order(&["wait", "turns=3"]).fine();
        order(&["Move", "To=1,-2,3", "--before=0"]).fine();
        order(&["Split", "Ships=Scout:1"]).fine();
        let orders = |more: &[&str]| {
            let start = [&fleet, "--protocol", version];
            play(&serve, "orders", &[&start[..], more].concat()).fine()
        };
        let shown = orders(&[]);
        let wanted = "0  Move  3 turns\n    To=1,-2,3\n1  Wait  3 turns\n    Turns=3\n2  Split  1 turn\n    \
                      Ships=Scout:1\n";
        assert!(shown.starts_with(wanted), "{shown}");
        assert!(shown.contains(" takes: Move, "), "{shown}");
        orders(&["--remove=0", "--remove=2"]);
        assert!(orders(&[]).starts_with("0  Wait  3 turns\n"));

        // What does not fit is not sent.
        for (arguments, wanted) in [
            (&["Wait"][..], "Turns=turns, 0 to 100 is missing"),
            (
                &["Wait", "Turns=101"],
                "parameter \"Turns\" is 101, not from 0 to 100",
            ),
            (&["Wait", "Turns=long"], "Turns: long is "),
            (&["Wait", "Turns=1", "Turns=2"], "Turns is given twice"),
            (
                &["Wait", "Turns=1", "Speed=2"],
                "the order Wait needs no Speed; it needs Turns",
            ),
            (&["Wait", "Turns"], "Turns is not NAME=VALUE"),
            (&["Dance"], "takes no order Dance; it takes Move, "),
            (&["Move", "To=1"], "a position, X,Y,Z"),
            (
                &["Split", "Ships=Tug:1"],
                "there is no Tug to choose; there are Scout, Frigate",
            ),
            (
                &["Split", "Ships=Scout:9"],
                "takes 2 of option 1 at most, not 9",
            ),
        ] {
            let told = order(arguments).complaint(2);
            assert!(told.contains(wanted), "{arguments:?}: {told}");
        }
        assert_eq!(orders(&[]).matches("\n    ").count(), 1);
        let probed = order(&["Wait", "Turns=7", "--probe"]).fine();
        assert!(probed.contains("7 turns"), "{probed}");
        assert_eq!(orders(&[]).matches("\n    ").count(), 1);
    }
}

#[test]
fn messages_are_posted_read_and_removed() {
    for version in VERSIONS {
        let serve = Serve::start(&[]);
        let protocol = ["--protocol", version];
        let with = |arguments: &[&str], command| {
            play(&serve, command, &[arguments, &protocol].concat()).fine()
        };
        with(
            &["1", "Peace?", "I leave you\nthe \u{1b}[31msouth."],
            "post",
        );
        let shown = with(&["1"], "messages");
        let wanted = "  Peace?\n    I leave you\n    the \\u{1b}[31msouth.\n";
        assert!(shown.contains(wanted), "{shown}");
        let own = with(&[], "messages");
        assert!(own.starts_with("0  turn 1  Welcome\n"), "{own}");
        with(&["0", "--remove=0"], "messages");
        assert!(!with(&[], "messages").contains("Welcome"));
        let url = format!("guest@{}", serve.address);
        let mut post = command(&["post", &url, "1", "Report", "-"]);
        post.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = post.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"from a file").unwrap();
        Run::from(child.wait_with_output().unwrap()).fine();
        assert!(with(&["1"], "messages").contains("    from a file\n"));
    }
}

#[test]
fn a_turn_is_finished_and_waited_for() {
    for version in VERSIONS {
        let serve = Serve::start(&[]);
        let protocol = ["--protocol", version];
        let turn = || lines(&serve, "turn", &[])[0]["turn"].as_u64().unwrap();
        let before = turn();
        let options = [&protocol[..], &["--wait=60s"]].concat();
        let said = play(&serve, "finish-turn", &options).fine();
        assert!(said.lines().count() == 2, "{said}");
        assert_eq!(turn(), before + 1);
        // Nobody ends the next.
        let options = [&protocol[..], &["--limit=100ms"]].concat();
        play(&serve, "wait-turn", &options).complaint(1);
    }
}

#[test]
fn any_packet_is_sent_and_its_answers_are_json() {
    let serve = Serve::start(&[]);
    for version in VERSIONS {
        let call = |arguments: &[&str]| {
            play(
                &serve,
                "call",
                &[arguments, &["--protocol", version]].concat(),
            )
        };
        let answers = json(&call(&["GetPlayer", r#"{"ids":[0]}"#]).fine());
        assert_eq!(answers[0]["name"], "Player");
        assert_eq!(answers[0]["fields"]["name"], "guest");
        let run = call(&["getplayer", r#"{"ids":[0,4000]}"#]);
        let answers = json(&run.stdout);
        assert_eq!(
            (answers[1]["name"].as_str(), run.code),
            (Some("Fail"), Some(1))
        );
        for (arguments, wanted) in [
            (&["GetPlayer", "{"][..], "no fields of GetPlayer: "),
            (&["GetPlayer", r#"{"id":1}"#], "missing field `ids`"),
            (
                &["GetPlaer"],
                "the protocol has no packet GetPlaer; GetPlayer is the nearest",
            ),
            (&["CommandResult"], "`tp admin` runs commands"),
        ] {
            let told = call(arguments).complaint(2);
            assert!(told.contains(wanted), "{arguments:?}: {told}");
        }
        for (arguments, wanted) in [
            (
                &["Login", r#"{"username":"a","password":"b"}"#][..],
                "Connect and Login among",
            ),
            (&["Okay", r#"{"result":""}"#], "packets that nobody answers"),
        ] {
            let told = call(arguments).complaint(1);
            assert!(told.contains(wanted), "{arguments:?}: {told}");
        }
    }
    let told = play(
        &serve,
        "call",
        &["GetObjectDesc", r#"{"ids":[0]}"#, "--protocol=tp03"],
    );
    assert!(told.complaint(1).contains("TP03"));
}

#[test]
fn every_request_of_the_protocol_is_described_with_an_example_that_is_read() {
    let listed = tp(&["list", "--format=json"]).fine();
    let serve = Serve::start(&[]);
    let requests = json(&listed).into_iter();
    let requests = requests.filter(|it| it["answers"] != serde_json::json!([]));
    let requests: Vec<Value> = requests.filter(|it| it["versions"][0] != "admin").collect();
    assert!(requests.len() > 30, "{}", requests.len());
    for request in requests {
        let name = request["name"].as_str().unwrap();
        let described = tp(&["describe", name, "--format=json"]).fine();
        let example = json(&described)[0]["example"].to_string();
        let shown = tp(&["describe", name]).fine();
        assert!(
            shown.contains(&format!("tp call URL {name} '{example}'")),
            "{shown}"
        );
        if matches!(name, "Connect" | "Login" | "FinishedTurn") {
            continue;
        }
        let run = play(&serve, "call", &[name, &example]);
        assert_ne!(run.code, Some(2), "{name}: {}", run.stderr);
    }
}

#[test]
fn accounts_are_opened_once() {
    let serve = Serve::start(&[]);
    let url = format!("dora@{}", serve.address);
    tp(&["register", &url, "--email=dora@example.com"]).fine();
    tp(&["players", &url]).fine();
    let told = tp(&["register", &url]).complaint(1);
    assert!(told.contains(" refuses: "), "{told}");
}

#[test]
fn where_things_are_is_drawn() {
    let serve = Serve::start(&[]);
    let shown = play(&serve, "map", &["--width=60", "--height=20"]).fine();
    assert_eq!(shown.lines().count(), 21);
    assert!(
        shown.lines().all(|line| line.chars().count() <= 60),
        "{shown}"
    );
    assert!(shown.contains('✶') && shown.contains("▶"), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (svg, html) = (file("map.svg"), file("map.html"));
    let said = play(&serve, "map", &["--svg", &svg, "--html", &html]).fine();
    assert_eq!(said, "");
    for (file, start) in [(&svg, "<svg xmlns="), (&html, "<!doctype html>")] {
        let drawn = std::fs::read_to_string(file).unwrap();
        assert!(drawn.starts_with(start) && drawn.contains(">First fleet of guest</text>"));
    }
    let told = play(&serve, "map", &["--html", &file("no/such/map.html")]).complaint(2);
    assert!(told.contains("cannot write "), "{told}");
}

#[test]
fn a_browser_shows_the_map_as_a_page_to_zoom_and_to_find_things_in() {
    let serve = Serve::start(&[]);
    // What players call their things is no part of the page.
    let name = "<img src=x onerror=\"document.title='run'\">";
    let arguments = [fleet(&serve).as_str(), "Rename", &format!("Name={name}")].map(str::to_owned);
    play(&serve, "order", &arguments.each_ref().map(String::as_str)).fine();
    play(&serve, "finish-turn", &["--wait=60s"]).fine();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("map.html");
    let file = file.to_str().unwrap();
    play(&serve, "map", &["--html", file]).fine();
    // A hand on the keyboard.
    let hand = "<script>
        const said = [svg.getAttribute('viewBox')];
        dispatchEvent(new KeyboardEvent('keydown', { key: '+' }));
        said.push(svg.getAttribute('viewBox'));
        dispatchEvent(new KeyboardEvent('keydown', { key: '0' }));
        said.push(svg.getAttribute('viewBox'));
        search.value = 'ALCOR';
        search.dispatchEvent(new Event('input'));
        const found = [...document.querySelectorAll('g.found')];
        said.push(found.map(it => it.dataset.name).sort().join(','), footer.textContent);
        search.value = 'onerror';
        search.dispatchEvent(new Event('input'));
        said.push(footer.textContent, document.querySelectorAll('img').length);
        document.title = said.join('|');
    </script></body>";
    let page = std::fs::read_to_string(file).unwrap();
    // It needs nothing else.
    let (addresses, names) = ("://", "http://www.w3.org/2000/svg");
    assert_eq!(page.matches(addresses).count(), page.matches(names).count());
    std::fs::write(file, page.replace("</body>", hand)).unwrap();
    let Some(page) = tp_test_components::browse(&format!("file://{file}"), &[]) else {
        return;
    };
    assert_eq!(page.console, [""; 0]);
    let (_, title) = page.dom.split_once("<title>").unwrap();
    let (title, _) = title.split_once("</title>").unwrap();
    let said: Vec<&str> = title.split('|').collect();
    let [whole, near, again, found, told, fleet, images] = said[..] else {
        panic!("{title}");
    };
    let width = |view: &str| view.split(' ').nth(2).unwrap().parse::<f64>().unwrap();
    assert!(width(near) < width(whole), "{title}");
    assert_eq!(again, whole);
    assert_eq!(found, "Alcor,Alcor I,Alcor II,Alcor III");
    assert!(told.starts_with("Alcor"), "{told}");
    assert!(fleet.contains(", of guest"), "{fleet}");
    assert_eq!(images, "0");
}

#[test]
fn who_logs_in_is_said_once() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "guest\nmore\n").unwrap();
    let file = file.to_str().unwrap();
    for arguments in [
        &["--user=guest"][..],
        &["--user=guest", "--password-file", file],
    ] {
        tp(&[&["turn", &address], arguments].concat()).fine();
    }
    let told = tp(&["turn", &format!("alice@{address}"), "--user=guest"]).complaint(2);
    assert!(
        told.contains("--user is guest, and the URL says alice"),
        "{told}"
    );
    let url = format!("guest:guest@{address}");
    let told = tp(&["turn", &url, "--password-file", file]).complaint(2);
    assert!(told.contains("the URL has a password"), "{told}");
    let told = tp(&["turn", &address, "--user=guest", "--password-file=/no/such"]).complaint(2);
    assert!(told.contains("the password in /no/such: "), "{told}");
    let mut nobody = command(&["turn", &format!("guest@{address}")]);
    let told = Run::from(nobody.env_remove("TP_PASSWORD").output().unwrap()).complaint(2);
    assert!(
        told.contains("no password for guest: give TP_PASSWORD or"),
        "{told}"
    );
}

#[test]
fn profiles_stand_for_servers() {
    let serve = Serve::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("tp");
    std::fs::create_dir(&settings).unwrap();
    let write = |text: &str| std::fs::write(settings.join("config.toml"), text).unwrap();
    let run = |arguments: &[&str]| -> Run {
        let mut command = command(arguments);
        command
            .env("XDG_CONFIG_HOME", folder.path())
            .output()
            .unwrap()
            .into()
    };
    write(&format!(
        "[profiles.home]\nurl = \"tp://{}\"\nuser = \"guest\"\nprotocol = \"tp03\"\ntimeout = \"5s\"\n",
        serve.address
    ));
    run(&["turn", "@home"]).fine();
    let listed = run(&["profiles"]).fine();
    assert!(
        listed.contains("@home") && listed.contains("guest"),
        "{listed}"
    );
    let told = run(&["turn", "@hom"]).complaint(2);
    assert!(
        told.contains("no profile is called @hom; there is @home"),
        "{told}"
    );
    write("[profiles.home]\nurl = \"h\"\npasword = \"x\"\n");
    let told = run(&["turn", "@home"]).complaint(2);
    assert!(
        told.contains("config.toml:3: unknown field `pasword`"),
        "{told}"
    );
}

#[test]
fn whatever_is_wrong_is_told_in_one_sentence() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let guest = format!("guest@{address}");
    for (arguments, code, wanted) in [
        (
            &["turn", "tp://guest@nowhere.invalid"][..],
            1,
            "cannot be looked up",
        ),
        (
            &["turn", "guest@127.0.0.1:1"],
            1,
            "no connection to tp://127.0.0.1:1",
        ),
        (&["turn", "gopher://guest@h"], 2, "no such scheme"),
        (
            &["turn", &format!("guest:no@{address}")],
            1,
            "does not log in guest: refused",
        ),
        (&["object", &guest, "4000"], 1, " refuses: "),
        (
            &["object", &guest, "Nothing"],
            1,
            "no object is called Nothing",
        ),
        (
            &["object", &guest, "Wormhole"],
            1,
            "several objects are called Wormhole: ",
        ),
        (
            &["objects", &guest, "--owner=nobody"],
            1,
            "no player is called nobody; there are guest",
        ),
        (&["messages", &guest, "4000"], 1, " refuses: "),
        (&["orders", &guest, "0", "--remove=0"], 1, " refuses: "),
        (
            &["order", &guest, "0", "Move"],
            1,
            "takes no orders from you",
        ),
        (&["post", &guest, "1"], 2, "SUBJECT is missing"),
        (&["turn", &guest, "--proxy=gopher://h"], 2, "gopher"),
        (
            &["turn", &guest, "--ca=/no/such"],
            2,
            "whom to trust matters",
        ),
        (
            &["describe", "Nothing"],
            2,
            "the protocol has no packet Nothing",
        ),
        (&["watch", &guest], 2, "watch needs a terminal"),
        (
            &["man", "--out=/dev/null/x"],
            2,
            "cannot write to /dev/null/x",
        ),
    ] {
        let told = tp(arguments).complaint(code);
        assert!(told.starts_with("error: "), "{arguments:?}: {told}");
        assert!(told.contains(wanted), "{arguments:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let told = tp(&["turn", &guest, "--timeout=0"]).complaint(2);
    assert!(told.contains("it is not from 100ms to 60m"), "{told}");
}

#[test]
fn a_full_disk_is_told_and_a_reader_that_stops_is_not() {
    let serve = Serve::start(&[]);
    let guest = format!("guest@{}", serve.address);
    #[cfg(target_os = "linux")]
    {
        let full = std::fs::File::create("/dev/full").unwrap();
        let run = command(&["players", &guest]).stdout(full).output().unwrap();
        let told = String::from_utf8(run.stderr).unwrap();
        assert!(told.starts_with("error: cannot write: "), "{told}");
        assert_eq!(run.status.code(), Some(1));
    }
    let mut child = command(&["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
}

#[test]
fn shells_and_manuals_get_what_they_want() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = tp(&["completions", shell]).fine();
        assert!(script.contains("finish-turn"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new");
    tp(&["man", "--out", out.to_str().unwrap()]).fine();
    let page = std::fs::read_to_string(out.join("tp-order.1")).unwrap();
    assert!(page.contains("NAME=VALUE"), "{page}");
    assert!(out.join("tp.1").exists());
}

#[test]
fn every_command_has_help_with_examples() {
    let help = tp(&["--help"]).fine();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter_map(|line| line.strip_prefix("  "));
    let names: Vec<&str> = names.filter(|line| !line.starts_with(' ')).collect();
    assert!(names.len() > 30, "{names:?}");
    for line in names {
        let name = line.split(' ').next().unwrap();
        if name == "help" {
            continue;
        }
        let help = tp(&[name, "--help"]).fine();
        assert!(help.contains("\nExamples:\n  "), "{name}: {help}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_text_are_told_or_taken_as_files() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let no_text = OsStr::from_bytes(b"/dev/null/\xff\xfe");
    for (arguments, wanted) in [
        (&["objects"][..], "invalid UTF-8"),
        (&["call", "localhost", "Ping"], "invalid UTF-8"),
        (&["order", "localhost", "Earth", "Move"], "invalid UTF-8"),
        (&["decode"], "cannot read /dev/null/"),
        (&["replay", "--to", "localhost"], "cannot read /dev/null/"),
        (
            &["turn", "guest@localhost", "--password-file"],
            "the password in /dev/null/",
        ),
        (&["man", "--out"], "cannot write to /dev/null/"),
    ] {
        let run = command(arguments).arg(no_text).output().unwrap();
        let told = Run::from(run).complaint(2);
        assert!(
            told.starts_with("error: ") && told.contains(wanted),
            "{arguments:?}: {told}"
        );
    }
}
