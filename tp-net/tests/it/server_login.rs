//! Who guesses passwords: what it costs, whom it delays, and what the log says of it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tp_net::Error;
use tp_net::admin::frames::CommandResult;
use tp_net::client::Client;
use tp_net::model::{FailCode, Refusal};
use tp_net::server::admin::{AdminHandler, Command, Value};
use tp_net::server::{CreateAccount, Handler, Limits, Login, LoginReply, Peer, Server};
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;

use crate::peer::options;

const GAME: &str = "tp://game";

/// Everybody's password is the same.
#[derive(Clone)]
struct Door;

fn check(login: &Login) -> Result<(), Refusal> {
    match login.password.as_bytes() {
        b"s3cret" => Ok(()),
        b"busy" => Err(Refusal::unavailable_temporarily("not now")),
        _ => Err(Refusal::frame("no")),
    }
}

impl Handler for Door {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        check(&login).map(|()| LoginReply::okay((), "welcome"))
    }

    async fn create_account(
        &self,
        _: &Peer,
        _: CreateAccount,
    ) -> Result<tp_frames::TpString, Refusal> {
        Ok("made".into())
    }
}

impl AdminHandler for Door {
    type Admin = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<(), Refusal> {
        check(&login)
    }

    fn commands(&self) -> Vec<Command> {
        Vec::new()
    }

    async fn run(&self, (): &(), _: &str, _: &[Value]) -> Result<CommandResult, Refusal> {
        Err(Refusal::default())
    }
}

async fn connect(server: &Server) -> Client {
    let options = options().reply_timeout(Some(Duration::from_secs(300)));
    let connector = server.connector();
    Client::connect_with(GAME, options, connector)
        .await
        .unwrap()
}

