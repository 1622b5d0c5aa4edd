//! `test-server`, as its users run it, and all clients of tp-net through all of its scenarios.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tp_net::model::{OrderDescExt as _, OrderParams};
use tp_net::transport::{TransportError, Url, tls};
use tp_net::{BatchResult, Error, IdListQuery, Options, Versions, game, model};
use tp_tests::report::Verdict;

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::test_server::{Place, TestServer};

fn options(name: &str, place: &Place, versions: Versions) -> Options {
    // Where an answer comes, a slow machine may take its time.
    let waits_in_vain = matches!(place.end.as_str(), "no-answer" | "gives-up" | "turned-away")
        || name.contains("silence")
        || name.contains("never-come");
    let timeout = match waits_in_vain {
        true => Duration::from_millis(800),
        false => Duration::from_secs(20),
    };
    let options = Options::default()
        .client_name("tp-net")
        .versions(versions)
        .redirects(4)
        .greeting_timeout(timeout)
        .reply_timeout(Some(timeout))
        .optional_reply_timeout(Duration::from_millis(300));
    match place.end.as_str() {
        "distrusts" => options,
        _ => options.trust(tls::Trust::dangerously_anyone()),
    }
}

/// The scenarios for which a tour gives orders: to wait, and to do something to an object.
const ORDERS: [&str; 2] = ["order-type-unknown", "object-lists"];

/// What went wrong on a tour, by what was asked.
#[derive(Debug, Default)]
struct Tour {
    wrong: Vec<(&'static str, Error)>,
    version: Option<tp_frames::Version>,
}

impl Tour {
    fn note<T>(&mut self, what: &'static str, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.wrong.push((what, error))).ok()
    }

    fn each<T>(&mut self, what: &'static str, result: Result<BatchResult<T>, Error>) -> Vec<T> {
        let things = self.note(what, result).unwrap_or_default();
        let things = things.into_iter();
        things.filter_map(|thing| self.note(what, thing)).collect()
    }

