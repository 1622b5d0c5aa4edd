//! What a program can be told of frames, and that it is told no secret.

use std::fmt::{self, Write as _};
use std::io::{Read as _, Write as _};
use std::mem::forget;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;
use tp_frames::{Packet as _, Version, game};
use tp_net::admin::BlockingClient;
use tp_net::admin::frames::CommandResult;
use tp_net::model::Refusal;
use tp_net::server::admin::{AdminHandler, Command, Value};
use tp_net::server::{Login, Peer, Server};
use tp_net::{Options, Versions, client};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber, dispatcher};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::secret_frames::{assert_hidden, secret_frames};
use crate::server_client::{FLEET, address, start};

const PASSWORD: &str = "s3cr3t-of-ada";

/// Keeps whatever is told, of every kind: a line for a span or an event.
#[derive(Clone, Default)]
struct Recorder {
    lines: Arc<Mutex<Vec<String>>>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Recorder {
    fn keep(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) -> usize {
        let mut line = Line(format!("{} {}", metadata.level(), metadata.target()));
        record(&mut line);
        let mut lines = self.lines.lock().unwrap();
        lines.push(line.0);
        lines.len()
    }

    /// Whether a frame was told of so, on a connection with `peer`.
    fn has(&self, peer: impl fmt::Display, told: &str) -> bool {
        let start = format!("TRACE tp_net::frames [TRACE tp_net::frames peer={peer}] {told}");
        let lines = self.lines.lock().unwrap();
        lines.iter().any(|line| line.starts_with(&start))
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let line = self.keep(span.metadata(), |line| span.record(line));
        Id::from_u64(line as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(event.metadata(), |line| {
            if let Some(span) = event.parent() {
                let spans = self.lines.lock().unwrap();
                let span = spans.get(span.into_u64() as usize - 1).cloned();
                line.0 += &format!(" [{}]", span.unwrap_or_default());
            }
            event.record(line);
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What is started by `start`, whose threads tell the recorder.
fn serve_by<T: Send + 'static>(
    dispatch: &Dispatch,
    start: impl Future<Output = T> + Send + 'static,
) -> (Runtime, T) {
    let dispatch = dispatch.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || forget(dispatcher::set_default(&dispatch)))
        .build()
        .unwrap();
    let started = runtime.block_on(async { tokio::spawn(start).await.unwrap() });
    (runtime, started)
}

fn connect(api: Api, address: SocketAddr, options: Options) -> AnyClient {
    match api {
        Api::Async => {
            // All in this thread, which tells the recorder.
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            let client = runtime.block_on(client::Client::connect(address, options));
            AnyClient::Async(runtime, client.unwrap())
        }
        api => AnyClient::connect(api, address, options).unwrap(),
    }
}

/// Frames that nobody can read, with the password in each.
fn send_nonsense(address: SocketAddr, version: Version) {
    let login = game::Login {
        username: "ada".into(),
        password: PASSWORD.into(),
    };
    let whole = login.to_frame(version, 2).unwrap();
    let mut cut = whole.clone();
    // The password claims more bytes than there are.
    cut[16 + 4 + 3 + 3] = 200;
    let mut unknown = whole;
    unknown[10..12].copy_from_slice(&[200, 200]);
    let connect = game::Connect::default().to_frame(version, 1).unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(&[connect, cut, unknown].concat()).unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    socket.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn frames_are_told_and_no_password() {
    // With one subscriber alone, `tracing` asks the thread that comes to an event first, once for all:
    // that may be another test's, which has none.
    let _second = Dispatch::new(Recorder::default());
    for (api, version) in APIS
        .into_iter()
        .flat_map(|api| [game::TP03, game::TP04].map(|it| (api, it)))
    {
        let recorder = Recorder::default();
        let dispatch = Dispatch::new(recorder.clone());
        let _here = dispatcher::set_default(&dispatch);
        let (runtime, (server, _)) = serve_by(&dispatch, start());
        let address = address(&server);
        let options = Options::default()
            .client_name("lookout")
            .versions(Versions::only(version));
        let mut client = connect(api, address, options);
        ask!(client, create_account("ada", PASSWORD, "a@b", "")).unwrap_err();
        ask!(client, login("ada", PASSWORD)).unwrap();
        ask!(client, objects([FLEET])).unwrap();
        drop(client);
        send_nonsense(address, version);
        drop(server);
        drop(runtime);

        let lines = recorder.lines.lock().unwrap().join("\n");
        assert!(!lines.contains(PASSWORD), "{api:?} {version} {lines}");
        let at = format!("version={version} sequence");
        let peer = format!("tp://{address}");
        for told in [
            format!(
                r#"message=sent {at}=1 name="Connect" length=11 frame=Connect {{ string: "lookout" }}"#
            ),
            format!(r#"message=received {at}=1 name="Okay" length="#),
            format!(r#"message=sent {at}=2 name="CreateAccount" length="#),
            format!(r#"message=received {at}=2 name="Fail" length="#),
            format!(
                r#"message=sent {at}=3 name="Login" length=24 frame=Login {{ username: "ada", password: [secret] }}"#
            ),
        ] {
            assert!(recorder.has(&peer, &told), "{api:?} {told}: {lines}");
            // The server tells the same of the other end.
            let other = match told.strip_prefix("message=sent") {
                Some(rest) => format!("message=received{rest}"),
                None => told.replacen("received", "sent", 1),
            };
            let server_side = lines
                .lines()
                .any(|line| line.contains(&other) && !line.contains(&peer));
            assert!(server_side, "{api:?} {other}: {lines}");
        }
        for told in [
            format!("message=received {at}=2 type=4 length=24 error=Login.password at byte 11: "),
            format!(r#"message=received {at}=2 name="Unknown" type=51400 length=24"#),
        ] {
            assert!(lines.contains(&told), "{told}: {lines}");
        }
    }
}

/// An administration whose one command takes a password.
struct Accounts;

impl AdminHandler for Accounts {
    type Admin = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<(), Refusal> {
        Ok(())
    }

    fn commands(&self) -> Vec<Command> {
        vec![Command::new("account-add", "Makes an account.").string("password", "Its password.")]
    }

    async fn run(&self, _: &(), _: &str, _: &[Value]) -> Result<CommandResult, Refusal> {
        Ok(CommandResult::okay("made"))
    }
}

#[test]
fn commands_are_told_and_nothing_that_they_are_given() {
    let _second = Dispatch::new(Recorder::default());
    let recorder = Recorder::default();
    let dispatch = Dispatch::new(recorder.clone());
    let _here = dispatcher::set_default(&dispatch);
    let start = async {
        let builder = Server::builder().listen("127.0.0.1:0");
        builder.start_admin(Accounts).await.unwrap()
    };
    let (runtime, server) = serve_by(&dispatch, start);
    let mut client = BlockingClient::connect(address(&server), Options::default()).unwrap();
    client.login("root", PASSWORD).unwrap();
    client.command(0, [PASSWORD.into()]).unwrap();
    drop(client);
    drop(server);
    drop(runtime);

    let lines = recorder.lines.lock().unwrap().join("\n");
    let told = "frame=Command { ctype: 0, parameters: [secret] }";
    assert_eq!(lines.matches(told).count(), 2, "sent and received: {lines}");
    let bytes = PASSWORD.bytes();
    let hex: Vec<String> = bytes.map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<String> = PASSWORD.bytes().map(|byte| byte.to_string()).collect();
    for secret in [
        PASSWORD.to_owned(),
        hex.concat(),
        hex.join(" "),
        numbers.join(", "),
    ] {
        assert!(!lines.contains(&secret), "{secret}: {lines}");
    }
}

#[test]
fn nothing_secret_of_any_packet_is_told() {
    let _second = Dispatch::new(Recorder::default());
    for frame in secret_frames() {
        let about = frame.about();
        let recorder = Recorder::default();
        let dispatch = Dispatch::new(recorder.clone());
        let (runtime, server) = serve_by(&dispatch, async {
            let builder = Server::builder().listen("127.0.0.1:0");
            builder.start_admin(Accounts).await.unwrap()
        });
        let (game_runtime, (game, _)) = serve_by(&dispatch, start());
        let place = if frame.is_admin {
            address(&server)
        } else {
            address(&game)
        };
        let connect = game::Connect::default().to_frame(frame.version, 1).unwrap();
        for bytes in [
            frame.whole(2),
            frame.trailed(2),
            frame.cut(2),
            frame.framed(2, 51_400, &frame.body),
            frame.unended(2),
        ] {
            let mut socket = TcpStream::connect(place).unwrap();
            socket.write_all(&[&connect[..], &bytes].concat()).unwrap();
            socket.shutdown(std::net::Shutdown::Write).unwrap();
            socket.read_to_end(&mut Vec::new()).unwrap();
        }
        drop((server, game));
        drop((runtime, game_runtime));
        let lines = recorder.lines.lock().unwrap().join("\n");
        let told = format!("sequence=2 name=\"{}\"", frame.packet.name);
        assert_eq!(lines.matches(&told).count(), 2, "{about}: {lines}");
        let error = format!("error={}.", frame.packet.name);
        assert!(lines.contains(&error), "{about}: {lines}");
        assert_eq!(lines.matches("[secret]").count(), 2, "{about}: {lines}");
        assert_hidden(&lines, &about);
    }
}
