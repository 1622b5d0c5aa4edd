//! Servers of the administration protocol, and the clients of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use tp_frames::admin::{
    CommandDesc, CommandDescIDs, CommandParams, CommandResult, GetCommandDesc, GetCommandDescIDs,
    LogMessage, LogMessageLevel, Ping,
};
use tp_frames::{DecodeOptions, Packet, Parameters, Semi64, admin, game};
use tp_net::admin::{BlockingClient, PollingClient};
use tp_net::model::Refusal;
use tp_net::server::admin::{AdminHandler, Command, Log, Value};
use tp_net::server::{Builder, Limits, Login, Peer, Server, ServerError, Timeouts};
use tp_net::{BatchResult, Error, Event, Options};

use crate::peer::options;
use crate::server_client::{Client, Fail, LONG, Okay, Other, Sequence, address};

/// A reactor, whose operator is `root` with the password `s3cret`.
#[derive(Clone, Default)]
struct Reactor {
    log: Log,
    gate: Arc<Notify>,
    waiting: Arc<AtomicUsize>,
    left: Arc<Notify>,
}

/// The ids of its commands.
const STATUS: u32 = 0;
const HEAT: u32 = 1;
const SET: u32 = 2;
const WAIT: u32 = 3;
const PANIC: u32 = 4;

impl AdminHandler for Reactor {
    type Admin = &'static str;

    async fn login(&self, _: &Peer, login: Login) -> Result<&'static str, Refusal> {
        let name = login.username.as_str().unwrap_or_default().to_owned();
        let password = login.password.as_str().unwrap_or_default().to_owned();
        match (name.as_str(), password.as_str()) {
            ("root", "s3cret") => Ok("root"),
            ("guest", _) => Ok("guest"),
            _ => Err(Refusal::permission_denied("wrong name or password")),
        }
    }

    fn commands(&self) -> Vec<Command> {
        vec![
            Command::new("status", "Tells how it goes."),
            Command::new("heat", "Heats up.").integer("kelvin", "By how much."),
            Command::new("set", "Sets a setting.")
                .string("setting", "Which.")
                .string("value", "To what."),
            Command::new("wait", "Waits at the gate."),
            Command::new("panic", "Panics."),
        ]
    }

    async fn run(
        &self,
        admin: &&'static str,
        command: &str,
        values: &[Value],
    ) -> Result<CommandResult, Refusal> {
        if *admin != "root" {
            return Err(Refusal::permission_denied("guests only watch"));
        }
        self.log
            .send(LogMessageLevel::INFO, &format!("{command} {values:?}"));
        Ok(match (command, values) {
            ("status", []) => CommandResult::okay("It is warm."),
            ("heat", [Value::Integer(kelvin)]) if *kelvin > 1000 => {
                CommandResult::failed("That is too much.")
            }
            ("heat", [Value::Integer(kelvin)]) => CommandResult::okay(format!("{kelvin} more")),
            ("set", [Value::String(setting), Value::String(value)]) => {
                CommandResult::okay(format!("{setting} is {value}"))
            }
            ("wait", []) => {
                self.waiting.fetch_add(1, Ordering::Relaxed);
                self.gate.notified().await;
                CommandResult::okay("It was long.")
            }
            ("panic", []) => panic!("as it was asked to"),
            _ => panic!("the library lets {command} {values:?} through"),
        })
    }

    fn log(&self) -> Option<&Log> {
        Some(&self.log)
    }

    async fn disconnected(&self, _: &Peer, _: Option<&&'static str>) {
        self.left.notify_one();
    }
}

async fn start() -> (Server, Reactor) {
    start_with(|builder| builder).await
}

async fn start_with(with: impl FnOnce(Builder) -> Builder) -> (Server, Reactor) {
    let reactor = Reactor::default();
    let builder = with(Server::builder().listen("127.0.0.1:0"));
    let server = builder.start_admin(reactor.clone()).await.unwrap();
    (server, reactor)
}

/// Connected and logged in.
fn logged_in(address: SocketAddr) -> Client {
    let mut client = Client::open(address, admin::VERSION);
    assert_eq!(client.ask(&admin::Connect::default()), Okay);
    assert_eq!(client.ask(&login("root", "s3cret")), Okay);
    client
}