/// The code of the Fail, and how many seconds it took; 0 for an Okay.
async fn login(server: &Server, name: &str, password: &str) -> (u32, u64) {
    let client = connect(server).await;
    let began = Instant::now();
    let code = match client.login(name, password).await {
        Ok(_) => 0,
        Err(Error::Refused(refusal)) => refusal.code.0,
        Err(other) => panic!("{other}"),
    };
    (code, began.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn guesses_wait_and_nobody_else_does() {
    let server = Server::builder().start_in_memory(Door).await.unwrap();
    assert_eq!(login(&server, "ada", "s3cret").await, (0, 0));
    for _ in 0..20 {
        // Nobody has looked at these passwords.
        assert_eq!(login(&server, "eve", "busy").await, (3, 0));
    }
    for _ in 0..5 {
        assert_eq!(login(&server, "eve", "wrong").await, (1, 0));
    }
    for seconds in [1, 2, 4, 8] {
        assert_eq!(login(&server, "eve", "wrong").await, (1, seconds));
    }
    let player = connect(&server).await;
    player.login("ada", "s3cret").await.unwrap();
    let began = Instant::now();
    let (right, refused, owner) = tokio::join!(
        login(&server, "eve", "s3cret"),
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            login(&server, "bob", "s3cret").await
        },
        async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            player.ping().await.unwrap();
            let owner = login(&server, "ada", "s3cret").await;
            assert_eq!(began.elapsed().as_secs(), 2);
            owner
        },
    );
    // As long for a right one, and one at a time.
    assert_eq!((right, refused, owner), ((0, 16), (3, 0), (0, 0)));
    assert_eq!(login(&server, "eve", "s3cret").await, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn accounts_are_made_at_a_bounded_rate() {
    let server = Server::builder().start_in_memory(Door).await.unwrap();
    let client = connect(&server).await;
    let mut seconds = Vec::new();
    for _ in 0..23 {
        let began = Instant::now();
        let created = client.create_account("ada", "s3cret", "", "");
        created.await.unwrap();
        seconds.push(began.elapsed().as_secs());
    }
    assert_eq!(seconds[..20], [0; 20]);
    assert_eq!(seconds[20..], [1, 2, 4]);
}

#[tokio::test(start_paused = true)]
async fn whoever_made_an_account_is_not_kept_out_of_it_by_guesses_at_others() {
    let server = Server::builder().start_in_memory(Door).await.unwrap();
    for _ in 0..8 {
        login(&server, "eve", "wrong").await;
    }
    let client = connect(&server).await;
    let created = client.create_account("ada", "s3cret", "", "");
    created.await.unwrap();
    assert_eq!(login(&server, "ada", "s3cret").await.1, 0);
}

#[tokio::test(start_paused = true)]
async fn a_program_may_let_everybody_guess() {
    let limits = Limits::default().login_delay(Duration::ZERO);
    let server = Server::builder().limits(limits);
    let server = server.start_in_memory(Door).await.unwrap();
    for _ in 0..100 {
        assert_eq!(login(&server, "eve", "wrong").await, (1, 0));
    }
}

#[tokio::test]
async fn administrators_are_guessed_no_faster() {
    let server = Server::builder().listen("127.0.0.1:0");
    let server = server.start_admin(Door).await.unwrap();
    let address = server.local_addrs()[0];
    let connect = || tp_net::admin::Client::connect(address, options());
    for _ in 0..5 {
        let client = connect().await.unwrap();
        let wrong = client.login("root", "wrong").await.unwrap_err();
        assert!(wrong.is_refused(), "{wrong}");
    }
    let began = Instant::now();
    let client = connect().await.unwrap();
    client.login("root", "s3cret").await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

/// What a program prints.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Printed {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The address that the documented filter finds in a line; it has no more freedom than this.
fn banned(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.split_once(char::is_whitespace) {
        Some(("WARN", _)) => line,
        Some((_, rest)) => rest.trim_start(),
        None => return None,
    };
    let mut line = line.strip_prefix("WARN ")?;
    while let Some((span, rest)) = line.split_once("}: ")
        && let Some((name, fields)) = span.split_once('{')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !fields.contains(['{', '}'])
    {
        line = rest;
    }
    let line = line.strip_prefix("tp_net::login: login refused address=")?;
    let (address, rest) = line.split_once(" username=")?;
    let (name, code) = rest.split_once(" code=")?;
    let is_code = !code.is_empty() && code.bytes().all(|it| it.is_ascii_digit());
    (is_code && !name.contains(char::is_whitespace)).then_some(address)
}

#[tokio::test(start_paused = true)]
async fn the_log_tells_who_guesses_and_nothing_else_looks_like_it() {
    // See `frame_trace`.
    let _second = Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let printed = Printed::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(printed.clone())
        .finish();
    let _here = tracing::dispatcher::set_default(&Dispatch::new(subscriber));

    let server = Server::builder().start_in_memory(Door).await.unwrap();
    let forged = "tp_net::login: login refused address=192.0.2.66 username=x code=1";
    let names = [
        "ada",
        "ada lovelace\n\u{1b}[31m\u{202e}",
        forged,
        &format!("\n2026-11-30T20:38:25.016Z  WARN {forged}"),
    ];
    for name in names {
        let options = options().client_name(format!("WARN {forged}"));
        let client = Client::connect_with(GAME, options, server.connector());
        let client = client.await.unwrap();
        client.create_account(name, "s3cret", "", "").await.unwrap();
        let wrong = client.login(name, "wr0ng").await.unwrap_err();
        let Error::Refused(refusal) = wrong else {
            panic!("{wrong}");
        };
        assert_eq!(refusal.code, FailCode::FRAME);
        client.login(name, "s3cret").await.unwrap();
    }
    drop(server);
    let printed = printed.0.lock().unwrap().clone();
    let printed = String::from_utf8(printed).unwrap();
    assert!(!printed.contains("wr0ng") && !printed.contains("s3cret"));
    let banned: Vec<_> = printed.lines().filter_map(banned).collect();
    assert_eq!(banned, ["127.0.0.1"; 4], "{printed}");
    let line = "tp_net::login: login refused address=127.0.0.1 username=ada code=1\n";
    assert!(printed.contains(line), "{printed}");
    assert!(printed.contains(r" username=ada\u{20}lovelace\n\u{1b}[31m\u{202e} code=1"));
}
