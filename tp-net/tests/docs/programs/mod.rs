//! The programs, as an author writes them.
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "a program that is pasted needs neither"
)]

pub mod announce_game;
pub mod announce_turns;
pub mod by_page;
pub mod by_url;
pub mod create_account;
pub mod decode_capture;
pub mod errors;
pub mod exact_packet;
pub mod find_game;
pub mod game_loop;
pub mod log_in;
pub mod log_in_async;
pub mod many_things;
pub mod one_thing;
pub mod over_tls;
pub mod redirects;
pub mod server;
pub mod walk_universe;
pub mod watch_socket;
