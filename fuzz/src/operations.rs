//! What a user asks of a client, by number.

/// Runs the operation of this number by the macro `$run`, which is given the call. `$n` is what it
/// asks for.
#[macro_export]
macro_rules! operation {
    ($run:ident, $which:expr, $n:expr) => {
        match $which % 40 {
            0 => $run!(login("ada", "s3cret")),
            1 => $run!(create_account("ada", "s3cret", "ada@game.example", "")),
            2 => $run!(ping()),
            3 => $run!(features()),
            4 => $run!(enable_padding()),
            5 => $run!(games()),
            6 => $run!(time_remaining()),
            7 => $run!(finish_turn()),
            8 => $run!(all::<tp_net::game::Board>()),
            9 => $run!(get::<tp_net::game::Design>([$n, 1, 2])),
            10 => $run!(ids::<tp_net::game::Player>(Some(u64::from($n)))),
            11 => $run!(object_ids(None)),
            12 => $run!(object_ids_by_position(Default::default(), u64::from($n))),
            13 => $run!(object_ids_by_container($n)),
            14 => $run!(object($n)),
            15 => $run!(objects([$n, 0, 7])),
            16 => $run!(all_objects()),
            17 => $run!(objects_by_position(Default::default(), u64::from($n))),
            18 => $run!(modify_object(tp_net::model::Object::default())),
            19 => $run!(object_descs([$n, 1])),
            20 => $run!(order_desc($n)),
            21 => $run!(order_descs([$n, 1])),
            22 => $run!(order_queue($n)),
            23 => $run!(orders_of(tp_net::model::Object::default())),
            24 => $run!(order_descs_of(tp_net::model::Object::default())),
            25 => $run!(all_orders(tp_net::model::Object::default())),
            26 => $run!(orders($n, [0, 1])),
            27 => $run!(insert_order(tp_net::model::Order::default())),
            28 => $run!(probe_order(tp_net::model::Order::default())),
            29 => $run!(remove_orders($n, [2, 0, 2])),
            30 => $run!(messages($n, [0, 1])),
            31 => $run!(all_messages($n)),
            32 => $run!(post_message(tp_net::model::Message::default())),
            33 => $run!(remove_message($n, 0)),
            34 => $run!(me()),
            35 => $run!(add_category(tp_net::model::Category::default())),
            36 => $run!(remove_categories([$n, 3])),
            37 => $run!(modify_design(tp_net::model::Design::default())),
            38 => $run!(components([$n])),
            _ => $run!(properties([$n])),
        }
    };
}
