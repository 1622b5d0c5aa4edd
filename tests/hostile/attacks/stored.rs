//! Filling what a game keeps.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tp_frames::game::{self, OrderParams};
use tp_net::{Options, client::Client, model};

use super::{Attack, Outcome, attack};
use crate::wire::Target;

/// Almost a whole frame, in bytes.
const LARGE: usize = 1_000_000;

pub(crate) fn all() -> Vec<Attack> {
    let attacks = vec![
        attack!(
            "stored-message-types",
            "messages whose lists of types are 1 MB",
            Game,
            message_types
        ),
        attack!(
            "stored-message-references",
            "messages with 125,000 references",
            Game,
            message_references
        ),
        attack!(
            "stored-categories-large",
            "categories with descriptions of 1 MB",
            Game,
            large_categories
        ),
        attack!(
            "stored-categories-many",
            "40,000 tiny categories",
            Game,
            many_categories
        ),
        attack!(
            "stored-designs-large",
            "designs with descriptions of 1 MB",
            Game,
            large_designs
        ),
        attack!(
            "stored-design-components",
            "designs of 120,000 times one component",
            Game,
            design_components
        ),
        attack!(
            "stored-build-orders",
            "BUILD orders after designs with long names",
            Game,
            build_orders
        ),
        attack!(
            "stored-order-duplicates",
            "orders whose lists have 120,000 duplicates",
            Game,
            order_duplicates
        ),
        attack!(
            "stored-account-flood",
            "new accounts with comments of 500 kB",
            Game,
            account_flood
        ),
        attack!(
            "stored-posts",
            "1,000 posts that push others' messages out",
            Game,
            posts
        ),
        attack!(
            "turn-spinning",
            "a lone guest who ends turn after turn",
            Game,
            turn_spinning,
            nobody
        ),
        attack!(
            "stored-all",
            "all that a guest can store, by 16 connections",
            Game,
            everything
        ),
    ];
    let ends = |attack: Attack| Attack {
        ends: !matches!(attack.name, "turn-spinning" | "stored-all"),
        ..attack
    };
    attacks.into_iter().map(ends).collect()
}

fn text(length: usize) -> String {
    "x".repeat(length)
}

fn message(to: u32) -> game::PostMessage {
    game::PostMessage {
        id: to,
        slot: None.into(),
        msgtypelist: Vec::new(),
        subject: "hello".into(),
        body: "world".into(),
        turn: 0,
        references: Vec::new(),
    }
}

async fn message_types(target: Arc<Target>) -> Outcome {
    let post = game::PostMessage {
        msgtypelist: vec![7; LARGE / 4],
        ..message(0)
    };
    stored(
        &target,
        (0..target.scaled(1_100, 200)).map(|_| post.clone()),
    )
    .await
}

