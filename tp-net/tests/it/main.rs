//! Clients and servers of every kind, over real sockets. One program, so that what all need is
//! compiled and linked once; `cargo test -p tp-net --test it server_replies` runs one module.
//!
//! The demo game, which most of them play, turns on `tokio` and `http`, so only what needs more than
//! these says so.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod any_client;
mod client_admin;
mod client_async;
mod client_bad_line;
mod client_blocking;
mod client_deaf_peer;
mod client_events;
mod client_game;
mod client_habits;
mod client_http;
mod client_ids;
mod client_limits;
mod client_operations;
mod client_orders;
mod client_padding;
mod client_polling;
mod client_reconnect;
mod client_redirects;
#[cfg(feature = "tls")]
mod client_tls;
mod client_turns;
mod client_versions;
mod client_words;
mod common_traits;
mod error_chains;
mod frame_trace;
mod http_proxy;
#[cfg(feature = "tls")]
mod matrix;
#[cfg(feature = "metaserver-server")]
mod metaserver;
mod mirror;
mod operations;
mod peer;
mod proxy;
mod secret_frames;
mod server_admin;
mod server_bursts;
mod server_client;
mod server_deeds;
mod server_end;
mod server_example;
mod server_greeting;
mod server_http;
mod server_in_memory;
mod server_lobby;
mod server_login;
mod server_memory;
mod server_metrics;
mod server_objects;
mod server_padding;
mod server_pipeline;
#[cfg(target_os = "linux")]
mod server_places;
mod server_quirks;
mod server_replies;
mod server_requests;
#[cfg(feature = "tls")]
mod server_shutdown;
mod server_time;
#[cfg(feature = "tls")]
mod server_tls;
mod server_types;
#[cfg(feature = "tls")]
mod tls_records;
#[cfg(all(feature = "zeroconf", target_os = "linux"))]
mod zeroconf;
