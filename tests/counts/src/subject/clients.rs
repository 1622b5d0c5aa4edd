//! Clients that ask the same again and again.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tp_net::{Options, blocking, client, polling};

pub(super) fn blocking(address: &str, count: usize) {
    let mut client = blocking::Client::connect(address, Options::default()).unwrap();
    client.login("player", "player").unwrap();
    for _ in 0..count {
        assert!(client.ping().unwrap());
    }
}

pub(super) fn polling(address: &str, batches: usize, depth: usize) {
    let mut client = polling::Client::connect(address, Options::default()).unwrap();
    let login = client.login("player", "player").unwrap();
    client.wait_for(&login).unwrap();
    let mut tickets = Vec::with_capacity(depth);
    for _ in 0..batches {
        for _ in 0..depth {
            tickets.push(client.ping().unwrap());
        }
        for ticket in tickets.drain(..) {
            let pong = client.wait().unwrap().redeem(&ticket);
            assert!(pong.unwrap().unwrap());
        }
    }
}

fn in_runtime(future: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future);
}

async fn connect(address: &str) -> client::Client {
    let client = client::Client::connect(address, Options::default())
        .await
        .unwrap();
    client.login("player", "player").await.unwrap();
    client
}

/// All of a batch at once, in one task, so that there is nothing to pay for but the client.
pub(super) fn asynchronous(address: &str, batches: usize, depth: usize) {
    in_runtime(async {
        let client = connect(address).await;
        let ping = || async { assert!(client.ping().await.unwrap()) };
        let mut pings: Vec<_> = (0..depth).map(|_| (Box::pin(ping()), false)).collect();
        for batch in 0..batches {
            if batch > 0 {
                for (future, done) in &mut pings {
                    future.set(ping());
                    *done = false;
                }
            }
            all(&mut pings).await;
        }
    });
}

async fn all<F: Future<Output = ()>>(futures: &mut [(Pin<Box<F>>, bool)]) {
    poll_fn(|context| {
        let mut all = true;
        for (future, done) in futures.iter_mut().filter(|it| !it.1) {
            *done = future.as_mut().poll(context).is_ready();
            all &= *done;
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

pub(super) fn objects(address: &str, count: usize) {
    in_runtime(async {
        let client = connect(address).await;
        for _ in 0..count {
            let objects = client
                .objects((0..100).collect::<Vec<u32>>())
                .await
                .unwrap();
            assert!(objects.iter().all(|it| it.as_ref().unwrap().kind.is_some()));
        }
    });
}
