//! What this program does as a child of itself.

use std::io::{self, BufRead as _};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime;
use tp_net::server::{Limits, Server};
use tp_net::transport::AsyncLayered;
use tp_net::{Options, blocking, game};
use tp_tests::serving::identity;
use tp_tests::space::Space;
use tp_tests::{from_hex, process};

/// Bytes that the bare loop reads at once.
const READ_SIZE: usize = 64 << 10;

/// Is what the arguments say, until standard input ends.
pub(crate) fn run(arguments: &[String]) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["game", objects] => serve(objects.parse().unwrap()),
        ["bare", encrypted] => bare(encrypted == "tls"),
        ["fetch", what, url] => fetch(what, url),
        _ => panic!("no such child: {arguments:?}"),
    }
}

/// The one thread that a server has.
fn on_one_thread(work: impl Future<Output = ()>) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work);
}

/// Serves a universe of so many objects, with and without TLS, to as many clients as come.
fn serve(objects: u32) {
    on_one_thread(async {
        let limits = Limits::default()
            .connections(20_000)
            .connections_per_address(20_000);
        let server = Server::builder().listen("127.0.0.1:0").tls(identity());
        let server = server
            .limits(limits)
            .start(Space::new(objects))
            .await
            .unwrap();
        println!("{}", server.local_addrs()[0]);
        until_told().await;
    });
}

/// Waits for the end of standard input, on a thread of its own.
async fn until_told() {
    let waiting = tokio::task::spawn_blocking(|| io::stdin().lines().for_each(drop));
    waiting.await.unwrap();
}

/// Answers so many bytes with others, and looks at neither; which, the first line of standard input
/// says.
fn bare(encrypted: bool) {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).unwrap();
    let (request, answer) = line.trim().split_once(' ').unwrap();
    let (request, answer) = (request.parse().unwrap(), from_hex(answer));
    // Those who are answered live as long as the process.
    let answer: &'static [u8] = answer.leak();
    on_one_thread(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let identity = encrypted.then(identity);
        let accepting = async {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                match &identity {
                    None => drop(tokio::spawn(answer_all(stream, request, answer))),
                    Some(identity) => {
                        let mut stream = AsyncLayered::new(stream, identity.layer().unwrap());
                        tokio::spawn(async move {
                            stream.handshake().await?;
                            answer_all(stream, request, answer).await
                        });
                    }
                }
            }
        };
        tokio::select! {
            () = accepting => {}
            () = until_told() => {}
        }
    });
}

async fn answer_all<S>(mut stream: S, request: usize, answer: &[u8]) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = vec![0; READ_SIZE];
    let mut out = Vec::new();
    let mut has = 0;
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        has += count;
        out.clear();
        for _ in 0..has / request {
            out.extend_from_slice(answer);
        }
        has %= request;
        stream.write_all(&out).await?;
        stream.flush().await?;
    }
}

/// What a client that fetches all of something took for it.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Fetched {
    pub(crate) seconds: f64,
    pub(crate) cpu: Duration,
    /// Bytes of memory that it has more while it holds what it has fetched.
    pub(crate) memory: u64,
    pub(crate) number: usize,
}

/// Fetches all ids, or all objects, and prints what that took. Ends when it is told to.
fn fetch(what: &str, url: &str) {
    let mut client = blocking::Client::connect(url, Options::default()).unwrap();
    client.login("ada", "lovelace").unwrap();
    // What is known once is not asked for again.
    client.objects([0, 1]).unwrap();
    let (memory, cpu) = (process::own_memory(), process::own_cpu());
    let start = Instant::now();
    let (mut ids, mut objects) = (Vec::new(), Vec::new());
    match what {
        "ids" => ids = client.ids::<game::Object>(None).unwrap(),
        "objects" => objects = client.all_objects().unwrap(),
        _ => {}
    }
    assert!(objects.iter().all(Result::is_ok));
    let fetched = Fetched {
        seconds: start.elapsed().as_secs_f64(),
        cpu: process::own_cpu().saturating_sub(cpu),
        memory: process::own_memory().saturating_sub(memory),
        number: ids.len() + objects.len(),
    };
    println!("{}", serde_json::to_string(&fetched).unwrap());
    io::stdin().lines().for_each(drop);
}
