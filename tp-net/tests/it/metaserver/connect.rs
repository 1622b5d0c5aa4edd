//! From a game that was found to a client that is connected, on every client.

use std::time::Duration;

use tp_net::discovery::metaserver::Publisher;
use tp_net::discovery::{Browser, Event};
use tp_net::transport::{Scheme, Url};
use tp_net::{Options, blocking, client, polling};

use super::PATIENCE;
use super::server::Running;

#[test]
fn what_is_found_can_be_connected_to() {
    let running = Running::start();
    let serving = tp_game::serve("127.0.0.1:0").unwrap();
    let publisher = Publisher::builder(running.metaserver(), "secret");
    let publisher = publisher.start(serving.game().announcement()).unwrap();
    while publisher.outcome().is_none() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut browser = Browser::builder()
        .metaserver(running.metaserver().url())
        .start()
        .unwrap();
    let game = match browser.wait(PATIENCE) {
        Some(Event::Found(_, game)) => game,
        other => panic!("{other:?}"),
    };
    let urls = Url::of_game(&game);
    let schemes: Vec<_> = urls.iter().map(Url::scheme).collect();
    assert_eq!(schemes, [Scheme::Tp, Scheme::TpHttp]);
    for url in urls {
        let mut blocking = blocking::Client::connect(url.clone(), Options::default()).unwrap();
        blocking.login("guest", "guest").unwrap();

        let mut polling = polling::Client::connect(url.clone(), Options::default()).unwrap();
        let login = polling.login("guest", "guest").unwrap();
        polling.wait().unwrap().redeem(&login).unwrap().unwrap();

        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let client = client::Client::connect(url, Options::default())
                .await
                .unwrap();
            client.login("guest", "guest").await.unwrap();
        });
    }
}