async fn message_references(target: Arc<Target>) -> Outcome {
    let reference = game::MessageReference { r#type: 1, id: 1 };
    let post = game::PostMessage {
        references: vec![reference; LARGE / 8],
        ..message(0)
    };
    stored(
        &target,
        (0..target.scaled(1_100, 200)).map(|_| post.clone()),
    )
    .await
}

/// Asks all of it as a guest.
async fn stored<P: tp_frames::Packet>(
    target: &Arc<Target>,
    requests: impl IntoIterator<Item = P>,
) -> Outcome {
    match target.logged_in().await {
        Ok(mut wire) => wire.ask_all(requests, 8).await.into(),
        Err(error) => error.into(),
    }
}

fn category(name: String, description: String) -> game::AddCategory {
    game::AddCategory {
        id: None.into(),
        modtime: 0,
        name: name.into(),
        description: description.into(),
    }
}

async fn large_categories(target: Arc<Target>) -> Outcome {
    let requests = (0..target.scaled(500, 200))
        .map(|number| category(format!("category {number}"), text(LARGE)));
    stored(&target, requests).await
}

async fn many_categories(target: Arc<Target>) -> Outcome {
    let requests = (0..40_000).map(|number| category(format!("{number}"), String::new()));
    stored(&target, requests).await
}

fn design(name: String) -> game::AddDesign {
    game::AddDesign {
        id: None.into(),
        modtime: 0,
        catlist: vec![1],
        name: name.into(),
        description: "".into(),
        inuse: None.into(),
        owner: None.into(),
        // A hull, so that it can be built.
        components: vec![game::DesignComponent {
            componentid: 1,
            compquant: 1,
        }],
        feedback: "".into(),
        properties: Vec::new(),
    }
}

async fn large_designs(target: Arc<Target>) -> Outcome {
    let requests = (0..110).map(|number| game::AddDesign {
        description: text(LARGE).into(),
        ..design(format!("design {number}"))
    });
    stored(&target, requests).await
}

async fn design_components(target: Arc<Target>) -> Outcome {
    let requests = (0..110).map(|number| {
        let mut design = design(format!("design {number}"));
        design.components = design.components.repeat(120_000);
        design
    });
    stored(&target, requests).await
}

/// An order queue that takes BUILD orders.
async fn shipyard(target: &Arc<Target>) -> Option<u32> {
    let client = Client::connect(target.address, Options::default())
        .await
        .ok()?;
    client.login("guest", "guest").await.ok()?;
    for object in client.all_objects().await.ok()?.into_iter().flatten() {
        let orders = client.orders_of(object).await.ok()?;
        if orders.types.contains(&BUILD) {
            return Some(orders.queue);
        }
    }
    None
}

/// The type of the order that builds ships.
const BUILD: u32 = 1005;

fn build(queue: u32, selection: Vec<game::OrderParamListSelection>) -> game::OrderInsert {
    let ships = game::OrderParamList {
        possibleselections: Vec::new(),
        selection,
    };
    let name = game::OrderParamString {
        maxlength: 0,
        string: "x".into(),
    };
    game::OrderInsert {
        id: queue,
        slot: None.into(),
        otype: BUILD,
        turns: 0,
        resources: Vec::new(),
        parameters: vec![OrderParams::List(ships), OrderParams::String(name)].into(),
    }
}

async fn build_orders(target: Arc<Target>) -> Outcome {
    let Some(queue) = shipyard(&target).await else {
        return "no shipyard".into();
    };
    let Ok(mut wire) = target.logged_in().await else {
        return "not let in".into();
    };
    let designs = (0..90).map(|_| design(text(LARGE)));
    let designs = wire.ask_all(designs, 4).await;
    let small = (0..64).map(|number| design(format!("{number}")));
    let small = wire.ask_all(small, 4).await;
    let orders = (0..100).map(|_| build(queue, Vec::new()));
    let orders = wire.ask_all(orders, 1).await;
    format!("{designs}; {small}; orders: {orders}").into()
}

async fn order_duplicates(target: Arc<Target>) -> Outcome {
    let Some(queue) = shipyard(&target).await else {
        return "no shipyard".into();
    };
    let ship = game::OrderParamListSelection { id: 1, number: 1 };
    let order = build(queue, vec![ship; 120_000]);
    stored(&target, (0..target.scaled(600, 100)).map(|_| order.clone())).await
}

async fn account_flood(target: Arc<Target>) -> Outcome {
    let Ok(mut wire) = target.greeted().await else {
        return "not let in".into();
    };
    let requests = (0..target.scaled(5_000, 200)).map(|number| game::CreateAccount {
        username: format!("flood{number}").into(),
        password: "flood".into(),
        email: text(1_000).into(),
        comment: text(LARGE / 2).into(),
    });
    wire.ask_all(requests, 8).await.into()
}

async fn posts(target: Arc<Target>) -> Outcome {
    let Ok(alice) = Client::connect(target.address, Options::default()).await else {
        return "not let in".into();
    };
    let login = alice.login("alice", "alice").await;
    let Ok(me) = alice.me().await else {
        return format!("not let in: {login:?}").into();
    };
    let Ok(board) = alice.board(0).await else {
        return "no board".into();
    };
    let kept = model::Message::new(0, "mine").body("to be kept");
    alice.post_message(kept).await.unwrap();
    let mut outcome = stored(&target, (0..1_100).map(|_| message(board.id))).await;
    let messages = alice.all_messages(0).await;
    let there = messages.is_ok_and(|messages| {
        let mut messages = messages.into_iter().flatten();
        messages.any(|message| message.subject == "mine")
    });
    if !there {
        outcome.broken = Some(format!("a message of player {} was pushed out", me.id));
    }
    outcome
}

async fn turn_spinning(target: Arc<Target>) -> Outcome {
    let client = Client::connect(target.address, Options::default()).await;
    let Ok(mut wire) = target.logged_in().await else {
        return "not let in".into();
    };
    let turn = async |client: &Client| client.time_remaining().await.ok()?.turn;
    let Ok(client) = client else {
        return "not let in".into();
    };
    if client.login("guest", "guest").await.is_err() {
        return "not let in".into();
    }
    let (began, first) = (Instant::now(), turn(&client).await.unwrap_or(0));
    let ends = std::iter::repeat_n(game::FinishedTurn {}, 1_000_000);
    let answers = wire.ask_all(ends, 64).await;
    let last = turn(&client).await.unwrap_or(0);
    let rate = f64::from(last.saturating_sub(first)) / began.elapsed().as_secs_f64();
    Outcome {
        ended: format!("{rate:.0} turns a second; {answers}"),
        broken: (rate > TURNS).then(|| format!("{rate:.0} turns a second, not {TURNS}")),
    }
}

/// Turns a second that one guest may end.
const TURNS: f64 = 10.0;

async fn everything(target: Arc<Target>) -> Outcome {
    let queue = shipyard(&target).await.unwrap_or(0);
    let mut stuffing = tokio::task::JoinSet::new();
    for number in 0..16 {
        let target = Arc::clone(&target);
        stuffing.spawn(async move {
            let Ok(mut wire) = target.logged_in().await else {
                return 0;
            };
            let mut taken = 0;
            while !target.is_over() {
                let post = game::PostMessage {
                    body: text(8_000).into(),
                    ..message(0)
                };
                let answers = [
                    wire.ask_all(std::iter::repeat_n(post, 20), 8).await,
                    wire.ask_all([category(format!("{number} {taken}"), text(900))], 8)
                        .await,
                    wire.ask_all([design(text(90))], 8).await,
                    wire.ask_all([build(queue, Vec::new())], 8).await,
                ];
                taken += answers.iter().map(|it| it.well).sum::<u64>();
                if answers.iter().any(|it| it.cut.is_some()) {
                    break;
                }
                sleep(Duration::ZERO).await;
            }
            taken
        });
    }
    let taken: u64 = stuffing.join_all().await.into_iter().sum();
    format!("{taken} things taken").into()
}