    /// Asks for everything that a scenario may wait for.
    fn take(api: Api, url: Url, options: Options, name: &str) -> Self {
        let mut tour = Self::default();
        let Some(mut client) = tour.note("connect", AnyClient::connect(api, url, options)) else {
            return tour;
        };
        let client = &mut client;
        tour.note("login", ask!(*client, login("ada", "s3cret")));
        tour.note("features", ask!(*client, features()));
        tour.note("ping", ask!(*client, ping()));
        tour.note("time", ask!(*client, time_remaining()));
        let pages = IdListQuery::<game::Object>::new().page_size(5);
        let mut pages = Some(pages);
        let mut ids = Vec::new();
        while let Some(page) = pages.take() {
            if let Some(page) = tour.note("ids", ask!(*client, id_page(page))) {
                ids.extend(page.ids.iter().map(|id| id.id));
                pages = page.next;
            }
        }
        ids.extend([0; 2]);
        let objects = tour.each("objects", ask!(*client, objects(ids)));
        tour.each("boards", ask!(*client, boards([0])));
        let players = tour.each("players", ask!(*client, players([0])));
        let types = tour.note("order types", ask!(*client, order_desc_ids(None)));
        let types: Vec<u32> = types.iter().flatten().map(|id| id.id).collect();
        let mut descs = Vec::new();
        if !types.is_empty() {
            descs = tour.each("order types", ask!(*client, order_descs(types)));
        }
        if name == "unasked-idle" {
            wait_for_unasked(client);
        }
        if ORDERS.contains(&name) {
            let parameter = match name == ORDERS[0] {
                true => OrderParams::TIME,
                false => OrderParams::OBJECT,
            };
            let me = players.first().map(|me| me.id);
            let own = objects.iter().filter(|object| object.owner() == me);
            let mut orders = own.flat_map(|object| {
                let fitting = descs.iter().filter(|desc| desc.takes(&[parameter]));
                fitting.filter_map(|desc| desc.order(object).unchosen().build().ok())
            });
            let taken = orders
                .find(|order| ask!(*client, probe_order(order.clone())).is_ok())
                .expect("something that takes such orders");
            let at = taken.queue.or(taken.object).unwrap_or_default();
            let inserted = ask!(*client, insert_order(taken));
            tour.note("insert order", inserted);
            let read = tour.each("orders", ask!(*client, orders(at, [0])));
            let removed = ask!(*client, remove_orders(at, [0]));
            tour.each("remove order", removed);
            if name == ORDERS[1] {
                for order in read {
                    tour.note("insert order", ask!(*client, insert_order(order)));
                    let removed = ask!(*client, remove_orders(at, [0]));
                    tour.each("remove order", removed);
                }
            }
        }
        let version = match client {
            AnyClient::Blocking(client) => client.version().ok(),
            AnyClient::Polling(client) => {
                let ticket = client.connected().unwrap();
                client.wait().unwrap().redeem(&ticket).unwrap().ok()
            }
            AnyClient::Async(runtime, client) => runtime.block_on(client.version()).ok(),
        };
        tour.version = version;
        if version.is_some_and(|version| version.protocol() == 4) {
            tour.note("padding", ask!(*client, enable_padding()));
        }
        tour.note("time again", ask!(*client, time_remaining()));
        tour
    }
}

/// Asks nothing until something comes unasked.
fn wait_for_unasked(client: &mut AnyClient) {
    let until = Instant::now() + Duration::from_secs(20);
    let mut unasked = None;
    while unasked.is_none() {
        assert!(Instant::now() < until, "nothing came unasked");
        unasked = match client {
            AnyClient::Blocking(client) => client.next_event(Duration::ZERO).unwrap(),
            AnyClient::Polling(client) => client.next_event(Duration::ZERO).unwrap(),
            AnyClient::Async(runtime, client) => {
                let mut events = client.events();
                runtime.block_on(events.next())
            }
        };
        std::thread::yield_now();
    }
}

/// Whether a tour ended as the scenario says that one does.
fn is_as_it_should(end: &str, tour: &Tour) -> bool {
    let wrong = &tour.wrong;
    let any = |is: fn(&Error) -> bool| wrong.iter().any(|(_, error)| is(error));
    let all = |is: fn(&Error) -> bool| wrong.iter().all(|(_, error)| is(error));
    let last = wrong.last().map(|(what, _)| *what);
    // What comes after the trouble is fine again, unless nobody knows whether it is to be padded.
    let is_left =
        |error: &Error| error.is_disconnected() && !matches!(error, Error::PaddingUnknown(_));
    let goes_on = last != Some("time again") || !wrong.iter().any(|(_, error)| is_left(error));
    match end {
        "answers" | "follows" => wrong.is_empty(),
        "older" => wrong.is_empty() && tour.version == Some(game::TP03),
        "refused" => any(Error::is_refused) && all(Error::is_refused) && goes_on,
        "no-answer" => any(is_no_answer) && all(is_no_answer) && goes_on,
        "nonsense" => any(is_nonsense) && all(is_nonsense) && goes_on,
        "gives-up" => any(is_the_end) && all(|error| is_the_end(error) || is_no_answer(error)),
        "turned-away" => any(was_turned_away) && all(was_turned_away),
        "disconnected" => any(Error::is_disconnected) && all(Error::is_disconnected),
        "stays-away" => any(stays_away) && all(|error| stays_away(error) || is_the_end(error)),
        "distrusts" => any(distrusts) && all(distrusts),
        other => panic!("what is {other}?"),
    }
}

fn is_no_answer(error: &Error) -> bool {
    error.is_timeout() || matches!(error, Error::Incomplete { .. })
}

fn is_nonsense(error: &Error) -> bool {
    matches!(
        error,
        Error::Malformed(_) | Error::Unexpected { .. } | Error::Group(_) | Error::TooMany { .. }
    )
}

fn was_turned_away(error: &Error) -> bool {
    error.is_refused() || is_no_answer(error)
}

fn is_the_end(error: &Error) -> bool {
    error.is_disconnected()
        || matches!(
            error,
            Error::Framing(_) | Error::NotTp(_) | Error::Transport(_) | Error::Unexpected { .. }
        )
}

fn stays_away(error: &Error) -> bool {
    matches!(
        error,
        Error::TooManyRedirects(_) | Error::UnencryptedRedirect(_) | Error::Url(_)
    )
}

fn distrusts(error: &Error) -> bool {
    matches!(error, Error::Transport(error)
        if matches!(**error, TransportError::Tls(tls::TlsError::Untrusted(_))))
}

#[test]
fn every_client_ends_every_scenario_as_it_should() {
    let server = TestServer::start(&[]);
    let only = std::env::var("ONLY").ok();
    let mut tours = Vec::new();
    for (number, (name, place)) in server.places.iter().enumerate() {
        let wanted = |only: &String| *only == place.id || only == name;
        if !only.as_ref().is_none_or(wanted) {
            continue;
        }
        tours.extend(APIS.map(|api| (name, place, api, Versions::all())));
        if place.versions.iter().any(|version| version == "TP03") {
            let api = APIS[number % APIS.len()];
            tours.push((name, place, api, Versions::only(game::TP03)));
        }
    }
    let wrong = Mutex::new(Vec::new());
    let (next, one_at_a_time) = (AtomicUsize::new(0), Mutex::new(()));
    // Most of the time is spent in waiting for answers that do not come.
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while let Some((name, place, api, versions)) =
                    tours.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let url: Url = place.url.parse().unwrap();
                    // All are the same player, whose orders they would mix up.
                    let alone = ORDERS
                        .contains(&name.as_str())
                        .then(|| one_at_a_time.lock());
                    let tour = Tour::take(*api, url, options(name, place, *versions), name);
                    drop(alone);
                    if !is_as_it_should(&place.end, &tour) {
                        let Place { id, end, .. } = place;
                        let what = format!("{id} {name} ({api:?}, {versions:?}): {end}: {tour:#?}");
                        wrong.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let count = wrong.len();
    assert!(count == 0, "{count} wrong:\n{}", wrong.join("\n"));
    let (status, report) = server.end();
    // tp-net keeps every rule, by the judgement of the server too.
    let bad: Vec<String> = report
        .outcomes()
        .filter(|(_, outcome)| matches!(outcome.verdict, Verdict::Fail | Verdict::Deviation))
        .map(|(case, outcome)| format!("{} {}: {:?}", case.id, outcome.column, outcome.reason))
        .collect();
    assert_eq!(bad, [""; 0]);
    assert_eq!(status, 0);
    // Every scenario was played to somebody who did what it waits for.
    let skipped = report
        .outcomes()
        .filter(|(_, it)| it.verdict == Verdict::Skipped);
    let skipped = skipped.map(|(case, _)| case.id.as_str());
    let unseen: Vec<&str> = skipped.filter(|id| !id.starts_with("20.")).collect();
    assert_eq!(unseen, [""; 0]);
}

/// Logs in, asks for the time, and gives what became of that.
fn time(url: Url, user: &str) -> Result<model::TimeRemaining, Error> {
    let options = Options::default().redirects(4);
    let mut client = tp_net::blocking::Client::connect(url, options)?;
    client.login(user, "any")?;
    client.time_remaining()
}

#[test]
fn a_scenario_is_chosen_by_the_name_of_the_user() {
    let server = TestServer::start(&[]);
    assert!(server.places["unknown-code"].by_user);
    assert!(!server.places["redirect"].by_user);
    let refused = |user: &str| time(server.address("honest"), user).unwrap_err();
    assert_eq!(refused("unknown-code").refusal().unwrap().code.0, u32::MAX);
    assert_eq!(refused("5.6@game").refusal().unwrap().code.0, u32::MAX);
    // What begins before the login is no name that means anything.
    time(server.address("honest"), "redirect").unwrap();
    time(server.address("honest"), "alice").unwrap();
    let (_, report) = server.end();
    let counts = |id: &str| {
        let of = report.outcomes().filter(|(case, _)| case.id == id);
        of.map(|(_, outcome)| outcome.verdict).collect::<Vec<_>>()
    };
    // Nothing was asked after it.
    assert_eq!(counts("5.6"), [Verdict::Deviation]);
    assert_eq!(counts("11.1"), [Verdict::Skipped, Verdict::Skipped]);
}

#[test]
fn what_a_client_says_it_plays_has_to_be_played() {
    let came = |more: &[&str]| {
        let server = TestServer::start(more);
        let _ = time(server.address("honest"), "unknown-code");
        let _ = time(server.address("byte-by-byte"), "ada");
        let (status, report) = server.end();
        let cases = report.groups.iter().flat_map(|group| &group.cases);
        let ids: Vec<String> = cases.map(|case| case.id.clone()).collect();
        (status, report.incomplete, ids)
    };
    // Two of all scenarios: whatever the client did there says little.
    let (status, why, ids) = came(&[]);
    let why = why.unwrap_or_default();
    assert_eq!(status, 3);
    assert!(why.contains("cases were tried, fewer than half"), "{why}");
    assert!(ids.len() > 150, "{}", ids.len());
    assert_eq!(came(&["--allow-skipped"]).0, 0);
    let some = ["--only", "1.1", "5.6", "20.1", "20.14"];
    let (status, why, ids) = came(&some);
    assert_eq!((status, why), (0, None));
    assert_eq!(ids, ["1.1", "5.6", "20.1", "20.14"]);
    let (status, why, _) = came(&["--only", "1.1,1.2,5.6"]);
    assert_eq!(status, 3);
    assert!(
        why.unwrap()
            .starts_with("--only names what was not tried: 1.2;")
    );
    let (status, _, ids) = came(&["--only", "1", "--except", "1.2,1.3,1.4", "--allow-skipped"]);
    assert_eq!(status, 0);
    assert!(
        ids.contains(&"1.1".into()) && !ids.contains(&"1.3".into()),
        "{ids:?}"
    );
}

#[test]
fn a_file_says_what_each_connection_gets() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = "connections = [\"unknown-code\", \"close-at-login\", \"honest\"]";
    std::fs::write(&file, text).unwrap();
    let server = TestServer::start(&["--script", file.path().to_str().unwrap()]);
    let url = || server.address("honest");
    assert!(time(url(), "ada").unwrap_err().is_refused());
    assert!(time(url(), "ada").unwrap_err().is_disconnected());
    time(url(), "ada").unwrap();
    time(url(), "ada").unwrap();
    server.end();
}

/// Runs the program to its end: its exit code, what it says, and what it complains of.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_test-server"));
    let output = command.args(args).stdin(Stdio::null()).output().unwrap();
    let [said, error] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    (output.status.code(), said, error)
}

