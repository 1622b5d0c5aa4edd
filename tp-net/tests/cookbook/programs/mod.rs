//! The programs, as an author writes them.
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "a program that is pasted needs neither"
)]

pub mod by_page;
pub mod by_url;
pub mod create_account;
pub mod decode_capture;
pub mod errors;
pub mod exact_packet;
pub mod find_games;
pub mod log_in;
pub mod log_in_async;
pub mod over_tls;
pub mod redirects;
