//! What a game answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::Future;

use tp_frames::game::Frame;
use tp_frames::{AnyFrame, TpString, reference};

use super::{Caller, ConnectReply, CreateAccount, Login, LoginReply, ObjectTypes, Peer, Quirks};
use crate::model::{
    Board, Category, Component, Design, FailReference, Features, Game, IdModtime, Ids, Message,
    Object, Order, OrderDesc, OrderQueue, Player, Property, Refusal, Resource, TimeRemaining,
    Vector,
};

/// A game: one method for each request, all but [`login`](Self::login) refusing by default, or
/// answering what follows from others.
///
/// Write them as `async fn`. Methods for one connection are called one after the other, those
/// for different connections at the same time. A method that panics ends its connection and no
/// other.
///
/// # What a refusal means
///
/// To a client, a Fail means that nothing has changed. So a method that returns a [`Refusal`] has done
/// nothing: whatever can be wrong is looked at before anything is done. Where something is done and the
/// answer cannot be said, because it fits no frame or not the client's version, the client is not told
/// that it failed:
///
/// * An order that is given is answered with Okay, in TP04 too, and of a text for people that is too long
///   come the first 4,096 characters.
/// * Objects, designs and categories that were added or modified, and whatever
///   [`other_request`](Self::other_request) answers, end the connection: the client knows then that it
///   does not know, and asks when it has come back. An error is logged.
///
/// That is rare. A request whose own content could not be told again with 64 KiB beside it is refused
/// before the method is called; so a method owes answers that are not longer than what it was given by
/// more than that, and that every version can say.
///
/// # Methods
///
/// Methods that get one thing by its id are called once for each id of a request. Methods that
/// list ids give all of them; the library cuts the list into slices. `changed_since` asks only
/// for what changed later, and for what is gone since; the library sorts out what did not change.
///
/// Orders are in queues, whichever version the client speaks; see
/// [`object_order_queue`](Self::object_order_queue).
///
/// Answers are frames, the same for every version: a client gets as much of one as its version can
/// say. Written field by field they do not compile any more once a new version wants more:
///
/// ```
/// use tp_net::model::{TimeRemaining, TimeRemainingReason};
///
/// let remaining = TimeRemaining {
///     time: 1,
///     reason: Some(TimeRemainingReason::TIMER_WARNING),
///     turn: Some(2),
///     turnname: Some("Turn 2".into()),
///     waiting: Some(vec![3]),
/// };
/// ```
///
/// As this one does not, which was whole in TP03:
///
/// ```compile_fail,E0063
/// use tp_net::model::TimeRemaining;
///
/// let remaining = TimeRemaining { time: 1 };
/// ```
#[allow(unused_variables, reason = "the defaults use no arguments")]
pub trait Handler: Send + Sync + 'static {
    /// Who is logged in on a connection, and whatever else the game remembers of it.
    type Player: Send + Sync + 'static;

    // What there is in the game.

    /// The types of objects. Asked once, before the server starts, which does not start if they
    /// are none that clients could make sense of.
    ///
    /// An object that contradicts them, because it states parameters where types follow from
    /// kinds, or not those that its type has, is refused to TP04 clients, and an error is logged.
    ///
    /// ```
    /// use tp_net::model::{ObjectDesc, Refusal};
    /// use tp_net::server::{Handler, Login, LoginReply, ObjectTypes, Peer, Server, ServerError};
    ///
    /// struct Stars;
    ///
    /// impl Handler for Stars {
    ///     type Player = ();
    ///
    ///     fn object_types(&self) -> ObjectTypes {
    ///         let star = ObjectDesc { id: 1, name: "Star".into(), ..ObjectDesc::default() };
    ///         let nova = ObjectDesc { id: 1, name: "Nova".into(), ..ObjectDesc::default() };
    ///         ObjectTypes::Own(vec![star, nova])
    ///     }
    ///
    ///     async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
    ///         Ok(LoginReply::okay((), "Welcome"))
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = Server::builder().listen("127.0.0.1:0").start(Stars).await;
    /// let error = server.unwrap_err();
    /// assert_eq!(error.to_string(), r#"two object types have the id 1: "Star" and "Nova""#);
    /// # }
    /// ```
    fn object_types(&self) -> ObjectTypes {
        ObjectTypes::ByKind
    }

    /// The types of orders. Asked once, as [`object_types`](Self::object_types) is. Orders that
    /// clients send are read by them; an order of any other type, or with other parameters than its
    /// type has, is refused, as is a list that says an object takes it.
    fn order_types(&self) -> Vec<OrderDesc> {
        Vec::new()
    }

    // The connection and its player.

    /// `Connect`: a client names itself.
    fn connect(&self, peer: &Peer, client: TpString) -> impl Answer<ConnectReply> {
        async {
            Ok(ConnectReply::okay(concat!(
                "tp-net ",
                env!("CARGO_PKG_VERSION")
            )))
        }
    }

    /// What the client that names itself so can read: what [`Quirks::of`] knows of it, if nothing
    /// else is said. Asked before [`connect`](Self::connect), once for a connection.
    fn quirks(&self, peer: &Peer, client: &TpString) -> Quirks {
        Quirks::of(client, peer.version())
    }

    /// `Login`: who is it?
    fn login(&self, peer: &Peer, login: Login) -> impl Answer<LoginReply<Self::Player>>;

    /// `CreateAccount`; the text is for the player.
    fn create_account(&self, peer: &Peer, account: CreateAccount) -> impl Answer<TpString> {
        refuse("accounts cannot be created here")
    }

    /// `Ping`.
    fn ping(&self, peer: &Peer) -> impl Answer<TpString> {
        async { Ok("PONG!".into()) }
    }

    /// `GetFeatures`.
    fn features(&self, peer: &Peer) -> impl Answer<Features> {
        async { Ok(Features::default()) }
    }

    /// `GetGames`. How far a client gets each, its [`Quirks`] say.
    fn games(&self, peer: &Peer) -> impl Answer<Vec<Game>> {
        refuse("games are not announced here")
    }

    /// `GetTimeRemaining`. Clients may ask before they log in.
    fn time_remaining(&self, peer: &Peer) -> impl Answer<TimeRemaining> {
        refuse("there are no turns")
    }

    /// `FinishedTurn`; the text is for the player.
    fn finish_turn(&self, caller: &Caller<Self::Player>) -> impl Answer<TpString> {
        refuse("there are no turns")
    }

    /// The connection has ended, with the player if one was logged in. Called once for each, also where
    /// a [shutdown](super::Server::shutdown) cuts off what takes too long; not where the server is
    /// dropped.
    fn disconnected(
        &self,
        peer: &Peer,
        player: Option<&Self::Player>,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    // Objects.

    /// `GetObjectIDs`. By default the universe and all that is in it, as far as objects say what
    /// they [contain](Object::contains).
    fn object_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        async move {
            let universe = self.object(caller, 0).await?;
            let mut found = BTreeMap::from([(0, universe.modtime)]);
            let mut inside = universe.contains;
            while let Some(id) = inside.pop() {
                pause_now_and_then(found.len()).await;
                if let Entry::Vacant(new) = found.entry(id)
                    // What is gone, or not for this player, is not listed.
                    && let Ok(object) = self.object(caller, id).await
                {
                    new.insert(object.modtime);
                    inside.extend(object.contains);
                }
            }
            let found = found.into_iter();
            Ok(found
                .map(|(id, modtime)| IdModtime { id, modtime })
                .collect())
        }
    }

    /// `GetObjectIDsByPos`, `GetObjectsByPos`: what lies within `radius` of `position`. By default
    /// those of all objects that do.
    fn object_ids_by_position(
        &self,
        caller: &Caller<Self::Player>,
        position: Vector,
        radius: u64,
    ) -> impl Answer<Ids> {
        async move {
            let mut near = Vec::new();
            let ids = self.object_ids(caller, None).await?;
            for (index, listed) in ids.iter().copied().enumerate() {
                pause_now_and_then(index).await;
                if let Ok(object) = self.object(caller, listed.id).await
                    && let Some(place) = object.position
                    && place.reaches(position, radius)
                {
                    near.push(listed);
                }
            }
            Ok(near.into())
        }
    }

    /// `GetObjectIDsByContainer`: what is directly in the object. By default what it says that it
    /// [contains](Object::contains).
    fn object_ids_by_container(
        &self,
        caller: &Caller<Self::Player>,
        container: u32,
    ) -> impl Answer<Ids> {
        async move {
            let mut inside = Vec::new();
            let contains = self.object(caller, container).await?.contains;
            for (index, id) in contains.into_iter().enumerate() {
                pause_now_and_then(index).await;
                if let Ok(object) = self.object(caller, id).await {
                    let modtime = object.modtime;
                    inside.push(IdModtime { id, modtime });
                }
            }
            Ok(inside.into())
        }
    }

    /// `GetObjectsByID`. Id 0 is the universe.
    ///
    /// An object states its [`kind`](Object::kind), and is shown with all that it states in every
    /// version: for TP04 clients the library makes its type, its parameters and its description. In
    /// a game with [types of its own](Self::object_types) it states its `otype` and
    /// [`parameters`](Object::parameters) too, which is what TP04 clients see; TP03 clients see its
    /// kind.
    ///
    /// For a TP03 client, what `ordertypes` and `orders` leave open is taken from the object's
    /// [`order_queue`](Self::order_queue).
    fn object(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Object> {
        refuse("there are no objects")
    }

    /// `ModifyObject`: returns the object as it is then.
    fn modify_object(&self, caller: &Caller<Self::Player>, object: Object) -> impl Answer<Object> {
        refuse("objects cannot be modified")
    }

    // Orders.

    /// The order queue of an object. TP03 clients name queues by their objects; by default both
    /// have the same id.
    fn object_order_queue(&self, caller: &Caller<Self::Player>, object: u32) -> impl Answer<u32> {
        async move { Ok(object) }
    }

    /// The object of an order queue: the other way round.
    fn order_queue_object(&self, caller: &Caller<Self::Player>, queue: u32) -> impl Answer<u32> {
        async move { Ok(queue) }
    }

    /// `GetOrderQueueIDs`. By default those of the objects that have a queue, or that say which
    /// orders they take or how many they have.
    fn order_queue_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        async move {
            let mut queues = Vec::new();
            let ids = self.object_ids(caller, changed_since).await?;
            for (index, IdModtime { id, modtime }) in ids.iter().copied().enumerate() {
                pause_now_and_then(index).await;
                // What is gone, or not for this player, has no queue for it either.
                let Ok(object) = self.object(caller, id).await else {
                    continue;
                };
                if object.takes_orders() {
                    let id = match object.order_queue {
                        Some(queue) => queue,
                        None => self.object_order_queue(caller, id).await?,
                    };
                    queues.push(IdModtime { id, modtime });
                }
            }
            Ok(queues.into())
        }
    }

    /// `GetOrderQueue`. By default what the queue's object says of its orders.
    fn order_queue(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<OrderQueue> {
        async move {
            let about = FailReference::new(reference::ORDER_QUEUE, id);
            let object = self.order_queue_object(caller, id).await?;
            let object = self.object(caller, object).await;
            let object = object.map_err(|refusal| refusal.about(about))?;
            if object.ordertypes.is_none() && object.orders.is_none() {
                let none = Refusal::unavailable_permanently("there is no such order queue");
                return Err(none.about(about));
            }
            Ok(OrderQueue {
                id,
                serial: object.modtime,
                maxslots: u32::MAX,
                numorders: object.orders.unwrap_or_default(),
                ordertypes: object.ordertypes.unwrap_or_default(),
            })
        }
    }

    /// `GetOrderDescIDs`, for a game whose types of orders change while it runs: those beside the
    /// [declared](Self::order_types).
    fn order_desc_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no order types")
    }

    /// `GetOrderDesc`, for a game whose types of orders change while it runs: asked for one that is
    /// not [declared](Self::order_types).
    fn order_desc(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<OrderDesc> {
        refuse("there are no order types")
    }

    /// `GetOrder`: the order in a slot of a queue, neither of which it need name.
    fn order(&self, caller: &Caller<Self::Player>, queue: u32, slot: u32) -> impl Answer<Order> {
        refuse("there are no orders")
    }

    /// `OrderInsert`: returns the order as it is in the queue, with its slot, turns and resources.
    fn insert_order(&self, caller: &Caller<Self::Player>, order: Order) -> impl Answer<Order> {
        refuse("orders cannot be given")
    }

    /// `OrderProbe`: returns the order as [`insert_order`](Self::insert_order) would.
    fn probe_order(&self, caller: &Caller<Self::Player>, order: Order) -> impl Answer<Order> {
        refuse("orders cannot be probed")
    }

    /// `RemoveOrder`; the text is for the player. The slots of one request come in the order sent,
    /// one after the other, and what is behind a removed order moves up: clients send them falling.
    fn remove_order(
        &self,
        caller: &Caller<Self::Player>,
        queue: u32,
        slot: u32,
    ) -> impl Answer<TpString> {
        refuse("orders cannot be removed")
    }

    // Boards and messages.

    /// `GetBoardIDs`. By default the player's own [`board`](Self::board).
    fn board_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        async move {
            let Board { id, modtime, .. } = self.board(caller, 0).await?;
            Ok(vec![IdModtime { id, modtime }].into())
        }
    }

    /// `GetBoards`. Id 0 is the player's own board; the answer holds its real id.
    fn board(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Board> {
        refuse("there are no boards")
    }

    /// `GetMessage`: the message in a slot of a board, which it need not name.
    fn message(
        &self,
        caller: &Caller<Self::Player>,
        board: u32,
        slot: u32,
    ) -> impl Answer<Message> {
        refuse("there are no messages")
    }

    /// `PostMessage`; the text is for the player.
    fn post_message(
        &self,
        caller: &Caller<Self::Player>,
        message: Message,
    ) -> impl Answer<TpString> {
        refuse("messages cannot be posted")
    }

    /// `RemoveMessage`; the text is for the player. Slots come as those of
    /// [`remove_order`](Self::remove_order) do.
    fn remove_message(
        &self,
        caller: &Caller<Self::Player>,
        board: u32,
        slot: u32,
    ) -> impl Answer<TpString> {
        refuse("messages cannot be removed")
    }

    // Resources, players, categories.

    /// `GetResourceIDs`.
    fn resource_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no resources")
    }

    /// `GetResource`.
    fn resource(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Resource> {
        refuse("there are no resources")
    }

    /// `GetPlayerIDs`.
    fn player_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("players cannot be listed")
    }

    /// `GetPlayer`. Id 0 is the player who asks; the answer holds its real id. Whether a client gets
    /// the `modtime`, its [`Quirks`] say.
    fn player(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Player> {
        refuse("players cannot be seen")
    }

    /// `GetCategoryIDs`.
    fn category_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no categories")
    }

    /// `GetCategory`.
    fn category(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Category> {
        refuse("there are no categories")
    }

    /// `AddCategory`: returns the category with its id.
    fn add_category(
        &self,
        caller: &Caller<Self::Player>,
        category: Category,
    ) -> impl Answer<Category> {
        refuse("categories cannot be added")
    }

    /// `RemoveCategory`; the text is for the player.
    fn remove_category(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<TpString> {
        refuse("categories cannot be removed")
    }

    // Designs.

    /// `GetDesignIDs`.
    fn design_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no designs")
    }

    /// `GetDesign`.
    fn design(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Design> {
        refuse("there are no designs")
    }

    /// `AddDesign`: returns the design with its id and its calculated properties.
    fn add_design(&self, caller: &Caller<Self::Player>, design: Design) -> impl Answer<Design> {
        refuse("designs cannot be added")
    }

    /// `ModifyDesign`: returns the design as it is then.
    fn modify_design(&self, caller: &Caller<Self::Player>, design: Design) -> impl Answer<Design> {
        refuse("designs cannot be modified")
    }

    /// `RemoveDesign`; the text is for the player.
    fn remove_design(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<TpString> {
        refuse("designs cannot be removed")
    }

    /// `GetComponentIDs`.
    fn component_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no components")
    }

    /// `GetComponent`.
    fn component(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Component> {
        refuse("there are no components")
    }

    /// `GetPropertyIDs`.
    fn property_ids(
        &self,
        caller: &Caller<Self::Player>,
        changed_since: Option<u64>,
    ) -> impl Answer<Ids> {
        refuse("there are no properties")
    }

    /// `GetProperty`.
    fn property(&self, caller: &Caller<Self::Player>, id: u32) -> impl Answer<Property> {
        refuse("there are no properties")
    }

    // Whatever else the protocol has.

    /// A request that has no method here, because it is newer than this crate or an extension:
    /// [`Frame::Unknown`] if the protocol of this crate does not have it either. The answer is any
    /// one frame.
    fn other_request(&self, caller: &Caller<Self::Player>, request: Frame) -> impl Answer<Frame> {
        std::future::ready(Err(no_request(&request)))
    }
}

/// The refusal of a frame that is no request.
pub(super) fn no_request(frame: &impl AnyFrame) -> Refusal {
    let (r#type, name) = (frame.frame_type(), frame.name());
    Refusal::protocol(format!("frame type {type} ({name}) is no request"))
}

/// The answer to a request, in a while: a `T`, or a refusal.
///
/// Every future of such a result is one, so that an `async fn` can give it.
pub trait Answer<T>: Future<Output = Result<T, Refusal>> + Send {}

impl<T, F: Future<Output = Result<T, Refusal>> + Send> Answer<T> for F {}

/// A long list must not keep other connections from the processor.
async fn pause_now_and_then(index: usize) {
    if index % 64 == 63 {
        tokio::task::yield_now().await;
    }
}

/// The answer of a method that is not there.
fn refuse<T: Send>(why: &'static str) -> impl Answer<T> {
    std::future::ready(Err(Refusal::unavailable_permanently(why)))
}