/// That the program refuses to start, and says this.
fn refused(args: &[&str], why: &str) {
    let (status, _, error) = run(args);
    assert_eq!(status, Some(2));
    assert!(error.contains(why), "{error}");
}

#[test]
fn what_is_wrong_with_an_argument_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        let path = folder.path().join("file.toml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let unknown = file("connections = [\"unheard-of\"]");
    let why = "there is no scenario \"unheard-of\"; --list shows them";
    refused(&["--port", "0", "--script", &unknown], why);
    let expect = file("[[expect]]\ncase = \"99.1\"\nverdict = \"fail\"\nreason = \"x\"\n");
    refused(&["--port", "0", "--expect", &expect], "99.1");
    for option in ["--only", "--except"] {
        refused(
            &["--port", "0", option, "99.1"],
            "there is no case or group 99.1",
        );
    }
    let elsewhere = "/no/such/folder/report";
    let why = format!("cannot write {elsewhere}");
    refused(&["--port", "0", "--out", elsewhere], &why);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(&["--port", &port], "cannot listen on 127.0.0.1:");
    let (status, list, _) = run(&["--list"]);
    assert_eq!(status, Some(0));
    assert!(
        list.contains("byte-by-byte") && list.contains("tunnel-endless"),
        "{list}"
    );
}

#[test]
fn it_ends_when_its_time_is_over_and_writes_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let args = ["--port", "0", "--for", "1", "--report", "html", "--out"];
    let (status, text, error) = run(&[&args[..], &[page.to_str().unwrap()]].concat());
    // Nobody came, so that nothing is known of anybody.
    assert_eq!((status, error.as_str()), (Some(3), ""));
    assert!(text.contains("too little to judge by: 0 of "), "{text}");
    assert!(text.contains("tp://127.0.0.1:"), "{text}");
    assert!(text.contains("Client rules"), "{text}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains("byte-by-byte") || page.contains("Every byte comes alone."),
        "no cases"
    );
}
