//! Every expression that `docs/porting.md` offers. Nobody calls this: that it compiles is the test.
#![allow(dead_code, reason = "that it compiles is the test")]

use std::ops::ControlFlow;
use std::time::Duration;

use tp_frames::admin::CommandParams;
use tp_frames::{AnyFrame, DecodeOptions, RawFrame, TpString, reference};
use tp_net::discovery::{self, Browser, metaserver, zeroconf};
use tp_net::mirror::Mirror;
use tp_net::model::{
    Category, Design, FailCode, Feature, Message, Object, ObjectDesc, ObjectParams, Order,
    OrderDesc, OrderDescExt, Refusal, TimeRemaining, Vector,
};
use tp_net::server::{Handler, Lobby, LoginReply, Peer, Server};
use tp_net::transport::tls::Identity;
use tp_net::transport::{Connector, Proxies, Scheme, Url};
use tp_net::{
    Error, Event, IdListQuery, Options, Versions, admin, blocking, client, game, polling,
};

type Anything = Result<(), Box<dyn std::error::Error>>;

fn options(proxies: Proxies, limit: Option<Duration>) {
    let _ = Options::default().client_name("name");
    let _ = Options::default().proxies(proxies);
    let _ = Options::default().redirects(3);
    let _ = Options::default().reply_timeout(limit);
    let _ = Options::default().versions(Versions::only(game::TP03));
}

fn urls(text: &str) -> Result<Scheme, Error> {
    let url = text.parse::<Url>()?;
    let _ = (url.login_name(), url.password(), url.game());
    Ok(Scheme::Tp)
}

fn connect_blocking(url: &Url, options: Options) -> Result<blocking::Client, Error> {
    let client = blocking::Client::connect(url, options)?;
    Ok(client)
}

fn connect_polling(url: &Url, options: Options) -> Result<polling::Client, Error> {
    let client = polling::Client::connect(url, options)?;
    Ok(client)
}

fn connect_over(url: &Url, options: Options, connector: impl Connector + 'static) -> Anything {
    blocking::Client::connect_with(url, options, connector)?;
    Ok(())
}

fn poll_over(url: &Url, options: Options, connector: impl Connector + 'static) -> Anything {
    polling::Client::connect_with(url, options, connector)?;
    Ok(())
}

fn account(client: &mut blocking::Client, user: &str, password: &str) -> Result<(), Error> {
    let (email, comment) = ("ada@example.org", "");
    client.create_account(user, password, email, comment)?;
    client.login(user, password)?;
    client.ping()?;
    let _: Feature = Feature::ACCOUNT_CREATE;
    client.features()?;
    client.games()?;
    client.version()?;
    client.time_remaining()?;
    client.finish_turn()?;
    Ok(())
}

fn events(client: &mut blocking::Client, limit: Duration) -> Result<(), Error> {
    client.wait_for_turn(limit)?;
    match client.next_event(limit)? {
        Some(Event::TurnTime(time)) => drop(time),
        Some(Event::TurnEnded(time)) => drop(time),
        _ => {}
    }
    Ok(())
}

async fn stream(asynchronous: client::Client) {
    asynchronous.events().next().await;
    drop(asynchronous.clone());
}

fn switch(client: blocking::Client) -> Result<(), Error> {
    let mut polling = client.into_polling();
    polling.connected()?;
    polling.id_page(IdListQuery::<game::Object>::new())?;
    let ticket = polling.ping()?;
    polling.poll();
    polling.wait_for(&ticket)?;
    let _ = (polling.error(), polling.socket());
    let _ = (polling.wants_write(), polling.next_timeout());
    let client = polling.into_blocking()?;
    client.disconnect();
    Ok(())
}

