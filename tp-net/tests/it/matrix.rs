//! Every class of operations, over every transport, by every way, on every client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tp_game::Game;
use tp_net::model::Feature;
use tp_net::server::{Limits, Server};
use tp_net::transport::tls::{Identity, Trust};
use tp_net::transport::{Proxies, Scheme, Url};

use crate::any_client::{APIS, AnyClient, ask};
use crate::client_game::{FORMS, play};
use crate::http_proxy::HttpProxy;
use crate::peer::options;

/// Scheme, whether a proxy is used, and what the proxy then sees: CONNECTs and POSTs.
const WAYS: [(Scheme, bool, (u32, u32)); 8] = [
    (Scheme::Tp, false, (0, 0)),
    (Scheme::Tps, false, (0, 0)),
    (Scheme::TpHttp, false, (0, 0)),
    (Scheme::TpHttps, false, (0, 0)),
    (Scheme::Tp, true, (1, 0)),
    (Scheme::Tps, true, (1, 0)),
    (Scheme::TpHttp, true, (0, 1)),
    (Scheme::TpHttps, true, (1, 0)),
];

#[test]
fn over_ipv4() {
    every_cell(Ipv4Addr::LOCALHOST.into());
}

#[test]
fn over_ipv6() {
    let host = Ipv6Addr::LOCALHOST;
    if let Err(error) = TcpListener::bind((host, 0)) {
        tp_test_components::skip(&format!("no IPv6 here: {error}"));
        return;
    }
    every_cell(host.into());
}

fn every_cell(host: IpAddr) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), [host.to_string()]).unwrap();
    let trust = Trust::pinned([identity.fingerprint()]);
    let proxy = HttpProxy::closed();
    let through = format!("http://ada:s3cret@{}", proxy.address());
    let mut cell = 0;
    let mut failed = Vec::new();
    for (scheme, by_proxy, seen) in WAYS {
        // A galaxy has room for so many players.
        let builder = Server::builder().tls(identity.clone());
        // Every cell begins with a wrong login.
        let builder = builder.limits(Limits::default().login_delay(Duration::ZERO));
        let builder = builder.listen(SocketAddr::new(host, 0).to_string());
        let game = Game::new(7).serve_by(builder).unwrap();
        for (versions, padded) in FORMS {
            for api in APIS {
                cell += 1;
                let name = format!(
                    "{host} {scheme} proxy: {by_proxy}, {versions:?} padded: {padded}, {api:?}"
                );
                let proxies = match by_proxy {
                    true => Proxies::Always(through.parse().unwrap()),
                    false => Proxies::Never,
                };
                let url = format!("{scheme}://{}", game.local_addr());
                let url: Url = url.parse().unwrap();
                let options = options().versions(versions).proxies(proxies);
                let options = options.trust(trust.clone());
                let played = catch_unwind(AssertUnwindSafe(|| {
                    let mut client = AnyClient::connect(api, url, options).unwrap();
                    let features = ask!(client, features()).unwrap();
                    assert!(features.contains(Feature::HTTP_HERE));
                    assert!(features.contains(Feature::SECURE_HERE));
                    play(&mut client, versions, padded, &format!("eve{cell}"));
                    assert_eq!(proxy.taken(), seen, "what the proxy saw");
                }));
                if played.is_err() {
                    eprintln!("failed: {name}");
                    proxy.taken();
                    failed.push(name);
                }
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {cell} cells: {failed:#?}",
        failed.len()
    );
}
