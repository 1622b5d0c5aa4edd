//! A server that Prometheus watches:
//! `cargo run -p tp-net --example metrics -- 127.0.0.1:6923 127.0.0.1:9187 "The demo game"`
//!
//! The second address is for whoever watches, and for nobody else: what it tells is open to all who
//! reach it. On another machine, reach it through a tunnel or a proxy that asks who comes.

use std::fmt::{self, Write as _};
use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tp_game::Game;
use tp_net::server::{Metrics, Server};

/// The text format of Prometheus, version 0.0.4: a line of help and of type for each name, then
/// its samples.
struct Text(String);

impl Text {
    /// One name with one sample.
    fn single(&mut self, name: &str, kind: &str, help: &str, value: u64) -> fmt::Result {
        self.head(name, kind, help)?;
        writeln!(self.0, "{name} {value}")
    }

    /// One name with a sample for each value of a label.
    fn labelled(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        label: &str,
        samples: impl Iterator<Item = (String, u64)>,
    ) -> fmt::Result {
        self.head(name, kind, help)?;
        for (of, value) in samples {
            writeln!(self.0, "{name}{{{label}=\"{}\"}} {value}", escaped(&of))?;
        }
        Ok(())
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) -> fmt::Result {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}")
    }
}

/// What may stand between the quotes of a label.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', r"\\");
    value.replace('"', "\\\"").replace('\n', r"\n")
}

/// All that is counted.
fn exported(server: &str, metrics: &Metrics) -> Result<String, fmt::Error> {
    let mut text = Text(String::new());
    text.labelled(
        "tp_server_info",
        "gauge",
        "What runs here.",
        "name",
        [(server.to_owned(), 1)].into_iter(),
    )?;
    text.single(
        "tp_connections_open",
        "gauge",
        "Connections that are open.",
        metrics.connections_open(),
    )?;
    text.single(
        "tp_connections_accepted_total",
        "counter",
        "Connections that were let in.",
        metrics.connections_accepted(),
    )?;
    let refused = metrics.connections_refused();
    text.labelled(
        "tp_connections_refused_total",
        "counter",
        "Connections that were not let in.",
        "reason",
        refused.map(|(reason, count)| (reason.to_string(), count)),
    )?;
    let ended = metrics.connections_ended();
    text.labelled(
        "tp_connections_ended_total",
        "counter",
        "Connections that have ended.",
        "reason",
        ended.map(|(reason, count)| (reason.to_string(), count)),
    )?;
    text.single(
        "tp_connections_memory_bytes",
        "gauge",
        "Memory of what connections have sent and are to be sent.",
        u64::try_from(metrics.memory()).unwrap_or(u64::MAX),
    )?;
    text.single(
        "tp_logins_total",
        "counter",
        "Logins that were answered with Okay.",
        metrics.logins(),
    )?;
    text.single(
        "tp_logins_refused_total",
        "counter",
        "Logins that were refused.",
        metrics.logins_refused(),
    )?;
    text.labelled(
        "tp_requests_total",
        "counter",
        "Frames that came, by their packets.",
        "packet",
        metrics
            .requests()
            .map(|(name, count)| (name.to_owned(), count)),
    )?;
    let refusals = metrics.refusals();
    text.labelled(
        "tp_refusals_total",
        "counter",
        "Fail frames that were sent, by their codes.",
        "code",
        refusals.map(|(code, count)| (code.0.to_string(), count)),
    )?;
    text.single(
        "tp_received_bytes_total",
        "counter",
        "Bytes of frames that came.",
        metrics.bytes_received(),
    )?;
    text.single(
        "tp_sent_bytes_total",
        "counter",
        "Bytes of frames that were sent.",
        metrics.bytes_sent(),
    )?;
    let Text(text) = text;
    Ok(text)
}

/// Answers one request: `GET /metrics`, or nothing that is here.
async fn answer(mut socket: TcpStream, server: &str, metrics: &Metrics) -> io::Result<()> {
    let (reading, mut writing) = socket.split();
    let mut request = BufReader::new(reading.take(16 << 10)).lines();
    let first = request.next_line().await?.unwrap_or_default();
    // The headers say nothing that matters, but are to be read before the end.
    while request
        .next_line()
        .await?
        .is_some_and(|line| !line.is_empty())
    {}
    let (status, text) = match first.split(' ').take(2).eq(["GET", "/metrics"]) {
        true => match exported(server, metrics) {
            Ok(text) => ("200 OK", text),
            Err(_) => ("500 Internal Server Error", String::new()),
        },
        false => ("404 Not Found", "try /metrics\n".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\r\n",
        text.len(),
    );
    writing.write_all(head.as_bytes()).await?;
    writing.write_all(text.as_bytes()).await?;
    writing.shutdown().await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let (game, watched) = (argument("127.0.0.1:6923"), argument("127.0.0.1:9187"));
    let name = argument("The demo game");

    let server = Server::builder().name(&name).listen(game);
    let server = server.start(Game::new(7)).await?;
    let listener = TcpListener::bind(watched).await?;
    println!("listening on {:?}", server.local_addrs());
    println!("counted on http://{}/metrics", listener.local_addr()?);
    let metrics = server.metrics();
    loop {
        let (socket, _) = listener.accept().await?;
        // One after the other: who watches is one, and asks every few seconds.
        let answered = answer(socket, &name, &metrics);
        let _ = timeout(Duration::from_secs(5), answered).await;
    }
}
