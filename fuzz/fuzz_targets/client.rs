//! Whatever a server sends, and whenever: no panic, every operation of the asynchronous client ends,
//! and what it holds is in proportion to what came. The clock is the script's.
//!
//! Input: one byte for the options, then steps of the user and of the server.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tp_fuzz::{Answers, Held, Input, Server, client, operation};
use tp_net::Error;
use tp_net::client::Client;
use tp_net::mirror::Mirror;

fuzz_target!(|bytes: &[u8]| {
    let held = Held::new();
    let (received, operations) = tp_fuzz::time::run(play(Input::new(bytes)));
    held.judge(client::may_hold(received, operations), received);
});

/// Plays the script; returns how many bytes the client has read, and how many operations there were.
async fn play(mut input: Input) -> (usize, usize) {
    let options = input.byte();
    let answers = match options & 1 {
        0 => Answers::Connect,
        _ => Answers::Nothing,
    };
    let server = Server::new(answers);
    let client_options = client::options(options >> 2, options & 0x10 != 0);
    let connecting = Client::connect_with("tp://game.example", client_options, server.clone());
    let mut connecting = Some(tokio::spawn(connecting));
    let mut client = None;
    let mut operations = Vec::new();
    let mut begun = 0;
    while !input.is_empty() {
        // Everybody does what can be done, and a millisecond passes.
        sleep(Duration::from_millis(1)).await;
        if let Some(connected) = connecting.take_if(|it| it.is_finished()) {
            client = connected.await.expect("no panic").ok();
        }
        let step = input.byte() % (Server::STEPS + 4);
        match step {
            0..Server::STEPS => server.step(step, &mut input),
            8 | 9 => {
                let (which, n) = (input.byte(), u32::from(input.byte()));
                if let Some(client) = &client {
                    operations.push(begin(client, which, n));
                    begun += 1;
                }
            }
            10 => {
                let index = usize::from(input.byte());
                if let Some(operation) = operations.get(index) {
                    JoinHandle::abort(operation);
                }
            }
            _ => sleep(Duration::from_millis(1 << (input.byte() % 22))).await,
        }
        server.listen();
    }
    match options & 2 {
        0 => server.end(),
        _ => server.fall_silent(),
    }
    let all = async {
        if let Some(connecting) = connecting {
            // Until then, the connection is this one's.
            client = connecting.await.expect("no panic").ok();
        }
        for operation in operations {
            // Or it was dropped.
            let ended = operation.await;
            assert!(ended.is_ok() || ended.is_err_and(|it| it.is_cancelled()));
        }
    };
    timeout(client::END, all)
        .await
        .expect("every operation ends");
    if let Some(client) = client {
        assert_eq!(client.outstanding(), 0);
    }
    (server.delivered(), begun)
}

fn begin(client: &Client, which: u8, n: u32) -> JoinHandle<()> {
    macro_rules! run {
        ($operation:ident $(::<$type:ty>)? ($($argument:expr),*)) => {
            spawn(client, async move |client| {
                client.$operation$(::<$type>)?($($argument),*).await.map(drop)
            })
        };
    }
    match which {
        200..=215 => run!(wait_for_turn(Duration::from_secs(60))),
        216..=235 => spawn(client, async |client| {
            client.refresh(&mut Mirror::new()).await.map(drop)
        }),
        236.. => spawn(client, async |client| {
            let mut events = client.events();
            drop(client);
            // As long as there is a connection, but not for ever.
            let all = async { while events.next().await.is_some() {} };
            let _ = timeout(Duration::from_secs(60), all).await;
            Ok(())
        }),
        _ => operation!(run, which, n),
    }
}

/// Asks in a task of its own.
fn spawn<F>(client: &Client, operation: impl FnOnce(Client) -> F) -> JoinHandle<()>
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let asked = operation(client.clone());
    tokio::spawn(async {
        if let Err(error) = asked.await {
            assert!(!error.to_string().is_empty());
        }
    })
}