fn login(username: &str, password: &str) -> admin::Login {
    admin::Login {
        username: username.into(),
        password: password.into(),
    }
}

/// A command with these bytes for parameters.
fn raw(ctype: u32, bytes: &[u8]) -> admin::Command {
    admin::Command {
        ctype,
        parameters: Parameters::from_bytes(admin::VERSION, bytes.to_vec()),
    }
}

fn query(key: Option<u32>, start: u32, amount: Option<u32>) -> GetCommandDescIDs {
    GetCommandDescIDs {
        key: key.into(),
        start,
        amount: amount.into(),
        from: Semi64::NONE,
    }
}

/// The answer to a command that was run.
fn result(client: &mut Client, command: &admin::Command) -> CommandResult {
    client.send(command);
    let [frame] = &client.answer()[..] else {
        panic!("one answer");
    };
    let strict = DecodeOptions::new().strict(true);
    frame.decode::<CommandResult>(&strict).unwrap().0
}

/// The refusal of a request: its code and text.
fn refusal(client: &mut Client, request: &impl Packet) -> (u32, String) {
    client.send(request);
    let [frame] = &client.answer()[..] else {
        panic!("one answer");
    };
    let (fail, _) = frame
        .decode::<admin::Fail>(&DecodeOptions::default())
        .unwrap();
    (fail.code.0, fail.result.to_string())
}