fn errors(result: Result<(), Error>) {
    let _ = result.is_err();
    if let Err(error) = result {
        let _ = (error.is_refused(), error.is_timeout());
        let _ = (error.is_disconnected(), error.refusal());
        match error {
            Error::Refused(refusal) => drop::<Refusal>(refusal),
            Error::NotTp(text) => drop::<TpString>(text),
            Error::Redirected(url) => drop::<Box<Url>>(url),
            Error::Unexpected { request, got } => println!("{request} {got}"),
            _ => {}
        }
    }
    let _ = (
        FailCode::NO_SUCH_THING,
        FailCode::from(99),
        reference::OBJECT,
    );
}

fn things(client: &mut blocking::Client, id: u32, ids: [u32; 2]) -> Result<(), Error> {
    client.object_ids(None)?;
    client.objects(ids)?;
    client.object(id)?;
    client.all_objects()?;
    client.all::<Design>()?;
    client.paged_ids(IdListQuery::<game::Object>::new());
    client.object_ids_by_container(id)?;
    client.object_descs(ids)?;
    client.order_desc_ids(None)?;
    client.order_descs(ids)?;
    client.order_desc(id)?;
    client.order_queue_ids(None)?;
    client.order_queues(ids)?;
    client.order_queue(id)?;
    client.board_ids(None)?;
    client.boards(ids)?;
    client.board(id)?;
    client.resource_ids(None)?;
    client.resources(ids)?;
    client.resource(id)?;
    client.category_ids(None)?;
    client.categories(ids)?;
    client.category(id)?;
    client.design_ids(None)?;
    client.designs(ids)?;
    client.design(id)?;
    client.component_ids(None)?;
    client.components(ids)?;
    client.component(id)?;
    client.property_ids(None)?;
    client.properties(ids)?;
    client.property(id)?;
    client.player_ids(None)?;
    client.players(ids)?;
    client.player(id)?;
    client.me()?;
    Ok(())
}

fn places(client: &mut blocking::Client, position: Vector, radius: u64) -> Result<(), Error> {
    client.object_ids_by_position(position, radius)?;
    Ok(())
}

fn orders(client: &mut blocking::Client, object: Object, desc: &OrderDesc) -> Anything {
    let (slot, slots, position) = (0, [0, 1], Vector::default());
    let queue = client.orders_of(&object)?.queue;
    let _ = 0..client.orders_of(&object)?.number;
    client.orders(queue, slots)?;
    client.order(queue, slot)?;
    client.insert_order(desc.order(&object).at(position).build()?)?;
    client.remove_order(queue, slot)?;
    client.remove_orders(queue, slots)?;
    Ok(())
}

fn insert(client: &mut blocking::Client, order: Order) -> Anything {
    client.insert_order(order)?;
    Ok(())
}

fn probe(client: &mut blocking::Client, order: Order) -> Anything {
    client.probe_order(order)?;
    Ok(())
}

fn messages(client: &mut blocking::Client, board: u32, message: Message) -> Result<(), Error> {
    let (slot, slots) = (0, [0, 1]);
    client.all_messages(board)?;
    client.messages(board, slots)?;
    client.message(board, slot)?;
    client.post_message(message)?;
    client.remove_message(board, slot)?;
    client.remove_messages(board, slots)?;
    Ok(())
}

fn designs(client: &mut blocking::Client, design: Design, category: Category) -> Anything {
    let (id, ids) = (1, [1, 2]);
    client.add_category(category)?;
    client.remove_category(id)?;
    client.remove_categories(ids)?;
    client.add_design(design)?;
    client.remove_design(id)?;
    client.remove_designs(ids)?;
    Ok(())
}

fn redesign(client: &mut blocking::Client, design: Design) -> Result<(), Error> {
    client.modify_design(design)?;
    Ok(())
}

fn mirrored(client: &mut blocking::Client, id: u32) -> Result<(), Error> {
    let mut mirror = Mirror::new();
    client.refresh(&mut mirror)?;
    let report = |progress| {
        println!("{progress}");
        ControlFlow::Continue(())
    };
    client.refresh_with(&mut mirror, report)?;
    let _ = (mirror.object(id), mirror.objects().len());
    if let Some(object) = mirror.object(id) {
        let _ = mirror.children(&object).count();
    }
    Ok(())
}

