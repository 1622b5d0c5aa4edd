//! The operations of every client API: one list for the game, one for administration.
//!
//! A list is handed to the macro `$methods` of an API, which makes methods of `$client` of it. They
//! run on `$inner`, where `$this` is the client. Each entry says whether the operation reads or
//! writes, its name, its arguments, behind the semicolon those that take whatever becomes their
//! type, its result, and behind the equals sign the generic operation that it is, if it is one.
//! Any other is one of its own in [`ops`](crate::ops).

macro_rules! game_operations {
    ($methods:ident, $client:ty, $this:ident => $inner:expr) => {
        $methods! {
            $client, $this => $inner;
            /// Logs in, and returns what the server says to it. A redirect is followed if the
            /// options allow it. Some games want the name as `user@game`.
            Write login(; username: TpString, password: TpString) -> TpString;
            /// Creates an account, and returns what the server says to it. Most servers then want a
            /// login.
            Write create_account(; username: TpString, password: TpString, email: TpString, comment: TpString) -> TpString
                = okay(game::CreateAccount { username, password, email, comment });
            /// Asks for a sign of life, and returns `true` if there was one. Servers that are well
            /// are known to stay silent.
            Read ping(;) -> bool;
            /// Sends a packet of which only the running program knows which, as tools have them that a
            /// person tells what to ask; see `request` for all others. Returns the frames that answer it
            /// as they came: those of a group without the `Sequence` in front of them, a refusal as the
            /// `Fail` that it is, and none where a server is silent as it may be.
            Write request_frame(frame: game::Frame;) -> Vec<game::Frame>;
            /// What the server can do beyond what every server can.
            Read features(;) -> model::Features = request(game::GetFeatures::default());
            /// Asks for padding: every string is followed by NULs up to a multiple of four bytes,
            /// both ways, in all that is asked after this. Returns what the server says to it. It
            /// cannot be turned off again, and does not outlive a redirect. A server that does not
            /// say in time whether it pads makes an end of the connection, as nobody knows how it
            /// reads what would come next. Since TP04.
            Write enable_padding(;) -> TpString = okay(game::SetFilters {
                filters: vec![game::SetFiltersFilter::FILTER_PADDING],
            });
            /// The games that the server runs.
            Read games(;) -> BatchResult<model::Game> = request_many(game::GetGames::default());
            /// How long the turn lasts.
            Read time_remaining(;) -> model::TimeRemaining
                = request(game::GetTimeRemaining::default());
            /// Ends the turn for this player, and returns what the server says to it.
            Write finish_turn(;) -> TpString;
            /// Things of one kind, as in `get::<game::Board>(ids)`. Parameters of objects are not
            /// decoded; `objects` decodes them.
            Read get<T: GameItem>(; ids: Vec<u32>) -> BatchResult<T>;
            /// One thing, as in `get_one::<game::Board>(id)`. Parameters of an object are not decoded;
            /// `object` decodes them.
            Read get_one<T: GameItem>(id: u32;) -> T;
            /// All things of one kind, as in `all::<game::Board>()`: their ids, and what the server
            /// gives for each. Parameters of objects are not decoded; `all_objects` decodes them.
            Read all<T: GameItem>(;) -> BatchResult<T>;
            /// The whole list of the ids of one kind, as in `ids::<game::Board>(None)`. With
            /// `since`, what has changed or gone after that modification time, which TP03 cannot
            /// say.
            Read ids<T: GameItem>(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<T>(since);
            /// One page of a list of ids, with the way to the next; see [`IdListQuery`].
            Read id_page<T: GameItem>(query: IdListQuery<T>;) -> IdListPage<T>;
            /// The ids of objects within `radius` of `position`, as far as one answer holds them.
            Read object_ids_by_position(position: model::Vector, radius: u64;) -> model::IDSequence;
            /// The ids of objects directly inside another, as far as one answer holds them. Known
            /// servers give none, and only say how many there are: see
            /// [`contains`](model::Object::contains).
            Read object_ids_by_container(id: u32;) -> model::IDSequence;
            /// An object, with its parameters decoded. Object 0 is the universe.
            Read object(id: u32;) -> model::Object;
            /// Objects, with their parameters decoded. Object 0 is the universe.
            Read objects(; ids: Vec<u32>) -> BatchResult<model::Object>;
            /// All objects that the player can see, with their parameters decoded.
            Read all_objects(;) -> BatchResult<model::Object>;
            /// The objects within `radius` of `position`, with their parameters decoded.
            Read objects_by_position(position: model::Vector, radius: u64;) -> BatchResult<model::Object>;
            /// Changes an object, and returns it as it is then. Since TP04, and no known server has
            /// it.
            Write modify_object(object: model::Object;) -> model::Object;
            /// What a type of objects is. Since TP04.
            Read object_desc(id: u32;) -> model::ObjectDesc = get_one(id);
            /// What types of objects are. Since TP04. A description that was got once decodes objects
            /// without being asked for again.
            Read object_descs(; ids: Vec<u32>) -> BatchResult<model::ObjectDesc> = get(ids);
            /// What a type of orders is.
            Read order_desc(id: u32;) -> model::OrderDesc = get_one(id);
            /// What types of orders are.
            Read order_descs(; ids: Vec<u32>) -> BatchResult<model::OrderDesc> = get(ids);
            /// An order queue. Since TP04: in TP03 objects have the orders.
            Read order_queue(id: u32;) -> model::OrderQueue = get_one(id);
            /// Order queues. Since TP04: in TP03 objects have the orders.
            Read order_queues(; ids: Vec<u32>) -> BatchResult<model::OrderQueue> = get(ids);
            /// Which orders an object takes, how many it has and where they are, as the server says
            /// now. An object that takes none is not asked about.
            Read orders_of(; object: model::Object) -> model::ObjectOrders;
            /// What the types of orders are that an object takes: those of `orders_of`.
            Read order_descs_of(; object: model::Object) -> BatchResult<model::OrderDesc>;
            /// All orders of an object, in the order of their slots, with their parameters decoded.
            Read all_orders(; object: model::Object) -> BatchResult<model::Order>;
            /// The order in a slot of an order queue (in TP03: of an object), with its parameters
            /// decoded.
            Read order(queue: u32, slot: u32;) -> model::Order;
            /// The orders in these slots of an order queue (in TP03: of an object), with their
            /// parameters decoded. Which queue that is, `orders_of` says.
            Read orders(queue: u32; slots: Vec<u32>) -> BatchResult<model::Order>;
            /// Puts an order into its queue (in TP03: gives it to its object), before the one in
            /// its slot, or at the end if it has none. [`OrderDescExt`](model::OrderDescExt) makes
            /// orders. Returns the order as the server has it, if
            /// the server says; in TP03 it does not.
            ///
            /// An order that was read can be given as it is: its `turns` and `resources` are for the
            /// server to say and are not sent. In TP03 there are two shapes of order parameter Object,
            /// with a list of valid types and without: what was read goes back as it came; where it is not known which of
            /// them the server takes, an order that it calls malformed is sent in both.
            Write insert_order(order: model::Order;) -> Option<model::Order>;
            /// What an order would be if it were inserted: how many turns it takes and what it
            /// costs. It is sent as `insert_order` does.
            Read probe_order(order: model::Order;) -> model::Order;
            /// Removes the order in a slot, and returns what the server says to it. What is behind it
            /// moves up.
            Write remove_order(queue: u32, slot: u32;) -> TpString
                = okay(game::RemoveOrder { id: queue, slots: vec![slot] });
            /// Removes the orders in these slots, and returns what the server says to each. The
            /// slots are those before any is removed; one that is given twice is removed once.
            Write remove_orders(queue: u32; slots: Vec<u32>) -> BatchResult<TpString>
                = remove_slots(slots, move |slots| game::RemoveOrder { id: queue, slots });
            /// A board. Board 0 is the player's own; the answer holds its real id.
            Read board(id: u32;) -> model::Board = get_one(id);
            /// Boards. Board 0 is the player's own.
            Read boards(; ids: Vec<u32>) -> BatchResult<model::Board> = get(ids);
            /// The message in a slot of a board.
            Read message(board: u32, slot: u32;) -> model::Message
                = request(game::GetMessage { id: board, slots: vec![slot] });
            /// The messages in these slots of a board.
            Read messages(board: u32; slots: Vec<u32>) -> BatchResult<model::Message>
                = each_slot::<game::GetMessage>(board, slots);
            /// All messages of a board, in the order of their slots. Board 0 is the player's own.
            Read all_messages(board: u32;) -> BatchResult<model::Message>;
            /// Posts a message, and returns what the server says to it.
            /// [`Message::new`](model::Message::new) begins one.
            Write post_message(message: model::Message;) -> TpString
                = okay(game::PostMessage::from(message));
            /// Removes the message in a slot, and returns what the server says to it. What is behind it
            /// moves up.
            Write remove_message(board: u32, slot: u32;) -> TpString
                = okay(game::RemoveMessage { id: board, slots: vec![slot] });
            /// Removes the messages in these slots, and returns what the server says to each. The
            /// slots are those before any is removed; one that is given twice is removed once.
            Write remove_messages(board: u32; slots: Vec<u32>) -> BatchResult<TpString>
                = remove_slots(slots, move |slots| game::RemoveMessage { id: board, slots });
            /// A resource.
            Read resource(id: u32;) -> model::Resource = get_one(id);
            /// Resources.
            Read resources(; ids: Vec<u32>) -> BatchResult<model::Resource> = get(ids);
            /// The player who is logged in, with the real id.
            Read me(;) -> model::Player = get_one(0);
            /// A player. Player 0 is oneself; the answer holds the real id.
            Read player(id: u32;) -> model::Player = get_one(id);
            /// Players. Player 0 is oneself.
            Read players(; ids: Vec<u32>) -> BatchResult<model::Player> = get(ids);
            /// A category.
            Read category(id: u32;) -> model::Category = get_one(id);
            /// Categories.
            Read categories(; ids: Vec<u32>) -> BatchResult<model::Category> = get(ids);
            /// Adds a category, and returns it as the server has it.
            Write add_category(category: model::Category;) -> model::Category
                = request(game::AddCategory::from(category));
            /// Removes a category, and returns what the server says to it.
            Write remove_category(id: u32;) -> TpString = okay(game::RemoveCategory { ids: vec![id] });
            /// Removes categories, and returns what the server says to each.
            Write remove_categories(; ids: Vec<u32>) -> BatchResult<TpString>
                = remove(ids, |ids| game::RemoveCategory { ids });
            /// A design.
            Read design(id: u32;) -> model::Design = get_one(id);
            /// Designs.
            Read designs(; ids: Vec<u32>) -> BatchResult<model::Design> = get(ids);
            /// Adds a design, and returns it as the server has it. [`Design::new`](model::Design::new)
            /// begins one.
            Write add_design(design: model::Design;) -> model::Design
                = request(game::AddDesign::from(design));
            /// Changes a design, and returns it as the server has it.
            Write modify_design(design: model::Design;) -> model::Design
                = request(game::ModifyDesign::from(design));
            /// Removes a design, and returns what the server says to it.
            Write remove_design(id: u32;) -> TpString = okay(game::RemoveDesign { ids: vec![id] });
            /// Removes designs, and returns what the server says to each.
            Write remove_designs(; ids: Vec<u32>) -> BatchResult<TpString>
                = remove(ids, |ids| game::RemoveDesign { ids });
            /// A component.
            Read component(id: u32;) -> model::Component = get_one(id);
            /// Components.
            Read components(; ids: Vec<u32>) -> BatchResult<model::Component> = get(ids);
            /// A property.
            Read property(id: u32;) -> model::Property = get_one(id);
            /// Properties.
            Read properties(; ids: Vec<u32>) -> BatchResult<model::Property> = get(ids);
            /// The ids of the objects that the player can see; see `ids`.
            Read object_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<game::Object>(since);
            /// The ids of the types of objects; see `ids`. Since TP04.
            Read object_desc_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::ObjectDesc>(since);
            /// The ids of the types of orders; see `ids`.
            Read order_desc_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::OrderDesc>(since);
            /// The ids of the player's order queues; see `ids`. Since TP04.
            Read order_queue_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::OrderQueue>(since);
            /// The ids of the boards; see `ids`.
            Read board_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Board>(since);
            /// The ids of the resources; see `ids`.
            Read resource_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Resource>(since);
            /// The ids of the players; see `ids`. Since TP04.
            Read player_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Player>(since);
            /// The ids of the categories; see `ids`.
            Read category_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Category>(since);
            /// The ids of the designs; see `ids`.
            Read design_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Design>(since);
            /// The ids of the components; see `ids`.
            Read component_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Component>(since);
            /// The ids of the properties; see `ids`.
            Read property_ids(since: Option<u64>;) -> Vec<model::IdModtime> = ids::<model::Property>(since);
        }
    };
}

macro_rules! admin_operations {
    ($methods:ident, $client:ty, $this:ident => $inner:expr) => {
        $methods! {
            $client, $this => $inner;
            /// Logs in, and returns what the server says to it.
            Write login(; username: TpString, password: TpString) -> TpString;
            /// Asks for a sign of life, and returns `true` if there was one. Servers are known that
            /// refuse this here.
            Read ping(;) -> bool;
            /// The ids of the commands that the server has.
            Read command_ids(;) -> Vec<IdModtime>;
            /// What commands are, and which parameters they take.
            Read command_descs(; ids: Vec<u32>) -> BatchResult<CommandDesc>
                = each(ids, |ids| frames::GetCommandDesc { ids });
            /// Runs a command with these values for its parameters.
            Write command(id: u32; values: Vec<CommandParams>) -> CommandResult
                = request(frames::Command { ctype: id, parameters: values.into() });
        }
    };
}

/// Begins an operation: that of its name, or what the list says it is.
macro_rules! begin {
    ($handle:ident.$name:ident($($arg:ident,)*)) => {
        $handle.$name($($arg),*)
    };
    ($handle:ident.$name:ident($($arg:ident,)*) = $($operation:tt)+) => {
        $handle.$($operation)+
    };
}

/// Makes blocking methods of a list.
macro_rules! blocking_methods {
    (
        $client:ty, $this:ident => $inner:expr;
        $(
            $(#[$doc:meta])*
            $access:ident $name:ident $(<$item:ident: $bound:ident>)?
            ($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
            $(= $generic:ident $(::<$of:ty>)? ($($given:expr),*))?;
        )*
    ) => {
        impl $client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// See [`Error`].
                pub fn $name $(<$item: $bound>)? (
                    &mut self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<$out, Error> {
                    $(let $into = $into.into();)*
                    let $this = self;
                    $inner.run(|handle| begin!(
                        handle.$name($($arg,)* $($into,)*)
                        $(= $generic $(::<$of>)? ($($given),*))?
                    ))
                }
            )*
        }
    };
}

/// Makes polling methods of a list.
macro_rules! polling_methods {
    (
        $client:ty, $this:ident => $inner:expr;
        $(
            $(#[$doc:meta])*
            $access:ident $name:ident $(<$item:ident: $bound:ident>)?
            ($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
            $(= $generic:ident $(::<$of:ty>)? ($($given:expr),*))?;
        )*
    ) => {
        impl $client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// Too many operations are outstanding; the arguments are handed back.
                pub fn $name $(<$item: $bound>)? (
                    &mut self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<Ticket<$out>, Full<($($type,)* $($what,)*)>> {
                    let request = ($($arg,)* $($into.into(),)*);
                    let $this = self;
                    $inner.ask(Access::$access, request, |handle, ($($arg,)* $($into,)*)| {
                        begin!(
                            handle.$name($($arg,)* $($into,)*)
                            $(= $generic $(::<$of>)? ($($given),*))?
                        )
                    })
                }
            )*
        }
    };
}

/// Makes asynchronous methods of a list.
#[cfg(feature = "tokio")]
macro_rules! async_methods {
    (
        $client:ty, $this:ident => $inner:expr;
        $(
            $(#[$doc:meta])*
            $access:ident $name:ident $(<$item:ident: $bound:ident>)?
            ($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
            $(= $generic:ident $(::<$of:ty>)? ($($given:expr),*))?;
        )*
    ) => {
        impl $client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// See [`Error`].
                pub async fn $name $(<$item: $bound>)? (
                    &self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<$out, Error> {
                    $(let $into = $into.into();)*
                    let $this = self;
                    $inner.run(|handle| begin!(
                        handle.$name($($arg,)* $($into,)*)
                        $(= $generic $(::<$of>)? ($($given),*))?
                    )).await
                }
            )*
        }
    };
}

#[cfg(feature = "tokio")]
pub(crate) use async_methods;
pub(crate) use {admin_operations, begin, blocking_methods, game_operations, polling_methods};
