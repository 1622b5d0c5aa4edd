//! The programs, as an author writes them.
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "a program that is pasted needs neither"
)]

pub mod add_design;
pub mod admin_client;
pub mod admin_server;
pub mod announce_game;
pub mod announce_turns;
pub mod build_ships;
pub mod by_page;
pub mod by_url;
pub mod create_account;
pub mod decode_capture;
pub mod errors;
pub mod exact_packet;
pub mod find_game;
pub mod game_loop;
pub mod in_memory;
pub mod log_in;
pub mod log_in_async;
pub mod log_in_polling;
pub mod many_things;
pub mod mirror;
pub mod mirror_file;
pub mod one_thing;
pub mod order_types;
pub mod over_tls;
pub mod own_descriptions;
pub mod post_message;
pub mod read_messages;
pub mod reconnect;
pub mod redirects;
pub mod remove_orders;
pub mod send_fleet;
pub mod small_server;
pub mod take_orders;
pub mod trace_frames;
pub mod turns;
pub mod walk_universe;
pub mod watch_events;
#[cfg(unix)]
pub mod watch_socket;
