//! The operations of every client API, from one list.

/// Writes the methods of all operations by the macro `$method`, which gets for each its
/// documentation, whether it reads or writes, its name, its arguments and its result.
macro_rules! operations {
    ($method:ident) => {
        $method! {
            /// Logs in, and gives what the server says to it. A redirect is followed if the
            /// options allow it. Some games want the name as `user@game`.
            write login(; user: TpString, password: TpString) -> TpString
        }
        $method! {
            /// Creates an account, and gives what the server says to it. Most servers then want a
            /// login.
            write create_account(; user: TpString, password: TpString, email: TpString, comment: TpString) -> TpString
        }
        $method! {
            /// Asks for a sign of life, and gives whether there was one. Servers that are well
            /// are known to stay silent.
            read ping(;) -> bool
        }
        $method! {
            /// What the server can do beyond what every server can.
            read features(;) -> model::Features
        }
        $method! {
            /// Asks for padding: every string is followed by NULs up to a multiple of four bytes,
            /// both ways, in all that is asked after this. Gives what the server says to it. It
            /// cannot be turned off again, and does not outlive a redirect. TP04 only.
            write enable_padding(;) -> TpString
        }
        $method! {
            /// The games that the server runs.
            read games(;) -> BatchResult<model::Game>
        }
        $method! {
            /// How long the turn lasts.
            read time_remaining(;) -> model::TimeRemaining
        }
        $method! {
            /// Ends the turn for this player, and gives what the server says to it.
            write finish_turn(;) -> TpString
        }
        $method! {
            /// A whole list of ids; with `since`, what has changed or gone after that
            /// modification time, which TP03 cannot say.
            read ids(kind: IdKind, since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// One page of a list of ids, with the way to the next; see [`IdListQuery`].
            read id_page(query: IdListQuery;) -> IdListPage
        }
        $method! {
            /// The ids of objects within `radius` of `position`, as far as one answer holds them.
            read object_ids_by_position(position: model::Vector, radius: u64;) -> model::IdSequence
        }
        $method! {
            /// The ids of objects directly inside another, as far as one answer holds them. Known
            /// servers give none, and only say how many there are: see
            /// [`contains`](model::Object::contains).
            read object_ids_by_container(id: u32;) -> model::IdSequence
        }
        $method! {
            /// Objects, with their parameters read. Object 0 is the universe.
            read objects(; ids: Vec<u32>) -> BatchResult<model::Object>
        }
        $method! {
            /// The objects within `radius` of `position`, with their parameters read.
            read objects_by_position(position: model::Vector, radius: u64;) -> BatchResult<model::Object>
        }
        $method! {
            /// Changes an object, and gives it as it is then. TP04 only, and no known server has
            /// it.
            write modify_object(object: model::Object;) -> model::Object
        }
        $method! {
            /// What types of objects are. TP04 only.
            read object_descs(; ids: Vec<u32>) -> BatchResult<model::ObjectDesc>
        }
        $method! {
            /// What types of orders are.
            read order_descs(; ids: Vec<u32>) -> BatchResult<model::OrderDesc>
        }
        $method! {
            /// Order queues. TP04 only: in TP03 objects have the orders.
            read order_queues(; ids: Vec<u32>) -> BatchResult<model::OrderQueue>
        }
        $method! {
            /// The orders in these slots of an order queue (in TP03: of an object), with their
            /// parameters read.
            read orders(queue: u32; slots: Vec<u32>) -> BatchResult<model::Order>
        }
        $method! {
            /// Puts an order into its queue (in TP03: gives it to its object), before the one in
            /// its slot, or at the end if it has none. Gives the order as the server has it, if
            /// the server says; in TP03 it does not.
            write insert_order(order: model::Order;) -> Option<model::Order>
        }
        $method! {
            /// What an order would be if it were inserted: how many turns it takes and what it
            /// costs.
            read probe_order(order: model::Order;) -> model::Order
        }
        $method! {
            /// Removes the orders in these slots, and gives what the server says to each. The
            /// slots are those before any is removed.
            write remove_orders(queue: u32; slots: Vec<u32>) -> BatchResult<TpString>
        }
        $method! {
            /// Boards. Board 0 is the player's own.
            read boards(; ids: Vec<u32>) -> BatchResult<model::Board>
        }
        $method! {
            /// The messages in these slots of a board.
            read messages(board: u32; slots: Vec<u32>) -> BatchResult<model::Message>
        }
        $method! {
            /// Posts a message, and gives what the server says to it.
            write post_message(message: model::Message;) -> TpString
        }
        $method! {
            /// Removes the messages in these slots, and gives what the server says to each. The
            /// slots are those before any is removed.
            write remove_messages(board: u32; slots: Vec<u32>) -> BatchResult<TpString>
        }
        $method! {
            /// Resources.
            read resources(; ids: Vec<u32>) -> BatchResult<model::Resource>
        }
        $method! {
            /// Players. Player 0 is oneself.
            read players(; ids: Vec<u32>) -> BatchResult<model::Player>
        }
        $method! {
            /// Categories.
            read categories(; ids: Vec<u32>) -> BatchResult<model::Category>
        }
        $method! {
            /// Adds a category, and gives it as the server has it.
            write add_category(category: model::Category;) -> model::Category
        }
        $method! {
            /// Removes categories, and gives what the server says to each.
            write remove_categories(; ids: Vec<u32>) -> BatchResult<TpString>
        }
        $method! {
            /// Designs.
            read designs(; ids: Vec<u32>) -> BatchResult<model::Design>
        }
        $method! {
            /// Adds a design, and gives it as the server has it.
            write add_design(design: model::Design;) -> model::Design
        }
        $method! {
            /// Changes a design, and gives it as the server has it.
            write modify_design(design: model::Design;) -> model::Design
        }
        $method! {
            /// Removes designs, and gives what the server says to each.
            write remove_designs(; ids: Vec<u32>) -> BatchResult<TpString>
        }
        $method! {
            /// Components.
            read components(; ids: Vec<u32>) -> BatchResult<model::Component>
        }
        $method! {
            /// Properties.
            read properties(; ids: Vec<u32>) -> BatchResult<model::Property>
        }
        $method! {
            /// The ids of the objects that the player can see; see `ids`.
            read object_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the types of objects; see `ids`. TP04 only.
            read object_desc_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the types of orders; see `ids`.
            read order_desc_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the player's order queues; see `ids`. TP04 only.
            read order_queue_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the boards; see `ids`.
            read board_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the resources; see `ids`.
            read resource_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the players; see `ids`. TP04 only.
            read player_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the categories; see `ids`.
            read category_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the designs; see `ids`.
            read design_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the components; see `ids`.
            read component_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
        $method! {
            /// The ids of the properties; see `ids`.
            read property_ids(since: Option<u64>;) -> Vec<model::IdModtime>
        }
    };
}

pub(crate) use operations;