fn packets(client: &mut blocking::Client, ids: Vec<u32>) -> Result<(), Error> {
    client.request(game::GetTimeRemaining::default())?;
    client.request(game::Ping::default())?;
    client.request_many(game::GetPlayer { ids })?;
    Ok(())
}

fn frames(raw: RawFrame, decode: DecodeOptions) -> Anything {
    match game::Frame::decode(&raw, &decode)?.0 {
        game::Frame::Object(object) => drop::<game::Object>(object),
        game::Frame::Unknown { .. } => {}
        _ => {}
    }
    Ok(())
}

fn parameters(mut object: Object, object_desc: ObjectDesc) -> Anything {
    object.decode_parameters(&object_desc)?;
    let _ = (object.owner(), object.ships(), object.resources());
    for parameter in object.parameters.values() {
        if let ObjectParams::Size(size) = parameter {
            println!("{}", size.size);
        }
    }
    drop(object.kind);
    Ok(())
}

fn administrate(admin: &mut admin::BlockingClient, values: Vec<CommandParams>) -> Anything {
    let (id, ids, user, password) = (1, [1, 2], "admin", "s3cret");
    admin.login(user, password)?;
    admin.command_ids()?;
    admin.command_descs(ids)?;
    admin.command(id, values)?;
    if let Some(Event::Log(line)) = admin.next_event(Duration::ZERO)? {
        println!("{}", line.message);
    }
    Ok(())
}

fn administrate_at(url: &Url, options: Options) -> Anything {
    admin::BlockingClient::connect(url, options)?;
    Ok(())
}

fn administrate_polling(url: &Url, options: Options) -> Anything {
    admin::PollingClient::connect(url, options)?;
    Ok(())
}

struct Game;

impl Handler for Game {
    type Player = ();

    async fn login(&self, _: &Peer, _: tp_net::server::Login) -> Result<LoginReply<()>, Refusal> {
        Err(Refusal::permission_denied("it is not yours"))
    }

    async fn object(&self, _: &tp_net::server::Caller<()>, _: u32) -> Result<Object, Refusal> {
        Err(Refusal::no_such_thing("there is none"))
    }
}

async fn serve(address: &str, handler: Game, folder: &str) -> Anything {
    let names = ["localhost"];
    let identity = Identity::stored_in(folder, names)?;
    let _ = (
        Server::builder().listen(address),
        Server::builder().tls(identity),
    );
    let server = Server::builder().start(handler).await?;
    server.shutdown().await;
    Ok(())
}

async fn handle(game: &Game, peer: &Peer, time: TimeRemaining) -> Anything {
    drop(Handler::connect(game, peer, "".into()));
    drop(Handler::ping(game, peer));
    drop((Handler::order_types(game), Lobby::new()));
    Handler::disconnected(game, peer, None).await;
    peer.send_time_remaining(time)?;
    Ok(())
}

fn discover(url: &str, limit: Duration) -> Anything {
    use discovery::Event;
    drop(Browser::builder().zeroconf());
    let mut browser = Browser::builder().metaserver(url).start()?;
    match browser.wait(limit) {
        Some(Event::Found(id, game)) => println!("{id:?} {:?}", Url::of_game(&game)),
        Some(Event::Updated(id, game)) => println!("{id:?} {}", game.name),
        Some(Event::Gone(id)) => println!("{id:?}"),
        _ => {}
    }
    Ok(())
}

fn publish(game: game::Game, url: &str, key: metaserver::Key) -> Anything {
    zeroconf::Publisher::start(&game)?;
    let metaserver = metaserver::Metaserver::new(url)?;
    metaserver::Publisher::builder(metaserver, key).start(game)?;
    Ok(())
}
