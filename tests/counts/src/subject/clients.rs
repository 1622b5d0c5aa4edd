//! Clients that ask the same again and again.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tp_net::{Options, blocking, client, polling};

use super::{Allocated, say_since};

/// Objects of one request.
const OBJECTS: u32 = 100;

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
    let client = client::Client::connect(address, Options::default());
    let client = client.await.unwrap();
    client.login("player", "player").await.unwrap();
    client
}

/// All of a batch at once, in one task, so that there is little to pay for but the client.
pub(super) fn asynchronous(address: &str, batches: usize, depth: usize) {
    in_runtime(async {
        let client = connect(address).await;
        let ping = || async { assert!(client.ping().await.unwrap()) };
        let mut pings: Vec<_> = (0..depth).map(|_| (Box::pin(ping()), false)).collect();
        for _ in 0..batches {
            for (future, done) in &mut pings {
                future.set(ping());
                *done = false;
            }
            all(&mut pings).await;
        }
    });
}

/// Ends when all futures have, each of which is polled until it is done.
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

/// Objects with their parameters read, a hundred at a time. Says how often memory was asked for and
/// how much of it is kept with them, once the first are there.
pub(super) fn objects(address: &str, count: usize, allocated: fn() -> Allocated) {
    in_runtime(async {
        let client = connect(address).await;
        let mut kept = Vec::with_capacity(count);
        let mut before = Allocated::default();
        for round in 0..=count {
            let ids: Vec<u32> = (0..OBJECTS).collect();
            let objects = client.objects(ids).await.unwrap();
            let read = |object: &tp_net::model::Object| object.size.is_some();
            assert!(objects.iter().all(|it| it.as_ref().is_ok_and(read)));
            if round == 0 {
                before = allocated();
            } else {
                kept.push(objects);
            }
        }
        say_since(before, allocated());
        std::mem::forget(kept);
    });
}