/// What an operator does, whatever the client: `ask` waits for an answer, and `next` for a line of the
/// log.
macro_rules! operate {
    ($client:ident, $ask:ident, $next:ident) => {
        let refused = $ask!($client.login("root", "wrong")).unwrap_err();
        assert!(refused.to_string().contains("wrong name"), "{refused}");
        let early = $ask!($client.command(STATUS, [])).unwrap_err();
        assert!(matches!(early, Error::Refused(_)), "{early}");
        $ask!($client.login("root", "s3cret")).unwrap();

        let ids: Vec<u32> = $ask!($client.command_ids())
            .unwrap()
            .iter()
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, [STATUS, HEAT, SET, WAIT, PANIC]);
        let descs: BatchResult<CommandDesc> = $ask!($client.command_descs(ids)).unwrap();
        let descs: Vec<_> = descs.into_iter().map(Result::unwrap).collect();
        let names = descs.iter().map(|it| it.name.to_string());
        let names: Vec<_> = names.collect();
        assert_eq!(names, ["status", "heat", "set", "wait", "panic"]);
        assert_eq!(descs[2].parameters[1].name, "value");
        assert!(descs[0].modtime > Some(1_700_000_000));

        let run: [(u32, Vec<CommandParams>, bool, &str); 4] = [
            (STATUS, vec![], true, "It is warm."),
            (HEAT, vec![7_u32.into()], true, "7 more"),
            (HEAT, vec![1001_u32.into()], false, "That is too much."),
            (SET, vec!["a".into(), "ä".into()], true, "a is ä"),
        ];
        for (id, values, okay, output) in run {
            let result = $ask!($client.command(id, values)).unwrap();
            assert_eq!(result.is_okay(), okay);
            assert_eq!(result.output, output);
        }
        for wanted in [
            "status []",
            "heat [Integer(7)]",
            "heat [Integer(1001)]",
            "set [String(\"a\"), String(\"ä\")]",
        ] {
            let Event::Log(line) = $next!() else {
                panic!("only the log comes unasked");
            };
            assert_eq!(line.message, wanted);
            assert_eq!(line.level, LogMessageLevel::INFO);
            assert!(line.timestamp > 1_700_000_000);
        }
        let unknown = $ask!($client.command(99, [])).unwrap_err();
        assert!(unknown.to_string().contains("no command 99"), "{unknown}");
        let missing = $ask!($client.command(HEAT, [])).unwrap_err();
        assert!(missing.to_string().contains("kelvin"), "{missing}");
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_with_the_blocking_client() {
    let (server, _) = start().await;
    let address = address(&server);
    let operating = tokio::task::spawn_blocking(move || {
        let mut client = BlockingClient::connect(address, options()).unwrap();
        macro_rules! ask {
            ($call:expr) => {
                $call
            };
        }
        // It came before the result.
        macro_rules! next {
            () => {
                client.next_event(Duration::ZERO).unwrap().unwrap()
            };
        }
        operate!(client, ask, next);
    });
    operating.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_with_the_polling_client() {
    let (server, _) = start().await;
    let address = address(&server);
    let operating = tokio::task::spawn_blocking(move || {
        let mut client = PollingClient::connect(address, options()).unwrap();
        macro_rules! ask {
            ($call:expr) => {{
                let ticket = $call.unwrap();
                client.client().wait().unwrap().redeem(&ticket).unwrap()
            }};
        }
        macro_rules! next {
            () => {
                client.next_event(Duration::ZERO).unwrap().unwrap()
            };
        }
        operate!(client, ask, next);
    });
    operating.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_with_the_asynchronous_client() {
    let (server, _) = start().await;
    let connected = tp_net::admin::Client::connect(address(&server), options()).await;
    let client = connected.unwrap();
    let mut log = client.events();
    macro_rules! ask {
        ($call:expr) => {
            $call.await
        };
    }
    macro_rules! next {
        () => {
            log.next().await.unwrap()
        };
    }
    operate!(client, ask, next);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_login_there_is_nothing_else() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), admin::VERSION);
    let others = |client: &mut Client| {
        assert_eq!(client.ask(&Ping {}), Fail(1));
        assert_eq!(client.ask(&query(None, 0, None)), Fail(1));
        assert_eq!(client.ask(&GetCommandDesc { ids: vec![0, 1] }), Fail(1));
        assert_eq!(client.ask(&raw(STATUS, b"")), Fail(1));
        assert_eq!(client.ask(&game::GetFeatures {}), Fail(1));
    };
    assert_eq!(client.ask(&login("root", "s3cret")), Fail(1));
    others(&mut client);
    assert_eq!(client.ask(&admin::Connect::default()), Okay);
    assert_eq!(client.ask(&admin::Connect::default()), Fail(0));
    others(&mut client);
    assert_eq!(client.ask(&login("root", "wrong")), Fail(5));
    others(&mut client);
    assert_eq!(client.ask(&login("root", "s3cret")), Okay);
    assert_eq!(client.ask(&Ping {}), Okay);
    assert_eq!(client.ask(&login("root", "s3cret")), Fail(0));
    assert_eq!(client.ask(&game::GetFeatures {}), Fail(0));
    assert_eq!(client.ask(&game::SetFilters::default()), Fail(0));
    assert_eq!(client.ask(&game::FinishedTurn {}), Fail(0));
    let (_, text) = refusal(&mut client, &CommandResult::default());
    assert_eq!(text, "frame type 1007 (CommandResult) is no request");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_cannot_be_guessed_for_long() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), admin::VERSION);
    assert_eq!(client.ask(&admin::Connect::default()), Okay);
    for _ in 0..5 {
        assert_eq!(client.ask(&login("root", "wrong")), Fail(5));
    }
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_administrator_speaks_is_told_so() {
    let (server, _) = start().await;
    let mut old = Client::open(address(&server), game::TP03);
    old.send(&game::Connect::default());
    let (sequence, fail) = old.packet::<game::Fail>();
    assert_eq!((sequence, fail.code.0), (0, 0));
    assert_eq!(fail.result, "this server speaks TP04, not TP03");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_commands_are_read_in_slices() {
    let (server, _) = start().await;
    let mut client = logged_in(address(&server));
    let mut slice = |query: GetCommandDescIDs| {
        client.send(&query);
        client.packet::<CommandDescIDs>().1
    };
    let first = slice(query(None, 0, Some(2)));
    let ids = |slice: &CommandDescIDs| slice.modtimes.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!((ids(&first), first.remaining), (vec![0, 1], 3.into()));
    assert_eq!(first.from, Semi64::NONE);
    let rest = slice(query(first.key.get(), 2, None));
    assert_eq!((ids(&rest), rest.remaining), (vec![2, 3, 4], 0.into()));
    let since = first.modtimes[0].modtime;
    let changed = slice(GetCommandDescIDs {
        from: since.into(),
        ..query(None, 0, None)
    });
    assert_eq!(ids(&changed), [0; 0], "nothing has changed since");
    assert_eq!(changed.from, Semi64::from(since));
    let stale = query(first.key.get(), 0, None);
    assert_eq!(client.ask(&stale), Fail(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptions_that_there_are_not_are_refused_one_by_one() {
    let (server, _) = start().await;
    let mut client = logged_in(address(&server));
    let ids = vec![STATUS, 5, u32::MAX, PANIC];
    let sequence = client.send(&GetCommandDesc { ids });
    let desc = Other(CommandDesc::TYPE);
    for said in [Sequence(4), desc.clone(), Fail(4), Fail(4), desc] {
        assert_eq!(client.reply(sequence), said);
    }
    assert_eq!(client.ask(&GetCommandDesc { ids: vec![] }), Sequence(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_run_with_what_it_takes_and_nothing_else() {
    let (server, _) = start().await;
    let mut client = logged_in(address(&server));
    for (command, words) in [
        (
            raw(STATUS, &[0]),
            &["status takes no parameters", "1 bytes"][..],
        ),
        (raw(HEAT, &[]), &["heat takes kelvin (number)", "kelvin: "]),
        (raw(HEAT, &[0, 0, 1]), &["kelvin: "]),
        (raw(HEAT, &[0; 8]), &["4 bytes are behind them"]),
        (raw(SET, &[]), &["set takes setting (text), value (text)"]),
        (raw(SET, b"\0\0\0\x01a"), &["set takes"]),
        (raw(SET, b"\0\0\0\x01a\0\0\0\x02b"), &["set takes"]),
        (raw(SET, b"\0\0\0\x01a\0\0\0\x01b!"), &["set takes"]),
        (raw(SET, &[0xff; 40]), &["set takes", "setting: "]),
    ] {
        let (code, text) = refusal(&mut client, &command);
        assert_eq!(code, 1, "{text}");
        for word in words {
            assert!(text.contains(word), "{text}");
        }
    }
    let (code, _) = refusal(&mut client, &raw(u32::MAX, &[]));
    assert_eq!(code, 4);
    // A frame without even the number of the command.
    client.write_header(50, admin::Command::TYPE, 3);
    client.write(&[0; 3]);
    assert_eq!(client.reply(50), Fail(1));
    assert!(result(&mut client, &raw(STATUS, b"")).is_okay());
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_come_as_real_clients_send_them_and_as_they_were_published() {
    let (server, _) = start().await;
    let mut client = logged_in(address(&server));
    for bytes in [
        &b"\0\0\0\x04name\0\0\0\x02Zo"[..],
        // With the NULs that old clients count.
        b"\0\0\0\x05name\0\0\0\0\x03Zo\0",
        // With their greatest lengths.
        b"\0\0\0\0\0\0\0\x04name\0\0\0\x40\0\0\0\x02Zo",
    ] {
        client.send(&raw(SET, bytes));
        assert_eq!(line(&mut client).1, r#"set [String("name"), String("Zo")]"#);
        let (_, result) = client.packet::<CommandResult>();
        assert_eq!(result.output, "name is Zo");
    }
    // Whatever they hold.
    let result = result(&mut client, &raw(SET, b"\0\0\0\x01\xff\0\0\0\0"));
    assert_eq!(result.output.as_bytes(), b"\xef\xbf\xbd is ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_may_be_refused_a_command() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), admin::VERSION);
    assert_eq!(client.ask(&admin::Connect::default()), Okay);
    assert_eq!(client.ask(&login("guest", "")), Okay);
    assert_eq!(client.ask(&raw(STATUS, b"")), Fail(5));
}

/// All bytes of a session with what libtpproto-cpp sends and reads: as tpserver-cpp's, byte by byte,
/// but for the times and the texts of Okay.
#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_are_those_that_old_clients_read() {
    let (server, reactor) = start().await;
    let mut client = Client::open(address(&server), admin::VERSION);
    let mut exchange = |sent: &[u8], wanted: &[&[u8]]| {
        client.write(sent);
        for wanted in wanted {
            let frame = client.frame().unwrap();
            // Times are whenever this runs.
            let mut body = frame.body.to_vec();
            match frame.header.r#type {
                CommandDesc::TYPE => {
                    let at = body.len() - 8;
                    assert!(body[at..] > [0, 0, 0, 0, 0x60, 0, 0, 0][..]);
                    body[at..].fill(0xdd);
                }
                LogMessage::TYPE => {
                    assert!(body[..8] > [0, 0, 0, 0, 0x60, 0, 0, 0][..]);
                    body[..8].fill(0xdd);
                }
                CommandDescIDs::TYPE => {
                    let ends: Vec<usize> = (0..5).map(|id| 12 + 12 * (id + 1)).collect();
                    for end in ends {
                        body[end - 8..end].fill(0xdd);
                    }
                }
                admin::Okay::TYPE => body.clear(),
                _ => {}
            }
            let mut bytes = frame.header.to_bytes().to_vec();
            if frame.header.r#type == admin::Okay::TYPE {
                // The length of its text.
                bytes[12..].fill(0xdd);
            }
            bytes.extend(body);
            assert_eq!(
                bytes.escape_ascii().to_string(),
                wanted.escape_ascii().to_string()
            );
        }
    };
    let okay = |sequence: u8| {
        [
            b"TP\x04\0\0\0\0",
            &[sequence][..],
            b"\0\0\0\0\xdd\xdd\xdd\xdd",
        ]
        .concat()
    };
    exchange(
        b"TP\x04\0\0\0\0\x01\0\0\0\x03\0\0\0\x21\0\0\0\x1dlibtpproto-cpp/0.2.0  (admin)",
        &[&okay(1)],
    );
    exchange(
        b"TP\x04\0\0\0\0\x02\0\0\0\x04\0\0\0\x12\0\0\0\x04root\0\0\0\x06s3cret",
        &[&okay(2)],
    );
    exchange(
        b"TP\x04\0\0\0\0\x03\0\0\x03\xec\0\0\0\x14\xff\xff\xff\xff\0\0\0\0\0\0\x22\x21\xff\xff\xff\xff\xff\xff\xff\xff",
        &[b"TP\x04\0\0\0\0\x03\0\0\x03\xed\0\0\0\x50\0\0\0\x01\0\0\0\0\0\0\0\x05\
            \0\0\0\0\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\0\0\0\x01\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\
            \0\0\0\x02\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\0\0\0\x03\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\
            \0\0\0\x04\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xff\xff\xff\xff\xff\xff\xff\xff"],
    );
    exchange(
        b"TP\x04\0\0\0\0\x04\0\0\x03\xea\0\0\0\x08\0\0\0\x01\0\0\0\x01",
        &[b"TP\x04\0\0\0\0\x04\0\0\x03\xeb\0\0\0\x43\0\0\0\x01\0\0\0\x04heat\0\0\0\x09Heats up.\
            \0\0\0\x01\0\0\0\x06kelvin\0\0\0\x01\0\0\0\x0cBy how much.\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"],
    );
    exchange(
        b"TP\x04\0\0\0\0\x05\0\0\x03\xee\0\0\0\x08\0\0\0\x01\0\0\0\x02",
        &[
            b"TP\x04\0\0\0\0\0\0\0\x03\xe8\0\0\0\x21\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\0\0\0\x01\
              \0\0\0\x11heat [Integer(2)]",
            b"TP\x04\0\0\0\0\x05\0\0\x03\xef\0\0\0\x0e\0\0\0\0\0\0\0\x062 more",
        ],
    );
    exchange(
        b"TP\x04\0\0\0\0\x06\0\0\x03\xee\0\0\0\x04\0\0\0\x09",
        &[b"TP\x04\0\0\0\0\x06\0\0\0\x01\0\0\0\x21\0\0\0\x04\0\0\0\x15there is no command 9\0\0\0\0"],
    );
    reactor.log.send(LogMessageLevel::ERROR, "hot");
    exchange(
        b"",
        &[b"TP\x04\0\0\0\0\0\0\0\x03\xe8\0\0\0\x13\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\0\0\0\x03\0\0\0\x03hot"],
    );
}

/// What is told in the place of lines that were left out, behind their number.
const LEFT_OUT: &str = " lines of the log were left out: they came faster than they were read";

/// The next line of the log.
fn line(client: &mut Client) -> (LogMessageLevel, String) {
    let (sequence, line) = client.packet::<LogMessage>();
    assert_eq!(sequence, 0);
    (line.level, line.message.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_goes_to_everybody_who_is_logged_in_and_to_nobody_else() {
    let (server, reactor) = start().await;
    let log = &reactor.log;
    let info = LogMessageLevel::INFO;
    assert!(!log.is_followed(LogMessageLevel::ERROR));
    log.send(info, "too early");
    let mut stranger = Client::open(address(&server), admin::VERSION);
    assert_eq!(stranger.ask(&admin::Connect::default()), Okay);
    let mut first = logged_in(address(&server));
    let mut second = logged_in(address(&server));
    // Who is logged in follows from the answer to the next request on, if not before.
    assert_eq!(first.ask(&Ping {}), Okay);
    assert_eq!(second.ask(&Ping {}), Okay);
    log.send(LogMessageLevel::DEBUG, "too small");
    log.send(info, "one");
    log.set_level(LogMessageLevel::WARNING);
    assert!(!log.is_followed(info));
    log.send(info, "too small now");
    log.send(LogMessageLevel::WARNING, &"ä".repeat(5000));
    log.set_level(LogMessageLevel::DEBUG);
    log.send(LogMessageLevel::DEBUG, "");
    for client in [&mut first, &mut second] {
        assert_eq!(line(client), (info, "one".to_owned()));
        let (level, long) = line(client);
        assert_eq!(level, LogMessageLevel::WARNING);
        assert_eq!(long, "ä".repeat(4096) + "…");
        assert_eq!(line(client), (LogMessageLevel::DEBUG, String::new()));
    }
    drop(first);
    timeout(LONG, reactor.left.notified()).await.unwrap();
    log.send(info, "two");
    assert_eq!(line(&mut second), (info, "two".to_owned()));
    drop(second);
    timeout(LONG, reactor.left.notified()).await.unwrap();
    assert!(!log.is_followed(LogMessageLevel::ERROR), "nobody is left");
    assert_eq!(
        stranger.ask(&login("root", "s3cret")),
        Okay,
        "not a line before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_the_log_is_told_how_much_was_left_out() {
    let mut limits = Limits::default();
    limits.bytes_sent = 64 * 1024;
    let (server, reactor) = start_with(|builder| builder.limits(limits)).await;
    let mut deaf = logged_in(address(&server));
    assert_eq!(deaf.ask(&Ping {}), Okay);
    // More than any socket holds.
    const LINES: u64 = 20_000;
    let long = "x".repeat(1000);
    for _ in 0..LINES {
        reactor.log.send(LogMessageLevel::INFO, &long);
    }
    // It is still answered, once it reads.
    let sequence = deaf.send(&raw(STATUS, b""));
    let (mut told, mut read, mut answered) = (0, 0, false);
    loop {
        let frame = deaf.frame().unwrap();
        if frame.header.sequence == sequence {
            assert_eq!(frame.header.r#type, CommandResult::TYPE);
            answered = true;
            reactor.log.send(LogMessageLevel::ERROR, "the last");
            continue;
        }
        let (line, _) = frame
            .decode::<LogMessage>(&DecodeOptions::default())
            .unwrap();
        let message = line.message.to_string();
        match message.strip_suffix(LEFT_OUT) {
            Some(number) => told += number.parse::<u64>().unwrap(),
            None if message == "the last" => break,
            None => read += 1,
        }
    }
    assert!(answered);
    // The line of the command is one of these.
    assert!(told > LINES / 2, "{told} lines were left out");
    assert_eq!(told + read, LINES + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_at_all_is_dropped() {
    let mut timeouts = Timeouts::default();
    timeouts.write = Duration::from_millis(300);
    let (server, reactor) = start_with(|builder| builder.timeouts(timeouts)).await;
    let mut deaf = logged_in(address(&server));
    assert_eq!(deaf.ask(&Ping {}), Okay);
    let long = "x".repeat(8000);
    for _ in 0..5000 {
        reactor.log.send(LogMessageLevel::INFO, &long);
        tokio::task::yield_now().await;
    }
    timeout(LONG, reactor.left.notified()).await.unwrap();
    assert!(!reactor.log.is_followed(LogMessageLevel::ERROR));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_waits_for_a_command_that_runs() {
    let (server, reactor) = start().await;
    let mut client = logged_in(address(&server));
    client.send(&raw(WAIT, b""));
    while reactor.waiting.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let ending = tokio::spawn(server.shutdown());
    let mut client = tokio::task::spawn_blocking(move || {
        assert_eq!(line(&mut client).1, "wait []");
        client
    })
    .await
    .unwrap();
    assert!(!ending.is_finished(), "it waits");
    reactor.log.send(LogMessageLevel::INFO, "still here");
    reactor.gate.notify_one();
    assert_eq!(line(&mut client).1, "still here");
    let (_, result) = client.packet::<CommandResult>();
    assert_eq!(result.output, "It was long.");
    client.ended();
    timeout(LONG, ending).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_panics_ends_one_connection() {
    let (server, reactor) = start().await;
    let mut other = logged_in(address(&server));
    let mut unlucky = logged_in(address(&server));
    unlucky.send(&raw(PANIC, b""));
    assert_eq!(line(&mut unlucky).1, "panic []");
    unlucky.ended();
    timeout(LONG, reactor.left.notified()).await.unwrap();
    assert!(result(&mut other, &raw(STATUS, b"")).is_okay());
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_sent_ahead_are_run_in_their_order() {
    let (server, _) = start().await;
    let mut client = logged_in(address(&server));
    let sent: Vec<u32> = (0..500_u32)
        .map(|kelvin| client.send(&raw(HEAT, &kelvin.to_be_bytes())))
        .collect();
    for (kelvin, sequence) in sent.into_iter().enumerate() {
        assert_eq!(line(&mut client).1, format!("heat [Integer({kelvin})]"));
        let (number, result) = client.packet::<CommandResult>();
        assert_eq!(number, sequence);
        assert_eq!(result.output, format!("{kelvin} more").as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administration_with_two_commands_of_a_name_does_not_start() {
    struct Twice;
    impl AdminHandler for Twice {
        type Admin = ();
        async fn login(&self, _: &Peer, _: Login) -> Result<(), Refusal> {
            Ok(())
        }
        fn commands(&self) -> Vec<Command> {
            ["stop", "go", "stop"]
                .map(|name| Command::new(name, ""))
                .into()
        }
        async fn run(&self, _: &(), _: &str, _: &[Value]) -> Result<CommandResult, Refusal> {
            Err(Refusal::default())
        }
    }
    let builder = Server::builder().listen("127.0.0.1:0");
    let error = builder.start_admin(Twice).await.unwrap_err();
    assert!(
        matches!(&error, ServerError::DuplicateCommand { name } if name == "stop"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administration_is_no_game_to_be_announced() {
    let (server, _) = start().await;
    assert!(server.connections().is_empty());
}

async fn status_by(url: String, options: Options) {
    let client = tp_net::admin::Client::connect(url, options).await.unwrap();
    client.login("root", "s3cret").await.unwrap();
    let result = client.command(STATUS, []).await.unwrap();
    assert_eq!(result.output, "It is warm.");
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_come_through_tunnels_too() {
    let (server, _) = start().await;
    status_by(format!("tp+http://{}", address(&server)), options()).await;
    let mut browser = Client::open(address(&server), admin::VERSION);
    browser.write(b"GET / HTTP/1.0\r\n\r\n");
    let page = String::from_utf8(browser.rest()).unwrap();
    assert!(page.contains("is administrated"), "{page}");
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread")]
async fn administrators_come_through_tls() {
    use tp_net::server::Transport;
    use tp_net::transport::tls::Trust;

    let (identity, _folder) = crate::client_tls::identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let reactor = Reactor::default();
    let builder = Server::builder().tls(identity);
    let builder = builder.listen_for("127.0.0.1:0", [Transport::Tls]);
    let server = builder.start_admin(reactor).await.unwrap();
    let place = address(&server);
    status_by(format!("tps://{place}"), options().trust(trust)).await;
    // And no other way: no password is read on the way.
    let plain = tp_net::admin::Client::connect(place, options()).await;
    assert!(plain.unwrap_err().to_string().contains("tps://"));
}

/// Every command of the demo game, called by its name.
#[test]
fn the_demo_game_is_administrated() {
    let game = tp_game::Game::new(1);
    let anywhere = || Server::builder().listen("127.0.0.1:0");
    let admin = tp_game::Admin::new(&game, "root", "s3cret");
    let log = admin.log().unwrap().clone();
    let serving = game
        .serve_with_admin(anywhere(), anywhere(), admin)
        .unwrap();
    let mut client = BlockingClient::connect(serving.admin_addr().unwrap(), options()).unwrap();
    for (name, password) in [
        ("root", ""),
        ("root", "guest"),
        ("guest", "guest"),
        ("", ""),
    ] {
        let refused = client.login(name, password).unwrap_err();
        assert!(matches!(refused, Error::Refused(_)), "{refused}");
    }
    client.login("root", "s3cret").unwrap();
    let ids: Vec<u32> = client
        .command_ids()
        .unwrap()
        .iter()
        .map(|it| it.id)
        .collect();
    let descs = client.command_descs(ids).unwrap().into_iter();
    let descs: Vec<CommandDesc> = descs.map(Result::unwrap).collect();
    let mut run = |name: &str, values: Vec<CommandParams>| {
        let desc = descs.iter().find(|it| it.name == name).unwrap();
        let result = client.command(desc.id, values).unwrap();
        (result.is_okay(), result.output.to_string())
    };
    let okay = |text: &str| (true, text.to_owned());
    assert_eq!(run("turn-number", vec![]), okay("turn 1"));
    assert_eq!(run("turn-end", vec![]), okay("turn 2 begins"));
    assert_eq!(game.turn(), 2);
    assert_eq!(
        run("turn-time", vec![]),
        okay("the turn lasts until all have finished it")
    );
    assert_eq!(
        run("set-turn-time", vec![3600_u32.into()]),
        okay("turns last 3600 seconds at most")
    );
    assert_eq!(game.turn_time(), Some(Duration::from_secs(3600)));
    assert!(run("turn-time", vec![]).1.starts_with("the turn lasts 3"));
    assert!(run("set-turn-time", vec![0_u32.into()]).0);
    assert_eq!(game.turn_time(), None);

    let player = |name: &str| {
        let options = options();
        let mut player = tp_net::blocking::Client::connect(serving.local_addr(), options)?;
        player.login(name, "s3cret too")?;
        Ok::<_, Error>(player)
    };
    let new = || -> Vec<CommandParams> { vec!["eve".into(), "s3cret too".into()] };
    assert!(run("account-add", new()).0);
    assert!(!run("account-add", new()).0, "the name is taken");
    let mut eve = player("eve").unwrap();
    let accounts = run("accounts", vec![]).1;
    assert!(accounts.contains("eve (1 connections)"), "{accounts}");
    assert!(run("account-disable", vec!["eve".into()]).0);
    assert!(eve.object_ids(None).is_err(), "she is turned out");
    let refused = player("eve").unwrap_err().to_string();
    assert!(refused.contains("disabled"), "{refused}");
    assert!(
        run("accounts", vec![])
            .1
            .contains("eve (0 connections, disabled)")
    );
    assert!(run("account-enable", vec!["eve".into()]).0);
    player("eve").unwrap();
    assert!(!run("account-disable", vec!["nobody".into()]).0);

    let status = run("status", vec![]).1;
    assert!(status.contains("turn 2"), "{status}");
    assert!(!status.contains("s3cret") && !accounts.contains("s3cret"));
    assert_eq!(run("get-log-level", vec![]), okay("info"));
    assert!(run("set-log-level", vec!["error".into()]).0);
    assert_eq!(log.level(), LogMessageLevel::ERROR);
    assert!(!run("set-log-level", vec!["loud".into()]).0);
    assert_eq!(run("get-log-level", vec![]), okay("error"));
    serving.shutdown();
}

#[test]
fn nobody_administrates_a_game_without_a_password() {
    let game = tp_game::Game::new(1);
    let anywhere = || Server::builder().listen("127.0.0.1:0");
    let admin = tp_game::Admin::new(&game, "root", "");
    let serving = game
        .serve_with_admin(anywhere(), anywhere(), admin)
        .unwrap();
    let mut client = BlockingClient::connect(serving.admin_addr().unwrap(), options()).unwrap();
    client.login("root", "").unwrap_err();
}
