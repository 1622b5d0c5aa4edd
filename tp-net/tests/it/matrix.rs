//! Every class of operations, over every transport, by every way, on every client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tp_frames::Parameters;
use tp_game::Game;
use tp_net::model::{self};
use tp_net::server::Server;
use tp_net::transport::tls::{Identity, Trust};
use tp_net::transport::{Proxies, Scheme, Url};
use tp_net::{Error, IdListQuery, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
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

/// Version, and whether strings are padded.
const FORMS: [(Versions, bool); 3] = [
    (Versions::only(game::TP03), false),
    (Versions::only(game::TP04), false),
    (Versions::only(game::TP04), true),
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
                    if padded {
                        ask!(client, enable_padding()).unwrap();
                    }
                    play(&mut client, versions, cell);
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

/// One of each class of operations. Leaves the game as it was, but for an account.
fn play(client: &mut AnyClient, versions: Versions, cell: u32) {
    // Before the login.
    let features = ask!(*client, features()).unwrap();
    assert!(features.contains(model::Feature::HTTP_HERE));
    assert!(features.contains(model::Feature::SECURE_HERE));
    let account = format!("eve{cell}");
    ask!(
        *client,
        create_account(account.clone(), "s3cret", "eve@example.org", "")
    )
    .unwrap();
    let wrong = ask!(*client, login("guest", "wrong")).unwrap_err();
    assert!(wrong.is_refused(), "{wrong}");
    ask!(*client, login("guest", "guest")).unwrap();
    assert!(ask!(*client, ping()).unwrap());
    assert_eq!(all(ask!(*client, games())).len(), 1);
    ask!(*client, time_remaining()).unwrap();
    // The others have not ended theirs, so the turn goes on.
    ask!(*client, finish_turn()).unwrap();

    // Lists of ids, whole and by the page, and things by their ids.
    let ids = numbers(&ask!(*client, object_ids(None)).unwrap());
    let pages = IdListQuery::<game::Object>::new().page_size(7);
    assert_eq!(ask!(*client, id_page(pages)).unwrap().ids.len(), 7);
    let objects = all(ask!(*client, objects(ids.clone())));
    assert_eq!(objects.iter().map(|it| it.id).collect::<Vec<_>>(), ids);
    let nobody = ask!(*client, objects([0, 999_999])).unwrap();
    assert!(nobody[0].is_ok() && nobody[1].as_ref().unwrap_err().is_refused());
    let here = model::Vector::new(0, 0, 0);
    assert!(!all(ask!(*client, objects_by_position(here, u64::MAX))).is_empty());
    assert!(
        !ask!(*client, object_ids_by_container(0))
            .unwrap()
            .modtimes
            .is_empty()
    );
    let resources = numbers(&ask!(*client, resource_ids(None)).unwrap());
    assert_eq!(
        all(ask!(*client, resources(resources.clone()))).len(),
        resources.len()
    );
    if versions != Versions::only(game::TP03) {
        let descs = numbers(&ask!(*client, object_desc_ids(None)).unwrap());
        assert_eq!(
            all(ask!(*client, object_descs(descs.clone()))).len(),
            descs.len()
        );
    }

    // What is written, read and removed again.
    let me = all(ask!(*client, players([0]))).remove(0).id;
    orders(client, versions, me, &objects);
    let board = all(ask!(*client, boards([0]))).remove(0);
    let message = model::Message {
        id: board.id,
        subject: "to myself".into(),
        body: account.clone().into(),
        ..Default::default()
    };
    ask!(*client, post_message(message)).unwrap();
    let read = all(ask!(*client, messages(board.id, [board.messages]))).remove(0);
    assert_eq!(read.body, *account);
    all(ask!(*client, remove_messages(board.id, [board.messages])));
    let category = model::Category {
        name: account.clone().into(),
        ..Default::default()
    };
    let category = ask!(*client, add_category(category)).unwrap();
    assert_eq!(category.name, *account);
    all(ask!(
        *client,
        remove_categories([category.id.get().unwrap()])
    ));
    let component = ask!(*client, component_ids(None)).unwrap()[0].id;
    let catlist = all(ask!(*client, components([component])))
        .remove(0)
        .catlist;
    let design = model::Design {
        name: account.clone().into(),
        catlist,
        components: vec![model::DesignComponent {
            componentid: component,
            compquant: 1,
        }],
        ..Default::default()
    };
    let mut design = ask!(*client, add_design(design)).unwrap();
    design.name = format!("{account}'s").into();
    let design = ask!(*client, modify_design(design)).unwrap();
    assert_eq!(design.name, *format!("{account}'s"));
    all(ask!(*client, remove_designs([design.id.get().unwrap()])));
}

/// Gives an order, reads it, and takes it back.
fn orders(client: &mut AnyClient, versions: Versions, me: u32, objects: &[model::Object]) {
    let descs = numbers(&ask!(*client, order_desc_ids(None)).unwrap());
    let descs = all(ask!(*client, order_descs(descs)));
    let wordy = descs.iter().find(|desc| desc.order_params_types().eq([7]));
    let otype = wordy.expect("an order that takes words").id;
    let words = game::OrderParamString {
        // Pads show behind it.
        string: "Ra II".into(),
        ..Default::default()
    };
    let values = vec![model::OrderParams::String(words)];
    for object in objects.iter().filter(|it| it.owner() == Some(me)) {
        let queue = object.order_queue.unwrap_or(object.id);
        let order = model::Order {
            queue: Some(queue),
            object: Some(object.id),
            otype,
            parameters: Parameters::Values(values.clone()),
            ..Default::default()
        };
        if ask!(*client, probe_order(order.clone())).is_err() {
            continue;
        }
        ask!(*client, insert_order(order)).unwrap();
        let place = match versions == Versions::only(game::TP03) {
            true => object.id,
            false => queue,
        };
        let given = all(ask!(*client, orders(place, [0]))).remove(0);
        assert!(
            matches!(
                given.parameters.values(),
                [model::OrderParams::String(words)] if words.string == "Ra II"
            ),
            "{given:?}"
        );
        assert_eq!(all(ask!(*client, remove_orders(place, [0]))).len(), 1);
        return;
    }
    panic!("nothing takes orders");
}

/// What was asked for, all of it.
#[track_caller]
fn all<T>(things: Result<tp_net::BatchResult<T>, Error>) -> Vec<T> {
    let things = things.unwrap().into_iter();
    things.map(|thing| thing.unwrap()).collect()
}

fn numbers(ids: &[model::IdModtime]) -> Vec<u32> {
    ids.iter().map(|it| it.id).collect()
}
